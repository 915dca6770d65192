"""Everything the bot says in its own words, in both languages of the interface. Quotes never pass through here."""
