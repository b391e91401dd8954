"""Date and time formats of each language."""
