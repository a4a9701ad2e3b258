import pytest
from django.core.exceptions import FieldError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infinitypro.accounts.models import User, Workspace
from infinitypro.channels.models import Channel
from infinitypro.core import tenancy
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import blind, cipher, keyring
from infinitypro.core.vault.fields import Sealed


def test_a_sealed_field_reads_as_it_was_written_and_its_column_does_not(db):
    user = User(email=f"{new_id()}@example.com", name="Maya Lindqvist")
    user.save()

    found = User.objects.get(id=user.id)

    assert found.name == "Maya Lindqvist"
    column: object = User.objects.values_list("name", flat=True).get(id=user.id)
    assert isinstance(column, Sealed)
    assert bytes(column).find(b"Maya") == -1


def test_a_value_moved_to_another_row_does_not_open(db):
    first = User.objects.create(email=f"{new_id()}@example.com", name="First")
    second = User.objects.create(email=f"{new_id()}@example.com", name="Second")
    stolen = User.objects.values_list("name", flat=True).get(id=first.id)

    second.name = stolen
    with pytest.raises(cipher.DoesNotOpen):
        _ = second.name


def test_update_and_filter_do_not_know_the_seal_and_raise(db):
    user = User.objects.create(email=f"{new_id()}@example.com", name="First")

    with pytest.raises(FieldError):
        User.objects.filter(id=user.id).update(name="Other")
    with pytest.raises(FieldError):
        User.objects.filter(name="First").exists()
    user.name = "Other"
    with pytest.raises(FieldError):
        User.objects.bulk_update([user], ["name"])
    assert User.objects.get(id=user.id).name == "First"


def test_saving_a_row_whose_unopened_value_is_anothers_raises(db):
    first = User.objects.create(email=f"{new_id()}@example.com", name="First")
    moved = User.objects.get(id=first.id)
    moved.id = new_id()
    moved.email = f"{new_id()}@example.com"

    with pytest.raises(FieldError):
        moved.save(force_insert=True)


def test_a_destroyed_subject_key_leaves_nothing_that_opens(workspace):
    subject = new_id()
    key = keyring.subject_key(workspace, subject)
    sealed = cipher.seal(b"secret", key=key.secret, key_id=key.id, context=b"")

    assert keyring.destroy_subject(workspace, subject) == 1

    with pytest.raises(keyring.KeyDestroyed):
        keyring.by_id(cipher.key_id(sealed))


def test_a_blind_index_is_the_same_for_the_same_value_in_one_workspace_only(new_workspace):
    one, other = new_workspace().id, new_workspace().id

    first = blind.index("phone", "+12125550111", workspace_id=one)

    assert first == blind.index("phone", "+12125550111", workspace_id=one)
    assert first != blind.index("email", "+12125550111", workspace_id=one)
    assert first != blind.index("phone", "+12125550111", workspace_id=other)
    assert len(first) == 16


quickly = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
anything = st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | anything,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(anything, inner, max_size=4),
    max_leaves=12,
)


@quickly
@given(text=anything)
def test_any_text_reads_as_it_was_written(db, text):
    user = User.objects.create(email=f"{new_id()}@example.com", name=text)
    assert User.objects.get(id=user.id).name == text


@quickly
@given(value=json_values.filter(lambda value: value is not None))
def test_any_json_reads_as_it_was_written(db, value):
    with tenancy.workspace(Workspace.objects.create(slug=f"w-{new_id().hex}").id):
        row = Channel.objects.create(kind="test", external_id=new_id().hex, name="", credentials=value)
        assert Channel.objects.get(id=row.id).credentials == value


@quickly
@given(text=anything, change=st.integers(0, 10_000), place=st.integers(0, 3))
def test_a_value_opens_in_its_own_place_alone_and_unaltered(text, change, place):
    key, key_id = cipher.new_key(), new_id()
    space, row = new_id(), new_id()
    own = cipher.associated(workspace_id=space, label="one", row_id=row)
    plain = text.encode("utf-8", "surrogatepass")
    sealed = cipher.seal(plain, key=key, key_id=key_id, context=own)
    foreign = [
        cipher.associated(workspace_id=new_id(), label="one", row_id=row),
        cipher.associated(workspace_id=space, label="two", row_id=row),
        cipher.associated(workspace_id=space, label="one", row_id=new_id()),
        cipher.associated(workspace_id=row, label="one", row_id=space),
    ]
    altered = bytearray(sealed)
    altered[change % len(altered)] ^= 1

    assert cipher.open_(sealed, key=key, context=own) == plain
    for value, secret, context in (
        (sealed, cipher.new_key(), own),
        (sealed, key, foreign[place]),
        (bytes(altered), key, own),
    ):
        with pytest.raises(cipher.DoesNotOpen):
            cipher.open_(value, key=secret, context=context)


def test_a_value_moved_to_another_workspace_does_not_open(new_workspace):
    one, other = new_workspace().id, new_workspace().id
    with tenancy.workspace(one):
        row = Channel.objects.create(kind="test", external_id="1", name="", credentials={"token": "x"})
        stolen = Channel.objects.values_list("credentials", flat=True).get(id=row.id)
    with tenancy.workspace(other):
        copy = Channel(id=row.id, kind="test", external_id="1", name="", credentials=stolen)
        with pytest.raises(cipher.DoesNotOpen):
            _ = copy.credentials
