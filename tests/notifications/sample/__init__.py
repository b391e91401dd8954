"""An app with one kind of letter, for processes that the tests start."""
