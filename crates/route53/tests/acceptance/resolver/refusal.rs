//! What is refused of things on their way to another state, of tokens, tags, ARNs and repeated requests.

use super::{Network, network, refuses, start, start_real};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::advance;

fn endpoint(client: &Client, network: &Network, request: &str) -> String {
    let create = json!({
        "CreatorRequestId": request, "Direction": "OUTBOUND", "SecurityGroupIds": [network.group],
        "IpAddresses": [{ "SubnetId": network.subnets[0] }, { "SubnetId": network.subnets[1] }],
    });
    client.call("CreateResolverEndpoint", &create).ok().text("ResolverEndpoint.Id")
}

fn forward(endpoint: &str, request: &str) -> Value {
    json!({
        "CreatorRequestId": request, "RuleType": "FORWARD", "DomainName": format!("{request}.example"),
        "ResolverEndpointId": endpoint, "TargetIps": [{ "Ip": "192.0.2.1" }],
    })
}

fn named(name: &str) -> Value {
    json!({ "CreatorRequestId": name, "Name": name })
}

const UNAVAILABLE: &str = "The specified resource isn't available.";
const NO_TRANSITION: &str = "The requested state transition isn't valid.";

#[test]
fn what_changes_is_not_changed_again() {
    let (server, client) = start_real();
    let network = network(&server);
    let out = endpoint(&client, &network, "one");
    let rule = client.call("CreateResolverRule", &forward(&out, "one")).ok().text("ResolverRule.Id");
    let update = json!({ "ResolverRuleId": rule, "Config": { "Name": "n" } });
    let pair = json!({ "ResolverRuleId": rule, "VPCId": network.vpc });
    let changed = client.call("UpdateResolverRule", &update).ok();
    assert_eq!(changed.text("ResolverRule.Status"), "UPDATING");
    let reverse = |flag: &str| json!({ "ResourceId": network.vpc, "AutodefinedReverseFlag": flag });
    client.call("UpdateResolverConfig", &reverse("DISABLE")).ok();
    let gone = endpoint(&client, &network, "two");
    client.call("DeleteResolverEndpoint", &json!({ "ResolverEndpointId": gone })).ok();
    refuses(
        &client,
        &[
            (
                "UpdateResolverRule",
                update.clone(),
                "ResourceUnavailableException",
                "[RSLVR-00705] Cannot update Resolver Rule because it's currently updating.",
            ),
            ("AssociateResolverRule", pair.clone(), "ResourceUnavailableException", UNAVAILABLE),
            ("UpdateResolverConfig", reverse("ENABLE"), "ResourceUnavailableException", UNAVAILABLE),
            ("CreateResolverRule", forward(&gone, "two"), "ResourceUnavailableException", UNAVAILABLE),
        ],
    );
    advance(&server, "61s");
    let got = client.call("GetResolverRule", &json!({ "ResolverRuleId": rule })).ok();
    assert_eq!(got.text("ResolverRule.Status"), "COMPLETE");
    client.call("UpdateResolverRule", &update).ok();
    client.call("UpdateResolverConfig", &reverse("ENABLE")).ok();
    advance(&server, "61s");
    client.call("AssociateResolverRule", &pair).ok();
}

/// What AWS says of it is not recorded.
#[test]
fn an_endpoint_that_goes_does_not_come_back() {
    let (server, client) = start_real();
    let network = network(&server);
    let id = endpoint(&client, &network, "one");
    advance(&server, "61s");
    let of = json!({ "ResolverEndpointId": id });
    let addresses = client.call("ListResolverEndpointIpAddresses", &of).ok().texts("IpAddresses.IpId");
    client.call("DeleteResolverEndpoint", &of).ok();
    let with = |key: &str, value: Value| {
        let mut all = of.clone();
        all[key] = value;
        all
    };
    let (code, sentence) = ("InvalidRequestException", "The request is invalid.");
    let more = with("IpAddress", json!({ "SubnetId": network.subnets[0] }));
    refuses(
        &client,
        &[
            ("UpdateResolverEndpoint", with("Name", json!("other")), code, sentence),
            ("AssociateResolverEndpointIpAddress", more, code, sentence),
            (
                "DisassociateResolverEndpointIpAddress",
                with("IpAddress", json!({ "IpId": addresses[0] })),
                code,
                sentence,
            ),
            ("DeleteResolverEndpoint", of.clone(), code, sentence),
        ],
    );
    advance(&server, "61s");
    let gone = format!("Resolver endpoint with ID '{id}' does not exist");
    refuses(&client, &[("GetResolverEndpoint", of, "ResourceNotFoundException", &gone)]);
}

