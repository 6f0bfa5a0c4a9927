//! Endpoints and their addresses.

use super::{Network, network, pages, refuses, start, start_real};
use serde_json::{Value, json};
use testkit::ec2::advance;

fn create(network: &Network, request: &str, direction: &str) -> Value {
    json!({
        "CreatorRequestId": request, "Direction": direction, "Name": "dns",
        "SecurityGroupIds": [network.group],
        "IpAddresses": [
            { "SubnetId": network.subnets[0], "Ip": "10.0.0.10" }, { "SubnetId": network.subnets[1] },
        ],
        "Tags": [{ "Key": "team", "Value": "net" }],
    })
}

#[test]
fn an_endpoint_stands_in_its_subnets() {
    let (server, client) = start_real();
    let network = network(&server);
    let made = client.call("CreateResolverEndpoint", &create(&network, "one", "INBOUND")).ok();
    let told = |member: &str| made.text(&format!("ResolverEndpoint.{member}"));
    let id = told("Id");
    assert!(id.starts_with("rslvr-in-"), "{id}");
    assert_eq!(told("Arn"), format!("arn:aws:route53resolver:us-east-1:000000000000:resolver-endpoint/{id}"));
    assert_eq!((told("Status"), told("HostVPCId")), ("CREATING".to_owned(), network.vpc.clone()));
    assert!(told("StatusMessage").ends_with("] Creating the Resolver Endpoint"));
    advance(&server, "61s");
    let of = json!({ "ResolverEndpointId": id });
    let got = client.call("GetResolverEndpoint", &of).ok();
    assert_eq!(got.text("ResolverEndpoint.Status"), "OPERATIONAL");
    assert!(
        got.text("ResolverEndpoint.StatusMessage").ends_with("Successfully created the Resolver Endpoint")
    );
    let addresses = client.call("ListResolverEndpointIpAddresses", &of).ok();
    let mut found = addresses.texts("IpAddresses.Ip");
    found.sort();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0], "10.0.0.10");
    assert_eq!(addresses.texts("IpAddresses.Status"), ["ATTACHED", "ATTACHED"]);
    let interfaces = || {
        let filter =
            json!({ "Filter": [{ "Name": "description", "Value": [format!("Route 53 Resolver: {id}:*")] }] });
        server
            .client("ec2")
            .call("DescribeNetworkInterfaces", &filter)
            .ok()
            .texts("networkInterfaceSet.item.status")
    };
    assert_eq!(interfaces().len(), 2);
    let more = json!({ "ResolverEndpointId": id, "IpAddress": { "SubnetId": network.subnets[0] } });
    let more = client.call("AssociateResolverEndpointIpAddress", &more).ok();
    assert_eq!(more.text("ResolverEndpoint.IpAddressCount"), "3");
    let less = json!({ "ResolverEndpointId": id, "IpAddress": { "SubnetId": network.subnets[0], "Ip": "10.0.0.10" } });
    client.call("DisassociateResolverEndpointIpAddress", &less).ok();
    let renamed = json!({ "ResolverEndpointId": id, "Name": "other" });
    let renamed = client.call("UpdateResolverEndpoint", &renamed).ok();
    assert_eq!(renamed.text("ResolverEndpoint.Name"), "other");
    let last = client.call("ListResolverEndpointIpAddresses", &of).ok().texts("IpAddresses.IpId");
    let last = json!({ "ResolverEndpointId": id, "IpAddress": { "IpId": last[0] } });
    refuses(
        &client,
        &[
            (
                "DisassociateResolverEndpointIpAddress",
                last,
                "InvalidRequestException",
                "[RSLVR-00400] Resolver endpoint need to have at least 2 IP addresses.",
            ),
            (
                "DisassociateResolverEndpointIpAddress",
                json!({ "ResolverEndpointId": id, "IpAddress": { "Ip": "10.0.0.10" } }),
                "InvalidRequestException",
                "[RSLVR-00503] Need to specify either the IP ID or both subnet and IP address in order to remove IP address.",
            ),
        ],
    );
    assert_eq!(client.call("DeleteResolverEndpoint", &of).ok().text("ResolverEndpoint.Status"), "DELETING");
    assert!(interfaces().is_empty());
    advance(&server, "61s");
    let gone = format!("Resolver endpoint with ID '{id}' does not exist");
    refuses(&client, &[("GetResolverEndpoint", of, "ResourceNotFoundException", &gone)]);
}

