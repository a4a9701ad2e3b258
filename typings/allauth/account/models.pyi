from typing import ClassVar

from allauth.account.managers import EmailAddressManager
from django.db import models

from infinitypro.accounts.models import User

class EmailAddress(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    email = models.EmailField()
    verified = models.BooleanField()
    primary = models.BooleanField()
    objects: ClassVar[EmailAddressManager]
