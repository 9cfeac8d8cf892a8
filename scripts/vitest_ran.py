"""Fails when vitest's JSON report names a test that did not run: python vitest_ran.py REPORT."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> int:
    """0 when every test ran and there was one; 1 otherwise, each missing one named."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tests = [test for file in report["testResults"] for test in file["assertionResults"]]
    missing = [test["fullName"] for test in tests if test["status"] not in ("passed", "failed")]
    for name in missing:
        print(f"not executed: {name}", file=sys.stderr)
    if not tests:
        print("no test of the screen at all", file=sys.stderr)
    return 1 if missing or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
