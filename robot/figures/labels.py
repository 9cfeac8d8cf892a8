"""How figures name services, stations, languages and devices: as the town and the clerk call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.languages import GERMAN, LANGUAGES
from dialogs.texts import Texts


@dataclass(frozen=True)
class Labels:
    """Names for ids in a language of the staff; what nobody knows (any more) keeps its id."""

    catalogue: Catalogue | None = None
    texts: Texts | None = None
    lang: str = GERMAN

    def service(self, service: str) -> str:
        """A service as the clerk calls it."""
        known = self.catalogue.services.get(service) if self.catalogue else None
        return self._told(f"{service}.label", known.label) if known else service

    def stations(self, service: str) -> Sequence[tuple[str, str]]:
        """Every station of a service's journey, in order: id and name."""
        try:
            journey = self.catalogue.service(service).journey if self.catalogue else ()
        except CatalogueError:
            return []
        return [
            (node.name, self._told(f"{service}.station.{node.name}.label", node.label or node.name))
            for node in journey
        ]

    def language(self, code: str) -> str:
        """A language's own name."""
        return LANGUAGES[code].name if code in LANGUAGES else code

    def device(self, name: str) -> str:
        """A device as the clerk calls it."""
        return self._told(f"screen.device.{name}", name)

    def _told(self, key: str, otherwise: str) -> str:
        return self.texts.maybe(self.lang, key, otherwise) if self.texts else otherwise
