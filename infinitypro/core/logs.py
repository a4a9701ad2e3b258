"""What a log may say of a failure: its kind and place, never its text, which may repeat what somebody wrote."""

import logging
import traceback
from pathlib import Path

from infinitypro.core.errors import Problem


def explain(error: BaseException) -> str:
    """What failed and where, without a word that anybody wrote: only our own sentences are repeated."""
    return str(error) if isinstance(error, Problem) else kind_and_place(error)


def kind_and_place(error: BaseException) -> str:
    """What failed and where, and not even a sentence of ours, which may name somebody."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        frame for frame in frames if "infinitypro" in frame.filename and "core/jobs" not in frame.filename
    ]
    place = f" at {Path(ours[-1].filename).stem}.{ours[-1].name}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{place}"


class Wordless(logging.Filter):
    """Puts the explanation where a library would have the whole traceback written, with the error's text at its end, and
    which page it was where Django would write a request's path, in which there may be a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        if request := getattr(record, "request", None):
            match = getattr(request, "resolver_match", None)
            place = match.route if match else "an unknown address"
            record.msg, record.args = f"{getattr(record, 'status_code', '')} {place}", ()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg, record.args = f"{record.getMessage()}: {explain(error)}", ()
        record.exc_info = record.exc_text = None
        return True
