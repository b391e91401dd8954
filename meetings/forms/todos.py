"""Forms of to-dos."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, VersionedForm
from meetings import rules
from meetings.forms.times import DayField, LineField
from meetings.models import Meeting
from partners.models import Person
from partners.querysets import standing
from workgroups.models import Workgroup
from workgroups.querysets import group_standing


class TodoFields(PortalForm):
    """The facts of a to-do."""

    text = LineField(label=_("What is to be done"), max_length=300)
    owner = forms.ModelChoiceField(Person.objects.none(), label=_("Who does it"))
    due_date = DayField(label=_("Until"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Person.objects.visible_to(user).active()


class CreateTodoForm(TodoFields):
    """A new to-do, of a meeting or of a workgroup."""

    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("From the meeting"), required=False)
    workgroup = forms.ModelChoiceField(Workgroup.objects.none(), label=_("From the workgroup"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.user = user
        self.fields["meeting"].queryset = Meeting.objects.visible_to(user)
        groups = Workgroup.objects.all()
        if not standing(user).leads_all:
            groups = groups.filter(pk__in=group_standing(user).member_ids)
        self.fields["workgroup"].queryset = groups

    def clean(self):
        """Ask for an origin for which the person may write to-dos."""
        super().clean()
        meeting, workgroup = self.cleaned_data.get("meeting"), self.cleaned_data.get("workgroup")
        if meeting is not None and not rules.can_create_todo(self.user, meeting):
            self.add_error("meeting", _("Only its organisers and its workgroup write to-dos for this meeting."))
        if meeting is None and workgroup is None and not self.errors:
            self.add_error("meeting", _("Choose the meeting or the workgroup that it comes from."))
        return self.cleaned_data


class ChangeTodoForm(TodoFields, VersionedForm):
    """A to-do that exists."""

    def __init__(self, *args, todo, **kwargs):
        super().__init__(*args, **kwargs)
        others = self.fields["owner"].queryset.values("pk")
        self.fields["owner"].queryset = Person.objects.filter(Q(pk__in=others) | Q(pk=todo.owner_id))


class CompleteTodoForm(VersionedForm):
    """What came of a to-do."""

    answer = forms.CharField(
        label=_("What was done"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DropTodoForm(VersionedForm):
    """Why a to-do is not done."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class HandOverTodoForm(VersionedForm):
    """Who does it from now on."""

    owner = forms.ModelChoiceField(Person.objects.none(), label=_("Who does it from now on"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people
