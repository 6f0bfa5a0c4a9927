//! The role that the service has in the accounts of its users. Source: Elastic Load Balancing user guide, "Elastic Load
//! Balancing service-linked role".

use serde_json::{Value, json};
use testkit::{Client, Server, allow};

const ROLE: &str = "AWSServiceRoleForElasticLoadBalancing";
const PATH: &str = "/aws-service-role/elasticloadbalancing.amazonaws.com/";

/// The API and what its first load balancer is made of: one of the subnets of the default VPC.
fn apis(subnet: &str) -> [(&'static str, Value); 2] {
    let listener = json!({ "Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 80 });
    [
        ("elbv2", json!({ "Name": "web", "Type": "network", "Subnets": [subnet] })),
        ("elb", json!({ "LoadBalancerName": "web", "Listeners": [listener], "Subnets": [subnet] })),
    ]
}

fn subnet(ec2: &Client) -> String {
    ec2.call("DescribeSubnets", &json!({})).ok().texts("subnetSet.item.subnetId").swap_remove(0)
}

fn has_role(iam: &Client) -> bool {
    let answer = iam.call("GetRole", &json!({ "RoleName": ROLE }));
    answer.status == 200 && answer.text("GetRoleResult.Role.Path") == PATH
}

#[test]
fn the_first_load_balancer_makes_it() {
    for n in 0..2 {
        let server = Server::start();
        let iam = server.client("iam");
        assert!(!has_role(&iam));
        let (api, wish) = &apis(&subnet(&server.client("ec2")))[n];
        server.client(api).call("CreateLoadBalancer", wish).ok();
        assert!(has_role(&iam), "{api}");
    }
}

#[test]
fn whoever_makes_the_first_one_may_make_it() {
    let server = Server::enforcing();
    let iam = server.root("iam");
    let elb = allow(&["elasticloadbalancing:*"], "*");
    let anna = server.user("anna", std::slice::from_ref(&elb));
    let apis = apis(&subnet(&server.root("ec2")));
    for (api, wish) in &apis {
        let refusal = anna.client(api).call("CreateLoadBalancer", wish).refusal();
        let sentence = format!(
            "User: arn:aws:iam::000000000000:user/anna is not authorized to perform: iam:CreateServiceLinkedRole on resource: arn:aws:iam::000000000000:role{PATH}{ROLE} because no identity-based policy allows the iam:CreateServiceLinkedRole action"
        );
        let found = (refusal.status, refusal.code.as_str(), refusal.message);
        assert_eq!(found, (403, "AccessDenied", sentence), "{api}");
        assert!(!has_role(&iam));
    }
    anna.may(&[elb.clone(), allow(&["iam:CreateServiceLinkedRole"], "*")]);
    anna.client(apis[0].0).call("CreateLoadBalancer", &apis[0].1).ok();
    assert!(has_role(&iam));
    // It is there now, and nobody is asked.
    anna.may(&[elb]);
    anna.client(apis[1].0).call("CreateLoadBalancer", &apis[1].1).ok();
}
