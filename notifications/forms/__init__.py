"""Forms of letters."""
