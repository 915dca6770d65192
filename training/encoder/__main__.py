"""`python -m training.encoder --data DIR`: from the data folder to the files that ship, and what they find.

Each step leaves its result in the work folder, and a second run goes on where the first one stopped.
"""

import argparse
import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.encoder.batches import Numbers, numbers, sample
from training.encoder.composed import write_composed
from training.encoder.export import write_bundled, write_fast
from training.encoder.fast import train_fast
from training.encoder.folders import write_folders
from training.encoder.folding import fold_table
from training.encoder.measure import Floats
from training.encoder.model import Body, Student
from training.encoder.pieces import write_pieces
from training.encoder.report import draw_curve, write_report
from training.encoder.start import RARE, frequencies, start, teacher_of
from training.encoder.translate import Plan, Trainer
from training.encoder.vocabulary import Piece, write_words


def main() -> None:
    """Vocabulary, start, training, static table, files, report."""
    options = _options()
    out: Path = options.out
    print("vocabulary", flush=True)
    vocabulary = write_words(options.data, out / "words")
    tokenizer = Tokenizer.from_file(str(out / "words" / "tokenizer.json"))
    folding = str.maketrans(fold_table())
    frequency = _kept(out / "frequency.npy", lambda: frequencies(options.data, vocabulary, tokenizer))
    first = _first(options.data, out, vocabulary, tokenizer, folding, frequency)
    source = numbers(options.data, vocabulary, tokenizer, folding, frequency)
    trainer = _train(first, source, frequency, options)
    weights = _weights(trainer.student)
    write_bundled(weights, out / "bundled", sample(source))
    table = train_fast(torch.tensor(weights["words"]), vocabulary, source, torch.tensor(frequency))
    write_fast(table, out / "bundled-fast")
    write_composed(options.data, out, vocabulary, tokenizer, folding, frequency)
    write_pieces(out / "words")
    draw_curve(trainer.progress, out / "curve.png")
    write_folders(out, out / "sentence-transformers")
    _check_words(out)
    print("written:", write_report(out, options.data, frequency, options.every), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: cedict.txt.gz, parallel/, bench/")
    parser.add_argument("--out", type=Path, default=Path("build/encoder"), help="where files and checkpoints go")
    parser.add_argument("--steps", type=int, default=2000, help="training steps; about 3 s each on two cores")
    parser.add_argument("--every", type=int, default=1, help="measure on every n-th question only")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def _kept(path: Path, make: Callable[[], Floats]) -> Floats:
    if not path.exists():
        np.save(path, make())
    found: Floats = np.load(path)
    return found


def _first(
    data: Path, out: Path, vocabulary: list[Piece], tokenizer: Tokenizer, folding: dict[int, str], frequency: Floats
) -> Student:
    path = out / "start.pt"
    if not path.exists():
        print("start: every Chinese word from its glosses", flush=True)
        torch.save(start(data, vocabulary, tokenizer, folding, frequency).state_dict(), path)
    state = torch.load(path)
    student = Student(state["words.weight"].clone(), Body())
    student.load_state_dict(state)
    return student


def _train(first: Student, source: Numbers, frequency: Floats, options: argparse.Namespace) -> Trainer:
    rarity = RARE / (RARE + torch.tensor(frequency))
    rarity[:5] = 0
    plan = Plan(options.steps, options.out / "student", options.device)
    trainer = Trainer(first, teacher_of(first), source, rarity, plan)
    trainer.run()
    return trainer


def _weights(student: Student) -> dict[str, Floats]:
    state = {name.removeprefix("body."): value.cpu().float().numpy() for name, value in student.state_dict().items()}
    state["words"] = state.pop("words.weight")
    return state


def _check_words(out: Path) -> None:
    """The measured encoders run with the tokenizer of the package: it must be the one that was built."""
    from index.text.terms import tokenizer

    built = Tokenizer.from_str(gzip.decompress((out / "words" / "tokenizer.json.gz").read_bytes()).decode())
    if built.get_vocab() != tokenizer().get_vocab():
        raise SystemExit("The vocabulary differs from the shipped one: copy words/ to index/encoders/ and run again.")


if __name__ == "__main__":
    main()
