"""A kept connection is looked at instead of asked."""

import select

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """A server that has closed the connection has said so, and the system has noticed one that is gone (the keepalives of
        settings.py): there is something to be read. Where nothing is, and no transaction is open, asking the server would
        cost every page a journey."""
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            return bool(super().is_usable())
        look = select.poll()
        look.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
        return bool(super().is_usable()) if look.poll(0) else True
