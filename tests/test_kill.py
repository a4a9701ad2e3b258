"""A small storm; `python -m tests.kill` is the large one."""

import json
import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_that_was_accepted_is_lost_when_processes_are_killed():
    command = [sys.executable, "-m", "tests.kill", "--messages", "150", "--kills", "3", "--seed", "7"]
    result = subprocess.run(command, capture_output=True, text=True)

    found = json.loads(result.stdout)
    assert found["is_kept"], found
    assert found["accepted"] == 150
    assert found["kills"] == {"web": 1, "worker": 1, "postgres": 1}
