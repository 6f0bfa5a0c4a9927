"""Every EC2 waiter of botocore: content with its first look at once, and in stepped time by each of its branches.

Waiters and branches are those of botocore's model: one that it gains fails here until it has a case.
"""

import datetime
import types
import unittest
import unittest.mock
import urllib.request

import botocore.session
import botocore.waiter
from botocore import xform_name
from botocore.exceptions import WaiterError

from angae import Server, refusal
from grounds import IMAGE, Ground

WAITERS = botocore.session.get_session().get_waiter_model("ec2")
#: What makes the things that these wait for is not built: there is nothing that they could find.
NOT_BUILT = {
    "BundleTaskComplete": ("bundle_instance", {"InstanceId": "i-1", "Storage": {}}),
    "ConversionTaskCancelled": ("import_instance", {"Platform": "Windows"}),
    "ConversionTaskCompleted": ("import_instance", {"Platform": "Windows"}),
    "ConversionTaskDeleted": ("import_instance", {"Platform": "Windows"}),
    "ExportTaskCancelled": (
        "create_instance_export_task",
        {"InstanceId": "i-1", "TargetEnvironment": "vmware", "ExportToS3Task": {}},
    ),
    "ExportTaskCompleted": (
        "create_instance_export_task",
        {"InstanceId": "i-1", "TargetEnvironment": "vmware", "ExportToS3Task": {}},
    ),
    "ImageUsageReportAvailable": (
        "create_image_usage_report",
        {"ImageId": IMAGE, "ResourceTypes": [{"ResourceType": "ec2:Instance"}]},
    ),
    "SnapshotImported": ("import_snapshot", {}),
    "StoreImageTaskComplete": ("create_store_image_task", {"ImageId": IMAGE, "Bucket": "b"}),
    "SecondaryNetworkCreateComplete": (
        "create_secondary_network",
        {"Ipv4CidrBlock": "10.0.0.0/16", "NetworkType": "rdma"},
    ),
    "SecondaryNetworkDeleteComplete": ("delete_secondary_network", {"SecondaryNetworkId": "sn-1"}),
    "SecondarySubnetCreateComplete": (
        "create_secondary_subnet",
        {"SecondaryNetworkId": "sn-1", "Ipv4CidrBlock": "10.0.0.0/24"},
    ),
    "SecondarySubnetDeleteComplete": ("delete_secondary_subnet", {"SecondarySubnetId": "ss-1"}),
}
#: Branches on what is never shown, and why.
NEVER_SHOWN = {
    ("CustomerGatewayAvailable", "deleting"): "a customer gateway is deleted by the call",
    ("ImageAvailable", "failed"): "no image fails",
    ("SecurityGroupVpcAssociationAssociated", "association-failed"): "no association fails",
    ("SecurityGroupVpcAssociationDisassociated", "disassociation-failed"): "no association fails",
    ("SecurityGroupVpcAssociationDisassociated", "disassociated"): "an association that is over is not listed",
    ("SnapshotCompleted", "error"): "no snapshot fails",
    ("SpotInstanceRequestFulfilled", "system-error"): "nothing errs so",
    ("VolumeAvailable", "deleted"): "a deleted volume is InvalidVolume.NotFound",
    ("VolumeInUse", "deleted"): "a deleted volume is InvalidVolume.NotFound",
    ("VolumeDeleted", "deleted"): "a deleted volume is InvalidVolume.NotFound",
}
SUCCESSES, BRANCHES = {}, {}


def succeeds(waiter, polls=1):
    """A case that the waiter is content with, in stepped time after that many looks."""

    def register(case):
        SUCCESSES[waiter] = (case, polls)
        return case

    return register


def branch(waiter, *expected):
    """A case by whose way through its states the waiter meets these, the last of them in the end."""

    def register(case):
        for one in expected:
            BRANCHES[waiter, one] = case
        return case

    return register


# What is found at once.


@succeeds("InstanceExists")
@succeeds("InstanceRunning", polls=2)
@succeeds("InstanceStatusOk", polls=9)
@succeeds("SystemStatusOk", polls=9)
def of_an_instance(ground):
    return {"InstanceIds": [ground.instance()]}


