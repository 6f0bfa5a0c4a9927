"""EC2 peering connections, VPN and transit gateways through boto3: the lives Terraform gives them, and their waiters."""

import unittest
import xml.etree.ElementTree as ElementTree

from angae import Server, refusal

ONCE = {"Delay": 1, "MaxAttempts": 1}


class Connections(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ec2 = cls.server.client("ec2")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def vpc(self, block, zone="us-east-1a"):
        vpc = self.ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock=block.replace("/16", "/24"), AvailabilityZone=zone)
        return vpc, subnet["Subnet"]["SubnetId"]

    def route_state(self, table, destination):
        routes = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        return next(route["State"] for route in routes if route["DestinationCidrBlock"] == destination)

    def test_terraforms_life_of_a_peering_connection(self):
        """aws_vpc_peering_connection, _accepter, _options: create, wait, accept, options, read, delete, gone."""
        (one, _), (two, _) = self.vpc("10.0.0.0/16"), self.vpc("10.1.0.0/16")
        made = self.ec2.create_vpc_peering_connection(VpcId=one, PeerVpcId=two)["VpcPeeringConnection"]
        id = made["VpcPeeringConnectionId"]
        wish = {"VpcPeeringConnectionIds": [id]}
        self.ec2.get_waiter("vpc_peering_connection_exists").wait(**wish, WaiterConfig=ONCE)
        self.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=id)
        on = {"AllowDnsResolutionFromRemoteVpc": True}
        self.ec2.modify_vpc_peering_connection_options(VpcPeeringConnectionId=id, AccepterPeeringConnectionOptions=on)
        shown = self.ec2.describe_vpc_peering_connections(**wish)["VpcPeeringConnections"][0]
        self.assertEqual(shown["Status"], {"Code": "active", "Message": "Active"})
        self.assertNotIn("ExpirationTime", shown)
        self.assertTrue(shown["AccepterVpcInfo"]["PeeringOptions"]["AllowDnsResolutionFromRemoteVpc"])
        self.assertEqual(shown["AccepterVpcInfo"]["CidrBlockSet"], [{"CidrBlock": "10.1.0.0/16"}])
        with self.assertRaises(Exception):
            self.ec2.get_waiter("vpc_peering_connection_deleted").wait(**wish, WaiterConfig=ONCE)
        self.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=id)
        self.ec2.get_waiter("vpc_peering_connection_deleted").wait(**wish, WaiterConfig=ONCE)
        missing = {"VpcPeeringConnectionIds": ["pcx-00000000000000000"]}
        self.ec2.get_waiter("vpc_peering_connection_deleted").wait(**missing, WaiterConfig=ONCE)
        with self.assertRaises(Exception):
            self.ec2.get_waiter("vpc_peering_connection_exists").wait(**missing, WaiterConfig=ONCE)

    def test_terraforms_life_of_a_vpn_connection(self):
        """aws_vpn_gateway, _attachment, _route_propagation, aws_customer_gateway, aws_vpn_connection, _route."""
        vpc, _ = self.vpc("10.2.0.0/16")
        gateway = self.ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
        self.ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
        shown = self.ec2.describe_vpn_gateways(VpnGatewayIds=[gateway])["VpnGateways"][0]
        self.assertEqual(shown["VpcAttachments"], [{"State": "attached", "VpcId": vpc}])
        customer = self.ec2.create_customer_gateway(Type="ipsec.1", BgpAsn=65010, IpAddress="203.0.113.9")
        customer = customer["CustomerGateway"]["CustomerGatewayId"]
        self.ec2.get_waiter("customer_gateway_available").wait(CustomerGatewayIds=[customer], WaiterConfig=ONCE)
        made = self.ec2.create_vpn_connection(Type="ipsec.1", CustomerGatewayId=customer, VpnGatewayId=gateway)
        id = made["VpnConnection"]["VpnConnectionId"]
        self.ec2.get_waiter("vpn_connection_available").wait(VpnConnectionIds=[id], WaiterConfig=ONCE)
        shown = self.ec2.describe_vpn_connections(VpnConnectionIds=[id])["VpnConnections"][0]
        document = ElementTree.fromstring(shown["CustomerGatewayConfiguration"])
        tunnels = document.findall("ipsec_tunnel")
        options = shown["Options"]["TunnelOptions"]
        for tunnel, option, telemetry in zip(tunnels, options, shown["VgwTelemetry"], strict=True):
            outside = tunnel.findtext("vpn_gateway/tunnel_outside_address/ip_address")
            self.assertEqual((outside, outside), (option["OutsideIpAddress"], telemetry["OutsideIpAddress"]))
            self.assertEqual(tunnel.findtext("ike/pre_shared_key"), option["PreSharedKey"])
            self.assertEqual(tunnel.findtext("customer_gateway/bgp/asn"), "65010")
            self.assertEqual(telemetry["Status"], "DOWN")
        self.ec2.delete_vpn_connection(VpnConnectionId=id)
        self.ec2.get_waiter("vpn_connection_deleted").wait(VpnConnectionIds=[id], WaiterConfig=ONCE)
        with self.assertRaises(Exception) as raised:
            self.ec2.get_waiter("vpn_connection_available").wait(VpnConnectionIds=[id], WaiterConfig=ONCE)
        self.assertIn("terminal failure", str(raised.exception))
        self.ec2.delete_customer_gateway(CustomerGatewayId=customer)
        with self.assertRaises(Exception) as raised:
            self.ec2.get_waiter("customer_gateway_available").wait(CustomerGatewayIds=[customer], WaiterConfig=ONCE)
        self.assertIn("terminal failure", str(raised.exception))
        self.ec2.detach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
        self.ec2.delete_vpn_gateway(VpnGatewayId=gateway)

    def test_terraforms_life_of_a_transit_gateway(self):
        """aws_ec2_transit_gateway, _vpc_attachment, _route_table with association, propagation and route, aws_route."""
        gateway = self.ec2.create_transit_gateway(Description="middle")["TransitGateway"]
        id = gateway["TransitGatewayId"]
        (one, near), (two, far) = self.vpc("10.3.0.0/16"), self.vpc("10.4.0.0/16")
        attachments = []
        for vpc, subnet in ((one, near), (two, far)):
            made = self.ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=id, VpcId=vpc, SubnetIds=[subnet])
            attachments.append(made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"])
        shown = self.ec2.describe_transit_gateway_vpc_attachments(TransitGatewayAttachmentIds=attachments)
        states = [own["State"] for own in shown["TransitGatewayVpcAttachments"]]
        self.assertEqual(states, ["available", "available"])
        table = self.ec2.create_route_table(VpcId=one)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.4.0.0/16", TransitGatewayId=id)
        self.assertEqual(self.route_state(table, "10.4.0.0/16"), "active")
        own = self.ec2.create_transit_gateway_route_table(TransitGatewayId=id)["TransitGatewayRouteTable"]
        own = own["TransitGatewayRouteTableId"]
        default = gateway["Options"]["AssociationDefaultRouteTableId"]
        pair = {"TransitGatewayAttachmentId": attachments[0]}
        self.ec2.disassociate_transit_gateway_route_table(TransitGatewayRouteTableId=default, **pair)
        self.ec2.associate_transit_gateway_route_table(TransitGatewayRouteTableId=own, **pair)
        self.ec2.create_transit_gateway_route(
            TransitGatewayRouteTableId=own,
            DestinationCidrBlock="0.0.0.0/0",
            TransitGatewayAttachmentId=attachments[1],
        )
        found = self.ec2.search_transit_gateway_routes(
            TransitGatewayRouteTableId=own, Filters=[{"Name": "type", "Values": ["static"]}]
        )["Routes"]
        self.assertEqual([(route["DestinationCidrBlock"], route["State"]) for route in found], [("0.0.0.0/0", "active")])
        refused = refusal(lambda: self.ec2.delete_transit_gateway(TransitGatewayId=id))
        self.assertEqual(refused[1], "IncorrectState")
        for attachment in attachments:
            self.ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
        self.assertEqual(self.route_state(table, "10.4.0.0/16"), "blackhole")
        self.ec2.delete_transit_gateway(TransitGatewayId=id)
        shown = self.ec2.describe_transit_gateways(TransitGatewayIds=[id])["TransitGateways"][0]
        self.assertEqual(shown["State"], "deleted")
        for subnet in (near, far):
            self.ec2.delete_subnet(SubnetId=subnet)


if __name__ == "__main__":
    unittest.main()
