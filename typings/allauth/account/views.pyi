from collections.abc import Callable

from django.http import HttpResponseBase

login: Callable[..., HttpResponseBase]
logout: Callable[..., HttpResponseBase]
account_inactive: Callable[..., HttpResponseBase]
reauthenticate: Callable[..., HttpResponseBase]
