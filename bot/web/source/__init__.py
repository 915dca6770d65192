"""The source page: a document as it is, with the quote marked, for sources that have no public address."""