def running(ground, **wish):
    instance = ground.instance(**wish)
    ground.server.advance(60)
    return instance


@succeeds("InstanceStopped", polls=3)
def of_a_stopped_instance(ground):
    instance = running(ground)
    ground.ec2.stop_instances(InstanceIds=[instance])
    return {"InstanceIds": [instance]}


@succeeds("InstanceTerminated", polls=3)
@branch("InstanceRunning", "shutting-down")
def of_an_ending_instance(ground):
    instance = running(ground)
    ground.ec2.terminate_instances(InstanceIds=[instance])
    return {"InstanceIds": [instance]}


@branch("InstanceRunning", "terminated")
@branch("InstanceStopped", "terminated")
def of_an_ended_instance(ground):
    wish = of_an_ending_instance(ground)
    ground.server.advance(300)
    return wish


@branch("InstanceRunning", "stopping")
@branch("InstanceTerminated", "stopping")
def of_a_stopping_instance(ground):
    return of_a_stopped_instance(ground)


@branch("InstanceStopped", "pending")
@branch("InstanceTerminated", "pending")
def of_a_starting_instance(ground):
    return of_an_instance(ground)


@succeeds("PasswordDataAvailable", polls=2)
def of_a_windows_instance(ground):
    key = ground.ec2.create_key_pair(KeyName="windows")["KeyName"]
    named = [{"Name": "platform", "Values": ["windows"]}]
    image = ground.ec2.describe_images(Owners=["amazon"], Filters=named)["Images"][0]["ImageId"]
    return {"InstanceId": ground.instance(ImageId=image, KeyName=key)}


def own_image(ground):
    wish = {"InstanceId": running(ground), "Name": "own", "NoReboot": True}
    return {"ImageIds": [ground.ec2.create_image(**wish)["ImageId"]]}


succeeds("ImageExists")(own_image)
succeeds("ImageAvailable", polls=4)(own_image)


@succeeds("InternetGatewayExists")
def of_an_internet_gateway(ground):
    return {"InternetGatewayIds": [ground.gateway()]}


@succeeds("KeyPairExists")
def of_a_key_pair(ground):
    return {"KeyNames": [ground.ec2.create_key_pair(KeyName="pair")["KeyName"]]}


@succeeds("SecurityGroupExists")
def of_a_group(ground):
    return {"GroupIds": [ground.group(ground.vpc())]}


@succeeds("SubnetAvailable", polls=2)
def of_a_subnet(ground):
    return {"SubnetIds": [ground.subnet()]}


@succeeds("VpcExists")
@succeeds("VpcAvailable", polls=2)
def of_a_vpc(ground):
    return {"VpcIds": [ground.vpc()]}


@succeeds("NetworkInterfaceAvailable", polls=2)
def of_an_interface(ground):
    return {"NetworkInterfaceIds": [ground.interface()]}


def association(ground):
    group = ground.group(ground.vpc())
    wish = {"GroupId": group, "VpcId": ground.vpc("10.9.0.0/16")}
    ground.ec2.associate_security_group_vpc(**wish)
    return wish


def listed(wish):
    return {
        "Filters": [
            {"Name": "group-id", "Values": [wish["GroupId"]]},
            {"Name": "vpc-id", "Values": [wish["VpcId"]]},
        ]
    }


@succeeds("SecurityGroupVpcAssociationAssociated", polls=2)
@branch("SecurityGroupVpcAssociationAssociated", "associating")
def of_an_association(ground):
    return listed(association(ground))


@succeeds("SecurityGroupVpcAssociationDisassociated", polls=2)
@branch("SecurityGroupVpcAssociationDisassociated", "disassociating")
def of_an_ending_association(ground):
    wish = association(ground)
    ground.server.advance(10)
    ground.ec2.disassociate_security_group_vpc(**wish)
    return listed(wish)


# NAT gateways.


def nat(ground, opens=True):
    vpc = ground.vpc()
    subnet = ground.subnet(vpc)
    if opens:
        ground.gateway(vpc)
    wish = {"SubnetId": subnet, "AllocationId": ground.address()}
    return ground.ec2.create_nat_gateway(**wish)["NatGateway"]["NatGatewayId"]


