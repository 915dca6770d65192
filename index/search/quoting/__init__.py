"""From a ranked sentence to a `Quote`: its stretch, its shape and parts, its version, its highlights, to the letter.

Only `search`, the builds that ask saved questions, and what shows a quote import it.
"""
