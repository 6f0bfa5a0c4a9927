"""What filters of EC2 compare: their names out of the documentation, their values out of what is described."""

import json
import re
from datetime import datetime

#: An item of the documentation's list: ` - ` or `: ` ends the name.
ITEM = re.compile(r"<li>\s*<p>\s*<code>([^<]+)</code>(?::&lt;key&gt;|:)?(?=\s|:|&)([^<]*)")
#: Values of the filter before them.
NESTED = re.compile(r"<ul>.*?</ul>", re.S)


def documented(shape):
    """The names in the documentation of a list of filters, tags by a key aside."""
    text = shape.documentation
    start = text.find("<ul>")
    # The list of values within an item is cut out, so that it is not taken for names.
    outer = text[start + 4 : text.rfind("</ul>")] if start >= 0 else ""
    names = [name.strip() for name, _ in ITEM.findall(NESTED.sub("", outer))]
    return sorted({name for name in names if name not in ("tag", "tag:<key>") and not name.startswith("tag:")})


def rows(answer):
    """The resources of an answer; instances know their reservation."""
    found = []
    for name, value in answer.items():
        if name == "Reservations":
            for reservation in value:
                found += [{**_reservation(reservation), **own} for own in reservation["Instances"]]
        elif isinstance(value, list):
            found += [one for one in value if isinstance(one, dict)]
    return found


def _reservation(own):
    return {f"Reservation{key.removeprefix('Reservation')}": value for key, value in own.items() if key != "Instances"}


def mark(row):
    """What tells a row from others."""
    return json.dumps(row, sort_keys=True, default=str)


def text(value):
    """A value as filters spell it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def plain(word):
    return re.sub("[^a-z0-9]", "", word.lower())


def leaves(value):
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [] if isinstance(value, dict) or value is None else [text(value)]


def walk(value, steps):
    """The texts at the end of a path, whose steps are names as filters or as answers write them."""
    if isinstance(value, list):
        return [leaf for one in value for leaf in walk(one, steps)]
    if not steps:
        return leaves(value)
    if not isinstance(value, dict):
        return []
    want = plain(steps[0])
    found = []
    for name, inner in value.items():
        if plain(name) in (want, want + "s", want + "set", want + "es"):
            found += walk(inner, steps[1:])
    return found


def derived(row, path):
    """The values that a row has at a path, or by a function of the row."""
    if callable(path):
        return sorted(set(leaves(path(row))))
    found = []
    for one in path if isinstance(path, tuple) else (path,):
        found += walk(row, one.split("."))
    return sorted(set(found))


def meaning(pattern):
    """Whether a value is meant by a pattern: `*` is any run, `?` one character."""
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    parts = {"*": ".*", "?": "."}
    form = re.compile("".join(parts.get(one, re.escape(one)) for one in pattern), re.S)
    return lambda value: form.fullmatch(value) is not None
