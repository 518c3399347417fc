"""The mail that every task sends."""

from django.core.mail import send_mail
from django.template.loader import render_to_string


def send_code(address, code):
    body = render_to_string("mail/confirmation_code.txt", {"code": code})
    send_mail("貿易関係証明発給システム - メールアドレス認証", body, None, [address])
