"""What a person sees in the terminal: its texts, tables and cards, and the same as JSON. Only `cli` imports it."""
