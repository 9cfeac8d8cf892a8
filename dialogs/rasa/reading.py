"""Tells a sentence's intent, German or English; a component of Rasa's pipeline, in Rasa's environment.

Five views of a sentence. Four are weighed by tf-idf: words and pairs of words; pieces of words, for endings
and typing errors; pieces of the sentence without its gaps, for compounds that a recogniser splits; the ideas
behind its words (concepts.py). The fifth is where the whole sentence lies among all sentences (meaning.py),
for words that no example has and needs told round about. A linear support vector machine weighs them all.
The model is kept as plain arrays and JSON: nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from concepts import Concepts
from folding import fold
from meaning import Meanings
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

# written beside this file by dialogs/build.py
_HERE = Path(__file__).resolve().parent
_CONCEPTS = _HERE / "concepts.json"
# beside what Rasa itself keeps from one training for the next
_KEPT = _HERE / ".rasa" / "meanings.npz"
_RANKING = 10
# nobody says more in one breath; what is longer is cut, so that no text takes long
_LONGEST = 400
# of the numbers of a meaning, those in which our sentences differ most: all of them take twice as long to
# learn from and tell no more
_DIRECTIONS = 128


def words(sentence: str) -> list[str]:
    """Words and pairs of words."""
    tokens = sentence.split()
    return tokens + [f"{first} {second}" for first, second in pairwise(tokens)]


def letters(sentence: str) -> list[str]:
    """Pieces of two to five letters of each word, its borders marked by a blank."""
    return [piece for word in sentence.split() for piece in _pieces(f" {word} ", range(2, 6))]


def joined(sentence: str) -> list[str]:
    """Pieces of four to six letters of the sentence without gaps."""
    return _pieces(sentence.replace(" ", ""), range(4, 7))


def _pieces(text: str, lengths: range) -> list[str]:
    return [text[at : at + length] for length in lengths for at in range(len(text) - length + 1)]


class Reader:
    """Learns sentences and ranks intents."""

    def __init__(
        self,
        concepts: Concepts,
        freedom: float = 1.0,
        sharpness: float = 4.0,
        rare: int = 2,
        kept: Path | None = None,
    ) -> None:
        """`freedom`: how freely weights may grow (C). `sharpness`: from distances to probabilities (softmax).

        `rare`: what stands in fewer sentences is left out. `kept`: see Meanings.
        """
        self._concepts = concepts
        self._views: tuple[Callable[[str], list[str]], ...] = (words, letters, joined, concepts.features)
        self._meanings = Meanings(kept)
        self._freedom = freedom
        self._sharpness = sharpness
        self._rare = rare
        self._labels: list[str] = []
        # per view: piece to its row in `_idf` and `_weights`, whose numbers need few digits but much memory
        self._known: list[dict[str, int]] = []
        self._idf = np.zeros(0, dtype=np.float32)
        self._weights = np.zeros((0, 0), dtype=np.float16)
        # of the meaning: where the middle lies, the directions from there, and their weights
        self._middle = np.zeros(0, dtype=np.float32)
        self._directions = np.zeros((0, 0), dtype=np.float32)
        self._meant = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)

    def fit(self, sentences: list[str], intents: list[str]) -> None:
        """Learns; the same sentences in the same order give the same model."""
        cut = [sentence[:_LONGEST] for sentence in sentences]
        folded = [fold(sentence) for sentence in cut]
        columns = []
        self._known = []
        idf: list[float] = []
        for view in self._views:
            weigher = TfidfVectorizer(analyzer=view, sublinear_tf=True, min_df=self._rare, dtype=np.float32)
            columns.append(weigher.fit_transform(folded))
            self._known.append({piece: len(idf) + int(at) for piece, at in weigher.vocabulary_.items()})
            idf += list(weigher.idf_)
        meanings = self._meanings.of_all(cut)
        self._middle = meanings.mean(axis=0)
        _, directions = np.linalg.eigh(np.cov(meanings, rowvar=False))
        self._directions = np.ascontiguousarray(directions[:, : -_DIRECTIONS - 1 : -1], dtype=np.float32)
        columns.append(csr_matrix((meanings - self._middle) @ self._directions))
        learner = LinearSVC(C=self._freedom, class_weight="balanced", random_state=7)
        learner.fit(hstack(columns, format="csr"), intents)
        self._labels = [str(label) for label in learner.classes_]
        self._idf = np.asarray(idf, dtype=np.float32)
        weights = learner.coef_.T
        self._weights = np.ascontiguousarray(weights[: len(idf)], dtype=np.float16)
        self._meant = np.ascontiguousarray(weights[len(idf) :], dtype=np.float32)
        self._bias = learner.intercept_.astype(np.float32)

    def rank(self, sentence: str) -> list[tuple[str, float]]:
        """The intents with their probabilities, likeliest first."""
        cut = sentence[:_LONGEST]
        folded = fold(cut)
        distances = self._bias + (self._meanings.of(cut) - self._middle) @ self._directions @ self._meant
        for view, known in zip(self._views, self._known, strict=True):
            counts = Counter(piece for piece in view(folded) if piece in known)
            if counts:
                rows = np.fromiter((known[piece] for piece in counts), dtype=np.intp, count=len(counts))
                times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
                values = (1 + np.log(times)) * self._idf[rows]
                distances += values / np.linalg.norm(values) @ self._weights[rows].astype(np.float32)
        odds = np.exp(self._sharpness * (distances - distances.max()))
        shares = odds / odds.sum()
        return [(self._labels[at], float(shares[at])) for at in np.argsort(-shares, kind="stable")]

    def save(self, folder: Path) -> None:
        """Writes the model into the folder."""
        np.savez(
            folder / "weights.npz",
            weights=self._weights,
            bias=self._bias,
            idf=self._idf,
            middle=self._middle,
            directions=self._directions,
            meant=self._meant,
        )
        kept = {
            "labels": self._labels,
            "sharpness": self._sharpness,
            "known": self._known,
            "concepts": self._concepts.words,
        }
        (folder / "words.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Reader:
        """The model of that folder."""
        kept = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        reader = cls(Concepts(kept["concepts"]), sharpness=kept["sharpness"])
        reader._labels = kept["labels"]
        reader._known = kept["known"]
        with np.load(folder / "weights.npz") as arrays:
            reader._weights, reader._bias, reader._idf = arrays["weights"], arrays["bias"], arrays["idf"]
            reader._middle, reader._directions = arrays["middle"], arrays["directions"]
            reader._meant = arrays["meant"]
        # the encoder reads its weights when it is first asked: now, not when the first visitor speaks
        reader.rank("")
        return reader


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceReader(GraphComponent, IntentClassifier):
    """The Reader in Rasa's pipeline; it needs no tokenizer and no featurizer before it."""

    def __init__(self, reader: Reader, storage: ModelStorage, resource: Resource) -> None:
        self._reader = reader
        self._storage = storage
        self._resource = resource

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See Reader."""
        return {"freedom": 1.0, "sharpness": 4.0, "rare": 2}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What decides the model beside the sentences and this class: where only that has changed, Rasa would
        otherwise take the last training out of its cache.
        """
        names = ("reading.py", "meaning.py", "folding.py", "concepts.py", "concepts.json")
        return hashlib.sha256(b"".join((_HERE / name).read_bytes() for name in names)).hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceReader:
        """An untrained one."""
        ideas = json.loads(_CONCEPTS.read_text(encoding="utf-8"))
        reader = Reader(Concepts(ideas), config["freedom"], config["sharpness"], config["rare"], _KEPT)
        return cls(reader, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceReader:
        """The trained one."""
        with model_storage.read_from(resource) as folder:
            return cls(Reader.load(folder), model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns and keeps what was learnt."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        self._reader.fit([e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples])
        with self._storage.write_to(self._resource) as folder:
            self._reader.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking of each message."""
        for message in messages:
            ranking = self._reader.rank(message.get(TEXT) or "")
            named = [{"name": name, "confidence": share} for name, share in ranking[:_RANKING]]
            message.set(INTENT, named[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, named, add_to_output=True)
        return messages
