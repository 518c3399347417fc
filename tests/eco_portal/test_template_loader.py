"""What names no variable is rendered once, and nothing else is."""

from typing import Any

import pytest
from django.template import Context, Engine, Template
from django.template.loaders import locmem
from django.utils import translation
from django.utils.safestring import mark_safe

import eco_portal.template_loader
from eco_portal.template_loader import Loader, _Once

LIBRARIES = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}
PIECES = {
    "said.html": "[{{ word }}{{ secret }}]",
    "base.html": "{% load i18n %}{% translate 'ログアウト' %}{% block content %}{% endblock %}",
}


def load(source: str) -> Template:
    """The template as the portal loads it, with the same pieces beside it."""
    engine = Engine(
        loaders=[
            ("eco_portal.template_loader.Loader", [("django.template.loaders.locmem.Loader", {**PIECES, "t": source})])
        ],
        libraries=LIBRARIES,
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


SENTENCES = (
    "{% blocktranslate with name=who %}{{ name }} のサブID{% endblocktranslate %}",
    "{% blocktranslate trimmed with name=who|upper number=count %}  {{ name }}:\n {{ number }} 件 {% endblocktranslate %}",
    "{% blocktranslate with name=nobody %}<{{ name }}>{% endblocktranslate %}",
    "{% blocktranslate with name=who %}50% %(name)s {{ name }}{% endblocktranslate %}",
    "{% blocktranslate %}100%{% endblocktranslate %}",
    "{% blocktranslate %}{{ who }} のサブID{% endblocktranslate %}",
    "{% blocktranslate with name=who %}{{ name }} と {{ count }}{% endblocktranslate %}",
    "{% blocktranslate count number=count %}one{% plural %}{{ number }} of them{% endblocktranslate %}",
    "{% blocktranslate asvar said with name=who %}{{ name }} 様{% endblocktranslate %}[{{ said }}]",
    "{% blocktranslate with name=who context 'there' %}{{ name }} 様{% endblocktranslate %}",
    "{% for who in all %}{% blocktranslate with name=who %}{{ name }} 様{% endblocktranslate %}{% endfor %}",
)


@pytest.mark.parametrize("source", SENTENCES)
def test_a_sentence_says_what_django_makes_of_it(source: str) -> None:
    source = "{% load i18n %}" + source
    template, djangos = load(source), Engine(libraries=LIBRARIES).from_string(source)
    for who in ("甲社", "<乙社> & 100%", mark_safe("<b>丙社</b>"), 1234567, None, ["a"]):
        said = {"who": who, "count": 1200, "all": ["丁社", "<戊社>"]}
        assert template.render(Context(said)) == djangos.render(Context(said))
        assert template.render(Context(said, autoescape=False)) == djangos.render(Context(said, autoescape=False))


def test_a_sentence_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []

    def look_up(text: str) -> str:
        looked_up.append(text)
        return text

    monkeypatch.setattr(eco_portal.template_loader, "gettext", look_up)
    template = load("{% load i18n %}{% blocktranslate with name=who %}{{ name }} 様{% endblocktranslate %}")
    assert [template.render(Context({"who": who})) for who in ("甲社", "乙社")] == ["甲社 様", "乙社 様"]
    assert looked_up == ["%(name)s 様"]


@pytest.mark.parametrize(
    ("source", "in_english", "in_japanese"),
    [
        ("{% translate 'yes,no,maybe' %}", "yes,no,maybe", "はい,いいえ,たぶん"),
        (
            "{% blocktranslate with value=who %}"
            "Select a valid choice. {{ value }} is not one of the available choices.{% endblocktranslate %}",
            "Select a valid choice. 甲 is not one of the available choices.",
            "正しく選択してください。 甲 は候補にありません。",
        ),
    ],
)
def test_every_reader_is_answered_in_the_own_language(source: str, in_english: str, in_japanese: str) -> None:
    template = load("{% load i18n %}" + source)
    for language, shown in [("en", in_english), ("ja", in_japanese), ("en", in_english)]:
        with translation.override(language):
            assert template.render(Context({"who": "甲"})) == shown


def test_the_portal_uses_it() -> None:
    loader = Engine.get_default().template_loaders[0]
    assert isinstance(loader, Loader)
    assert not isinstance(loader, locmem.Loader)
    assert kept(Engine.get_default().get_template("base.html").nodelist) > 5
