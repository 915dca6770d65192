"""The sentences of `index` in Chinese, by the English ones."""

CHINESE = {
    # The folder and what is in it
    "There is no folder {folder}; create it and put documents into it.": "没有文件夹 {folder}；请创建它并放入资料。",
    "The folder {root} cannot be read: {reason}.": "无法读取文件夹 {root}：{reason}。",
    "There is nothing to index in {corpus}: put documents there ({formats}).": (
        "{corpus} 里没有可索引的内容：请放入资料（{formats}）。"
    ),
    "None of the {count} files in {corpus} gives text that can be quoted ({path}: {reason}) "
    "Put documents there ({formats}).": (
        "{corpus} 里的 {count} 个文件都没有可引用的文字（{path}：{reason}）请放入资料（{formats}）。"
    ),
    "This link leads out of the corpus folder; copy the file instead.": "此链接指向资料文件夹之外；请直接复制文件。",
    "Another file has the same name in composed letters; rename one of them.": (
        "另一个文件的名称在字符合成后与它相同；请给其中一个改名。"
    ),
    "The name of the file is not valid Unicode; rename it.": "文件名不是有效的 Unicode；请改名。",
    "This is neither a file nor a folder of documents; remove it.": "这既不是文件也不是资料文件夹；请移走。",
    "The file went away or its link leads nowhere; remove the link.": "文件已消失或链接失效；请删除该链接。",
    "The folder cannot be read: {reason}.": "无法读取该文件夹：{reason}。",
    "It keeps changing while it is read; it is tried again at the next reindex.": (
        "读取时文件一直在变；下次重新索引时会再试。"
    ),
    "No sentence in it can be quoted.": "其中没有可引用的句子。",
    "It cannot be read as UTF-8 text; save it so.": "无法按 UTF-8 文本读取；请另存为 UTF-8。",
    'Line {number} is not of the form {"question": "...", "gold": ["..."]}.': (
        '第 {number} 行不是 {{"question": "...", "gold": ["..."]}} 的形式。'
    ),
    # Files
    "There is no reader for {what}; save the file as {better}.": "无法读取 {what}；请另存为 {better}。",
    "There is no reader for {what}.": "无法读取 {what}。",
    "files without an extension": "没有扩展名的文件",
    "DOCX or PDF": "DOCX 或 PDF",
    "text or Markdown": "文本或 Markdown",
    "The file is empty; remove it or fill it.": "文件是空的；请删除或填入内容。",
    "The file has {size} MB, and at most {limit} MB of one file are read; split it into several.": (
        "文件有 {size} MB，单个文件最多读取 {limit} MB；请拆分成几个文件。"
    ),
    "The file cannot be read: {reason}.": "无法读取文件：{reason}。",
    "There is no text in this file; remove it, or add what it should say.": "文件里没有文字；请删除或补充内容。",
    "The file has more than {count} lines; that is data to split or to leave out.": (
        "文件超过 {count} 行；这类数据请拆分或不要放入。"
    ),
    "The file holds more than {count} million characters of text; split it.": "文件的文字超过 {count} 百万字；请拆分。",
    "The encoding could not be told; save the file as UTF-8.": "无法判断编码；请另存为 UTF-8。",
    "This is binary data, not text; remove the file or convert it to text.": (
        "这是二进制数据，不是文本；请删除或转换成文本。"
    ),
    "The text breaks off or is damaged at byte {place}; save it again as UTF-8.": (
        "文本在第 {place} 字节处中断或损坏；请重新存为 UTF-8。"
    ),
    "The text is damaged at byte {place} ({name}); save it again as UTF-8.": (
        "文本在第 {place} 字节处损坏（{name}）；请重新存为 UTF-8。"
    ),
    "This is {what}, not text; give the file its right extension or remove it.": (
        "这是{what}，不是文本；请改成正确的扩展名或删除。"
    ),
    "a PDF file": " PDF 文件",
    "a ZIP archive or an office file": " ZIP 压缩包或办公文档",
    "a PNG picture": " PNG 图片",
    "a JPEG picture": " JPEG 图片",
    "a GIF picture": " GIF 图片",
    "a program": "程序",
    "a gzip archive": " gzip 压缩包",
    "an old office file": "旧版办公文档",
    "a database": "数据库",
    "This file is locked with a password or in the old DOC format; save it as DOCX without one.": (
        "文件有密码或是旧的 DOC 格式；请另存为不带密码的 DOCX。"
    ),
    "This file unpacks to far more than a document has; it is not opened.": "文件解压后远大于正常文档；不予打开。",
    "This is an archive, not a DOCX file; give it its right extension.": (
        "这是压缩包，不是 DOCX 文件；请改成正确的扩展名。"
    ),
    "This DOCX file is broken; open it and save it again.": "这个 DOCX 文件已损坏；请打开后重新保存。",
    "This is not a DOCX file, or it is broken; give it its right extension.": (
        "这不是 DOCX 文件或已损坏；请改成正确的扩展名。"
    ),
    "There is no text in this page; remove it.": "这个网页里没有文字；请删除。",
    "This is not HTML; give the file its right extension.": "这不是 HTML；请改成正确的扩展名。",
    "The page holds nothing; remove it or save it again.": "网页是空的；请删除或重新保存。",
    "The page is broken; open it in a browser and save it again.": "网页已损坏；请在浏览器里打开后重新保存。",
    "This PDF holds pictures or drawings but no text; run text recognition (OCR) on it and save it again.": (
        "这个 PDF 只有图片，没有文字；请做文字识别（OCR）后重新保存。"
    ),
    "The fonts of this PDF do not say which letters they show; print it to a new PDF with OCR.": (
        "这个 PDF 的字体没有注明对应的文字；请用 OCR 重新生成 PDF。"
    ),
    "This is not a PDF; give the file its right extension.": "这不是 PDF；请改成正确的扩展名。",
    "This PDF has {count} pages; from 1 to {most} can be read.": "这个 PDF 有 {count} 页；可读取 1 到 {most} 页。",
    "This PDF is locked with a password; save it again without one.": "这个 PDF 有密码；请另存为不带密码的文件。",
    "This PDF is broken; open it and save it again.": "这个 PDF 已损坏；请打开后重新保存。",
    # Web pages
    "The page was moved more than {count} times; take the address it ends at.": (
        "网页跳转超过 {count} 次；请直接使用最终网址。"
    ),
    "{host} is not a public address; only pages of the public web are fetched.": (
        "{host} 不是公网地址；只抓取公开的网页。"
    ),
    "This is not the address of a page; it begins with http:// or https://.": (
        "这不是网址；网址以 http:// 或 https:// 开头。"
    ),
    "This address holds a password; only public pages are fetched.": "网址里含有密码；只抓取公开的网页。",
    "This is {kind}, not a page; download it and put it into the corpus.": (
        "它的类型是 {kind}，不是网页；请下载后放入资料文件夹。"
    ),
    "of no known type": "未知",
    "The name {host} cannot be resolved; check the address.": "无法解析 {host}；请检查网址。",
    "The page took longer than {seconds} seconds; try again later.": "网页加载超过 {seconds} 秒；请稍后再试。",
    "The page cannot be fetched; check the address and the connection.": "无法抓取网页；请检查网址和网络。",
    "The page is larger than {limit} MB; save the part you need as a file.": (
        "网页大于 {limit} MB；请把需要的部分另存为文件。"
    ),
    "The page cannot be saved: {reason}.": "无法保存网页：{reason}。",
    "The site answered {status} for this page; check the address.": "网站对此网页返回 {status}；请检查网址。",
    # Snapshots
    "Nothing is indexed yet in {data}: run `verbatim index`.": "{data} 里还没有索引：请运行 `verbatim index`。",
    "The file that names the live snapshot is missing or damaged: reindex or roll back.": (
        "指明当前快照的文件缺失或已损坏：请重新索引或回退。"
    ),
    "There is no earlier snapshot to go back to: `verbatim snapshots` lists those that are kept.": (
        "没有更早的快照可以回退：用 `verbatim snapshots` 查看保留的快照。"
    ),
    "There is no snapshot {id}: `verbatim snapshots` lists those that are kept.": (
        "没有快照 {id}：用 `verbatim snapshots` 查看保留的快照。"
    ),
    "Snapshot {id} disagrees with itself on {parts}: reindex.": "快照 {id} 的 {parts} 前后不一致：请重新索引。",
    "Snapshot {id} cannot be opened ({reason}): reindex or roll back.": (
        "无法打开快照 {id}（{reason}）：请重新索引或回退。"
    ),
    "The index was made with the encoder {made}, and the settings name {set} of another version: "
    "run `verbatim index`.": "索引是用编码器 {made} 建立的，而设置中的 {set} 是另一个版本：请运行 `verbatim index`。",
    "The index was made with the encoder {made}, and the settings name {set}: run `verbatim index`.": (
        "索引是用编码器 {made} 建立的，而设置的是 {set}：请运行 `verbatim index`。"
    ),
    "The index file {file} {how}: reindex, or roll back to another snapshot.": (
        "索引文件 {file} {how}：请重新索引，或回退到另一个快照。"
    ),
    "The file {file} of snapshot {id} {how}: reindex or roll back.": (
        "快照 {id} 的文件 {file} {how}：请重新索引或回退。"
    ),
    "is damaged (its checksum differs)": "已损坏（校验和不符）",
    "is damaged (a checksum differs)": "已损坏（校验和不符）",
    "is damaged": "已损坏",
    "is too short": "太短",
    "is not what was copied": "与所复制的不同",
    "cannot be read ({reason})": "无法读取（{reason}）",
    "has {found} bytes, not {expected}": "有 {found} 字节，应为 {expected}",
    "holds {found}, not {expected}": "内容是 {found}，应为 {expected}",
    "The manifest of snapshot {id} is damaged: reindex or roll back.": "快照 {id} 的清单已损坏：请重新索引或回退。",
    "The manifest of snapshot {id} cannot be read: reindex or roll back.": (
        "无法读取快照 {id} 的清单：请重新索引或回退。"
    ),
    "{id} is no finished snapshot: its {file} is missing.": "{id} 不是完整的快照：缺少 {file}。",
    "This snapshot has format {found}, this version reads format {expected}: run `verbatim index`.": (
        "这个快照的格式是 {found}，此版本读取格式 {expected}：请运行 `verbatim index`。"
    ),
    "The term index could not be written ({reason}): reindex.": "词项索引未能写入（{reason}）：请重新索引。",
    "The term index in {folder} cannot be opened ({reason}): reindex.": (
        "无法打开 {folder} 里的词项索引（{reason}）：请重新索引。"
    ),
    "The vectors just made cannot be read back: check the disk, and reindex.": (
        "刚生成的向量读不回来：请检查磁盘，然后重新索引。"
    ),
    "The cache of vectors was damaged and has been removed: reindex once more.": (
        "向量缓存已损坏并已删除：请再索引一次。"
    ),
    "The new index is not sound: passage {place} does not stand in its document.": (
        "新索引有问题：段落 {place} 不在它的文档里。"
    ),
    "The new index is not sound: passage {place} is not found by its own content.": (
        "新索引有问题：用段落 {place} 自身的内容找不到它。"
    ),
    # One at a time, and the disk
    "Another reindex has gone live since this one was prepared: reindex again.": (
        "准备期间另一次索引已经启用：请重新索引。"
    ),
    "Another process (pid {pid}, for {seconds} s) is indexing: wait until it is done.": (
        "另一个进程（pid {pid}，已 {seconds} 秒）正在索引：请等它完成。"
    ),
    "Another process (pid {pid}) is indexing: wait until it is done.": "另一个进程（pid {pid}）正在索引：请等它完成。",
    "Another process is indexing: wait until it is done.": "另一个进程正在索引：请等它完成。",
    "The data folder cannot be locked ({reason}): use a local disk.": (
        "无法锁定数据文件夹（{reason}）：请使用本地磁盘。"
    ),
    "The disk of {data} is full: nothing was changed; free some space and reindex.": (
        "{data} 所在的磁盘已满：未做任何改动；请腾出空间后重新索引。"
    ),
    "The data folder {data} cannot be written to ({reason}): change its rights or set DATA_DIR.": (
        "数据文件夹 {data} 无法写入（{reason}）：请修改权限或设置 DATA_DIR。"
    ),
    "The disk refused at {file} ({reason}): nothing was changed; check it and reindex.": (
        "磁盘拒绝了对 {file} 的操作（{reason}）：未做任何改动；请检查后重新索引。"
    ),
    "The disk refused ({reason}): nothing was changed; check it and reindex.": (
        "磁盘拒绝了操作（{reason}）：未做任何改动；请检查后重新索引。"
    ),
    "Permission denied": "没有权限",
    "No such file or directory": "文件不存在",
    "Is a directory": "这是文件夹",
    "Input/output error": "读写错误",
    "Read-only file system": "只读文件系统",
    "Operation not permitted": "不允许此操作",
    # Encoders and engines
    "The encoder {name} gave vectors of shape {shape} or no numbers: try another.": (
        "编码器 {name} 给出的向量形状为 {shape} 或不是数字：请换一个。"
    ),
    "ENCODER={name} needs sentence-transformers: pip install 'verbatim[models]', or set ENCODER=bundled.": (
        "ENCODER={name} 需要 sentence-transformers：请运行 pip install 'verbatim[models]'，或设置 ENCODER=bundled。"
    ),
    "The encoder {name} cannot be loaded: check its name or folder in ENCODER, and that its files are here.": (
        "无法加载编码器 {name}：请检查 ENCODER 中的名称或文件夹，以及文件是否齐全。"
    ),
    "RERANKER needs sentence-transformers: pip install 'verbatim[models]', or leave RERANKER empty.": (
        "RERANKER 需要 sentence-transformers：请运行 pip install 'verbatim[models]'，或把 RERANKER 留空。"
    ),
    "The re-ranker {name} cannot be loaded: check RERANKER, and that its files are here.": (
        "无法加载重排模型 {name}：请检查 RERANKER 以及文件是否齐全。"
    ),
    "There is no vector store {name}: set VECTOR_STORE to one of {names}.": (
        "没有向量库 {name}：请把 VECTOR_STORE 设为 {names} 之一。"
    ),
    "The ranking file {file} cannot be read ({reason}); reinstall Verbatim.": (
        "无法读取排序文件 {file}（{reason}）；请重新安装 Verbatim。"
    ),
    "The ranking file {file} is of another version; reinstall Verbatim.": (
        "排序文件 {file} 是另一个版本；请重新安装 Verbatim。"
    ),
    "The files in {folder} are missing or damaged; reinstall Verbatim.": (
        "{folder} 里的文件缺失或已损坏；请重新安装 Verbatim。"
    ),
    "The encoder's file {file} is missing or damaged; reinstall Verbatim.": (
        "编码器文件 {file} 缺失或已损坏；请重新安装 Verbatim。"
    ),
    "The encoder's files in {folder} are missing or damaged; reinstall Verbatim.": (
        "{folder} 里的编码器文件缺失或已损坏；请重新安装 Verbatim。"
    ),
    # Quotes
    "A quote of {path} at {place} is not what stands there; it is not shown.": (
        "{path} 在 {place} 处的引文与原文不符；不予显示。"
    ),
    "A quote names a document that is not in this snapshot; it is not shown.": (
        "引文所指的文档不在此快照中；不予显示。"
    ),
}
