from django import forms
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest

default_token_generator: PasswordResetTokenGenerator

class ResetPasswordForm(forms.Form):
    def save(self, request: HttpRequest) -> str: ...
