"""The demo business's appointment book, in memory."""

from datetime import datetime

import pytest

from infinitypro.assistant.evaluation import workspaces
from infinitypro.assistant.tests import memory


@pytest.fixture
def book():
    facts, data = memory.load(workspaces.DEMO)
    now = datetime(2026, 3, 10, 9, 5, tzinfo=facts.zone)
    return memory.Memory(facts=facts, data=data, now=now)
