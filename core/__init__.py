"""Base of the house: knows no word of the domain and imports nothing of ours."""
