"""Made-up sentences with several counts side by side, and short questions for one of them.

Reading sets seldom ask so shortly ("how many workshops?"), and rarely of a sentence with several counts, so the reader
took the nearest number for the right one. Each sentence here counts two to four kinds of things, among sentences of
real text; it is asked for one of them in either language, and now and then for a kind that it does not count.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.text.sentences import sentences

THINGS = """
工厂 家 factories|车间 个 workshops|学校 所 schools|医院 家 hospitals
图书馆 座 libraries|公园 个 parks|博物馆 家 museums|桥梁 座 bridges
企业 家 companies|实验室 个 laboratories|仓库 座 warehouses|车站 个 stations
酒店 家 hotels|农场 个 farms|商店 家 shops|餐厅 家 restaurants
项目 个 projects|平台 个 platforms|中心 个 centres|社区 个 communities
村庄 个 villages|机场 个 airports|港口 个 ports|水库 座 reservoirs
电影院 家 cinemas|体育馆 座 stadiums|教室 间 classrooms|宿舍 间 dormitories
服务器 台 servers|机器人 台 robots|电脑 台 computers|打印机 台 printers
传感器 个 sensors|摄像头 个 cameras|充电桩 个 chargers|路灯 盏 streetlights
公交车 辆 buses|卡车 辆 trucks|自行车 辆 bicycles|船舶 艘 ships|飞机 架 aircraft
教师 名 teachers|学生 名 students|医生 名 doctors|护士 名 nurses
工程师 名 engineers|志愿者 名 volunteers|员工 名 employees|司机 名 drivers
研究员 名 researchers|运动员 名 athletes|会员 名 members|客户 家 customers
供应商 家 suppliers|代表 名 delegates|专利 项 patents|标准 项 standards
课程 门 courses|论文 篇 papers|书籍 本 books|报告 份 reports|合同 份 contracts
奖项 个 awards|金牌 枚 gold~medals|活动 场 events|比赛 场 matches
会议 场 meetings|展览 场 exhibitions|演出 场 performances|线路 条 lines
道路 条 roads|航线 条 routes|生产线 条 production~lines|隧道 条 tunnels
章节 章 chapters|步骤 个 steps|接口 个 interfaces|节点 个 nodes|分区 个 partitions
模块 个 modules|账号 个 accounts|角色 个 roles|任务 个 tasks|表格 张 tables
样本 份 samples|房间 间 rooms|座位 个 seats|床位 张 beds|电梯 部 lifts|窗口 个 windows
"""
KINDS = """
国家级 national|市级 municipal|数字化 digital|智慧 intelligent|自动化 automated|绿色 green|示范 model|大型 large
小型 small|新建 new|老旧 old|外资 foreign-owned|民营 private|公共 public|地下 underground|临时 temporary
专业 professional|高级 senior|初级 junior|国际 international|本地 local|远程 remote|在线 online|重点 key|备用 spare
电动 electric|女 female|兼职 part-time|无人 unmanned|高端 high-end|省级 provincial|试点 pilot|特色 special|现代 modern
科技型 technology|创新 innovation
"""
PLACES = """
开发区 the~zone|该市 the~city|集团 the~group|公司 the~company|学院 the~college|这里 it|全县 the~county|园区 the~park
协会 the~association|系统 the~system
"""
VERBS = "共有 has|建成 has~built|新增 has~added|拥有 owns|设有 runs|累计 now~counts"

ANSWERED = 0.85
"""Share of the questions that the sentence answers."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of thing that can be counted: in Chinese, its measure word, and in English, several of it."""

    chinese: str
    measure: str
    several: str


def _table(text: str) -> list[list[str]]:
    """Entries with a stroke or a line end between them, fields with a blank; "~" is a blank within a field."""
    entries = (entry for line in text.strip().splitlines() for entry in line.split("|"))
    return [[part.replace("~", " ") for part in entry.split()] for entry in entries]


_THINGS = [Thing(*entry) for entry in _table(THINGS)]
_KINDS, _PLACES, _VERBS = _table(KINDS), _table(PLACES), _table(VERBS)


