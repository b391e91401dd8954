"""Meetings: agenda, registration, minutes, decisions and to-dos."""
