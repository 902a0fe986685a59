"""The organisation's settings: what they default to, and that setting the same twice changes nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lms.organisation import actions, queries
from lms.organisation.tables import OrganisationSetting
from lms.organisation.variables import is_variable_name
from lms.store import writing


def test_a_fresh_organisation_has_a_name_a_paper_and_no_variables(session: Session) -> None:
    assert queries.name(session) == "Lantern"
    assert queries.paper(session) == "a4"
    assert queries.variables(session) == {}
    assert not queries.is_sample(session)


def test_a_value_is_set_changed_and_removed(session: Session, now: datetime) -> None:
    with writing(session):
        assert actions.set_value(session, "name", "Hotel Aurora", now)
        assert actions.set_value(session, "paper", "letter", now)
        assert actions.set_value(session, "is_sample", "yes", now)
    assert (queries.name(session), queries.paper(session), queries.is_sample(session)) == (
        "Hotel Aurora",
        "letter",
        True,
    )
    with writing(session):
        assert actions.remove_value(session, "name")
        assert not actions.remove_value(session, "name")
    assert queries.name(session) == "Lantern"


def test_setting_the_same_value_again_is_no_change(session: Session, now: datetime) -> None:
    with writing(session):
        assert actions.set_value(session, "var.refund_limit", "50 €", now)
    with writing(session):
        assert not actions.set_value(session, "var.refund_limit", "50 €", now + timedelta(days=1))
    row = session.get(OrganisationSetting, "var.refund_limit")
    assert row is not None and row.updated_at == now


def test_variables_are_only_the_lesson_variables_by_their_bare_name(session: Session, now: datetime) -> None:
    with writing(session):
        actions.set_value(session, "name", "Hotel", now)
        actions.set_value(session, "var.refund_limit", "50 €", now)
        actions.set_value(session, "var.duty_phone", "7112", now)
    assert queries.variables(session) == {"duty_phone": "7112", "refund_limit": "50 €"}


def test_an_unknown_paper_falls_back_to_a4(session: Session, now: datetime) -> None:
    with writing(session):
        actions.set_value(session, "paper", "papyrus", now)
    assert queries.paper(session) == "a4"


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("refund_limit", True),
        ("a1", True),
        ("name", False),
        ("Refund", False),
        ("1st", False),
        ("", False),
        ("a-b", False),
        ("a" * 61, False),
    ],
)
def test_a_variable_name_is_small_letters_digits_and_underscores(name: str, good: bool) -> None:
    assert is_variable_name(name) is good
