"""The operations of EC2 that are answered, and the least request of each, out of botocore's model."""

import json
import urllib.request

from botocore import xform_name


class Operation:
    """One operation, and how a client calls it."""

    def __init__(self, model):
        self.name, self.shape = model.name, model.input_shape
        self.members = model.input_shape.members if model.input_shape else {}
        self.required = model.input_shape.required_members if model.input_shape else []
        self.output = model.output_shape.members if model.output_shape else {}

    def call(self, client, **arguments):
        """The answer without what is said of the answer."""
        answer = method(client, self.name)(**arguments)
        answer.pop("ResponseMetadata", None)
        return answer

    def least(self, known=None):
        """The least request; `known` are values of members by name."""
        return least(self.shape, known or {}) if self.shape else {}


def answered(server, client):
    """Every answered operation, by name."""
    with urllib.request.urlopen(server.endpoint + "/_angae/coverage") as answer:
        rows = json.load(answer)
    left = next(set(row["not_implemented"]) for row in rows if row["api"] == "ec2")
    model = client.meta.service_model
    return {name: Operation(model.operation_model(name)) for name in model.operation_names if name not in left}


def method(client, name):
    """The method of a client that calls an operation."""
    return getattr(client, xform_name(name))


def least(shape, known, name="", depth=0):
    """The least value of a shape that a request can carry."""
    kind = shape.type_name
    if kind == "structure":
        members = shape.required_members if depth < 6 else []
        return {member: least(shape.members[member], known, member, depth + 1) for member in members}
    if kind == "list":
        one = name.removesuffix("s")
        return [least(shape.member, known, one, depth + 1)]
    if kind == "string":
        if shape.enum:
            return shape.enum[0]
        return known.get(name, "a" * max(1, shape.metadata.get("min", 1)))
    if kind in ("integer", "long", "float", "double"):
        return max(1, int(shape.metadata.get("min", 1)))
    if kind == "boolean":
        return True
    return b"a" if kind == "blob" else 0
