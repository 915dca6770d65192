"""What was built, in numbers: the tables of the model card, how fast it runs, how large it is, and how it learned.

    python -m training.encoder.report --data DIR --frequency FILE [--encoders DIR]

measures both encoders of a folder like `index/encoders`.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoders.input_table import WordVectors
from index.encoders.protocol import Encoder
from index.encoders.static import Static
from index.encoders.student import Student
from index.text.terms import tokenizer
from training.encoder.folding import is_han
from training.encoder.measure import (
    DIRECTIONS,
    Floats,
    Rarity,
    news,
    passage_table,
    read_squad,
    word_vectors,
)
from training.encoder.translate import Progress

_TIMED = 60


def write_report(built: Path, data: Path, frequency: Floats, step: int = 1) -> Path:
    """`report.md` beside the built encoders: every `step`-th question of XQuAD's first half, and news both ways."""
    centres = _centres(WordVectors(built / "bundled"), frequency)
    lines = ["# Measured", "", f"XQuAD's first half, every {step}. question: passage@1 (@5) among 120 paragraphs.", ""]
    rarity = Rarity(frequency)
    none = np.zeros_like(centres)
    for encoder, middle in ((Student(built / "bundled"), centres), (Static(built / "bundled-fast"), none)):
        words = word_vectors(WordVectors(built / encoder.name), middle)
        table = passage_table(encoder, words, rarity, data / "bench", step)
        lines += [f"## {encoder.name}", "", *_markdown(table), ""]
        ask, answer = news(encoder, data / "parallel" / "wmt-news.en-zh.tsv.gz")
        lines += [f"News of WMT, a translation among 2 000: English asks {ask:.3f}, Chinese asks {answer:.3f}.", ""]
        lines += [_speed(encoder, data), f"Files: {_size(built / encoder.name):.1f} MB.", ""]
        print("\n".join(lines[-len(table) - 9 :]), flush=True)
    path = built / "report.md"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _centres(table: WordVectors, frequency: Floats) -> Floats:
    """The usual vector of each script, other scripts first: soft matching takes it away."""
    rows = table.vectors(np.arange(len(frequency)))
    han = np.array([is_han((tokenizer().id_to_token(n) or " ")[0]) for n in range(len(frequency))])
    weight = np.sqrt(frequency)[:, None]
    means = [(rows[part] * weight[part]).sum(0) / weight[part].sum() for part in (~han, han)]
    return np.stack(means).astype(np.float32)


def draw_curve(progress: Progress, path: Path) -> None:
    """The losses over the steps."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4))
    for name in sorted({name for _, means in progress.curve for name in means}):
        points = [(step, means[name]) for step, means in progress.curve if name in means]
        if points:
            axes.plot(*zip(*points, strict=True), label=name)
    axes.set(xlabel="step", ylabel="loss, mean of 20 steps", title="The student learns")
    if axes.lines:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def _markdown(table: dict[str, dict[str, tuple[float, float]]]) -> list[str]:
    heads = [f"{asked}->{held}" for asked, held in DIRECTIONS]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for way, found in table.items():
        cells = [f"{found[head][0]:.3f} ({found[head][1]:.3f})" if head in found else "-" for head in heads]
        lines.append(f"| {way} | " + " | ".join(cells) + " |")
    return lines


def _speed(encoder: Encoder, data: Path) -> str:
    """Processor time, so that a busy machine does not count against it; one thread."""
    reading = read_squad(data / "bench" / "xquad-zh-first-half.json.gz")
    # The product's passages are about this long.
    passages = [text[:240] for text in reading.paragraphs[:_TIMED]]
    each = _seconds(encoder, [passages]) / len(passages)
    question = _seconds(encoder, [[question] for question in reading.questions[:_TIMED]]) / _TIMED
    return f"Processor time: {1 / each:.0f} passages of 240 characters a second, {question * 1000:.2f} ms a question."


def _seconds(encoder: Encoder, calls: Sequence[Sequence[str]]) -> float:
    encoder.encode_passages(calls[0][:1])
    start = time.process_time()
    for texts in calls:
        encoder.encode_passages(texts)
    return time.process_time() - start


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder.report", description="Measures both encoders.")
    parser.add_argument("--data", type=Path, required=True, help="the data folder: bench/, parallel/")
    parser.add_argument("--frequency", type=Path, required=True, help="what `python -m training.encoder` counted")
    parser.add_argument("--encoders", type=Path, default=Path("index/encoders"))
    parser.add_argument("--every", type=int, default=1, help="measure on every n-th question only")
    chosen = parser.parse_args()
    print("written:", write_report(chosen.encoders, chosen.data, np.load(chosen.frequency), chosen.every), flush=True)


if __name__ == "__main__":
    main()
