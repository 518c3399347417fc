"""Django's PostgreSQL backend, without what every request paid for and nobody needed."""
