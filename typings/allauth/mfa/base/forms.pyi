from django import forms

from allauth.mfa.models import Authenticator

class BaseAuthenticateForm(forms.Form):
    authenticator: Authenticator
    def clean_code(self) -> str: ...

class AuthenticateForm(BaseAuthenticateForm): ...
class ReauthenticateForm(BaseAuthenticateForm): ...
