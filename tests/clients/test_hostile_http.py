"""Hostile HTTP: framing that two readers may read differently, heads past every limit, bodies that are not what was
announced.

What the HTTP library refuses before a request is whole has an empty body: there is no caller's protocol yet. After a
refusal of the framing the connection is closed, so that nothing that was smuggled behind it is ever read.
"""

import unittest

from hostile import IDENTITY, Case, Hostile
from raw import Connection, authorization, form, rest

SIGNED = f"Authorization: {authorization('sts')}\r\nContent-Type: application/x-www-form-urlencoded\r\n".encode()
BODY = b"Action=GetCallerIdentity&Version=2011-06-15"


def post(lines, body=BODY):
    """A POST whose framing is up to the caller."""
    return b"POST / HTTP/1.1\r\nHost: x\r\n" + SIGNED + lines + b"\r\n\r\n" + body


def chunked(body):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


class Framing(Hostile):
    def test_what_two_readers_may_read_differently(self):
        length = b"Content-Length: %d" % len(BODY)
        cases = [
            ("two lengths that differ", post(b"Content-Length: 5\r\n" + length)),
            ("a list of lengths that differ", post(b"Content-Length: 5, %d" % len(BODY))),
            ("a negative length", post(b"Content-Length: -1")),
            ("a length with a sign", post(b"Content-Length: +%d" % len(BODY))),
            ("a length in hexadecimal", post(b"Content-Length: 0x2b")),
            ("a length beyond u64", post(b"Content-Length: 99999999999999999999999")),
            ("an empty length", post(b"Content-Length:")),
            ("no length that is a number", post(b"Content-Length: a")),
            ("a space before the colon", post(b"Content-Length : %d" % len(BODY))),
            ("a folded header", post(b"X-Folded: a\r\n b\r\n" + length)),
            ("a folded first header", b"POST / HTTP/1.1\r\n Host: x\r\n\r\n"),
            ("a NUL in a header", post(b"X-Nul: a\0b\r\n" + length)),
            ("a bare carriage return in a header", post(b"X-Cr: a\rb\r\n" + length)),
            ("a header without a name", post(b": a\r\n" + length)),
            ("a header without a colon", post(b"nothing\r\n" + length)),
            ("a space in a header's name", post(b"X A: b\r\n" + length)),
            ("an encoding nobody knows", post(b"Transfer-Encoding: gzip", chunked(BODY))),
            ("an encoding behind chunked", post(b"Transfer-Encoding: chunked, gzip", chunked(BODY))),
            ("an encoding in disguise", post(b"Transfer-Encoding: xchunked", chunked(BODY))),
            ("a chunked request of HTTP/1.0", post(b"Transfer-Encoding: chunked", chunked(BODY)).replace(b"1.1", b"1.0", 1)),
            ("another version", b"GET / HTTP/3.7\r\n\r\n"),
            ("no version", b"GET /\r\n\r\n"),
            ("a request line of spaces", b"   \r\n\r\n"),
            ("a NUL in the target", b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("a space in the target", b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("a method of control characters", b"\x01\x02 / HTTP/1.1\r\n\r\n"),
            ("no HTTP at all", b"\xde\xad\xbe\xef" * 64 + b"\r\n\r\n"),
        ]
        for what, sent in cases:
            with self.subTest(what):
                # A second request stands behind: it must not be answered.
                with Connection(self.server.endpoint) as connection:
                    connection.send(sent + IDENTITY)
                    answer = connection.answer()
                    self.assertEqual((answer.status, answer.body), (400, b""))
                    self.assertTrue(connection.is_closed(), "what stood behind was read")
                self.watch_bystander()

    def test_a_length_beside_chunks_does_not_count(self):
        # RFC 9112, section 6.3: the encoding decides, and the connection is closed after such a request.
        sent = post(b"Content-Length: 5\r\nTransfer-Encoding: chunked", chunked(BODY))
        with Connection(self.server.endpoint) as connection:
            connection.send(sent)
            self.assertEqual(connection.answer().status, 200)

    def test_what_one_may_send(self):
        length = b"Content-Length: %d" % len(BODY)
        for what, sent in {
            "the same length twice": post(length + b"\r\n" + length),
            "bare line feeds": post(length).replace(b"\r\n", b"\n"),
            "spaces round a value": post(b"Content-Length:  \t %d \t" % len(BODY)),
            "empty lines before the request": b"\r\n\r\n" + post(length),
            "bytes of Latin-1 in a header": post(b"X-Name: \xe9\r\n" + length),
            "names in any case": post(b"cONTENT-lENGTH: %d" % len(BODY)),
            "chunks with extensions": post(b"Transfer-Encoding: chunked", b"%x;a=b\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(BODY), BODY)),
            "chunked in capitals": post(b"Transfer-Encoding: CHUNKED", chunked(BODY)),
            "an absolute target": post(length).replace(b" / ", b" http://127.0.0.1/ ", 1),
            "no host": post(length).replace(b"Host: x\r\n", b"", 1),
        }.items():
            with self.subTest(what):
                self.assertEqual(self.ask(sent).status, 200)

    def test_chunks_of_the_transfer(self):
        start = b"Transfer-Encoding: chunked"
        for what, body in {
            "a size that is none": b"xyz\r\n",
            "a negative size": b"-1\r\n",
            "a size beyond u64": b"fffffffffffffffff\r\n",
            "data without its line end": b"3\r\nabcdef\r\n0\r\n\r\n",
            "a size line that never ends": b"1" * 100_000,
            "an extension that never ends": b"1;" + b"a" * 100_000,
        }.items():
            with self.subTest(what):
                answer = self.ask(post(start, body), end=True)
                self.assertEqual((answer.status, answer.code, answer.protocol), (400, "IncompleteBody", "query"))
                self.watch_bystander()


class Heads(Hostile):
    """The limits of a head."""

    def test_heads_past_every_limit(self):
        many = b"".join(b"X-%d: a\r\n" % n for n in range(1_000))
        cases = [
            ("a target of 100 KiB", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", (414, 431)),
            ("a header of 100 KiB", post(b"X: " + b"a" * 100_000), (431,)),
            ("a name of 100 KiB", post(b"X" * 100_000 + b": a"), (400, 431)),
            ("1,000 headers", post(many.rstrip()), (431,)),
            ("a head of 10 MB that never ends", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1_700_000, (431,)),
        ]
        for what, sent, statuses in cases:
            with self.subTest(what):
                answer = self.ask(sent)
                self.assertIn(answer.status, statuses)
                self.watch_bystander()

    def test_a_head_below_the_limits_is_served(self):
        # A session token is up to 8 KiB long, metadata 2 KiB; proxies add their own.
        headers = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 200) for n in range(200))
        self.assertEqual(self.ask(post(headers + b"Content-Length: %d" % len(BODY))).status, 200)


class Lengths(Hostile):
    """Bodies longer and shorter than announced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = cls.ask(rest("s3", "PUT", "/lengths"))
        assert made.status == 200, made

    def test_a_body_shorter_than_announced(self):
        longer = len(BODY) + 1
        self.run_cases(
            [
                Case("awsQuery", form("sts", BODY, length=longer), 400, "IncompleteBody", "query"),
                Case("ec2Query", form("ec2", b"Action=DescribeVpcs", length=longer), 400, "IncompleteBody", "ec2"),
                Case("S3", rest("s3", "PUT", "/lengths/short", b"abc", length=4), 400, "IncompleteBody", "s3"),
                Case("S3, a document", rest("s3", "POST", "/lengths?delete", b"<Delete>", length=9), 400, "IncompleteBody", "s3"),
                Case("Route 53", rest("route53", "POST", "/2013-04-01/hostedzone", b"<a>", length=4), 400,
                     "IncompleteBody", "query"),
                Case("EKS", rest("eks", "POST", "/clusters", b"{}", length=3), 400, "IncompleteBody", "rest-json"),
            ],
            end=True,
        )
        gone = self.ask(rest("s3", "GET", "/lengths/short"))
        self.assertEqual((gone.status, gone.code), (404, "NoSuchKey"), "half an object became visible")

    def test_a_body_longer_than_announced_begins_the_next_request(self):
        with Connection(self.server.endpoint) as connection:
            connection.send(rest("s3", "PUT", "/lengths/long", b"abcd\r\n\r\n", length=3))
            self.assertEqual(connection.answer().status, 200)
            self.assertEqual(connection.answer().status, 400)
            self.assertTrue(connection.is_closed())
        self.assertEqual(self.ask(rest("s3", "GET", "/lengths/long")).body, b"abc")

    def test_a_put_without_a_length(self):
        # S3 API reference, common errors: MissingContentLength, 411.
        answer = self.ask(rest("s3", "PUT", "/lengths/none", length=False))
        self.assertEqual((answer.status, answer.code), (411, "MissingContentLength"), answer)

    def test_an_object_longer_than_s3_takes(self):
        answer = self.ask(rest("s3", "PUT", "/lengths/huge", length=5 * 1024**3 + 1))
        self.assertEqual((answer.status, answer.code), (400, "EntityTooLarge"), answer)

    def test_a_get_with_a_body(self):
        self.assertEqual(self.ask(rest("s3", "GET", "/lengths", b"x" * 1000)).status, 200)

    def test_nobody_waits_for_a_body_that_is_refused(self):
        # The client asks before it sends: the refusal comes at once, and no 100 Continue before it.
        sent = rest("s3", "PUT", "/no-such-bucket/k", headers={"Expect": "100-continue"}, length=10)
        answer = self.ask(sent)
        self.assertEqual((answer.status, answer.code), (404, "NoSuchBucket"))

    def test_who_asks_before_sending_nothing_is_answered_last(self):
        # botocore asks even for an empty file, and reads the next answer of the connection wrongly if no 100 came.
        sent = rest("s3", "PUT", "/lengths/empty", headers={"Expect": "100-continue"})
        answer = self.ask(sent)
        self.assertEqual((answer.status, answer.headers.get("connection")), (200, "close"), answer)


class Http2(Hostile):
    """Frames by hand: the preface, settings, and what must not follow."""

    PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    @staticmethod
    def frame(kind, flags, stream, payload=b""):
        return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload

    def received(self, sent):
        """What the server says until it hangs up."""
        with Connection(self.server.endpoint) as connection:
            connection.send(self.PREFACE + sent)
            received = b""
            try:
                while piece := connection.socket.recv(65536):
                    received += piece
            except ConnectionResetError:
                pass
        return received

    def good_bye(self, received):
        """The error of the GOAWAY frame among the frames; None where there is none."""
        while received:
            length, kind = int.from_bytes(received[:3], "big"), received[3]
            if kind == 7:
                return int.from_bytes(received[13:17], "big")
            received = received[9 + length :]
        return None

    def test_frames_that_break_the_protocol(self):
        settings = self.frame(4, 0, 0)
        for what, sent in {
            "data before any request": settings + self.frame(0, 0, 1, b"x"),
            "a frame past the limit": settings + self.frame(0, 0, 1, b"x" * 20_000),
            "headers on stream 0": settings + self.frame(1, 4, 0, b"\x82"),
            "headers on an even stream": settings + self.frame(1, 4, 2, b"\x82"),
            "headers that are no HPACK": settings + self.frame(1, 5, 1, b"\xff" * 20),
            "a window of nothing": settings + self.frame(8, 0, 0, b"\0\0\0\0"),
            "a window beyond all bounds": settings + self.frame(8, 0, 0, b"\x7f\xff\xff\xff"),
            "settings of half a value": self.frame(4, 0, 0, b"\0\1\0"),
            "a ping of the wrong length": settings + self.frame(6, 0, 0, b"x"),
            "continuations that never end": settings + self.frame(1, 0, 1, b"\x82")
            + self.frame(9, 0, 1, b"\0\1a" + b"\x7f\xff\x7f" + b"b" * 16_000) * 200,
        }.items():
            with self.subTest(what):
                # RFC 9113 leaves the choice of the error open in places; what counts is that the connection ends in one.
                self.assertNotEqual(self.good_bye(self.received(sent)), 0)
                self.watch_bystander()

    def test_streams_that_are_reset_at_once(self):
        # Rapid reset (CVE-2023-44487). `GET / http` from HPACK's static table, `:authority` as a literal.
        head = b"\x82\x84\x86\x41\x01x"
        streams = range(1, 20_001, 2)
        sent = b"".join(self.frame(1, 5, stream, head) + self.frame(3, 0, stream, b"\0\0\0\x08") for stream in streams)
        calm = 11
        self.assertEqual(self.good_bye(self.received(self.frame(4, 0, 0) + sent)), calm)


if __name__ == "__main__":
    unittest.main()
