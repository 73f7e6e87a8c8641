"""E-mail leaves by a job: no page waits for a mail server or fails with it, and what fails is tried again, then shown."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ecriture.project.working import MOST_TRIES, QUIET, Worker, beat, reap
from ecriture.store import letters
from ecriture.store.letters import WAITS, Fault
from ecriture.store.models import Beat, Invitation, Letter
from mail_server import MailServer, Mood, mail_server
from server_world import World

SignedIn = Callable[[str], Client]
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
SECRET = "http://testserver/auth/secret-link"  # noqa: S105 - stands for a link that opens something


@pytest.fixture(autouse=True)
def queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue of the program, in the database. The connection is that of the test, which must stay open."""
    settings.TASKS = QUEUE
    for module in ("ecriture.project.working", "django_tasks_db.management.commands.db_worker"):
        monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)


@pytest.fixture
def served(request: pytest.FixtureRequest, settings: Any) -> Iterator[MailServer]:
    """A mail server in the mood that the test asks for."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 0.5
    with mail_server(getattr(request, "param", Mood.TAKES)) as server:
        settings.EMAIL_PORT = server.port
        yield server


def mood(it: Mood) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("served", [it], indirect=True)


def letter(text: str = SECRET) -> Letter:
    return letters.post(EmailMessage("Bonjour", text, "a@example.com", ["lise@example.com"]), kind="test")


def pass_time(by: timedelta) -> None:
    """Jobs that wait until then are ready."""
    for job in DBTaskResult.objects.filter(status="READY"):
        DBTaskResult.objects.filter(pk=job.pk).update(run_after=job.run_after - by)


def work() -> None:
    Worker().round()


def database() -> str:
    """All that is written in the database."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table of ours
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def ask_for_reset(email: str = "owner@example.com") -> Any:
    return Client().post(reverse("account_reset_password"), {"email": email}, headers={"accept-language": "fr"})


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


# No page is harmed


