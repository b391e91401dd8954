"""Pages of partners and people, and of the own account."""
