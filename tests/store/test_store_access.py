"""Who may do what in a company; changing roles, ending a membership, and what the audit notes of it."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from ecriture.store import invitations
from ecriture.store.access import (
    LastOwner,
    Right,
    change_role,
    companies_of,
    end_membership,
    may,
    members_of,
    membership_of,
)
from ecriture.store.models import AuditRecord, Invitation, Membership, Role
from server_world import World, other_company

MAY = {
    "owner": {"read", "record", "settings", "export", "members", "cancel-confirmed", "remove", "reopen"},
    "bookkeeper": {"read", "record", "settings", "export"},
    "office": {"read", "record"},
    "reader": {"read"},
}


@pytest.mark.parametrize("role", MAY)
def test_what_a_role_may(world: World, role: str) -> None:
    member = world.member(role)
    assert {right.value for right in Right if may(member, right)} == MAY[role]


def test_a_member_with_the_right_comes_with_the_company(world: World) -> None:
    found = membership_of(world.people["office"], world.company.pk, Right.RECORD)
    assert (found.company, found.role) == (world.company, "office")


def test_a_stranger_does_not_learn_that_the_company_is_there(world: World) -> None:
    for company_id in (world.company.pk, uuid4()):
        with pytest.raises(Http404):
            membership_of(world.people["stranger"], company_id, Right.READ)


def test_a_member_without_the_right_is_refused(world: World) -> None:
    with pytest.raises(PermissionDenied):
        membership_of(world.people["office"], world.company.pk, Right.SETTINGS)


def test_companies_come_by_name(world: World) -> None:
    other_company(world.owner, "Ameublement Roy")
    assert [it.company.name for it in companies_of(world.owner)] == ["Ameublement Roy", world.company.name]


# Changing


def last_record(world: World) -> AuditRecord:
    return AuditRecord.objects.filter(company=world.company).order_by("-at")[0]


def test_a_role_is_changed_and_noted(world: World) -> None:
    change_role(world.member("reader"), Role.OFFICE, by=world.owner)
    assert Membership.objects.get(user=world.people["reader"]).role == "office"
    record = last_record(world)
    assert (record.who, record.action, record.area) == (world.owner, "role-changed", "members")
    assert record.subject == "Reader <reader@example.com>"
    assert record.changes == [["role", "reader", "office"]]


def test_the_same_role_is_no_change(world: World) -> None:
    before = AuditRecord.objects.count()
    change_role(world.member("reader"), Role.READER, by=world.owner)
    assert AuditRecord.objects.count() == before


@pytest.mark.parametrize("role", [Role.BOOKKEEPER, Role.OFFICE, Role.READER])
def test_the_last_owner_keeps_the_role(world: World, role: Role) -> None:
    before = AuditRecord.objects.count()
    with pytest.raises(LastOwner):
        change_role(world.member("owner"), role, by=world.owner)
    assert world.member("owner").user == world.owner
    assert AuditRecord.objects.count() == before


def test_the_last_owner_does_not_leave(world: World) -> None:
    with pytest.raises(LastOwner):
        end_membership(world.member("owner"), by=world.owner)
    assert world.member("owner").user == world.owner


def test_an_owner_leaves_when_there_is_another(world: World) -> None:
    owner = world.member("owner")
    change_role(world.member("bookkeeper"), Role.OWNER, by=world.owner)
    end_membership(owner, by=world.owner)
    assert world.member("owner").user == world.people["bookkeeper"]
    assert last_record(world).action == "member-left"


def test_an_owner_of_another_company_does_not_count(world: World) -> None:
    other_company(world.people["bookkeeper"])
    with pytest.raises(LastOwner):
        end_membership(world.member("owner"), by=world.owner)


def test_a_member_is_removed_and_noted(world: World) -> None:
    end_membership(world.member("office"), by=world.owner)
    with pytest.raises(Http404):
        membership_of(world.people["office"], world.company.pk, Right.READ)
    record = last_record(world)
    assert (record.who, record.action) == (world.owner, "member-removed")
    assert record.changes == [["role", "office", ""]]


def test_who_was_removed_meanwhile_is_not_there(world: World) -> None:
    stale = world.member("office")
    end_membership(world.member("office"), by=world.owner)
    with pytest.raises(Http404):
        change_role(stale, Role.READER, by=world.owner)


def test_the_role_that_counts_is_the_present_one(world: World) -> None:
    """A page that was opened before somebody was made an owner must not take the last owner away."""
    stale = world.member("bookkeeper")
    change_role(world.member("bookkeeper"), Role.OWNER, by=world.owner)
    end_membership(Membership.objects.get(company=world.company, user=world.owner), by=world.owner)
    with pytest.raises(LastOwner):
        change_role(stale, Role.READER, by=world.owner)


@pytest.mark.parametrize("ends", [True, False])
def test_links_of_who_may_not_invite_any_more_stop_working(world: World, ends: bool) -> None:
    second = world.member("bookkeeper")
    change_role(second, Role.OWNER, by=world.owner)
    theirs = invitations.make(world.company, Role.OWNER, by=second.user)
    ours = invitations.make(world.company, Role.READER, by=world.owner)
    if ends:
        end_membership(second, by=world.owner)
    else:
        change_role(second, Role.BOOKKEEPER, by=world.owner)
    with pytest.raises(invitations.Over):
        invitations.invitation_of(theirs.token)
    assert list(Invitation.objects.values_list("pk", flat=True)) == [ours.invitation.pk]


def test_members_come_by_name(world: World) -> None:
    assert [it.user.name for it in members_of(world.company)] == ["Bookkeeper", "Office", "Owner", "Reader"]
