"""No example of hypothesis is judged by the clock: the first may have to load a vocabulary, and machines are busy."""

from hypothesis import settings

settings.register_profile("without-clock", deadline=None)
settings.load_profile("without-clock")
