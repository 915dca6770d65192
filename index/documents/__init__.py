"""A folder and its files become `Document`s, each read by the reader of its format.

Files and web pages come in, documents (or the reason why there is none) go out. Builds import it; search never does.
"""
