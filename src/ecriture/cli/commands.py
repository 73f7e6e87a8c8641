"""The commands and their options, with their help in the language of the person."""

import gc
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import click

from ecriture.cli.speech import Speech, tell
from ecriture.speech.language import DOMAIN, LANGUAGES, LOCALE, N_, language_of
from ecriture.targets.registry import OWN_LAYOUT, TARGETS

Option = Callable[[Callable[..., int]], Callable[..., int]]
UNUSABLE = 2


class Day(click.ParamType[date]):
    """A date parameter, written as in the files."""

    name = "date"

    def __init__(self, speech: Speech) -> None:
        self._speech = speech

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(self._speech("“{value}” is not a date. Write it like 2026-01-31.", value=value), param, ctx)


class TargetName(click.Choice[str]):
    """A target by its name, or `layout:FILE`."""

    def __init__(self) -> None:
        super().__init__((*TARGETS, f"{OWN_LAYOUT}FILE"))

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value.startswith(OWN_LAYOUT) and len(value) > len(OWN_LAYOUT):
            return value
        return super().convert(value, param, ctx)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit status."""
    language = language_for(arguments)
    speech = Speech(language)
    _speak_click(language)
    try:
        status: object = commands(speech).main(list(arguments), prog_name="ecriture", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except (
        click.exceptions.Abort,
        SystemExit,
    ):  # click raises these for Ctrl-C, and when the reader of its help is gone
        return UNUSABLE
    return status if isinstance(status, int) else 0


def language_for(arguments: Sequence[str]) -> str:
    """Finds `--lang` before parsing, so that help and usage messages are in that language too."""
    for given, following in zip(arguments, [*arguments, ""][1:], strict=True):
        option, _, value = given.partition("=")
        if option == "--lang" and (value or following) in LANGUAGES:
            return value or following
    return language_of(os.environ)


def _speak_click(language: str) -> None:
    """Makes click translate its own messages (usage, missing option …) with our catalogue."""
    import gettext  # noqa: PLC0415 - with the function that needs it

    if language != "en":
        os.environ["LANGUAGE"] = language
        gettext.bindtextdomain(DOMAIN, str(LOCALE))
        gettext.textdomain(DOMAIN)


def commands(speech: Speech) -> click.Group:
    """The `ecriture` command with all its subcommands."""
    group = click.Group(
        "ecriture",
        help=speech(
            "Turns invoices, credit notes, payments and refunds into balanced journal entries for Sage 50 and other"
            " programs: each transaction exactly once."
        ),
        epilog=speech(EXAMPLES),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    click.version_option(package_name="ecriture", message="ecriture %(version)s")(group)
    for make in (_convert, _check, _mappings, _layouts, _glimport, _verify, _batches, _probe, *SERVER):
        group.add_command(make(speech))
    return group


EXAMPLES = N_(
    """\b
