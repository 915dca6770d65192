"""Questions for everything that the documents have on something: "which guides mention X", "list all the ports".

Only forms that ask for several places in so many words are read as such; any other question is answered by one quote.
"""

import re
from dataclasses import dataclass

from index.text.terms import fold

LONGEST_SUBJECT = 60
"""Characters of what may be asked for all of: more is a question of its own."""


@dataclass(frozen=True, slots=True)
class AllAsked:
    """What a question wants every place of."""

    subject: str
    mentions: bool
    """Whether it asks where the subject is mentioned; else it asks for all of the things that the subject names."""
    sections: bool = False
    """Whether it asks for sections, not for documents."""


_PART = "(?:section|chapter|paragraph|clause|part|place|article)"
_WRITING = (
    "(?:document|doc|guide|handbook|manual|page|file|policie|law|act|statute|regulation|rule|note|minute|contract|"
    "agreement|faq|report|post|readme|tutorial|book|record|recipe)"
)
_SPEAK = (
    r"(?:mention(?:s|ing)?|discuss(?:es|ing)?|talk(?:s|ing)? about|speak(?:s|ing)? (?:of|about)|refer(?:s|ring)? to|"
    r"describ(?:e|es|ing)|cover(?:s|ing)?|deal(?:s|ing)? with|address(?:es|ing)?|touch(?:es|ing)? (?:on|upon)|"
    r"say(?:s|ing)? (?:some|any)thing about|are about|about)"
)
_PART_ZH = "(?:章节|条款|条文|部分|段落|地方|章|节|条|款|段|处)"
_WRITING_ZH = (
    "(?:文档|文件|资料|材料|法律法规|法律|法规|法|条例|规定|规章|制度|办法|政策|手册|指南|教程|说明书?|页面?|文章|合同|"
    "协议|纪要|记录|报告|邮件|表格?|书)"
)
_FIND_ZH = "(?:列出|列举|罗列|找出|查一下|查查|看看)(?:一下)?"
_WHICH_ZH = "(?:哪些|[哪有]几[部个份篇条章节页本处段]|多少[部个份篇条章节页本处段])"
_COUNTED = re.compile("(?:[哪有]几|多少)[条章节处段]")
_SPEAK_ZH = "(?:提到|提及|提过|涉及|讲到|讲过|讲了|说到|说过|谈到|谈及|写到|写了|讨论|介绍|规定|出现|包含)"

