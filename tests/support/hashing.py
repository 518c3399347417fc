"""Password hashes that cost the tests little."""

from accounts.passwords import Argon2idHasher


class QuickHasher(Argon2idHasher):
    """The portal's own, with parameters that nobody may use elsewhere."""

    memory_cost = 64
    time_cost = 1
