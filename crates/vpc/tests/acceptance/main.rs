//! The networking half of EC2, as a client sees it: what an answer says and what is refused. Nothing here knows the
//! crate under test; another implementation at the endpoint would be judged by the same words.

mod address;
mod carrier_gateway;
mod dhcp_options;
mod egress_only_internet_gateway;
mod internet_gateway;
mod ipv6;
mod listing;
mod nat_gateway;
mod nat_gateway_address;
mod network_acl;
mod network_insights;
mod network_interface;
mod network_interface_permission;
mod public_access;
mod route_table;
mod security_group;
mod security_group_vpc;
mod subnet;
mod subnet_cidr_reservation;
mod tag;
mod token;
mod vpc;
mod zone;

use serde_json::json;
use testkit::ec2::{Refused, advance, found, nowhere, refuses, start};
use testkit::{Client, Golden};

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(env!("CARGO_MANIFEST_DIR"), name)
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

/// An internet gateway of that VPC.
#[track_caller]
fn attached_gateway(ec2: &Client, vpc: &str) -> String {
    let id = ec2.call("CreateInternetGateway", &json!({})).ok().text("internetGateway.internetGatewayId");
    ec2.call("AttachInternetGateway", &json!({ "InternetGatewayId": id, "VpcId": vpc })).ok();
    id
}
