"""What a question says: its terms, what it asks for, the names, spellings and other words in it.

Text and the terms of a snapshot come in, no passages; `search` and its other rooms import it.
"""
