"""How we find it: documents become passages, a snapshot, and quotes.

A library without chat, event loop, clock or environment: usable from a notebook.
"""
