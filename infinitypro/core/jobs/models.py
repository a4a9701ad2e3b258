"""What became of jobs that gave up."""

from django.db import models

from infinitypro.core.tenancy.models import DirectoryModel


class FailedJob(DirectoryModel):
    """A job that gave up, with a reason that holds nothing anybody wrote."""

    reason = "the operator's list of failed jobs; ids, names of errors and sentences of ours only"

    job_id = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=120)
    arguments = models.JSONField()
    why = models.CharField(max_length=400)
    attempts = models.PositiveIntegerField()
    failed_at = models.DateTimeField()
