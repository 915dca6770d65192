"""Every reader of files and every decoder, fed with small files that were damaged: a document, or our own error."""
