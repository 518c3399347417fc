"""``python3 dev.py bench [login] [desk_queue] [signer_list]``: measures and prints ratios."""

import logging
import sys

import django


def main(names: list[str]) -> None:
    django.setup()
    logging.disable(logging.INFO)
    from benchmarks import desk_queue, login, signer_list
    from demo.companies import load

    load()
    cases = {"login": login.run, "desk_queue": desk_queue.run, "signer_list": signer_list.run}
    print(f"{'':44} {'ours':>12}  {'beside':>12}  ratio (range)")
    for name in names or list(cases):
        cases[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
