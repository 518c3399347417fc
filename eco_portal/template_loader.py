"""Templates whose unchanging parts are rendered once a language.

A part that names no variable (a translated sentence, the address of a page, of a file, a component that is given only literal
words) is the same for everybody who reads the language. It is rendered at its first use in an empty context, so nothing of a
request can be in it. Of a translated sentence with variables in it, the sentence is looked up once.
"""

from collections.abc import Iterator
from typing import Any, TypeGuard

from django.template import Context, Template
from django.template.base import FilterExpression, Node, NodeList, Variable, render_value_in_context
from django.template.defaulttags import IfNode, URLNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import cached
from django.template.loaders.base import Loader as BaseLoader
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.translation import get_language, gettext


class _Making(BaseLoader):
    """Makes a template: what Django's caching loader asks for once."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        _keep_unchanging_parts(template.nodelist, template)
        return template


class Loader(cached.Loader, _Making):
    """Django's caching loader, for templates with such parts."""


class _Once(Node):
    """Text that the node gave when it was first rendered in the reader's language."""

    def __init__(self, node: Node, template: Template) -> None:
        self._node, self._template = node, template
        self.token, self.origin = node.token, node.origin
        self._texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self._texts:
            empty = Context()
            with empty.render_context.push_state(self._template), empty.bind_template(self._template):
                self._texts[language] = str(self._node.render(empty))
        return self._texts[language]

    render_annotated = render


class _Sentence(Node):
    """A translated sentence all of whose variables are given in its tag (``with name=…``)."""

    def __init__(self, node: BlockTranslateNode) -> None:
        self.token, self.origin = node.token, node.origin
        self._given = node.extra_context
        self._untranslated, names = node.render_token_list(node.singular)
        self.is_complete = set(names) <= set(self._given)
        self._texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self._texts:
            self._texts[language] = gettext(self._untranslated)
        shown = {name: render_value_in_context(value.resolve(context), context) for name, value in self._given.items()}
        return self._texts[language] % shown


def _keep_unchanging_parts(nodes: NodeList, template: Template) -> None:
    for place, node in enumerate(nodes):
        if _is_unchanging(node):
            nodes[place] = _Once(node, template)
        elif _is_plain_sentence(node) and (sentence := _Sentence(node)).is_complete:
            nodes[place] = sentence
        else:
            for below in _below(node):
                _keep_unchanging_parts(below, template)


def _below(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):  # what it names as its nodes is a copy
        yield from (nodes for _condition, nodes in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        if isinstance(nodes := getattr(node, name, None), NodeList):
            yield nodes


def _is_unchanging(node: Node) -> bool:
    match node:
        case TranslateNode():
            return not node.asvar and not node.message_context and _is_literal(node.filter_expression)
        case URLNode():
            return not node.asvar and not node.args and not node.kwargs and _is_literal(node.view_name)
        case StaticNode():
            return not node.varname and _is_literal(node.path)
        case IncludeNode():
            given = [node.template, *node.extra_context.values()]
            return node.isolated_context and all(map(_is_literal, given))
    return False


def _is_plain_sentence(node: Node) -> TypeGuard[BlockTranslateNode]:
    """Without a plural or a context, shown where it stands."""
    return isinstance(node, BlockTranslateNode) and not (node.plural or node.message_context or node.asvar)


def _is_literal(expression: FilterExpression) -> bool:
    if expression.filters:
        return False
    return not isinstance(expression.var, Variable) or expression.var.literal is not None
