"""What templates make of names and of what customers wrote."""

import pytest

from infinitypro.core.templatetags import look


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ana Flores", "AF"),
        ("Maya Ingrid Lindqvist", "ML"),
        ("cher", "C"),
        ("", "?"),
        ("+1 212 555 0111", "?"),
        ("محمد الأنصاري", "ما"),
        ("  Ola   (Bergen)  Berg ", "OB"),
    ],
)
def test_initials_stand_for_a_name(name, expected):
    assert look.initials(name) == expected


def test_what_a_customer_wrote_is_escaped_and_its_links_open_elsewhere():
    shown = look.linked("<b>see</b> https://example.com/a?b=1&c=2")
    assert shown == (
        '&lt;b&gt;see&lt;/b&gt; <a class="link" href="https://example.com/a?b=1&amp;c=2" target="_blank" '
        'rel="nofollow noopener noreferrer">https://example.com/a?b=1&amp;c=2</a>'
    )


def test_a_script_address_is_no_link():
    assert look.linked("javascript:alert(1)") == "javascript:alert(1)"
