"""The shipped encoders as sentence-transformers folders, with float weights read back from the int8 files.

So whoever wants torch, a GPU or further training has the same vectors there, and nothing large is shipped twice.
"""

import gzip
import json
import re
import sys
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.numpy import save_file

from index.text.terms import WORDS
from training.encoder.whitening import WEIGHT

Floats = NDArray[np.float32]

_QUANTISED = re.compile(r"^(?P<name>.+)_quantized$")
_LINEAR = {"o": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense"}
_NORMS = {"n1": "attention.output.LayerNorm", "n2": "output.LayerNorm"}
_LAYERS = 6
_WINDOW = 256


def write_folders(encoders: Path, folder: Path) -> None:
    """`bundled` and `bundled-fast` under `folder`, each for `SentenceTransformer(path)`."""
    words = WORDS / "tokenizer.json.gz"
    write_student(encoders / "bundled", words, folder / "bundled")
    write_static(encoders / "bundled-fast", words, folder / "bundled-fast")


def table(encoder: Path) -> Floats:
    """The word table in float, the composed words after the rows that they are sums of."""
    rows: Floats = np.load(encoder / "table.npy").astype(np.float32) * np.load(encoder / "scales.npy")[:, None]
    parts, shares = np.load(encoder / "composed-parts.npy"), np.load(encoder / "composed-shares.npy")
    composed = sum(rows[parts[:, k]] * shares[:, k, None].astype(np.float32) for k in range(parts.shape[1]))
    return np.concatenate([rows, np.asarray(composed, np.float32)])


def layer_weights(path: Path) -> dict[str, Floats]:
    """The graph's constants by name, int8 ones widened, smoothing undone: matrices are (in, out) as MatMul has them."""
    constants = {c.name: numpy_helper.to_array(c) for c in onnx.load(path).graph.initializer}
    found: dict[str, Floats] = {}
    for name, value in constants.items():
        quantised = _QUANTISED.match(name)
        if quantised:
            base = quantised["name"]
            zero = constants[f"{base}_zero_point"].astype(np.float32)
            found[base] = (value.astype(np.float32) - zero) * constants[f"{base}_scale"]
        elif value.dtype == np.float32:
            found[name] = value
    for name in [name for name in found if name.endswith(".spread")]:
        found[name.removesuffix(".spread")] *= found.pop(name)[:, None]
    return found


def write_student(encoder: Path, tokenizer: Path, folder: Path) -> None:
    """MiniLM's architecture over our table: a BERT, mean pooling, length one."""
    weights = layer_weights(encoder / "layers.onnx")
    words = table(encoder)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_bert(weights, words), folder / "model.safetensors", metadata={"format": "pt"})
    _json(folder / "config.json", _bert_config(len(words)))
    (folder / "tokenizer.json").write_bytes(gzip.decompress(tokenizer.read_bytes()))
    marks = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    about = {f"{name}_token": mark for name, mark in marks.items()}
    about |= {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": _WINDOW}
    _json(folder / "tokenizer_config.json", about)
    _json(folder / "sentence_bert_config.json", {"max_seq_length": _WINDOW, "do_lower_case": False})
    _json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": words.shape[1], "pooling_mode_mean_tokens": True},
    )
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    if WEIGHT in weights:
        _dense(weights[WEIGHT], folder / "2_Dense")
        modules.append(("2_Dense", "Dense"))
    _modules(folder, [*modules, (f"{len(modules)}_Normalize", "Normalize")])
    np.save(folder / "token_projection.npy", weights["proj.weight"])


def write_static(encoder: Path, tokenizer: Path, folder: Path) -> None:
    """A mean of word vectors, and length one."""
    inner = folder / "0_StaticEmbedding"
    inner.mkdir(parents=True, exist_ok=True)
    save_file({"embedding.weight": table(encoder)}, inner / "model.safetensors", metadata={"format": "pt"})
    (inner / "tokenizer.json").write_bytes(gzip.decompress(tokenizer.read_bytes()))
    _modules(folder, [("0_StaticEmbedding", "StaticEmbedding"), ("1_Normalize", "Normalize")])


def _bert(weights: dict[str, Floats], words: Floats) -> dict[str, Floats]:
    positions = weights["positions"]
    found = {
        "embeddings.word_embeddings.weight": words,
        # The graph has the one type of token added to the positions.
        "embeddings.position_embeddings.weight": positions,
        "embeddings.token_type_embeddings.weight": np.zeros((2, words.shape[1]), np.float32),
        "embeddings.LayerNorm.weight": weights["norm.weight"],
        "embeddings.LayerNorm.bias": weights["norm.bias"],
    }
    for n in range(_LAYERS):
        found |= _layer(weights, f"layers.{n}", f"encoder.layer.{n}")
    return {name: np.ascontiguousarray(value, np.float32) for name, value in found.items()}


def _layer(weights: dict[str, Floats], ours: str, theirs: str) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    parts = np.split(weights[f"{ours}.qkv.weight"], 3, axis=1)
    biases = np.split(weights[f"{ours}.qkv.bias"], 3)
    for name, part, bias in zip(("query", "key", "value"), parts, biases, strict=True):
        found[f"{theirs}.attention.self.{name}.weight"] = part.T
        found[f"{theirs}.attention.self.{name}.bias"] = bias
    for name, full in _LINEAR.items():
        found[f"{theirs}.{full}.weight"] = weights[f"{ours}.{name}.weight"].T
        found[f"{theirs}.{full}.bias"] = weights[f"{ours}.{name}.bias"]
    for name, full in _NORMS.items():
        found[f"{theirs}.{full}.weight"] = weights[f"{ours}.{name}.weight"]
        found[f"{theirs}.{full}.bias"] = weights[f"{ours}.{name}.bias"]
    return found


def _bert_config(words: int) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": words,
        "hidden_size": 384,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": 12,
        "intermediate_size": 1536,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "max_position_embeddings": _WINDOW,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
    }


def _dense(weight: Floats, folder: Path) -> None:
    """A linear step without a bias; torch has (out, in)."""
    about = {"in_features": len(weight), "out_features": weight.shape[1], "bias": False}
    _json(folder / "config.json", about | {"activation_function": "torch.nn.modules.linear.Identity"})
    stored = {"linear.weight": np.ascontiguousarray(weight.T)}
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})


def _modules(folder: Path, modules: list[tuple[str, str]]) -> None:
    kinds = "sentence_transformers.models"
    rows = [{"idx": n, "name": str(n), "path": p, "type": f"{kinds}.{kind}"} for n, (p, kind) in enumerate(modules)]
    _json(folder / "modules.json", rows)
    for path, _ in modules:
        (folder / path).mkdir(exist_ok=True)
    _json(folder / "config_sentence_transformers.json", {"similarity_fn_name": "cosine"})


def _json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_folders(Path("index/encoders"), Path(sys.argv[1] if len(sys.argv) > 1 else "build/sentence-transformers"))
