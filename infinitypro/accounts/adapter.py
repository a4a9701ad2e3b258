"""What allauth asks us about accounts."""

from datetime import datetime
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as running
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from infinitypro.accounts import devices, not_me, notices, operators, policies, sign_on, switches
from infinitypro.accounts.models import User
from infinitypro.core import audit, clock, countries, mail

BY_WORD = "reauthenticate"  # by their password, as allauth names it


class Adapter(DefaultAccountAdapter):
    """Our words, our mail, and nobody learns here who has an account."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "No account has this email and this password. Check both and try again.",
        "too_many_login_attempts": "Too many attempts. Wait a few minutes, then try again.",
        "incorrect_code": "This code is not right. Look at the newest message and type it again.",
        "incorrect_password": "This is not your password. Try again.",
        "enter_current_password": "This is not your password. Try again.",
        "rate_limited": "You asked for several codes in a row. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether people may sign up by themselves here."""
        return switches.is_sign_up_open()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person of that address and password; None where they log in at a door that is not theirs."""
        found: User | None = super().authenticate(request, **credentials)
        if found is None or request.user.is_authenticated or operators.is_at_own_door(request, found):
            return found
        return None

    def pre_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponseBase | None:
        """Something else than logging in, where it cannot be: a passkey too opens its owner's own door alone."""
        if operators.is_at_own_door(request, user):
            return super().pre_login(request, user, **about)
        messages.error(request, "No account here has this passkey.")
        return redirect("operator:sign_in" if request.path.startswith(operators.DOOR) else "account_login")

    def is_reauthentication_required(self, *, app: str, **rest: Any) -> bool:
        """Whether a delicate act asks once more who it is: not right after somebody said so to get in."""
        is_asked: bool = super().is_reauthentication_required(app=app, **rest)
        return is_asked and not policies.has_just_begun(running.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """How somebody may say once more who they are; operators by their second factor, once they have one."""
        found = super().get_reauthentication_methods(user)
        factors = [one for one in found if one["id"] != BY_WORD]
        return factors if factors and user.is_operator else found

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user names."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Have a message sent by a job."""
        request = running.request
        about = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        message = self.render_mail(template_prefix, email, about)
        mail.send(to=email, subject=str(message.subject), text=str(message.body), now=clock.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Note what changed in a person's account, and tell them, at the time of day that they live in."""
        place = self.get_client_ip(running.request)
        audit.note_security(f"account.{template_prefix.rpartition('/')[2]}", user_id=user.id, network=place)
        if notices.is_wanted(user=user, event=notices.ACCOUNT_CHANGED, channel="email"):
            about = {"zone": user.time_zone, **(context or {})}
            super().send_notification_mail(template_prefix, user, about, email)

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponseBase:
        """Where they go after logging in. Their device is known from now on; a strange one is told of."""
        response = super().post_login(request, user, **about)
        now = clock.now()
        request.session[policies.BEGAN] = now.timestamp()
        sign_on.mark(request)
        found = devices.note(user=user, request=request, now=now)
        audit.note_security("sign_in.done", user_id=user.id, network=self.get_client_ip(request), now=now)
        response.set_cookie(
            devices.COOKIE,
            found.token,
            max_age=devices.KEPT,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        if found.is_strange and notices.is_wanted(user=user, event=notices.NEW_SIGN_IN, channel="email"):
            self._tell_of_sign_in(request, user, found, now)
        return response

    def _tell_of_sign_in(
        self, request: HttpRequest, user: User, found: devices.SignIn, now: datetime
    ) -> None:
        link = reverse("not-me", args=[not_me.token(user=user, since=now, device_id=found.device_id)])
        about = {
            "device": found.device,
            "country": countries.name(found.country),
            "timestamp": now,
            "zone": user.time_zone,
            "not_me_url": request.build_absolute_uri(link),
        }
        self.send_mail("account/email/new_sign_in", user.email, about)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell whoever signs up again with their address; costs what a new account costs."""
        User().set_password("as costly as one that is kept")
        super().send_account_already_exists_mail(email)
