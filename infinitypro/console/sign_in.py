"""The operator's own door; the second factor follows it as everywhere (allauth's stages)."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy


class SignIn(LoginView):
    """Address and password."""

    template_name = "console/sign_in.html"
    success_url = reverse_lazy("operator:workspaces")


class Passkey(LoginWebAuthnView):
    """A passkey alone, which is two factors in one."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to the door, with the reason."""
        super().form_invalid(form)
        return redirect("operator:sign_in")


_sign_in, _passkey = SignIn.as_view(), Passkey.as_view()


def sign_in(request: Any) -> HttpResponseBase:
    """The page and its answer; raises Http404 for a member, whose door this is not."""
    return _sign_in(_nobodys(request))


def passkey(request: Any) -> HttpResponseBase:
    """What a passkey has to sign, and who it is."""
    return _passkey(_nobodys(request))


def _nobodys(request: Any) -> Any:
    if request.user.is_authenticated and not request.user.is_operator:
        raise Http404("There is nothing here for this person.")
    return request
