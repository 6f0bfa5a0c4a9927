"""Every operation of every API, both ways, with values drawn at random.

What botocore writes we read as it was meant; what we write botocore reads as it was meant. The seed of a value is its
API, its operation and its number, so that a failure is the same on every machine; what fails is made smaller before it
is shown.
"""

import random
import unittest

import botocore.session
from botocore import handlers, parsers, xform_name
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config
from botocore.loaders import Loader

import values
from bridge import Bridge, sent

#: Values drawn for each operation and direction.
VALUES = 15
#: Failures shown for each API and direction.
MOST_SHOWN = 10
#: APIs that older clients speak to in another protocol than the pinned one does.
SPOKEN_OTHERWISE = [("route53domains", "json")]
#: How the client is set up, in turn. S3 writes other requests over TLS, and other hosts in the other style.
VARIANTS = {
    "s3": [
        {"addressing_style": "path"},
        {"endpoint": "https://localhost:4566", "addressing_style": "virtual"},
    ],
}
#: Members that the client reads itself, and refuses where they make no sense to it.
PARTICULAR = {
    "s3": {
        "Bucket": lambda rng: "".join(rng.choices("abc019", k=rng.randint(3, 20))),
        "ChecksumAlgorithm": lambda rng: rng.choice(["CRC32", "SHA1", "SHA256"]),
        # The root's own text, which clients cannot tell from none where it is empty.
        "LocationConstraint": lambda rng: rng.choice(["EU", "eu-west-1"]),
    },
    "ec2": {"DestinationRegion": lambda rng: "us-east-1"},
    "s3control": {
        "AccountId": lambda rng: "".join(rng.choices("0123456789", k=12)),
        "OutpostId": lambda rng: "op-01ac5d28a6a232904",
    },
}
#: Members without which a request is another operation's, although the model does not require them.
NEEDED = {("s3control", "CreateBucket"): ["OutpostId"]}
#: Members that the client adds to a request after it was serialised: checksums, and a copy's presigned twin.
ADDED = {
    "s3": ["ChecksumAlgorithm", "ChecksumCRC32", "ChecksumSHA1", "ChecksumSHA256", "ContentLength", "ContentMD5"],
    "s3control": ["ContentMD5"],
    "ec2": ["DestinationRegion", "PresignedUrl"],
}
#: Requests that equal those of another operation: they are routed there, and compared as what they were sent as.
TWINS = {
    ("s3", "GetBucketLifecycle"): "GetBucketLifecycleConfiguration",
    ("s3", "PutBucketLifecycle"): "PutBucketLifecycleConfiguration",
    ("s3", "GetBucketNotification"): "GetBucketNotificationConfiguration",
}
#: Operations whose request is not compared, and why.
REQUESTS_NOT_COMPARED = {
    ("s3", "PutBucketNotification"): "deprecated: Event and Events share the element Event",
}
#: Operations whose answer is not compared, and why.
ANSWERS_NOT_COMPARED = {
    ("s3", "GetBucketNotification"): "deprecated: Event and Events share the element Event",
}
#: Answers that the client reads in two steps: its parser, then this.
READ_FURTHER = {("s3", "GetBucketLocation"): handlers.parse_get_bucket_location}


class Models(Loader):
    """botocore's models, one of them with the protocol given.

    Without the extras, which call S3's Expires a time: the service's own model calls it a string, and so do we, because
    AWS gives back whatever was stored.
    """

    def __init__(self, protocol):
        super().__init__(include_default_extras=False)
        self.protocol = protocol

    def load_service_model(self, *arguments, **named):
        model = super().load_service_model(*arguments, **named)
        if self.protocol and "metadata" in model:
            model = {**model, "metadata": {**model["metadata"], "protocols": [self.protocol]}}
        return model


class Captured(Exception):
    """Ends a call when its request is ready to be sent."""

    def __init__(self, request):
        super().__init__("captured")
        self.request = request


class Client:
    """A real client that is stopped before it sends."""

    def __init__(self, session, api, endpoint="http://localhost:4566", **s3):
        config = Config(
            parameter_validation=False,
            retries={"max_attempts": 1, "mode": "standard"},
            s3=s3 or None,
            signature_version="s3v4" if api == "s3" else None,
        )
        self.client = session.create_client(
            api,
            region_name="us-east-1",
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )
        self.client.meta.events.register("before-send", self._stop)
        self.serializer = self.client._serializer
        self.client._serializer = self

    @staticmethod
    def _stop(request, **_):
        raise Captured(request)

    def serialize_to_request(self, parameters, model):
        """Notes what is serialised: the client completes and rewrites some members before (tokens, keys, user data)."""
        self.parameters = dict(parameters)
        return self.serializer.serialize_to_request(parameters, model)

    def request(self, operation, value):
        """The request for a call, and the parameters it was made of."""
        try:
            getattr(self.client, xform_name(operation))(**value)
        except Captured as captured:
            return sent(captured.request), self.parameters
        raise AssertionError(f"{operation} sent nothing")


