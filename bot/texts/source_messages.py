"""What is said of documents that cannot be fetched from where they are declared to be, in both languages."""

from bot.question import Language

SOURCE_TEXTS: dict[str, dict[Language, str]] = {
    "source-collection": {
        "en": "SOURCES: [{name}]: there is no collection {collection!r}; declared: {known}.",
        "zh": "SOURCES：[{name}]：没有资料集 {collection!r}；已声明：{known}。",
    },
    "source-busy": {
        "en": "The sources are being fetched already; try again when that is done.",
        "zh": "正在抓取资料，请等它结束后再试。",
    },
    "source-no-pages": {
        "en": "The list names no page of its own site.",
        "zh": "列表里没有本网站的页面。",
    },
    "source-robots": {
        "en": "The site asks programs not to fetch this page (robots.txt); ask whoever runs it.",
        "zh": "这个网站不允许程序抓取这个页面（robots.txt），请联系网站的管理者。",
    },
    "source-xml": {
        "en": "The list is no XML that is read: a sitemap, RSS or Atom is expected.",
        "zh": "列表不是可读取的 XML：应为站点地图、RSS 或 Atom。",
    },
    "source-kind": {
        "en": "The list is neither a sitemap nor RSS nor Atom.",
        "zh": "列表既不是站点地图，也不是 RSS 或 Atom。",
    },
    "source-packed": {
        "en": "The list is packed and cannot be unpacked.",
        "zh": "列表是压缩的，无法解压。",
    },
    "source-list-size": {"en": "The list is larger than {limit} MB.", "zh": "列表超过 {limit} MB。"},
    "source-no-documents": {
        "en": "The repository holds no documents there.",
        "zh": "仓库的这个位置没有资料。",
    },
    "source-git": {"en": "git says: {said}", "zh": "git 的提示：{said}"},
    "source-no-git": {
        "en": "git is not installed here: it fetches repositories.",
        "zh": "本机没有安装 git，抓取仓库需要它。",
    },
    "source-slow": {
        "en": "The repository took longer than {seconds} seconds: name a branch, or a smaller one.",
        "zh": "抓取仓库超过了 {seconds} 秒：请指定一个分支，或换一个小一些的仓库。",
    },
    "source-size": {
        "en": "The repository is too large: name a branch, or a smaller one.",
        "zh": "仓库太大：请指定一个分支，或换一个小一些的仓库。",
    },
    "source-files": {
        "en": "The repository has more than {most} documents.",
        "zh": "仓库里的资料超过 {most} 份。",
    },
    "source-document-size": {"en": "It is larger than {limit} MB.", "zh": "超过 {limit} MB。"},
}
