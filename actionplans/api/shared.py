"""Short forms and fields that the addresses of this room share."""

from rest_framework import serializers

from actionplans.forms import sane_days
from actionplans.models import ActionPlan, PolicyInstrument
from actionplans.rules import can_see_people
from partners.models import Organisation, Person, Region


def day(**options):
    """Return a field for a day that a plan can speak of."""
    return serializers.DateField(validators=sane_days(), **options)


def long_text(limit, **options):
    """Return a field for a long text."""
    options.setdefault("required", False)
    options.setdefault("allow_blank", True)
    return serializers.CharField(max_length=limit, **options)


class RegionOfInstrument(serializers.ModelSerializer):
    """A region by name."""

    class Meta:
        model = Region
        fields = ["id", "name"]


class PartnerOfPlan(serializers.ModelSerializer):
    """An organisation by name."""

    class Meta:
        model = Organisation
        fields = ["id", "name", "short_name"]


class PersonInCharge(serializers.ModelSerializer):
    """A person by name; members see it."""

    class Meta:
        model = Person
        fields = ["id", "name"]


class InstrumentOfPlan(serializers.ModelSerializer):
    """An instrument by name."""

    class Meta:
        model = PolicyInstrument
        fields = ["id", "name"]


class PlanOfAction(serializers.ModelSerializer):
    """A plan by title."""

    class Meta:
        model = ActionPlan
        fields = ["id", "title", "state"]


def user_of(serializer):
    """Return the account that asks."""
    return serializer.context["request"].user


class SeesPeople:
    """A serializer that shows the person in charge to members only."""

    def to_representation(self, thing):
        """Return the fields, without the person for others."""
        shown = super().to_representation(thing)
        if not can_see_people(user_of(self)):
            shown["responsible_person"] = None
        return shown
