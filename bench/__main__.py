"""Run the sections named on the command line, or all of them; print a table and keep the figures in `.bench/`."""

import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bench

PLACE = Path(".bench")


def main() -> None:
    """Each section runs in a process of its own, one after the other."""
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        _say(json.dumps(_run(sys.argv[2])))
        return
    found: dict[str, Any] = {"machine": f"{os.cpu_count()} × {platform.machine()}", "sections": {}}
    for name in sys.argv[1:] or _sections():
        sys.stderr.write(f"{name} …\n")
        found["sections"][name] = _apart(name)
        _show(name, found["sections"][name])
    PLACE.mkdir(exist_ok=True)
    file = PLACE / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    _say(f"\nkept in {file}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _sections() -> list[str]:
    names = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    sources = {name: (Path(bench.__path__[0]) / f"{name}.py").read_text() for name in names}
    return [name for name, source in sources.items() if "\ndef run() -> dict[" in source]


def _apart(name: str) -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-m", "bench", "--one", name], stdout=subprocess.PIPE, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return figures


def _run(name: str) -> Any:
    """The section's figures; one that does not start its own installation gets a database that is migrated."""
    if "\nSTARTS_ITS_OWN = True" in (Path(bench.__path__[0]) / f"{name}.py").read_text():
        return importlib.import_module(f"bench.{name}").run()
    with tempfile.TemporaryDirectory(prefix="ip-") as home:
        os.environ["INFINITYPRO_HOME"] = home
        return importlib.import_module("bench.inside").run_section(name)


def _show(name: str, figures: Any, depth: int = 0) -> None:
    if not isinstance(figures, dict):
        _say(f"{'  ' * depth}{name:<{58 - 2 * depth}}{figures}")
    elif "value" in figures:
        verdict = {True: "met", False: "MISSED", None: ""}[figures.get("is_met")]
        value = f"{figures['value']:g} {figures['unit']}"
        _say(f"{'  ' * depth}{name:<{46 - 2 * depth}}{value:>20}   {figures.get('target', ''):<10}{verdict}")
    else:
        _say(f"\n{'  ' * depth}{name}" if depth == 0 else f"{'  ' * depth}{name}")
        for key, value in figures.items():
            _show(str(key), value, depth + 1)


if __name__ == "__main__":
    main()