@succeeds("NatGatewayAvailable", polls=9)
def of_a_nat_gateway(ground):
    return {"NatGatewayIds": [nat(ground)]}


@branch("NatGatewayAvailable", "failed")
def of_a_nat_gateway_without_an_internet(ground):
    return {"NatGatewayIds": [nat(ground, opens=False)]}


@succeeds("NatGatewayDeleted", polls=5)
@branch("NatGatewayAvailable", "deleting")
def of_an_ending_nat_gateway(ground):
    gateway = nat(ground)
    ground.server.advance(600)
    ground.ec2.delete_nat_gateway(NatGatewayId=gateway)
    return {"NatGatewayIds": [gateway]}


@branch("NatGatewayAvailable", "deleted")
def of_an_ended_nat_gateway(ground):
    wish = of_an_ending_nat_gateway(ground)
    ground.server.advance(120)
    return wish


# Volumes and snapshots.


@succeeds("VolumeAvailable", polls=2)
def of_a_volume(ground):
    return {"VolumeIds": [ground.volume()]}


@succeeds("VolumeInUse")
def of_an_attached_volume(ground):
    instance, volume = running(ground), ground.volume()
    ground.server.advance(10)
    ground.ec2.attach_volume(InstanceId=instance, VolumeId=volume, Device="/dev/sdf")
    return {"VolumeIds": [volume]}


@succeeds("VolumeDeleted", polls=2)
def of_an_ending_volume(ground):
    volume = ground.volume()
    ground.server.advance(10)
    ground.ec2.delete_volume(VolumeId=volume)
    return {"VolumeIds": [volume]}


@succeeds("SnapshotCompleted", polls=3)
def of_a_snapshot(ground):
    volume = ground.volume()
    ground.server.advance(10)
    return {"SnapshotIds": [ground.ec2.create_snapshot(VolumeId=volume)["SnapshotId"]]}


# Connections.


@succeeds("CustomerGatewayAvailable", polls=2)
def of_a_customer_gateway(ground):
    return {"CustomerGatewayIds": [ground.customer_gateway()]}


@branch("CustomerGatewayAvailable", "deleted")
def of_an_ended_customer_gateway(ground):
    gateway = ground.customer_gateway()
    ground.server.advance(60)
    ground.ec2.delete_customer_gateway(CustomerGatewayId=gateway)
    return {"CustomerGatewayIds": [gateway]}


@succeeds("VpnConnectionAvailable", polls=13)
@branch("VpnConnectionDeleted", "pending")
def of_a_vpn_connection(ground):
    wish = {"CustomerGatewayId": ground.customer_gateway(), "VpnGatewayId": ground.virtual_gateway()}
    connection = ground.ec2.create_vpn_connection(Type="ipsec.1", **wish)["VpnConnection"]["VpnConnectionId"]
    return {"VpnConnectionIds": [connection]}


@succeeds("VpnConnectionDeleted", polls=13)
@branch("VpnConnectionAvailable", "deleting")
def of_an_ending_vpn_connection(ground):
    wish = of_a_vpn_connection(ground)
    ground.server.advance(600)
    ground.ec2.delete_vpn_connection(VpnConnectionId=wish["VpnConnectionIds"][0])
    return wish


@branch("VpnConnectionAvailable", "deleted")
def of_an_ended_vpn_connection(ground):
    wish = of_an_ending_vpn_connection(ground)
    ground.server.advance(600)
    return wish


@succeeds("VpcPeeringConnectionExists")
def of_a_peering(ground):
    return {"VpcPeeringConnectionIds": [ground.peering()]}


@succeeds("VpcPeeringConnectionDeleted", polls=2)
def of_an_ending_peering(ground):
    wish = of_a_peering(ground)
    ground.server.advance(60)
    ground.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=wish["VpcPeeringConnectionIds"][0])
    return wish


@branch("VpcPeeringConnectionDeleted", "InvalidVpcPeeringConnectionID.NotFound")
def of_a_peering_long_gone(ground):
    wish = of_an_ending_peering(ground)
    ground.server.advance(4 * 3600)
    return wish


# Spare capacity.


