"""What any text is made of: language, sentences, passages, terms, numbers and sounds.

Text and offsets come in, plain values go out. Knows no file and no model; every other room of `index` may import it.
"""
