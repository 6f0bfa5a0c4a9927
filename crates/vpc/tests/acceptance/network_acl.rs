use crate::{found, golden, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::Client;

fn acl(ec2: &Client, vpc: &str) -> String {
    ec2.call("CreateNetworkAcl", &json!({ "VpcId": vpc })).ok().text("networkAcl.networkAclId")
}

fn entry(acl: &str, number: i32, changes: &Value) -> Value {
    let mut entry = json!({
        "NetworkAclId": acl, "RuleNumber": number, "Protocol": "6", "RuleAction": "allow", "Egress": false,
        "CidrBlock": "10.0.0.0/8", "PortRange": { "From": 80, "To": 90 },
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        entry[name] = value.clone();
    }
    entry
}

#[test]
fn the_life_of_a_network_acl() {
    let (_server, ec2) = start();
    let mut golden = golden("network-acl");
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let created = golden.note("CreateNetworkAcl", ec2.call("CreateNetworkAcl", &json!({ "VpcId": network })));
    let id = created.ok().text("networkAcl.networkAclId");
    golden
        .note("CreateNetworkAclEntry", ec2.call("CreateNetworkAclEntry", &entry(&id, 100, &json!({}))))
        .ok();
    let ping = json!({ "Protocol": "icmp", "Egress": true, "Icmp": { "Type": 8, "Code": 0 } });
    golden.note("of ICMP", ec2.call("CreateNetworkAclEntry", &entry(&id, 100, &ping))).ok();
    let deny = entry(&id, 100, &json!({ "RuleAction": "deny" }));
    golden.note("ReplaceNetworkAclEntry", ec2.call("ReplaceNetworkAclEntry", &deny)).ok();
    let by_subnet = json!({ "Filter": [{ "Name": "association.subnet-id", "Value": [subnet] }] });
    let default = ec2.call("DescribeNetworkAcls", &by_subnet);
    let association = default.text("networkAclSet.item.associationSet.item.networkAclAssociationId");
    let mover = json!({ "AssociationId": association, "NetworkAclId": id });
    let moved =
        golden.note("ReplaceNetworkAclAssociation", ec2.call("ReplaceNetworkAclAssociation", &mover)).ok();
    golden
        .note("DescribeNetworkAcls", ec2.call("DescribeNetworkAcls", &json!({ "NetworkAclId": [id] })))
        .ok();
    let gone = json!({ "NetworkAclId": id, "RuleNumber": 100, "Egress": true });
    golden.note("DeleteNetworkAclEntry", ec2.call("DeleteNetworkAclEntry", &gone)).ok();
    let back = json!({
        "AssociationId": moved.text("newAssociationId"), "NetworkAclId": default.text("networkAclSet.item.networkAclId"),
    });
    ec2.call("ReplaceNetworkAclAssociation", &back).ok();
    golden.note("DeleteNetworkAcl", ec2.call("DeleteNetworkAcl", &json!({ "NetworkAclId": id }))).ok();
    golden.check();
}

#[test]
fn what_network_acls_refuse() {
    let (_server, ec2) = start();
    let (network, elsewhere) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let (id, foreign) = (acl(&ec2, &network), acl(&ec2, &elsewhere));
    ec2.call("CreateNetworkAclEntry", &entry(&id, 100, &json!({}))).ok();
    let by_subnet = json!({ "Filter": [{ "Name": "association.subnet-id", "Value": [subnet] }] });
    let default = ec2.call("DescribeNetworkAcls", &by_subnet);
    let association = default.text("networkAclSet.item.associationSet.item.networkAclAssociationId");
    let default = default.text("networkAclSet.item.networkAclId");
    let none = nowhere("acl");
    let missing = &format!("The networkAcl ID '{none}' does not exist");
    let create = "CreateNetworkAclEntry";
    let with = |changes: Value| entry(&id, 110, &changes);
    let number = "Value (32767) for parameter ruleNumber is invalid. Rule numbers are 1 to 32766.";
    refuses(
        &ec2,
        &[
            (
                "DeleteNetworkAcl",
                json!({ "NetworkAclId": default }),
                "InvalidParameterValue",
                &format!("cannot delete default network ACL {default}"),
            ),
            ("DeleteNetworkAcl", json!({ "NetworkAclId": none }), "InvalidNetworkAclID.NotFound", missing),
            (
                "DeleteNetworkAcl",
                json!({ "NetworkAclId": "acl" }),
                "InvalidNetworkAclId.Malformed",
                "Invalid id: \"acl\" (expecting \"acl-...\")",
            ),
            (
                create,
                entry(&id, 100, &json!({})),
                "NetworkAclEntryAlreadyExists",
                "The network acl entry identified by 100 already exists.",
            ),
            (create, entry(&id, 32_767, &json!({})), "InvalidParameterValue", number),
            (create, entry(&none, 110, &json!({})), "InvalidNetworkAclID.NotFound", missing),
            (
                create,
                with(json!({ "Protocol": "foo" })),
                "InvalidParameterValue",
                "Invalid value 'foo' for IP protocol. Unknown protocol.",
            ),
            (
                create,
                with(json!({ "RuleAction": "maybe" })),
                "InvalidParameterValue",
                "Value (maybe) for parameter ruleAction is invalid. Valid values are allow and deny.",
            ),
            (
                create,
                with(json!({ "CidrBlock": null })),
                "MissingParameter",
                "The request must contain the parameter cidrBlock",
            ),
            (
                create,
                with(json!({ "Ipv6CidrBlock": "::/0" })),
                "InvalidParameterCombination",
                "Only one of cidrBlock and ipv6CidrBlock can be specified",
            ),
            (
                create,
                with(json!({ "CidrBlock": "ten" })),
                "InvalidParameterValue",
                "Value (ten) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
            ),
            (
                create,
                with(json!({ "CidrBlock": null, "Ipv6CidrBlock": "10.0.0.0/8" })),
                "InvalidParameterValue",
                "Value (10.0.0.0/8) for parameter ipv6CidrBlock is invalid. This is not a valid CIDR block.",
            ),
            (
                create,
                with(json!({ "PortRange": null })),
                "MissingParameter",
                "The request must contain the parameter portRange",
            ),
            (
                create,
                with(json!({ "PortRange": { "From": 90, "To": 80 } })),
                "InvalidParameterValue",
                "Invalid TCP/UDP port range (90:80)",
            ),
            (
                "ReplaceNetworkAclEntry",
                entry(&id, 120, &json!({})),
                "InvalidNetworkAclEntry.NotFound",
                "no ingress entry with number 120",
            ),
            (
                "DeleteNetworkAclEntry",
                json!({ "NetworkAclId": id, "RuleNumber": 100, "Egress": true }),
                "InvalidNetworkAclEntry.NotFound",
                "no egress entry with number 100",
            ),
            (
                "ReplaceNetworkAclAssociation",
                json!({ "AssociationId": nowhere("aclassoc"), "NetworkAclId": id }),
                "InvalidAssociationID.NotFound",
                "The association ID 'aclassoc-00000000000000000' does not exist",
            ),
            (
                "ReplaceNetworkAclAssociation",
                json!({ "AssociationId": association, "NetworkAclId": foreign }),
                "InvalidParameterValue",
                &format!("network ACL {foreign} and network {network} belong to different networks"),
            ),
        ],
    );
    ec2.call("ReplaceNetworkAclAssociation", &json!({ "AssociationId": association, "NetworkAclId": id }))
        .ok();
    let sentence = format!("The networkAcl '{id}' has dependencies and cannot be deleted.");
    refuses(&ec2, &[("DeleteNetworkAcl", json!({ "NetworkAclId": id }), "DependencyViolation", &sentence)]);
    ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
    let left = found(
        &ec2,
        "DescribeNetworkAcls",
        ("association.subnet-id", &subnet),
        "networkAclSet.item.networkAclId",
    );
    assert_eq!(left, [""; 0], "the association goes with its subnet");
}
