"""The accounts, in a view of the table that has the indexes for icontains (benchmarks/data.py)."""

from django.db import models


class Person(models.Model):
    chamber_id = models.BigIntegerField()
    registration_id = models.BigIntegerField()
    login_id = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    email = models.CharField(max_length=254)

    class Meta:
        app_label = "lists"
        managed = False
        db_table = "lists_person"
