"""A channel translates a platform's message to a Question and a Card to a platform's message, and owns nothing else."""
