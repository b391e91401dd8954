"""What the whole database holds, as one value that tests compare."""

from django.apps import apps


def all_rows():
    """Return every row of every table of ours, and of sessions, as values; two equal answers mean: nothing changed."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            rows = model._base_manager.order_by("pk").values_list()
            found[model._meta.label] = [tuple(map(str, row)) for row in rows]
    return found
