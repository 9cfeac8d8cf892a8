"""The command `lotse`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from robot.settings import Settings, SettingsError, load

# One thread for linear algebra: the camera's reader shares two cores with speech and dialogue. Read by
# numpy when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from dialogs.catalogue import Catalogue

Command = Callable[[argparse.Namespace], int]


class Failure(Exception):
    """A command could not do its work; the message is one sentence that says what to do."""


def main(argv: list[str] | None = None) -> int:
    """Parse, run, and turn every known fault into sentences on stderr. Returns 0, 1 or 2."""
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and not arguments.passes_on:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    command: Command = arguments.command
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if command is _run:
        for ours in ("robot", "dialogs", "hardware"):
            logging.getLogger(ours).setLevel(logging.INFO)
    try:
        return command(arguments)
    except (SettingsError, Failure) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# What the program beside takes: it shares no code with this one. A test holds it against its own help.
_FURTHER = {
    "simulate": """further options:
  --run-dir DIR        folder of its sockets, ports and receipts (run/sim)
  --camera-port PORT   of the camera's stream (8041)
  --port PORT          of the developer's panel (8042)
  --kiosk URL          where the citizen's page is (http://127.0.0.1:8040)""",
    "demo": """further options:
  --stay               keep everything running until Ctrl-C""",
    "bench": """further options (`speech` and `staff` measure one part only):
  --json               print JSON
  --utterances N       spoken sentences          --journeys N    spoken visits
  --chips N            readings of a passport    --documents N   photographs per level
  --hints N            mistakes under the camera, each so often
  --every N            speech: every N-th longer sentence
  --clients N          staff: open pages         --changes N     staff: changes
  --turns N            staff: what the citizen says meanwhile""",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lotse", description="The colleague in the town-hall lobby.")
    parser.add_argument(
        "--settings", type=Path, default=Path("lotse.toml"), help="settings file (lotse.toml)"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, command: Command | None, help: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=help,
            description=help,
            epilog=f"Example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.add_argument(
            "--settings", type=Path, default=argparse.SUPPRESS, help="settings file (lotse.toml)"
        )
        sub.set_defaults(command=command, passes_on=False)
        return sub

    add("run", _run, "run the robot with its Rasa", "lotse run --settings lotse.toml")
    for name, help, example in (
        (
            "simulate",
            "run the simulated world: voice, card, camera desk, printer, body, the developer's panel",
            "lotse simulate --run-dir run/sim",
        ),
        (
            "demo",
            "robot, world and one scripted citizen: the identity-card request, narrated live",
            "lotse demo --stay (keeps everything running for a browser)",
        ),
        (
            "bench",
            "measure the figures of a good conversation; `bench speech`, `bench staff`: of one part",
            "lotse bench --json --utterances 30 --journeys 10",
        ),
    ):
        sub = add(name, _simulator(name), help, example)
        sub.set_defaults(passes_on=True)
        sub.epilog = f"{_FURTHER[name]}\n\n{sub.epilog}"
        if name == "demo":
            _add_day(sub)
    check = add("check", _check, "self-test of every device and service", "lotse check")
    check.add_argument("--json", action="store_true", help="print JSON")
    understand = add(
        "understand",
        _understand,
        "what a sentence means, one JSON line each; sentences on stdin without an argument",
        'lotse understand "mein Ausweis läuft ab"',
    )
    understand.add_argument("text", nargs="*", help="sentences")
    understand.add_argument(
        "--lang", choices=["de", "en"], default="de", help="language of the sentences (either is understood)"
    )
    fees = add(
        "fees", _fees, "fees with their paragraphs", "lotse fees identity_card --on 2026-02-07 --age 23"
    )
    fees.add_argument("service", help="id of the service")
    fees.add_argument("--on", type=_day, default=None, help="day, YYYY-MM-DD (today)")
    fees.add_argument("--age", type=int, default=None, help="age on that day")
    fees.add_argument("--json", action="store_true", help="print JSON")
    services = add(
        "services",
        _services,
        "check the files about services and town, or write their JSON Schemas for editors",
        "lotse services check",
    )
    services.add_argument("action", choices=["check", "schema"])
    scan = add(
        "scan",
        _scan,
        "what the camera pipeline sees, one JSON line per image",
        "lotse scan card.jpg, or lotse scan --pdf letter.pdf page1.jpg page2.jpg",
    )
    scan.add_argument("image", nargs="+", help="picture files")
    how = scan.add_mutually_exclusive_group()
    how.add_argument(
        "--pdf",
        type=Path,
        metavar="OUT",
        help="copy the sheets of paper in the pictures into one searchable PDF/A-2b",
    )
    how.add_argument(
        "--frames",
        type=int,
        default=1,
        metavar="N",
        help="every N pictures in a row show one document: one line",
    )
    hear = add(
        "hear",
        _hear,
        "what the colleague understands of recordings (16-bit WAV), one JSON line each",
        "lotse hear --lang en question.wav",
    )
    files = "WAV files, what the kiosk played as a second channel; names on standard input without one"
    hear.add_argument("recording", nargs="*", help=files)
    hear.add_argument("--lang", choices=["de", "en", "leicht"], default="de", help="visit's language (de)")
    hear.add_argument("--expect", choices=["sentence", "word", "number"], default="sentence")
    card = add(
        "card",
        _card,
        "which card lies on the reader, and with --mrz or --can what its chip says, as JSON",
        "lotse card --mrz 'P<UTO…' 'L898902C3…' --trace apdu.txt",
    )
    key = card.add_mutually_exclusive_group()
    key.add_argument(
        "--mrz",
        nargs="+",
        metavar="LINE",
        help="lines of the machine-readable zone; - reads them from standard input, unseen by other programs",
    )
    key.add_argument("--can", metavar="N", help="card access number; - reads it from standard input")
    card.add_argument(
        "--trace",
        type=Path,
        metavar="FILE",
        help="write each exchange into FILE: header, lengths, status word; never a content",
    )
    settings = argparse.ArgumentParser(add_help=False)
    settings.add_argument(
        "--settings", type=Path, default=argparse.SUPPRESS, help="settings file (lotse.toml)"
    )
    trust = add(
        "trust",
        None,
        "certificates of the states whose documents are checked",
        "lotse trust import masterlist.ml --root csca-germany.cer",
    )
    acts = trust.add_subparsers(title="what to do", required=True, metavar="ACT")
    taking = acts.add_parser("import", parents=[settings], help="take in a CSCA master list or certificates")
    taking.add_argument(
        "file", type=Path, help="master list (.ml), certificate (.cer, .pem) or an archive of them"
    )
    taking.add_argument(
        "--root", type=Path, default=None, help="certificate that vouches for the master list's signer"
    )
    taking.set_defaults(command=_trust_import, passes_on=False)
    listing = acts.add_parser("list", parents=[settings], help="what is trusted")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(command=_trust_list, passes_on=False)
    nlu = add("nlu", None, "what was not understood", "lotse nlu review --accept 3 --intent passport")
    reviewing = nlu.add_subparsers(title="what to do", required=True, metavar="ACT").add_parser(
        "review", parents=[settings], help="list such sentences, take them as examples or drop them"
    )
    reviewing.add_argument(
        "--accept",
        nargs="+",
        metavar=("ID", "WORD"),
        help="take sentence ID, or the words behind it, as an example",
    )
    reviewing.add_argument("--intent", help="what the accepted sentence means")
    reviewing.add_argument(
        "--drop", type=int, nargs="+", metavar="ID", default=[], help="take sentences off the list"
    )
    reviewing.add_argument(
        "--nlu", type=Path, default=Path("dialogs/rasa/nlu"), help="folder of the examples (dialogs/rasa/nlu)"
    )
    reviewing.add_argument("--json", action="store_true", help="print JSON")
    reviewing.set_defaults(command=_nlu_review, passes_on=False)
    staff = add("staff", _staff, "staff accounts", "lotse staff add --name muster --role clerk")
    staff.add_argument(
        "action",
        choices=["add", "list", "lock", "unlock", "reset"],
        help="reset: forget codes and passkeys of who has lost them",
    )
    staff.add_argument("--name", default="", help="sign-in name")
    staff.add_argument("--role", choices=["clerk", "lead", "auditor", "administrator"], default="clerk")
    staff.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    keys = add("keys", _keys, "keys of the stored cases", "lotse keys rotate")
    keys.add_argument("action", choices=["rotate"])
    models = add("models", _models, "get the official speech models of the settings", "lotse models fetch")
    models.add_argument("action", choices=["fetch"])
    models.add_argument(
        "--accept-checksum", action="store_true", help="accept a model without a known checksum"
    )
    audit = add("audit", _audit, "check the audit log's chain", "lotse audit verify")
    audit.add_argument("action", choices=["verify"])
    audit.add_argument(
        "--noted",
        default="",
        metavar="NUMBER:SEAL",
        help="what an earlier check told to note: shows whether the log was set back since",
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2026-02-07") from error


def _settings(arguments: argparse.Namespace) -> Settings:
    return load(arguments.settings)


def _run(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    # Imported here: the other commands start in a fraction of the time.
    from dialogs.catalogue import CatalogueError
    from dialogs.texts import TextError
    from robot.app import AddressTaken, serve
    from robot.cases.crypto import KeyFileError
    from robot.cases.database import StoreError

    try:
        asyncio.run(serve(settings))
    except (CatalogueError, TextError) as error:
        raise Failure("\n".join(error.errors)) from error
    except (AddressTaken, KeyFileError, StoreError) as error:
        raise Failure(str(error)) from error
    return 0


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it like 10:40") from error


def _add_day(demo: argparse.ArgumentParser) -> None:
    day = demo.add_argument_group("a day of invented visits and cases, for a look at the staff's pages")
    day.add_argument("--day", action="store_true", help="fill a store of its own and run the robot on it")
    day.add_argument("--no-serve", action="store_true", help="fill only")
    day.add_argument(
        "--date", type=_day, default=None, help="which day, YYYY-MM-DD (today until now, or the last one)"
    )
    day.add_argument("--seed", type=int, default=1, help="another number, another day (1)")
    day.add_argument("--weeks", type=int, default=6, help="weeks of figures before it (6)")
    day.add_argument("--visits", type=int, default=280, help="visits on an ordinary day (280)")
    day.add_argument(
        "--at", type=_time, default=None, help="break off at HH:MM; the staff's pages go on from then"
    )
    day.add_argument("--into", type=Path, default=Path("run/day"), help="folder for the store (run/day)")


def _demo_day(arguments: argparse.Namespace) -> int:
    from robot.app import AddressTaken
    from robot.cases.crypto import KeyFileError
    from robot.cases.database import StoreError
    from robot.day_command import DayError, Wanted, run_day

    settings = _settings(arguments)
    wanted = Wanted(arguments.date, arguments.seed, arguments.weeks, arguments.visits, arguments.at)
    try:
        run_day(
            settings,
            _catalogue(settings),
            wanted,
            settings.path(arguments.into),
            serve=not arguments.no_serve,
            say=lambda line: print(line, flush=True),
        )
    except (AddressTaken, DayError, KeyFileError, StoreError) as error:
        raise Failure(str(error)) from error
    return 0


def _simulator(name: str) -> Command:
    def run(arguments: argparse.Namespace) -> int:
        if name == "demo" and arguments.day:
            return _demo_day(arguments)
        # The world outside is a program of its own: it shares nothing with the product but the wires.
        command = [sys.executable, "-m", "simulator", "serve" if name == "simulate" else name]
        if name != "simulate":
            command += ["--settings", str(arguments.settings)]
        _become([*command, *arguments.rest])

    return run


def _become(command: list[str]) -> NoReturn:
    """The program takes this one's place: a signal for this one reaches it, and none is left behind."""
    os.execv(command[0], command)  # noqa: S606 - our own program, no words of a shell


def _catalogue(settings: Settings) -> Catalogue:
    from dialogs.catalogue import Catalogue, CatalogueError

    try:
        return Catalogue.load(settings.path(settings.town.services), settings.path(settings.town.facts))
    except CatalogueError as error:
        raise Failure("\n".join(error.errors)) from error


def _as_edited(settings: Settings, catalogue: Catalogue) -> Catalogue:
    """The catalogue with what administrators have changed on the staff page."""
    from dialogs.catalogue import Catalogue
    from dialogs.texts import TextError
    from robot.cases.database import StoreError
    from robot.staff.content_command import edited

    try:
        made = edited(settings, catalogue)
    except (StoreError, TextError) as error:
        raise Failure(str(error)) from error
    return Catalogue(made.services, made.town) if made else catalogue


def _check(arguments: argparse.Namespace) -> int:
    from robot.check import check

    settings = _settings(arguments)
    rows = asyncio.run(check(settings, _catalogue(settings)))
    if arguments.json:
        print(json.dumps([row.model_dump() for row in rows], ensure_ascii=False, indent=2))
    else:
        for row in rows:
            print(f"{row.name:<10} {row.state:<10} {row.detail}")
    return 1 if any(row.state in ("failed", "connecting") for row in rows) else 0


def _understand(arguments: argparse.Namespace) -> int:
    from robot.check import understand

    settings = _settings(arguments)
    sentences = arguments.text or (line.strip() for line in sys.stdin if line.strip())
    asyncio.run(
        understand(
            settings,
            _catalogue(settings),
            sentences,
            lambda answer: print(json.dumps(answer, ensure_ascii=False), flush=True),
        )
    )
    return 0


def _fees(arguments: argparse.Namespace) -> int:
    catalogue = _catalogue(_settings(arguments))
    if arguments.service not in catalogue.services:
        known = ", ".join(sorted(catalogue.services))
        raise Failure(f"{arguments.service} is no service; take one of: {known}.")
    catalogue = _as_edited(_settings(arguments), catalogue)
    day = arguments.on or date.today()
    known_age = {} if arguments.age is None else catalogue.choices_for_age(arguments.service, arguments.age)
    lines = catalogue.listed_fees(arguments.service, known_age, on=day)
    if arguments.json:
        rows = [
            {
                "id": line.id,
                "label": line.label,
                "eur": f"{line.cents / 100:.2f}",
                "law": line.law,
                "since": line.since.isoformat(),
            }
            for line in lines
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            amount = f"{line.cents // 100:>4},{line.cents % 100:02d} EUR"
            print(f"{amount}  {line.label}  ({line.law}, seit {line.since})")
    return 0


def _services(arguments: argparse.Namespace) -> int:
    from robot.services_command import check, write_schemas

    if arguments.action == "schema":
        changed = write_schemas()
        print("\n".join(f"{path} is new" for path in changed) or "The schemas are up to date.")
        return 0
    settings = _settings(arguments)
    errors, found = check(settings.path(settings.town.services), settings.path(settings.town.facts))
    if errors:
        raise Failure("\n".join(errors))
    print(found)
    return 0


def _scan(arguments: argparse.Namespace) -> int:
    from hardware.camera.scan import ScanError, scan_stream

    if arguments.pdf:
        from hardware.camera.scan_pdf import scan_pdf

        try:
            print(json.dumps(scan_pdf(arguments.image, arguments.pdf), ensure_ascii=False))
        except ScanError as error:
            raise Failure(str(error)) from error
        return 0
    failed = 0
    step = max(1, arguments.frames)
    for start in range(0, len(arguments.image), step):
        try:
            print(json.dumps(scan_stream(arguments.image[start : start + step]), ensure_ascii=False))
        except ScanError as error:
            print(error, file=sys.stderr)
            failed = 1
    return failed


def _hear(arguments: argparse.Namespace) -> int:
    from hardware.speech.models import ModelError
    from hardware.speech.recordings import RecordingError, Recordings
    from robot.app import speech_of

    failed = 0
    try:
        recordings = Recordings(speech_of(_settings(arguments)), arguments.lang, arguments.expect)
    except ModelError as error:
        raise Failure(str(error)) from error
    for name in arguments.recording or (line.strip() for line in sys.stdin if line.strip()):
        try:
            print(json.dumps(recordings.hear(Path(name)), ensure_ascii=False), flush=True)
        except RecordingError as error:
            print(error, file=sys.stderr)
            failed = 1
    return failed


def _card(arguments: argparse.Namespace) -> int:
    from hardware.ports import CardKey, ReadFailed
    from robot.card_command import NoCard, can_key, card, mrz_key
    from robot.policy import NotAllowed

    settings = _settings(arguments)
    if arguments.trace and not (arguments.mrz or arguments.can):
        raise Failure("A trace is written while a chip is read; add --mrz or --can.")
    try:
        key: CardKey | None = None
        if arguments.mrz:
            key = mrz_key(sys.stdin.read().split() if arguments.mrz == ["-"] else arguments.mrz)
        elif arguments.can:
            key = can_key(sys.stdin.readline().strip() if arguments.can == "-" else arguments.can)
    except ValueError as error:
        raise Failure(str(error)) from error
    try:
        with _trace(arguments.trace) as trace:
            print(json.dumps(asyncio.run(card(settings, key, trace)), ensure_ascii=False, indent=2))
    except NoCard as error:
        raise Failure("No card lies on the reader; put one on it and call again.") from error
    except (NotAllowed, ReadFailed) as error:
        raise Failure(str(error)) from error
    return 0


@contextlib.contextmanager
def _trace(file: Path | None) -> Iterator[Callable[[str], None] | None]:
    """Writes lines into `file` as they come, for its owner alone; None where there is none to write."""
    if file is None:
        yield None
        return
    try:
        stream = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii")
    except OSError as error:
        raise Failure(f"{file} cannot be written ({error.strerror}); name another file.") from error
    with stream:
        yield lambda line: print(line, file=stream, flush=True)


def _trust_import(arguments: argparse.Namespace) -> int:
    from hardware.cards.emrtd.trust import TrustError, TrustStore

    try:
        store = TrustStore.open(_trust_folder(arguments))
        report = store.import_file(arguments.file, arguments.root)
    except TrustError as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"{error.filename}: {error.strerror}; name a file that can be read.") from error
    print(report.sentence())
    for reason in report.refused:
        print(f"refused: {reason}", file=sys.stderr)
    return 0 if report.added or report.known else 1


def _trust_list(arguments: argparse.Namespace) -> int:
    from hardware.cards.emrtd.trust import TrustError, TrustStore

    try:
        anchors = TrustStore.open(_trust_folder(arguments)).list()
    except TrustError as error:
        raise Failure(str(error)) from error
    if arguments.json:
        rows = [
            {
                "country": anchor.country,
                "subject": anchor.subject,
                "serial": str(anchor.serial),
                "not_before": str(anchor.not_before),
                "not_after": str(anchor.not_after),
                "fingerprint": anchor.fingerprint,
                "source": anchor.source,
                "link": anchor.link,
            }
            for anchor in anchors
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for anchor in anchors:
        until = str(anchor.not_after)[:10]
        print(f"{anchor.country:<3} until {until}  {anchor.fingerprint[:16]}  {anchor.subject}")
    if not anchors:
        print("Nobody is trusted yet; call: lotse trust import FILE", file=sys.stderr)
    return 0


def _trust_folder(arguments: argparse.Namespace) -> Path:
    settings = _settings(arguments)
    return settings.path(settings.cards.trust)


def _staff(arguments: argparse.Namespace) -> int:
    from robot.staff.commands import CommandError, add_staff, list_staff, mend_staff

    settings = _settings(arguments)
    if arguments.action == "list":
        return _store_command(arguments, list_staff)
    if not arguments.name:
        raise Failure("No account given; add --name and the sign-in name.")
    if arguments.action != "add":
        return _store_command(
            arguments, lambda url, file: mend_staff(url, file, arguments.action, arguments.name)
        )
    if arguments.password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
    else:
        raise Failure("No password given; add --password-stdin and write it to standard input.")
    try:
        key_file = settings.path(settings.store.key_file)
        print(add_staff(settings.store_url(), key_file, arguments.name, arguments.role, password))
    except (CommandError, ValueError) as error:
        raise Failure(str(error)) from error
    return 0


def _keys(arguments: argparse.Namespace) -> int:
    from robot.staff.commands import rotate_keys

    kiosk = _settings(arguments).town.kiosk
    return _store_command(arguments, lambda url, file: rotate_keys(url, file, kiosk))


def _audit(arguments: argparse.Namespace) -> int:
    from robot.staff.commands import audit_verify

    return _store_command(arguments, lambda url, file: audit_verify(url, file, arguments.noted))


def _nlu_review(arguments: argparse.Namespace) -> int:
    from dialogs.vocabulary import intents
    from robot.cases.database import Database, StoreError
    from robot.cases.sentences import Sentences
    from robot.nlu_command import ReviewError, review

    settings = _settings(arguments)
    try:
        database = Database(settings.store_url())
        try:
            known = set(intents(_catalogue(settings))) - {"nlu_fallback", "step_done"}
            review(arguments, Sentences(database), known, settings.path(arguments.nlu))
        finally:
            database.close()
    except (ReviewError, StoreError) as error:
        raise Failure(str(error)) from error
    return 0


def _store_command(arguments: argparse.Namespace, command: Callable[[str, Path], str]) -> int:
    from robot.staff.commands import CommandError

    settings = _settings(arguments)
    try:
        print(command(settings.store_url(), settings.path(settings.store.key_file)))
    except CommandError as error:
        raise Failure(str(error)) from error
    return 0


def _models(arguments: argparse.Namespace) -> int:
    from hardware.speech.models import fetch

    settings = _settings(arguments)
    wanted = {name: (model.url, model.sha256) for name, model in settings.speech.official_models.items()}
    return fetch(
        wanted,
        settings.path("models"),
        accept_checksum=arguments.accept_checksum,
        say=lambda line: print(line),
    )


if __name__ == "__main__":
    os._exit(main())
