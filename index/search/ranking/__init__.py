"""Which passages and sentences answer: proposed, compared with the question, read, and put in order.

A question comes in, matches with their scores go out; `search` and its quoting import it.
"""
