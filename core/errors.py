"""What a workflow says when it will not do a thing."""


class Refused(Exception):
    """A request that the state of things does not allow, with a sentence for the person.

    ``message``: one sentence, translated. ``field``: name of the form field it belongs to, or None.
    Pages show it at the field or as a notice; the API answers 409 with the sentence.
    """

    status = 409
    title = "Not possible now"

    def __init__(self, message, field=None):
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self):
        return str(self.message)


class Invalid(Refused):
    """Input whose shape is right but whose content a workflow cannot accept; the API answers 400.

    ``problems``: mapping of field name to one sentence.
    """

    status = 400
    title = "Please check the marked fields"

    def __init__(self, problems):
        first_field, first_message = next(iter(problems.items()))
        super().__init__(first_message, first_field)
        self.problems = problems


class Stale(Refused):
    """Somebody else saved first: the version that was read is no longer the current one (HTTP 412)."""

    status = 412
    title = "Somebody else changed this"
