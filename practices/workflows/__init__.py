"""What people do with practices, reviews, transfers and forms."""
