"""What tests of single sign-on share: a provider that others wrote, and a workspace whose it is."""

import pytest
from django.core.cache import cache

from infinitypro.accounts import sign_on
from infinitypro.core.tenancy.models import new_id
from tests.idp import running


@pytest.fixture(scope="module")
def idp():
    with running() as found:
        yield found


@pytest.fixture
def reachable(idp, settings, db):
    cache.clear()
    settings.OUTBOUND_ALLOW = frozenset({idp.peer})


@pytest.fixture
def provider(mine, idp):
    secret = new_id().hex
    return sign_on.set_provider(workspace=mine.space, issuer=idp.issuer, client_id="us", secret=secret)
