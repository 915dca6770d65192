"""The pictures of the READMEs, made anew: `python -m benchmarks.pictures`, with Chromium at hand.

One shows the page to ask as a browser shows it; the other a card in a chat, drawn from the very message that the bot
sends: its text, its entities, its buttons.
"""

import asyncio
import io
import tempfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from PIL import Image

from bot.cards.links import Links
from bot.cards.render import CardPage, answer_card
from bot.channels.telegram.outgoing import RenderedMessage, rendered_messages
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.question import Language
from bot.serving.engines import reindex
from bot.serving.live_index import open_index
from bot.settings import Settings
from bot.web.app import web_app
from bot.web.pages.ask_page import AskPage
from bot.web.pages.visitor import CHANNEL, Gate
from bot.workers import Workers
from index.search.index import Index
from tests.browser import Tab, browsing
from tests.web_server import serving

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
SHARP = 1.5
"""Pixels of the picture for one of the page."""
COLOURS = 64
QUESTIONS: dict[Language, tuple[str, str]] = {
    "en": ("How many smart factories does Longquanyi have?", "Who wrote Hamlet?"),
    "zh": ("龙泉驿区有多少个智能工厂？", "今天的股市怎么样？"),
}
TAGS = {"blockquote": "blockquote", "bold": "b", "text_link": "u", "italic": "i"}
FOLDED = "expandable_blockquote"
"""Telegram shows three lines of it, and the rest on a tap."""
CHAT = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 20px 16px; background: #cfe0d2; font: 15px/1.45 system-ui, "Noto Sans CJK SC", sans-serif; }
p, article { border-radius: 14px; padding: 8px 12px; }
p { margin: 0 0 10px auto; width: fit-content; max-width: 82%; background: #e3fdd0; }
article { background: #fff; white-space: pre-line; }
blockquote { margin: 2px 0; padding: 5px 10px; border-left: 3px solid #3a9b6a; background: #eef6ee; }
.folded { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; color: #444;
  padding-bottom: 0; }
u { color: #1f6e4c; text-decoration: none; }
i { color: #555; }
div { display: flex; gap: 5px; margin-top: 5px; }
span { flex: 1; text-align: center; background: #64806b; color: #fff; border-radius: 9px; padding: 6px; }
</style>"""


def chat_html(question: str, message: RenderedMessage) -> str:
    """A question and the message that answers it, with the looks that Telegram gives to its entities."""
    units = message.text.encode("utf-16-le")
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for entity in sorted(message.entities, key=lambda one: (one.offset, -one.length)):
        folded = entity.type == FOLDED
        tag = "blockquote" if folded else TAGS[entity.type]
        opens.setdefault(entity.offset, []).append(f'<{tag} class="folded">' if folded else f"<{tag}>")
        closes.setdefault(entity.offset + entity.length, []).insert(0, f"</{tag}>")
    edges = sorted({0, len(units) // 2, *opens, *closes})
    body = []
    for left, right in zip(edges, [*edges[1:], edges[-1]], strict=True):
        text = units[2 * left : 2 * right].decode("utf-16-le")
        body.append("".join(closes.get(left, [])) + "".join(opens.get(left, [])) + escape(text))
    said = "".join(body).replace("</blockquote>\n", "</blockquote>").replace("\n\n<blockquote", "<blockquote")
    rows = message.keyboard.inline_keyboard if message.keyboard else ()
    buttons = "".join(f"<div>{''.join(f'<span>{escape(one.text)}</span>' for one in row)}</div>" for row in rows)
    return f"{CHAT}<p>{escape(question)}</p><article>{said}</article>{buttons}"


async def picture(tab: Tab, name: str) -> None:
    """The window as a PNG of few colours, so that a README loads quickly."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.png"
        await tab.picture(raw)
        image = Image.open(io.BytesIO(raw.read_bytes())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        image.save(FOLDER / name, optimize=True)
    print(name, (FOLDER / name).stat().st_size, "bytes")


async def window(tab: Tab, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": SHARP, "mobile": False}
    await tab.command("Emulation.setDeviceMetricsOverride", **size)
    light = {"name": "prefers-color-scheme", "value": "light"}
    await tab.command("Emulation.setEmulatedMedia", features=[light])


async def show_page(tab: Tab, url: str, lang: Language) -> None:
    await window(tab, 820, 760)
    await tab.open(f"{url}/?lang={lang}")
    for number, question in enumerate(QUESTIONS[lang], 1):
        await tab.run("document.getElementById('text').focus()")
        await tab.write(question)
        await tab.press("Enter")
        await tab.until(f"document.querySelectorAll('.turn .card').length === {number}")
    await tab.run("document.activeElement.blur(); scrollTo({ top: 0, behavior: 'instant' })")
    await picture(tab, f"page.{lang}.png")


async def show_chat(tab: Tab, index: Index, lang: Language, folder: Path) -> None:
    await window(tab, 430, 470)
    question = QUESTIONS[lang][0]
    card = answer_card(index.ask(question, top=3), index, lang, Links("https://bot.example.org"), CardPage("a"))
    (folder / "chat.html").write_text(chat_html(question, rendered_messages(card)[0]), encoding="utf-8")
    await tab.open((folder / "chat.html").as_uri())
    await window(tab, 430, await tab.run("document.body.scrollHeight"))
    await picture(tab, f"chat.{lang}.png")


async def make(folder: Path) -> None:
    settings = Settings(_env_file=None, data_dir=folder / "data")  # type: ignore[call-arg]
    reindex(settings, now=datetime.now(UTC), progress=lambda *_: None)
    index = open_index(settings)
    journal, workers, metrics = Journal(folder / "journal.sqlite"), Workers(), Metrics()
    desk = Desk(index, journal, workers, metrics, RateLimits(Rates(0, 0), lambda: 0.0), links=Links())
    page = AskPage(desk, Intake(CHANNEL, journal, workers, metrics), Gate())
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with serving(web_app(desk, metrics, [page])) as url, browsing() as tab:
        for lang in QUESTIONS:
            await show_page(tab, url, lang)
            await show_chat(tab, index, lang, folder)
    workers.close()
    journal.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(make(Path(name)))