#[test]
fn endpoints_are_refused_that_cannot_stand() {
    let (server, client) = start();
    let network = network(&server);
    client.call("CreateResolverEndpoint", &create(&network, "one", "OUTBOUND")).ok();
    let with = |key: &str, value: Value| {
        let mut wish = create(&network, "two", "OUTBOUND");
        wish[key] = value;
        wish
    };
    let addresses = |one: Value, other: Value| with("IpAddresses", json!([one, other]));
    let subnet = &network.subnets[0];
    let outside = format!(
        "[RSLVR-00405] The IP address \"10.9.0.1\" is either not in subnet \"{subnet}\" CIDR range or is reserved."
    );
    let taken = format!("The IP address '10.0.0.10' in subnet '{subnet}' is already in use");
    let mut other = create(&network, "one", "OUTBOUND");
    other["Name"] = "other".into();
    let as_before = |key: &str, value: Value| {
        let mut wish = create(&network, "one", "OUTBOUND");
        wish[key] = value;
        wish
    };
    let exists = "Resolver endpoint with creator request ID 'one' already exists";
    let groups: Vec<String> = (0..11).map(|n| format!("sg-{n:017x}")).collect();
    // Recorded: terraform-provider-aws, issue 6563.
    let few = "[RSLVR-00400] Resolver endpoint need to have at least 2 IP addresses.";
    let one = json!([{ "SubnetId": subnet }]);
    let call = "CreateResolverEndpoint";
    refuses(
        &client,
        &[
            (call, with("IpAddresses", one), "InvalidRequestException", few),
            (call, with("IpAddresses", json!([])), "InvalidRequestException", few),
            (
                call,
                with("SecurityGroupIds", json!(groups)),
                "InvalidParameterException",
                "Maximum of 10 security groups are allowed",
            ),
            // What this says is not recorded.
            (
                call,
                with("Protocols", json!(["DoH-FIPS"])),
                "InvalidParameterException",
                "One or more parameters in this request are not valid.",
            ),
            (call, as_before("Protocols", json!(["Do53", "DoH"])), "ResourceExistsException", exists),
            (call, as_before("ResolverEndpointType", json!("DUALSTACK")), "ResourceExistsException", exists),
        ],
    );
    refuses(
        &client,
        &[
            (
                "CreateResolverEndpoint",
                with("SecurityGroupIds", json!(["group"])),
                "InvalidParameterException",
                "[RSLVR-00408] Malformed security group ID: \"Invalid id: \"group\" (expecting \"sg-...\")\".",
            ),
            (
                "CreateResolverEndpoint",
                with("SecurityGroupIds", json!(["sg-00000000000000000"])),
                "InvalidParameterException",
                "The security group 'sg-00000000000000000' does not exist",
            ),
            (
                "CreateResolverEndpoint",
                addresses(json!({ "SubnetId": "subnet-00000000000000000" }), json!({ "SubnetId": subnet })),
                "InvalidParameterException",
                "The subnet ID 'subnet-00000000000000000' does not exist",
            ),
            (
                "CreateResolverEndpoint",
                addresses(json!({ "SubnetId": subnet, "Ip": "10.9.0.1" }), json!({ "SubnetId": subnet })),
                "InvalidParameterException",
                &outside,
            ),
            (
                "CreateResolverEndpoint",
                create(&network, "two", "OUTBOUND"),
                "ResourceExistsException",
                &taken,
            ),
            (
                "CreateResolverEndpoint",
                other,
                "ResourceExistsException",
                "Resolver endpoint with creator request ID 'one' already exists",
            ),
        ],
    );
}

#[test]
fn one_request_id_makes_one_endpoint_and_lists_come_in_pages() {
    let (server, client) = start();
    let network = network(&server);
    let first = client.call("CreateResolverEndpoint", &create(&network, "one", "OUTBOUND")).ok();
    let again = client.call("CreateResolverEndpoint", &create(&network, "one", "OUTBOUND")).ok();
    assert_eq!(first.text("ResolverEndpoint.Id"), again.text("ResolverEndpoint.Id"));
    let mut second = create(&network, "two", "INBOUND");
    second["IpAddresses"] = json!([{ "SubnetId": network.subnets[0] }, { "SubnetId": network.subnets[1] }]);
    let second = client.call("CreateResolverEndpoint", &second).ok().text("ResolverEndpoint.Id");
    assert_eq!(pages(&client, "ListResolverEndpoints", &json!({}), "ResolverEndpoints.Id").len(), 2);
    let inbound = json!({ "Filters": [{ "Name": "Direction", "Values": ["INBOUND"] }] });
    assert_eq!(pages(&client, "ListResolverEndpoints", &inbound, "ResolverEndpoints.Id"), [second.as_str()]);
    let of = json!({ "ResolverEndpointId": second });
    assert_eq!(pages(&client, "ListResolverEndpointIpAddresses", &of, "IpAddresses.IpId").len(), 2);
    refuses(
        &client,
        &[
            (
                "ListResolverEndpoints",
                json!({ "Filters": [{ "Name": "Foo", "Values": ["x"] }] }),
                "InvalidParameterException",
                "The filter 'Foo' is invalid",
            ),
            (
                "ListResolverEndpoints",
                json!({ "Filters": [{ "Name": "Direction" }] }),
                "InvalidParameterException",
                "No values specified for filter Direction",
            ),
            (
                "ListResolverEndpoints",
                json!({ "NextToken": "of another list" }),
                "InvalidNextTokenException",
                "Invalid value passed for the NextToken parameter",
            ),
        ],
    );
    // Another account and another Region see none of them.
    let theirs = server.client("route53resolver").key("111111111111", "of nobody", None);
    let elsewhere = server.client("route53resolver").region("eu-west-1");
    for other in [theirs, elsewhere] {
        assert!(
            other.call("ListResolverEndpoints", &json!({})).ok().texts("ResolverEndpoints.Id").is_empty()
        );
        let gone = format!("Resolver endpoint with ID '{second}' does not exist");
        refuses(&other, &[("GetResolverEndpoint", of.clone(), "ResourceNotFoundException", &gone)]);
    }
}
