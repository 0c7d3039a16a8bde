"""JSON text to Python values, with the C half of the `json` module alone."""

from _json import encode_basestring as quote
from _json import encode_basestring_ascii as quote_ascii
from _json import make_scanner

__all__ = ["parse", "quote", "quote_ascii"]


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class _Settings:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse)


_scan = make_scanner(_Settings())


def parse(text: str) -> object:
    """The value of a JSON text; ValueError for what isn't JSON (NaN too), and for what is nested too deeply."""
    text = text.strip(" \t\r\n")
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        raise ValueError("not JSON") from None
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    if end != len(text):
        raise ValueError("not JSON: text after the value")
    return value
