"""Checks that no linter knows: sizes of files, links in docs, words that must not be there, templates that compile."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError, loader

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"/(?:home|Users|work)/[a-z][\w.-]*/|/root/"),
    "a package registry's host": re.compile(
        r"\b(?:registry\.npmjs\.org|pypi\.org|files\.pythonhosted\.org)\b"
    ),
    "something unfinished": re.compile(r"\b(?:TODO|FIXME|XXX)\b"),
    "an exemption from a lint rule or a type": re.compile(
        r"#\s*(?:noqa|type:\s*ignore|fmt:\s*(?:off|skip))\b"
    ),
    "a conflict's mark": re.compile(r"^(?:<{7} |>{7} )", re.M),
}
THIS = "scripts/check_tree.py"


def tracked() -> list[str]:
    """Every file of the tree."""
    git = shutil.which("git") or "/usr/bin/git"
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def long_files(names: list[str]) -> list[str]:
    """Python files over the limit whose docstring does not say why."""
    found = []
    for name in names:
        if name.endswith(".py") and "/migrations/" not in name:
            text = (ROOT / name).read_text()
            count = text.count("\n")
            if count > LONGEST_FILE and "Long because" not in text[:600]:
                found.append(
                    f"{name} has {count} lines; find the seam, or say `Long because …` in its docstring"
                )
    return found


def forbidden(names: list[str]) -> list[str]:
    """Words that must not be in the tree."""
    found = []
    for name in names:
        if name == THIS or name.endswith((".png", ".woff2", ".ico", ".lock", "package-lock.json")):
            continue
        text = (ROOT / name).read_text(errors="replace")
        found += [f"{name} holds {what}" for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    return found


def asserts(names: list[str]) -> list[str]:
    """Product code that asserts: python -O leaves that out, and whoever meets it learns nothing."""
    product = (name for name in names if name.startswith("infinitypro/") and "/tests/" not in name)
    return [
        f"{name} asserts; raise an exception that says what to do"
        for name in product
        if name.endswith(".py") and re.search(r"^\s*assert\b", (ROOT / name).read_text(), re.M)
    ]


def dead_links(names: list[str]) -> list[str]:
    """Links and quoted paths in the docs that lead nowhere."""
    found = []
    for name in names:
        if not name.endswith(".md") or name == "CHANGELOG.md":
            continue
        text = (ROOT / name).read_text()
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if "://" not in target and not (ROOT / name).parent.joinpath(target).exists():
                found.append(f"{name} links to {target}, which is not there")
        for path in re.findall(r"`((?:infinitypro|scripts|tests|docs|bench|frontend)/[\w./-]+)`", text):
            if not (ROOT / path).exists():
                found.append(f"{name} names {path}, which is not there")
    return found


def broken_templates(names: list[str]) -> list[str]:
    """Templates that do not compile."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "infinitypro.config.settings")
    django.setup()
    found = []
    for name in names:
        if "/templates/" in name and name.endswith(".html"):
            try:
                loader.get_template(name.split("/templates/", 1)[1])
            except TemplateSyntaxError as error:
                found.append(f"{name}: {error}")
            if re.search(r"<[^>]*\s(?:style|on\w+)=", (ROOT / name).read_text()):
                found.append(f"{name} has inline style or script, which the content security policy forbids")
    return found


def commands_documented() -> list[str]:
    """Commands that the operator's page does not name."""
    text = (ROOT / "docs/operating.md").read_text()
    folder = ROOT / "infinitypro/config/management/commands"
    names = sorted(file.stem for file in folder.glob("*.py") if file.stem != "__init__")
    return [
        f"docs/operating.md does not name `infinitypro {name}`"
        for name in names
        if f"infinitypro {name}" not in text
    ]


def main() -> int:
    """The number of faults, at most 1."""
    names = tracked()
    faults = [
        *long_files(names),
        *forbidden(names),
        *asserts(names),
        *dead_links(names),
        *broken_templates(names),
        *commands_documented(),
    ]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return min(1, len(faults))


if __name__ == "__main__":
    sys.exit(main())