#[test]
fn what_goes_is_not_changed_and_does_not_go_again() {
    let (server, client) = start_real();
    let vpc = network(&server).vpc;
    let list = client.call("CreateFirewallDomainList", &named("l")).ok().text("FirewallDomainList.Id");
    let group = client.call("CreateFirewallRuleGroup", &named("g")).ok().text("FirewallRuleGroup.Id");
    let associate = json!({
        "CreatorRequestId": "a", "FirewallRuleGroupId": group, "VpcId": vpc, "Priority": 101, "Name": "a",
    });
    let made = client.call("AssociateFirewallRuleGroup", &associate).ok();
    let association =
        json!({ "FirewallRuleGroupAssociationId": made.text("FirewallRuleGroupAssociation.Id") });
    let in_use = format!("The firewall rule group '{group}' is associated with VPCs.");
    let of_group = json!({ "FirewallRuleGroupId": group });
    refuses(&client, &[("DeleteFirewallRuleGroup", of_group.clone(), "ConflictException", &in_use)]);
    client.call("DisassociateFirewallRuleGroup", &association).ok();
    let of_list = json!({ "FirewallDomainListId": list });
    let deleted = client.call("DeleteFirewallDomainList", &of_list).ok();
    assert_eq!(deleted.text("FirewallDomainList.Status"), "DELETING");
    let got = client.call("GetFirewallDomainList", &of_list).ok();
    assert_eq!(got.text("FirewallDomainList.Status"), "DELETING");
    let update = json!({ "FirewallDomainListId": list, "Operation": "ADD", "Domains": ["a.example"] });
    let import = json!({ "FirewallDomainListId": list, "Operation": "REPLACE", "DomainFileUrl": "s3://a/b" });
    let rule = json!({
        "CreatorRequestId": "r", "FirewallRuleGroupId": group, "FirewallDomainListId": list,
        "Priority": 10, "Action": "ALERT", "Name": "r",
    });
    let absent = format!("[RSLVR-02025] Can’t find the resource with ID \"{list}\".");
    refuses(
        &client,
        &[
            ("DisassociateFirewallRuleGroup", association.clone(), "ConflictException", NO_TRANSITION),
            ("UpdateFirewallRuleGroupAssociation", association, "ConflictException", NO_TRANSITION),
            ("DeleteFirewallDomainList", of_list.clone(), "ConflictException", NO_TRANSITION),
            ("UpdateFirewallDomains", update, "ConflictException", NO_TRANSITION),
            ("ImportFirewallDomains", import, "ConflictException", NO_TRANSITION),
            ("CreateFirewallRule", rule, "ResourceNotFoundException", &absent),
        ],
    );
    advance(&server, "61s");
    client.call("DeleteFirewallRuleGroup", &of_group).ok();
    refuses(&client, &[("GetFirewallDomainList", of_list, "ResourceNotFoundException", &absent)]);
}

#[test]
fn the_same_request_again_answers_what_it_made() {
    let (server, client) = start();
    let vpc = network(&server).vpc;
    let list = client.call("CreateFirewallDomainList", &named("l")).ok().text("FirewallDomainList.Id");
    let group = client.call("CreateFirewallRuleGroup", &named("g")).ok().text("FirewallRuleGroup.Id");
    let rule = |request: &str| {
        json!({
            "CreatorRequestId": request, "FirewallRuleGroupId": group, "FirewallDomainListId": list,
            "Priority": 10, "Action": "ALERT", "Name": "r",
        })
    };
    let associate = |request: &str| {
        json!({
            "CreatorRequestId": request, "FirewallRuleGroupId": group, "VpcId": vpc, "Priority": 101,
            "Name": "a", "Tags": [{ "Key": "a", "Value": "1" }],
        })
    };
    let log = json!({ "CreatorRequestId": "q", "Name": "q", "DestinationArn": "arn:aws:s3:::logs" });
    for (operation, parameters, path) in [
        ("CreateFirewallDomainList", named("l"), "FirewallDomainList.Id"),
        ("CreateFirewallRuleGroup", named("g"), "FirewallRuleGroup.Id"),
        ("CreateFirewallRule", rule("r"), "FirewallRule.CreationTime"),
        ("AssociateFirewallRuleGroup", associate("a"), "FirewallRuleGroupAssociation.Id"),
        ("CreateResolverQueryLogConfig", log, "ResolverQueryLogConfig.Id"),
    ] {
        let told = || client.call(operation, &parameters).ok().text(path);
        assert_eq!(told(), told(), "{operation}");
    }
    let taken = format!(
        "[RSLVR-02302] This DNS Firewall rule group can't be associated to a VPC: \"{vpc}\". It is already associated with it."
    );
    refuses(
        &client,
        &[
            (
                "CreateFirewallRule",
                rule("other"),
                "ValidationException",
                "The firewall rule group has a rule for the firewall domain list already.",
            ),
            ("AssociateFirewallRuleGroup", associate("other"), "ConflictException", &taken),
        ],
    );
}

