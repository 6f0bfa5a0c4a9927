"""Terraform's provider for AWS, as far as EC2 sees it: what it calls for each of its resources, and what it expects.

`ROWS` are the resources of EC2 whose calls are known. One of them is a `Resource`; `replay` leads it through its life as
`terraform apply`, `plan`, `plan`, `apply` with a change, `plan`, `plan` and `destroy` do, in an account of its own.
"""

import leftovers
from angae import refusal
from grounds import Ground

ROWS = (
    "aws_vpc",
    "aws_subnet",
    "aws_route_table",
    "aws_route",
    "aws_route_table_association",
    "aws_main_route_table_association",
    "aws_internet_gateway",
    "aws_egress_only_internet_gateway",
    "aws_nat_gateway",
    "aws_eip",
    "aws_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_network_acl",
    "aws_network_acl_rule",
    "aws_network_acl_association",
    "aws_vpc_endpoint",
    "aws_vpc_peering_connection",
    "aws_vpc_peering_connection_accepter",
    "aws_vpc_peering_connection_options",
    "aws_flow_log",
    "aws_vpc_dhcp_options",
    "aws_vpc_dhcp_options_association",
    "aws_network_interface",
    "aws_network_interface_attachment",
    "aws_instance",
    "aws_launch_template",
    "aws_key_pair",
    "data.aws_ami",
    "aws_ebs_volume",
    "aws_ebs_snapshot",
    "aws_volume_attachment",
)
#: Every form of each of them.
REPLAYS = []
#: The lists that would tell of what a resource has left behind.
LISTS = {
    "DescribeAddresses",
    "DescribeDhcpOptions",
    "DescribeEgressOnlyInternetGateways",
    "DescribeFlowLogs",
    "DescribeIamInstanceProfileAssociations",
    "DescribeInstances",
    "DescribeInternetGateways",
    "DescribeKeyPairs",
    "DescribeLaunchTemplates",
    "DescribeNatGateways",
    "DescribeNetworkAcls",
    "DescribeNetworkInterfaces",
    "DescribeRouteTables",
    "DescribeSecurityGroupRules",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVolumes",
    "DescribeVolumesModifications",
    "DescribeVpcEndpoints",
    "DescribeVpcPeeringConnections",
    "DescribeVpcs",
    "DescribeVpnGateways",
}


class Resource:
    """A resource. `create` and `update` answer what `read` has to tell from then on: dictionaries hold their members,
    and maybe others; lists hold theirs and no others."""

    name = None
    #: Which of several forms of the resource it is.
    form = ""

    def __init_subclass__(cls):
        if cls.name:
            REPLAYS.append(cls)

    def __init__(self, ground):
        self.ground = ground
        self.ec2 = ground.ec2

    def stand(self):
        """What it needs, made by other resources."""

    def create(self):
        raise NotImplementedError

    def read(self):
        """All that a refresh asks."""
        raise NotImplementedError

    def update(self):
        raise NotImplementedError

    def delete(self):
        raise NotImplementedError

    def gone(self):
        """Calls that are refused when it is deleted, each with code and sentence."""
        raise NotImplementedError

    def tag(self, id, **tags):
        """Other values of tags."""
        self.ec2.create_tags(Resources=[id], Tags=pairs(**tags))

    def absent(self):
        """What `read` tells of one that goes without a code, such as a member of another; else nothing."""


def pairs(**tags):
    """Tags as they are told."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def replay(test, resource):
    """The whole life of a resource."""
    ground = Ground(test.server)
    before = leftovers.everything(ground.ec2, LISTS)
    own = resource(ground)
    own.stand()
    shown = refreshed(test, own, own.create())
    wanted = own.update()
    if wanted is not None:
        changed = refreshed(test, own, wanted)
        test.assertNotEqual(shown, changed, "the change is not seen")
    own.delete()
    for call, code, sentence in own.gone():
        test.assertEqual(refusal(call), (400, code, sentence))
    absent = own.absent()
    if absent is not None:
        holds(test, own.read(), absent, resource.name)
    ground.end()
    after = leftovers.everything(ground.ec2, LISTS)
    for operation, answer in before.items():
        test.assertEqual(after[operation], answer, f"{resource.name} leaves something in {operation}")


def refreshed(test, own, wanted):
    """Reads twice: it is as it was asked for, and the second read plans no change."""
    shown = own.read()
    holds(test, shown, wanted, own.name)
    test.assertEqual(own.read(), shown, "it has drifted")
    return shown


def holds(test, shown, wanted, where):
    """Whether it was all told."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            test.assertIn(name, shown, where)
            holds(test, shown[name], value, f"{where}.{name}")
    elif isinstance(wanted, list):
        test.assertEqual(len(shown), len(wanted), f"{where}: {shown}")
        for place, (one, value) in enumerate(zip(shown, wanted, strict=True)):
            holds(test, one, value, f"{where}[{place}]")
    else:
        test.assertEqual(shown, wanted, where)


