"""How an address is shown to somebody who has not proved yet that it is theirs."""


def masked(address: str) -> str:
    """``souma-n@example.jp`` as ``so•••••@example.jp``: enough to recognise, too little to learn."""
    local, _at, domain = address.rpartition("@")
    shown = local[: min(2, len(local) - 1)]
    return f"{shown}{'•' * 5}@{domain}"
