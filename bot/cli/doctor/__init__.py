"""`verbatim doctor`: its checks of machine, disk, documents, index and encoder, and what they found."""
