"""Every filter of every describe of EC2: what it finds is what the described resources themselves say."""

import unittest
from collections import Counter

import ec2_filter_gaps
import ec2_filters
import ec2_operations
from angae import Server, refusal
from ec2_filter_paths import path
from ec2_world import World

#: A value that nothing has.
NOBODY = "zz-nobody-9"
#: Tags of one list that are asked for.
VALUES = 2


def tags_of(row):
    """The tags that a row tells."""
    return next((row[name] for name in ("Tags", "TagSet") if name in row), [])


class Listing:
    """One describe with its filters, over what it lists without any."""

    def __init__(self, test, operation):
        self.test, self.operation, self.name = test, operation, operation.name
        self.member = next(name for name in ("Filters", "Filter") if name in operation.members)
        self.arguments = ec2_filter_gaps.arguments(test.world, operation)
        self.problems = []
        self.rows = [(ec2_filters.mark(row), test.beside.of(self.name, row)) for row in self.listed()]
        told = ec2_filters.documented(operation.members[self.member])
        more = ec2_filter_gaps.UNDOCUMENTED.get(self.name, "").split()
        self.names = [name for name in [*told, *more] if name not in ec2_filter_gaps.APART.get(self.name, "").split()]

    def listed(self, *filters):
        wish = [{"Name": name, "Values": values} for name, values in filters] or self.arguments.get(self.member)
        arguments = {**self.arguments, **({self.member: wish} if wish else {})}
        found = []
        while True:
            answer = self.operation.call(self.test.world.ec2, **arguments)
            found += ec2_filters.rows(answer)
            arguments["NextToken"] = answer.get("NextToken")
            if not arguments["NextToken"]:
                return found

    def expect(self, wanted, *filters):
        """What the filters find is `wanted`."""
        try:
            found = {ec2_filters.mark(row) for row in self.listed(*filters)}
        except Exception as error:
            self.problems.append(f"{filters}: {error}")
            return
        if found != {mark for mark, _ in wanted}:
            self.problems.append(f"{filters}: {len(found)} found, {len(wanted)} expected of {len(self.rows)}")

    def having(self, column, *patterns):
        """The rows of which a value is meant by a pattern."""
        passing = [ec2_filters.meaning(pattern) for pattern in patterns]
        return [
            row for row, values in zip(self.rows, column) if any(passes(value) for passes in passing for value in values)
        ]

    def check(self, name):
        """One filter; answers a value of it and whom it finds."""
        column = [[value for value in ec2_filters.derived(row, path(self.name, name)) if value] for _, row in self.rows]
        often = Counter(value for own in column for value in own)
        values = sorted(often, key=lambda value: (often[value], value))
        self.expect([], (name, [NOBODY]))
        self.gap(name, values, any(often[value] < len(self.rows) for value in values))
        if not values:
            self.expect([], (name, ["?*"]))
            return None
        self.expect(self.having(column, "?*"), (name, ["?*"]))
        for value in {values[0], values[-1]}:
            self.expect(self.having(column, value), (name, [value]))
        value = values[0]
        for pattern in (f"{value[:-1]}?", f"*{value[len(value) // 2 :]}"):
            self.expect(self.having(column, pattern), (name, [pattern]))
        self.expect(self.having(column, values[0], values[-1]), (name, [values[0], NOBODY, values[-1]]))
        return name, value, self.having(column, value)

    def gap(self, name, values, tells):
        """A filter that tells nothing apart has its reason, and one that does has none."""
        excused = name in ec2_filter_gaps.excused(self.name) or (self.name in ec2_filter_gaps.EMPTY and not self.rows)
        if tells and excused:
            self.problems.append(f"{name}: its exception is not needed any more")
        if not tells and not excused:
            self.problems.append(f"{name}: nothing differs: {values}")


