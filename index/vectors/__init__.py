"""Stores of vectors behind one small protocol; the exact one is the truth."""
