"""The arrows of the design, and the rules of the house that a program can check, read from the source itself."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "ecriture"

ARROWS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        package: frozenset({package, *allowed.split()})
        for package, allowed in {
            "core": "",
            "tables": "core",
            "toml": "core",
            "sources": "core tables toml targets",
            "targets": "core tables toml",
            "memory": "core",
            "speech": "core sources toml targets",
            "transfer": "core sources targets",
            "store": "core sources targets transfer speech",
            "web": "store core sources tables toml targets transfer speech",
            "api": "store core sources targets transfer speech",
            "project": "store web api core sources targets transfer speech",
            "cli": "core sources targets memory transfer speech store web api project",
            "__init__": "core sources targets transfer speech",
        }.items()
    }
)
"""What each package may import of the others. A new one needs a row here, which says where it stands."""

PURE = frozenset(
    {
        *(
            "abc",
            "array",
            "bisect",
            "calendar",
            "collections",
            "dataclasses",
            "datetime",
            "decimal",
            "enum",
            "fractions",
            "functools",
        ),
        *("heapq", "itertools", "operator", "re", "string", "types", "typing", "unicodedata"),
    }
)
"""What the core may use of the standard library: nothing that knows a clock, files, an environment or chance."""

OUTSIDE = frozenset({"open", "print", "input", "__import__", "eval", "exec"})
CLOCKS = frozenset({"now", "today", "utcnow"})
DJANGO = frozenset({"django", "django_tasks", "django_tasks_db", "ninja", "waitress", "whitenoise"})
NEEDS_DJANGO = frozenset({"store", "web", "api", "project"})
EXACT = frozenset({"core", "tables", "sources", "targets", "memory", "store"})
"""The packages in which there is no binary fraction."""

FRACTIONS = frozenset(
    {
        ("core/setting_values.py", "float"),
        *(("sources/toml_file.py", fraction) for fraction in ("float", "0.4")),
    }
)
"""A rate that was typed without quotes is one before `Decimal` has it as typed; and how alike two keys must be to be named."""

CHANGERS = frozenset(
    {
        *("add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "reverse"),
        *("setdefault", "sort", "update", "__setitem__"),
    }
)
LIST_LIKE = (ast.List, ast.ListComp, ast.Set, ast.SetComp)
CHANGEABLE = frozenset({"list", "set", "dict", "defaultdict", "deque", "Counter", "OrderedDict", "bytearray", "array"})

DJANGO_LISTS = frozenset({"project/settings.py", "project/urls.py", "web/urls.py"})
"""Settings and addresses are lists, as Django documents them and as its `include` wants them; they are not changed either."""

FILES = tuple(sorted(SOURCE.rglob("*.py")))
Check = Callable[[str, ast.Module], Iterator[str]]


def package_of(path: str) -> str:
    """The first folder. What reads and writes tables and TOML stands below the other sources, and targets use it."""
    if path.startswith("sources/toml_file"):
        return "toml"
    return "tables" if path.startswith("sources/tables") else path.removesuffix(".py").split("/")[0]


def imported(tree: ast.AST) -> Iterator[str]:
    """The full names of all modules that are imported, wherever in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "ecriture":
            yield from (f"ecriture.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def loaded(tree: ast.Module) -> Iterator[str]:
    """The modules that are imported when the file is: those not inside of a function, nor only for a type checker."""
    yield from _loaded(tree.body)


def _loaded(statements: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, ast.ClassDef):
            yield from _loaded(statement.body)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and not (
            isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.dump(statement.test)
        ):
            yield from imported(statement)


def ours(modules: Iterable[str]) -> Iterator[str]:
    """The packages of Écriture among some modules."""
    return (package_of("/".join(name.split(".")[1:])) for name in modules if name.startswith("ecriture."))


def arrows(path: str, tree: ast.Module) -> Iterator[str]:
    package = package_of(path)
    allowed = ARROWS.get(package)
    if allowed is None:
        yield f"{package} has no row in ARROWS"
        return
    yield from (f"imports {other}" for other in ours(imported(tree)) if other not in allowed)
    yield from (f"imports {name} by a relative name" for name in imported(tree) if name.startswith("."))
    if package not in NEEDS_DJANGO:
        yield from (f"loads {name}" for name in loaded(tree) if name.split(".")[0] in DJANGO)
        yield from (f"loads {other}" for other in ours(loaded(tree)) if other in NEEDS_DJANGO)


def purity(path: str, tree: ast.Module) -> Iterator[str]:
    """The core knows no clock, files, environment, logging or randomness."""
    if package_of(path) != "core":
        return
    roots = (name.split(".")[0] for name in imported(tree))
    yield from (f"imports {root}" for root in roots if root not in PURE | {"ecriture"})
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield f"asks the clock: {ast.unparse(node)}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OUTSIDE:
            yield f"calls {node.func.id}"


def exactness(path: str, tree: ast.Module) -> Iterator[str]:
    if package_of(path) not in EXACT:
        return
    for line, fraction in _fractions(tree):
        if (path, fraction) not in FRACTIONS:
            yield f"line {line}: {fraction}"


def _fractions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, repr(node.value)
        elif isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, node.id


def _module_level(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            yield from ((target.id, statement.value) for target in statement.targets if isinstance(target, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            yield statement.target.id, statement.value


def _is_call_of(value: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in names


def _changed(tree: ast.Module) -> Iterator[str]:
    """The names of which an element, or the whole by a method, is changed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            yield ast.unparse(node.value)
        elif isinstance(node, ast.AugAssign):
            yield ast.unparse(node.target)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGERS:
            yield ast.unparse(node.func.value)
        elif isinstance(node, ast.Global):
            yield from node.names


def constancy(path: str, tree: ast.Module) -> Iterator[str]:
    """No module-level state: sequences are tuples, sets are frozen, and dicts are never changed."""
    found = dict(_module_level(tree))
    for name, value in found.items():
        if (
            name != "__all__"
            and path not in DJANGO_LISTS
            and (isinstance(value, LIST_LIKE) or _is_call_of(value, CHANGEABLE))
        ):
            yield f"{name} is no tuple, frozenset or plain dict"
    yield from (f"{name} is changed" for name in _changed(tree) if name in found)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    star = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *star]


def annotations(_path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            bare = [a.arg for a in _arguments(node.args) if a.annotation is None and a.arg not in ("self", "cls")]
            if bare or node.returns is None:
                yield f"line {node.lineno}: {node.name}({', '.join(bare)})"


CHECKS: tuple[Check, ...] = (arrows, purity, exactness, constancy, annotations)


def faults(path: str, text: str) -> list[str]:
    tree = ast.parse(text)
    return [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(path, tree)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(SOURCE).as_posix())
def test_the_source_keeps_the_rules_of_the_house(file: Path) -> None:
    assert faults(file.relative_to(SOURCE).as_posix(), file.read_text("utf-8")) == []


BROKEN = {
    "core/a.py": (
        "import os",
        "from ecriture.sources.tables import table",
        "from ecriture import transfer",
        "from django.db import models",
        "from . import money",
        "def f() -> None:\n    import logging",
        "from datetime import date\nday = date.today()",
        "from datetime import datetime\ndef f() -> object:\n    return datetime.now()",
        "def f(path: str) -> object:\n    return open(path)",
        "half = 0.5",
        "def f(text: str) -> object:\n    return float(text)",
        "def f(a, *, b: int) -> None: ...",
        "def f(*a) -> None: ...",
        "def f(): ...",
        "seen = []",
        "seen: set[str] = set()",
        "known = {}\ndef f(key: str) -> None:\n    known[key] = 1",
        "known = {}\ndef f(key: str) -> None:\n    known.update(key=1)",
        "known = {}\nknown |= {}",
        "count = 0\ndef f() -> None:\n    global count",
    ),
    "sources/a.py": ("from ecriture.transfer import read", "import ecriture.store.models", "import django", "x = 1e3"),
    "transfer.py": ("import ecriture.speech.sentences", "from ecriture.cli import __main__"),
    "speech/a.py": ("from ecriture.sources.tables import table",),
    "cli/a.py": ("import django", "from ecriture.store import books", "if True:\n    from ecriture.web import urls"),
    "api/a.py": ("from ecriture.web import forms", "from ecriture.cli import convert"),
    "store/a.py": ("from ecriture.web import forms", "x = 0.1"),
    "elsewhere/a.py": ("import re",),
}


@pytest.mark.parametrize(("path", "text"), [(path, text) for path, texts in BROKEN.items() for text in texts])
def test_what_breaks_a_rule_is_found(path: str, text: str) -> None:
    assert faults(path, text)


ALLOWED = {
    "core/a.py": ("from ecriture.core.money import plain\nimport re", "NAMES = {'a': 1}\nORDER = ('a',)"),
    "sources/a.py": ("import json\nfrom openpyxl import Workbook\nfrom ecriture.core import money",),
    "cli/a.py": ("def serve() -> None:\n    import django\n    from ecriture.store import books", "wait = 0.5"),
    "store/a.py": ("from django.db import models\nfrom ecriture.targets import registry",),
}


@pytest.mark.parametrize(("path", "text"), [(path, text) for path, texts in ALLOWED.items() for text in texts])
def test_what_keeps_the_rules_is_let_be(path: str, text: str) -> None:
    assert faults(path, text) == []


def test_every_named_fraction_is_still_there() -> None:
    for path, fraction in FRACTIONS:
        assert fraction in (SOURCE / path).read_text("utf-8")


def test_converting_loads_no_django() -> None:
    script = "import sys, ecriture.transfer, ecriture.sources.settings_file; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
