"""Regions, organisations, people, accounts, invitations and API tokens."""