class Filters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Whatever is made is made at a moment of its own.
        cls.server = Server("--seed", "1", "--clock", "stepped:1767268800000")
        cls.world = World(cls.server)
        operations = ec2_operations.answered(cls.server, cls.world.ec2).values()
        cls.operations = [own for own in operations if {"Filters", "Filter"} & set(own.members)]
        cls.beside = ec2_filter_gaps.Beside(cls.world.ec2)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_every_filter_finds_exactly_what_has_its_value(self):
        counted = 0
        for operation in self.operations:
            if operation.name in ec2_filter_gaps.UNREACHABLE:
                continue
            with self.subTest(operation=operation.name):
                listing = Listing(self, operation)
                if listing.rows and operation.name in ec2_filter_gaps.EMPTY:
                    listing.problems.append("it lists something: its exception is not needed any more")
                found = [told for told in map(listing.check, listing.names) if told]
                # Several filters must all match.
                for (one, value, some), (other, second, more) in zip(found, found[1:]):
                    marks = {mark for mark, _ in more}
                    both = [row for row in some if row[0] in marks]
                    listing.expect(both, (one, [value]), (other, [second]))
                counted += len(listing.names)
                if listing.problems:
                    self.fail("\n" + "\n".join(listing.problems))
        print(f"{counted} filters of {len(self.operations)} operations")


    def finds(self, name, *filters, **arguments):
        """The rows that filters find."""
        operation = next(own for own in self.operations if own.name == name)
        member = next(own for own in ("Filters", "Filter") if own in operation.members)
        wish = [{"Name": own, "Values": values} for own, values in filters]
        return ec2_filters.rows(operation.call(self.world.ec2, **arguments, **{member: wish}))

    def test_tags_are_found_by_key_by_value_and_by_both(self):
        counted = 0
        for operation in self.operations:
            if operation.name in {*ec2_filter_gaps.UNREACHABLE, *ec2_filter_gaps.OF_OTHERS}:
                continue
            with self.subTest(operation=operation.name):
                listing = Listing(self, operation)
                if not ec2_filter_gaps.has_tags(operation):
                    self.refuses_tags(listing)
                    continue
                tags = [{(tag["Key"], tag["Value"]) for tag in tags_of(row)} for _, row in listing.rows]
                for key, value in sorted(set().union(*tags))[:VALUES]:
                    column = [[own for name, own in row if name == key] for row in tags]
                    listing.expect(listing.having(column, value), (f"tag:{key}", [value]))
                    listing.expect(listing.having(column, "*"), (f"tag:{key}", ["*"]))
                    pattern = f"{value[:-1]}?"
                    listing.expect(listing.having(column, pattern), (f"tag:{key}", [NOBODY, pattern]))
                    listing.expect(listing.having([[name for name, _ in row] for row in tags], key), ("tag-key", [key]))
                    listing.expect(listing.having([[own for _, own in row] for row in tags], value), ("tag-value", [value]))
                    counted += 1
                for name in ("tag:" + NOBODY, "tag-key", "tag-value"):
                    listing.expect([], (name, [NOBODY]))
                if listing.problems:
                    self.fail("\n" + "\n".join(listing.problems))
        self.assertGreater(counted, 100)

    def test_a_tag_is_found_among_tags(self):
        rows = ec2_filters.rows(self.world.ec2.describe_tags())
        red = [row for row in rows if (row["Key"], row["Value"]) == ("Name", "red")]
        self.assertEqual(self.finds("DescribeTags", ("tag:Name", ["re?"])), red)
        self.assertEqual(self.finds("DescribeTags", ("tag:Name", ["?*"]), ("value", ["red"])), red)
        self.assertGreater(len(red), 10)

    def refuses_tags(self, listing):
        for name in ("tag:Name", "tag-key", "tag-value"):
            said = refusal(lambda: listing.listed((name, ["x"])))
            self.assertEqual(said[2], f"The filter '{name}' is invalid")

    def test_an_unknown_name_is_refused(self):
        for operation in self.operations:
            if operation.name in ec2_filter_gaps.UNREACHABLE:
                continue
            with self.subTest(operation=operation.name):
                listing = Listing(self, operation)
                endpoint = operation.name.startswith(("DescribeVpcEndpoint", "DescribeInstanceConnectEndpoint"))
                code = "InvalidFilter" if endpoint else "InvalidParameterValue"
                for name in ("colour", "Tag-key", "tags"):
                    said = refusal(lambda: listing.listed((name, ["red"])))
                    self.assertEqual(said, (400, code, f"The filter '{name}' is invalid"))

    def test_a_backslash_takes_the_next_character_for_itself(self):
        ec2, odd = self.world.ec2, r"a*b?c\d"
        vpc = {"Resources": [self.world["vpc-overlap"]]}
        ec2.create_tags(**vpc, Tags=[{"Key": "odd", "Value": odd}])
        self.addCleanup(lambda: ec2.delete_tags(**vpc, Tags=[{"Key": "odd"}]))
        for pattern, count in ((r"a\*b\?c\\d", 1), (r"a\*b?c*", 1), (r"a\?b*", 0), (r"a*d", 1), (r"A\*b\?c\\d", 0)):
            with self.subTest(pattern=pattern):
                self.assertEqual(len(self.finds("DescribeVpcs", ("tag:odd", [pattern]))), count)

    def test_the_document_of_a_connection_is_found_by_what_stands_in_it(self):
        (name,) = ec2_filter_gaps.APART["DescribeVpnConnections"].split()
        id = self.world["vpn-0"]
        found = self.finds("DescribeVpnConnections", (name, [f"*<vpn_connection id=?{id}?>*"]))
        self.assertEqual([own["VpnConnectionId"] for own in found], [id])
        self.assertEqual(len(self.finds("DescribeVpnConnections", (name, ["*<vpn_connection *"]))), 3)

    def test_routes_are_searched_by_blocks(self):
        table = {"TransitGatewayRouteTableId": self.world["transit-table-0"]}
        big, small = "10.64.0.0/16", "10.64.1.0/24"
        for way, block, want in (
            ("exact-match", big, [big]),
            ("longest-prefix-match", "10.64.1.7/32", [small]),
            ("subnet-of-match", "10.64.0.0/15", [big, small, "10.65.0.0/16"]),
            ("supernet-of-match", small, [big, small]),
            ("exact-match", "10.99.0.0/16", []),
        ):
            with self.subTest(way=way, block=block):
                found = self.finds("SearchTransitGatewayRoutes", (f"route-search.{way}", [block]), **table)
                self.assertEqual(sorted(own["DestinationCidrBlock"] for own in found), sorted(want))


if __name__ == "__main__":
    unittest.main()