class Wire:
    """One API's operations, the real client's variants, and what fails among them."""

    def __init__(self, bridge, api, protocol=None):
        self.bridge = bridge
        self.api = api
        session = botocore.session.Session()
        session.register_component("data_loader", Models(protocol))
        self.clients = [Client(session, api, **variant) for variant in VARIANTS.get(api, [{}])]
        self.model = self.clients[0].client.meta.service_model
        self.protocol = self.model.resolved_protocol
        self.parser = parsers.create_parser(self.protocol)
        self.cbor = "cbor" if self.protocol == "smithy-rpc-v2-cbor" else None
        self.compared = 0
        self.failures = []

    def each(self, direction, check, exceptions):
        """Checks every operation with several values; a failure is kept in its smallest form."""
        for name in self.model.operation_names:
            operation = self.model.operation_model(name)
            if (self.api, name) in exceptions:
                continue
            for number in range(VALUES):
                shape = operation.input_shape if direction == "request" else operation.output_shape
                value = self.draw(f"{direction} {name} {number}", shape, direction == "answer")
                for member in NEEDED.get((self.api, name), []) if direction == "request" else []:
                    value.setdefault(member, PARTICULAR[self.api][member](random.Random(number)))
                self.judge(f"{name} {number}", lambda value: check(operation, number, value), value)

    def refusals(self):
        """Checks every modelled error, and a code that none models."""
        for shape in self.model.error_shapes:
            for number in range(VALUES):
                sentence = self.drawing(f"sentence {shape.name} {number}").sentence()
                value = self.draw(f"error {shape.name} {number}", shape, True)
                self.judge(f"{shape.name} {number}", lambda value, on=(shape, sentence): self.error(*on, value), value)
        sentence = self.drawing("sentence").sentence()
        self.judge("a bare code", lambda sentence: self.bare("Thing.Odd", sentence), sentence)

    def draw(self, seed, shape, answers):
        return self.drawing(seed, answers).top(shape)

    def drawing(self, seed, answers=True):
        rng = random.Random(f"{self.api} {seed}")
        return values.Draw(rng, self.protocol, answers, PARTICULAR.get(self.api))

    def judge(self, what, check, value):
        self.compared += 1
        try:
            check(value)
        except Exception as error:
            kind = type(error)
            value = values.smallest(value, lambda value: fails_alike(kind, check, value))
            try:
                check(value)
            except kind as error:
                self.failures.append(f"{what}: {value!r}\n    {error!r}")
            else:
                self.failures.append(f"{what}: {value!r}\n    does not fail a second time")

    def request(self, operation, number, value):
        """What botocore writes is what we read."""
        client = self.clients[number % len(self.clients)]
        sent_request, parameters = client.request(operation.name, value)
        twin = TWINS.get((self.api, operation.name))
        reply = self.bridge.decode(sent_request, operation.name if twin else None)
        same((self.api, twin or operation.name), (reply.get("api"), reply.get("operation")), reply)
        same(self.cbor or self.protocol, reply["protocol"])
        shape = operation.input_shape
        streaming = shape.serialization.get("payload") if shape else None
        if streaming and shape.members[streaming].type_name not in ("blob", "string"):
            streaming = None
        body = parameters.pop(streaming, None) if streaming and "stream" in reply else None
        expected = values.canonical(parameters, shape) if shape else {}
        got = reply.get("input")
        if got is not None:
            added = [name for name in ADDED.get(self.api, []) if name not in expected]
            got = {name: inner for name, inner in got.items() if name not in added}
        same(expected, got, reply.get("fault"))
        if "stream" in reply:
            same(content(body), reply["stream"])

    def answer(self, operation, number, value):
        """What we write is what botocore reads."""
        shape = operation.output_shape
        expected = values.canonical(value, shape) if shape else {}
        streaming = shape.serialization.get("payload") if shape else None
        if streaming and streams(shape.members[streaming]):
            expected.pop(streaming, None)
        else:
            streaming = None
        written = WRITTEN_OTHERWISE.get((self.api, operation.name), lambda members: members)(expected)
        status, headers, body = self.bridge.encode(self.api, operation.name, written, self.cbor)
        parsed = self.parsed(status, headers, body, shape)
        if shape is None:
            return
        if (self.api, operation.name) in READ_FURTHER:
            READ_FURTHER[self.api, operation.name](parsed, AWSResponse(None, status, headers, Raw(body)))
        if streaming:
            parsed.pop(streaming, None)
        got = without_empty_headers(values.canonical(parsed, shape), shape)
        same(without_empty_headers(expected, shape), got, body)

    def error(self, shape, sentence, value):
        """What we refuse with is what botocore raises: code, sentence and members."""
        spelled = [name for name in shape.members if name.lower() == "message"]
        members = values.canonical({name: inner for name, inner in value.items() if name not in spelled}, shape)
        answer = self.bridge.fault(self.api, sentence, self.cbor, error=shape.name, members=members)
        self.refusal(shape.error_code, sentence, answer)
        same(shape.name, self.model.shape_for_error_code(shape.error_code).name)
        parsed = values.canonical(self.parsed(*answer, shape), shape)
        for name in spelled:
            # XML has one element for the sentence, however the model spells the member.
            read = parsed.pop(name, None)
            if name == "Message" or "json" in self.protocol or self.cbor:
                same(sentence, read, answer)
        same(members, parsed, answer)

    def bare(self, code, sentence):
        """The same for a code that no shape models."""
        self.refusal(code, sentence, self.bridge.fault(self.api, sentence, self.cbor, code=code))

    def refusal(self, code, sentence, answer):
        raised = self.parsed(*answer, None)["Error"]
        same((code, sentence), (raised.get("Code"), raised.get("Message")), answer)

    def parsed(self, status, headers, body, shape):
        response = {"status_code": status, "headers": HeadersDict(headers), "body": body, "context": {}}
        parsed = self.parser.parse(response, shape)
        if shape is not None:
            parsed.pop("ResponseMetadata", None)
        return parsed


