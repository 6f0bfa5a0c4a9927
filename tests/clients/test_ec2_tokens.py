"""Client tokens of every operation of EC2 that takes one: repeated, it makes one; with other parameters it is refused."""

import unittest

import ec2_operations
import leftovers
from angae import Server, refusal
from ec2_crowd import Crowd
from ec2_world_compute import IMAGE

OTHER = (
    400,
    "IdempotentParameterMismatch",
    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
)


def requests(crowd):
    """By operation: a request, and what another one of the same token says instead."""
    ec2 = crowd.ec2
    vpcs = [ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(2)]
    subnets = [crowd.new_subnet(number, vpcs[0]) for number in range(2)]
    lone = [crowd.lone_subnet(number) for number in range(2)]
    image = crowd.new_image(0)
    instance = crowd.new_instance()
    card = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["NetworkInterfaces"][0]
    card = card["NetworkInterfaceId"]
    launch = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
    config = {"LaunchTemplateSpecification": {"LaunchTemplateId": crowd.template, "Version": "1"}}
    said = {"Description": "other"}
    block = {"SourceCidrBlock": "10.0.0.0/8", "DestinationCidrBlock": "10.0.0.0/8"}
    scope = [{"Source": {"ResourceStatement": {"Resources": [vpc]}}} for vpc in vpcs]
    flow = {"ResourceIds": [vpcs[0]], "ResourceType": "VPC", "TrafficType": "ALL", "LogGroupName": "flows"}
    capacity = {"InstanceType": "t3.micro", "InstancePlatform": "Linux/UNIX", "AvailabilityZone": "us-east-1a"}
    notice = {"ConnectionNotificationArn": "arn:aws:sns:us-east-1:000000000000:a", "ConnectionEvents": ["Accept"]}
    endpoint = ec2.create_vpc_endpoint(VpcId=vpcs[0], ServiceName="com.amazonaws.us-east-1.s3")["VpcEndpoint"]
    return {
        "AllocateHosts": (
            {"InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "Quantity": 1},
            {"AutoPlacement": "off"},
        ),
        "AllocateIpamPoolCidr": ({"IpamPoolId": crowd.pool, "NetmaskLength": 28}, {"NetmaskLength": 27}),
        "CopyImage": ({"SourceImageId": image, "SourceRegion": "us-east-1", "Name": "copy"}, {"Name": "other"}),
        "CopyVolumes": ({"SourceVolumeId": crowd.volume}, {"Size": 2}),
        "CreateCapacityReservation": ({**capacity, "InstanceCount": 1}, {"InstanceCount": 2}),
        "CreateCarrierGateway": ({"VpcId": vpcs[0]}, {"VpcId": vpcs[1]}),
        "CreateEgressOnlyInternetGateway": ({"VpcId": vpcs[0]}, {"VpcId": vpcs[1]}),
        "CreateFleet": (
            {"LaunchTemplateConfigs": [config], "TargetCapacitySpecification": {"TotalTargetCapacity": 1}},
            {"TargetCapacitySpecification": {"TotalTargetCapacity": 2}},
        ),
        "CreateFlowLogs": (
            {**flow, "DeliverLogsPermissionArn": "arn:aws:iam::000000000000:role/flows"},
            {"TrafficType": "REJECT"},
        ),
        "CreateInstanceConnectEndpoint": ({"SubnetId": lone[0]}, {"SubnetId": lone[1]}),
        "CreateIpam": ({}, said),
        "CreateIpamPool": ({"IpamScopeId": crowd.scope, "AddressFamily": "ipv4"}, said),
        "CreateIpamScope": ({"IpamId": crowd.ipam}, said),
        "CreateLaunchTemplate": (
            {"LaunchTemplateName": "token", "LaunchTemplateData": launch},
            {"VersionDescription": "other"},
        ),
        "CreateLaunchTemplateVersion": (
            {"LaunchTemplateId": crowd.template, "LaunchTemplateData": launch},
            {"VersionDescription": "other"},
        ),
        "CreateManagedPrefixList": (
            {"PrefixListName": "token", "MaxEntries": 1, "AddressFamily": "IPv4"},
            {"MaxEntries": 2},
        ),
        "CreateNatGateway": ({"SubnetId": subnets[0], "ConnectivityType": "private"}, {"SubnetId": subnets[1]}),
        "CreateNetworkAcl": ({"VpcId": vpcs[0]}, {"VpcId": vpcs[1]}),
        "CreateNetworkInsightsAccessScope": ({"MatchPaths": scope[:1]}, {"MatchPaths": scope[1:]}),
        "CreateNetworkInsightsPath": (
            {"Source": crowd.card, "Destination": crowd.other, "Protocol": "tcp"},
            {"Protocol": "udp"},
        ),
        "CreateNetworkInterface": ({"SubnetId": subnets[0]}, said),
        "CreateReplaceRootVolumeTask": ({"InstanceId": instance}, {"DeleteReplacedRootVolume": True}),
        "CreateRouteTable": ({"VpcId": vpcs[0]}, {"VpcId": vpcs[1]}),
        "CreateTrafficMirrorFilter": ({}, said),
        "CreateTrafficMirrorFilterRule": (
            {
                "TrafficMirrorFilterId": crowd.mirror_filter,
                "TrafficDirection": "ingress",
                "RuleNumber": 9,
                "RuleAction": "accept",
                **block,
            },
            said,
        ),
        "CreateTrafficMirrorSession": (
            {
                "NetworkInterfaceId": card,
                "TrafficMirrorTargetId": crowd.mirror_target,
                "TrafficMirrorFilterId": crowd.mirror_filter,
                "SessionNumber": 9,
            },
            said,
        ),
        "CreateTrafficMirrorTarget": ({"NetworkInterfaceId": crowd.card}, said),
        "CreateVolume": ({"Size": 1, "AvailabilityZone": "us-east-1a"}, {"Size": 2}),
        "CreateVpcEndpoint": (
            {"VpcId": vpcs[1], "ServiceName": "com.amazonaws.us-east-1.s3"},
            {"ServiceName": "com.amazonaws.us-east-1.dynamodb"},
        ),
        "CreateVpcEndpointConnectionNotification": (
            {**notice, "VpcEndpointId": endpoint["VpcEndpointId"]},
            {"ConnectionEvents": ["Reject"]},
        ),
        "CreateVpcEndpointServiceConfiguration": (
            {"NetworkLoadBalancerArns": [crowd.balancer]},
            {"AcceptanceRequired": False},
        ),
        "ModifyInstanceCreditSpecification": (
            {"InstanceCreditSpecifications": [{"InstanceId": instance, "CpuCredits": "standard"}]},
            {"InstanceCreditSpecifications": [{"InstanceId": instance, "CpuCredits": "unlimited"}]},
        ),
        "ModifyLaunchTemplate": ({"LaunchTemplateId": crowd.template, "DefaultVersion": "1"}, {"DefaultVersion": "2"}),
        "ProvisionIpamPoolCidr": ({"IpamPoolId": crowd.pool, "Cidr": "10.210.0.0/16"}, {"Cidr": "10.211.0.0/16"}),
        "RequestSpotInstances": ({"LaunchSpecification": launch}, {"SpotPrice": "0.9"}),
        "RunInstances": ({**launch, "MinCount": 1, "MaxCount": 1}, {"InstanceType": "t3.small"}),
        "StartNetworkInsightsAccessScopeAnalysis": (
            {"NetworkInsightsAccessScopeId": crowd.access},
            {"NetworkInsightsAccessScopeId": crowd.other_access},
        ),
        "StartNetworkInsightsAnalysis": (
            {"NetworkInsightsPathId": crowd.path},
            {"NetworkInsightsPathId": crowd.other_path},
        ),
    }


def ids(value):
    """Every id in an answer."""
    if isinstance(value, list):
        return {id for inner in value for id in ids(inner)}
    if not isinstance(value, dict):
        return set()
    own = {inner for name, inner in value.items() if name.endswith("Id") and isinstance(inner, str)}
    several = (inner for name, inner in value.items() if name.endswith("Ids"))
    return own.union(*several, *map(ids, value.values()))


class Tokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1", "--clock", "stepped:1767268800000")
        cls.crowd = Crowd(cls.server)
        cls.ec2 = cls.crowd.ec2
        cls.requests = requests(cls.crowd)
        cls.operations = ec2_operations.answered(cls.server, cls.ec2)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_each_that_takes_a_token_is_looked_at(self):
        taking = {name for name, own in self.operations.items() if "ClientToken" in own.members}
        self.assertEqual(taking, set(self.requests))

    def test_the_same_again_makes_one_and_another_is_refused(self):
        def call(name, **change):
            request = {**self.requests[name][0], **change}
            return self.operations[name].call(self.ec2, **request, ClientToken="token")

        made = {name: call(name) for name in self.requests}
        seen = leftovers.everything(self.ec2)
        for name, (_, change) in self.requests.items():
            with self.subTest(operation=name):
                again = call(name)
                self.assertTrue(ids(made[name]))
                # What has gone on since may tell of more: the interface of a NAT gateway, what an analysis found.
                self.assertLessEqual(ids(made[name]), ids(again))
                self.assertEqual(refusal(lambda: call(name, **change)), OTHER)
        after = leftovers.everything(self.ec2)
        for name, answer in seen.items():
            with self.subTest(list=name):
                self.assertEqual(after[name], answer)

    def test_tokens_of_other_operations_and_regions_are_others(self):
        filter = self.ec2.create_traffic_mirror_filter(ClientToken="shared")["TrafficMirrorFilter"]
        target = self.ec2.create_traffic_mirror_target(NetworkInterfaceId=self.crowd.card, ClientToken="shared")
        self.assertTrue(target["TrafficMirrorTarget"]["TrafficMirrorTargetId"].startswith("tmt-"))
        far = self.server.client("ec2", region="eu-west-1").create_traffic_mirror_filter(ClientToken="shared")
        self.assertNotEqual(far["TrafficMirrorFilter"]["TrafficMirrorFilterId"], filter["TrafficMirrorFilterId"])
        case = self.ec2.create_traffic_mirror_filter(ClientToken="SHARED")["TrafficMirrorFilter"]
        self.assertNotEqual(case["TrafficMirrorFilterId"], filter["TrafficMirrorFilterId"])

    def test_a_spot_fleet_takes_its_token_within(self):
        launch = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
        role = "arn:aws:iam::000000000000:role/fleet"
        ask = lambda capacity: self.ec2.request_spot_fleet(
            SpotFleetRequestConfig={
                "IamFleetRole": role,
                "TargetCapacity": capacity,
                "LaunchSpecifications": [launch],
                "ClientToken": "token",
            }
        )["SpotFleetRequestId"]
        self.assertEqual(ask(1), ask(1))
        self.assertEqual(refusal(lambda: ask(2)), OTHER)


if __name__ == "__main__":
    unittest.main()
