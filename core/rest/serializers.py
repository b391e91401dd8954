"""Serializers that say so when they are sent a field they do not know."""

from rest_framework import serializers

from core.text import is_storable


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
