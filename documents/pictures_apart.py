"""Pictures from strangers, made by the confined process into what is kept."""

from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents import apart
from documents.picture_process import MAX_BYTES, REFUSED

# Of what is kept; a picture of 9 megapixels without any compression.
_LONGEST_ANSWER = 32 * 1024**2
BROKEN, BYTES, BUSY = "broken", "bytes", "busy"

HEIF_MESSAGE: Promise = _(
    "HEIC形式の写真は読み取れません。iPhoneでは「設定」の「カメラ」→「フォーマット」で「互換性優先」を選んで撮影し直すか、"
    "写真アプリでJPEG形式に書き出した(または画面を撮影した)画像を選んでください。"
)
BUSY_MESSAGE: Promise = _(
    "ただいま混み合っていて、ファイルを読み取れません。しばらくしてから、もう一度選んでください。"
)


class NotTaken(Exception):
    """The picture is refused. ``reason`` is a word of ``pictures.Fault`` or ``cutouts.Fault``, or BYTES or BUSY."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def made_of(upload: bytes, task: Literal["document", "signature", "seal"]) -> bytes:
    """What the program makes of the picture. Raises NotTaken.

    Only the first MAX_BYTES are looked at: a picture that ends before them is taken, whatever follows it.
    """
    try:
        answer = apart.run(
            "documents.picture_process", task, content=upload[:MAX_BYTES], longest_answer=_LONGEST_ANSWER
        )
    except apart.Busy as error:
        raise NotTaken(BUSY) from error
    if answer.code == 0:
        return answer.content
    # Without a word, the decoder has failed, or used up its time or memory.
    reason = answer.content.decode("ascii") if answer.code == REFUSED else BROKEN
    raise NotTaken(BYTES if reason == BROKEN and len(upload) > MAX_BYTES else reason)
