"""EC2 flow logs, IPAM, traffic mirroring and Network Access Analyzer through boto3."""

import gzip
import json
import unittest
import urllib.request

from angae import Server, refusal


class Watching(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ec2 = cls.server.client("ec2")
        cls.s3 = cls.server.client("s3")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def network(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        return vpc, [
            self.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"] for _ in range(2)
        ]

    def carry(self, **flow):
        request = urllib.request.Request(
            f"{self.server.endpoint}/_angae/net/judge", json.dumps(flow).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def test_terraforms_life_of_a_flow_log(self):
        """aws_flow_log: create, read, read again, delete, gone; meanwhile records reach the bucket."""
        vpc, (client, server) = self.network()
        self.s3.create_bucket(Bucket="flows")
        made = self.ec2.create_flow_logs(
            ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3",
            LogDestination="arn:aws:s3:::flows", MaxAggregationInterval=60,
        )
        self.assertEqual(made["Unsuccessful"], [])
        (id,) = made["FlowLogIds"]
        read = lambda: self.ec2.describe_flow_logs(FlowLogIds=[id])["FlowLogs"]
        self.assertEqual(read(), read())
        self.assertEqual((read()[0]["FlowLogStatus"], read()[0]["MaxAggregationInterval"]), ("ACTIVE", 60))
        self.assertTrue(self.carry(**{"from": client, "to": server, "port": 443, "packets": 3})["allowed"])
        # A second later at the pace immediate.
        with urllib.request.urlopen(f"{self.server.endpoint}/_angae/events?since=0", timeout=30) as events:
            next(line for line in events if b"FlowLogRecords" in line)
        found = self.s3.list_objects_v2(Bucket="flows")["Contents"]
        self.assertIn(f"_vpcflowlogs_us-east-1_{id}_", found[0]["Key"])
        lines = gzip.decompress(self.s3.get_object(Bucket="flows", Key=found[0]["Key"])["Body"].read()).decode().split("\n")
        self.assertEqual(lines[0].split(" ")[:3], ["version", "account-id", "interface-id"])
        self.assertEqual(sum(" 443 6 3 120 " in line and line.endswith("ACCEPT OK") for line in lines), 2)
        self.ec2.delete_flow_logs(FlowLogIds=[id])
        self.assertEqual(
            refusal(read),
            (
                400, "InvalidFlowLogId.NotFound",
                f"These flow log ids in the input list are not found: [TotalCount: 1] {id}",
            ),
        )

    def test_terraforms_life_of_an_ipam(self):
        """aws_vpc_ipam, _pool, _pool_cidr, _pool_cidr_allocation and aws_vpc, as the provider polls them."""
        ipam = self.ec2.create_ipam(OperatingRegions=[{"RegionName": "us-east-1"}])["Ipam"]
        state = lambda: self.ec2.describe_ipams(IpamIds=[ipam["IpamId"]])["Ipams"][0]["State"]
        self.assertEqual((ipam["State"], state()), ("create-in-progress", "create-complete"))
        pool = self.ec2.create_ipam_pool(
            IpamScopeId=ipam["PrivateDefaultScopeId"], AddressFamily="ipv4", Locale="us-east-1"
        )["IpamPool"]["IpamPoolId"]
        self.ec2.provision_ipam_pool_cidr(IpamPoolId=pool, Cidr="172.20.0.0/16")
        (own,) = self.ec2.get_ipam_pool_cidrs(IpamPoolId=pool)["IpamPoolCidrs"]
        self.assertEqual((own["Cidr"], own["State"]), ("172.20.0.0/16", "provisioned"))
        allocation = self.ec2.allocate_ipam_pool_cidr(IpamPoolId=pool, NetmaskLength=24)["IpamPoolAllocation"]
        vpc = self.ec2.create_vpc(Ipv4IpamPoolId=pool, Ipv4NetmaskLength=24)["Vpc"]
        self.assertEqual((allocation["Cidr"], vpc["CidrBlock"]), ("172.20.0.0/24", "172.20.1.0/24"))
        allocations = lambda: len(self.ec2.get_ipam_pool_allocations(IpamPoolId=pool)["IpamPoolAllocations"])
        self.assertEqual(allocations(), 2)
        self.ec2.delete_vpc(VpcId=vpc["VpcId"])
        self.ec2.release_ipam_pool_allocation(
            IpamPoolId=pool, Cidr=allocation["Cidr"], IpamPoolAllocationId=allocation["IpamPoolAllocationId"]
        )
        self.assertEqual(allocations(), 0)
        self.ec2.deprovision_ipam_pool_cidr(IpamPoolId=pool, Cidr="172.20.0.0/16")
        self.assertEqual(self.ec2.get_ipam_pool_cidrs(IpamPoolId=pool)["IpamPoolCidrs"], [])
        self.ec2.delete_ipam_pool(IpamPoolId=pool)
        self.ec2.delete_ipam(IpamId=ipam["IpamId"])
        self.assertEqual(
            refusal(state),
            (400, "InvalidIpamId.NotFound", f"The ipam ID '{ipam['IpamId']}' does not exist"),
        )

    def test_terraforms_life_of_traffic_mirroring(self):
        """aws_ec2_traffic_mirror_target, _filter, _filter_rule and _session."""
        _, (source, to) = self.network()
        target = self.ec2.create_traffic_mirror_target(NetworkInterfaceId=to)["TrafficMirrorTarget"]["TrafficMirrorTargetId"]
        filter = self.ec2.create_traffic_mirror_filter()["TrafficMirrorFilter"]["TrafficMirrorFilterId"]
        self.ec2.modify_traffic_mirror_filter_network_services(
            TrafficMirrorFilterId=filter, AddNetworkServices=["amazon-dns"]
        )
        rule = self.ec2.create_traffic_mirror_filter_rule(
            TrafficMirrorFilterId=filter, TrafficDirection="ingress", RuleNumber=1, RuleAction="accept", Protocol=6,
            SourceCidrBlock="10.0.0.0/8", DestinationCidrBlock="10.0.0.0/8", DestinationPortRange={"FromPort": 22, "ToPort": 53},
        )["TrafficMirrorFilterRule"]["TrafficMirrorFilterRuleId"]
        session = self.ec2.create_traffic_mirror_session(
            NetworkInterfaceId=source, TrafficMirrorTargetId=target, TrafficMirrorFilterId=filter, SessionNumber=1
        )["TrafficMirrorSession"]["TrafficMirrorSessionId"]
        (shown,) = self.ec2.describe_traffic_mirror_filters(TrafficMirrorFilterIds=[filter])["TrafficMirrorFilters"]
        self.assertEqual(shown["NetworkServices"], ["amazon-dns"])
        self.assertEqual(shown["IngressFilterRules"][0]["TrafficMirrorFilterRuleId"], rule)
        self.ec2.delete_traffic_mirror_session(TrafficMirrorSessionId=session)
        self.ec2.delete_traffic_mirror_filter_rule(TrafficMirrorFilterRuleId=rule)
        self.ec2.delete_traffic_mirror_filter(TrafficMirrorFilterId=filter)
        self.ec2.delete_traffic_mirror_target(TrafficMirrorTargetId=target)
        self.assertEqual(
            refusal(lambda: self.ec2.describe_traffic_mirror_filters(TrafficMirrorFilterIds=[filter])),
            (400, "InvalidTrafficMirrorFilterId.NotFound", f"The trafficMirrorFilter ID '{filter}' does not exist"),
        )

    def test_an_access_scope_finds_paths(self):
        _, (one, two) = self.network()
        statement = lambda id: {"ResourceStatement": {"Resources": [id]}}
        scope = self.ec2.create_network_insights_access_scope(
            MatchPaths=[{"Source": statement(one), "Destination": statement(two)}]
        )["NetworkInsightsAccessScope"]["NetworkInsightsAccessScopeId"]
        analysis = self.ec2.start_network_insights_access_scope_analysis(NetworkInsightsAccessScopeId=scope)
        id = analysis["NetworkInsightsAccessScopeAnalysis"]["NetworkInsightsAccessScopeAnalysisId"]
        findings = self.ec2.get_network_insights_access_scope_analysis_findings(NetworkInsightsAccessScopeAnalysisId=id)
        self.assertEqual(findings["AnalysisStatus"], "succeeded")
        ends = [[own["FindingComponents"][n]["Component"]["Id"] for n in (0, -1)] for own in findings["AnalysisFindings"]]
        self.assertEqual(ends, [[one, two], [one, two]])


if __name__ == "__main__":
    unittest.main()
