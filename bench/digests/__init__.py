"""The digest on the bench: letters per second of computing, into a mail server, memory and questions."""
