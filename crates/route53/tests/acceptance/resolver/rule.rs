//! Rules, their associations and their policies.

use super::{Network, network, pages, refuses, start, start_real};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::advance;

fn endpoint(client: &Client, network: &Network, direction: &str) -> String {
    let create = json!({
        "CreatorRequestId": direction, "Direction": direction, "SecurityGroupIds": [network.group],
        "IpAddresses": [{ "SubnetId": network.subnets[0] }, { "SubnetId": network.subnets[1] }],
    });
    client.call("CreateResolverEndpoint", &create).ok().text("ResolverEndpoint.Id")
}

fn forward(request: &str, domain: &str, endpoint: &str) -> Value {
    json!({
        "CreatorRequestId": request, "RuleType": "FORWARD", "Name": request, "DomainName": domain,
        "ResolverEndpointId": endpoint, "TargetIps": [{ "Ip": "192.0.2.53" }],
    })
}

#[test]
fn a_rule_leads_through_an_outbound_endpoint() {
    let (server, client) = start();
    let network = network(&server);
    let (out, inbound) = (endpoint(&client, &network, "OUTBOUND"), endpoint(&client, &network, "INBOUND"));
    let made = client.call("CreateResolverRule", &forward("one", "Corp.Example", &out)).ok();
    let told = |member: &str| made.text(&format!("ResolverRule.{member}"));
    let id = told("Id");
    assert_eq!((told("DomainName"), told("Status")), ("corp.example.".to_owned(), "COMPLETE".to_owned()));
    assert_eq!((told("TargetIps.Ip"), told("TargetIps.Port")), ("192.0.2.53".to_owned(), "53".to_owned()));
    assert_eq!((told("OwnerId"), told("ShareStatus")), ("000000000000".to_owned(), "NOT_SHARED".to_owned()));
    let again = client.call("CreateResolverRule", &forward("one", "Corp.Example", &out)).ok();
    assert_eq!(again.text("ResolverRule.Id"), id);
    let update = json!({ "ResolverRuleId": id, "Config": { "Name": "new", "TargetIps": [{ "Ip": "192.0.2.54", "Port": 54 }] } });
    let updated = client.call("UpdateResolverRule", &update).ok();
    assert_eq!(updated.text("ResolverRule.TargetIps.Port"), "54");
    let internet = json!({ "ResolverRuleId": "rslvr-autodefined-rr-internet-resolver" });
    let internet = client.call("GetResolverRule", &internet).ok();
    assert_eq!(internet.text("ResolverRule.RuleType"), "RECURSIVE");
    let ids = pages(&client, "ListResolverRules", &json!({}), "ResolverRules.Id");
    assert_eq!(ids, ["rslvr-autodefined-rr-internet-resolver".to_owned(), id.clone()]);
    let system = |more: Value| {
        let mut system =
            json!({ "CreatorRequestId": "s", "RuleType": "SYSTEM", "DomainName": "a.corp.example" });
        for (key, value) in more.as_object().into_iter().flatten() {
            system[key] = value.clone();
        }
        system
    };
    let in_use = format!(
        "Cannot delete resolver endpoint unless its related resolver rules are deleted.  The following rules still exist for this resolver endpoint:  {id}"
    );
    refuses(
        &client,
        &[
            (
                "CreateResolverRule",
                forward("two", "x.example", &inbound),
                "InvalidRequestException",
                "[RSLVR-00700] Resolver rules can only be associated to OUTBOUND resolver endpoints.",
            ),
            (
                "CreateResolverRule",
                forward("two", "x.example", "rslvr-out-none"),
                "ResourceNotFoundException",
                "Resolver endpoint with ID 'rslvr-out-none' does not exist",
            ),
            (
                "CreateResolverRule",
                forward("one", "x.example", &out),
                "ResourceExistsException",
                "Resolver rule with creator request ID 'one' already exists",
            ),
            (
                "CreateResolverRule",
                system(json!({ "ResolverEndpointId": out })),
                "InvalidRequestException",
                "Cannot specify resolver endpoint ID and target IP for SYSTEM type resolver rule",
            ),
            (
                "CreateResolverRule",
                system(json!({ "RuleType": "RECURSIVE" })),
                "InvalidRequestException",
                "[RSLVR-00718] Cannot create a rule with type RECURSIVE",
            ),
            (
                "GetResolverRule",
                json!({ "ResolverRuleId": "none" }),
                "ResourceNotFoundException",
                "[RSLVR-00703] Resolver rule with ID \"none\" does not exist.",
            ),
            (
                "DeleteResolverEndpoint",
                json!({ "ResolverEndpointId": out }),
                "InvalidRequestException",
                &in_use,
            ),
        ],
    );
    client.call("CreateResolverRule", &system(json!({}))).ok();
    client.call("DeleteResolverRule", &json!({ "ResolverRuleId": id })).ok();
    client.call("DeleteResolverEndpoint", &json!({ "ResolverEndpointId": out })).ok();
}

