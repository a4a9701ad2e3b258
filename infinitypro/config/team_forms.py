"""What the pages about a workspace's team ask for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html

from infinitypro.accounts import permissions
from infinitypro.accounts.models import Membership, Role, Team
from infinitypro.accounts.permissions import API_PERMISSIONS, ENTER, PERMISSIONS, ROLE_WORDS, BuiltIn, Scope
from infinitypro.accounts.team import Post

SCOPES = [("", "No"), (Scope.OWN, "Their own"), (Scope.TEAM, "Their team's"), (Scope.ALL, "All")]
LASTS = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until it is revoked")]


class PlainForm(forms.Form):
    """A form whose labels bear no colon and which the browser does not check before we do."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class PostForm(PlainForm):
    """A role, by choice."""

    post = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, roles: Iterable[Role], can_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [role for role in BuiltIn if can_own or role != BuiltIn.OWNER]
        self._posts = {role.value: Post(built_in=role) for role in own}
        self._posts |= {str(role.id): Post(role=role) for role in roles}
        names = {role.value: _explained(role) for role in own} | {str(r.id): r.name for r in roles}
        self.fields["post"] = forms.ChoiceField(
            label="Role", choices=list(names.items()), initial=BuiltIn.AGENT, widget=forms.RadioSelect
        )

    def chosen(self) -> Post:
        """The role that was chosen."""
        return self._posts[self.cleaned_data["post"]]


def _explained(role: BuiltIn) -> str:
    words = ROLE_WORDS[role]
    return format_html('{} <span class="text-muted">{}</span>', role.value.capitalize(), words)


class InviteForm(PostForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="Email address",
        max_length=254,
        error_messages={
            "required": "Type the address to invite.",
            "invalid": "This is not an email address.",
        },
    )
    field_order = ("email", "post")

    def clean_email(self) -> str:
        """The address as log-ins know it."""
        found: str = self.cleaned_data["email"].lower()
        return found


class MemberForm(PostForm):
    """A member's role and teams."""

    def __init__(self, *args: Any, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(team.id), team.name) for team in teams]
        if choices:
            self.fields["teams"] = forms.MultipleChoiceField(
                label="Teams", choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )


class TeamForm(PlainForm):
    """A team's name and who is in it."""

    name = forms.CharField(label="Name", max_length=60, error_messages={"required": "Give it a name."})
    members = forms.MultipleChoiceField(label="Members", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Iterable[tuple[Membership, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"] = forms.MultipleChoiceField(
            label="Members",
            choices=[(str(member.id), name) for member, name in people],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )


class RemoveForm(PlainForm):
    """Who takes what a leaving member had open."""

    to = forms.ChoiceField(label="Their open conversations go to", required=False)

    def __init__(self, *args: Any, people: Iterable[tuple[Membership, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Nobody: they are unassigned"), *((str(one.user_id), name) for one, name in people)]
        self.fields["to"] = forms.ChoiceField(
            label="Their open conversations go to", choices=choices, required=False
        )


class GrantsForm(PlainForm):
    """Permissions, each a switch or a scope, under their groups."""

    name = forms.CharField(label="Name", max_length=60, error_messages={"required": "Give it a name."})
    OFFERED: tuple[str, ...] = tuple(key for key in PERMISSIONS if key not in (ENTER, "workspace.own"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in self.OFFERED:
            one = PERMISSIONS[key]
            label = one.words[:1].upper() + one.words[1:]
            self.fields[key] = (
                forms.ChoiceField(label=label, choices=SCOPES, required=False)
                if one.is_scoped
                else forms.BooleanField(label=label, required=False)
            )

    @staticmethod
    def plain(grants: permissions.Grants) -> dict[str, Any]:
        """Grants as the form's values."""
        return {
            key: scope.value if PERMISSIONS[key].is_scoped else True
            for key, scope in grants.items()
            if key in PERMISSIONS
        }

    def grants(self) -> dict[str, Scope]:
        """What was chosen."""
        chosen = {key: self.cleaned_data.get(key) for key in self.OFFERED}
        return {
            key: Scope(value) if PERMISSIONS[key].is_scoped else Scope.ALL
            for key, value in chosen.items()
            if value
        }

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields under their headings."""
        found: dict[str, list[Any]] = {}
        for key in self.OFFERED:
            found.setdefault(PERMISSIONS[key].group, []).append(self[key])
        return list(found.items())


class TokenForm(GrantsForm):
    """A token's name, what it may do, and how long."""

    OFFERED = API_PERMISSIONS
    lasts = forms.ChoiceField(label="Lasts", choices=LASTS, required=False, initial="90")
    is_personal = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, can_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.can_share = can_share
        self.fields["is_personal"] = forms.ChoiceField(
            label="Whose it is",
            choices=[
                ("", "The workspace's: it goes on when you leave"),
                ("on", "Yours: it may no more than you"),
            ]
            if can_share
            else [("on", "Yours: it may no more than you")],
            required=False,
            initial="on",
        )

    def is_for_person(self) -> bool:
        """Whether it is whoever asks' own."""
        return not self.can_share or self.cleaned_data["is_personal"] == "on"
