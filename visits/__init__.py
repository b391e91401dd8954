"""Study visits of meetings: hosts, stops, seats, waiting list, takeaways."""
