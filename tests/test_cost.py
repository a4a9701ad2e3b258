"""What the way in costs, in statements, which are the same on every machine; the time is for `make bench`."""

from bench import access, crowd


def test_permissions_and_tenancy_add_two_statements_to_a_page(db, monkeypatch):
    monkeypatch.setattr(crowd, "LONG", 60)
    monkeypatch.setattr(access, "SIZE", crowd.Size(messages=400, contacts=22, long_ones=1, appointments=12))
    monkeypatch.setattr(access, "ROUNDS", 1)
    monkeypatch.setattr(access, "WARM", 2)
    added = access.run()
    assert len(added) == 8
    assert {page: figures["statements"]["value"] for page, figures in added.items()} == dict.fromkeys(
        added, 2
    )
