"""What is wrong with files, snapshots and models, in both languages: the codes of `index.errors`, and what they say.

The English sentences belong to the library; the Chinese ones are here, one for each code.
"""

from bot.question import Language
from index.error_texts import ENGLISH
from index.errors import Reason, VerbatimError

CHINESE = {
    # The corpus folder
    "folder-missing": "没有文件夹 {folder}；请创建它并放入资料。",
    "corpus-unreadable": "无法读取文件夹 {root}：{reason}。",
    "corpus-empty": "{corpus} 里没有可索引的内容：请放入资料（{formats}）。",
    "corpus-says-nothing": "{corpus} 里的 {count} 个文件都没有可引用的文字（{path}：{reason}）请放入资料（{formats}）。",
    "folder-unreadable": "无法读取该文件夹：{reason}。",
    "link-leads-out": "此链接指向资料文件夹之外；请直接复制文件。",
    "name-twice": "另一个文件的名称在字符合成后与它相同；请给其中一个改名。",
    "name-not-unicode": "文件名不是有效的 Unicode；请改名。",
    "not-a-file": "这既不是文件也不是资料文件夹；请移走。",
    "file-went-away": "文件已消失或链接失效；请删除该链接。",
    "file-keeps-changing": "读取时文件一直在变；下次重新索引时会再试。",
    "nothing-to-quote": "其中没有可引用的句子。",
    "questions-not-utf8": "无法按 UTF-8 文本读取；请另存为 UTF-8。",
    "questions-line": '第 {number} 行不是 {{"question": "...", "gold": ["..."]}} 的形式。',
    # One file
    "format-unknown": "无法读取 {what}。",
    "format-save-as": "无法读取 {what}；请另存为 {better}。",
    "no-extension": "没有扩展名的文件",
    "docx-or-pdf": "DOCX 或 PDF",
    "text-or-markdown": "文本或 Markdown",
    "file-unreadable": "无法读取文件：{reason}。",
    "file-too-large": "文件有 {size} MB，单个文件最多读取 {limit} MB；请拆分成几个文件。",
    "reader-slow": "读取这个文件所用的时间远超同样大小的文件；请另存为更简单的形式，或拆分。",
    "reader-memory": "读取这个文件需要超过 {limit} MB 内存；请另存为更简单的形式，或拆分。",
    "reader-crashed": "读取程序因这个文件而中止；请打开后重新保存。",
    "reader-failed": "这个文件已损坏，读取时出现意外错误（{what}）；请打开后重新保存。",
    "file-empty": "文件是空的；请删除或填入内容。",
    "no-text": "文件里没有文字；请删除或补充内容。",
    "too-many-lines": "文件超过 {count} 行；这类数据请拆分或不要放入。",
    "too-much-text": "文件的文字超过 {count} 百万字；请拆分。",
    "encoding-unknown": "无法判断编码；请另存为 UTF-8。",
    "binary": "这是二进制数据，不是文本；请删除或转换成文本。",
    "text-cut": "文本在第 {place} 字节处中断或损坏；请重新存为 UTF-8。",
    "text-damaged": "文本在第 {place} 字节处损坏（{name}）；请重新存为 UTF-8。",
    "not-text": "这是{what}，不是文本；请改成正确的扩展名或删除。",
    "a-pdf": " PDF 文件",
    "a-zip": " ZIP 压缩包或办公文档",
    "a-png": " PNG 图片",
    "a-jpeg": " JPEG 图片",
    "a-gif": " GIF 图片",
    "a-program": "程序",
    "a-gzip": " gzip 压缩包",
    "an-old-office-file": "旧版办公文档",
    "a-database": "数据库",
    "docx-locked": "文件有密码或是旧的 DOC 格式；请另存为不带密码的 DOCX。",
    "docx-too-large": "文件解压后远大于正常文档；不予打开。",
    "docx-is-archive": "这是压缩包，不是 DOCX 文件；请改成正确的扩展名。",
    "broken-file": "这个 {what} 文件已损坏、有密码或格式不符；请打开后不带密码重新保存。",
    "csv-broken": "表格已损坏：有引号没有闭合；请重新保存为 CSV。",
    "too-many-rows": "表格超过 {limit} 行；这属于数据，请拆分或移除。",
    "too-many-columns": "文件里的表格超过 {limit} 列；这属于数据，请拆分或移除。",
    "too-many-values": "文件超过 {limit} 个值；这属于数据，请拆分或移除。",
    "nested-too-deep": "文件内容嵌套太深；请另存为更简单的形式。",
    "data-invalid": "这不是有效的 {what}；请修正或另存为文本。",
    "yaml-invalid": "无法读取这个 YAML（只读单个文档，不支持别名）；请修正或另存为文本。",
    "mail-empty": "这封邮件没有正文，附件里也没有可读的文字；请把附件另存为其他格式。",
    "docx-broken": "这个 DOCX 文件已损坏；请打开后重新保存。",
    "not-docx": "这不是 DOCX 文件或已损坏；请改成正确的扩展名。",
    "html-no-text": "这个网页里没有文字；请删除。",
    "not-html": "这不是 HTML；请改成正确的扩展名。",
    "html-empty": "网页是空的；请删除或重新保存。",
    "html-broken": "网页已损坏；请在浏览器里打开后重新保存。",
    "pdf-no-text": "这个 PDF 只有图片，没有文字；请做文字识别（OCR）后重新保存。",
    "pdf-fonts": "这个 PDF 的字体没有注明对应的文字；请用 OCR 重新生成 PDF。",
    "not-pdf": "这不是 PDF；请改成正确的扩展名。",
    "pdf-pages": "这个 PDF 有 {count} 页；可读取 1 到 {most} 页。",
    "pdf-locked": "这个 PDF 有密码；请另存为不带密码的文件。",
    "pdf-broken": "这个 PDF 已损坏；请打开后重新保存。",
    # Web pages
    "page-redirects": "网页跳转超过 {count} 次；请直接使用最终网址。",
    "page-not-public": "{host} 不是公网地址；只抓取公开的网页。",
    "not-an-address": "这不是网址；网址以 http:// 或 https:// 开头。",
    "address-password": "网址里含有密码；只抓取公开的网页。",
    "not-a-page": "它的类型是 {kind}，不是网页；请下载后放入资料文件夹。",
    "unknown-type": "未知",
    "host-unknown": "无法解析 {host}；请检查网址。",
    "page-slow": "网页加载超过 {seconds} 秒；请稍后再试。",
    "page-unreachable": "无法抓取网页；请检查网址和网络。",
    "page-too-large": "网页大于 {limit} MB；请把需要的部分另存为文件。",
    "page-not-saved": "无法保存网页：{reason}。",
    "page-status": "网站对此网页返回 {status}；请检查网址。",
    # Snapshots
    "nothing-indexed": "{data} 里还没有索引：请运行 `verbatim index`。",
    "live-unknown": "指明当前快照的文件缺失或已损坏：请重新索引或回退。",
    "no-earlier-snapshot": "没有更早的快照可以回退：用 `verbatim snapshots` 查看保留的快照。",
    "snapshot-unknown": "没有快照 {id}：用 `verbatim snapshots` 查看保留的快照。",
    "snapshot-disagrees": "快照 {id} 的 {parts} 前后不一致：请重新索引。",
    "snapshot-unopened": "无法打开快照 {id}（{reason}）：请重新索引或回退。",
    "encoder-version": "索引是用编码器 {made} 建立的，而设置中的 {set} 是另一个版本：请运行 `verbatim index`。",
    "encoder-other": "索引是用编码器 {made} 建立的，而设置的是 {set}：请运行 `verbatim index`。",
    "index-file": "索引文件 {file} {how}：请重新索引，或回退到另一个快照。",
    "snapshot-file": "快照 {id} 的文件 {file} {how}：请重新索引或回退。",
    "checksum-differs": "已损坏（校验和不符）",
    "checksum-of-record": "已损坏（校验和不符）",
    "damaged": "已损坏",
    "too-short": "太短",
    "unreadable": "无法读取（{reason}）",
    "size-differs": "有 {found} 字节，应为 {expected}",
    "shape-differs": "内容是 {found}，应为 {expected}",
    "manifest-damaged": "快照 {id} 的清单已损坏：请重新索引或回退。",
    "manifest-unreadable": "无法读取快照 {id} 的清单：请重新索引或回退。",
    "manifest-missing": "{id} 不是完整的快照：缺少 {file}。",
    "snapshot-format": "这个快照的格式是 {found}，此版本读取格式 {expected}：请运行 `verbatim index`。",
    "terms-unwritten": "词项索引未能写入（{reason}）：请重新索引。",
    "terms-unopened": "无法打开 {folder} 里的词项索引（{reason}）：请重新索引。",
    "vectors-lost": "刚生成的向量读不回来：请检查磁盘，然后重新索引。",
    "cache-damaged": "向量缓存已损坏并已删除：请再索引一次。",
    "unsound-place": "新索引有问题：段落 {place} 不在它的文档里。",
    "unsound-search": "新索引有问题：用段落 {place} 自身的内容找不到它。",
    "store-unknown": "没有向量库 {name}：请把 VECTOR_STORE 设为 {names} 之一。",
    # One reindex at a time, and the disk
    "overtaken": "准备期间另一次索引已经启用：请重新索引。",
    "busy": "另一个进程正在索引：请等它完成。",
    "busy-pid": "另一个进程（pid {pid}）正在索引：请等它完成。",
    "busy-since": "另一个进程（pid {pid}，已 {seconds} 秒）正在索引：请等它完成。",
    "no-lock": "无法锁定数据文件夹（{reason}）：请使用本地磁盘。",
    "disk-full": "{data} 所在的磁盘已满：未做任何改动；请腾出空间后重新索引。",
    "disk-read-only": "数据文件夹 {data} 无法写入（{reason}）：请修改权限或设置 DATA_DIR。",
    "disk-refused-file": "磁盘拒绝了对 {file} 的操作（{reason}）：未做任何改动；请检查后重新索引。",
    "disk-refused": "磁盘拒绝了操作（{reason}）：未做任何改动；请检查后重新索引。",
    "reindex-ended": "重新索引没有结果就中止了（退出码 {code}；-9 多半是内存不足）：当前索引未变；请查看日志后重新索引。",
    "EACCES": "没有权限",
    "ENOENT": "文件不存在",
    "EISDIR": "这是文件夹",
    "EIO": "读写错误",
    "EROFS": "只读文件系统",
    "EPERM": "不允许此操作",
    # Encoders and models
    "encoder-nonsense": "编码器 {name} 给出的向量形状为 {shape} 或不是数字：请换一个。",
    "encoder-needs-models": "ENCODER={name} 需要 sentence-transformers：请运行 pip install 'verbatim-bot[models]'，或设置 ENCODER=bundled。",
    "encoder-unloaded": "无法加载编码器 {name}：请检查 ENCODER 中的名称或文件夹，以及文件是否齐全。",
    "reranker-needs-models": "RERANKER 需要 sentence-transformers：请运行 pip install 'verbatim-bot[models]'，或把 RERANKER 留空。",
    "reranker-unloaded": "无法加载重排模型 {name}：请检查 RERANKER 以及文件是否齐全。",
    "ranking-unreadable": "无法读取排序文件 {file}（{reason}）；请重新安装 Verbatim。",
    "ranking-version": "排序文件 {file} 是另一个版本；请重新安装 Verbatim。",
    "encoder-file": "编码器文件 {file} 缺失或已损坏；请重新安装 Verbatim。",
    "encoder-files": "{folder} 里的编码器文件缺失或已损坏；请重新安装 Verbatim。",
    # Quotes
    "calibration-models": "校准是用其他模型做的，现已不用：请重新运行 `verbatim calibrate`。",
    "calibration-broken": "承诺的风险 {risk} 已不再成立：您自己的问题中有 {shown} 个得到回答，其中 {wrong} 个答错。请重新运行 `verbatim calibrate`。",
    "quote-differs": "{path} 在 {place} 处的引文与原文不符；不予显示。",
    "quote-unknown-document": "引文所指的文档不在此快照中；不予显示。",
}
"""Chinese sentences by code, with the same names in braces as the English ones."""
TEXTS: dict[str, dict[Language, str]] = {
    code: {"en": ENGLISH[code], "zh": chinese} for code, chinese in CHINESE.items()
}


def sentence(reason: object, lang: Language) -> str:
    """An error of `index`, or a reason why a file was skipped, in the language of whoever reads it.

    What carries no code, such as an error of another library, comes back as it is.
    """
    reason = reason.reason if isinstance(reason, VerbatimError) else reason
    if not isinstance(reason, Reason) or reason.code not in TEXTS:
        return str(reason)
    return TEXTS[reason.code][lang].format(**{name: sentence(value, lang) for name, value in reason.values.items()})
