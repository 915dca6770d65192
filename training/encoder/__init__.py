"""How the bundled encoders are made: vocabulary, start, training on translations, the files that ship, and what they
find."""
