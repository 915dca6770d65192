"""A finished index on disk: its files, its records, its term index and its vectors. Written once, never changed.

A folder comes in, an opened `Snapshot` goes out. Builds and search import it; it knows nothing of questions.
"""
