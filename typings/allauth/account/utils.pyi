from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponseBase

def perform_login(
    request: HttpRequest, user: AbstractBaseUser, email_verification: str | None = None
) -> HttpResponseBase: ...
def user_pk_to_url_str(user: AbstractBaseUser) -> str: ...
