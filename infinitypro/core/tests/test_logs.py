"""A log says what failed and where; what the error says may be what a customer wrote."""

import io
import logging

import pytest

from infinitypro.core.errors import Problem


@pytest.fixture
def written(monkeypatch):
    """What is written to standard error."""
    stderr = next(one for one in logging.getLogger().handlers if one.get_name() == "stderr")
    stream = io.StringIO()
    monkeypatch.setattr(stderr, "stream", stream)
    return stream.getvalue


@pytest.mark.parametrize(
    "logger", ["django.request", "procrastinate.worker", "asyncio", "infinitypro.anything"]
)
def test_of_an_error_a_log_says_the_kind_alone(written, logger):
    try:
        raise ValueError("what Carmen wrote")
    except ValueError:
        logging.getLogger(logger).exception("Internal Server Error: %s", "/app/demo/")
    assert "Internal Server Error: /app/demo/: builtins.ValueError at test_logs." in written()
    assert "Carmen" not in written()
    assert "Traceback" not in written()


def test_our_own_sentences_are_said(written):
    try:
        raise Problem("Choose another name.")
    except Problem:
        logging.getLogger("infinitypro").exception("refused")
    assert "refused: Choose another name." in written()
