"""Questions that a corpus is likely to answer, out of its own documents.

First come questions that a document asks itself: a heading, a question of a FAQ. Others are made from a sentence that
counts or defines something, and only where its subject stands at its head: "How many pieces?" is no question that
somebody who has not read the document can understand. Then there is what a heading names: something to do ("Install
the client", 升级集群), or a subject ("Parental leave", 第三章 合同的订立). `Index.suggest` asks each, and keeps those
that are answered.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from index.document import Block, BlockKind, Document
from index.snapshots.snapshot import Snapshot
from index.text.chinese import HAN

MAX_SUGGESTIONS = 24
SHORTEST, LONGEST = 5, 80
"""Characters of a suggestion."""
Place = tuple[int, int]
"""A document's number, and an offset in it."""
Question = tuple[int, str]
"""Where in its document a question comes from, and its text."""

_MARKED = re.compile(
    r"^\s*(?:#+|[*\-•]|\d{1,3}[.、)）]|Q\d*\s*[:：.]|问(?:题)?\s*\d*\s*[:：]|[一二三四五六七八九十]+、)\s*"
)
_NUMBERED = re.compile(r"^\d+(?:\.\d+)*\.?\s+")
_ASKS = re.compile(rf"[{HAN}A-Za-z][^。.!！?？\n]*[?？]\s*$")
_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?]|\.(?=\s|$)|$)")

_NO_SUBJECT_ZH = (
    "(?!其中|目前|现在|现有|已有|共|全|该|此|这|那|它|他|她|我|你|本|各|每|仅|还|也|并|有|同时|去年|今年|近|截至|其|第|如|若|当"
    "|在|于|以|对|从|由|为|前款|前述|上述|下列|所有|任何|不|因|虽|但|而|则|即|典型|一般|通常|往往)"
)
_COUNTED_ZH = re.compile(
    rf"^({_NO_SUBJECT_ZH}[{HAN}]{{2,12}}?(?:已经|已|现|共)?(?:拥有|建有|建成|设有|培育|生产|聚集|入驻|获得|有))(?:了)?"
    rf"[0-9]{{1,6}}(?:余|多)?([个家项名座所条种台间])([{HAN}]{{2,9}})(?=[、，,；;。和与]|$)"
)
_DEFINED_ZH = re.compile(
    rf"^(?:第[{HAN}]{{1,6}}条[ 　]+)?(?:本[{HAN}]{{1,4}}所称的?)?({_NO_SUBJECT_ZH}[{HAN}A-Za-z0-9]{{2,14}}?)"
    r"(?<![像总就都也才还只不又正便常能该会])[，,]?(?:是指|是一[种个类项款])"
)
_NO_SUBJECT_EN = (
    r"(?!(?:It|They|He|She|We|You|I|This|That|These|Those|There|Each|Both|Some|All|One|If|When|In|On|At|Its|Their|His"
    r"|Her|Our|Of|Last|Until|Note|What|Which|Who|Here|But|Thus|Besides|However|And|So|Also|Then|Because|While|As|For|With"
    r"|By|From|To|At|Or|Nor|Yet|Although|Though|Since|After|Before|During|Where|How|Why|Such|Any|No|Not|Now|Today|Above|Below"
    r"|Among|Within|Under|Over|Between|Across|Behind|Inside"
    r"|(?:The )?(?:foregoing|following|above|latter|former|same|first|next|result|reason|goal|idea|point|purpose"
    r"|answer))\b)"
)
_NOUN_EN = (
    r"(?!million|billion|thousand|hundred|percent|per cent|dozen|times|more|other)((?:[a-z][a-z-]+ ){0,2}[a-z-]{3,}s)\b"
    r"(?=[,.;:]| and | in | of |$)"
)
_SUBJECT_EN = f"^{_NO_SUBJECT_EN}([A-Z][A-Za-z'’-]*(?: [A-Za-z][A-Za-z'’-]*){{0,4}}?)"
_COUNTED_EN = re.compile(
    rf"{_SUBJECT_EN} (has|have) (?:([a-z]+ed|built|made|won) )?(?:about |over |some )?[1-9][0-9,]{{0,6}} {_NOUN_EN}"
)
_DEFINED_EN = re.compile(rf"{_SUBJECT_EN} is an? [a-z]")


