//! The networking half of EC2, as a client sees it: what an answer says and what is refused. Nothing here knows the
//! crate under test; another implementation at the endpoint would be judged by the same words.

mod address;
mod dhcp_options;
mod egress_only_internet_gateway;
mod internet_gateway;
mod listing;
mod nat_gateway;
mod network_acl;
mod network_insights;
mod network_interface;
mod route_table;
mod security_group;
mod subnet;
mod subnet_cidr_reservation;
mod tag;
mod token;
mod vpc;
mod zone;

use serde_json::{Value, json};
use testkit::{Client, Golden, Server};

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(env!("CARGO_MANIFEST_DIR"), name)
}

/// A refusal: the operation, its parameters, the code and the sentence.
type Refused<'a> = (&'a str, Value, &'a str, &'a str);

/// EC2 answers every refusal of these with 400.
#[track_caller]
fn refuses(ec2: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, code, sentence) in cases {
        let refusal = ec2.call(operation, parameters).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (400, *code, *sentence), "{operation} {parameters}");
    }
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

/// What a Describe with one filter finds at `path`.
#[track_caller]
fn found(ec2: &Client, operation: &str, filter: (&str, &str), path: &str) -> Vec<String> {
    let (name, value) = filter;
    let parameters = json!({ "Filter": [{ "Name": name, "Value": [value] }] });
    ec2.call(operation, &parameters).ok().texts(path)
}

/// An id of that kind that nothing has.
fn nowhere(prefix: &str) -> String {
    format!("{prefix}-00000000000000000")
}

/// A server and its EC2.
fn start() -> (Server, Client) {
    let server = Server::start();
    let ec2 = server.client("ec2");
    (server, ec2)
}
