"""What the colleague hears, through a real sound server, voice gate and recogniser."""

from __future__ import annotations

import numpy as np
import pytest

from hardware.ports import Partial, SpeechStarted, State, Unintelligible, Utterance
from hardware.speech.hearing import VoskHearing
from hardware.speech.settings import SpeechSettings
from hardware.speech.sound import SoundDevice

from .conftest import Citizen, Listener, Room, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_spoken_sentence_is_recognised_with_partial_results_on_the_way(
    listener: Listener, citizen: Citizen
) -> None:
    await citizen.says("guten tag ich brauche einen neuen personalausweis")
    heard = await listener.next(Utterance)
    # a busy machine may swallow the beginning of the sound
    assert heard.text.endswith("tag ich brauche einen neuen personalausweis")
    assert heard.confidence > 0.8
    assert not heard.during_speech
    partials = [partial.text for partial in listener.of(Partial)]
    assert len(partials) >= 2
    assert any("brauche" in partial for partial in partials)
    assert isinstance(listener.events[0], SpeechStarted)
    assert heard.started_at == listener.events[0].at


async def test_begin_and_end_of_an_utterance_are_those_of_the_voice(
    listener: Listener, citizen: Citizen
) -> None:
    spoken = citizen.wave("wo finde ich das bürgerbüro")
    await citizen.plays(spoken)
    heard = await listener.next(Utterance)
    # roughly, where the machine is busy; test_ear.py and test_bench_speech.py count it in samples
    assert 0.7 < (heard.ended_at - heard.started_at) / (len(spoken) / 22_050) < 1.4


async def test_the_colleagues_own_words_do_not_come_back_but_the_answer_after_them_does(
    listener: Listener, citizen: Citizen
) -> None:
    listener.hearing.speaking("Wann ist Ihr Ausweis abgelaufen?")
    await citizen.says("Wann ist Ihr Ausweis abgelaufen?", "de")
    listener.hearing.speaking(None)
    await citizen.says("was kostet das denn")
    heard = await listener.next(Utterance)
    assert heard.text == "was kostet das denn"
    assert not heard.during_speech
    assert not [partial for partial in listener.of(Partial) if "abgelaufen" in partial.text]


async def test_stopp_comes_through_while_the_colleague_speaks(listener: Listener, citizen: Citizen) -> None:
    listener.hearing.speaking("Der Personalausweis kostet sechsundvierzig Euro.")
    await citizen.says("stopp")
    heard = await listener.next(Utterance)
    assert heard.text == "stopp"
    assert heard.during_speech
    assert not listener.of(SpeechStarted)


async def test_a_question_over_the_colleagues_words_is_marked_as_such(
    listener: Listener, citizen: Citizen
) -> None:
    listener.hearing.speaking("Guten Tag, ich bin eine Maschine.")
    await citizen.says("ich habe meinen ausweis verloren")
    heard = await listener.next(Utterance)
    assert heard.text == "ich habe meinen ausweis verloren"
    assert heard.during_speech
    assert not listener.of(Partial)


async def test_nothing_is_heard_while_the_gate_is_closed(listener: Listener, citizen: Citizen) -> None:
    listener.hearing.listen(on=False)
    await citizen.says("ich möchte ihn abholen")
    await citizen.plays(np.zeros(22_050, np.int16))  # the last of it may still be on its way to the ear
    listener.hearing.listen(on=True)
    await citizen.says("nein danke")
    assert (await listener.next(Utterance)).text == "nein danke"
    assert len(listener.of(Utterance)) == 1


async def test_a_microphone_that_falls_silent_is_noticed_and_comes_back_by_itself(
    listener: Listener, sound: SoundDevice, citizen: Citizen, room: Room
) -> None:
    assert sound.microphone is State.READY
    room.pactl("suspend-source", "mic", "1")
    await until(lambda: sound.microphone is State.FAILED, "the loss of the microphone is noticed")
    assert sound.speaker is State.READY
    assert listener.hearing.health().state is State.FAILED
    room.pactl("suspend-source", "mic", "0")
    await until(lambda: sound.microphone is State.READY, "the microphone is back")
    await citizen.says("was kostet das denn")
    assert (await listener.next(Utterance)).text == "was kostet das denn"


async def test_a_kiosk_without_a_microphone_says_so_and_hears_nothing(settings: SpeechSettings) -> None:
    deaf = SpeechSettings(settings.model, microphone="none", speaker="none")
    sound = SoundDevice(deaf)
    hearing = VoskHearing(deaf, sound)
    await sound.start()
    await hearing.start()
    assert hearing.health().state is State.ABSENT
    assert sound.health().state is State.ABSENT
    assert not sound.pids()
    await hearing.stop()
    await sound.stop()


async def test_a_missing_model_is_one_clear_sentence_in_the_health(settings: SpeechSettings) -> None:
    wrong = SpeechSettings(settings.model / "nowhere", microphone="robot_ear")
    hearing = VoskHearing(wrong, SoundDevice(wrong))
    await hearing.start()
    await until(lambda: hearing.health().state is State.FAILED, "the missing model is noticed")
    assert "there is no speech model" in hearing.health().detail
    await hearing.stop()


async def test_the_demo_model_is_named_as_one(listener: Listener) -> None:
    facts = listener.hearing.health().facts
    assert (facts["model"], facts["demo_model"]) == ("vosk-model-de-kiosk", "yes")


async def test_noise_in_the_lobby_is_no_utterance(listener: Listener, citizen: Citizen) -> None:
    generator = np.random.default_rng(7)
    await citizen.plays((generator.standard_normal(22_050) * 800).astype(np.int16))
    await citizen.says("hilfe")
    assert (await listener.next(Utterance)).text == "hilfe"
    assert not listener.of(Unintelligible)
    assert len(listener.of(Utterance)) == 1
