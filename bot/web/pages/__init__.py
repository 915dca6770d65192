"""Pages for people: the page to ask, and what it is made of. Plain HTML, CSS and JavaScript, nothing to build."""