_VERBS_ZH = (
    "(?:安装|部署|配置|设置|升级|更新|扩容|缩容|备份|恢复|迁移|导入|导出|启动|停止|重启|关闭|开启|启用|禁用|检查|查看|查询|修改|创建"
    "|新建|添加|增加|删除|移除|使用|连接|登录|申请|办理|提交|报销|预订|领取|注册|注销|选择|管理|监控|诊断|优化)"
)
_TASK_ZH = re.compile(rf"{_VERBS_ZH}[{HAN}A-Za-z0-9 ._/-]{{2,20}}")
_CHAPTER_ZH = re.compile(rf"第[{HAN}0-9]{{1,4}}[章节][ 　]+([{HAN}]{{3,20}})")
_TOPIC_ZH = re.compile(
    rf"[{HAN}A-Za-z][{HAN}A-Za-z0-9 ._/-]{{1,16}}"
    "(?:要求|规则|标准|条件|范围|原则|限制|端口|期限|流程|步骤|费用|额度|权限)"
)
_GENERAL = re.compile(
    r"总则|附则|其他|法律责任|一般规定|基本规定|.*(?:概述|简介|介绍|小结|总结)|(?:基本|一般|适用)(?:规则|要求|原则|范围|条件)"
)
"""Headings that name nothing to ask about."""
_VERBS_EN = (
    "(?:install|set up|configure|create|add|remove|delete|upgrade|update|deploy|use|run|start|stop|restart|enable"
    "|disable|change|check|build|request|apply for|submit|report|book|pay|connect|log in|sign|order|choose|manage"
    "|monitor|restore|back up|import|export|renew|cancel)"
)
_TASK_EN = re.compile(rf"(?:How to )?({_VERBS_EN}\b[A-Za-z0-9 ,'’/._-]{{3,50}})", re.IGNORECASE)
_TOPIC_EN = re.compile(
    r"(?!(?:Section|Chapter|Part|Your|Our|My|Not|No|All|How|What|Why|When|Where|Who|The|An?|See|Further|Related|Next|Other"
    r"|About|General|More|Table|Figure|Appendix|Change|Release|Getting)\b)"
    r"[A-Z][a-z]+(?<!ing)(?: (?:and|of|for|to|in|[a-z]{3,}|[A-Z][a-z]+)){1,3}"
)


class Suggester:
    """Suggestions out of one snapshot. Safe to use from many threads: two may only do the same twice."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._documents = snapshot.documents
        self._anywhere: dict[str, Sequence[str]] = {}

    def suggest(self, lang: str, near: Sequence[Place] = ()) -> Iterator[str]:
        """Up to MAX_SUGGESTIONS questions in `lang` over the documents of that language, each once: those about the
        places `near` first, in their order, then document by document in turn."""
        yield from islice(_distinct(chain(self._about(lang, near), self._in_turn(lang))), MAX_SUGGESTIONS)

    def _about(self, lang: str, near: Sequence[Place]) -> Iterator[str]:
        for number in dict.fromkeys(number for number, _ in near):
            document = self._documents[number]
            if document.source.lang == lang:
                places = [offset for other, offset in near if other == number]
                found = list(questions(document, lang))
                found.sort(key=lambda one: min(abs(one[0] - place) for place in places))
                yield from (one for _, one in found)

    def _in_turn(self, lang: str) -> Iterator[str]:
        """The first questions of the corpus, found once: as many as are ever looked at.

        Whichever of them stand near as well are not needed again.
        """
        if lang not in self._anywhere:
            self._anywhere[lang] = tuple(islice(_distinct(_first_ones(self._documents, lang)), MAX_SUGGESTIONS))
        yield from self._anywhere[lang]


def _distinct(found: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for one in found:
        if one not in seen:
            seen.add(one)
            yield one


def _first_ones(documents: Iterable[Document], lang: str) -> Iterator[str]:
    """The first question of each document, then the second of each, and so on; no document is read before its turn."""
    sources: Iterable[Iterator[Question]] = (questions(one, lang) for one in documents if one.source.lang == lang)
    more = True
    while more:
        left = []
        for source in sources:
            for _, question in islice(source, 1):
                yield question
                left.append(source)
        sources, more = left, bool(left)


def questions(document: Document, lang: str) -> Iterator[Question]:
    """Questions of one document with the offsets they come from: its own ones first, then made ones, then those of its
    headings."""
    for made in (_own, _made, _headed):
        for block in document.blocks:
            for question in made(document, block, lang):
                if SHORTEST <= len(question) <= LONGEST:
                    yield block.start, question


def _line(document: Document, block: Block) -> str:
    """A block as one line, without marks."""
    return " ".join(document.plain(block.start, block.end).split())


def _own(document: Document, block: Block, _: str) -> Iterator[str]:
    """A block that is a question: a heading, or a paragraph of a FAQ."""
    if block.kind is BlockKind.HEADING or block.quotable:
        said = _line(document, block)
        bare = _MARKED.sub("", said)
        if _ASKS.fullmatch(bare) and (block.kind is BlockKind.HEADING or bare != said):
            yield bare


def _headed(document: Document, block: Block, lang: str) -> Iterator[str]:
    """What a heading names, unless it is the document's title."""
    if block.kind is not BlockKind.HEADING or lang not in _FORMS or block == document.blocks[0]:
        return
    said = _NUMBERED.sub("", _MARKED.sub("", _line(document, block)))
    if said != document.source.title and (question := _OF_HEADINGS[lang](said)):
        yield question


