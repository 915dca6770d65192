"""Telegram: private chats, groups and topics, inline, guest messages, over polling or a webhook."""

import os

# python-telegram-bot warns about every flood limit until one opts in to its coming form, and does so by this variable.
os.environ.setdefault("PTB_TIMEDELTA", "true")
