"""What a visit holds of a person, where each value comes from, and how it is forgotten."""

import gc

from robot.cases.model import Provenance
from robot.visit.visit import Visit, without_personal_words


def test_a_value_that_was_read_and_then_changed_keeps_what_was_read() -> None:
    visit = Visit()
    visit.set_value("surname", "Mustermann", Provenance.MRZ)
    visit.set_value("surname", "Müstermann", Provenance.TYPED)
    assert visit.values["surname"].provenance is Provenance.MRZ_EDITED
    assert visit.values["surname"].original == "Mustermann"


def test_a_correction_that_is_taken_back_is_again_what_was_read() -> None:
    visit = Visit()
    visit.set_value("surname", "Mustermann", Provenance.MRZ)
    visit.set_value("surname", "M", Provenance.TYPED)
    visit.set_value("surname", "Mustermann", Provenance.TYPED)
    assert visit.values["surname"].provenance is Provenance.MRZ


def test_what_the_chip_gave_and_the_citizen_changed_is_marked_until_it_is_taken_back() -> None:
    visit = Visit()
    visit.set_value("surname", "Mustermann", Provenance.MRZ)
    visit.set_value("surname", "Müstermann", Provenance.CHIP)
    visit.set_value("surname", "Musterfrau", Provenance.TYPED)
    assert visit.values["surname"].provenance is Provenance.CHIP_EDITED
    assert visit.values["surname"].original == "Müstermann"
    visit.set_value("surname", "Müstermann", Provenance.TYPED)
    assert visit.values["surname"].provenance is Provenance.CHIP


def test_the_clerks_notes_are_wiped_and_named_in_the_shred_record() -> None:
    visit = Visit()
    visit.notes.append("Chip: Er ist das Original, keine Kopie.")
    assert visit.wipe() == ["notes"]
    assert visit.notes == []


def test_a_typed_value_says_so() -> None:
    visit = Visit()
    visit.set_value("height", "170", Provenance.TYPED)
    assert visit.values["height"].provenance is Provenance.TYPED


def test_the_wipe_leaves_no_object_with_the_persons_words() -> None:
    """DESIGN §1, wipe: nothing personal is reachable from the visit any more."""
    visit = Visit()
    word = "".join(["ERI", "KA-", "EINMALIG"])
    visit.set_value("given_names", word, Provenance.TYPED)
    visit.brought["photo"] = True
    visit.consent = True
    assert set(visit.wipe()) == {"fields", "checklist", "consent"}
    assert visit.values == {}
    assert visit.brought == {}
    assert not visit.consent
    gc.collect()
    assert word not in repr(vars(visit))


def test_a_visit_that_told_nothing_has_nothing_to_wipe() -> None:
    assert Visit().wipe() == []


def test_two_visits_never_share_an_id() -> None:
    assert len({Visit().id for _ in range(100)}) == 100


def test_what_a_citizen_reads_aloud_from_the_form_never_reaches_the_dialogue() -> None:
    visit = Visit()
    visit.set_value("surname", "Mustermann", Provenance.TYPED)
    visit.set_value("street", "Heidestraße 17", Provenance.MRZ)
    said = "ich heiße Mustermann aus der heidestraße geboren 12.08.1964"
    assert without_personal_words(said, visit) == "ich heiße aus der geboren"


def test_chosen_answers_stay_in_the_sentence() -> None:
    visit = Visit()
    visit.set_value("eyes", "blau", Provenance.CHOSEN)
    assert without_personal_words("blau ist schön", visit) == "blau ist schön"
