"""Texts and tokens become vectors; a question and a passage become a judgement.

Strings come in, numpy arrays go out. The only room that imports onnxruntime, torch or sentence-transformers.
"""
