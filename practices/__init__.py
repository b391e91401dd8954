"""Good practices: a structured form, its review, and what other regions make of it."""
