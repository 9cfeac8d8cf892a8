from __future__ import annotations

import asyncio
import threading

from robot.web.broadcast import Broadcast


async def test_who_waits_is_told_of_the_next_change() -> None:
    changed = Broadcast()
    waiting = [asyncio.create_task(changed.wait(changed.seq)) for _ in range(3)]
    await asyncio.sleep(0)
    changed.notify()
    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_who_is_slow_gets_many_changes_as_one() -> None:
    changed = Broadcast()
    for _ in range(5):
        changed.notify()
    assert await changed.wait(0) == 5
    assert await changed.wait(5, timeout_s=0.01) == 5


async def test_a_change_in_another_thread_wakes_the_waiting() -> None:
    changed = Broadcast()
    waiting = asyncio.create_task(changed.wait(0))
    await asyncio.sleep(0)
    threading.Thread(target=changed.notify_threadsafe).start()
    assert await waiting == 1
