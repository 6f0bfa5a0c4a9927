use crate::{golden, interface, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::Client;

fn reserve(ec2: &Client, subnet: &str, block: &str, kind: &str) -> testkit::Answer {
    let wish = json!({ "SubnetId": subnet, "Cidr": block, "ReservationType": kind });
    ec2.call("CreateSubnetCidrReservation", &wish)
}

#[test]
fn the_life_of_a_reservation() {
    let (_server, ec2) = start();
    let mut golden = golden("subnet-cidr-reservation");
    let subnet = subnet(&ec2, &vpc(&ec2, "10.0.0.0/16"), "10.0.1.0/24");
    let tags = json!([{ "ResourceType": "subnet-cidr-reservation", "Tag": [{ "Key": "a", "Value": "1" }] }]);
    let create = json!({
        "SubnetId": subnet, "Cidr": "10.0.1.0/28", "ReservationType": "explicit", "Description": "servers",
        "TagSpecification": tags
    });
    let name = "CreateSubnetCidrReservation";
    let created = golden.note(name, ec2.call(name, &create)).ok();
    let id = created.text("subnetCidrReservation.subnetCidrReservationId");
    reserve(&ec2, &subnet, "10.0.1.64/27", "prefix").ok();
    let get = |extra: Value| {
        let mut wish = json!({ "SubnetId": subnet });
        wish.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        ec2.call("GetSubnetCidrReservations", &wish)
    };
    let of = |name: &str, value: &str| json!({ "Filter": [{ "Name": name, "Value": [value] }] });
    golden.note("GetSubnetCidrReservations", get(of("reservationType", "explicit"))).ok();
    let path = "subnetIpv4CidrReservationSet.item.cidr";
    assert_eq!(get(json!({})).ok().texts(path).len(), 2);
    assert_eq!(get(of("tag:a", "1")).ok().texts(path), ["10.0.1.0/28"]);
    assert_eq!(get(of("reservationType", "prefix")).ok().texts(path), ["10.0.1.64/27"]);
    let delete = json!({ "SubnetCidrReservationId": id });
    let name = "DeleteSubnetCidrReservation";
    golden.note(name, ec2.call(name, &delete)).ok();
    let missing = format!("The subnet-cidr-reservation ID '{id}' does not exist");
    refuses(&ec2, &[(name, delete, "InvalidSubnetCidrReservationID.NotFound", &missing)]);
    ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
    golden.check();
}

#[test]
fn automatic_assignment_leaves_reserved_addresses_alone() {
    let (_server, ec2) = start();
    let subnet = subnet(&ec2, &vpc(&ec2, "10.0.0.0/16"), "10.0.1.0/24");
    reserve(&ec2, &subnet, "10.0.1.0/28", "explicit").ok();
    reserve(&ec2, &subnet, "10.0.1.64/27", "prefix").ok();
    let address = |id: &str| {
        let own = json!({ "NetworkInterfaceId": [id] });
        let shown = ec2.call("DescribeNetworkInterfaces", &own).ok();
        shown.text("networkInterfaceSet.item.privateIpAddress")
    };
    let id = interface(&ec2, &subnet);
    assert_eq!(address(&id), "10.0.1.16");
    // Who asks for a reserved one gets it.
    let named = json!({ "SubnetId": subnet, "PrivateIpAddress": "10.0.1.7" });
    ec2.call("CreateNetworkInterface", &named).ok();
    let assign = json!({ "NetworkInterfaceId": id, "Ipv4PrefixCount": 2 });
    let assigned = ec2.call("AssignPrivateIpAddresses", &assign).ok();
    let prefixes = assigned.texts("assignedIpv4PrefixSet.item.ipv4Prefix");
    assert_eq!(prefixes, ["10.0.1.64/28", "10.0.1.80/28"]);
    let more = json!({ "NetworkInterfaceId": id, "Ipv4PrefixCount": 1 });
    let full = "The specified subnet does not have enough free cidr blocks to satisfy the request.";
    refuses(&ec2, &[("AssignPrivateIpAddresses", more, "InsufficientCidrBlocks", full)]);
}

#[test]
fn what_reservations_refuse() {
    let (_server, ec2) = start();
    let subnet = subnet(&ec2, &vpc(&ec2, "10.0.0.0/16"), "10.0.1.0/24");
    reserve(&ec2, &subnet, "10.0.1.0/28", "explicit").ok();
    let name = "CreateSubnetCidrReservation";
    let wish =
        |block: &str, kind: &str| json!({ "SubnetId": subnet, "Cidr": block, "ReservationType": kind });
    let none = nowhere("subnet");
    let missing = &format!("The subnet ID '{none}' does not exist");
    refuses(
        &ec2,
        &[
            (
                name,
                wish("10.0.2.0/28", "prefix"),
                "InvalidParameterValue",
                "Reservation CIDR should be within subnet CIDR block (10.0.1.0/24)",
            ),
            (
                name,
                wish("10.0.1.8/29", "prefix"),
                "InvalidParameterValue",
                "Reservation CIDR 10.0.1.8/29 has overlap with existing reserved CIDR block",
            ),
            (
                name,
                wish("10.0.1.32/28", "later"),
                "InvalidParameterValue",
                "Value (later) for parameter reservationType is invalid.",
            ),
            (
                name,
                wish("ten", "prefix"),
                "InvalidParameterValue",
                "Value (ten) for parameter cidr is invalid. This is not a valid CIDR block.",
            ),
            (
                name,
                json!({ "SubnetId": none, "Cidr": "10.0.1.0/28", "ReservationType": "prefix" }),
                "InvalidSubnetID.NotFound",
                missing,
            ),
            ("GetSubnetCidrReservations", json!({ "SubnetId": none }), "InvalidSubnetID.NotFound", missing),
        ],
    );
}
