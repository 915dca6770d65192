"""Plain tables for people: columns that line up even though Chinese characters are two columns wide."""

from collections.abc import Sequence

from bot.cli.terminal import card_style
from bot.cli.terminal.console import Console

GAP = "  "


def columns(rows: Sequence[Sequence[str]], console: Console) -> str:
    """Rows of cells as lines; the last cell of a row is wrapped, and continues under itself.

    In a table of two columns the first one is a label, and steps back.
    """
    count = max((len(row) for row in rows), default=0)
    widths = [max(card_style.columns(row[n]) for row in rows) for n in range(count - 1)]
    lead = sum(widths) + len(GAP) * len(widths)
    lines = []
    for row in rows:
        cells = [padded(cell, width) + GAP for cell, width in zip(row, widths, strict=False)]
        head = console.style(cells[0], 2) if count == 2 else "".join(cells)
        body = [part for line in row[-1].split("\n") for part in _wrapped(line, console.width - lead)]
        lines += [(head if n == 0 else " " * lead) + part for n, part in enumerate(body)]
    return "\n".join(line.rstrip() for line in lines)


def padded(text: str, width: int) -> str:
    """`text` filled up with spaces to `width` columns."""
    return text + " " * (width - card_style.columns(text))


def moment(text: str) -> str:
    """An ISO 8601 time in UTC as people read it; anything else as it is."""
    return text[:16].replace("T", " ") + " UTC" if text.endswith("+00:00") else text


def size(count: int) -> str:
    """Bytes as people say them."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def _wrapped(line: str, room: int) -> list[str]:
    if room < 20:  # no terminal, or one too narrow for columns: leave lines whole
        return [line]
    return [line[start:end] for start, end in card_style.wrap(line, room)]
