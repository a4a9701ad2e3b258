"""What the operator fills in."""

from datetime import timedelta

from django import forms

HOURS = (("1", "an hour"), ("24", "a day"), ("72", "three days"), ("168", "a week"))


class AskForm(forms.Form):
    """Why an operator wants to look in."""

    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The owner reads it and decides. What happened, and what you need to see.",
    )


class AnnounceForm(forms.Form):
    """What is shown above pages."""

    text = forms.CharField(
        label="What they read", max_length=300, help_text="Plain text; it is shown as typed."
    )
    hours = forms.ChoiceField(label="For", choices=HOURS)

    def lasts(self) -> timedelta:
        """For how long."""
        return timedelta(hours=int(self.cleaned_data["hours"]))
