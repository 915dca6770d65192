"""Processes beside the one that serves: those that answer, and the one that reindexes. Only `serving` imports it."""
