"""The keys of the day are in no write-ahead log and no base backup; the rows that they open may be."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_accounts_of_registrations")]

    operations = [
        migrations.RunSQL("ALTER TABLE accounts_daykey SET UNLOGGED", "ALTER TABLE accounts_daykey SET LOGGED")
    ]
