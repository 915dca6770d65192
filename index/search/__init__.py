"""A question becomes an `Answer`: candidates, ranking, reading, the quote, and how sure it is.

A question and a snapshot come in; quotes or an abstention go out. Only the door and `bot` import it.
"""
