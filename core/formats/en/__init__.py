"""English formats: day before month, 24 hours, Monday first."""
