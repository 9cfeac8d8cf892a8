"""What the colleague says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.catalogue import Catalogue
from dialogs.texts import TextError, Texts
from dialogs.vocabulary import SAYS


def test_everything_the_dialogue_says_has_a_text(texts: Texts) -> None:
    assert texts.check(SAYS) == []


def test_what_is_said_often_has_more_than_one_wording(texts: Texts) -> None:
    for key in ("misunderstood.first", "misunderstood.second", "thank", "hours.open_now", "fee.one"):
        assert len(texts.variants("de", key)) > 1, key


def test_the_same_sentence_is_not_said_twice_in_a_row(texts: Texts) -> None:
    said = texts.pick("de", "misunderstood.first")
    for _ in range(20):
        following = texts.pick("de", "misunderstood.first", avoid=said)
        assert following != said
        said = following


def test_a_parameter_may_be_the_key_of_another_text(texts: Texts) -> None:
    line = texts.get(
        "de",
        "fee.line",
        label="@identity_card.fee.photo.label",
        amount="6,00 €",
        law="§ 1",
        since="01.05.2025",
    )
    assert line.startswith("Foto am Schalter: 6,00 €")


def test_a_missing_text_or_parameter_is_named(texts: Texts) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        texts.get("de", "nowhere")
    with pytest.raises(KeyError, match="amount"):
        texts.get("de", "fee.total")
    assert texts.check({"nowhere": (), "fee.total": ()}, ["de"]) == [
        "dialogs/texts/de: 'nowhere' is missing, add it",
        "dialogs/texts/de: 'fee.total' wants {amount}, which it is never given; remove it",
    ]


def test_all_mistakes_of_the_text_files_are_told_with_file_and_line(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "a.yml").write_text("greet: Hallo\nthank: 5\n")
    (tmp_path / "de" / "b.yml").write_text("\ngreet: Tag\n")
    with pytest.raises(TextError) as caught:
        Texts.load(tmp_path, catalogue)
    assert [error.partition(": ")[0] for error in caught.value.errors] == [
        f"{tmp_path}/de/a.yml:2",
        f"{tmp_path}/de/b.yml:2",
    ]
