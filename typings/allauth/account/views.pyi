from collections.abc import Callable

from django.http import HttpResponseBase

signup: Callable[..., HttpResponseBase]
password_reset: Callable[..., HttpResponseBase]
email: Callable[..., HttpResponseBase]