def _chinese_heading(heading: str) -> str:
    """升级集群 asks 如何升级集群？, and a chapter what it says of its subject."""
    if _TASK_ZH.fullmatch(heading) and not _TOPIC_ZH.fullmatch(heading):
        return f"如何{heading}？"
    if (chapter := _CHAPTER_ZH.fullmatch(heading)) and not _GENERAL.fullmatch(chapter[1]):
        return f"{chapter[1]}有什么规定？"
    return f"{heading}是什么？" if _TOPIC_ZH.fullmatch(heading) and not _GENERAL.fullmatch(heading) else ""


def _english_heading(heading: str) -> str:
    """ "Install the client" asks "How do I install the client?", "Parental leave" what there is to know about it."""
    if task := _TASK_EN.fullmatch(heading):
        return f"How do I {task[1][0].lower()}{task[1][1:]}?"
    return f"What should I know about {heading}?" if _TOPIC_EN.fullmatch(heading) else ""


def _made(document: Document, block: Block, lang: str) -> Iterator[str]:
    if not block.quotable or block.kind is BlockKind.ROW:
        return
    text = _line(document, block)
    for sentence in _SENTENCE.findall(text):
        question = _FORMS[lang](sentence.strip()) if lang in _FORMS else ""
        if question:
            yield question


def _chinese(sentence: str) -> str:
    """ "龙泉驿区已培育8个智能工厂" asks "龙泉驿区已培育多少个智能工厂？"."""
    if found := _COUNTED_ZH.match(sentence):
        return f"{found[1]}多少{found[2]}{found[3]}？"
    found = _DEFINED_ZH.match(sentence)
    return f"{found[1]}是什么？" if found else ""


def _english(sentence: str) -> str:
    """ "Port Elm has 12 cranes" asks "How many cranes does Port Elm have?"."""
    if found := _COUNTED_EN.match(sentence):
        subject, helper, verb, noun = _inside(found[1]), found[2], found[3], found[4]
        if verb:
            return f"How many {noun} {helper} {subject} {verb}?"
        return f"How many {noun} {'does' if helper == 'has' else 'do'} {subject} have?"
    found = _DEFINED_EN.match(sentence)
    return f"What is {_inside(found[1])}?" if found else ""


def _inside(subject: str) -> str:
    """A subject as it stands inside a sentence: its article is small."""
    return re.sub(r"^(The|A|An)\b", lambda article: article[0].lower(), subject)


_FORMS = {"zh": _chinese, "en": _english}
_OF_HEADINGS = {"zh": _chinese_heading, "en": _english_heading}
