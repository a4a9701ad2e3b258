"""Passkeys' answers that no browser sends."""

import pytest
from django.core.exceptions import ValidationError

from infinitypro.accounts.second_factor_forms import Credential


@pytest.mark.parametrize("said", ["[" * 100_000, "9" * 5_000, "{", "NaN,", '"\\ud800'])
def test_what_cannot_be_read_is_refused_in_words(said):
    with pytest.raises(ValidationError):
        Credential().clean(said)
