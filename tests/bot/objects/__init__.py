"""Mirrors `bot.objects`."""
