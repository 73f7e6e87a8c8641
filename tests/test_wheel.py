"""The wheel alone, with what it depends on, in an empty environment: the command, the library, and the French messages."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WEB = ROOT / "src" / "ecriture" / "web"
BOREAL = ROOT / "tests" / "golden" / "boreal"
UV = Path(sys.executable).parent / "uv"


def done(*command: str | Path, cwd: Path, language: str = "C.UTF-8") -> "subprocess.CompletedProcess[bytes]":
    """A command that must succeed, far from the source and from what is installed beside it."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment |= {"LC_ALL": language, "LANGUAGE": ""}
    process = subprocess.run([*command], cwd=cwd, env=environment, capture_output=True, check=False, timeout=300)
    assert process.returncode == 0, process.stderr.decode()
    return process


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done(UV, "build", "--wheel", "--quiet", "--out-dir", folder, cwd=ROOT)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment that has the wheel and what it depends on, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    done(sys.executable, "-m", "venv", folder, cwd=folder)
    done(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=folder)
    return folder / "bin"


@pytest.fixture(scope="module")
def with_server(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with what the server needs."""
    folder = tmp_path_factory.mktemp("server")
    done(sys.executable, "-m", "venv", folder, cwd=folder)
    wanted = f"ecriture[server] @ {wheel.as_uri()}"
    done(UV, "pip", "install", "--quiet", "--python", folder / "bin" / "python", wanted, cwd=folder)
    return folder / "bin"


def test_what_is_in_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "ecriture/py.typed" in names
    assert "ecriture/locale/fr/LC_MESSAGES/ecriture.mo" in names
    modules = {file.relative_to(ROOT / "src").as_posix() for file in (ROOT / "src").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules
    assert "ecriture/locale/fr/LC_MESSAGES/django.mo" in names
    mappings = {file.relative_to(ROOT / "src").as_posix() for file in (ROOT / "src").rglob("shipped/*.toml")}
    assert mappings
    assert mappings <= {*names}
    pages = {file for folder in ("templates", "static") for file in (WEB / folder).rglob("*.*")}
    assert {f"ecriture/web/{file.relative_to(WEB).as_posix()}" for file in pages} <= set(names)
    assert {f"ecriture/store/boreal/{name}" for name in FILES} <= set(names)  # behind a link, in the source
    guide = {
        f"ecriture/web/guide/{file.relative_to(ROOT / 'docs').as_posix()}" for file in (ROOT / "docs").glob("*/**/*.*")
    }
    assert guide <= set(names)  # behind links too
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "docs", "examples"))]


def test_it_is_the_same_from_a_source_without_links(wheel: Path, tmp_path: Path) -> None:
    """As it is unpacked on Windows: a file that names its target stands for a link."""
    source = tmp_path / "source"
    left = shutil.ignore_patterns(".*", "out", "dist", "tests", "*.mo", "__pycache__")
    shutil.copytree(ROOT, source, symlinks=True, ignore=left)
    links = [it for it in (source / "src").rglob("*") if it.is_symlink()]
    assert len(links) == 3
    for link in links:
        target = link.readlink()
        link.unlink()
        link.write_text(target.as_posix())
    done(UV, "build", "--wheel", "--quiet", "--out-dir", tmp_path, cwd=source)
    (found,) = tmp_path.glob("*.whl")
    assert sorted(zipfile.ZipFile(found).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_the_version(environment: Path, tmp_path: Path) -> None:
    said = done(environment / "ecriture", "--version", cwd=tmp_path).stdout.decode()
    assert said == f"ecriture {version('ecriture')}\n"


@pytest.mark.parametrize(("language", "words"), [("C.UTF-8", "0 left out."), ("fr_CA.UTF-8", "0 laissé de côté.")])
def test_the_example_to_the_byte(environment: Path, tmp_path: Path, language: str, words: str) -> None:
    inputs = [f"--{name.partition('.')[0]}={BOREAL / name}" for name in FILES]
    said = done(environment / "ecriture", "convert", *inputs, "--out", "out.txt", cwd=tmp_path, language=language)
    assert words in said.stdout.decode()
    assert (tmp_path / "out.txt").read_bytes() == (BOREAL / "expected" / "period-summary.txt").read_bytes()


FILES = ("company.toml", "documents.csv", "payments.csv", "chart.csv")


def test_a_workbook_is_written_and_read_back(environment: Path, tmp_path: Path) -> None:
    """What only a workbook needs is among what the wheel depends on."""
    inputs = [f"--{name.partition('.')[0]}={BOREAL / name}" for name in FILES]
    done(environment / "ecriture", "convert", *inputs, "--to", "xlsx", "--out", "out.xlsx", cwd=tmp_path)
    said = done(environment / "ecriture", "verify", "--to", "xlsx", "--file", "out.xlsx", cwd=tmp_path).stdout.decode()
    assert said.startswith("out.xlsx: no problems found.\n2 entries.")


def test_the_library(environment: Path, tmp_path: Path) -> None:
    script = (
        "import ecriture, sys\n"
        "inputs = ecriture.read(company=sys.argv[1], documents=sys.argv[2])\n"
        "print(len(ecriture.plan(inputs).entries), ecriture.__file__)\n"
    )
    files = (BOREAL / "company.toml", BOREAL / "documents.csv")
    said = done(environment / "python", "-c", script, *files, cwd=tmp_path).stdout.decode().split()
    assert said[0] == "2"
    assert Path(said[1]).is_relative_to(environment.parent)


def test_the_server_that_is_not_installed_says_how_to_install_it(environment: Path, tmp_path: Path) -> None:
    for command in ("serve", "migrate", "demo"):
        said = subprocess.run(
            [environment / "ecriture", command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (said.returncode, said.stdout) == (2, "")
        assert 'pip install "ecriture[server]"' in said.stderr
        assert said.stderr.count("\n") == 1


def test_the_server_from_the_wheel(with_server: Path, tmp_path: Path) -> None:
    """Tables, files of the pages, the company of the examples, and a page in French, of nothing but the wheel."""
    home = {"ECRITURE_HOME": str(tmp_path / "home"), "DATABASE_URL": ""}
    command = [str(with_server / "ecriture"), "demo", "--lang", "fr"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "DJANGO"))}
    said = subprocess.run(command, cwd=tmp_path, env={**kept, **home}, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "Entretien Boréal inc. est maintenant dans l’application." in said.stdout
    assert list((tmp_path / "home" / "static" / "ecriture").glob("ecriture.*.css.br"))
    script = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'ecriture.project.settings'; django.setup()\n"
        "from django.test import Client\n"
        "answer = Client().get('/auth/login/', headers={'host': 'localhost', 'accept-language': 'fr'})\n"
        "print(answer.status_code, 'Mot de passe' in answer.content.decode())\n"
        "answer = Client().get('/guide/first-import/', headers={'host': 'localhost', 'accept-language': 'fr'})\n"
        "print(answer.status_code, 'Pourquoi le compte 1201' in answer.content.decode())\n"
    )
    page = subprocess.run(
        [with_server / "python", "-c", script],
        cwd=tmp_path,
        env={**kept, **home},
        capture_output=True,
        text=True,
        check=False,
    )
    assert page.stdout == "200 True\n200 True\n", page.stderr
