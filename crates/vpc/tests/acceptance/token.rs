//! Client tokens, of every create that has one.

use crate::{found, start};
use serde_json::{Value, json};

#[test]
fn a_token_is_forgotten_with_what_it_made() {
    let (server, ec2) = start();
    // The default VPC and its subnets have the same ids again after everything is gone.
    let network = found(&ec2, "DescribeVpcs", ("is-default", "true"), "vpcSet.item.vpcId").remove(0);
    let subnet = found(&ec2, "DescribeSubnets", ("vpc-id", &network), "subnetSet.item.subnetId").remove(0);
    let private = json!({ "SubnetId": subnet, "ConnectivityType": "private", "ClientToken": "t" });
    let of_network = json!({ "VpcId": network, "ClientToken": "t" });
    let of_subnet = json!({ "SubnetId": subnet, "ClientToken": "t" });
    let list = json!({ "PrefixListName": "l", "AddressFamily": "IPv4", "MaxEntries": 1, "ClientToken": "t" });
    let gateway =
        json!({ "VpcId": network, "ServiceName": "com.amazonaws.us-east-1.s3", "ClientToken": "t" });
    for (operation, parameters, id) in [
        ("CreateRouteTable", &of_network, "routeTable.routeTableId"),
        ("CreateNetworkAcl", &of_network, "networkAcl.networkAclId"),
        (
            "CreateEgressOnlyInternetGateway",
            &of_network,
            "egressOnlyInternetGateway.egressOnlyInternetGatewayId",
        ),
        ("CreateNatGateway", &private, "natGateway.natGatewayId"),
        ("CreateManagedPrefixList", &list, "prefixList.prefixListId"),
        ("CreateVpcEndpoint", &gateway, "vpcEndpoint.vpcEndpointId"),
        ("CreateInstanceConnectEndpoint", &of_subnet, "instanceConnectEndpoint.instanceConnectEndpointId"),
        ("CreateNetworkInterface", &of_subnet, "networkInterface.networkInterfaceId"),
    ] {
        let create = || ec2.call(operation, parameters).ok().text(id);
        let first = create();
        assert_eq!(create(), first, "{operation}");
        server.page("POST", "/_angae/reset?service=vpc", &Value::Null);
        assert_ne!(create(), first, "{operation}");
    }
}
