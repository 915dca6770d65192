"""The page for admins: the corpus and its index, questions and feedback, behind a sign-in by one-time link."""
