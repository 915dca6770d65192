"""Whole pages of different kinds, all invented: what is quoted of them, and under which headings."""

from index.document import QUOTABLE, Document
from index.documents.readers.text import read_text


def doc(text: str) -> Document:
    return read_text(text.encode(), "page.txt")


def quotable(text: str) -> list[str]:
    document = doc(text)
    return [document.text[block.start : block.end] for block in document.blocks if block.kind in QUOTABLE]


def test_a_notice_of_an_office_has_its_numbered_headings() -> None:
    text = (
        "当前位置：首页 > 公告\n\n关于做好2024年义务植树工作的通知\n\n各有关部门：\n\n"
        "    为做好全区春季义务植树工作，现将有关事项通知如下。\n\n"
        "    一、总体要求\n    坚持科学绿化，全年完成植树20万株。\n\n"
        "    二、时间安排\n    （一）宣传发动（3月1日至3月10日）\n    各单位要广泛宣传这项工作。\n    （二）组织实施\n"
        "    各单位按照分配的地块组织植树。\n\n    三、联系方式\n    联系人：王明\n    电话：028-84850000\n\n"
        "打印本页 关闭窗口\n网站地图 | 联系我们 | 隐私声明\n蜀ICP备05000000号\n"
    )
    document = doc(text)
    assert document.source.title == "关于做好2024年义务植树工作的通知"
    assert [section.title for section in document.sections] == [
        "一、总体要求",
        "二、时间安排",
        "二、时间安排 › （一）宣传发动（3月1日至3月10日）",
        "二、时间安排 › （二）组织实施",
        "三、联系方式",
    ]
    assert quotable(text)[-2:] == ["联系人：王明", "电话：028-84850000"]


def test_a_news_page_with_more_links_than_text_keeps_only_its_text() -> None:
    body = [
        "Port Elm has ordered twelve new cranes from a Finnish company, the largest order in its history.",
        "The cranes, each 90 metres tall, will be delivered by the end of 2026.",
        "About 400 jobs in the town depend on the harbour.",
    ]
    text = (
        "Skip to content\nSign in\nHome\nNews\nSport\nBusiness\nSearch\n\nHarbour wins record order for cranes\n"
        "3 hours ago\n\nJane Doe\nBusiness reporter\n\n"
        f"Getty Images A crane lifts a box\n\n{body[0]}\n\n{body[1]}\n\nRead more:\nWhy harbours are getting bigger\n"
        f"What a crane driver earns\n\n{body[2]}\n\nMore on this story\nHarbour strike ends after nine days\n"
        "Ferry line to open next summer\nMost read\n1\nStorm warning for the coast\n2\nNew budget announced\n"
        "© 2026 A News Site. The site is not responsible for the content of other sites that it links to."
        " Read about it.\n"
    )
    assert quotable(text) == ["Jane Doe", "Business reporter", *body]
    assert doc(text).source.title == "Harbour wins record order for cranes"


def test_an_article_of_a_messenger_loses_its_calls_to_follow() -> None:
    text = (
        "这家小店一天卖出3000杯咖啡！你敢信\n\n点击上方蓝字关注我们\n\n你有没有想过，一杯咖啡能卖多少钱？\n\n"
        "上个月，我们走访了位于天府三街的咖啡店，店主陈琳说开业才两年。\n\n▲ 店主陈琳在冲咖啡\n\n01\n为什么这么火\n\n"
        "陈琳说：“我们只做三款咖啡，把它们做到最好。”\n\n- END -\n\n文字 | 小李\n往期推荐\n"
        "成都最美的十条街道，你去过几条\n"
        "喜欢就点个在看吧\n阅读原文\n阅读 10万+\n写留言\n"
    )
    assert quotable(text) == [
        "你有没有想过，一杯咖啡能卖多少钱？",
        "上个月，我们走访了位于天府三街的咖啡店，店主陈琳说开业才两年。",
        "陈琳说：“我们只做三款咖啡，把它们做到最好。”",
    ]
    assert doc(text).section_at(text.index("陈琳说：")) == "为什么这么火"


def test_words_of_buttons_are_text_where_the_text_is_a_list_of_words() -> None:
    assert quotable("支付方式\n微信\n支付宝\n现金") == ["支付方式", "微信", "支付宝", "现金"]
    listed = quotable(
        "本店开业三年以来支持多种支付方式，其中常用的包括：\n微信\n支付宝\n现金\n\n欢迎各位顾客前来光临本店。"
    )
    assert listed[1:4] == ["微信", "支付宝", "现金"]


def test_a_contract_keeps_its_articles() -> None:
    text = (
        "租赁合同\n\n第一章 总则\n\n第一条 甲方将房屋出租给乙方使用。\n第二条 租期两年。\n\n"
        "第二章 租金\n\n第三条 月租金为3500元。"
    )
    assert quotable(text) == ["第一条 甲方将房屋出租给乙方使用。", "第二条 租期两年。", "第三条 月租金为3500元。"]
    assert doc(text).section_at(text.index("3500")) == "第二章 租金"
