"""Serial numbers."""

from django.db import models

from chambers.models.chamber import Chamber


class Counter(models.Model):
    """The last number given out under a name at one chamber (chambers/numbers.py)."""

    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, related_name="counters")
    name = models.CharField(max_length=40)
    value = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("chamber", "name"), name="chambers_one_counter_a_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"
