"""`python -m simulator`: the world alone (serve), the narrated visit (demo), the figures (bench)."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from datetime import date
from pathlib import Path

from simulator.processes import WorldError


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code: 0 done, 1 failed (one sentence on stderr), 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    world = acts.add_parser("serve", help="the simulated world, played at the developer's panel")
    world.add_argument("--run-dir", type=Path, default=Path("run/sim"))
    world.add_argument("--camera-port", type=int, default=8041)
    world.add_argument("--port", type=int, default=8042, help="of the developer's panel")
    world.add_argument(
        "--kiosk", default="http://127.0.0.1:8040", metavar="URL", help="where the citizen's page is"
    )
    day = acts.add_parser("day", help="a day at the town hall as JSON lines; what it offers on stdin")
    day.add_argument("--date", type=date.fromisoformat, required=True)
    day.add_argument("--seed", type=int, default=1)
    day.add_argument("--weeks", type=int, default=6)
    day.add_argument("--visits", type=int, default=280)
    demo = acts.add_parser("demo", help="world, robot and one citizen, narrated")
    demo.add_argument("--stay", action="store_true", help="keep everything running until Ctrl-C")
    demo.add_argument("--settings", type=Path, default=Path("lotse.toml"))
    bench = acts.add_parser("bench", help="the figures of DESIGN section 5, or of speech alone")
    bench.add_argument(
        "what",
        nargs="?",
        choices=["speech", "staff"],
        help="speech: the spoken test set, clean and in noise; staff: many staff pages beside a visit",
    )
    bench.add_argument("--every", type=int, default=1, metavar="N", help="speech: every N-th longer sentence")
    bench.add_argument("--json", action="store_true", help="for machines")
    bench.add_argument("--settings", type=Path, default=Path("lotse.toml"))
    bench.add_argument("--clients", type=int, default=200, help="staff: pages that are open")
    bench.add_argument("--changes", type=int, default=40, help="staff: how often something changes")
    bench.add_argument("--turns", type=int, default=40, help="staff: what the citizen says meanwhile")
    bench.add_argument("--utterances", type=int, default=30)
    bench.add_argument("--journeys", type=int, default=10)
    bench.add_argument("--chips", type=int, default=5, help="readings of a passport's chip")
    bench.add_argument("--documents", type=int, default=40, help="photographs of documents per level")
    bench.add_argument("--hints", type=int, default=3, help="times each mistake under the camera is made")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    try:
        if given.act == "serve":
            from simulator.panel.serve import serve

            return serve(given.run_dir, given.camera_port, given.port, given.kiosk, say)
        if given.act == "day":
            from simulator.day import Town, tell

            town = Town.read(json.load(sys.stdin))
            for line in tell(town, given.date, seed=given.seed, weeks=given.weeks, visits=given.visits):
                say(line)
            return 0
        if given.act == "demo":
            from simulator.demo import demo as show

            return show(given.settings, stay=given.stay, say=say)
        if given.what == "speech":
            from simulator.bench_speech import bench_speech

            return bench_speech(given.settings, every=given.every, as_json=given.json, say=say)
        if given.what == "staff":
            from simulator.bench_staff import bench_staff

            return bench_staff(
                given.settings,
                clients=given.clients,
                changes=given.changes,
                turns=given.turns,
                as_json=given.json,
                say=say,
            )
        from simulator.bench import bench as measure

        return measure(
            given.settings,
            given.utterances,
            given.journeys,
            chips=given.chips,
            documents=given.documents,
            hints=given.hints,
            as_json=given.json,
            say=say,
        )
    except KeyboardInterrupt:
        return 1
    except (WorldError, OSError, ValueError) as failed:
        sys.stderr.write(f"{failed}\n")
        return 1


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
