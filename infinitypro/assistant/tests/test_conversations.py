"""Whole conversations, played against a workspace in the database and against a book in memory."""

from pathlib import Path

import pytest
import yaml

from infinitypro.assistant.evaluation import conversations, workspaces
from infinitypro.assistant.tests import memory

SHARED = Path(__file__).parents[3].parent / "shared" / "eval" / "conversations.yaml"
SCRIPTS = Path(__file__).parent / "scripts"
FLOOR = 0.95


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared scripts are not here")
@pytest.mark.timeout(600)
def test_the_shared_scripts_pass_in_the_database(db):
    result = conversations.evaluate(SHARED)

    assert result["passed"] >= FLOOR * result["total"], _failures(result)


def _failures(result):
    return [(row["id"], row["why"]) for row in result["results"] if not row["passed"]]


def _own():
    for path in sorted(SCRIPTS.glob("*.yaml")):
        if path.name.startswith("talk"):
            for script in yaml.safe_load(path.read_text()):
                yield pytest.param(path, script["id"], id=f"{path.stem}-{script['id']}")


@pytest.mark.parametrize(("path", "script"), list(_own()))
def test_a_conversation_goes_as_written(path, script):
    result = conversations.evaluate(path, only=script, worlds=memory.worlds(workspaces.DEMO))

    assert not _failures(result), result["results"][0]["transcript"]
