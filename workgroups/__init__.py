"""Workgroups: the themes of the partnership (data, not code), members and initiatives."""
