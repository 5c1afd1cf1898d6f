"""Which mails belong together."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.read import read
from bot.mail.threads import (
    ThreadItem,
    base_subject,
    forks,
    group,
    strip_subject,
    thread_key_candidates,
    untagged,
)
from tests.unit.mail.build import raw

START = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)


def item(name: str, subject: str = "AG", *refs: str, day: float = 0, reply: str | None = None) -> ThreadItem:
    return ThreadItem(
        name, refs, reply or (refs[-1] if refs else None), subject, START + dt.timedelta(days=day)
    )


def names(items: list[ThreadItem]) -> list[list[str]]:
    return [[one.message_id for one in thread] for thread in group(items)]


@pytest.mark.parametrize(
    "subject",
    [
        "Réunion du CAC",
        "Re: Réunion du CAC",
        "RE : Réunion du CAC",
        "Ré: réunion du cac",
        "TR: Réunion du CAC",
        "Fwd: Re: Réunion du CAC",
        "[reseau] Réunion du CAC",
        "Re: [reseau] Re: Réunion du CAC",
        "Re[2]: Réunion du CAC",
        "re\u00a0: Réunion  du\tCAC",
        "Re: Re: Re: REUNION DU CAC",
        "AW: Réunion du CAC.",
        "Réunion du CAC (fwd)",
        "Re\u0301 : Réunion du CAC",
        "\ufeffRÉF\u202f: Réunion du CAC",
        "Rép : [cac] TR : Réunion du CAC",
        "RE(3): Tr: [reseau] Re[12] : Réunion du CAC !",
        "Re^2: Réunion du CAC",
        "Réunion du CAC (était : Budget)",
    ],
)
def test_the_base_subject_is_the_same_through_a_thread(subject: str) -> None:
    assert base_subject(subject) == "reunion du cac"


def test_only_named_tags_are_stripped_when_some_are_named() -> None:
    assert base_subject("[reseau] [hors-récap] AG", tags=("reseau",)) == "[hors-recap] ag"
    assert base_subject("[reseau]") == "[reseau]"
    assert base_subject("Rénovation") == "renovation"
    assert base_subject("Trame") == "trame"


def test_tags_leave_a_subject_and_re_stays() -> None:
    assert untagged("Re: [reseau] TR: [cac] AG [2026]") == "Re: TR: AG [2026]"


def test_the_nearest_ancestor_is_looked_up_first() -> None:
    mail = read(raw(In_Reply_To="<c@x>", References="<a@x> <b@x> <c@x>"))
    assert thread_key_candidates(mail) == ("c@x", "b@x", "a@x")


def test_references_make_a_thread_even_when_a_mail_in_between_is_missing() -> None:
    items = [item("a"), item("c", "Re: AG", "a", "b", day=2), item("d", "Re: AG", "b", "c", day=3)]
    assert names(items) == [["a", "c", "d"]]


def test_where_ids_link_the_order_of_clocks_makes_no_difference() -> None:
    """Two answers that are dated before what they answer, one of them under a new subject."""
    early = [item("c", "Covoiturage", "a", day=-2), item("b", "Re: AG", "a", day=-1), item("a", day=0)]
    assert names(early) == [["c"], ["b", "a"]]


def test_references_in_a_circle_are_one_thread() -> None:
    assert names([item("a", "AG", "b"), item("b", "Re: AG", "a", day=1), item("c", "AG", "c", day=2)]) == [
        ["a", "b"],
        ["c"],
    ]


def test_a_mail_without_a_subject_goes_where_its_references_say() -> None:
    assert names([item("a"), item("b", "", "a", day=1), item("c", "Re:", "b", day=2)]) == [["a", "b", "c"]]
    assert names([item("a", ""), item("b", "AG", "a", day=1), item("c", "Re: AG", "a", "b", day=2)]) == [
        ["a", "b", "c"]
    ]


def test_two_answers_to_a_mail_that_was_never_seen_are_one_thread() -> None:
    assert names([item("b", "Re: AG", "a"), item("c", "Re: AG", "a", day=1)]) == [["b", "c"]]


def test_an_ancestor_that_joins_two_threads_makes_them_one() -> None:
    late = [item("b", "Re: AG", "x"), item("c", "Re: AG", "y", day=1), item("d", "Re: AG", "x", "y", day=2)]
    assert names(late) == [["b", "c", "d"]]


def test_the_subject_joins_only_mails_without_references_and_within_three_weeks() -> None:
    assert names([item("a"), item("b", "RE: ag", day=20)]) == [["a", "b"]]
    assert names([item("a"), item("b", "Re: AG", day=22)]) == [["a"], ["b"]]
    assert names([item("a"), item("b", "Re: AG", day=20), item("c", "AG", day=40)]) == [["a", "b", "c"]]
    assert names([item("a"), item("b", "Re: AG", "elsewhere", day=1)]) == [["a"], ["b"]]
    assert names([item("a", ""), item("b", "", day=1)]) == [["a"], ["b"]]


def test_a_reply_under_a_new_subject_forks_and_takes_its_answers_along() -> None:
    items = [
        item("a"),
        item("b", "Re: AG", "a", day=1),
        item("c", "Covoiturage pour l'AG", "a", "b", day=2),
        item("d", "Re: Covoiturage pour l'AG", "a", "b", "c", day=3),
        item("e", "Re: AG", "a", "b", day=4),
    ]
    assert names(items) == [["a", "b", "e"], ["c", "d"]]
    assert forks("Covoiturage", "Re: AG")
    assert not forks("RE : [reseau] ag", "AG")
    assert not forks("Re:", "AG")


def test_the_same_mail_from_two_lists_is_in_one_thread_with_the_answers_on_both() -> None:
    assert names([item("a", "[un] AG"), item("a", "[deux] AG", day=0.1)]) == [["a", "a"]]
    crossed = [
        item("a", "[un] AG"),
        item("a", "[deux] AG", day=0.1),
        item("b", "Re: [un] AG", "a", day=1),
        item("c", "[deux] RE : AG", "a", day=2),
    ]
    assert names(crossed) == [["a", "a", "b", "c"]]


def test_an_answer_whose_clock_is_slow_still_joins() -> None:
    assert names([item("a", day=1), item("b", "Re: AG", "a", day=0)]) == [["b", "a"]]


def test_a_mail_without_a_date_is_kept() -> None:
    undated = ThreadItem("z", (), "a", "Re: AG", None)
    assert names([item("a"), undated]) == [["z", "a"]]


ids = st.integers(0, 12).map(str)
SUBJECTS = ["AG", "Re: AG", "Budget", "Re: Budget", "", "Re:", "[x] AG", "TR : [x] ré\u00a0: ag"]
items_of_any_shape = st.builds(
    ThreadItem,
    ids,
    st.lists(ids, max_size=4).map(tuple),
    st.none() | ids,
    st.sampled_from(SUBJECTS),
    st.none() | st.integers(0, 60).map(lambda day: START + dt.timedelta(days=day)),
)


def partition(items: list[ThreadItem]) -> set[frozenset[str]]:
    return {frozenset(map(repr, thread)) for thread in group(items)}


@given(st.lists(items_of_any_shape, max_size=25))
def test_every_mail_is_in_exactly_one_thread_by_date(items: list[ThreadItem]) -> None:
    threads = group(items)
    grouped = [one for thread in threads for one in thread]
    assert sorted(map(repr, grouped)) == sorted(map(repr, items))
    for line in (*threads, [thread[0] for thread in threads]):
        dates = [one.date or dt.datetime.min.replace(tzinfo=dt.UTC) for one in line]
        assert dates == sorted(dates)


@given(st.lists(items_of_any_shape, max_size=25, unique_by=lambda one: one.message_id), st.randoms())
def test_the_order_in_which_mails_come_makes_no_difference(
    items: list[ThreadItem], rng: random.Random
) -> None:
    shuffled = rng.sample(items, len(items))
    assert partition(shuffled) == partition(items)


@given(st.lists(items_of_any_shape, max_size=25, unique_by=lambda one: one.message_id), st.randoms())
def test_where_ids_link_clocks_make_no_difference(items: list[ThreadItem], rng: random.Random) -> None:
    """Every mail names another and has a subject: then dates only give the order within a thread."""
    linked = [replace(one, in_reply_to=one.in_reply_to or "x", subject=one.subject or "AG") for one in items]
    linked = [replace(one, subject="AG") if not base_subject(one.subject) else one for one in linked]
    late = [replace(one, date=START + dt.timedelta(days=rng.randrange(90))) for one in linked]
    known = {one.message_id: number for number, one in enumerate(linked)}

    def numbers(threads: list[list[ThreadItem]]) -> set[frozenset[int]]:
        return {frozenset(known[one.message_id] for one in thread) for thread in threads}

    assert numbers(group(late)) == numbers(group(linked))


@given(st.lists(items_of_any_shape, max_size=25))
def test_a_mail_is_with_what_it_answers_unless_it_took_another_subject(items: list[ThreadItem]) -> None:
    home = {repr(one): number for number, thread in enumerate(group(items)) for one in thread}
    for one in items:
        for other in items:
            same = base_subject(one.subject) == base_subject(other.subject) != ""
            if same and other.message_id in thread_key_candidates(one):
                assert home[repr(one)] == home[repr(other)]


def test_an_archive_of_twenty_thousand_mails_takes_one_look_at_each_subject() -> None:
    """Long chains, whose every mail names thirty ancestors; a step more for each mail would not end here."""
    items = [
        item(
            f"{chain}.{number}",
            f"Re: sujet {chain}",
            *(f"{chain}.{before}" for before in range(max(0, number - 30), number)),
        )
        for number in range(200)
        for chain in range(100)
    ]
    assert len(items) == 20_000
    assert sorted(map(len, group(items))) == [200] * 100


PREFIXES = [
    "Re: ",
    "RE : ",
    "Ré\u00a0: ",
    "Re[2]: ",
    "Réf : ",
    "Rép: ",
    "TR: ",
    "Tr : ",
    "Fwd: ",
    "FW: ",
    "AW: ",
    "[reseau] ",
]


@given(st.lists(st.sampled_from(PREFIXES), max_size=12))
def test_prefixes_are_stripped_in_any_mixture(prefixes: list[str]) -> None:
    assert strip_subject("".join(prefixes) + "Réunion du CAC") == "Réunion du CAC"


@given(st.text(max_size=60))
def test_the_base_subject_of_an_answer_is_that_of_the_question(subject: str) -> None:
    assert base_subject(f"Re: {subject}") == base_subject(subject)
