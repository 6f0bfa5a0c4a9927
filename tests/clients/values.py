"""Values of a botocore shape: drawn at random, made smaller, and in the canonical form that the bridge speaks."""

import base64
import math
import struct
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
#: Characters that some codec somewhere takes for its own.
HARD = [*"&<>'\"+%=;, \n\t/\\.é한😀", "]]>", "%2F"]
PLAIN = "abcxyzABC0123"
#: Leaves after which only what is required is drawn, so that no value is huge.
MOST_LEAVES = 120
FEW_LEAVES = 40


class Draw:
    """Draws values of one direction: requests are written by botocore, answers by us."""

    def __init__(self, rng, protocol, answers, particular=None):
        self.rng = rng
        self.protocol = protocol
        self.answers = answers
        self.particular = particular or {}
        self.leaves = 0

    def top(self, shape):
        """An input, an output or an error, without what streams and without what has no form on the wire."""
        if shape is None:
            return {}
        payload = shape.serialization.get("payload")
        value = self._pruned(self._structure(shape, payload), shape, "body") or {}
        # An empty body and none are the same: we read both as absent, botocore reads both as empty.
        if not self.answers and value.get(payload) in ("", b""):
            del value[payload]
        return value

    def sentence(self):
        """A text that is not empty."""
        return self._text("body") + "."

    def _structure(self, shape, payload=None):
        if getattr(shape, "is_tagged_union", False):
            names = [self.rng.choice(list(shape.members))]
        else:
            names = [name for name in shape.members if name == payload or self._wanted(shape, name)]
        value = {}
        for name in names:
            member = shape.members[name]
            if member.serialization.get("eventstream"):
                continue
            if name in self.particular and member.type_name in ("string", "timestamp"):
                value[name] = self.particular[name](self.rng)
            else:
                value[name] = self._value(member, place(member))
        return value

    def _wanted(self, shape, name):
        location = shape.members[name].serialization.get("location")
        if location == "uri" or (name in shape.required_members and self.leaves < MOST_LEAVES):
            return True
        if self.leaves > MOST_LEAVES:
            return False
        return self.rng.random() < (0.6 if self.leaves < FEW_LEAVES else 0.2)

    def _value(self, shape, where):
        kind = shape.type_name
        if is_document(shape):
            return self._document()
        if kind == "structure":
            return self._structure(shape)
        if kind == "list":
            count = 0 if self.leaves > MOST_LEAVES else self.rng.choice([0, 1, 1, 2, 3])
            return [self._value(shape.member, where) for _ in range(count)]
        if kind == "map":
            count = 0 if self.leaves > MOST_LEAVES else self.rng.choice([0, 1, 2, 3])
            return {self._key(where): self._value(shape.value, where) for _ in range(count)}
        self.leaves += 1
        return self._scalar(shape, kind, where)

    def _document(self, depth=0):
        """Any JSON value. A member that is null is none, so that the outermost value is never null."""
        rng = self.rng
        self.leaves += 1
        kind = rng.choice(["object", "object", "list", "text", "number", "truth", "null"][: 6 if depth == 0 else 7])
        if kind in ("object", "list") and depth < 4 and self.leaves < MOST_LEAVES:
            inner = [self._document(depth + 1) for _ in range(rng.choice([0, 1, 2, 3]))]
            return inner if kind == "list" else {self._text("body"): value for value in inner}
        if kind == "number":
            return rng.choice([0, -1, 2**53 + 1, 2**63 - 1, 2**64 - 1, -(2**63), 0.5, -2.5, 0.1, 1e-7, 1e22])
        if kind == "truth":
            return rng.random() < 0.5
        return None if kind == "null" else self._text("body")

    def _key(self, where):
        if where == "headers":
            return "".join(self.rng.choices("abcxyz0123-", k=self.rng.randint(1, 12))).strip("-") or "a"
        return self._text(where)

    def _scalar(self, shape, kind, where):
        rng = self.rng
        if kind in ("string", "character"):
            if getattr(shape, "enum", None) and rng.random() < 0.7:
                return rng.choice(shape.enum)
            return self._text(where)
        if kind == "boolean":
            return rng.random() < 0.5
        if kind == "integer":
            if where == "status":
                return rng.randint(200, 206)
            return rng.choice([0, 1, -1, rng.randint(-1000, 1000), 2**31 - 1, -(2**31)])
        if kind == "long":
            return rng.choice([0, -1, rng.randint(-1000, 1000), 2**53 + 1, 2**63 - 1, -(2**63)])
        if kind in ("float", "double"):
            number = rng.choice([0.0, 1.0, -2.5, 0.1, 1e-7, 1e22, rng.random(), math.nan, math.inf, -math.inf])
            return single(number) if kind == "float" else number
        if kind == "blob":
            return bytes(rng.choices(range(256), k=rng.choice([0, 1, 2, 3, 20])))
        return self._time(shape, where)

    def _time(self, shape, where):
        at = EPOCH + timedelta(seconds=self.rng.choice([0, 951782400, self.rng.randint(-(2**31), 2**32)]))
        # botocore writes a fraction in ISO 8601 only, and never in a header; nobody has one in RFC 822.
        form = shape.serialization.get("timestampFormat") or default_time_format(self.protocol, where)
        fine = form == "iso8601" and where != "header" or self.answers and form != "rfc822"
        return at + timedelta(milliseconds=self.rng.choice([0, 0, 120, 999])) if fine else at

    def _text(self, where):
        rng = self.rng
        if where == "host":
            return "".join(rng.choices("abc019", k=rng.randint(1, 12)))
        if where in ("header", "headers"):
            # What a header can carry: no line breaks, no white space at its ends, nothing beyond ASCII. botocore
            # escapes no backslash in a list and reads no quotes.
            inner = "".join(rng.choices(PLAIN + "&<>'+%=;/ ", k=rng.randint(0, 12)))
            return rng.choice(PLAIN) + inner + rng.choice(PLAIN)
        # botocore escapes no carriage return in the XML that it writes, so that it arrives as a line break.
        hard = HARD if self.protocol == "rest-xml" and not self.answers else [*HARD, "\r", "\r\n"]
        pieces = rng.choices([*PLAIN, *hard], k=rng.choice([0, 1, 3, 8, 20]))
        text = "".join(pieces)
        # A label is never empty; `fix_route53_ids` keeps what follows the last slash.
        return text + rng.choice(PLAIN) if where == "uri" else text

    def _pruned(self, value, shape, where):
        """The value without what has no form on the wire; `None` where nothing is left."""
        kind = shape.type_name
        if is_document(shape):
            return value
        if kind == "structure":
            kept = {}
            for name, inner in value.items():
                member = shape.members[name]
                inner = self._pruned(inner, member, place(member))
                if inner is not None:
                    kept[name] = inner
            formless = not kept and (self._forms or getattr(shape, "is_tagged_union", False))
            return None if formless else kept
        if kind == "list":
            kept = [inner for inner in (self._pruned(item, shape.member, where) for item in value) if inner is not None]
            return None if not kept and self._empty_is_absent(shape, where) else kept
        if kind == "map":
            kept = {key: self._pruned(inner, shape.value, where) for key, inner in value.items()}
            kept = {key: inner for key, inner in kept.items() if inner is not None}
            return None if not kept and (self._forms or self._empty_is_absent(shape, where)) else kept
        return value

    @property
    def _forms(self):
        """Forms have no place for an empty structure or map."""
        return not self.answers and self.protocol in ("ec2", "query")

    def _empty_is_absent(self, shape, where):
        if where in ("header", "headers", "querystring"):
            return True
        if self.protocol == "ec2" and not self.answers:
            return True
        return bool(shape.serialization.get("flattened")) and self.protocol in ("ec2", "query", "rest-xml")


