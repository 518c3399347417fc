"""What both sides type to each other about a case."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.models import CaseMessage
from foundation.forms import LinesField, PortalForm


class MessageForm(PortalForm):
    """A message to the other side."""

    text = LinesField(
        label=gettext_lazy("メッセージ"),
        max_length=CaseMessage._meta.get_field("text").max_length,
        error_messages={"required": gettext_lazy("メッセージを入力してください。")},
    )


class MessageToChamberForm(MessageForm):
    """A message to the chamber. ``may_send`` is asked for one that is fit to be sent, and counts how often."""

    def __init__(self, *args: Any, may_send: Callable[[], bool] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_send = may_send

    def clean(self) -> dict[str, Any]:
        if self.may_send and not self.errors and not self.may_send():
            said = _(
                "短い時間に多くのメッセージが送られたため、送信を止めています。1時間ほどたってから、もう一度送信してください。"
            )
            self.add_error("text", said)
        return self.cleaned_data
