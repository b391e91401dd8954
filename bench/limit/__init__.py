"""The limit: the least code that answers the same work, as a Django project of its own."""
