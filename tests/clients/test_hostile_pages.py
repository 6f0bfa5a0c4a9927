"""The pages under `/_angae/`: wrong methods, wrong types, huge bodies, names that lead elsewhere."""

import json
import unittest

from hostile import Hostile
from raw import form, request

JSON = {"Content-Type": "application/json"}
BIG = 12 * 1024 * 1024


class Pages(Hostile):
    def refused(self, what, sent, status):
        """Every refusal is JSON with one sentence."""
        with self.subTest(what):
            answer = self.ask(sent)
            self.assertEqual(answer.status, status, answer)
            self.assertEqual(list(json.loads(answer.body)), ["error"], answer)
            self.assertTrue(json.loads(answer.body)["error"], answer)
            self.watch_bystander()

    def test_wrong_methods(self):
        for method, page in (
            ("POST", "health"),
            ("DELETE", "state"),
            ("GET", "reset"),
            ("DELETE", "worlds"),
            ("PATCH", "clock"),
            ("GET", "worlds/x"),
            ("BREW", "ready"),
        ):
            self.refused(f"{method} {page}", request(method, f"/_angae/{page}"), 405)

    def test_pages_that_are_none(self):
        for page in ("nothing", "health/x", "health/", "%68ealth", "../health", "worlds/a/b", "\x7e", "%ff", "%00"):
            self.refused(page, request("GET", f"/_angae/{page}"), 404)

    def test_documents(self):
        for page, good in (("worlds", {"name": "w"}), ("clock", {"advance": "1s"})):
            post = lambda body, headers=JSON: request("POST", f"/_angae/{page}", headers, body)
            text = json.dumps(good).encode()
            for what, sent, status in (
                ("no document", post(b""), 400),
                ("half a document", post(text[:-1]), 400),
                ("two documents", post(text + text), 400),
                ("bytes that are no UTF-8", post(b'{"%s": "\xff"}' % next(iter(good)).encode()), 400),
                ("100,000 levels", post(b"[" * 100_000), 422),
                ("an array", post(b"[]"), 422),
                ("wrong types", post(json.dumps({name: 1 for name in good}).encode()), 422),
                ("nothing in it", post(b"{}"), 422),
                ("unknown members", post(json.dumps({**good, "other": 1}).encode()), 422),
                ("another type", post(text, {"Content-Type": "text/plain"}), 415),
                ("no type", post(text, {}), 415),
                ("a huge body", post(b" " * BIG), 413),
            ):
                self.refused(f"{page}: {what}", sent, status)

    def test_values(self):
        for what, page, body, status in (
            ("a name with slashes", "worlds", {"name": "../../etc"}, 400),
            ("an empty name", "worlds", {"name": ""}, 400),
            ("a name of 10,000 letters", "worlds", {"name": "w" * 10_000}, 400),
            ("a name with a line break", "worlds", {"name": "a\r\nb: c"}, 400),
            ("a name in another script", "worlds", {"name": "мир"}, 400),
            ("the main world", "worlds", {"name": "main"}, 409),
            ("from a world that is not there", "worlds", {"name": "w", "from": "nothing"}, 404),
            ("a port that is none", "worlds", {"name": "w", "port": 65_536}, 422),
            ("a negative port", "worlds", {"name": "w", "port": -1}, 422),
            ("no duration", "clock", {"advance": "soon"}, 400),
            ("a negative duration", "clock", {"advance": "-5s"}, 400),
            ("a duration beyond all years", "clock", {"advance": "99999999999999999999d"}, 400),
            ("a fraction", "clock", {"advance": "1.5s"}, 400),
        ):
            self.refused(what, request("POST", f"/_angae/{page}", JSON, json.dumps(body).encode()), status)

    def test_queries(self):
        for what, method, page, status in (
            ("a service that is none", "POST", "reset?service=nothing", 400),
            ("an unknown key", "POST", "reset?servise=ec2", 400),
            ("a sequence that is none", "GET", "events?since=abc&follow=false", 400),
            ("a negative sequence", "GET", "events?since=-1&follow=false", 400),
            ("a sequence beyond u64", "GET", "events?since=99999999999999999999999&follow=false", 400),
        ):
            self.refused(what, request(method, f"/_angae/{page}"), status)

    def test_states_that_are_none(self):
        self.assertEqual(self.ask(form("iam", b"Action=CreateUser&Version=2010-05-08&UserName=kept")).status, 200)
        state = self.ask(request("GET", "/_angae/state")).body
        header, row = state.split(b"\n")[:2]
        for what, body in {
            "nothing": b"",
            "no JSON": b"angae",
            "another format": b'{"angae": 99, "tables": {}}',
            "bytes that are no UTF-8": header + b"\n\xff",
            "a row that ends early": header + b"\n" + row[:-1],
            "a table nobody knows": header + b'\n{"table": "x_y", "key": "k", "doc": {}}',
            "a row of another form": header + b'\n{"table": "iam_user", "key": "k", "doc": {"name": []}}',
            "a newer table": b'{"angae": 1, "tables": {"iam_user": 999}}\n{"table": "iam_user", "key": "k", "doc": {}}',
            "100,000 levels": header + b"\n" + b"[" * 100_000,
        }.items():
            self.refused(what, request("POST", "/_angae/state", {}, body), 400)
        self.assertEqual(self.ask(request("GET", "/_angae/state")).body, state, "a refused import changed the state")

    def test_worlds_by_name(self):
        for name in ("nothing", "main\xe9", "../main", "a" * 5_000, ""):
            self.refused(f"header {name[:20]!r}", request("GET", "/_angae/health", {"x-angae-world": name}), 404)
        for name, status in (("nothing", 404), ("main", 400), ("%2e%2e", 404), ("%00", 404)):
            self.refused(f"delete {name}", request("DELETE", f"/_angae/worlds/{name}"), status)


if __name__ == "__main__":
    unittest.main()
