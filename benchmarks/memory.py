"""Memory while work goes on: what is kept of it would show as growth."""


def said(who: str, what: str, mebibytes: dict[int, float]) -> str:
    """A sentence for the report, from the MiB after so many pieces of work. The last step counts as growth."""
    steps = [f"{mib:.1f} MiB after {pieces:,}" for pieces, mib in mebibytes.items()]
    (before, first), (_after, last) = list(mebibytes.items())[-2:]
    return f"{who}, {what}: {', '.join(steps)} ({(last / first - 1) * 100:+.1f} % since {before:,})."
