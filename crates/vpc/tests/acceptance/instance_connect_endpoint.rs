use crate::{advance, found, golden, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::{pages, start_real, with};

#[track_caller]
fn create(ec2: &Client, parameters: &Value) -> String {
    let created = ec2.call("CreateInstanceConnectEndpoint", parameters).ok();
    created.text("instanceConnectEndpoint.instanceConnectEndpointId")
}

#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let wish = json!({ "InstanceConnectEndpointId": [id] });
    let found = ec2.call("DescribeInstanceConnectEndpoints", &wish).ok();
    found.texts(&format!("instanceConnectEndpointSet.item.{path}"))
}

#[track_caller]
fn group(ec2: &Client, vpc: &str, name: &str) -> String {
    let wish = json!({ "GroupName": name, "GroupDescription": "g", "VpcId": vpc });
    ec2.call("CreateSecurityGroup", &wish).ok().text("groupId")
}

#[test]
fn the_life_of_an_instance_connect_endpoint() {
    let (_server, ec2) = start();
    let mut golden = golden("instance-connect-endpoint");
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let created = ec2.call("CreateInstanceConnectEndpoint", &json!({ "SubnetId": subnet }));
    let created = golden.note("CreateInstanceConnectEndpoint", created).ok();
    let id = created.text("instanceConnectEndpoint.instanceConnectEndpointId");
    golden.note("its interface", ec2.call("DescribeNetworkInterfaces", &json!({}))).ok();
    let group = group(&ec2, &network, "g");
    let change =
        json!({ "InstanceConnectEndpointId": id, "SecurityGroupId": [group], "PreserveClientIp": true });
    golden.note("Modify…", ec2.call("ModifyInstanceConnectEndpoint", &change)).ok();
    let own = json!({ "InstanceConnectEndpointId": [id] });
    golden.note("DescribeInstanceConnectEndpoints", ec2.call("DescribeInstanceConnectEndpoints", &own)).ok();
    let path = "networkInterfaceSet.item.description";
    let cards = found(&ec2, "DescribeNetworkInterfaces", ("group-id", &group), path);
    assert_eq!(cards, [format!("EC2 Instance Connect Endpoint {id}")]);
    let sentence = format!("The subnet '{subnet}' has dependencies and cannot be deleted.");
    let gone = json!({ "SubnetId": subnet });
    refuses(&ec2, &[("DeleteSubnet", gone.clone(), "DependencyViolation", &sentence)]);
    let one = json!({ "InstanceConnectEndpointId": id });
    golden.note("Delete…", ec2.call("DeleteInstanceConnectEndpoint", &one)).ok();
    let sentence = format!("The instanceConnectEndpoint ID '{id}' does not exist");
    let code = "InvalidInstanceConnectEndpointId.NotFound";
    refuses(&ec2, &[("DescribeInstanceConnectEndpoints", own, code, &sentence)]);
    ec2.call("DeleteSubnet", &gone).ok();
    golden.check();
}

#[test]
fn an_endpoint_shows_what_is_being_done_to_it() {
    let (server, ec2) = start_real();
    let network = vpc(&ec2, "10.0.0.0/16");
    let id = create(&ec2, &json!({ "SubnetId": subnet(&ec2, &network, "10.0.1.0/24") }));
    let one = json!({ "InstanceConnectEndpointId": id });
    let busy = |state: &str| {
        let sentence =
            format!("The request cannot be completed while {id} is in the current state ({state}).");
        refuses(&ec2, &[("DeleteInstanceConnectEndpoint", one.clone(), "IncorrectState", &sentence)]);
        assert_eq!(said(&ec2, &id, "state"), [state]);
    };
    busy("create-in-progress");
    advance(&server, "61s");
    assert_eq!(said(&ec2, &id, "state"), ["create-complete"]);
    ec2.call("ModifyInstanceConnectEndpoint", &with(&one, &json!({ "PreserveClientIp": true }))).ok();
    busy("update-in-progress");
    advance(&server, "61s");
    assert_eq!(said(&ec2, &id, "state"), ["update-complete"]);
    ec2.call("DeleteInstanceConnectEndpoint", &one).ok();
    busy("delete-in-progress");
    advance(&server, "61s");
    let left = ec2.call("DescribeInstanceConnectEndpoints", &json!({})).ok();
    assert_eq!(left.texts("instanceConnectEndpointSet.item.state"), [""; 0]);
}