#[test]
fn a_token_is_good_for_its_list_alone() {
    let (server, client) = start();
    let network = network(&server);
    let id = endpoint(&client, &network, "one");
    let arn = client.call("GetResolverEndpoint", &json!({ "ResolverEndpointId": id })).ok();
    let arn = arn.text("ResolverEndpoint.Arn");
    let list = client.call("CreateFirewallDomainList", &named("l")).ok().text("FirewallDomainList.Id");
    let group = client.call("CreateFirewallRuleGroup", &named("g")).ok().text("FirewallRuleGroup.Id");
    let none = json!({});
    for (operation, mut parameters, code) in [
        ("ListResolverConfigs", none.clone(), "InvalidNextTokenException"),
        ("ListResolverDnssecConfigs", none.clone(), "InvalidNextTokenException"),
        ("ListResolverEndpointIpAddresses", json!({ "ResolverEndpointId": id }), "InvalidNextTokenException"),
        ("ListResolverEndpoints", none.clone(), "InvalidNextTokenException"),
        ("ListResolverQueryLogConfigs", none.clone(), "InvalidNextTokenException"),
        ("ListResolverRuleAssociations", none.clone(), "InvalidNextTokenException"),
        ("ListResolverRules", none.clone(), "InvalidNextTokenException"),
        ("ListTagsForResource", json!({ "ResourceArn": arn }), "InvalidNextTokenException"),
        ("ListResolverQueryLogConfigAssociations", none.clone(), "InvalidParameterException"),
        ("ListFirewallConfigs", none.clone(), "ValidationException"),
        ("ListFirewallDomainLists", none.clone(), "ValidationException"),
        ("ListFirewallDomains", json!({ "FirewallDomainListId": list }), "ValidationException"),
        ("ListFirewallRuleGroupAssociations", none.clone(), "ValidationException"),
        ("ListFirewallRuleGroups", none, "ValidationException"),
        ("ListFirewallRules", json!({ "FirewallRuleGroupId": group }), "ValidationException"),
    ] {
        parameters["NextToken"] = "of nothing".into();
        let sentence = "Invalid value passed for the NextToken parameter";
        client.call(operation, &parameters).refused(400, code, sentence);
    }
}

#[test]
fn filters_name_what_a_list_knows() {
    let (_server, client) = start();
    let filters = json!({ "Filters": [{ "Name": "Colour", "Values": ["red"] }] });
    for operation in [
        "ListResolverDnssecConfigs",
        "ListResolverEndpoints",
        "ListResolverQueryLogConfigAssociations",
        "ListResolverQueryLogConfigs",
        "ListResolverRuleAssociations",
        "ListResolverRules",
    ] {
        let sentence = "The filter 'Colour' is invalid";
        client.call(operation, &filters).refused(400, "InvalidParameterException", sentence);
    }
}

