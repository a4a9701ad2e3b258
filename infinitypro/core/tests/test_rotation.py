"""A new epoch while the system runs: nothing that was sealed is lost, and what the old root wrapped is worth nothing."""

import itertools
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from infinitypro.accounts.models import User
from infinitypro.config import commands
from infinitypro.core import clock
from infinitypro.core.errors import Misconfigured
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import cipher, copies, keyring, roots, rotation
from infinitypro.core.vault.models import Epoch, RootedKey, SubjectKey, WorkspaceKey

pytestmark = pytest.mark.usefixtures("own_databases")


@pytest.fixture
def keys(own_databases, new_workspace):
    """Two workspaces' keys and two rooted ones: how each is asked for, and its secret."""
    spaces = [new_workspace().id for _ in range(2)]
    asked: list[Any] = [("subject", space, new_id()) for space in spaces for _ in range(3)]
    asked += [("account", None, new_id()), ("intake", None, "2026-11-2" + str(new_id().int % 10))]
    return {one: secret_of(*one) for one in asked}


def root_file(epoch):
    assert isinstance(roots.store, roots.FileRoots)
    return roots.store._file(epoch)


def latest():
    found = copies.newest()
    assert found is not None
    return found


def secret_of(purpose, workspace_id, subject):
    if purpose == "subject":
        return keyring.subject_key(workspace_id, subject).secret
    return keyring.rooted_key(purpose, str(subject)).secret


def all_wrapped():
    return {
        bytes(wrapped)
        for model in (SubjectKey, WorkspaceKey, RootedKey)
        for wrapped in model.objects.values_list("wrapped", flat=True)
    }


def all_open(keys):
    keyring.forget()
    assert {one: secret_of(*one) for one in keys} == keys


def is_settled(epoch):
    assert list(Epoch.objects.values_list("number", "is_current")) == [(epoch, True)]
    assert set(WorkspaceKey.objects.values_list("epoch_id", flat=True)) <= {epoch}
    assert set(RootedKey.objects.values_list("epoch_id", flat=True)) <= {epoch}
    assert roots.store.epochs() == [epoch]
    assert not rotation.is_unfinished()
    keyring.begin()


def test_after_a_rotation_all_opens_under_a_new_root_and_the_old_one_is_gone(keys):
    before = keyring.current_epoch()
    wrapped = all_wrapped()
    file = root_file(before)
    assert file.exists()

    assert rotation.rotate() == before + 1

    assert not file.exists()
    is_settled(before + 1)
    all_open(keys)
    assert not wrapped & all_wrapped()


