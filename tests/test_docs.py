"""What the documents say is so: commands, paths, and no trace of the place they were written in."""

import argparse
import re
import subprocess
from pathlib import Path

import pytest

from overgang.cli import parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEVELOPING = (ROOT / "DEVELOPING.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "DEVELOPING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])

TOP = ("overgang/", "tests/", "tools/", "docs/", "requirements/", ".ci/")
"""A word in backticks that begins so is a path of the repository."""

TRACES = (
    "/" + "work/",
    "pypi" + ".org",
    "registry" + ".npmjs",
    r"/(?:home|Users)/" + r"[a-z]\w*/",
    "/" + r"root/[.\w]",
)
"""Regular expressions of what belongs to a machine or a registry, not to the project."""


def commands_of_the_readme() -> list[str]:
    (block,) = re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    return block.splitlines()


def subcommands() -> dict[str, str]:
    """Every subcommand of `overgang` with its help."""
    (found,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return {choice.dest: choice.help or "" for choice in found._choices_actions}


def make_targets() -> list[str]:
    return re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


def written_and_committed() -> list[Path]:
    """The files of the repository: committed, or about to be."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_the_readme_gives_two_commands_and_fits_on_a_screen() -> None:
    assert commands_of_the_readme() == ["make demo", "make test"]
    assert len(README.splitlines()) <= 55


def test_continuous_integration_runs_the_commands_of_the_readme() -> None:
    lines = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    assert set(commands_of_the_readme()) - set(lines) == set()


@pytest.mark.parametrize(("name", "help"), subcommands().items())
def test_every_subcommand_is_in_the_manual_with_its_help(name: str, help: str) -> None:
    assert help
    assert f"| `overgang {name}` | {help} |" in DEVELOPING


@pytest.mark.parametrize("name", make_targets())
def test_every_make_target_is_in_the_manual(name: str) -> None:
    assert f"`make {name}`" in DEVELOPING


def test_the_manual_names_no_command_that_is_not_there() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= set(make_targets())
    assert set(re.findall(r"`overgang ([a-z]+)", text)) <= set(subcommands())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_and_link_in_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    words = [word for word in re.findall(r"`([^`\s]+)`", text) if word.startswith(TOP)]
    lost = [word for word in words if not list(ROOT.glob(word.rstrip("/")))]
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:|#", link)]
    lost += [link for link in links if not (document.parent / link).exists()]
    assert lost == []


def test_no_file_names_the_machine_it_was_written_on_or_a_registry() -> None:
    trace = re.compile("|".join(TRACES))
    found = []
    for path in written_and_committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if match := trace.search(line):
                found.append(f"{path.relative_to(ROOT)}, line {number}: {match[0]}")
    assert found == []