_MENTIONS = (
    re.compile(
        r"^(?:in )?(?:(?:which|what|how many)|(?:please )?(?:list|find|show|give)(?: me)?(?: all)?|all)(?: of)?"
        rf"(?: the| our| your| my| these)?(?: [\w-]+){{0,2}}? (?:(?P<parts>{_PART}s)|{_WRITING}s)"
        rf"(?: [\w'’-]+){{0,4}}? {_SPEAK} (?P<subject>.+)$"
    ),
    re.compile(
        rf"^(?:(?:please )?(?:list|find|show|give)(?: me)? )?every (?:[\w-]+ )?(?:(?P<parts>{_PART})|{_WRITING}|policy)"
        rf"(?: that| which)? {_SPEAK} (?P<subject>.+)$"
    ),
    re.compile(
        rf"^in (?:which|what|how many)(?: [\w-]+)?? (?:(?P<parts>{_PART}s)|{_WRITING}s)"
        r" (?:is|are|was|were|do|does) (?P<subject>.+?) (?:mentioned|discussed|described|covered|come up|appear)$"
    ),
    re.compile(r"^where (?:all )?(?:is|are|was|were) (?P<subject>.+?) mentioned(?: in [\w ]+)?$"),
    re.compile(r"^where do(?:es)? (?:the |our |your |these )?(?:[\w-]+ ){1,2}?mention (?P<subject>.+)$"),
    re.compile(
        r"^(?:(?:list|find|show|give)(?: me)? )?(?:all|every)(?: the)? (?:mention|occurrence|reference)s? (?:of|to) "
        r"(?P<subject>.+)$"
    ),
    re.compile(
        rf"^(?:{_FIND_ZH})?(?:都?有)?{_WHICH_ZH}的?[\u4e00-\u9fff]{{0,4}}?"
        rf"(?:(?P<parts>{_PART_ZH})|{_WRITING_ZH}|(?<=[部个份篇条章节页本处段]))"
        rf"(?:里面?|中|当中)?(?:都|也|还|曾|有|会){{0,2}}{_SPEAK_ZH}[了过到]?(?P<subject>.+)$"
    ),
    re.compile(
        rf"^(?:{_FIND_ZH})?(?:所有|全部|一切|{_WHICH_ZH})?{_SPEAK_ZH}[了过到]?(?P<subject>.+?)的(?:所有|全部)?"
        rf"(?:(?P<parts>{_PART_ZH})|{_WRITING_ZH})(?:都?有(?:哪些|哪几.)|全?列出来|清单)$"
    ),
    re.compile(
        rf"^{_FIND_ZH}(?:所有|全部|一切)?{_SPEAK_ZH}[了过到]?(?P<subject>.+?)的(?:所有|全部)?"
        rf"(?:(?P<parts>{_PART_ZH})|{_WRITING_ZH})$"
    ),
    re.compile(
        rf"^(?P<subject>.+?)都?在{_WHICH_ZH}的?(?:(?P<parts>{_PART_ZH})|{_WRITING_ZH})(?:里面?|中|当中)?"
        r"(?:都|也|有|被){0,2}(?:提到|提及|提过|讲到|说到|写到|出现|规定)[了过]?$"
    ),
    re.compile(rf"^(?P<subject>.+?)都?出现在{_WHICH_ZH}的?(?:(?P<parts>{_PART_ZH})|{_WRITING_ZH})(?:里面?|中)?$"),
    re.compile(r"^(?:有)?哪里(?:都|还|有){0,2}(?:提到|提及|提过|讲到|说到|写到)[了过]?(?P<subject>.+)$"),
)
"""Of folded questions. The first that matches says what is looked for."""
_ALL = (
    re.compile(
        r"^(?:please )?(?:list|show|give|name|tell|enumerate)(?: me| us)?(?: out)? (?:all|every|each)(?: of)?"
        r"(?: the| our| your| my| these)? (?P<subject>.+)$"
    ),
    re.compile(r"^what are all(?: of)?(?: the| our| your| my| these)? (?P<subject>.+)$"),
    re.compile(r"^all(?: of)? (?:the|our|your|my) (?P<subject>[\w-]+(?: [\w-]+){0,2})$"),
    re.compile(
        r"^(?:请)?(?:帮我)?(?:列出|列举|罗列|找出|给出|列一?下)(?:一下)?"
        r"(?:[\u4e00-\u9fff]{0,6}的)?(?:所有|全部|每[一个])的?(?P<subject>.+)$"
    ),
    re.compile(r"^(?:所有|全部)的?(?P<subject>.{1,12}?)(?:都?有哪些|都?是什么|清单|列表|列出来|一览)$"),
    re.compile(r"^(?P<subject>.{1,12}?)(?:全部|全都?|都)列(?:出来|一下|给我)$"),
)
_AROUND = re.compile(
    r"^[\s\"'“”‘’「」『』《》]*(?:(?:the|a|an|any|our|your|about|something|anything|有|关于|对)\s*(?![a-z]))*[\s\"'“”‘’「」『』]*"
    r"|(?:这个词|字样|的?相关(?:的)?(?:内容|规定)?|的(?:内容|规定|事|情况|问题)|吗|呢|吧|啊)?[\s\"'“”‘’「」『』?？。.!！,，]*$"
)


def all_asked(question: str) -> AllAsked | None:
    """What `question` wants every place of; None where it asks for one answer, as most do."""
    text = question.strip().rstrip("?？!！。. ")
    # Folding keeps each character in its place, so that the subject is cut from what was typed.
    folded = fold(text)
    for mentions, patterns in ((True, _MENTIONS), (False, _ALL)):
        for pattern in patterns:
            if found := pattern.match(folded):
                subject = _AROUND.sub("", text[slice(*found.span("subject"))])
                sections = bool(found.groupdict().get("parts") or _COUNTED.search(folded))
                return (
                    AllAsked(subject, mentions, mentions and sections) if 0 < len(subject) <= LONGEST_SUBJECT else None
                )
    return None
