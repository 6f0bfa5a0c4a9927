"""Every operation that is not built answers NotImplemented, in its own protocol, to an unmodified client."""

import json
import unittest
import urllib.request

import botocore.session
from botocore import xform_name
from botocore.config import Config

from angae import Server, refusal

#: Our names and botocore's are the same for every API.
LOOSE = Config(parameter_validation=False)


def value(shape, depth=0):
    """The least value of a shape that a request can carry."""
    kind = shape.type_name
    if kind == "structure":
        if depth > 6:
            return {}
        return {name: value(shape.members[name], depth + 1) for name in shape.required_members}
    if kind == "list":
        return [value(shape.member, depth + 1)]
    if kind == "map":
        return {"a": value(shape.value, depth + 1)}
    if kind == "string":
        return shape.enum[0] if shape.enum else "a" * max(1, shape.metadata.get("min", 1))
    if kind in ("integer", "long", "float", "double"):
        return max(1, int(shape.metadata.get("min", 1)))
    if kind == "boolean":
        return True
    if kind == "blob":
        return b"a"
    return 0  # a timestamp


class NotImplementedAnswers(unittest.TestCase):
    def test_every_operation_that_is_not_built(self):
        server = Server()
        self.addCleanup(server.stop)
        with urllib.request.urlopen(server.endpoint + "/_angae/coverage") as answer:
            coverage = json.load(answer)
        self.assertEqual(len(coverage), 23)
        counted = 0
        for row in coverage:
            # Account ids before an IP address lead away from the endpoint.
            config = LOOSE.merge(Config(inject_host_prefix=False, s3={"addressing_style": "path"}))
            client = server.client(row["api"], config=config)
            model = client.meta.service_model
            for name in row["not_implemented"]:
                if name not in model.operation_names:
                    continue
                operation = model.operation_model(name)
                if operation.has_event_stream_output or (row["api"], name) in LED_AWAY:
                    continue
                arguments = value(operation.input_shape) if operation.input_shape else {}
                if row["api"] == "s3control":
                    arguments["AccountId"] = "123456789012"
                with self.subTest(api=row["api"], operation=name):
                    status, code, sentence = refusal(lambda: getattr(client, xform_name(name))(**arguments))
                    self.assertEqual(code, "501" if operation.http.get("method") == "HEAD" else "NotImplemented")
                    self.assertEqual(status, 501)
                    if operation.http.get("method") != "HEAD":
                        self.assertIn(name, sentence)
                counted += 1
        # What is left out has no client's form.
        self.assertGreater(counted, 0.95 * sum(len(row["not_implemented"]) for row in coverage))
        print(f"{counted} operations answered NotImplemented")


#: Operations whose least request names neither an account nor an Outpost (a bucket may be called v20180820), or is
#: that of a newer twin.
LED_AWAY = {
    ("s3control", "CreateBucket"),
    ("s3", "GetBucketLifecycle"),
    ("s3", "PutBucketLifecycle"),
    ("s3", "GetBucketNotification"),
    ("s3", "PutBucketNotification"),
}


if __name__ == "__main__":
    unittest.main()
