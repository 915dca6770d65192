"""How WeCom is spoken to: its encryption, XML, calls, frames and connections. No question or answer is known here.

Only `wecom` imports it.
"""