def spot(ground, subnet=None, **wish):
    launch = {"ImageId": IMAGE, "InstanceType": "t3.micro", "SubnetId": subnet or ground.subnet()}
    made = ground.ec2.request_spot_instances(LaunchSpecification=launch, **wish)
    return {"SpotInstanceRequestIds": [made["SpotInstanceRequests"][0]["SpotInstanceRequestId"]]}


def heard(ground, kind, times):
    """Waits until so many events of the kind have been announced."""
    with urllib.request.urlopen(f"{ground.server.endpoint}/_angae/events?since=0", timeout=30) as events:
        told = (line for line in events if f'"{kind}"'.encode() in line and ground.account.encode() in line)
        for _ in range(times):
            next(told)


@succeeds("SpotInstanceRequestFulfilled")
def of_a_fulfilled_request(ground):
    wish = spot(ground)
    ground.server.advance(10)
    # Asked for, due, fulfilled.
    heard(ground, "SpotRequestChanged", 3 if ground.server.paced else 2)
    return wish


@branch("SpotInstanceRequestFulfilled", "request-canceled-and-instance-running")
def of_a_cancelled_request_with_an_instance(ground):
    wish = of_a_fulfilled_request(ground)
    ground.ec2.cancel_spot_instance_requests(**wish)
    return wish


@branch("SpotInstanceRequestFulfilled", "canceled-before-fulfillment")
def of_a_cancelled_request(ground):
    wish = spot(ground)
    ground.ec2.cancel_spot_instance_requests(**wish)
    return wish


@branch("SpotInstanceRequestFulfilled", "schedule-expired")
def of_a_request_whose_time_is_over(ground):
    return spot(ground, SpotPrice="0.0001", ValidUntil=ground.server.now() + datetime.timedelta(minutes=2))


@branch("SpotInstanceRequestFulfilled", "bad-parameters")
def of_a_request_that_cannot_be(ground):
    subnet = ground.subnet()
    wish = spot(ground, subnet)
    ground.ec2.delete_subnet(SubnetId=subnet)
    ground.server.advance(10)
    heard(ground, "SpotRequestChanged", 3)
    return wish


#: What each code that a waiter knows is said of.
MISSING = {
    "InvalidInstanceID.NotFound": {"InstanceIds": ["i-00000000000000000"]},
    "InvalidAMIID.NotFound": {"ImageIds": ["ami-00000000000000000"]},
    "InvalidInternetGateway.NotFound": {"InternetGatewayIds": ["igw-00000000000000000"]},
    "InvalidKeyPair.NotFound": {"KeyNames": ["nobody's"]},
    "NatGatewayNotFound": {"NatGatewayIds": ["nat-00000000000000000"]},
    "InvalidNetworkInterfaceID.NotFound": {"NetworkInterfaceIds": ["eni-00000000000000000"]},
    "InvalidGroup.NotFound": {"GroupIds": ["sg-00000000000000000"]},
    "InvalidSpotInstanceRequestID.NotFound": {"SpotInstanceRequestIds": ["sir-00000000"]},
    "InvalidVolume.NotFound": {"VolumeIds": ["vol-00000000000000000"]},
    "InvalidVpcID.NotFound": {"VpcIds": ["vpc-00000000000000000"]},
    "InvalidVpcPeeringConnectionID.NotFound": {"VpcPeeringConnectionIds": ["pcx-00000000000000000"]},
}
#: Codes that a waiter looks for and AWS does not say: what it says instead.
NEVER_SAID = {"InvalidInternetGateway.NotFound": "InvalidInternetGatewayID.NotFound"}


class Paced(Server):
    """A server whose states take their time, or none where `paced` is false."""

    def __init__(self, paced):
        self.paced = paced
        super().__init__("--seed", "1", *(("--pace", "real", "--clock", "stepped") if paced else ()))