#[test]
fn a_vpc_has_one_rule_for_a_domain() {
    let (server, client) = start_real();
    let network = network(&server);
    let out = endpoint(&client, &network, "OUTBOUND");
    let rules = ["one", "two"].map(|request| {
        client
            .call("CreateResolverRule", &forward(request, "corp.example", &out))
            .ok()
            .text("ResolverRule.Id")
    });
    let pair = |rule: &str, vpc: &str| json!({ "ResolverRuleId": rule, "VPCId": vpc, "Name": "a" });
    let made = client.call("AssociateResolverRule", &pair(&rules[0], &network.vpc)).ok();
    let id = made.text("ResolverRuleAssociation.Id");
    assert_eq!(made.text("ResolverRuleAssociation.Status"), "CREATING");
    advance(&server, "61s");
    let of = json!({ "ResolverRuleAssociationId": id });
    let got = client.call("GetResolverRuleAssociation", &of).ok();
    assert_eq!(got.text("ResolverRuleAssociation.Status"), "COMPLETE");
    let conflict = format!(
        "[RSLVR-00802] Cannot associate rules with same domain name with same VPC. Conflict with resolver rule \"{}\"",
        rules[0]
    );
    refuses(
        &client,
        &[
            ("AssociateResolverRule", pair(&rules[1], &network.vpc), "InvalidRequestException", &conflict),
            (
                "AssociateResolverRule",
                pair(&rules[1], "vpc-00000000000000000"),
                "InvalidParameterException",
                "The vpc ID 'vpc-00000000000000000' does not exist",
            ),
            (
                "DeleteResolverRule",
                json!({ "ResolverRuleId": rules[0] }),
                "ResourceInUseException",
                "Please disassociate this resolver rule from VPC first before deleting",
            ),
        ],
    );
    let by_vpc = json!({ "Filters": [{ "Name": "VPCId", "Values": [network.vpc] }] });
    let found = pages(&client, "ListResolverRuleAssociations", &by_vpc, "ResolverRuleAssociations.Id");
    assert_eq!(found, [id.as_str()]);
    client.call("DisassociateResolverRule", &pair(&rules[0], &network.vpc)).ok();
    advance(&server, "61s");
    let gone = format!("ResolverRuleAssociation '{id}' does not Exist");
    let pair = pair(&rules[0], &network.vpc);
    let absent = format!(
        "Resolver Rule Association between Resolver Rule '{}' and VPC '{}' does not exist",
        rules[0], network.vpc
    );
    refuses(
        &client,
        &[
            ("GetResolverRuleAssociation", of, "ResourceNotFoundException", &gone),
            ("DisassociateResolverRule", pair, "ResourceNotFoundException", &absent),
        ],
    );
}

