"""What comes back: refusals and reports about addresses, and when letters stop going there."""
