"""What is measured: a module a measure, each with ``run(bench)``."""
