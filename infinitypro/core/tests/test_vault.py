import pytest
from django.core.exceptions import FieldError

from infinitypro.accounts.models import User
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
