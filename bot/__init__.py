"""How we converse: channels, the desk that answers, the journal, the command line."""
