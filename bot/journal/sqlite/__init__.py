"""The journal in a file: SQLite, and the processes that share it. Only `journal` imports it."""
