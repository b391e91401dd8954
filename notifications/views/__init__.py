"""Pages of letters: the curators' list, the inbox of each person, what a link in a letter does."""
