"""The same work for a password as ours."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Hasher(Argon2PasswordHasher):
    memory_cost = 19456
    time_cost = 2
    parallelism = 1
