"""An answer as people see it, before any platform shapes it: card, rendering, splitting, links."""