class Raw:
    """A body as a response of botocore's holds it."""

    def __init__(self, body):
        self.body = body

    def stream(self):
        yield self.body


def fails_alike(kind, check, value):
    try:
        check(value)
    except kind:
        return True
    except Exception:
        return False
    return False


def same(expected, got, *context):
    if expected != got:
        raise AssertionError(f"expected {expected!r}, got {got!r} {context!r:.2000}")


def content(body):
    """A streaming member as bytes."""
    if hasattr(body, "read"):
        body.seek(0)
        body = body.read()
    return body.encode() if isinstance(body, str) else body or b""


def streams(member):
    return member.serialization.get("streaming") or member.serialization.get("eventstream")


def without_empty_headers(value, shape):
    """botocore reads a map of headers of which there is none as empty, never as absent."""
    maps = [name for name, member in shape.members.items() if values.place(member) == "headers"]
    return {name: inner for name, inner in value.items() if inner or name not in maps}


def in_one_order(members):
    """Versions and delete markers, which S3 writes among each other: of the model's two lists the patch makes one."""
    entries = [{"Version": version} for version in members.get("Versions", [])]
    entries += [{"DeleteMarker": marker} for marker in members.get("DeleteMarkers", [])]
    others = {name: inner for name, inner in members.items() if name not in ("Versions", "DeleteMarkers")}
    return {**others, "Versions": entries} if entries else others


#: Answers of which the patches make another shape, and how botocore's becomes ours.
WRITTEN_OTHERWISE = {("s3", "ListObjectVersions"): in_one_order}

#: What the patches add: operations of browsers, which no SDK has.
OUR_OWN = {"s3": {"PostObject"}}


class EveryOperation(unittest.TestCase):
    """The two directions and the errors, API by API."""

    @classmethod
    def setUpClass(cls):
        cls.bridge = Bridge()
        cls.addClassCleanup(cls.bridge.close)

    def check(self, run):
        apis = self.bridge.apis()
        compared = 0
        for api, protocol in [*((api, None) for api in apis), *SPOKEN_OTHERWISE]:
            with self.subTest(api=api, protocol=protocol):
                wire = Wire(self.bridge, api, protocol)
                self.assertEqual(sorted(set(apis[api]) - OUR_OWN.get(api, set())), sorted(wire.model.operation_names))
                run(wire)
                shown = "\n".join(wire.failures[:MOST_SHOWN])
                self.assertEqual(len(wire.failures), 0, f"{len(wire.failures)} failures\n{shown}")
                compared += wire.compared
        self.assertGreater(compared, 0)
        print(f"{self._testMethodName}: {compared} values compared")

    def test_requests_are_read_as_they_were_meant(self):
        self.check(lambda wire: wire.each("request", wire.request, REQUESTS_NOT_COMPARED))

    def test_answers_are_read_as_they_were_meant(self):
        self.check(lambda wire: wire.each("answer", wire.answer, ANSWERS_NOT_COMPARED))

    def test_refusals_are_read_as_they_were_meant(self):
        self.check(Wire.refusals)


if __name__ == "__main__":
    unittest.main()
