"""Home, search, learning trail: what is computed from all other rooms."""
