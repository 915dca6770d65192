"""What is on a page but not part of its text: buttons, credits, rights, invitations to comment or share.

Only whole lines are matched, and short ones: a sentence that mentions an app or a cookie is still a sentence.
"""

import re
from functools import lru_cache

_LONGEST = 90
_PICTURE = r"(?:图片?|照片|摄影|摄|供图|制图|绘图|漫画|视频|配图|封面图?|图源|图片来源|图/文|文/图|图文)"


def _table(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_BUTTONS = _table(
    # Chinese: reading, sharing, downloading, following, signing in
    r"(?:您?(?:当前|现在)?(?:正在|的)?(?:阅读|位置|所在位置)|当前位置)\s*[:：].{0,60}",
    r"正在阅读.{0,3}",
    r"(?:手机|微信)?扫[一码描].{0,3}(?:扫|码|描)?.{0,24}",
    r"(?:点击|立即|免费|前往|马上|即刻)?下载\s*(?:[\w·]{0,10}\s*(?:app|客户端|新闻|应用)|安装|app)",
    r"(?:打开|进入|去)?\s*[\w·]{0,10}\s*(?:app|客户端)\s*(?:内?(?:打开|查看|阅读|下载).{0,6})?",
    r"(?:官方)?(?:微信|微博)?(?:公众号|公众平台|视频号|小程序|服务号)(?:\s*[:：]\s*\S{1,16})?",
    r"(?:官方)?(?:新浪)?微博|微信|抖音|快手|朋友圈|qq空间|qq好友|知乎|小红书|头条号|百家号|facebook|twitter",
    r"linkedin|whatsapp|weibo|wechat",
    r"(?:分享|转发)(?:到|至|给|本文|文章)?(?:\s*[:：]?\s*(?:微信|微博|朋友圈|qq\S{0,4}|好友|facebook|twitter|linkedin|x|\||、|\s)*)",
    r"(?:复制|拷贝)(?:本文)?(?:链接|网址)|生成海报|加入收藏|收藏本[页站文]|设为首页",
    r"我要(?:评论|投稿|纠错|分享)|举报|纠错|打印(?:本页|此页)?",
    r"(?:点击|长按|扫码|欢迎)?(?:关注|订阅)(?:我们|公众号|本站|微信|官方\S{0,6})?(?:\s*[:：]\s*\S{1,16})?",
    r"(?:点击)?(?:查看|阅读|浏览|加载|展开|显示|收起)(?:更多|全文|原文|余下\S{0,6}|下一页|评论|详情)\s*[>»›…]*",
    r"更多\s*[>»›]+|更多",
    r"(?:上|下)一[篇页条章](?:\s*[:：].{0,60})?|返回(?:顶部|首页|列表|上一页)|回到顶部|首页|末页|尾页",
    r"网站地图|联系我们|关于我们|加入我们|友情链接",
    r"(?:请)?(?:先)?(?:登录|登陆|注册|退出)(?:\s*[/|]?\s*(?:登录|注册))?(?:后\S{0,10})?",
    r"用户(?:登录|注册|协议)|隐私(?:政策|声明|条款)|忘记密码\??|免责声明",
    r"(?:全部|最新|热门|精彩|网友|发表|我来|文章|查看|用户)?(?:评论|留言|跟帖)(?:\s*[(（]?\s*\d*\s*条?\s*[)）]?)",
    r"\d+\s*条?(?:评论|留言|跟帖|阅读|点赞|人?参与)",
    r"(?:点赞|赞|踩|收藏|转发|分享|打赏|赞赏|阅读|浏览|点击)(?:量|数|次数)?\s*[:：]?\s*[(（]?\s*\d*\s*(?:次|万|\+)?\s*[)）]?",
    r"(?:暂无|还没有|快来|抢先|欢迎|发表|写下|说点)\S{0,20}(?:评论|评价|留言|沙发|看法|什么)\S{0,16}",
    r"(?:字体?|字号|字体大小)\s*[:：]?\s*(?:[大中小]\s*[|/]?\s*){1,3}|a[-+]\s*a[-+]?",
    r"(?:点击|戳|长按).{0,6}(?:上方|下方|左下角|右上角|蓝字|二维码|卡片).{0,12}",
    r".{0,12}点个?(?:在看|赞|关注).{0,6}|在看|写留言|留言",
    r"[-—~–·=\s]{0,6}(?:the end|end|全文完|完)[-—~–·=\s]{0,6}|关闭(?:窗口|本页)",
    r"(?:大|中|小)\s*(?:大|中|小)\s*(?:大|中|小)",
    r"(?:阅读|浏览|点击|播放)(?:量|数|次数)?\s*[:：]?\s*\d[\d.]*\s*[万wk]?\+?\s*次?",
    r"(?:刚刚|\d+\s*(?:分钟|小时|天|周|个月|年)前)",
    r"(?:about )?(?:an?|\d+) (?:second|minute|hour|day|week|month|year)s? ago|save",
    r"jump to (?:navigation|search|content)",
    r"(?:广告|推广|赞助|sponsored|advertisement|advertising|ad)",
    # English
    r"skip to (?:main )?(?:content|navigation)|(?:main |site )?(?:menu|navigation)|home ?page|home",
    r"site ?map|contact(?: us)?|about us|careers",
    r"(?:sign|log) ?(?:in|up|out)(?: (?:or|/) .{0,20})?|register|my account|create (?:an )?account",
    r"forgot (?:your )?password\??|(?:add to )?(?:cart|basket|wish ?list)",
    r"(?:read|show|load|view|see|learn)(?: the)? (?:more|less|all|full (?:story|article))(?: .{0,20})?\s*[>»›→….]*",
    r"continue reading\s*[>»›→….]*|click here",
    r"share(?: (?:this|on|via)(?: .{0,30})?)?|tweet|print(?: this)?(?: page| article)?|e-?mail(?: this)?",
    r"copy link|bookmark|save (?:for later|article)",
    r"(?:follow|find|like) us(?: on .{0,30})?|subscribe(?: (?:now|to|for) .{0,40})?[.!]?",
    r"(?:join|get) our (?:free )?newsletter.{0,30}|newsletter",
    r"(?:\d+|no|leave a|post a|add a|view|show|write a) comments?(?: yet)?(?: \(\d+\))?[.!]?",
    r"comments?\s*(?:\(\d+\))?|be the first to comment[.!]?|reply",
    r"\d+ (?:min(?:ute)?s? read|views?|likes?|shares?)",
    r"(?:previous|next|prev)(?: (?:article|post|page|story|chapter))?\s*(?:[:»›←→].{0,60})?|back to top|top",
    r"(?:accept|reject|manage|allow)(?: all)?(?: cookies?)?|cookie (?:settings|policy|preferences)",
    r"privacy(?: policy| notice)?|terms (?:of (?:use|service)|(?:and|&) conditions)",
    r"download (?:the|our) app.{0,20}|get the app|available on the app store.{0,20}|open in app",
)
_CREDITS = _table(
    r"(?:来源|稿源|文章来源|信息来源|本文来源|新闻来源)\s*[:：]\s*\S.{0,24}",
    r"(?:责任编辑|责编|编辑|值班编辑|校对|审核|编审|监制|主编|终审|排版|美编|统筹)\s*[:：/丨|]\s*\S.{0,24}",
    r"[(（【\[]\s*(?:责任编辑|责编|编辑|来源|原标题|校对)\s*[:：]?.{0,40}[)）】\]]",
    r"(?:文字?|撰文|采写|策划|设计|作者/编辑)\s*[|丨/｜]\s*\S.{0,20}|from wikipedia, the free encyclopedia",
    r"维基百科，自由的百科全书",
    r"(?:categor(?:y|ies)|分类)\s*[:：].{1,60}|\^ .{1,80}|this page was last (?:edited|modified) .{1,40}",
    r"本页面最后修订于.{1,50}",
    r"(?:原标题|标签|关键词|tags?|filed under|topics)\s*[:：].{0,60}",
)
_RIGHTS = _table(
    r".{0,30}(?:版权所有|版权归.{1,24}所有).{0,40}|(?:©|\(c\)|copyright\b).{0,70}",
    r".{0,40}all rights reserved\.?.{0,20}",
    r"(?:本文|本站|本网|以上|内容|声明)?.{0,16}(?:未经.{0,12}(?:授权|许可|同意|允许).{0,20}(?:不得|禁止|严禁|请勿).{0,24}|转载.{0,10}(?:授权|联系|注明).{0,30})",
    r"(?:本文|以上(?:内容|文章)|文章).{0,6}(?:仅代表|不代表|系|为|来自).{0,12}(?:作者|个人|本站|本网|转载|网络|投稿).{0,40}",
    r"如(?:有|涉及?|若).{0,8}侵权.{0,30}|.{0,12}(?:ICP备|公网安备|ICP证|增值电信).{0,40}",
    r"(?:we|this (?:web)?site) uses? cookies .{0,70}|by (?:continuing|using) .{0,40}cookies.{0,30}",
    r"本(?:网)?站使用\s*cookie.{0,50}",
    r"text is available under .{1,70}|本站的全部文字在.{1,60}",
    r"powered by .{1,30}|(?:本)?(?:网站|技术)支持\s*[:：].{0,30}",
)
_HEADS = _table(
    r"read more[:：]|more on this(?: story| topic)?|往期(?:推荐|回顾|精彩|文章).{0,4}|推荐阅读.{0,3}",
    r"external links|参考资料|外部链接",
    r"references",
    r"(?:相关|延伸|推荐|扩展|热门|精彩|更多|最新|为您|为你|猜你|编辑|今日|本周|图片|视频)(?:阅读|推荐|文章|新闻|链接|报道|资讯|内容|专题|喜欢|热点|头条|排行榜?)[:：]?",
    r"(?:阅读|点击|新闻|热点|热门)?排行榜?|(?:热搜|热榜|热点|专题|标签云)榜?|大家都在看|猜你喜欢",
    r"你可能(?:还)?(?:会)?(?:喜欢|感兴趣).{0,6}|(?:全部|最新|热门|网友)?评论(?:\s*[(（]\d+[)）])?",
    r"(?:related|recommended|popular|trending|latest|recent|more|top|most (?:read|popular|viewed))"
    r"(?: (?:from .{1,20}|on .{1,20}|in .{1,20}|articles?|stories"
    r"|posts?|news|reading|links|content|topics|now|videos?))?[:：]?",
    r"you (?:may|might) also (?:like|be interested in).{0,4}|see also|also (?:read|on .{1,20})",
    r"further reading|comments?(?:\s*\(\d+\))?|quick links",
)
_CAPTIONS = _table(
    _PICTURE + r"\s*[:：/丨|].{1,40}",
    r"[(（【\[]?(?:资料图片?|示意图|效果图|图为.{0,40}|视频截图|网络图片|新华社发|.{0,12}供图)[)）】\]]?",
    r".{1,50}(?:资料图片?|效果图|示意图|实景图|航拍图|规划图|鸟瞰图|平面图|线路图|视频截图|\s[\w·]{2,8}[摄]|供图|新华社发)[)）】\]]?",
    r".{1,60}[(（【\[].{0,16}(?:资料图片?|图片|图源|供图|摄影|摄|图/)[^()（）]{0,20}[)）】\]]",
    r"(?:附?图|图表|表格?|附表|照片)\s*[\d一二三四五六七八九十]{1,3}(?:[-.－]\d{1,3})?(?:\s*[:：.、|]|\s|(?=\w)).{0,60}",
    r"(?:fig(?:ure)?\.?|table|chart|exhibit|photo|plate|image|map)\s*\d{1,3}(?:[.-]\d{1,2})?[a-z]?\s*[:：.|–—-].{0,80}",
    r"(?:photo(?:graph)?s?|image|picture|illustration|graphic|video)"
    r"(?: (?:credit|courtesy))?(?: (?:by|of|from)\b|\s*[:：/]).{1,60}",
    r"(?:getty images|reuters|afp|ap|epa|pa media|alamy|shutterstock|视觉中国|ic photo)\b[^.:。：]{0,70}",
    r"[▲△▼↑↓]\s*\S.{0,60}",
    r".{0,60}[(\[](?:photo|image|credit|file photo|courtesy)\b.{0,50}[)\]]\.?",
    r"(?:credit|source)s?\s*[:：].{1,60}|file photo",
)
_CRUMBS = re.compile(r"(?:home|首页|主页|当前位置\S*|您的位置\S*)\s*[>›»/|·→-].{1,80}", re.IGNORECASE)
_SEPARATED = re.compile(r"\s*[|｜·•/›>»]\s*|\s{2,}|\t")
_SIDE_BY_SIDE = re.compile(r"\s*[|｜·•>»\u3000]\s*|\s{2,}|\t|(?<=[\u4e00-\u9fff】]) (?=[\u4e00-\u9fff【])")
_NOTICE = re.compile(r"(?:©|\(c\) ?\d{4}|copyright (?:©|\(c\)|\d{4})|版权所有|版权声明)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:table of )?contents|目\s*录|目\s*次|本文目录|contents \[(?:hide|show)\]", re.IGNORECASE)
_NO_DIGIT = re.compile(r"\D+")


@lru_cache(maxsize=8192)
def site(line: str) -> bool:
    """A whole line that belongs to the site and not to the text."""
    line = line.strip(" \t\u3000>»›→▼▲◀▶|·•[]【】")
    if not line:
        return True
    if len(line) > _LONGEST:
        return bool(_NOTICE.match(line)) and len(line) <= 4 * _LONGEST
    if any(table.fullmatch(line) for table in (_BUTTONS, _CREDITS, _RIGHTS, _HEADS)) or _CRUMBS.fullmatch(line):
        return True
    parts = [part for part in _SIDE_BY_SIDE.split(line) if part]
    return len(parts) > 1 and all(map(site, parts))


def contents(line: str) -> bool:
    """The heading of a table of contents."""
    return bool(_CONTENTS.fullmatch(line.strip()))


def introduces_links(line: str) -> bool:
    """A heading of the site: what follows are titles of other pages, or comments."""
    return len(line) <= 30 and bool(_HEADS.fullmatch(line.strip()) or _CONTENTS.fullmatch(line.strip()))


def caption(line: str) -> bool:
    """A line that names a picture or who made it."""
    return len(line) <= _LONGEST and bool(_CAPTIONS.fullmatch(line.strip()))


def menu(line: str) -> bool:
    """Several very short words in one line, as links stand side by side: "News | Sport | Weather | Shop"."""
    if len(line) > 200 or not _NO_DIGIT.fullmatch(line):
        return False
    words = [word for word in _SEPARATED.split(line.strip(" |｜·")) if word]
    return len(words) >= 4 and all(len(word) <= (6 if word[0] > "\u2e80" else 16) for word in words)
