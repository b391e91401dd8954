"""The post office: letters, reminders, digest. Knows no subject."""
