"""How fast the portal is, against the bare limit of the same machine in the same run."""
