"""The register map of the body, for whoever builds or wires one (Modbus RTU, 8N1, addresses from 0).

| table            | address | meaning                                                          | access     |
|------------------|---------|------------------------------------------------------------------|------------|
| discrete input   | 0       | presence: 1 while somebody stands before the kiosk               | read (02)  |
| holding register | 0       | light: 0 off 1 idle 2 listening 3 thinking 4 speaking 5 help     | write (16) |
| holding register | 1       | heartbeat: any value, counted up by the robot                    | write (16) |

The robot writes light and heartbeat together, at least every `HEARTBEAT_S`. A body that gets no such write
for `SAFE_AFTER_S` goes to its safe state by itself: light idle. The first write afterwards ends it.
"""

from __future__ import annotations

from hardware.ports import Light

PRESENCE = 0  # discrete input
LIGHT = 0  # holding register; the heartbeat follows at 1

HEARTBEAT_S = 0.5
SAFE_AFTER_S = 2.0

LIGHT_CODES = {
    Light.OFF: 0,
    Light.IDLE: 1,
    Light.LISTENING: 2,
    Light.THINKING: 3,
    Light.SPEAKING: 4,
    Light.HELP: 5,
}
