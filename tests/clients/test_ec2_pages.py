"""Pages of every list of EC2 that has them: whole, without repetition, and the same while things come and go."""

import itertools
import unittest

import ec2_filters
import ec2_operations
import ec2_page_gaps as gaps
from angae import Server, refusal
from botocore.config import Config
from ec2_crowd import KINDS, Crowd

#: More are not made for one list.
MANY = 20
BAD_TOKEN = (400, "InvalidParameterValue", "Unable to parse pagination token")


def marks(answer):
    """What tells the rows of an answer from each other."""
    rows = [row for value in answer.values() if isinstance(value, list) for row in value if isinstance(row, dict)]
    if "Reservations" in answer:
        rows = [own for reservation in rows for own in reservation["Instances"]]
    return [ec2_filters.mark(row) for row in rows]


class Paged:
    """One list, with what it is asked beside pages."""

    def __init__(self, test, operation):
        self.test, self.operation, self.name = test, operation, operation.name
        self.arguments = gaps.arguments(test.crowd, self.name, operation)
        said = operation.members["MaxResults"].metadata
        self.least, self.most = gaps.BOUNDS.get(self.name, (said.get("min", 5), said.get("max", 1000)))
        if "MaxResults" in operation.required:
            self.arguments["MaxResults"] = self.most

    def ask(self, **more):
        return self.operation.call(self.test.ec2, **{**self.arguments, **more})

    def whole(self):
        """All marks, by the pages that it has of itself."""
        found, token = [], {}
        while True:
            answer = self.ask(**token)
            found += marks(answer)
            if not answer.get("NextToken"):
                return found
            token = {"NextToken": answer["NextToken"]}

    def walk(self, between=lambda: None):
        """The marks of each of the smallest pages; `between` two of them something happens."""
        pages, token = [], {}
        while True:
            answer = self.ask(MaxResults=max(1, self.least), **token)
            pages.append(marks(answer))
            if not answer.get("NextToken"):
                return pages
            token = {"NextToken": answer["NextToken"]}
            between()


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1", "--clock", "stepped:1767268800000")
        cls.crowd = Crowd(cls.server)
        # Bounds are the server's to tell.
        cls.ec2 = cls.server.client("ec2", config=Config(parameter_validation=False))
        operations = ec2_operations.answered(cls.server, cls.ec2).values()
        paged = [own for own in operations if {"MaxResults", "NextToken"} <= set(own.members)]
        cls.paged = [own for own in paged if own.name not in gaps.UNREACHABLE]

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def each(self, check):
        """Looks at every list."""
        for operation in self.paged:
            with self.subTest(operation=operation.name):
                check(Paged(self, operation))

    def test_what_is_known_to_be_paged_is_looked_at(self):
        ours = {own.name for own in self.paged} | set(gaps.UNREACHABLE)
        for name in ec2_operations.answered(self.server, self.ec2):
            if self.ec2.can_paginate(ec2_operations.method(self.ec2, name).__name__):
                self.assertIn(name, ours)

    def test_pages_together_are_the_whole(self):
        """Also while one more is made and one that was shown goes between any two pages."""
        several = set()

        def check(paged):
            make, unmake = KINDS.get(paged.name, (None, None))
            numbers = itertools.count(1)
            made = [make(self.crowd, next(numbers)) for _ in range(min(paged.least, MANY) + 2 if make else 0)]
            whole, pages = paged.whole(), paged.walk()
            self.assertEqual([mark for page in pages for mark in page], whole)
            self.assertTrue(all(len(page) <= max(1, paged.least) for page in pages))
            self.assertEqual(len(whole), len(set(whole)))
            if len(pages) > 1:
                several.add(paged.name)
            if make:
                self.while_things_change(paged, make, unmake, (made, numbers))

        self.each(check)
        self.assertEqual({own.name for own in self.paged} - several, set(gaps.ONE_PAGE))
        print(f"{len(several)} lists of {len(self.paged)} have several pages")

    def while_things_change(self, paged, make, unmake, there):
        """What is there all the time is shown once and in its order; the rest is shown once at the most."""
        before = paged.whole()
        made, numbers = there

        def between():
            make(self.crowd, next(numbers))
            if unmake and made:
                unmake(self.crowd, made.pop(0))

        shown = [mark for page in paged.walk(between) for mark in page]
        after = set(paged.whole())
        self.assertEqual(len(shown), len(set(shown)))
        stayed = [mark for mark in before if mark in after]
        self.assertEqual([mark for mark in shown if mark in set(stayed)], stayed)

    def test_tokens_are_good_for_the_call_they_were_given_to(self):
        others = []

        def check(paged):
            self.assertEqual(refusal(lambda: paged.ask(NextToken="made-up")), BAD_TOKEN)
            for token in others[-1:]:
                self.assertEqual(refusal(lambda: paged.ask(NextToken=token)), BAD_TOKEN)
            token = paged.ask(MaxResults=max(1, paged.least)).get("NextToken")
            others.extend([token] if token else [])

        self.each(check)
        self.assertTrue(others)

    def test_sizes_beyond_bounds_are_refused(self):
        sentence = "Value ( {} ) for parameter maxResults is invalid. Expecting a value {}"

        def check(paged):
            low, high = f"greater than {paged.least}.", f"less than or equal to {paged.most}"
            for size, bound in ((paged.least - 1, low), (paged.most + 1, high)):
                if paged.name in (gaps.AT_MOST if size > paged.least else gaps.AT_LEAST):
                    paged.ask(MaxResults=size)
                    continue
                said = refusal(lambda: paged.ask(MaxResults=size))
                self.assertEqual(said, (400, "InvalidParameterValue", sentence.format(size, bound)))

        self.each(check)

    def test_ids_and_sizes_are_refused_together_where_aws_refuses_them(self):
        for name, (member, id, sentence) in gaps.BESIDE_IDS.items():
            with self.subTest(operation=name):
                call = ec2_operations.method(self.ec2, name)
                said = refusal(lambda: call(**{member: [id]}, MaxResults=5))
                self.assertEqual(said, (400, "InvalidParameterCombination", sentence))


if __name__ == "__main__":
    unittest.main()
