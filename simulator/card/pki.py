"""The document PKI of the simulated world: `python -m simulator.card.pki OUT` writes it as files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulator.card.authorities import Certificate, Pki, pki

__all__ = ["Certificate", "Pki", "main", "pki"]


def main(arguments: list[str] | None = None) -> int:
    """Write the certificates and the master list; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator.card.pki",
        description="The document PKI of the simulated world, as files (DER): csca_*.cer, ds_*.cer, the "
        "signer of the master list, and masterlist.ml.",
        epilog="Example: python -m simulator.card.pki run/pki",
    )
    parser.add_argument("out", type=Path, help="the folder; made if missing")
    out: Path = parser.parse_args(arguments).out
    whole = pki()
    files = {f"csca_{country.lower()}.cer": entry.der for country, entry in whole.csca.items()}
    for who, entry in whole.signers.items():
        files[f"ds_{who.lower().replace(' ', '_')}.cer"] = entry.der
    files |= {"masterlist_signer.cer": whole.list_signer.der, "masterlist.ml": whole.master_list}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file, data in files.items():
            (out / file).write_bytes(data)
    except OSError as failed:
        sys.stderr.write(f"{out} cannot be written: {failed.strerror}. Name another folder.\n")
        return 1
    sys.stdout.write(f"{out}: {len(files)} files\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
