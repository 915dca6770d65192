"""A new snapshot from the corpus folder: made beside the live one, checked, and swapped in.

A corpus folder and an encoder come in, a `Report` and a live snapshot come out. Only `bot` imports it.
"""
