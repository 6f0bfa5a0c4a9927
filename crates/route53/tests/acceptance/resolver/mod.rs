//! Route 53 Resolver: endpoints, rules, query logging, DNS Firewall and the settings of VPCs. Of sentences that carry a
//! trace, what stands before it is held against the recorded one.

mod elsewhere;
mod endpoint;
mod firewall;
mod import;
mod permission;
mod refusal;
mod rule;
mod setting;

use serde_json::{Value, json};
use testkit::{Client, Options, Server};

/// A server and its Resolver.
fn start() -> (Server, Client) {
    let server = Server::start();
    let client = server.client("route53resolver");
    (server, client)
}

/// The same, where states take the time that they take with AWS.
fn start_real() -> (Server, Client) {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let client = server.client("route53resolver");
    (server, client)
}

/// A VPC with two subnets and a security group.
struct Network {
    vpc: String,
    subnets: [String; 2],
    group: String,
}

fn network(server: &Server) -> Network {
    let ec2 = server.client("ec2");
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    let subnets = ["10.0.0.0/24", "10.0.1.0/24"].map(|block| {
        let create = json!({ "VpcId": vpc, "CidrBlock": block });
        ec2.call("CreateSubnet", &create).ok().text("subnet.subnetId")
    });
    let create = json!({ "GroupName": "dns", "GroupDescription": "dns", "VpcId": vpc });
    let group = ec2.call("CreateSecurityGroup", &create).ok().text("groupId");
    Network { vpc, subnets, group }
}

/// Refusals, up to the trace that some end with.
#[track_caller]
fn refuses(client: &Client, cases: &[(&str, Value, &str, &str)]) {
    for (operation, parameters, code, sentence) in cases {
        let refusal = client.call(operation, parameters).refusal();
        let told = refusal.message.split(" Trace Id: ").next().unwrap_or_default();
        assert_eq!((refusal.status, refusal.code.as_str(), told), (400, *code, *sentence), "{operation}");
    }
}

/// Everything at a path in all pages of a list.
#[track_caller]
fn pages(client: &Client, operation: &str, asked: &Value, path: &str) -> Vec<String> {
    let (mut found, mut asked) = (Vec::new(), asked.clone());
    asked["MaxResults"] = 1.into();
    loop {
        let page = client.call(operation, &asked).ok();
        found.extend(page.texts(path));
        match page.texts("NextToken").pop() {
            Some(next) => asked["NextToken"] = next.into(),
            None => return found,
        }
    }
}