Examples:
  ecriture convert --company company.toml --documents documents.csv --payments payments.csv --out january.txt
  ecriture convert ... --through 2026-01-31 --state state.db --out january.txt
  ecriture check --company company.toml --chart chart.csv
  ecriture check --company company.toml --documents documents.csv
  ecriture verify --to sage50-ca --file january.txt --chart chart.csv
  ecriture batches --state state.db --confirm 1
  ecriture export "Entretien Boréal inc." --through 2026-01-31 --out january.txt"""
)


def _file(name: str, text: str, *, required: bool = False) -> click.Option:
    return click.Option([name], type=click.Path(path_type=Path), required=required, help=text, metavar="FILE")


def _lang(speech: Speech) -> click.Option:
    return click.Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        expose_value=False,
        help=speech("Language of messages (default: the system's)."),
    )


def _mapping(speech: Speech) -> click.Option:
    text = speech(
        "What the columns of another program's file mean: a mapping file, or a name that `ecriture mappings` lists."
        " Once for each kind of file."
    )
    return click.Option(["--mapping"], multiple=True, metavar="FILE", help=text)


def _inputs(speech: Speech, *, documents: click.Option) -> list[click.Parameter]:
    """The options that `convert` and `check` share."""
    return [
        _file("--company", speech("Company settings (company.toml)."), required=True),
        documents,
        _file("--payments", speech("Payments and refunds (CSV or XLSX).")),
        _file("--chart", speech("Chart of accounts (Sage's export, CSV or XLSX).")),
        _mapping(speech),
        _file(
            "--state",
            speech("File that keeps the batches: only changes are exported, and batches are numbered automatically."),
        ),
        click.Option(
            ["--through"],
            type=Day(speech),
            help=speech("Last date to transfer (default: the latest date in the files)."),
        ),
        click.Option(["--from", "since"], type=Day(speech), help=speech("First date to transfer.")),
        click.Option(
            ["--batch"], type=click.IntRange(1, 999_999), help=speech("Number of the batch, without --state [1].")
        ),
        click.Option(
            ["--to", "target"], type=TargetName(), help=speech("Accounting program (default: the company's).")
        ),
        click.Option(
            ["--skip-invalid"], is_flag=True, help=speech("Leave out documents and payments that have errors.")
        ),
        click.Option(
            ["--explain"], is_flag=True, help=speech("Show each posting, and the rule that chose its account.")
        ),
        click.Option(
            ["--format", "format_"],
            type=click.Choice(("text", "json")),
            default="text",
            help=speech("Format of the report."),
        ),
        _lang(speech),
    ]


def _guarded(speech: Speech, work: Callable[[], int]) -> int:
    """Runs the work; a failure becomes one sentence and status 2."""
    from ecriture.cli.failures import in_words  # noqa: PLC0415 - with the work, not with --help

    sentence, status = "", UNUSABLE
    try:
        status = work()
    except BrokenPipeError:  # the reader of standard output closed it: print nothing
        return UNUSABLE
    except (OSError, ValueError) as error:
        sentence = in_words(error, speech)
        if not sentence:
            raise
    if sentence:
        tell(sentence, to_errors=True)
    return status


def _request_work(speech: Speech, options: dict[str, object], out: Path | None) -> int:
    from ecriture.cli.convert import Request, convert  # noqa: PLC0415

    as_json = options.pop("format_") == "json"
    request = Request(**options, as_json=as_json, out=out)  # type: ignore[arg-type]  # click has checked their types
    return _guarded(speech, lambda: convert(request, speech))


def _convert(speech: Speech) -> click.Command:
    def convert(out: Path, **options: object) -> int:
        return _request_work(speech, options, out)

    documents = _file("--documents", speech("Invoices and credit notes (CSV or XLSX)."), required=True)
    out = _file("--out", speech("File to write; - is standard output."), required=True)
    text = speech("Writes the journal entries of documents and payments in a file that the accounting program imports.")
    return click.Command("convert", params=[*_inputs(speech, documents=documents), out], callback=convert, help=text)


def _check(speech: Speech) -> click.Command:
    def check(**options: object) -> int:
        return _request_work(speech, options, None)

    documents = _file(
        "--documents", speech("Invoices and credit notes (CSV or XLSX). Without: only the settings and the chart.")
    )
    text = speech("Reports every problem of the inputs, and writes nothing.")
    return click.Command("check", params=_inputs(speech, documents=documents), callback=check, help=text)


def _mappings(speech: Speech) -> click.Command:
    def mappings(name: str | None) -> int:
        from ecriture.cli.mappings import mappings as work  # noqa: PLC0415

        return _guarded(speech, lambda: work(name, speech))

    params = [click.Argument(["name"], required=False), _lang(speech)]
    text = speech("Lists the mappings of other programs' files, or prints one.")
    return click.Command("mappings", params=params, callback=mappings, help=text)


def _layouts(speech: Speech) -> click.Command:
    def layouts(name: str | None) -> int:
        from ecriture.cli.layouts import layouts as work  # noqa: PLC0415

        return _guarded(speech, lambda: work(name, speech))

    params = [click.Argument(["name"], required=False), _lang(speech)]
    text = speech("Lists the layouts of other programs' import files, or prints one.")
    return click.Command("layouts", params=params, callback=layouts, help=text)


def _glimport(speech: Speech) -> click.Command:
    def glimport(file: Path, state: Path, batch: int | None) -> int:
        from ecriture.cli.glimport import glimport as work  # noqa: PLC0415

        return _guarded(speech, lambda: work(file, state, batch, speech))

    params: list[click.Parameter] = [
        _file("--file", speech("Acomba's GLimport.err."), required=True),
        _file("--state", speech("The file that keeps the batches."), required=True),
        click.Option(
            ["--batch"], type=click.IntRange(1), help=speech("The batch that was imported [the latest]."), metavar="N"
        ),
        _lang(speech),
    ]
    text = speech("Says which documents Acomba's messages in GLimport.err are about.")
    return click.Command("glimport", params=params, callback=glimport, help=text)


def _verify(speech: Speech) -> click.Command:
    def verify(target: str, file: Path, chart: Path | None, company: Path | None, lax: bool) -> int:  # noqa: FBT001 - click
        from ecriture.cli.verify import verify as check_file  # noqa: PLC0415

        return _guarded(speech, lambda: check_file(target, file, chart=chart, company=company, lax=lax, speech=speech))

    params: list[click.Parameter] = [
        click.Option(
            ["--to", "target"],
            type=TargetName(),
            default="sage50-ca",
            help=speech("Program that the file is for."),
        ),
        _file("--file", speech("File to check."), required=True),
        _file("--chart", speech("Chart of accounts (Sage's export, CSV or XLSX).")),
        _file("--company", speech("Company settings: the fiscal years and linked accounts are checked too.")),
        click.Option(
            ["--lax"],
            is_flag=True,
            help=speech("Accept everything that Sage's help describes, not only what Écriture writes."),
        ),
        _lang(speech),
    ]
    text = speech("Checks an import file, whichever program wrote it.")
    return click.Command("verify", params=params, callback=verify, help=text)


def _batches(speech: Speech) -> click.Command:
    def batches(company: str | None, state: Path | None, database: str, **options: object) -> int:
        from ecriture.cli import batches as work  # noqa: PLC0415

        request = work.Request(**options)  # type: ignore[arg-type]  # as above
        if (company is None) == (state is None):
            raise click.UsageError(speech("Give either --state FILE, or a company of the server."))
        if state is not None:
            return _guarded(speech, lambda: work.of_state(state, request, speech))
        from ecriture.cli.company import of_server  # noqa: PLC0415 - Django is loaded only for it

        return _served(speech, lambda: of_server(str(company), request, speech, database=database))

    number = click.IntRange(1)
    params: list[click.Parameter] = [
        click.Argument(["company"], required=False),
        _file("--state", speech("The file that keeps the batches.")),
        _database(speech),
        click.Option(
            ["--confirm"], type=number, help=speech("Record that the program accepted this batch."), metavar="N"
        ),
        click.Option(["--cancel"], type=number, help=speech("Make this batch's postings pending again."), metavar="N"),
        click.Option(["--reason"], help=speech("Why it is cancelled (needed with --cancel).")),
        click.Option(["--write"], type=number, help=speech("Write this batch's exact file again."), metavar="N"),
        _file("--out", speech("File to write; - is standard output.")),
        click.Option(["--show"], type=number, help=speech("List this batch's postings."), metavar="N"),
        _lang(speech),
    ]
    text = speech("Lists the batches; confirms or cancels one, or writes its file again.")
    return click.Command("batches", params=params, callback=batches, help=text)


def _probe(speech: Speech) -> click.Command:
    def probe(company: Path, out: Path, chart: Path | None, day: date | None, target: str | None) -> int:
        from ecriture.cli.probe import probe as work  # noqa: PLC0415

        return _guarded(speech, lambda: work(company, out, day=day, target=target or "", speech=speech, chart=chart))

    params: list[click.Parameter] = [
        _file("--company", speech("Company settings (company.toml)."), required=True),
        _file("--out", speech("File to write; - is standard output."), required=True),
        _file("--chart", speech("Chart of accounts (Sage's export, CSV or XLSX).")),
        click.Option(
            ["--date", "day"],
            type=Day(speech),
            help=speech("Date of the entry (default: today, or the nearest open day)."),
        ),
        click.Option(
            ["--to", "target"], type=TargetName(), help=speech("Accounting program (default: the company's).")
        ),
        _lang(speech),
    ]
    text = speech("Writes a test file of one entry of 0.01 for a first import.")
    return click.Command("probe", params=params, callback=probe, help=text)


# The server. Django is loaded only when one of these runs.


def _served(speech: Speech, work: Callable[[], int]) -> int:
    """Like `_guarded`, but turns garbage collection on again, since a server is long-lived."""
    gc.enable()
    return _guarded(speech, work)


def _database(speech: Speech) -> click.Option:
    text = speech("The server's database, as in DATABASE_URL (default: that of ECRITURE_HOME).")
    return click.Option(["--database"], default="", metavar="URL", help=text)


def _transfer_inputs(speech: Speech) -> list[click.Parameter]:
    """The options that `plan` and `export` share."""
    return [
        click.Argument(["company"]),
        click.Option(["--through"], type=Day(speech), required=True, help=speech("Last date to transfer.")),
        click.Option(
            ["--skip-invalid"], is_flag=True, help=speech("Leave out documents and payments that have errors.")
        ),
        click.Option(
            ["--explain"], is_flag=True, help=speech("Show each posting, and the rule that chose its account.")
        ),
        click.Option(
            ["--format", "format_"],
            type=click.Choice(("text", "json")),
            default="text",
            help=speech("Format of the report."),
        ),
        _database(speech),
        _lang(speech),
    ]


def _plan(speech: Speech) -> click.Command:
    def plan(**options: object) -> int:
        from ecriture.cli import company  # noqa: PLC0415

        as_json = options.pop("format_") == "json"
        request = company.Request(**options, as_json=as_json)  # type: ignore[arg-type]  # as above
        return _served(speech, lambda: company.plan(request, speech))

    text = speech("Shows what the next transfer of a company of the server would contain, and writes nothing.")
    return click.Command("plan", params=_transfer_inputs(speech), callback=plan, help=text)


def _import(speech: Speech) -> click.Command:
    def bring_in(**options: object) -> int:
        from ecriture.cli import importing  # noqa: PLC0415

        return _served(speech, lambda: importing.bring_in(importing.Request(**options), speech))  # type: ignore[arg-type]  # as above

    params: list[click.Parameter] = [
        click.Argument(["company"]),
        click.Argument(["files"], nargs=-1, required=True, type=click.Path(path_type=Path)),
        _mapping(speech),
        click.Option(["--dry-run"], is_flag=True, help=speech("Say what would be stored, and store nothing.")),
        _database(speech),
        _lang(speech),
    ]
    text = speech("Stores the documents and payments of files in a company of the server: all of them, or none.")
    return click.Command("import", params=params, callback=bring_in, help=text)


def _export(speech: Speech) -> click.Command:
    def export(out: Path, **options: object) -> int:
        from ecriture.cli import company  # noqa: PLC0415

        as_json = options.pop("format_") == "json"
        request = company.Request(**options, as_json=as_json, out=out)  # type: ignore[arg-type]  # as above
        if as_json and request.to_standard_output:
            text = speech("--out - and --format json both use standard output. Choose a file for --out.")
            raise click.UsageError(text)
        return _served(speech, lambda: company.export(request, speech))

    out = _file("--out", speech("File to write; - is standard output."), required=True)
    text = speech("Makes the next batch of a company of the server, and writes its file.")
    return click.Command("export", params=[*_transfer_inputs(speech), out], callback=export, help=text)


def _serve(speech: Speech) -> click.Command:
    def serve(host: str, port: int, threads: int, next_free_port: bool, no_worker: bool) -> int:  # noqa: FBT001 - click
        from ecriture.cli import server  # noqa: PLC0415

        def work() -> int:
            works = not no_worker
            return server.serve(speech, host=host, port=port, threads=threads, next_free=next_free_port, works=works)

        return _served(speech, work)

    params: list[click.Parameter] = [
        click.Option(["--host"], default="127.0.0.1", help=speech("Address to listen on."), show_default=True),
        click.Option(
            ["--port"],
            type=click.IntRange(1, 65535),
            default=8000,
            show_default=True,
            help=speech("Port to listen on."),
        ),
        click.Option(
            ["--next-free-port"], is_flag=True, help=speech("If the port is taken, use the next free one and say so.")
        ),
        click.Option(
            ["--threads"],
            type=click.IntRange(1, 64),
            default=8,
            show_default=True,
            help=speech("Number of requests handled at the same time."),
        ),
        click.Option(
            ["--no-worker"], is_flag=True, help=speech("Send no e-mail from here: “ecriture worker” does it elsewhere.")
        ),
        _lang(speech),
    ]
    return click.Command("serve", params=params, callback=serve, help=speech("Starts the web application."))


def _worker(speech: Speech) -> click.Command:
    def worker() -> int:
        from ecriture.cli import server  # noqa: PLC0415

        return _served(speech, lambda: server.worker(speech))

    text = speech("Sends the e-mails of the web application, beside servers that run with --no-worker.")
    return click.Command("worker", params=[_lang(speech)], callback=worker, help=text)


def _mail(speech: Speech) -> click.Command:
    def mail(again: bool) -> int:  # noqa: FBT001 - click
        from ecriture.cli import mail as work  # noqa: PLC0415

        return _served(speech, lambda: work.mail(speech, again=again))

    params: list[click.Parameter] = [
        click.Option(["--again"], is_flag=True, help=speech("Try all that wait now.")),
        _lang(speech),
    ]
    text = speech("Lists the e-mails that were not sent, and why.")
    return click.Command("mail", params=params, callback=mail, help=text)


def _migrate(speech: Speech) -> click.Command:
    def migrate() -> int:
        from ecriture.cli import server  # noqa: PLC0415

        return _served(speech, lambda: server.migrate(speech))

    text = speech("Creates the web application's database, or brings it up to date.")
    return click.Command("migrate", params=[_lang(speech)], callback=migrate, help=text)


def _createsuperuser(speech: Speech) -> click.Command:
    def createsuperuser(email: str) -> int:
        from ecriture.cli import server  # noqa: PLC0415

        return _served(speech, lambda: server.createsuperuser(speech, email))

    params: list[click.Parameter] = [
        click.Option(["--email"], prompt=speech("E-mail address"), help=speech("E-mail address.")),
        _lang(speech),
    ]
    text = speech("Creates a user who can sign in, or sets a user's new password.")
    return click.Command("createsuperuser", params=params, callback=createsuperuser, help=text)


def _people(speech: Speech) -> click.Command:
    group = click.Group("people", help=speech("Closes accounts, and helps people who lost their second factor."))
    group.add_command(_person_command(speech, "close", speech("Closes an account. Its work stays.")))
    text = speech("Removes two-factor sign-in from an account whose owner lost the phone and the recovery codes.")
    group.add_command(_person_command(speech, "reset-two-factor", text))
    return group


def _person_command(speech: Speech, name: str, text: str) -> click.Command:
    def run_for(email: str) -> int:
        from ecriture.cli import people  # noqa: PLC0415

        work = people.close if name == "close" else people.reset_two_factor
        return _served(speech, lambda: work(speech, email))

    params: list[click.Parameter] = [
        click.Option(["--email"], required=True, help=speech("E-mail address.")),
        _lang(speech),
    ]
    return click.Command(name, params=params, callback=run_for, help=text)


def _companies(speech: Speech) -> click.Command:
    group = click.Group("companies", help=speech("Lists the companies of the server, or removes one."))

    def listed() -> int:
        from ecriture.cli import companies  # noqa: PLC0415

        return _served(speech, lambda: companies.listed(speech))

    def remove(company: UUID, save: Path) -> int:
        from ecriture.cli import companies  # noqa: PLC0415

        return _served(speech, lambda: companies.remove(speech, company, save))

    text = speech("Lists the companies: identifier, name, since when, owners.")
    group.add_command(click.Command("list", params=[_lang(speech)], callback=listed, help=text))
    params: list[click.Parameter] = [
        click.Option(["--company"], type=click.UUID, required=True, help=speech("Identifier of the company.")),
        _file("--save", speech("ZIP file to write with all of its data."), required=True),
        _lang(speech),
    ]
    text = speech("Writes all data of a company in a file, then removes the company for good.")
    group.add_command(click.Command("remove", params=params, callback=remove, help=text))
    return group


def _demo(speech: Speech) -> click.Command:
    def demo(remove: bool) -> int:  # noqa: FBT001 - click
        from ecriture.cli import companies, server  # noqa: PLC0415

        return _served(speech, lambda: companies.remove_demonstration(speech) if remove else server.demo(speech))

    params: list[click.Parameter] = [
        click.Option(["--remove"], is_flag=True, help=speech("Remove the demonstration with its account.")),
        _lang(speech),
    ]
    text = speech("Adds a demonstration company to the web application, and prints how to sign in.")
    return click.Command("demo", params=params, callback=demo, help=text)


SERVER = (_import, _plan, _export, _serve, _worker, _mail, _migrate, _createsuperuser, _people, _companies, _demo)
"""The commands of the web application."""
