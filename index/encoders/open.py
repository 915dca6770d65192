"""An encoder by its name: the bundled student (`bundled`), the bundled static table (`bundled-fast`), or any
sentence-transformers model by name or folder, which is imported only when it is asked for.
"""

from index.encoders.protocol import MODELS, Encoder


def open_encoder(name: str = "bundled", *, threads: int = 1) -> Encoder:
    """The encoder of that name: "bundled", "bundled-fast", or a sentence-transformers model's name or folder.

    Raises EncoderError where its files or its library are missing.
    """
    if name == "bundled":
        from index.encoders.student import Student

        return Student(MODELS / "bundled", threads=threads)
    if name == "bundled-fast":
        from index.encoders.static import Static

        return Static(MODELS / "bundled-fast")
    from index.encoders.sentence_transformers import Hub

    return Hub(name)
