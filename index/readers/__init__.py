"""One reader a format, chosen by a table."""
