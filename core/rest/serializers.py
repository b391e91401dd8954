"""Serializers that say so when they are sent a field they do not know."""

from operator import attrgetter

from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.fields import Field, SkipField
from rest_framework.relations import PKOnlyObject

from core.text import is_storable


class QuickSerializer(serializers.ModelSerializer):
    """Output of rows exactly as ``ModelSerializer`` gives it, for two thirds of the cost in lists.

    What each field reads is worked out once for a list, not once for each row; plain attributes are read
    directly. Fields that read in their own way keep it.
    """

    def to_representation(self, instance):
        """Return the row as a dict."""
        shown = {}
        for name, read, represent in self._plan:
            try:
                value = read(instance)
            except SkipField:
                continue
            is_empty = value is None or (isinstance(value, PKOnlyObject) and value.pk is None)
            shown[name] = None if is_empty else represent(value)
        return shown

    @cached_property
    def _plan(self):
        columns = {column.name for column in self.Meta.model._meta.fields}
        return [(field.field_name, *_reader_and_writer(field, columns)) for field in self._readable_fields]


# They give out what the database gave, when it comes from a column.
_UNCHANGED = (serializers.BooleanField, serializers.IntegerField, serializers.JSONField)


def _reader_and_writer(field, columns):
    if type(field).get_attribute is not Field.get_attribute or field.source not in columns:
        return field.get_attribute, field.to_representation
    is_unchanged = type(field) in _UNCHANGED and not getattr(field, "binary", False)
    return attrgetter(field.source), _same if is_unchanged else field.to_representation


def _same(value):
    return value


class StrictSerializer(serializers.Serializer):
    """Input of a write: unknown names are refused instead of silently dropped."""

    def to_internal_value(self, data):
        """Return the valid data, or raise with one sentence for each faulty name."""
        if isinstance(data, dict):
            unknown = sorted(str(name)[:40] for name in set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {name if is_storable(name) else "?": ["This field is not known here."] for name in unknown[:10]}
                )
        return super().to_internal_value(data)


class Empty(StrictSerializer):
    """Input of a verb that needs no data."""
