"""The HTTP interface for other programs: ask, verify, documents, status."""
