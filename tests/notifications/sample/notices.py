from notifications.registry import Content, letter


@letter("sample-note")
def sample_note(thing, person, data):
    return Content(subject=f"Note for {person}", lines=["One line."], why="You take part in a test.")
