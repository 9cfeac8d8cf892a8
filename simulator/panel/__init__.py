"""The developer's panel: a page that is the outside world, served by the simulated world itself."""

from simulator.panel.server import PANEL_PORT, Panel

__all__ = ["PANEL_PORT", "Panel"]
