"""The one error that adapters raise."""

from __future__ import annotations

from datetime import timedelta

from infinitypro.channels import types


class ChannelError(Exception):
    """A call to a vendor failed: `sentence` tells the business what happened and what to do.

    `permanent`: the same call will fail again. `retry_after`: the vendor asks to wait at least so long.
    `may_have_arrived`: the call went out and no clear answer came back, so the vendor may have acted on it.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        permanent: bool,
        retry_after: timedelta | None = None,
        may_have_arrived: bool = False,
    ) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.permanent = permanent
        self.retry_after = retry_after
        self.may_have_arrived = may_have_arrived

    @property
    def problem(self) -> types.Problem:
        """The same as a value that can be stored with a message."""
        return types.Problem(self.code, self.sentence, self.permanent)
