"""Hostile clients: many, slow, silent, half gone, all at once; and one that behaves is served all the while."""

import resource
import unittest

from hostile import IDENTITY, Hostile
from raw import Connection, NoAnswer, form, request, rest

IDLE_CONNECTIONS = 1_000
#: Longer than the server waits for a head (75 s) or within a body (60 s).
LONGER_THAN_ITS_PATIENCE_SECONDS = 150


class Clients(Hostile):
    @classmethod
    def setUpClass(cls):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        # Ours to hold the other ends; the server's own soft limit stays the shell's usual one, which it raises itself.
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(1_024, most), most))
        super().setUpClass()
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        made = cls.ask(rest("s3", "PUT", "/clients"))
        assert made.status == 200, made

    def connect(self, count):
        connections = [Connection(self.server.endpoint) for _ in range(count)]
        for connection in connections:
            self.addCleanup(connection.close)
        return connections

    def test_a_thousand_idle_connections(self):
        idle = self.connect(IDLE_CONNECTIONS)
        self.watch_bystander()
        self.assertEqual(self.ask(IDENTITY).status, 200)
        for connection in idle:
            connection.send(IDENTITY)
        self.assertEqual({connection.answer().status for connection in idle}, {200})

    def test_a_thousand_half_sent_heads(self):
        slow = self.connect(IDLE_CONNECTIONS)
        for connection in slow:
            connection.send(IDENTITY[:50])
        self.watch_bystander()
        # Byte by byte in turn, as slow as can be; each is served in the end.
        few = slow[:20]
        for byte in IDENTITY[50:]:
            for connection in few:
                connection.send(bytes([byte]))
        self.assertEqual({connection.answer().status for connection in few}, {200})

    def test_bodies_that_trickle(self):
        body = bytes(range(256))
        sent = rest("s3", "PUT", "/clients/trickled", body)
        head, _ = sent.split(b"\r\n\r\n", 1)
        (slow,) = self.connect(1)
        slow.send(head + b"\r\n\r\n")
        for byte in body:
            slow.send(bytes([byte]))
            self.watch_bystander()
        self.assertEqual(slow.answer().status, 200)
        self.assertEqual(self.ask(rest("s3", "GET", "/clients/trickled")).body, body)

    def test_a_hundred_bodies_that_hang(self):
        hung = self.connect(100)
        for number, connection in enumerate(hung):
            connection.send(rest("s3", "PUT", f"/clients/hung-{number}", b"x" * 65_536, length=100_000_000))
        self.watch_bystander()
        for connection in hung:
            connection.close()
        listed = self.ask(rest("s3", "GET", "/clients?prefix=hung"))
        self.assertNotIn(b"<Key>", listed.body)

    def test_clients_that_hang_up_without_reading(self):
        self.assertEqual(self.ask(rest("s3", "PUT", "/clients/big", b"b" * 4_000_000)).status, 200)
        for connection in self.connect(200):
            connection.send(rest("s3", "GET", "/clients/big"))
            connection.close()
        for connection in self.connect(50):
            connection.send(IDENTITY)
            connection.close()
        self.watch_bystander()

    def test_clients_that_ask_and_do_not_read(self):
        self.assertEqual(self.ask(rest("s3", "PUT", "/clients/unread", b"b" * 4_000_000)).status, 200)
        deaf = self.connect(100)
        for connection in deaf:
            connection.send(rest("s3", "GET", "/clients/unread") * 3)
        self.watch_bystander()

    def test_clients_that_close_one_way(self):
        # What was asked before the half-close is answered; `nc` and old libraries work so.
        half = self.connect(20)
        for connection in half:
            connection.send(IDENTITY)
            connection.end()
        for connection in half:
            self.assertEqual(connection.answer().status, 200)
            self.assertTrue(connection.is_closed())

    def test_pipelined_requests_are_answered_in_their_order(self):
        health = request("GET", "/_angae/ready")
        vpcs = form("ec2", b"Action=DescribeVpcs&Version=2016-11-15")
        (connection,) = self.connect(1)
        connection.send((IDENTITY + health + vpcs) * 50)
        for _ in range(50):
            self.assertIn(b"GetCallerIdentityResponse", connection.answer().body)
            self.assertEqual(connection.answer().body, b"ready\n")
            self.assertIn(b"DescribeVpcsResponse", connection.answer().body)

    def test_a_refusal_in_a_pipeline_stops_nobody(self):
        wrong = form("ec2", b"Action=DescribeVpcs&Version=2016-11-15&VpcId.1=vpc-12345678")
        (connection,) = self.connect(1)
        connection.send(wrong + IDENTITY + wrong + IDENTITY)
        self.assertEqual([connection.answer().status for _ in range(4)], [400, 200, 400, 200])

    def test_who_stays_silent_is_let_go(self):
        """The one test that waits for real time: the server's patience is what it is about."""
        silent, head, body, form_body = self.connect(4)
        served = self.connect(1)[0]
        served.send(IDENTITY)
        self.assertEqual(served.answer().status, 200)
        head.send(IDENTITY[:50])
        body.send(rest("s3", "PUT", "/clients/late", b"x", length=10))
        form_body.send(form("sts", b"Action=", length=100))
        for connection in (silent, head, body, form_body, served):
            connection.socket.settimeout(LONGER_THAN_ITS_PATIENCE_SECONDS)
        refused = body.answer()
        self.assertEqual((refused.status, refused.code), (400, "RequestTimeout"))
        refused = form_body.answer()
        self.assertEqual((refused.status, refused.code), (400, "RequestTimeout"))
        for what, connection in {"silent": silent, "half a head": head, "kept alive": served}.items():
            with self.subTest(what):
                try:
                    self.assertEqual(connection.answer().status, 408)
                except NoAnswer:
                    pass  # hung up without a word, as most servers do
        self.assertEqual(self.ask(rest("s3", "GET", "/clients/late")).code, "NoSuchKey")
        # The bystander said nothing for as long, and was let go too.
        self.bystander.close()
        type(self).bystander = Connection(self.server.endpoint)


if __name__ == "__main__":
    unittest.main()
