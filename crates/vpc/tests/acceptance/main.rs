//! The networking half of EC2, as a client sees it: what an answer says and what is refused. Nothing here knows the
//! crate under test; another implementation at the endpoint would be judged by the same words.

mod absent;
mod address;
mod carrier_gateway;
mod dhcp_options;
mod egress_only_internet_gateway;
mod flow_log;
mod gateway_route_table;
mod instance_connect_endpoint;
mod instance_interface;
mod internet_gateway;
mod ipam;
mod ipam_public;
mod ipam_use;
mod ipv6;
mod listing;
mod local_route;
mod nat_gateway;
mod nat_gateway_address;
mod network_access;
mod network_acl;
mod network_insights;
mod network_insights_between;
mod network_interface;
mod network_interface_permission;
mod prefix_list;
mod public_access;
mod route_table;
mod security_group;
mod security_group_vpc;
mod subnet;
mod subnet_cidr_reservation;
mod tag;
mod token;
mod traffic_mirror;
mod transit_gateway;
mod transit_gateway_attachment;
mod vpc;
mod vpc_endpoint;
mod vpc_endpoint_services;
mod vpc_peering_connection;
mod vpn;
mod zone;

use serde_json::{Value, json};
use testkit::ec2::{Refused, advance, filter, found, nowhere, refuses, start, start_real};
use testkit::{Client, Golden, Server};

/// An image that is there for everyone.
const IMAGE: &str = "ami-03c3da4cfa8e8943a";

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(name)
}

/// A VPC of that block.
#[track_caller]
fn vpc(ec2: &Client, block: &str) -> String {
    ec2.call("CreateVpc", &json!({ "CidrBlock": block })).ok().text("vpc.vpcId")
}

/// A subnet of that VPC.
#[track_caller]
fn subnet(ec2: &Client, vpc: &str, block: &str) -> String {
    ec2.call("CreateSubnet", &json!({ "VpcId": vpc, "CidrBlock": block })).ok().text("subnet.subnetId")
}

/// An interface in that subnet.
#[track_caller]
fn interface(ec2: &Client, subnet: &str) -> String {
    let created = ec2.call("CreateNetworkInterface", &json!({ "SubnetId": subnet })).ok();
    created.text("networkInterface.networkInterfaceId")
}

/// A t3.micro in that subnet, and its interface.
#[track_caller]
fn launched(ec2: &Client, subnet: &str) -> (String, String) {
    let run = json!({
        "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "SubnetId": subnet
    });
    let made = ec2.call("RunInstances", &run).ok();
    let card = made.text("instancesSet.item.networkInterfaceSet.item.networkInterfaceId");
    (made.text("instancesSet.item.instanceId"), card)
}

/// An internet gateway of that VPC.
#[track_caller]
fn attached_gateway(ec2: &Client, vpc: &str) -> String {
    let id = ec2.call("CreateInternetGateway", &json!({})).ok().text("internetGateway.internetGatewayId");
    ec2.call("AttachInternetGateway", &json!({ "InternetGatewayId": id, "VpcId": vpc })).ok();
    id
}

/// With `DryRun`, operations say only that they would be done.
#[track_caller]
fn dry_runs(ec2: &Client, calls: &[(&str, &Value)]) {
    let sentence = "Request would have succeeded, but DryRun flag is set.";
    for (operation, parameters) in calls {
        let mut parameters = (*parameters).clone();
        parameters["DryRun"] = json!(true);
        ec2.call(operation, &parameters).refused(412, "DryRunOperation", sentence);
    }
}

/// Another account, and another Region, see nothing of what is there.
#[track_caller]
fn unseen_elsewhere(server: &Server, describes: &[(&str, &str)]) {
    let here = server.client("ec2");
    let others =
        [server.client("ec2").region("eu-west-1"), server.client("ec2").key("111122223333", "secret", None)];
    for (operation, path) in describes {
        assert!(!here.call(operation, &json!({})).ok().texts(path).is_empty(), "{operation}");
        for other in &others {
            assert!(other.call(operation, &json!({})).ok().texts(path).is_empty(), "{operation}");
        }
    }
}