def test_a_rotation_that_dies_between_any_two_steps_is_finished_by_the_next(keys, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    for steps in itertools.count(1):
        before = keyring.current_epoch()
        walk = rotation.steps()
        taken = list(itertools.islice(walk, steps))
        walk.close()
        all_open(keys)
        keyring.begin()
        if len(taken) < steps:
            break
        assert rotation.is_unfinished() == (taken[-1] != "root destroyed")
        if rotation.is_unfinished():
            rotation.rotate()
        is_settled(before + 1)
        all_open(keys)
    assert {"opened", "workspace key made", "subject keys wrapped", "workspace key replaced"} <= set(taken)
    assert taken[-4:] == ["rooted keys wrapped", "promoted", "copied", "root destroyed"]


@pytest.mark.parametrize("broken", ["_promote", "copies.write", "copies.check", "roots.destroy"])
def test_a_rotation_that_fails_within_a_step_loses_nothing(keys, monkeypatch, broken):
    before = keyring.current_epoch()

    def fail(*_arguments, **_words):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        if broken == "_promote":
            patch.setattr(rotation, "_promote", fail)
        elif broken == "roots.destroy":
            patch.setattr(roots.FileRoots, "destroy", fail)
        else:
            patch.setattr(copies, broken.split(".")[1], fail)
        with pytest.raises(OSError, match="disk"):
            rotation.rotate()
        assert before in roots.store.epochs()
        all_open(keys)

    assert rotation.rotate() == before + 1
    is_settled(before + 1)
    all_open(keys)


def test_the_old_root_stays_when_the_copy_that_was_read_back_is_not_the_same(keys, monkeypatch):
    before = keyring.current_epoch()

    def write(*, epoch):
        file = original(epoch=epoch)
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.chmod(0o600)
        file.write_bytes(content)
        return file

    original = copies.write
    with monkeypatch.context() as patch:
        patch.setattr(copies, "write", write)
        with pytest.raises(copies.Unusable, match="damaged"):
            rotation.rotate()
    assert before in roots.store.epochs()
    rotation.rotate()
    is_settled(before + 1)


def test_keys_made_by_others_while_it_runs_are_kept_and_open(keys, new_workspace):
    made, errors, stop = dict(keys), [], threading.Event()
    spaces = [one[1] for one in keys if one[1]]

    def make(number):
        try:
            for _ in range(60):
                if stop.wait(0.02):
                    return
                if number == 0:
                    keyring.forget()
                    space = new_workspace().id
                    one = ("subject", space, new_id())
                elif number == 1:
                    one = ("account", None, new_id())
                else:  # with wrapping keys that are as old as they may be
                    one = ("subject", spaces[number % len(spaces)], new_id())
                made[one] = secret_of(*one)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    before, rotations = keyring.current_epoch(), 0
    while not errors and (rotations < 4 or len(made) <= len(keys) + 20):
        rotation.rotate()
        rotations += 1
    stop.set()
    for thread in threads:
        thread.join()

    assert errors == []
    all_open(made)
    is_settled(before + rotations)


def test_a_destroyed_key_stays_destroyed(keys):
    gone = next(one for one in keys if one[0] == "subject")
    old = keyring.subject_key(gone[1], gone[2])
    keyring.destroy_subject(gone[1], gone[2])

    rotation.rotate()

    with pytest.raises(keyring.KeyDestroyed):
        keyring.by_id(old.id)


def test_a_copy_is_worth_nothing_after_its_epoch(keys):
    rotation.rotate()
    copy = latest()
    assert {row["id"] for row in copies.read(copy)["SubjectKey"]} == {
        str(row.id) for row in SubjectKey.objects.all()
    }

    rotation.rotate()

    with pytest.raises(Misconfigured, match="is missing"):
        copies.read(copy)


def test_a_copy_shows_no_key_and_is_for_its_owner_alone(keys):
    rotation.rotate()
    copy = latest()
    content = copy.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.parent.stat().st_mode & 0o777 == 0o700
    for row in SubjectKey.objects.all()[:50]:
        assert bytes(row.wrapped) not in content
        assert str(row.id).encode() not in content
    for secret in keys.values():
        assert secret not in content


def test_copies_older_than_seven_days_go_and_the_latest_stays(keys, monkeypatch):
    old, last = copies.write(epoch=keyring.current_epoch()), copies.write(epoch=keyring.current_epoch())
    later = time.time() + timedelta(days=7, minutes=1).total_seconds()
    monkeypatch.setattr(time, "time", lambda: later)

    copies.prune()

    assert not old.exists()
    assert last.exists()


def test_two_rotations_at_once_are_one(keys):
    walk = rotation.steps()
    next(walk)
    errors = []

    def other():
        try:
            rotation.rotate()
        except rotation.Busy as busy:
            errors.append(str(busy))
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    for _step in walk:
        pass

    assert len(errors) == 1
    assert "infinitypro keys status" in errors[0]


def test_it_rotates_by_itself_within_seven_days_and_not_before(keys):
    begun = Epoch.objects.get(is_current=True).made_at
    before = keyring.current_epoch()

    assert not rotation.rotate_if_due(now=begun + timedelta(days=6))
    assert keyring.current_epoch() == before
    assert rotation.rotate_if_due(now=begun + timedelta(days=7) - timedelta(hours=3))
    is_settled(before + 1)


def test_what_was_cut_short_is_finished_by_itself_at_once(keys):
    before = keyring.current_epoch()
    walk = rotation.steps()
    next(walk)
    walk.close()

    assert rotation.rotate_if_due(now=clock.now())
    is_settled(before + 1)


def test_sealed_fields_open_after_a_rotation_in_a_process_that_has_cached_their_keys(db):
    user = User.objects.create(email=f"{new_id()}@example.com", name="Maya Lindqvist")

    rotation.rotate()

    assert User.objects.get(id=user.id).name == "Maya Lindqvist"
    keyring.forget()
    assert User.objects.get(id=user.id).name == "Maya Lindqvist"


def test_the_start_is_refused_when_the_root_is_missing_or_anothers(db, tmp_path, monkeypatch):
    epoch = keyring.current_epoch()
    monkeypatch.setattr(roots, "store", roots.FileRoots(tmp_path))
    with pytest.raises(Misconfigured, match=f"root key of epoch {epoch} is missing"):
        keyring.begin()

    (tmp_path / f"root-{epoch}").write_bytes(cipher.new_key())
    with pytest.raises(Misconfigured, match="is not the one this keyring was made with"):
        keyring.begin()

    (tmp_path / f"root-{epoch}").write_bytes(b"short")
    with pytest.raises(Misconfigured, match="is no root key"):
        keyring.begin()


def test_the_start_is_refused_when_the_root_of_a_rotation_that_was_cut_short_is_missing(keys, monkeypatch):
    walk = rotation.steps()
    next(walk)
    walk.close()
    new = root_file(keyring.current_epoch())
    kept = new.read_bytes()
    new.unlink()

    with pytest.raises(Misconfigured, match="is missing"):
        keyring.begin()

    new.write_bytes(kept)
    rotation.rotate()


def test_keys_are_forgotten_after_a_minute(db, new_workspace, monkeypatch):
    space, subject = new_workspace().id, new_id()
    key = keyring.subject_key(space, subject)
    SubjectKey.objects.filter(workspace_id=space).delete()
    assert keyring.by_id(key.id) == key

    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)

    with pytest.raises(keyring.KeyDestroyed):
        keyring.by_id(key.id)


def test_the_command_shows_how_the_keys_stand(db, monkeypatch, capsys):
    monkeypatch.setattr(commands, "database", rotation._alone)
    call_command("keys", "status", "--json")
    assert f'"epoch": {keyring.current_epoch()}' in capsys.readouterr().out
