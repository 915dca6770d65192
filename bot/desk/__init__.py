"""The front door: who may ask, how much, what was asked before, and the card that answers. Channels import it."""
