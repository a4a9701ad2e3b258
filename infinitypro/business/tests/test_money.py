"""Prices as people type and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitypro.business import money


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("48", "USD", 4800),
        ("48.50", "USD", 4850),
        ("48,5", "EUR", 4850),
        ("$48", "USD", 4800),
        ("48 €", "EUR", 4800),
        ("EUR 48", "EUR", 4800),
        ("1,200", "USD", 120000),
        ("1.200,50", "EUR", 120050),
        ("1 200", "SEK", 120000),
        ("4800", "JPY", 4800),
        ("0", "USD", 0),
        ("", "USD", None),
        ("  ", "USD", None),
    ],
)
def test_a_typed_price_is_read(text, currency, amount):
    assert money.read(text, currency=currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("-22", "USD", "A price cannot be below zero."),
        ("−1", "USD", "A price cannot be below zero."),
        ("about 40", "USD", "Write a price like 48."),
        ("48.505", "USD", "Write a price like 48."),
        ("48.5", "JPY", "Write a price like 4800."),
        ("999999999999", "USD", "That is too much. Check the price."),
    ],
)
def test_what_is_no_price_is_refused_with_a_sentence(text, currency, sentence):
    with pytest.raises(money.BadPrice) as refused:
        money.read(text, currency=currency)
    assert str(refused.value) == sentence


@given(st.integers(0, money.MOST), st.sampled_from(["USD", "EUR", "JPY", "KWD"]))
def test_what_is_shown_for_typing_reads_back_the_same(amount, currency):
    assert money.read(money.typed(amount, currency=currency), currency=currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "region", "text"),
    [
        (4800, "USD", "US", "$48"),
        (4850, "USD", "US", "$48.50"),
        (120000, "USD", "US", "$1,200"),
        (4800, "EUR", "ES", "€48"),
        (4800, "GBP", "GB", "£48"),
        (4800, "JPY", "JP", "¥4,800"),
    ],
)
def test_a_price_is_said_as_the_region_writes_it(amount, currency, region, text):
    assert money.say(amount, currency=currency, region=region) == text
