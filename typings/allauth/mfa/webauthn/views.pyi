from typing import Any

from django.views.generic.edit import FormView

class LoginWebAuthnView(FormView[Any]): ...
