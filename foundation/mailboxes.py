"""Mail addresses: only those that are stored, shown and written to in one and the same spelling.

The standard knows more spellings than that (RFC 5322: quoted words, comments, addresses of machines; RFC 2047: encoded words), and
whoever reads an address again may find another mailbox in it than whoever typed it. So an address is plain: letters that mail
can bear without a wrapping, one "@", and a domain in its ASCII form.
"""

import re
import unicodedata
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.utils.translation import gettext as _

from foundation.text import tidy, visible_text

LONGEST = 254  # RFC 5321, 4.5.3.1.3, without its angle brackets
_LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_FULL_STOPS = str.maketrans("。｡", "..")


def as_written_to(typed: str) -> str:
    """The one spelling of what was typed: half width, nothing around it, the domain in small letters and ASCII. What is no address
    comes back as it is."""
    spelt = unicodedata.normalize("NFKC", tidy(typed)).strip()
    local, at, domain = spelt.rpartition("@")
    return f"{local}{at}{_ascii(domain.translate(_FULL_STOPS))}" if at else spelt


def _ascii(domain: str) -> str:
    """An international domain as mail servers know it. One that would come back as another stays, and is refused."""
    lowered = domain.lower()
    try:
        encoded = lowered.encode("idna").decode()
        return encoded if encoded.encode().decode("idna") == lowered or encoded == lowered else domain
    except UnicodeError:
        return domain


def validate(address: str) -> None:
    """Raises ValidationError, with the one thing that is wrong, for what is no address, or not in that spelling."""
    visible_text(address)
    for message in _faults(address):
        raise ValidationError(message, code="invalid")


def _faults(address: str) -> Iterator[str]:
    local, at, domain = address.rpartition("@")
    if not at:
        yield _("「@」がありません。「taro@example.jp」のように入力してください。")
    if "@" in local:
        yield _("「@」が2つ以上あります。メールアドレスを1つだけ入力してください。")
    if not local:
        yield _("「@」の前がありません。「taro@example.jp」のように入力してください。")
    if not domain:
        yield _("「@」の後ろがありません。「taro@example.jp」のように入力してください。")
    yield from _faults_of_local(local)
    yield from _faults_of_domain(domain)
    if not is_one_mailbox(address):
        yield _("このメールアドレスには送信できません。別のメールアドレスを入力してください。")


def _faults_of_local(local: str) -> Iterator[str]:
    unfit = list(dict.fromkeys(letter for letter in local if not _LOCAL.fullmatch(letter)))
    if any(letter.isspace() for letter in unfit):
        yield _("「@」の前に空白があります。空白を削除してください。")
    if unfit:
        named = "".join(f"「{letter}」" for letter in unfit[:5])
        yield _("「@」の前に使えない文字があります: %(letters)s") % {"letters": named}
    if "=?" in local:
        yield _("「@」の前に「=?」を続けて使うことはできません。")
    if ".." in local or local.startswith(".") or local.endswith("."):
        yield _(
            "「.」が連続するアドレスや、「.」が最初または「@」の直前にあるアドレス"
            "(一部の携帯電話会社の古いアドレス)は、お使いになれません。"
        )
    if len(local) > _LONGEST_LOCAL:
        yield _("「@」の前は%(most)d文字以内です(いまは%(present)d文字です)。") % {
            "most": _LONGEST_LOCAL,
            "present": len(local),
        }


def _faults_of_domain(domain: str) -> Iterator[str]:
    if domain.endswith("]"):
        yield _("「@」の後ろにはドメイン名を入力してください。IPアドレスは使えません。")
    labels = domain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        yield _("「@」の後ろが正しくありません。「example.jp」のように入力してください。")
    if labels[-1].isdigit():
        yield _("「@」の後ろにはドメイン名を入力してください。IPアドレスは使えません。")


def is_one_mailbox(address: str) -> bool:
    """Whether the mail system, which reads the address once more, writes to the very address."""
    try:
        return sanitize_address(address, "utf-8") == address
    except (ValueError, UnicodeError):
        return False


def mailbox_of(address: str) -> str:
    """The mailbox under which mails are counted, whatever the spelling: capitals and what follows a "+" make no other one."""
    local, _at, domain = as_written_to(address).lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def spellings_of(address: str) -> str:
    """A regular expression, without regard to capitals, for the addresses that are the same mailbox."""
    local, _at, domain = mailbox_of(address).rpartition("@")
    return rf"^{re.escape(local)}(\+[^@]*)?@{re.escape(domain)}$"
