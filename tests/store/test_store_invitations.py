"""Invitations: one person, once, within two weeks; and never two people by one link, also when they come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from ecriture.store import invitations
from ecriture.store.invitations import Over, TooMany, accept, invitation_of, is_open, make, open_invitations, withdraw
from ecriture.store.models import AuditRecord, Invitation, Membership, Role, User
from server_world import PASSWORD, World, other_company, person, verify


def made(world: World, role: Role = Role.OFFICE, email: str = "") -> invitations.Made:
    return make(world.company, role, by=world.owner, email=email)


def role_of(world: World, name: str) -> str:
    return Membership.objects.get(company=world.company, user=world.people[name]).role


def actions(world: World) -> list[str]:
    found = AuditRecord.objects.filter(company=world.company, area="members").order_by("at")
    return list(found.values_list("action", flat=True))


# Making


def test_only_the_digest_of_a_long_token_is_kept(world: World) -> None:
    first, second = made(world), made(world)
    assert first.token != second.token
    assert len(first.token) >= 43, "256 bits in 6 bits a letter"
    kept = Invitation.objects.values().get(pk=first.invitation.pk)
    assert kept["digest"] == sha256(first.token.encode()).hexdigest()
    assert first.token not in str(kept)
    assert first.token not in str(list(AuditRecord.objects.values()))


def test_an_invitation_says_who_made_it_for_what(world: World) -> None:
    found = invitation_of(made(world, Role.READER, "new@example.com").token)
    assert (found.company, found.made_by, found.role) == (world.company, world.owner, "reader")
    assert found.expires_at - found.made_at == timedelta(days=14)
    record = AuditRecord.objects.get(action="invitation-made")
    assert (record.who, record.subject, record.changes) == (world.owner, "new@example.com", [["role", "", "reader"]])


def test_open_ones_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_OPEN", 2)
    first = made(world)
    made(world)
    with pytest.raises(TooMany):
        made(world)
    withdraw(first.invitation, by=world.owner)
    made(world)
    make(other_company(world.owner), Role.READER, by=world.owner)


# Accepting


def test_a_stranger_becomes_a_member(world: World) -> None:
    link = made(world)
    joined = accept(link.token, world.people["stranger"])
    assert (joined.company, joined.role) == (world.company, "office")
    kept = Invitation.objects.get(pk=link.invitation.pk)
    assert kept.used_by == world.people["stranger"]
    assert kept.used_at is not None
    record = AuditRecord.objects.get(action="invitation-accepted")
    assert (record.who, record.subject, record.changes) == (world.people["stranger"], "Owner", [["role", "", "office"]])


def test_a_link_works_once(world: World) -> None:
    link = made(world)
    accept(link.token, world.people["stranger"])
    with pytest.raises(Over):
        accept(link.token, person("late"))
    assert Membership.objects.filter(company=world.company).count() == 5


def test_a_link_ends_after_two_weeks(world: World) -> None:
    link, late = made(world), made(world)
    now = timezone.now()
    Invitation.objects.filter(pk=link.invitation.pk).update(expires_at=now + timedelta(seconds=30))
    Invitation.objects.filter(pk=late.invitation.pk).update(expires_at=now - timedelta(seconds=1))
    with pytest.raises(Over):
        accept(late.token, world.people["stranger"])
    assert list(open_invitations(world.company)) == [link.invitation]
    accept(link.token, world.people["stranger"])


def test_a_withdrawn_link_works_no_more(world: World) -> None:
    link = made(world)
    withdraw(link.invitation, by=world.owner)
    with pytest.raises(Over):
        accept(link.token, world.people["stranger"])
    assert actions(world) == ["invitation-made", "invitation-withdrawn"]


def test_what_was_used_cannot_be_withdrawn(world: World) -> None:
    link = made(world)
    accept(link.token, world.people["stranger"])
    withdraw(link.invitation, by=world.owner)
    assert Invitation.objects.filter(pk=link.invitation.pk).exists()
    assert actions(world) == ["invitation-made", "invitation-accepted"]


@pytest.mark.parametrize("token", ["", "x", "\0", "é" * 50, "a" * 5000])
def test_what_never_was_a_link(world: World, token: str) -> None:
    made(world)
    with pytest.raises(Over):
        accept(token, world.people["stranger"])


@pytest.mark.parametrize(
    ("name", "invited", "after"),
    [("reader", Role.OFFICE, "office"), ("bookkeeper", Role.OFFICE, "bookkeeper"), ("owner", Role.READER, "owner")],
)
def test_a_member_keeps_the_higher_role(world: World, name: str, invited: Role, after: str) -> None:
    accept(made(world, invited).token, world.people[name])
    assert role_of(world, name) == after
    assert Membership.objects.filter(company=world.company, user=world.people[name]).count() == 1


def test_whether_one_is_open_is_asked_by_its_identifier(world: World) -> None:
    link = made(world)
    assert is_open(str(link.invitation.pk))
    accept(link.token, world.people["stranger"])
    for asked in (str(link.invitation.pk), None, "", "x", 7):
        assert not is_open(asked)


@pytest.mark.django_db(transaction=True)
def test_two_who_come_at_once_do_not_both_join() -> None:
    owner = User.objects.create_user("owner@example.com", PASSWORD)
    verify(owner)
    company = other_company(owner)
    people = [User.objects.create_user(f"p{number}@example.com", PASSWORD) for number in range(4)]
    link = make(company, Role.READER, by=owner)
    together = Barrier(len(people))

    def come(user: User) -> bool:
        together.wait(timeout=30)
        try:
            accept(link.token, user)
        except Over:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        joined = list(pool.map(come, people))
    assert joined.count(True) == 1
    assert Membership.objects.filter(company=company).count() == 2
