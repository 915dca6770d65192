"""Several corpora side by side: what is declared, and their indexes asked as one."""