def is_document(shape):
    """Whether any JSON value may stand there."""
    return getattr(shape, "is_document_type", False)


def place(member):
    """Where a member travels."""
    if member.serialization.get("hostLabel"):
        return "host"
    location = member.serialization.get("location")
    return {"statusCode": "status", None: "body"}.get(location, location)


def default_time_format(protocol, where):
    if where == "header":
        return "rfc822"
    if where in ("querystring", "uri") or protocol in ("ec2", "query", "rest-xml"):
        return "iso8601"
    return "unixtimestamp"


def single(number):
    """The nearest number of single precision."""
    return struct.unpack("f", struct.pack("f", number))[0]


def canonical(value, shape):
    """A botocore value as the bridge's JSON: times are seconds, blobs base64, numbers that are none text."""
    kind = shape.type_name
    if is_document(shape):
        return value
    if kind == "structure":
        return {name: canonical(inner, shape.members[name]) for name, inner in value.items() if inner is not None}
    if kind == "list":
        return [canonical(item, shape.member) for item in value]
    if kind == "map":
        return {key: canonical(inner, shape.value) for key, inner in value.items()}
    if kind == "timestamp":
        millis = round((value - EPOCH) / timedelta(milliseconds=1))
        return millis // 1000 if millis % 1000 == 0 else millis / 1000
    if kind == "blob":
        return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()
    if kind in ("float", "double"):
        if isinstance(value, str):
            return value  # botocore leaves JSON's "NaN" and "Infinity" as they came
        number = single(value) if kind == "float" else value
        if math.isnan(number):
            return "NaN"
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(number, number)
    return value


def smallest(value, still_fails, most_tries=400):
    """The smallest value reached from `value` by single steps of which each still fails."""
    tries = 0
    again = True
    while again:
        again = False
        for candidate in smaller(value):
            tries += 1
            if tries > most_tries:
                return value
            if still_fails(candidate):
                value, again = candidate, True
                break
    return value


def smaller(value):
    """Every value one step simpler, the greatest steps first."""
    if isinstance(value, dict):
        for key in value:
            yield {other: inner for other, inner in value.items() if other != key}
        for key, inner in value.items():
            for candidate in smaller(inner):
                yield {**value, key: candidate}
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
        for index, item in enumerate(value):
            for candidate in smaller(item):
                yield [*value[:index], candidate, *value[index + 1 :]]
    elif isinstance(value, (str, bytes)) and value:
        yield value[: len(value) // 2]
        yield value[len(value) // 2 :]
        yield value[1:]
        yield value[:-1]
    elif isinstance(value, datetime) and value != EPOCH:
        yield EPOCH
        yield value.replace(microsecond=0)
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and value not in (0, 1):
        yield type(value)(0)
        yield type(value)(1)
