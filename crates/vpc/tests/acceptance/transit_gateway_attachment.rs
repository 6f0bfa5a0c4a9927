//! What is attached to transit gateways beside networks of the same account.

use crate::transit_gateway::{OTHER, OWN, attached, default_table, gateway, other, said, searched};
use crate::{golden, nowhere, refuses, start};
use serde_json::json;
use testkit::ec2::{found, with};

#[test]
fn transit_gateways_are_attached_to_each_other() {
    let (server, ec2) = start();
    let mut golden = golden("transit-gateway-peering");
    let dublin = other(&server).region("eu-west-1");
    let (one, two) = (gateway(&ec2, &json!({})), gateway(&dublin, &json!({})));
    let create = json!({
        "TransitGatewayId": one, "PeerTransitGatewayId": two, "PeerAccountId": OTHER, "PeerRegion": "eu-west-1",
    });
    let operation = "CreateTransitGatewayPeeringAttachment";
    let made = golden.note("ask", ec2.call(operation, &create)).ok();
    let id = made.text("transitGatewayPeeringAttachment.transitGatewayAttachmentId");
    let own = json!({ "TransitGatewayAttachmentIds": [id] });
    let describe = "DescribeTransitGatewayPeeringAttachments";
    golden.note("asked, as the other sees it", dublin.call(describe, &own)).ok();
    let by_id = json!({ "TransitGatewayAttachmentId": id });
    let sentence = format!("{id} is in invalid state");
    let accept = "AcceptTransitGatewayPeeringAttachment";
    refuses(&ec2, &[(accept, by_id.clone(), "IncorrectState", &sentence)]);
    golden.note("accept", dublin.call(accept, &by_id)).ok();
    golden.note("available", ec2.call(describe, &own)).ok();
    golden.note("as any attachment", dublin.call("DescribeTransitGatewayAttachments", &own)).ok();
    let table = default_table(&ec2, &one);
    let both = json!({ "TransitGatewayRouteTableId": table, "TransitGatewayAttachmentId": id });
    ec2.call("CreateTransitGatewayRoute", &with(&both, &json!({ "DestinationCidrBlock": "10.9.0.0/16" })))
        .ok();
    assert_eq!(searched(&ec2, &table, ("attachment.resource-type", "peering")), ["10.9.0.0/16"]);
    let unfit = format!("Propagation is not supported for the peering attachment {id}");
    let attached = format!("{one} has non-deleted Transit Gateway Cross Region Peering Attachments: {id}.");
    refuses(
        &ec2,
        &[
            ("EnableTransitGatewayRouteTablePropagation", both, "InvalidParameterValue", &unfit),
            ("DeleteTransitGateway", json!({ "TransitGatewayId": one }), "IncorrectState", &attached),
        ],
    );
    for (name, value, want) in [
        ("local-owner-id", OWN, 1),
        ("remote-owner-id", OTHER, 1),
        ("state", "available", 1),
        ("state", "failed", 0),
    ] {
        let path = "transitGatewayPeeringAttachments.item.state";
        assert_eq!(found(&ec2, describe, (name, value), path).len(), want, "{name}");
    }
    ec2.call("DeleteTransitGatewayPeeringAttachment", &by_id).ok();
    for side in [&ec2, &dublin] {
        assert_eq!(said(side, &id, "state"), ["deleted"]);
    }
    assert_eq!(searched(&ec2, &table, ("state", "blackhole")), ["10.9.0.0/16"]);
    // One that is not wanted, and one with nobody.
    let second =
        ec2.call(operation, &create).ok().text("transitGatewayPeeringAttachment.transitGatewayAttachmentId");
    dublin
        .call("RejectTransitGatewayPeeringAttachment", &json!({ "TransitGatewayAttachmentId": second }))
        .ok();
    assert_eq!(said(&ec2, &second, "state"), ["rejected"]);
    let nobody = with(&create, &json!({ "PeerTransitGatewayId": nowhere("tgw") }));
    let third =
        ec2.call(operation, &nobody).ok().text("transitGatewayPeeringAttachment.transitGatewayAttachmentId");
    assert_eq!(said(&ec2, &third, "state"), ["failed"]);
    // Within a Region both have an attachment of their own.
    let near = gateway(&ec2, &json!({}));
    let create = json!({
        "TransitGatewayId": one, "PeerTransitGatewayId": near, "PeerAccountId": OWN, "PeerRegion": "us-east-1",
    });
    let made = ec2.call(operation, &create).ok();
    let path = "transitGatewayPeeringAttachment.accepterTransitGatewayAttachmentId";
    ec2.call(accept, &json!({ "TransitGatewayAttachmentId": made.text(path) })).ok();
    let mine = made.text("transitGatewayPeeringAttachment.transitGatewayAttachmentId");
    assert_eq!(said(&ec2, &mine, "resourceId"), [near]);
    assert_eq!(said(&ec2, &made.text(path), "resourceId"), [one]);
    assert_eq!(said(&ec2, &mine, "association.state"), ["associated"]);
    golden.check();
}

