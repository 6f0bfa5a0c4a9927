"""The watch that hostile tests keep: whatever was sent, the server lives, answers, forgets, and did not panic."""

import json
import os
import tempfile
import unittest
from typing import NamedTuple

from raw import Connection, form, request
from server import Server

#: Resident memory that one class of cases may leave behind: a thousand connections leave most, 26 MiB.
GROWTH_BYTES = 48 * 1024 * 1024
#: The allocator gives back at once what it would keep for a second and the next request: what stays is held by angae.
FORGETFUL = {"MIMALLOC_PURGE_DELAY": "0"}
IDENTITY = form("sts", b"Action=GetCallerIdentity&Version=2011-06-15")


class Case(NamedTuple):
    """One row of a table: what is sent, and how the refusal reads."""

    what: str
    sent: bytes
    status: int
    code: str = ""
    #: How the answer speaks; empty where it is the HTTP library's own.
    protocol: str = ""


class Hostile(unittest.TestCase):
    """A server of one's own, watched."""

    FLAGS = ()

    @classmethod
    def setUpClass(cls):
        cls.log = tempfile.TemporaryFile()
        cls.server = Server(*cls.FLAGS, stderr=cls.log, environment=FORGETFUL)
        # The first requests fill caches: they are no growth.
        cls.bystander = Connection(cls.server.endpoint)
        cls.watch_bystander()
        cls.resident = cls.resident_bytes()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.watch()
        finally:
            cls.bystander.close()
            code = cls.server.stop()
            cls.log.close()
        assert code == 0, f"the server ended with {code}"

    @classmethod
    def resident_bytes(cls):
        with open(f"/proc/{cls.server.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    @classmethod
    def watch_bystander(cls):
        """Another client, on the connection it had all the time, is served."""
        cls.bystander.send(IDENTITY)
        answer = cls.bystander.answer()
        assert answer.status == 200 and b"<Account>000000000000</Account>" in answer.body, answer

    @classmethod
    def watch(cls):
        """After a class of cases: other clients, health, memory, log."""
        cls.watch_bystander()
        for page in ("/_angae/health", "/_localstack/health"):
            answer = cls.ask(request("GET", page))
            assert answer.status == 200 and json.loads(answer.body)["services"], answer
        growth = cls.resident_bytes() - cls.resident
        assert growth < GROWTH_BYTES, f"{growth >> 20} MiB stayed behind"
        cls.log.seek(0)
        panics = [line for line in cls.log.read().decode().splitlines() if "panicked" in line]
        assert not panics, panics

    @classmethod
    def ask(cls, sent, end=False):
        """Sends on a new connection; the answer."""
        with Connection(cls.server.endpoint) as connection:
            connection.send(sent)
            if end:
                connection.end()
            return connection.answer(sent.split(b" ", 1)[0].decode("latin-1"))

    def run_cases(self, cases, end=False):
        """Every row, each on a connection of its own."""
        for case in cases:
            with self.subTest(case.what):
                answer = self.ask(case.sent, end)
                found = (answer.status, answer.code, answer.protocol)
                self.assertEqual(found, (case.status, case.code, case.protocol), answer)
                self.watch_bystander()
