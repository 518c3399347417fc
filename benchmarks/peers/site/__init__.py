"""A site as Django projects usually make it: login by Django or by django-allauth, and a page for whoever is logged in."""
