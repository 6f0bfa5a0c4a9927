//! Load balancers, as a client sees them: what an answer says and what is refused. Nothing here knows the crate under
//! test; another implementation at the endpoint would be judged by the same words.
//!
//! Unless a test says otherwise, sentences are those of `spec/elb.md`, which tells where each was recorded.

mod action;
mod apart;
mod attribute;
mod capacity;
mod certificate;
mod classic;
mod classic_instance;
mod classic_policy;
mod endpoint_service;
mod family;
mod handed_out;
mod hostile;
mod listener;
mod load_balancer;
mod network;
mod quota;
mod refusal;
mod role;
mod rule;
mod tag;
mod target;
mod target_group;
mod trust_store;

use serde_json::{Value, json};
use testkit::{Client, Options, Server};

/// A public image of AWS's.
const IMAGE: &str = "ami-03c3da4cfa8e8943a";
/// A certificate for `www.example.com`, and its key.
const LEAF: &str = include_str!("data/leaf.pem");
const LEAF_KEY: &str = include_str!("data/leaf.key.pem");
/// An id that nothing has.
const NOTHING: &str = "0123456789abcdef";

/// A list of nothing, as clients write it into a form: `Listeners=`.
const EMPTY: &str = "";

/// A refusal: the operation, its parameters, the code and the sentence.
type Refused<'a> = (&'a str, Value, &'a str, &'a str);

/// Holds refusals, each of status 400, against what is wanted.
#[track_caller]
fn refuses(client: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, code, sentence) in cases {
        let refusal = client.call(operation, parameters).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (400, *code, *sentence), "{operation} {parameters}");
    }
}

/// One object with the members of both.
fn with(one: &Value, other: &Value) -> Value {
    let mut all = one.as_object().expect("the test gives an object").clone();
    all.extend(other.as_object().expect("the test gives an object").clone());
    Value::Object(all)
}

/// A server with a network that is open to the internet, and what speaks to it.
struct Place {
    server: Server,
    v2: Client,
    v1: Client,
    ec2: Client,
    vpc: String,
    /// One in each of three zones.
    subnets: Vec<String>,
}

impl Place {
    fn new() -> Self {
        Self::at("immediate")
    }

    fn at(pace: &str) -> Self {
        let server = Server::start_with(Options::default().flags(&["--pace", pace]));
        let (v2, v1, ec2) = (server.client("elbv2"), server.client("elb"), server.client("ec2"));
        let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
        let gateway =
            ec2.call("CreateInternetGateway", &json!({})).ok().text("internetGateway.internetGatewayId");
        ec2.call("AttachInternetGateway", &json!({ "InternetGatewayId": gateway, "VpcId": vpc })).ok();
        let subnet = |number: u8, zone: &str| {
            let wish = json!({
                "VpcId": vpc, "CidrBlock": format!("10.0.{number}.0/24"), "AvailabilityZone": zone,
            });
            ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId")
        };
        let subnets = vec![subnet(1, "us-east-1a"), subnet(2, "us-east-1b"), subnet(3, "us-east-1c")];
        Self { server, v2, v1, ec2, vpc, subnets }
    }

    fn two(&self) -> Value {
        json!([self.subnets[0], self.subnets[1]])
    }

    /// A load balancer of a kind in two zones.
    #[track_caller]
    fn balancer(&self, kind: &str, name: &str) -> String {
        self.made(&json!({ "Name": name, "Type": kind, "Subnets": self.two() }))
    }

    #[track_caller]
    fn made(&self, wish: &Value) -> String {
        let made = self.v2.call("CreateLoadBalancer", wish).ok();
        made.text("CreateLoadBalancerResult.LoadBalancers.member.LoadBalancerArn")
    }

    /// A target group in the network.
    #[track_caller]
    fn group(&self, name: &str, protocol: &str, more: &Value) -> String {
        let own = json!({ "Name": name, "Protocol": protocol, "Port": 80, "VpcId": self.vpc });
        let made = self.v2.call("CreateTargetGroup", &with(&own, more)).ok();
        made.text("CreateTargetGroupResult.TargetGroups.member.TargetGroupArn")
    }

    /// A listener that leads to a target group.
    #[track_caller]
    fn listener(&self, balancer: &str, protocol: &str, port: u16, group: &str) -> String {
        let wish = json!({
            "LoadBalancerArn": balancer, "Protocol": protocol, "Port": port,
            "DefaultActions": [forward(group)],
        });
        self.v2.call("CreateListener", &wish).ok().text("CreateListenerResult.Listeners.member.ListenerArn")
    }

    /// A running instance in a subnet.
    #[track_caller]
    fn instance(&self, subnet: &str) -> String {
        let wish = json!({
            "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "SubnetId": subnet,
        });
        self.ec2.call("RunInstances", &wish).ok().text("instancesSet.item.instanceId")
    }

    /// A certificate.
    #[track_caller]
    fn certificate(&self, name: &str) -> String {
        let upload =
            json!({ "ServerCertificateName": name, "CertificateBody": LEAF, "PrivateKey": LEAF_KEY });
        let made = self.server.client("iam").call("UploadServerCertificate", &upload).ok();
        made.text("UploadServerCertificateResult.ServerCertificateMetadata.Arn")
    }

    /// What interfaces of load balancers there are, at a path.
    fn interfaces(&self, description: &str, path: &str) -> Vec<String> {
        let filter = json!([{ "Name": "description", "Value": [description] }]);
        let found = self.ec2.call("DescribeNetworkInterfaces", &json!({ "Filter": filter })).ok();
        found.texts(&format!("networkInterfaceSet.item.{path}"))
    }

    /// The same operation in another account, and in another Region.
    fn elsewhere(&self, service: &str) -> [Client; 2] {
        [
            self.server.client(service).key("111122223333", "secret", None),
            self.server.client(service).region("eu-west-1"),
        ]
    }
}

fn forward(group: &str) -> Value {
    json!({ "Type": "forward", "TargetGroupArn": group })
}

/// A fixed response.
fn fixed() -> Value {
    json!({ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "404" } })
}

/// The values of attributes, by key.
fn attributes(answer: &testkit::Answer, path: &str) -> Vec<(String, String)> {
    let keys = answer.texts(&format!("{path}.Attributes.member.Key"));
    let tree = answer.tree();
    let members =
        tree.pointer(&format!("/{path}/Attributes/member")).or(tree.pointer(&format!("/{path}/Attributes")));
    let list = members.and_then(Value::as_array).cloned().unwrap_or_default();
    let value = |key: &String| {
        let own = list.iter().find(|own| own.get("Key").and_then(Value::as_str) == Some(key));
        own.and_then(|own| own.get("Value")).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    keys.iter().map(|key| (key.clone(), value(key))).collect()
}

/// The value of one attribute.
fn value(all: &[(String, String)], key: &str) -> Option<String> {
    all.iter().find(|(own, _)| own == key).map(|(_, value)| value.clone())
}