def _things(count: int, rng: random.Random) -> list[Thing]:
    """Different ones; now and then the same thing of different kinds, or different things of one kind."""
    things, kinds = rng.sample(_THINGS, count), rng.sample(_KINDS, count)
    draw = rng.random()
    if draw < 0.25:
        things = [things[0]] * count
    elif draw < 0.4:
        kinds = [kinds[0]] * count
    plain = draw >= 0.4
    return [
        thing if plain and rng.random() < 0.35 else Thing(zh + thing.chinese, thing.measure, f"{en} {thing.several}")
        for thing, (zh, en) in zip(things, kinds, strict=True)
    ]


def _number(rng: random.Random) -> int:
    return rng.choice((rng.randint(2, 9), rng.randint(10, 99), rng.randint(100, 999), rng.randint(1000, 30000)))


def _sentence(things: Sequence[Thing], chinese: bool, rng: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """A sentence that counts these things, and where each number stands in it."""
    place, verb = rng.choice(_PLACES), rng.choice(_VERBS)
    year = rng.randint(1990, 2026)
    if chinese:
        said = rng.choice(("", f"截至{year}年，", "目前，", f"{year}年底，")) + place[0] + verb[0]
    else:
        said = rng.choice(("", f"By {year}, ", "So far ", "Today "))
        said += (place[1] if said else place[1].capitalize()) + " " + verb[1] + " "
    spans = []
    for n, thing in enumerate(things):
        if n and chinese:
            said += rng.choice(("和", "，还有", "以及")) if n == len(things) - 1 else "、"
        elif n:
            said += " and " if n == len(things) - 1 else ", "
        number = str(_number(rng))
        if chinese and rng.random() < 0.2:
            said += thing.chinese
            spans.append((len(said), len(said) + len(number)))
            said += number + thing.measure
        else:
            spans.append((len(said), len(said) + len(number)))
            said += number + (thing.measure + thing.chinese if chinese else f" {thing.several}")
    return said + ("。" if chinese else "."), spans


def _question(thing: Thing, chinese: bool, rng: random.Random) -> str:
    """As somebody types it in a chat."""
    name, measure = thing.chinese, rng.choice((thing.measure, "个", ""))
    if chinese:
        forms: Sequence[str] = (
            f"有多少{measure}{name}", f"多少{measure}{name}？", f"{name}有多少", f"{name}有几{measure or '个'}",
            f"几{measure or '个'}{name}", f"{name}数量", f"{name}一共多少{measure}", f"有几{measure or '个'}{name}啊",
        )  # fmt: skip
    else:
        forms = (
            f"how many {thing.several}?", f"how many {thing.several}", f"How many {thing.several} are there?",
            f"number of {thing.several}", f"{thing.several} how many", f"how many {thing.several} do they have",
        )  # fmt: skip
    return rng.choice(forms)


def numbers(texts: Sequence[str], count: int, rng: random.Random) -> Iterator[dict[str, object]]:
    """`count` pairs, each of a made-up sentence within one of `texts` (some real sentences of its language)."""
    for text in rng.choices(texts, k=count):
        chinese = any("\u3400" <= char <= "\u9fff" for char in text[:80])
        things = _things(rng.randint(2, 4), rng)
        said, places = _sentence(things, chinese, rng)
        cut = rng.choice([0, *(end for _, end in sentences(text))])
        space = "" if chinese else " "
        head = text[:cut].rstrip() + (space if cut else "")
        whole = head + said + space + text[cut:].lstrip()
        asked = rng.randrange(len(things)) if rng.random() < ANSWERED else None
        thing = _stranger(whole, rng) if asked is None else things[asked]
        start, end = len(head), len(head) + len(said)
        spans = sentences(whole)
        yield {
            "q": _question(thing, rng.random() < 0.5, rng),
            "text": whole,
            "spans": [list(span) for span in spans],
            "gold": [] if asked is None else [n for n, (a, b) in enumerate(spans) if a < end and b > start],
            "answer": None if asked is None else [start + place for place in places[asked]],
            "set": "numbers",
            "dev": False,
        }


def _stranger(text: str, rng: random.Random) -> Thing:
    """A thing that `text` does not name."""
    while True:
        thing = _things(1, rng)[0]
        if thing.chinese not in text and thing.several not in text:
            return thing
