"""The embedded server's programs."""

import os
import pwd
import subprocess

from infinitypro.core import home
from infinitypro.core.postgres import embedded


def test_a_copy_of_the_programs_finds_its_own_libraries(monkeypatch, tmp_path):
    """A clone under a closed folder, as root's own is, cannot be read by the server's account."""
    monkeypatch.setattr(embedded, "_account", lambda: pwd.getpwuid(os.geteuid()))
    monkeypatch.setattr(embedded, "_is_reachable", lambda *_file: False)
    monkeypatch.setattr(home, "path", lambda: tmp_path)

    for _ in range(2):
        programs = embedded.binaries()
        assert programs.is_relative_to(tmp_path)
        for name in ("initdb", "postgres", "psql", "pg_dump"):
            said = subprocess.run([programs / name, "--version"], capture_output=True, text=True, check=True)
            assert "(PostgreSQL) 18" in said.stdout
