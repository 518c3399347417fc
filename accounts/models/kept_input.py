"""What somebody typed into a page whose session had ended."""

from django.db import models
from django.utils import timezone


class KeptInput(models.Model):
    """One form that was sent too late (accounts/kept_input.py): readable only with a secret that the browser holds."""

    owner = models.CharField(max_length=60)  # an account, or a case that a mailed link has opened
    browser = models.CharField(max_length=64)  # a digest of that secret
    # Where the form was sent to, and the page on which it stood.
    target = models.CharField(max_length=300)
    page = models.CharField(max_length=300)
    content = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("owner", "browser", "target"), name="accounts_one_input_a_form")]

    def __str__(self) -> str:
        return self.page