#[test]
fn every_filter_finds_one_endpoint_and_not_the_other() {
    let (server, ec2) = start();
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let (near, far) = (subnet(&ec2, &one, "10.0.1.0/24"), subnet(&ec2, &two, "10.1.1.0/24"));
    let tags =
        json!([{ "ResourceType": "instance-connect-endpoint", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let id = create(&ec2, &json!({ "SubnetId": near, "TagSpecification": tags }));
    create(&ec2, &json!({ "SubnetId": far }));
    let path = "instanceConnectEndpointSet.item.instanceConnectEndpointId";
    let all = |name: &str, value: &str| found(&ec2, "DescribeInstanceConnectEndpoints", (name, value), path);
    for (name, value) in [
        ("instance-connect-endpoint-id", id.as_str()),
        ("subnet-id", &near),
        ("vpc-id", &one),
        ("tag:team", "red"),
        ("tag-key", "team"),
        ("tag-value", "red"),
    ] {
        assert_eq!(all(name, value), [id.as_str()], "{name}");
    }
    assert_eq!((all("state", "create-complete").len(), all("state", "delete-in-progress").len()), (2, 0));
    let (ids, count) = pages(&ec2, "DescribeInstanceConnectEndpoints", &json!({ "MaxResults": 1 }), path);
    assert_eq!((ids.len(), count), (2, 2));
    let west = server.client("ec2").region("eu-west-1");
    let elsewhere = west.call("DescribeInstanceConnectEndpoints", &json!({})).ok();
    assert_eq!(elsewhere.texts(path), [""; 0]);
}

#[test]
fn what_instance_connect_endpoints_refuse() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let own = subnet(&ec2, &network, "10.0.1.0/24");
    let wish = |more: Value| with(&json!({ "SubnetId": own }), &more);
    let token = wish(json!({ "ClientToken": "t" }));
    let id = create(&ec2, &token);
    assert_eq!(create(&ec2, &token), id);
    let none = nowhere("eice");
    let missing = &format!("The instanceConnectEndpoint ID '{none}' does not exist");
    let not_found = "InvalidInstanceConnectEndpointId.NotFound";
    let create_ = "CreateInstanceConnectEndpoint";
    refuses(
        &ec2,
        &[
            (
                create_,
                wish(json!({})),
                "InstanceConnectEndpointLimitExceeded",
                "The maximum number of EC2 Instance Connect Endpoints has been reached.",
            ),
            (
                create_,
                wish(json!({ "SubnetId": nowhere("subnet") })),
                "InvalidSubnetID.NotFound",
                &format!("The subnet ID '{}' does not exist", nowhere("subnet")),
            ),
            (
                create_,
                wish(json!({ "IpAddressType": "dualstack" })),
                "InvalidParameter",
                "The IP address type (dualstack) is not supported by the subnet.",
            ),
            (
                create_,
                wish(json!({ "ClientToken": "t", "PreserveClientIp": true })),
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            ),
            (
                "ModifyInstanceConnectEndpoint",
                json!({ "InstanceConnectEndpointId": none }),
                not_found,
                missing,
            ),
            (
                "DeleteInstanceConnectEndpoint",
                json!({ "InstanceConnectEndpointId": none }),
                not_found,
                missing,
            ),
            (
                "DeleteInstanceConnectEndpoint",
                json!({ "InstanceConnectEndpointId": "x" }),
                "InvalidInstanceConnectEndpointId.Malformed",
                "Invalid id: \"x\" (expecting \"eice-...\")",
            ),
            (
                "ModifyInstanceConnectEndpoint",
                json!({ "InstanceConnectEndpointId": id, "SecurityGroupId": [nowhere("sg")] }),
                "InvalidGroup.NotFound",
                &format!("The security group '{}' does not exist", nowhere("sg")),
            ),
        ],
    );
    let dry = ec2.call(create_, &wish(json!({ "DryRun": true }))).refusal();
    assert_eq!(dry.code, "DryRunOperation");
}
