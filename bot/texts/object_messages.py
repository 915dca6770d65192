"""What is wrong with an object store, in both languages."""

from bot.question import Language

OBJECT_TEXTS: dict[str, dict[Language, str]] = {
    "objects-away": {
        "zh": "对象存储 {name} 没有正常应答（{reason}）：请检查它是否在运行、OBJECTS_URL 是否正确；现有索引继续回答。",
        "en": "The object store {name} does not answer as it should ({reason}): look whether it runs, and whether"
        " OBJECTS_URL is right. The index that serves goes on.",
    },
    "objects-refused": {
        "zh": "对象存储 {name} 拒绝访问（{reason}）：请检查密钥；它需要列出、读取、写入和删除的权限。",
        "en": "The object store {name} refuses ({reason}): check the key; it needs the rights to list, read, write and"
        " delete.",
    },
    "objects-no-bucket": {
        "zh": "没有存储桶 {name}（{reason}）：请先创建，或更正 OBJECTS_URL。",
        "en": "There is no bucket for {name} ({reason}): create it, or correct OBJECTS_URL.",
    },
    "objects-damaged": {
        "zh": "对象存储 {name} 中的 {what} 与写入时不同：现有索引继续回答；重新索引会写入新的。",
        "en": "{what} in the object store {name} is not as it was written: the index that serves goes on, and a reindex"
        " writes a new one.",
    },
    "cache-too-small": {
        "zh": "CACHE_GB={bound} 放不下快照 {id}：连同正在使用的快照共需 {least} GB。请设为不小于该值；"
        "现有索引继续回答。",
        "en": "The snapshot {id} does not fit into CACHE_GB={bound}: with the one that serves it takes {least} GB. Set"
        " CACHE_GB to that or more; the index that serves goes on.",
    },
    "cache-disk-full": {
        "zh": "{data} 所在的磁盘放不下快照 {id}，需要空出 {needed} GB：请腾出空间，随后会自动接手；现有索引继续回答。",
        "en": "The disk that holds {data} has no room for the snapshot {id}, which needs {needed} GB to be free: free"
        " some space, and it is taken over by itself. The index that serves goes on.",
    },
    "objects-contested": {
        "zh": "资料一直在被其他副本修改；请稍后再试。",
        "en": "Other replicas keep changing the documents: please try again later.",
    },
}