#[test]
fn tags_and_policies_are_at_arns_of_what_has_them() {
    let (_server, client) = start();
    let system = json!({ "CreatorRequestId": "s", "RuleType": "SYSTEM", "DomainName": "a.example" });
    let rule = client.call("CreateResolverRule", &system).ok().text("ResolverRule.Arn");
    let log = json!({ "CreatorRequestId": "q", "Name": "q", "DestinationArn": "arn:aws:s3:::logs" });
    let log = client.call("CreateResolverQueryLogConfig", &log).ok().text("ResolverQueryLogConfig.Arn");
    let group = client.call("CreateFirewallRuleGroup", &named("g")).ok().text("FirewallRuleGroup.Arn");
    let own = "arn:aws:route53resolver:us-east-1:000000000000:autodefined-rule/rslvr-autodefined-rr-internet-resolver";
    let tags = |arn: &str, keys: std::ops::Range<i32>| {
        let tags: Vec<Value> = keys.map(|n| json!({ "Key": n.to_string(), "Value": "" })).collect();
        json!({ "ResourceArn": arn, "Tags": tags })
    };
    let untag = |arn: &str| json!({ "ResourceArn": arn, "TagKeys": ["a"] });
    let listed = |arn: &str| json!({ "ResourceArn": arn });
    let bad = "One or more parameters in this request are not valid.";
    let auto = "[RSLVR-00903] Cannot tag Auto Defined Rule.";
    let bad_group = format!("The ARN '{rule}' is not valid for a firewall rule group.");
    let reserved = json!({ "ResourceArn": rule, "Tags": [{ "Key": "aws:a", "Value": "" }] });
    let mut cases = vec![
        ("TagResource", tags(own, 0..1), "InvalidRequestException", auto),
        ("UntagResource", untag(own), "InvalidRequestException", auto),
        ("ListTagsForResource", listed(own), "InvalidRequestException", auto),
        ("TagResource", reserved, "InvalidTagException", "The specified tag is invalid."),
        ("TagResource", tags(&rule, 0..51), "LimitExceededException", "A resource can have up to 50 tags."),
    ];
    for arn in ["none", "arn:aws:s3:::bucket", "arn:aws:route53resolver:us-east-1:000000000000:other/x"] {
        cases.push(("TagResource", tags(arn, 0..1), "InvalidParameterException", bad));
        cases.push(("UntagResource", untag(arn), "InvalidParameterException", bad));
        cases.push(("ListTagsForResource", listed(arn), "InvalidParameterException", bad));
    }
    let put = |member: &str, arn: &str, policy: &str| json!({ "Arn": arn, member: policy });
    let (of_rule, of_log, of_group) =
        ("ResolverRulePolicy", "ResolverQueryLogConfigPolicy", "FirewallRuleGroupPolicy");
    let unwritten = "no document, but long enough to be one";
    let invalid = "The specified Resolver rule policy is invalid.";
    let invalid_group = "The specified firewall rule group policy is invalid.";
    cases.extend([
        ("PutResolverRulePolicy", put(of_rule, &log, "{}"), "InvalidParameterException", bad),
        ("GetResolverRulePolicy", json!({ "Arn": log }), "InvalidParameterException", bad),
        ("PutResolverQueryLogConfigPolicy", put(of_log, &rule, "{}"), "InvalidParameterException", bad),
        ("GetResolverQueryLogConfigPolicy", json!({ "Arn": rule }), "InvalidParameterException", bad),
        ("PutFirewallRuleGroupPolicy", put(of_group, &rule, "{}"), "ValidationException", &bad_group),
        ("GetFirewallRuleGroupPolicy", json!({ "Arn": rule }), "ValidationException", &bad_group),
        ("PutResolverRulePolicy", put(of_rule, &rule, unwritten), "InvalidPolicyDocument", invalid),
        ("PutResolverQueryLogConfigPolicy", put(of_log, &log, unwritten), "InvalidPolicyDocument", invalid),
        (
            "PutFirewallRuleGroupPolicy",
            put(of_group, &group, unwritten),
            "ValidationException",
            invalid_group,
        ),
    ]);
    refuses(&client, &cases);
    client.call("TagResource", &tags(&rule, 0..50)).ok();
}

#[test]
fn more_at_once_than_a_request_may_carry_is_refused() {
    let (server, client) = start();
    let network = network(&server);
    let list = client.call("CreateFirewallDomainList", &named("l")).ok().text("FirewallDomainList.Id");
    let domains: Vec<String> = (0..1001).map(|n| format!("d{n}.example")).collect();
    let update =
        |domains: &[String]| json!({ "FirewallDomainListId": list, "Operation": "ADD", "Domains": domains });
    let addresses: Vec<Value> = (0..7).map(|n| json!({ "SubnetId": network.subnets[n % 2] })).collect();
    let create = json!({
        "CreatorRequestId": "e", "Direction": "INBOUND", "SecurityGroupIds": [network.group], "IpAddresses": addresses,
    });
    let six = "[RSLVR-00401] Resolver endpoint can have at most 6 IP addresses.";
    let id = endpoint(&client, &network, "one");
    let address =
        |n: usize| json!({ "ResolverEndpointId": id, "IpAddress": { "SubnetId": network.subnets[n % 2] } });
    for n in 0..4 {
        client.call("AssociateResolverEndpointIpAddress", &address(n)).ok();
    }
    refuses(
        &client,
        &[
            (
                "UpdateFirewallDomains",
                update(&domains),
                "LimitExceededException",
                "The request caused one or more limits to be exceeded.",
            ),
            ("CreateResolverEndpoint", create, "LimitExceededException", six),
            ("AssociateResolverEndpointIpAddress", address(4), "LimitExceededException", six),
        ],
    );
    client.call("UpdateFirewallDomains", &update(&domains[..1000])).ok();
}

