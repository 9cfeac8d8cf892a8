"""Learns and asks, fold by fold, in Rasa's environment and in a written project's folder (see nlu_report.py).

`folds.py FOLDS FOUND`: FOLDS is JSON with the component's `settings` and `folds`, each with `learnt` (intent
to sentences) and `asked` (sentences); FOUND becomes, by fold, the likeliest intent of each asked sentence.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def main() -> None:
    """The command line."""
    folder = Path.cwd()
    # the component and its ideas, as dialogs/build.py has laid them into the project
    sys.path.insert(0, str(folder))
    importlib.import_module("light").install()
    reading = importlib.import_module("reading")
    concepts = importlib.import_module("concepts")
    ideas = json.loads((folder / "concepts.json").read_text(encoding="utf-8"))
    work = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = []
    for number, fold in enumerate(work["folds"], start=1):
        kept = folder / ".rasa" / "meanings.npz"
        reader = reading.Reader(concepts.Concepts(ideas), **work["settings"], kept=kept)
        pairs = [(sentence, intent) for intent, several in fold["learnt"].items() for sentence in several]
        reader.fit([sentence for sentence, _ in pairs], [intent for _, intent in pairs])
        found.append([reader.rank(sentence)[0][0] for sentence in fold["asked"]])
        sys.stdout.write(f"fold {number}: {len(pairs)} learnt, {len(found[-1])} asked\n")
        sys.stdout.flush()
    Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
