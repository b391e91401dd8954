"""Tags of letters."""
