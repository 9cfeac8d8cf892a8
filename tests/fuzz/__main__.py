"""`python -m tests.fuzz [TARGET…] [--seconds N]`: fuzz each target for N seconds, exit 1 if one breaks."""

from __future__ import annotations

import argparse
import sys

from tests.fuzz.driver import WORK, fuzz
from tests.fuzz.targets import TARGETS


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description="Fuzz what parses cards, documents and codes; inputs found are kept in build/fuzz.",
        epilog="example: python -m tests.fuzz tlv mrz --seconds 60",
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"none = all of: {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=600, metavar="N", help="for each target (default 600)")
    arguments = parser.parse_args()
    for name in arguments.targets:
        if name not in TARGETS:
            parser.error(f"no target is called {name}; there are {', '.join(TARGETS)}.")
    broken = []
    for name in arguments.targets or TARGETS:
        outcome = fuzz(name, arguments.seconds)
        print(f"{name:16} {outcome.tried:>9} inputs {outcome.peak_mb:>4} MB", flush=True)
        if not outcome.clean:
            broken.append(name)
            print(outcome.report(), flush=True)
    if broken:
        print(f"Broken: {', '.join(broken)}. The inputs are in {WORK / 'faults'}.", file=sys.stderr)
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
