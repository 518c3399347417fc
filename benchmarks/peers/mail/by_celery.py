"""Stock Celery with a connection a mail, which is what send_mail does."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.mail.settings"

from celery import Celery

from benchmarks.peers.mail.letter import send_code

app = Celery("mail", broker=os.environ["REDIS_URL"] + "?virtual_host=1")
app.conf.task_ignore_result = True
app.conf.broker_connection_retry_on_startup = True


@app.task
def mail_code(address, code):
    send_code(address, code)
