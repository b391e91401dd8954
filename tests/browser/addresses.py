"""The five demonstration sign-ins, and colleagues who appear in the story."""

SIGN_INS = {
    "coordinator": "ada.beispiel@example.org",
    "curator": "lotte.voorbeeld@example.org",
    "organisation": "bence.pelda@example.org",
    "member": "ioana.exemplu@example.org",
    "guest": "greta.mustergast@example.org",
}
