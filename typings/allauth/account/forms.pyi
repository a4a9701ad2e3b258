from django import forms
from django.http import HttpRequest

class ResetPasswordForm(forms.Form):
    def save(self, request: HttpRequest) -> str: ...