/// Recorded: terraform-provider-aws, issue 35733.
#[test]
fn targets_say_which_of_several_protocols_is_meant() {
    let (server, client) = start();
    let network = network(&server);
    let create = json!({
        "CreatorRequestId": "e", "Direction": "OUTBOUND", "SecurityGroupIds": [network.group],
        "IpAddresses": [{ "SubnetId": network.subnets[0] }, { "SubnetId": network.subnets[1] }],
        "Protocols": ["Do53", "DoH"],
    });
    let out = client.call("CreateResolverEndpoint", &create).ok().text("ResolverEndpoint.Id");
    let mut told = forward("one", "corp.example", &out);
    told["TargetIps"] = json!([{ "Ip": "192.0.2.53", "Protocol": "Do53" }]);
    let id = client.call("CreateResolverRule", &told).ok().text("ResolverRule.Id");
    let open = json!({ "ResolverRuleId": id, "Config": { "TargetIps": [{ "Ip": "192.0.2.54" }] } });
    let sentence =
        "[RSLVR-00726] Endpoint has more than 1 protocol. Add one of the endpoint protocol for rule creation";
    refuses(
        &client,
        &[
            ("CreateResolverRule", forward("two", "corp.example", &out), "InvalidRequestException", sentence),
            ("UpdateResolverRule", open, "InvalidRequestException", sentence),
        ],
    );
    let renamed = json!({ "ResolverRuleId": id, "Config": { "Name": "new" } });
    client.call("UpdateResolverRule", &renamed).ok();
}

/// Recorded: aws-network-hub-for-terraform, pull request 26.
#[test]
fn a_vpc_does_not_ask_itself() {
    let (server, client) = start();
    let network = network(&server);
    let (out, inbound) = (endpoint(&client, &network, "OUTBOUND"), endpoint(&client, &network, "INBOUND"));
    let of = json!({ "ResolverEndpointId": inbound });
    let addresses = client.call("ListResolverEndpointIpAddresses", &of).ok().texts("IpAddresses.Ip");
    let mut back = forward("one", "corp.example", &out);
    back["TargetIps"] = json!([{ "Ip": "192.0.2.53" }, { "Ip": addresses[0] }]);
    let rule = client.call("CreateResolverRule", &back).ok().text("ResolverRule.Id");
    let pair = |vpc: &str| json!({ "ResolverRuleId": rule, "VPCId": vpc });
    let sentence = format!(
        "[RSLVR-00804] Cannot associate rule {rule} to VPC {} because the VPC include an INBOUND resolver endpoints with rule's target IP. Please try a different rule or update rule's target IP.",
        network.vpc
    );
    refuses(&client, &[("AssociateResolverRule", pair(&network.vpc), "InvalidRequestException", &sentence)]);
    let other = server.client("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.9.0.0/16" })).ok();
    client.call("AssociateResolverRule", &pair(&other.text("vpc.vpcId"))).ok();
}

#[test]
fn policies_and_tags_stand_at_arns() {
    let (_server, client) = start();
    let create = json!({ "CreatorRequestId": "s", "RuleType": "SYSTEM", "DomainName": "a.example",
        "Tags": [{ "Key": "a", "Value": "1" }] });
    let arn = client.call("CreateResolverRule", &create).ok().text("ResolverRule.Arn");
    let of = json!({ "Arn": arn });
    assert_eq!(client.call("GetResolverRulePolicy", &of).ok().text("ResolverRulePolicy"), "");
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let put = json!({ "Arn": arn, "ResolverRulePolicy": policy });
    assert_eq!(client.call("PutResolverRulePolicy", &put).ok().text("ReturnValue"), "true");
    assert_eq!(client.call("GetResolverRulePolicy", &of).ok().text("ResolverRulePolicy"), policy);
    let missing = format!("{arn}0");
    let unknown = format!("The resource '{missing}' does not exist");
    refuses(
        &client,
        &[
            ("GetResolverRulePolicy", json!({ "Arn": missing }), "UnknownResourceException", &unknown),
            (
                "PutResolverRulePolicy",
                json!({ "Arn": arn, "ResolverRulePolicy": "no document at all, but long enough" }),
                "InvalidPolicyDocument",
                "The specified Resolver rule policy is invalid.",
            ),
            ("ListTagsForResource", json!({ "ResourceArn": missing }), "ResourceNotFoundException", &unknown),
        ],
    );
    let add = json!({ "ResourceArn": arn, "Tags": [{ "Key": "b", "Value": "2" }] });
    client.call("TagResource", &add).ok();
    client.call("UntagResource", &json!({ "ResourceArn": arn, "TagKeys": ["a", "none"] })).ok();
    let tags = client.call("ListTagsForResource", &json!({ "ResourceArn": arn })).ok();
    assert_eq!(
        (tags.texts("Tags.Key"), tags.texts("Tags.Value")),
        (vec!["b".to_owned()], vec!["2".to_owned()])
    );
}
