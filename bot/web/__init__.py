"""The one port: webhooks, health, metrics, the source reader."""