@mood(Mood.IS_SILENT)
def test_a_mail_server_that_says_nothing_holds_no_page(
    served: MailServer, world: World, signed_in: SignedIn, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 20
    begun = time.monotonic()
    assert ask_for_reset().status_code == 302
    page = reverse("invite", args=[world.company.pk])
    answer = signed_in("owner").post(page, {"email": "lise@example.com", "role": "office"})
    assert answer.status_code == 200
    assert time.monotonic() - begun < 15, "nobody waited for the mail server"
    assert Letter.objects.filter(tries=0).count() == 2


def test_a_mail_server_that_is_not_there_harms_no_page(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert ask_for_reset().status_code == 302
    work()
    (kept,) = Letter.objects.all()
    assert (kept.tries, kept.fault) == (1, Fault.UNREACHABLE)
    assert kept.given_up_at is None


def test_a_letter_is_delivered_once_and_its_text_forgotten(served: MailServer, db: None) -> None:
    sent = letter()
    work()
    (found,) = served.letters
    assert SECRET in found
    assert f"Message-ID: <{sent.pk}@example.com>" in found
    assert not Letter.objects.exists()
    letters.send.call(str(sent.pk))
    assert len(served.letters) == 1, "a job that runs again sends nothing"


def test_what_a_page_undoes_is_not_sent(served: MailServer, db: None) -> None:
    with transaction.atomic():
        letter()
        transaction.set_rollback(True)
    work()
    assert not served.letters


# What an attacker reads


def test_no_link_lies_readable_in_the_database(world: World, signed_in: SignedIn, served: MailServer) -> None:
    ask_for_reset()
    page = reverse("invite", args=[world.company.pk])
    shown = text(signed_in("owner").post(page, {"email": "lise@example.com", "role": "office"}))
    link = re.search(r'value="http://testserver(/invitation/\S+)"', shown)
    assert link
    before = database()
    assert "lise@example.com" in before
    assert "/auth/password/reset/key/" not in before
    assert link[1].split("/")[2] not in before
    work()
    assert len(served.letters) == 2
    assert any("/auth/password/reset/key/" in it for it in served.letters)
    assert not Letter.objects.exclude(sealed="").exists()


def test_another_key_reads_no_letter(db: None, settings: Any) -> None:
    letter()
    settings.SECRET_KEY = "another"  # noqa: S105 - of a test
    work()
    (kept,) = Letter.objects.all()
    assert (kept.fault, kept.sealed) == (Fault.UNREADABLE, "")
    assert kept.given_up_at


# Tried again, then given up


@mood(Mood.REFUSES)
def test_what_fails_is_tried_again_and_in_the_end_given_up(served: MailServer, db: None) -> None:
    letter()
    for tries in range(1, len(WAITS) + 2):
        work()
        (kept,) = Letter.objects.all()
        assert kept.tries == tries
        work()
        assert Letter.objects.get().tries == tries, "it waits before it is tried again"
        pass_time(max(WAITS))
    assert kept.given_up_at
    assert kept.sealed == ""
    assert "not here" in kept.reason
    work()
    assert Letter.objects.get().tries == kept.tries


@mood(Mood.REFUSES_THE_ADDRESS)
def test_an_address_that_is_refused_is_given_up_at_once(served: MailServer, db: None) -> None:
    letter()
    work()
    (kept,) = Letter.objects.all()
    assert (kept.fault, kept.tries) == (Fault.ADDRESS, 1)
    assert kept.given_up_at


def test_two_workers_do_not_send_one_letter_at_once(served: MailServer, db: None) -> None:
    held = letter()
    Letter.objects.filter(pk=held.pk).update(held_until=timezone.now() + timedelta(minutes=1))
    work()
    assert not served.letters
    Letter.objects.filter(pk=held.pk).update(held_until=timezone.now() - timedelta(minutes=1))
    pass_time(letters.HOLD)
    work()
    assert len(served.letters) == 1


# A worker that was killed


def killed(worker: str = "dead") -> "DBTaskResult[Any, Any]":
    """A letter whose worker was killed while it ran the job."""
    letter()
    job = DBTaskResult.objects.get()
    job.claim(worker)
    DBTaskResult.objects.update(started_at=timezone.now() - 2 * QUIET)
    return job


def test_a_job_whose_worker_was_killed_is_run_by_another(served: MailServer, db: None) -> None:
    job = killed()
    work()
    job.refresh_from_db()
    assert len(served.letters) == 1
    assert job.worker_ids[0] == "dead"
    assert job.status == "SUCCESSFUL"


def test_a_long_job_whose_worker_lives_is_left_alone(served: MailServer, db: None) -> None:
    killed("alive")
    beat("alive")
    assert reap() == 0
    Beat.objects.update(at=timezone.now() - 2 * QUIET)
    assert reap() == 1


def test_a_job_that_kills_its_workers_is_not_run_for_ever(db: None) -> None:
    job = killed()
    DBTaskResult.objects.update(worker_ids=["dead"] * MOST_TRIES)
    assert reap() == 1
    job.refresh_from_db()
    assert job.status == "FAILED"
    assert letters.not_sent().count() == 1, "the administrator sees it"


def test_what_is_over_is_swept(served: MailServer, db: None) -> None:
    letter()
    work()
    old = timezone.now() - timedelta(days=40)
    DBTaskResult.objects.update(finished_at=old)
    Beat.objects.update(at=old)
    lost = letter()
    DBTaskResult.objects.filter(status="READY").delete()
    Letter.objects.filter(pk=lost.pk).update(made_at=old)
    work()
    assert not DBTaskResult.objects.exists()
    assert not Beat.objects.exists()
    kept = Letter.objects.get()
    assert (kept.sealed, kept.given_up_at is not None) == ("", True)
    Letter.objects.update(given_up_at=old)
    work()
    assert not Letter.objects.exists()


# Shown where somebody can act


def members(world: World, signed_in: SignedIn) -> str:
    return " ".join(text(signed_in("owner").get(reverse("members", args=[world.company.pk]))).split())


def invite(world: World, signed_in: SignedIn) -> None:
    page = reverse("invite", args=[world.company.pk])
    signed_in("owner").post(page, {"email": "lise@example.com", "role": "office"})


def test_an_invitation_says_when_it_was_sent(served: MailServer, world: World, signed_in: SignedIn) -> None:
    invite(world, signed_in)
    assert "en route" in members(world, signed_in)
    work()
    assert "envoyé le" in members(world, signed_in)


@mood(Mood.REFUSES)
def test_an_invitation_that_fails_says_so_and_what_to_do(served: MailServer, world: World, signed_in: SignedIn) -> None:
    invite(world, signed_in)
    work()
    shown = members(world, signed_in)
    assert "pas encore envoyé" in shown
    assert "Le serveur de courriel l’a refusé." in shown
    Letter.objects.update(given_up_at=timezone.now())
    assert "donnez le lien vous-même" in members(world, signed_in)


def test_a_withdrawn_invitation_is_not_sent(served: MailServer, world: World, signed_in: SignedIn) -> None:
    invite(world, signed_in)
    invitation = Invitation.objects.get()
    signed_in("owner").post(reverse("invitation-withdraw", args=[world.company.pk, invitation.pk]))
    work()
    assert not served.letters


@mood(Mood.REFUSES)
def test_a_person_who_waits_for_a_reset_sees_true_words(served: MailServer, world: World) -> None:
    done = reverse("account_reset_password_done")
    ask_for_reset()
    first = text(Client().get(done, headers={"accept-language": "fr"}))
    assert "Un lien est en route" in first
    assert "Nous avons envoyé" not in first
    assert "attendent" not in first
    work()
    assert "Des courriels attendent depuis" in text(Client().get(done, headers={"accept-language": "fr"}))


def test_where_no_worker_runs_it_is_seen(db: None) -> None:
    letter()
    assert letters.trouble_since() is None
    Letter.objects.update(made_at=timezone.now() - timedelta(minutes=5))
    assert letters.trouble_since() is not None


def test_the_administrator_tries_all_again(served: MailServer, db: None) -> None:
    letter()
    DBTaskResult.objects.all().delete()
    assert letters.try_again() == 1
    work()
    assert len(served.letters) == 1


def test_without_a_mail_server_it_is_written_where_the_server_runs(
    settings: Any, world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    ask_for_reset()
    work()
    assert "/auth/password/reset/key/" in capsys.readouterr().out
    assert "ECRITURE_SMTP" in caplog.text
    assert json.dumps(list(Letter.objects.values("kind"))) == "[]"


def test_the_package_s_own_worker_runs_them_too(served: MailServer, db: None) -> None:
    letter()
    call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)
    assert len(served.letters) == 1
