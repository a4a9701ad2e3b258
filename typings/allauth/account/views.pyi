from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.views.generic.edit import FormView

signup: Callable[..., HttpResponseBase]
password_reset: Callable[..., HttpResponseBase]
email: Callable[..., HttpResponseBase]

class LoginView(FormView[Any]): ...

class PasswordResetFromKeyView(FormView[Any]):
    reset_user: Any