#[test]
fn vpn_connections_are_attached() {
    let (_server, ec2) = start();
    let id = gateway(&ec2, &json!({}));
    let customer = json!({ "Type": "ipsec.1", "IpAddress": "203.0.113.12", "BgpAsn": 65010 });
    let customer =
        ec2.call("CreateCustomerGateway", &customer).ok().text("customerGateway.customerGatewayId");
    let create = json!({
        "Type": "ipsec.1", "CustomerGatewayId": customer, "TransitGatewayId": id,
        "Options": { "EnableAcceleration": true },
    });
    let vpn = ec2.call("CreateVpnConnection", &create).ok().text("vpnConnection.vpnConnectionId");
    let path = "transitGatewayAttachments.item.transitGatewayAttachmentId";
    let attachment = found(&ec2, "DescribeTransitGatewayAttachments", ("resource-id", &vpn), path).remove(0);
    assert_eq!(said(&ec2, &attachment, "resourceType"), ["vpn"]);
    assert_eq!(said(&ec2, &attachment, "association.state"), ["associated"]);
    let sentence = format!("{id} has non-deleted VPN Attachments: {attachment}.");
    let named = json!({ "TransitGatewayId": id });
    refuses(&ec2, &[("DeleteTransitGateway", named.clone(), "IncorrectState", &sentence)]);
    ec2.call("DeleteVpnConnection", &json!({ "VpnConnectionId": vpn })).ok();
    assert_eq!(said(&ec2, &attachment, "state"), ["deleted"]);
    ec2.call("DeleteTransitGateway", &named).ok();
}

#[test]
fn another_account_asks_to_be_attached() {
    let (server, ec2) = start();
    let theirs = other(&server);
    let id = gateway(&ec2, &json!({}));
    let (network, _, attachment) = attached(&theirs, &id, 1);
    for side in [&ec2, &theirs] {
        assert_eq!(said(side, &attachment, "state"), ["pendingAcceptance"]);
        assert_eq!(said(side, &attachment, "resourceOwnerId"), [OTHER]);
        assert_eq!(said(side, &attachment, "transitGatewayOwnerId"), [OWN]);
    }
    let cards = || {
        let kind = ("interface-type", "transit_gateway");
        found(&theirs, "DescribeNetworkInterfaces", kind, "networkInterfaceSet.item.networkInterfaceId").len()
    };
    assert_eq!(cards(), 0);
    let by_id = json!({ "TransitGatewayAttachmentId": attachment });
    let sentence = format!("{attachment} is in invalid state");
    let accept = "AcceptTransitGatewayVpcAttachment";
    refuses(&theirs, &[(accept, by_id.clone(), "IncorrectState", &sentence)]);
    let answer = ec2.call(accept, &by_id).ok();
    assert_eq!(answer.text("transitGatewayVpcAttachment.state"), "pending");
    refuses(&ec2, &[(accept, by_id.clone(), "IncorrectState", &sentence)]);
    assert_eq!((said(&theirs, &attachment, "state"), cards()), (vec!["available".to_owned()], 1));
    // Tables are the business of the gateway's owner.
    assert_eq!(said(&ec2, &attachment, "association.state"), ["associated"]);
    assert_eq!(said(&theirs, &attachment, "association.state"), [""; 0]);
    let table = default_table(&ec2, &id);
    assert_eq!(searched(&ec2, &table, ("attachment.resource-id", &network)), ["10.1.0.0/16"]);
    let gone = format!("Transit Gateway Route Table {table} was deleted or does not exist.");
    let of_table = json!({ "TransitGatewayRouteTableId": table });
    let operation = "GetTransitGatewayRouteTableAssociations";
    refuses(&theirs, &[(operation, of_table, "InvalidRouteTableID.NotFound", &gone)]);
    theirs.call("DeleteTransitGatewayVpcAttachment", &by_id).ok();
    assert_eq!((said(&ec2, &attachment, "state"), cards()), (vec!["deleted".to_owned()], 0));
    // One that is not wanted.
    let (_, _, second) = attached(&theirs, &id, 2);
    ec2.call("RejectTransitGatewayVpcAttachment", &json!({ "TransitGatewayAttachmentId": second })).ok();
    assert_eq!(said(&theirs, &second, "state"), ["rejected"]);
    // Where everybody is accepted nothing is asked.
    let open = gateway(&ec2, &json!({ "Options": { "AutoAcceptSharedAttachments": "enable" } }));
    let (_, _, third) = attached(&theirs, &open, 3);
    assert_eq!(said(&theirs, &third, "state"), ["available"]);
    let elsewhere = server.client("ec2").region("eu-west-1");
    let left = elsewhere.call("DescribeTransitGatewayAttachments", &json!({})).ok();
    assert_eq!(left.texts("transitGatewayAttachments.item.state"), [""; 0]);
}
