"""What names no variable is rendered once, and nothing else is."""

from typing import Any

import pytest
from django.template import Context, Engine, Template
from django.template.loaders import locmem

from eco_portal.template_loader import Loader, _Once

PIECES = {
    "said.html": "[{{ word }}{{ secret }}]",
    "base.html": "{% load i18n %}{% translate 'ログアウト' %}{% block content %}{% endblock %}",
}


def load(source: str) -> Template:
    """The template as the portal loads it, with the same pieces beside it."""
    libraries = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}
    engine = Engine(
        loaders=[
            ("eco_portal.template_loader.Loader", [("django.template.loaders.locmem.Loader", {**PIECES, "t": source})])
        ],
        libraries=libraries,
    )
    return engine.get_template("t")


def kept(nodes: Any) -> int:
    return sum(isinstance(node, _Once) for node in nodes.get_nodes_by_type(_Once)) if nodes else 0


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{% load i18n %}{% translate '詳細' %}", "詳細"),
        ("{% url 'login' %}", "/login/"),
        ("{% load static %}{% static 'css/portal.css' %}", "/static/css/portal.css"),
        ("{% include 'said.html' with word='一' only %}", "[一]"),
        ("{% load i18n %}{% include 'said.html' with word=_('詳細') only %}", "[詳細]"),
        ("{% load i18n %}{% if yes %}{% translate '詳細' %}{% endif %}", "詳細"),
        ("{% load i18n %}{% for each in 'ab' %}{% translate '詳細' %}{% endfor %}", "詳細詳細"),
        (
            "{% extends 'base.html' %}{% load i18n %}{% block content %}{% translate '詳細' %}{% endblock %}",
            "ログアウト詳細",
        ),
    ],
)
def test_unchanging_parts_are_rendered_once_and_alike(source: str, shown: str) -> None:
    template = load(source)
    assert kept(template.nodelist)
    for secret in ("甲社", "乙社"):
        assert template.render(Context({"yes": True, "secret": secret, "word": secret})) == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{% include 'said.html' with word='一' %}", "[一{}]"),
        ("{% include 'said.html' with word=secret only %}", "[{}]"),
        ("{% load i18n %}{% translate secret %}", "{}"),
        ("{% load i18n %}{% translate '詳細' as said %}{{ said }}{{ secret }}", "詳細{}"),
        ("{% url 'login' as there %}{{ there }}{{ secret }}", "/login/{}"),
        ("{% include piece with word=secret only %}", "[{}]"),
    ],
)
def test_what_names_a_variable_is_rendered_for_everybody(source: str, shown: str) -> None:
    template = load(source)
    assert not kept(template.nodelist)
    for secret in ("甲社", "乙社"):
        assert template.render(Context({"secret": secret, "piece": "said.html"})) == shown.format(secret)


def test_the_portal_uses_it() -> None:
    loader = Engine.get_default().template_loaders[0]
    assert isinstance(loader, Loader)
    assert not isinstance(loader, locmem.Loader)
    assert kept(Engine.get_default().get_template("base.html").nodelist) > 5
