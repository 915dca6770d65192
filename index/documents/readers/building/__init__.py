"""From the pieces that a reader gives to a Document: blocks, groups, cells, exact offsets. Only readers import it."""