class Waiters(unittest.TestCase):
    """A waiter's sleep moves the clock of a paced server, and fails on any other."""

    paced = True

    @classmethod
    def setUpClass(cls):
        cls.server = Paced(cls.paced)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def wait(self, name, case, **config):
        """How often the waiter looked, and why it gave up, if it did."""
        ground = Ground(self.server)
        wish = case(ground)
        looks = []
        operation = WAITERS.get_waiter(name).operation
        ground.ec2.meta.events.register(f"before-call.ec2.{operation}", lambda **_: looks.append(operation))
        clock = types.SimpleNamespace(sleep=self.server.advance if self.paced else self.slept)
        error = None
        with unittest.mock.patch.object(botocore.waiter, "time", clock):
            try:
                ground.ec2.get_waiter(xform_name(name)).wait(**wish, WaiterConfig=config)
            except WaiterError as given_up:
                error = given_up
        return len(looks), error

    def slept(self, seconds):
        self.fail(f"it had to wait {seconds} seconds")


class AtOnce(Waiters):
    paced = False

    def test_every_waiter_has_a_case(self):
        self.assertEqual(sorted([*SUCCESSES, *NOT_BUILT]), sorted(WAITERS.waiter_names))

    def test_every_waiter_succeeds_with_its_first_look(self):
        for name, (case, _) in SUCCESSES.items():
            with self.subTest(waiter=name):
                self.assertEqual(self.wait(name, case), (1, None))

    def test_what_some_wait_for_cannot_be_made(self):
        ec2 = Ground(self.server).ec2
        for name, (operation, arguments) in NOT_BUILT.items():
            with self.subTest(waiter=name):
                said = refusal(lambda: getattr(ec2, operation)(**arguments))
                self.assertEqual(said[:2], (501, "NotImplemented"))


class InSteppedTime(Waiters):
    def test_every_waiter_succeeds_when_the_time_has_come(self):
        for name, (case, polls) in SUCCESSES.items():
            with self.subTest(waiter=name):
                self.assertEqual(self.wait(name, case), (polls, None))

    def test_every_branch_is_met(self):
        met = set()
        for name in SUCCESSES:
            successes = 0
            for acceptor in WAITERS.get_waiter(name).acceptors:
                key = (name, acceptor.expected)
                successes += acceptor.state == "success"
                if acceptor.state == "success" and successes == 1 and key not in NEVER_SHOWN:
                    continue  # Met above.
                if acceptor.matcher == "error":
                    self.on_code(name, acceptor)
                elif key not in NEVER_SHOWN and acceptor.expected is not True:
                    self.on_state(name, acceptor)
                met.add(key)
        self.assertEqual([key for key in [*BRANCHES, *NEVER_SHOWN] if key not in met], [])

    def on_state(self, name, acceptor):
        """The state ends the wait, or makes it go on, as the model says."""
        with self.subTest(waiter=name, state=acceptor.expected):
            looks, error = self.wait(name, BRANCHES[name, acceptor.expected])
            if acceptor.state == "failure":
                self.assertIn("Waiter encountered a terminal failure state", str(error))
                self.assertIn(f'"{acceptor.expected}"', str(error))
            else:
                self.assertIsNone(error)
                self.assertEqual(looks > 1, acceptor.state == "retry")

    def on_code(self, name, acceptor):
        """The code ends the wait well, makes it go on until its looks are used up, or ends it."""
        with self.subTest(waiter=name, code=acceptor.expected):
            wish = MISSING[acceptor.expected]
            looks, error = self.wait(name, lambda _: wish, MaxAttempts=3)
            if acceptor.state == "success":
                self.assertEqual((looks, error), (1, None))
            elif acceptor.state == "failure" or acceptor.expected in NEVER_SAID:
                code = NEVER_SAID.get(acceptor.expected, acceptor.expected)
                self.assertEqual(looks, 1)
                self.assertEqual(error.last_response["Error"]["Code"], code)
            else:
                self.assertEqual(looks, 3)
                self.assertIn("Max attempts exceeded", str(error))
                self.assertEqual(error.last_response["Error"]["Code"], acceptor.expected)

    def test_volumes_that_are_gone_end_the_wait_for_them(self):
        for name in ("VolumeAvailable", "VolumeInUse"):
            looks, error = self.wait(name, lambda _: MISSING["InvalidVolume.NotFound"])
            self.assertEqual((looks, error.last_response["Error"]["Code"]), (1, "InvalidVolume.NotFound"))


if __name__ == "__main__":
    unittest.main()
