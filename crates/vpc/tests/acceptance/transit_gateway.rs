use crate::{advance, golden, nowhere, refuses, start, start_real, vpc};
use serde_json::{Value, json};
use testkit::ec2::{filter, found, pages, with};
use testkit::{Client, Server};

/// Another account.
pub(crate) const OTHER: &str = "123456789012";
pub(crate) const OWN: &str = "000000000000";
const DRY: (u16, &str, &str) =
    (412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");

pub(crate) fn other(server: &Server) -> Client {
    server.client("ec2").key(OTHER, "x", None)
}

#[track_caller]
pub(crate) fn gateway(ec2: &Client, parameters: &Value) -> String {
    ec2.call("CreateTransitGateway", parameters).ok().text("transitGateway.transitGatewayId")
}

/// A subnet in a zone.
#[track_caller]
fn subnet(ec2: &Client, vpc: &str, block: &str, zone: &str) -> String {
    let create = json!({ "VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone });
    ec2.call("CreateSubnet", &create).ok().text("subnet.subnetId")
}

/// A VPC with a subnet, attached to a gateway: the VPC, the subnet and the attachment.
#[track_caller]
pub(crate) fn attached(ec2: &Client, gateway: &str, number: u8) -> (String, String, String) {
    let network = vpc(ec2, &format!("10.{number}.0.0/16"));
    let subnet = subnet(ec2, &network, &format!("10.{number}.0.0/24"), "us-east-1a");
    let create = json!({ "TransitGatewayId": gateway, "VpcId": network, "SubnetIds": [subnet] });
    let made = ec2.call("CreateTransitGatewayVpcAttachment", &create).ok();
    let id = made.text("transitGatewayVpcAttachment.transitGatewayAttachmentId");
    (network, subnet, id)
}

/// What a Describe of one attachment says at `path`.
#[track_caller]
pub(crate) fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let own = json!({ "TransitGatewayAttachmentIds": [id] });
    let path = format!("transitGatewayAttachments.item.{path}");
    ec2.call("DescribeTransitGatewayAttachments", &own).ok().texts(&path)
}

#[track_caller]
pub(crate) fn default_table(ec2: &Client, gateway: &str) -> String {
    let own = json!({ "TransitGatewayIds": [gateway] });
    let path = "transitGatewaySet.item.options.associationDefaultRouteTableId";
    ec2.call("DescribeTransitGateways", &own).ok().text(path)
}

/// The destinations of the routes that a search finds.
#[track_caller]
pub(crate) fn searched(ec2: &Client, table: &str, (name, value): (&str, &str)) -> Vec<String> {
    let search = json!({ "TransitGatewayRouteTableId": table, "Filter": [filter(name, value)] });
    ec2.call("SearchTransitGatewayRoutes", &search).ok().texts("routeSet.item.destinationCidrBlock")
}

#[test]
fn the_life_of_a_transit_gateway() {
    let (mut server, ec2) = start();
    let mut golden = golden("transit-gateway");
    let tags = json!([{ "ResourceType": "transit-gateway", "Tag": [{ "Key": "Name", "Value": "one" }] }]);
    let create = json!({ "Description": "the middle", "TagSpecification": tags });
    let created = golden.note("create", ec2.call("CreateTransitGateway", &create)).ok();
    let id = created.text("transitGateway.transitGatewayId");
    let own = json!({ "TransitGatewayIds": [id] });
    golden.note("describe", ec2.call("DescribeTransitGateways", &own)).ok();
    golden.note("its table", ec2.call("DescribeTransitGatewayRouteTables", &json!({}))).ok();
    let network = vpc(&ec2, "10.1.0.0/16");
    let (one, two) = (
        subnet(&ec2, &network, "10.1.0.0/24", "us-east-1a"),
        subnet(&ec2, &network, "10.1.1.0/24", "us-east-1b"),
    );
    let tags =
        json!([{ "ResourceType": "transit-gateway-attachment", "Tag": [{ "Key": "Name", "Value": "two" }] }]);
    let attach = json!({
        "TransitGatewayId": id, "VpcId": network, "SubnetIds": [one], "TagSpecifications": tags
    });
    let made = golden.note("attach", ec2.call("CreateTransitGatewayVpcAttachment", &attach)).ok();
    let attachment = made.text("transitGatewayVpcAttachment.transitGatewayAttachmentId");
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    let of_attachment = json!({ "TransitGatewayAttachmentIds": [attachment] });
    golden.note("attached", ec2.call("DescribeTransitGatewayVpcAttachments", &of_attachment)).ok();
    golden.note("as any attachment", ec2.call("DescribeTransitGatewayAttachments", &of_attachment)).ok();
    golden.note("its interface", ec2.call("DescribeNetworkInterfaces", &json!({}))).ok();
    let table = default_table(&ec2, &id);
    let of_table = json!({ "TransitGatewayRouteTableId": table });
    golden.note("associations", ec2.call("GetTransitGatewayRouteTableAssociations", &of_table)).ok();
    golden.note("propagations", ec2.call("GetTransitGatewayRouteTablePropagations", &of_table)).ok();
    let by_attachment = json!({ "TransitGatewayAttachmentId": attachment });
    golden.note("told to", ec2.call("GetTransitGatewayAttachmentPropagations", &by_attachment)).ok();
    let all = with(&of_table, &json!({ "Filter": [filter("type", "*")] }));
    golden.note("routes", ec2.call("SearchTransitGatewayRoutes", &all)).ok();
    let modify = json!({
        "TransitGatewayAttachmentId": attachment, "AddSubnetIds": [two], "RemoveSubnetIds": [one],
        "Options": { "ApplianceModeSupport": "enable" },
    });
    golden.note("modify", ec2.call("ModifyTransitGatewayVpcAttachment", &modify)).ok();
    ec2.call("DeleteSubnet", &json!({ "SubnetId": one })).ok();
    let vpc_table =
        ec2.call("CreateRouteTable", &json!({ "VpcId": network })).ok().text("routeTable.routeTableId");
    let route =
        json!({ "RouteTableId": vpc_table, "DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": id });
    ec2.call("CreateRoute", &route).ok();
    let of_vpc_table = json!({ "RouteTableId": [vpc_table] });
    golden.note("the way to it", ec2.call("DescribeRouteTables", &of_vpc_table)).ok();
    let attached = format!("{id} has non-deleted VPC Attachments: {attachment}.");
    let dependent = format!("The vpc '{network}' has dependencies and cannot be deleted.");
    let named = json!({ "TransitGatewayId": id });
    refuses(
        &ec2,
        &[
            ("DeleteTransitGateway", named.clone(), "IncorrectState", &attached),
            ("DeleteVpc", json!({ "VpcId": network }), "DependencyViolation", &dependent),
        ],
    );
    golden.note("detach", ec2.call("DeleteTransitGatewayVpcAttachment", &by_attachment)).ok();
    golden.note("detached", ec2.call("DescribeTransitGatewayAttachments", &of_attachment)).ok();
    golden.note("the way to nowhere", ec2.call("DescribeRouteTables", &of_vpc_table)).ok();
    ec2.call("DeleteSubnet", &json!({ "SubnetId": two })).ok();
    golden.note("delete", ec2.call("DeleteTransitGateway", &named)).ok();
    golden.note("deleted", ec2.call("DescribeTransitGateways", &own)).ok();
    advance(&server, "3601s");
    let gone = format!("Transit Gateway {id} was deleted or does not exist.");
    let gone_too = format!("Transit Gateway Attachment {attachment} was deleted or does not exist.");
    let table_gone = format!("Transit Gateway Route Table {table} was deleted or does not exist.");
    let code = "InvalidTransitGatewayAttachmentID.NotFound";
    refuses(
        &ec2,
        &[
            ("DescribeTransitGateways", own, "InvalidTransitGatewayID.NotFound", &gone),
            ("DescribeTransitGatewayAttachments", of_attachment, code, &gone_too),
            (
                "GetTransitGatewayRouteTableAssociations",
                of_table,
                "InvalidRouteTableID.NotFound",
                &table_gone,
            ),
        ],
    );
    golden.check();
}

/// At AWS's pace the states can be seen.
#[test]
fn states_take_their_time() {
    let (server, ec2) = start_real();
    let id = gateway(&ec2, &json!({}));
    let state = || {
        let own = json!({ "TransitGatewayIds": [id] });
        ec2.call("DescribeTransitGateways", &own).ok().text("transitGatewaySet.item.state")
    };
    assert_eq!(state(), "pending");
    let network = vpc(&ec2, "10.1.0.0/16");
    let near = subnet(&ec2, &network, "10.1.0.0/24", "us-east-1a");
    let attach = json!({ "TransitGatewayId": id, "VpcId": network, "SubnetIds": [near] });
    let sentence = format!("{id} is in invalid state");
    refuses(&ec2, &[("CreateTransitGatewayVpcAttachment", attach.clone(), "IncorrectState", &sentence)]);
    advance(&server, "61s");
    assert_eq!(state(), "available");
    let made = ec2.call("CreateTransitGatewayVpcAttachment", &attach).ok();
    let attachment = made.text("transitGatewayVpcAttachment.transitGatewayAttachmentId");
    assert_eq!(said(&ec2, &attachment, "state"), ["pending"]);
    advance(&server, "61s");
    assert_eq!(said(&ec2, &attachment, "state"), ["available"]);
    assert_eq!(said(&ec2, &attachment, "association.state"), ["associating"]);
    // A change meanwhile does not lose the association.
    let modify = json!({ "TransitGatewayAttachmentId": attachment, "Options": { "DnsSupport": "disable" } });
    ec2.call("ModifyTransitGatewayVpcAttachment", &modify).ok();
    assert_eq!(said(&ec2, &attachment, "state"), ["modifying"]);
    advance(&server, "61s");
    advance(&server, "61s");
    assert_eq!(said(&ec2, &attachment, "association.state"), ["associated"]);
    let table = default_table(&ec2, &id);
    let both = json!({ "TransitGatewayRouteTableId": table, "TransitGatewayAttachmentId": attachment });
    let answer = ec2.call("DisassociateTransitGatewayRouteTable", &both).ok();
    assert_eq!(answer.text("association.state"), "disassociating");
    advance(&server, "61s");
    assert_eq!(said(&ec2, &attachment, "association.state"), [""; 0]);
    let by_id = json!({ "TransitGatewayAttachmentId": attachment });
    ec2.call("DeleteTransitGatewayVpcAttachment", &by_id).ok();
    assert_eq!(said(&ec2, &attachment, "state"), ["deleting"]);
    advance(&server, "61s");
    assert_eq!(said(&ec2, &attachment, "state"), ["deleted"]);
    ec2.call("DeleteTransitGateway", &json!({ "TransitGatewayId": id })).ok();
    assert_eq!(state(), "deleting");
    advance(&server, "61s");
    assert_eq!(state(), "deleted");
}

#[test]
fn routes_are_listed_or_told() {
    let (_server, ec2) = start();
    let id = gateway(&ec2, &json!({}));
    let (_, _, one) = attached(&ec2, &id, 1);
    let (_, _, two) = attached(&ec2, &id, 2);
    let table = default_table(&ec2, &id);
    let of = |to: &str| json!({ "TransitGatewayRouteTableId": table, "DestinationCidrBlock": to });
    let by = |id: &str| json!({ "TransitGatewayAttachmentId": id });
    let create = |to: &str, way: &Value| ec2.call("CreateTransitGatewayRoute", &with(&of(to), way));
    let made = create("0.0.0.0/0", &by(&one)).ok();
    assert_eq!(
        (made.text("route.state"), made.text("route.type")),
        ("active".to_owned(), "static".to_owned())
    );
    let made = create("192.168.0.0/16", &json!({ "Blackhole": true })).ok();
    assert_eq!(made.text("route.state"), "blackhole");
    // A listed route hides what is told.
    create("10.2.0.0/16", &by(&one)).ok();
    assert_eq!(searched(&ec2, &table, ("type", "propagated")), ["10.1.0.0/16"]);
    for (search, want) in [
        (("route-search.exact-match", "10.2.0.0/16"), vec!["10.2.0.0/16"]),
        (("route-search.longest-prefix-match", "10.1.2.3/32"), vec!["10.1.0.0/16"]),
        (("route-search.longest-prefix-match", "11.1.2.3/32"), vec!["0.0.0.0/0"]),
        (("route-search.subnet-of-match", "10.0.0.0/8"), vec!["10.1.0.0/16", "10.2.0.0/16"]),
        (("route-search.supernet-of-match", "192.168.1.0/24"), vec!["0.0.0.0/0", "192.168.0.0/16"]),
        (("state", "blackhole"), vec!["192.168.0.0/16"]),
        (("attachment.transit-gateway-attachment-id", &one), vec!["0.0.0.0/0", "10.1.0.0/16", "10.2.0.0/16"]),
        (("attachment.transit-gateway-attachment-id", &two), vec![]),
        (("attachment.resource-type", "vpc"), vec!["0.0.0.0/0", "10.1.0.0/16", "10.2.0.0/16"]),
        (("prefix-list-id", "pl-1"), vec![]),
    ] {
        assert_eq!(searched(&ec2, &table, search), want, "{search:?}");
    }
    let replaced = ec2.call("ReplaceTransitGatewayRoute", &with(&of("0.0.0.0/0"), &by(&two))).ok();
    let path = "route.transitGatewayAttachments.item.transitGatewayAttachmentId";
    assert_eq!(replaced.text(path), two);
    let deleted = ec2.call("DeleteTransitGatewayRoute", &of("10.2.0.0/16")).ok();
    assert_eq!(deleted.text("route.state"), "deleted");
    assert_eq!(searched(&ec2, &table, ("type", "propagated")), ["10.1.0.0/16", "10.2.0.0/16"]);
    let few = json!({
        "TransitGatewayRouteTableId": table, "MaxResults": 5, "Filter": [filter("state", "*")]
    });
    for n in 0..4 {
        create(&format!("172.16.{n}.0/24"), &by(&one)).ok();
    }
    let answer = ec2.call("SearchTransitGatewayRoutes", &few).ok();
    assert_eq!(answer.text("additionalRoutesAvailable"), "true");
    assert_eq!(answer.texts("routeSet.item.state").len(), 5);
    // What an attachment told goes with it; what leads to it drops packets.
    ec2.call("DeleteTransitGatewayVpcAttachment", &by(&two)).ok();
    assert_eq!(searched(&ec2, &table, ("type", "propagated")), ["10.1.0.0/16"]);
    assert_eq!(searched(&ec2, &table, ("state", "blackhole")), ["0.0.0.0/0", "192.168.0.0/16"]);
}

#[test]
fn associations_and_propagation_are_chosen() {
    let (_server, ec2) = start();
    let off = json!({
        "DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable",
        "AmazonSideAsn": 64_600, "TransitGatewayCidrBlocks": ["10.200.0.0/24"],
    });
    let id = gateway(&ec2, &json!({ "Options": off }));
    let of_gateway = ("transit-gateway-id", id.as_str());
    let path = "transitGatewayRouteTables.item.transitGatewayRouteTableId";
    assert_eq!(found(&ec2, "DescribeTransitGatewayRouteTables", of_gateway, path), [""; 0]);
    let (_, _, attachment) = attached(&ec2, &id, 1);
    assert_eq!(said(&ec2, &attachment, "association.state"), [""; 0]);
    let tags =
        json!([{ "ResourceType": "transit-gateway-route-table", "Tag": [{ "Key": "n", "Value": "1" }] }]);
    let table = json!({ "TransitGatewayId": id, "TagSpecifications": tags });
    let made = ec2.call("CreateTransitGatewayRouteTable", &table).ok();
    let table = made.text("transitGatewayRouteTable.transitGatewayRouteTableId");
    assert_eq!(made.text("transitGatewayRouteTable.tagSet.item.value"), "1");
    let both = json!({ "TransitGatewayRouteTableId": table, "TransitGatewayAttachmentId": attachment });
    let answer = ec2.call("AssociateTransitGatewayRouteTable", &both).ok();
    assert_eq!(answer.text("association.state"), "associating");
    let answer = ec2.call("EnableTransitGatewayRouteTablePropagation", &both).ok();
    assert_eq!(answer.text("propagation.state"), "enabled");
    assert_eq!(searched(&ec2, &table, ("state", "active")), ["10.1.0.0/16"]);
    let associated =
        format!("Transit Gateway Attachment {attachment} is already associated to a route table.");
    let propagates = format!("Propagation of {attachment} to {table} already exists.");
    let in_use = format!("{table} has non-deleted Transit Gateway Attachment associations.");
    let of_table = json!({ "TransitGatewayRouteTableId": table });
    refuses(
        &ec2,
        &[
            ("AssociateTransitGatewayRouteTable", both.clone(), "Resource.AlreadyAssociated", &associated),
            (
                "EnableTransitGatewayRouteTablePropagation",
                both.clone(),
                "TransitGatewayRouteTablePropagation.Duplicate",
                &propagates,
            ),
            ("DeleteTransitGatewayRouteTable", of_table.clone(), "IncorrectState", &in_use),
        ],
    );
    let answer = ec2.call("DisableTransitGatewayRouteTablePropagation", &both).ok();
    assert_eq!(answer.text("propagation.state"), "disabled");
    ec2.call("DisassociateTransitGatewayRouteTable", &both).ok();
    let apart = format!("Transit Gateway Attachment {attachment} is not associated with {table}.");
    let silent = format!("Propagation of {attachment} to {table} does not exist.");
    refuses(
        &ec2,
        &[
            ("DisassociateTransitGatewayRouteTable", both.clone(), "InvalidAssociation.NotFound", &apart),
            (
                "DisableTransitGatewayRouteTablePropagation",
                both,
                "TransitGatewayRouteTablePropagation.NotFound",
                &silent,
            ),
        ],
    );
    // The table becomes the default one.
    let modify = json!({
        "TransitGatewayId": id, "Description": "changed",
        "Options": {
            "DefaultRouteTableAssociation": "enable", "AssociationDefaultRouteTableId": table,
            "RemoveTransitGatewayCidrBlocks": ["10.200.0.0/24"], "AddTransitGatewayCidrBlocks": ["10.201.0.0/24"],
        },
    });
    let modified = ec2.call("ModifyTransitGateway", &modify).ok();
    assert_eq!(modified.text("transitGateway.description"), "changed");
    assert_eq!(modified.texts("transitGateway.options.transitGatewayCidrBlocks.item"), ["10.201.0.0/24"]);
    let (_, _, second) = attached(&ec2, &id, 2);
    assert_eq!(said(&ec2, &second, "association.transitGatewayRouteTableId").concat(), table);
    let defaults = ("default-association-route-table", "true");
    assert_eq!(found(&ec2, "DescribeTransitGatewayRouteTables", defaults, path), [table]);
    let defaults = ("default-propagation-route-table", "true");
    assert_eq!(found(&ec2, "DescribeTransitGatewayRouteTables", defaults, path), [""; 0]);
    let spare = ec2.call("CreateTransitGatewayRouteTable", &json!({ "TransitGatewayId": id })).ok();
    let spare = spare.text("transitGatewayRouteTable.transitGatewayRouteTableId");
    let deleted =
        ec2.call("DeleteTransitGatewayRouteTable", &json!({ "TransitGatewayRouteTableId": spare })).ok();
    assert_eq!(deleted.text("transitGatewayRouteTable.state"), "deleting");
    let state = ("transit-gateway-route-table-id", spare.as_str());
    let path = "transitGatewayRouteTables.item.state";
    assert_eq!(found(&ec2, "DescribeTransitGatewayRouteTables", state, path), ["deleted"]);
    // A default table that has gone is used no more.
    let lost = gateway(&ec2, &json!({}));
    let table = json!({ "TransitGatewayRouteTableId": default_table(&ec2, &lost) });
    ec2.call("DeleteTransitGatewayRouteTable", &table).ok();
    let (_, _, third) = attached(&ec2, &lost, 3);
    assert_eq!(said(&ec2, &third, "association.state"), [""; 0]);
}

#[test]
fn what_transit_gateways_refuse() {
    let (_server, ec2) = start();
    let id = gateway(&ec2, &json!({}));
    let (network, near, attachment) = attached(&ec2, &id, 1);
    let twin = subnet(&ec2, &network, "10.1.1.0/24", "us-east-1a");
    let spare = vpc(&ec2, "10.2.0.0/16");
    let spare_table =
        ec2.call("CreateRouteTable", &json!({ "VpcId": spare })).ok().text("routeTable.routeTableId");
    let table = default_table(&ec2, &id);
    let attach = json!({ "TransitGatewayId": id, "VpcId": network, "SubnetIds": [near] });
    let name = "CreateTransitGatewayVpcAttachment";
    let same = format!("{id} has non-deleted Transit Gateway Attachments with same VPC ID.");
    let missing = "Transit Gateway tgw-00000000000000000 was deleted or does not exist.";
    let no_attachment =
        "Transit Gateway VPC Attachment tgw-attach-00000000000000000 was deleted or does not exist.";
    let no_subnet = format!("The subnet ID '{near}' does not exist");
    let other = gateway(&ec2, &json!({}));
    let of_other = json!({ "TransitGatewayId": other });
    let route = json!({ "TransitGatewayRouteTableId": table, "DestinationCidrBlock": "10.1.0.0/16" });
    let no_route = format!("Route 10.1.0.0/16 does not exist in {table}.");
    let no_target = format!("The transitGateway ID '{id}' does not exist.");
    let by_nowhere = json!({ "TransitGatewayAttachmentId": nowhere("tgw-attach") });
    let no_list = "The prefix list ID 'pl-00000000000000000' does not exist";
    let code = "InvalidTransitGatewayAttachmentID.NotFound";
    refuses(
        &ec2,
        &[
            (name, attach.clone(), "DuplicateTransitGatewayAttachment", &same),
            (
                name,
                with(&attach, &json!({ "TransitGatewayId": nowhere("tgw") })),
                "InvalidTransitGatewayID.NotFound",
                missing,
            ),
            (
                name,
                with(&attach, &json!({ "TransitGatewayId": other, "SubnetIds": [near, twin] })),
                "DuplicateSubnetsInSameZone",
                "Duplicate Subnets for same AZ",
            ),
            (
                name,
                with(&of_other, &json!({ "VpcId": spare, "SubnetIds": [near] })),
                "InvalidSubnetID.NotFound",
                &no_subnet,
            ),
            (
                name,
                with(&attach, &json!({ "TransitGatewayId": other, "Options": { "DnsSupport": "on" } })),
                "InvalidParameterValue",
                "Value (on) for parameter dnsSupport is invalid. Valid values are enable and disable.",
            ),
            ("DeleteTransitGatewayVpcAttachment", by_nowhere.clone(), code, no_attachment),
            ("AcceptTransitGatewayVpcAttachment", by_nowhere, code, no_attachment),
            (
                "DescribeTransitGateways",
                json!({ "TransitGatewayIds": ["tgw-x", "x"] }),
                "InvalidTransitGatewayID.Malformed",
                "Invalid id: \"x\" (expecting \"tgw-...\")",
            ),
            ("DeleteTransitGatewayRoute", route.clone(), "InvalidRoute.NotFound", &no_route),
            (
                "ReplaceTransitGatewayRoute",
                with(&route, &json!({ "Blackhole": true })),
                "InvalidRoute.NotFound",
                &no_route,
            ),
            (
                "CreateTransitGatewayRoute",
                with(&route, &json!({ "Blackhole": true, "TransitGatewayAttachmentId": attachment })),
                "InvalidParameterCombination",
                "The parameter TransitGatewayAttachmentId cannot be used with the parameter Blackhole",
            ),
            (
                "SearchTransitGatewayRoutes",
                json!({ "TransitGatewayRouteTableId": table }),
                "MissingParameter",
                "The request must contain the parameter filterSet",
            ),
            (
                "CreateTransitGatewayPrefixListReference",
                json!({ "TransitGatewayRouteTableId": table, "PrefixListId": nowhere("pl"), "Blackhole": true }),
                "InvalidPrefixListID.NotFound",
                no_list,
            ),
            (
                "CreateRoute",
                json!({ "RouteTableId": spare_table, "DestinationCidrBlock": "10.9.0.0/16", "TransitGatewayId": id }),
                "InvalidTransitGatewayID.NotFound",
                &no_target,
            ),
        ],
    );
    ec2.call("CreateTransitGatewayRoute", &with(&route, &json!({ "Blackhole": true }))).ok();
    let sentence = "Route for 10.1.0.0/16 already exists.";
    let again = with(&route, &json!({ "Blackhole": true }));
    refuses(&ec2, &[("CreateTransitGatewayRoute", again, "RouteAlreadyExists", sentence)]);
    let (status, code, sentence) = DRY;
    for (operation, parameters) in [
        ("CreateTransitGateway", json!({})),
        (name, attach),
        ("DeleteTransitGateway", json!({ "TransitGatewayId": id })),
        ("CreateTransitGatewayRouteTable", json!({ "TransitGatewayId": id })),
    ] {
        let dry = with(&parameters, &json!({ "DryRun": true }));
        ec2.call(operation, &dry).refused(status, code, sentence);
    }
}

#[test]
fn transit_gateways_and_attachments_are_filtered_and_paged() {
    let (_server, ec2) = start();
    let ids: Vec<String> = (0..6).map(|_| gateway(&ec2, &json!({}))).collect();
    let path = "transitGatewaySet.item.transitGatewayId";
    let (all, count) = pages(&ec2, "DescribeTransitGateways", &json!({ "MaxResults": 5 }), path);
    assert_eq!((all.len(), count), (6, 2));
    let table = default_table(&ec2, &ids[0]);
    for (name, value, want) in [
        ("options.amazon-side-asn", "64512", 6),
        ("options.association-default-route-table-id", table.as_str(), 1),
        ("options.auto-accept-shared-attachments", "enable", 0),
        ("options.default-route-table-association", "enable", 6),
        ("options.default-route-table-propagation", "disable", 0),
        ("options.dns-support", "enable", 6),
        ("options.propagation-default-route-table-id", table.as_str(), 1),
        ("options.vpn-ecmp-support", "enable", 6),
        ("owner-id", OWN, 6),
        ("state", "available", 6),
        ("transit-gateway-id", ids[1].as_str(), 1),
    ] {
        assert_eq!(found(&ec2, "DescribeTransitGateways", (name, value), path).len(), want, "{name}");
    }
    let made: Vec<_> = (0..6).map(|n| attached(&ec2, &ids[0], n)).collect();
    let path = "transitGatewayAttachments.item.transitGatewayAttachmentId";
    let (all, count) = pages(&ec2, "DescribeTransitGatewayAttachments", &json!({ "MaxResults": 5 }), path);
    assert_eq!((all.len(), count), (6, 2));
    for (name, value, want) in [
        ("association.state", "associated", 6),
        ("association.transit-gateway-route-table-id", table.as_str(), 6),
        ("resource-id", made[0].0.as_str(), 1),
        ("resource-owner-id", OTHER, 0),
        ("resource-type", "vpc", 6),
        ("state", "available", 6),
        ("transit-gateway-attachment-id", made[1].2.as_str(), 1),
        ("transit-gateway-id", ids[0].as_str(), 6),
        ("transit-gateway-owner-id", OWN, 6),
    ] {
        assert_eq!(
            found(&ec2, "DescribeTransitGatewayAttachments", (name, value), path).len(),
            want,
            "{name}"
        );
    }
    let path = "transitGatewayVpcAttachments.item.transitGatewayAttachmentId";
    let of_vpc = ("vpc-id", made[2].0.as_str());
    assert_eq!(found(&ec2, "DescribeTransitGatewayVpcAttachments", of_vpc, path), [made[2].2.clone()]);
    for (operation, path) in [
        ("GetTransitGatewayRouteTableAssociations", "associations.item.resourceId"),
        ("GetTransitGatewayRouteTablePropagations", "transitGatewayRouteTablePropagations.item.resourceId"),
    ] {
        let wish = json!({ "TransitGatewayRouteTableId": table, "MaxResults": 5 });
        let (all, count) = pages(&ec2, operation, &wish, path);
        assert_eq!((all.len(), count), (6, 2), "{operation}");
        let one = json!({
            "TransitGatewayRouteTableId": table, "Filter": [filter("resource-id", &made[3].0)]
        });
        assert_eq!(ec2.call(operation, &one).ok().texts(path), [made[3].0.clone()]);
    }
    for (operation, path) in [
        ("DescribeTransitGatewayConnects", "transitGatewayConnectSet.item.state"),
        ("DescribeTransitGatewayMulticastDomains", "transitGatewayMulticastDomains.item.state"),
    ] {
        assert_eq!(ec2.call(operation, &json!({})).ok().texts(path), [""; 0]);
    }
}

#[test]
fn a_table_refers_to_a_prefix_list() {
    let (_server, ec2) = start();
    let gateway = gateway(&ec2, &json!({}));
    let (_, _, attachment) = attached(&ec2, &gateway, 1);
    let table = default_table(&ec2, &gateway);
    let entries = json!([{ "Cidr": "192.0.2.0/24" }, { "Cidr": "198.51.100.0/24" }]);
    let list =
        json!({ "PrefixListName": "sites", "AddressFamily": "IPv4", "MaxEntries": 3, "Entry": entries });
    let list = ec2.call("CreateManagedPrefixList", &list).ok().text("prefixList.prefixListId");
    let listed = json!({ "TransitGatewayRouteTableId": table, "DestinationCidrBlock": "192.0.2.0/24" });
    ec2.call("CreateTransitGatewayRoute", &with(&listed, &json!({ "Blackhole": true }))).ok();

    let own = json!({ "TransitGatewayRouteTableId": table, "PrefixListId": list });
    let by = with(&own, &json!({ "TransitGatewayAttachmentId": attachment }));
    let made = ec2.call("CreateTransitGatewayPrefixListReference", &by).ok();
    let made = |path: &str| made.text(&format!("transitGatewayPrefixListReference.{path}"));
    assert_eq!(made("state"), "available");
    assert_eq!((made("prefixListOwnerId"), made("blackhole")), (OWN.to_owned(), "false".to_owned()));
    assert_eq!(made("transitGatewayAttachment.transitGatewayAttachmentId"), attachment);
    // The listed route hides the list's equal one.
    let search = json!({ "TransitGatewayRouteTableId": table, "Filter": [filter("type", "static")] });
    let found = ec2.call("SearchTransitGatewayRoutes", &search).ok();
    let texts = |path: &str| found.texts(&format!("routeSet.item.{path}"));
    assert_eq!(texts("destinationCidrBlock"), ["192.0.2.0/24", "198.51.100.0/24"]);
    assert_eq!(texts("state"), ["blackhole", "active"]);
    assert_eq!(texts("prefixListId"), [list.as_str()]);
    let again = "Prefix List Reference for";
    let refusal = ec2.call("CreateTransitGatewayPrefixListReference", &by).refusal();
    assert!(refusal.message.starts_with(again), "{}", refusal.message);

    let of = json!({ "PrefixListId": list });
    let users = ec2.call("GetManagedPrefixListAssociations", &of).ok();
    assert_eq!(users.texts("prefixListAssociationSet.item.resourceId"), [table.as_str()]);
    let dropped = with(&own, &json!({ "Blackhole": true }));
    let changed = ec2.call("ModifyTransitGatewayPrefixListReference", &dropped).ok();
    assert_eq!(changed.text("transitGatewayPrefixListReference.blackhole"), "true");
    let all = json!({ "TransitGatewayRouteTableId": table });
    let kept = ec2.call("GetTransitGatewayPrefixListReferences", &all).ok();
    assert_eq!(kept.texts("transitGatewayPrefixListReferenceSet.item.prefixListId"), [list.as_str()]);
    let aws = ec2.call("DescribePrefixLists", &json!({})).ok().texts("prefixListSet.item.prefixListId");
    let of_aws = json!({ "TransitGatewayRouteTableId": table, "PrefixListId": aws[0], "Blackhole": true });
    let refusal = ec2.call("CreateTransitGatewayPrefixListReference", &of_aws).refusal();
    assert_eq!(refusal.code, "InvalidPrefixListID.NotFound");

    let ended = ec2.call("DeleteTransitGatewayPrefixListReference", &own).ok();
    assert_eq!(ended.text("transitGatewayPrefixListReference.state"), "deleting");
    let found = ec2.call("SearchTransitGatewayRoutes", &search).ok();
    assert_eq!(found.texts("routeSet.item.destinationCidrBlock"), ["192.0.2.0/24"]);
    ec2.call("DeleteManagedPrefixList", &of).ok();
}