#[test]
fn what_a_request_names_has_to_fit_together() {
    let (server, client) = start();
    let (network, other) = (network(&server), network(&server));
    let out = endpoint(&client, &network, "one");
    let of = json!({ "ResolverEndpointId": out });
    let taken = client.call("ListResolverEndpointIpAddresses", &of).ok();
    let (ip, subnet) =
        (taken.texts("IpAddresses.Ip")[0].clone(), taken.texts("IpAddresses.SubnetId")[0].clone());
    let address = |subnet: &str, ip: &str| json!({ "ResolverEndpointId": out, "IpAddress": { "SubnetId": subnet, "Ip": ip } });
    let rule = client.call("CreateResolverRule", &forward(&out, "one")).ok().text("ResolverRule.Id");
    let pair = json!({ "ResolverRuleId": rule, "VPCId": network.vpc });
    client.call("AssociateResolverRule", &pair).ok();
    let system = json!({ "CreatorRequestId": "s", "RuleType": "SYSTEM", "DomainName": "s.example" });
    let system = client.call("CreateResolverRule", &system).ok().text("ResolverRule.Id");
    let log =
        |name: &str| json!({ "CreatorRequestId": "q", "Name": name, "DestinationArn": "arn:aws:s3:::logs" });
    let made = client.call("CreateResolverQueryLogConfig", &log("q")).ok().text("ResolverQueryLogConfig.Id");
    let no_vpc = "The vpc ID 'vpc-00000000000000000' does not exist";
    let mut bad_target = forward(&out, "two");
    bad_target["TargetIps"] = json!([{ "Ip": "192.0.2.256" }]);
    let mut no_target = forward(&out, "two");
    no_target.as_object_mut().map(|own| own.remove("TargetIps"));
    let mut bad_domain = forward(&out, "two");
    bad_domain["DomainName"] = "a..b".into();
    let two_vpcs = json!({
        "CreatorRequestId": "two", "Direction": "INBOUND", "SecurityGroupIds": [network.group],
        "IpAddresses": [{ "SubnetId": network.subnets[0] }, { "SubnetId": other.subnets[0] }],
    });
    let foreign = "[RSLVR-00406] All subnets of a resolver endpoint must be in the same VPC.";
    let in_use = format!("The IP address '{ip}' in subnet '{subnet}' is already in use");
    let outside = format!(
        "[RSLVR-00405] The IP address \"10.0.0.1\" is either not in subnet \"{}\" CIDR range or is reserved.",
        network.subnets[0]
    );
    let targets = json!({ "ResolverRuleId": system, "Config": { "TargetIps": [{ "Ip": "192.0.2.1" }] } });
    let bad_targets = json!({ "ResolverRuleId": rule, "Config": { "TargetIps": [{ "Ip": "192.0.2.999" }] } });
    refuses(
        &client,
        &[
            ("AssociateResolverEndpointIpAddress", address(&subnet, &ip), "ResourceExistsException", &in_use),
            (
                "AssociateResolverEndpointIpAddress",
                address(&network.subnets[0], "10.0.0.1"),
                "InvalidParameterException",
                &outside,
            ),
            (
                "AssociateResolverEndpointIpAddress",
                address(&other.subnets[0], "10.0.0.77"),
                "InvalidRequestException",
                foreign,
            ),
            ("CreateResolverEndpoint", two_vpcs, "InvalidRequestException", foreign),
            (
                "CreateResolverRule",
                bad_target,
                "InvalidParameterException",
                "[RSLVR-00725] Invalid target IP address \"192.0.2.256\"",
            ),
            (
                "CreateResolverRule",
                no_target,
                "InvalidRequestException",
                "[RSLVR-00704] Need to specify resolver endpoint ID and target IP for FORWARD type resolver rule",
            ),
            (
                "CreateResolverRule",
                bad_domain,
                "InvalidParameterException",
                "The domain name 'a..b' is not valid",
            ),
            (
                "UpdateResolverRule",
                targets,
                "InvalidRequestException",
                "Cannot specify resolver endpoint ID and target IP for SYSTEM type resolver rule",
            ),
            (
                "UpdateResolverRule",
                bad_targets,
                "InvalidParameterException",
                "[RSLVR-00725] Invalid target IP address \"192.0.2.999\"",
            ),
            (
                "AssociateResolverRule",
                pair,
                "ResourceExistsException",
                "The resolver rule is already associated with the VPC",
            ),
            (
                "CreateResolverQueryLogConfig",
                log("other"),
                "ResourceExistsException",
                "Resolver query logging configuration with creator request ID 'q' already exists",
            ),
            (
                "AssociateResolverQueryLogConfig",
                json!({ "ResolverQueryLogConfigId": made, "ResourceId": "vpc-00000000000000000" }),
                "InvalidParameterException",
                no_vpc,
            ),
        ],
    );
}
