"""How figures name services, stations, languages and devices: as the town and the clerk call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.catalogue import Catalogue, CatalogueError
from dialogs.languages import GERMAN, LANGUAGES
from dialogs.texts import Texts


@dataclass(frozen=True)
class Labels:
    """Names for ids; what nobody knows (any more) keeps its id."""

    catalogue: Catalogue | None = None
    texts: Texts | None = None

    def service(self, service: str) -> str:
        """A service as the clerk calls it."""
        known = self.catalogue.services.get(service) if self.catalogue else None
        return known.label if known else service

    def stations(self, service: str) -> Sequence[tuple[str, str]]:
        """Every station of a service's journey, in order: id and name."""
        try:
            journey = self.catalogue.service(service).journey if self.catalogue else ()
        except CatalogueError:
            return []
        return [(node.name, node.label or node.name) for node in journey]

    def language(self, code: str) -> str:
        """A language's own name."""
        return LANGUAGES[code].name if code in LANGUAGES else code

    def device(self, name: str) -> str:
        """A device as the clerk calls it."""
        return self.texts.maybe(GERMAN, f"screen.device.{name}", name) if self.texts else name
