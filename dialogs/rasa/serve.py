"""Rasa's own command line with three things quicker; runs in Rasa's environment: `python serve.py run …`.

Rasa loads TensorFlow, which none of our components uses (light.py). It checks every answer of the action
endpoint against a JSON schema, at 2 to 17 ms a call; ours come from rasa_sdk's own event classes
(dialogs/actions.py), and an event it does not know is refused all the same. And it looks through all kinds of
events for each event it reads; here each name is looked up once.
"""

from __future__ import annotations

import sys
from functools import lru_cache

import light

if __name__ == "__main__":
    light.install()
    from rasa.__main__ import main
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event

    RemoteAction._validate_action_result = lambda _self, _result: True
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=128)(Event.resolve_by_type))
    # Rasa reads the command from sys.argv, which already holds it.
    sys.exit(main())
