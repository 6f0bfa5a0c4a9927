//! Mount targets and what stands for them in the network.

use crate::{
    MARKED, advance_until, file_system, made, mount_target, pages, refuses, said, start, start_real, subnets,
};
use serde_json::{Value, json};
use testkit::Client;

/// The interface of a mount target, as EC2 tells it.
#[track_caller]
fn interface(ec2: &Client, id: &str) -> Value {
    let found = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [id] })).ok();
    found.tree()["networkInterfaceSet"]["item"][0].clone()
}

#[track_caller]
fn group(ec2: &Client, name: &str, vpc: &str) -> String {
    let wish = json!({ "GroupName": name, "GroupDescription": name, "VpcId": vpc });
    ec2.call("CreateSecurityGroup", &wish).ok().text("groupId")
}

#[test]
fn the_life_of_a_mount_target() {
    let (server, efs) = start();
    let ec2 = server.client("ec2");
    let id = file_system(&efs, "one");
    let (zone, subnet) = subnets(&ec2).remove(0);
    let answer = mount_target(&efs, &id, &subnet);
    let own = answer.tree();
    let target = own["MountTargetId"].as_str().unwrap().to_owned();
    assert!(target.starts_with("fsmt-0") && target.len() == 22, "{target}");
    let facts = ec2.call("DescribeSubnets", &json!({ "SubnetId": [subnet] })).ok();
    assert_eq!(
        own,
        json!({
            "OwnerId": "000000000000", "MountTargetId": target, "FileSystemId": id, "SubnetId": subnet,
            "LifeCycleState": "creating", "IpAddress": own["IpAddress"],
            "NetworkInterfaceId": own["NetworkInterfaceId"], "AvailabilityZoneName": zone,
            "AvailabilityZoneId": facts.text("subnetSet.item.availabilityZoneId"),
            "VpcId": facts.text("subnetSet.item.vpcId"),
        })
    );
    // The interface is AWS's: users see it, and it holds the subnet.
    let card = own["NetworkInterfaceId"].as_str().unwrap();
    let seen = interface(&ec2, card);
    for (name, want) in [
        ("description", format!("EFS mount target for {id} ({target})")),
        ("requesterManaged", "true".to_owned()),
        ("status", "in-use".to_owned()),
        ("interfaceType", "interface".to_owned()),
        ("privateIpAddress", own["IpAddress"].as_str().unwrap().to_owned()),
        ("subnetId", subnet.clone()),
    ] {
        assert_eq!(seen[name].as_str(), Some(want.as_str()), "{name} of {seen}");
    }
    // Recorded, of interfaces of services: terraform-provider-aws, and boto3 issue 2218.
    let not_yours = "You do not have permission to access the specified resource.";
    let of_card = json!({ "NetworkInterfaceId": card });
    ec2.call("DeleteNetworkInterface", &of_card).refused(400, "AuthFailure", not_yours);
    let attachment = seen["attachment"]["attachmentId"].as_str().unwrap();
    let detach = json!({ "AttachmentId": attachment, "Force": true });
    let not_allowed = "You are not allowed to manage 'ela-attach' attachments.";
    ec2.call("DetachNetworkInterface", &detach).refused(400, "OperationNotPermitted", not_allowed);
    assert_eq!(
        ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).refusal().code,
        "DependencyViolation"
    );
    for by in [json!({ "MountTargetId": target }), json!({ "FileSystemId": id })] {
        let found = efs.call("DescribeMountTargets", &by).ok();
        assert_eq!(found.texts("MountTargets.LifeCycleState"), ["available"]);
    }
    let deleted = efs.call("DeleteMountTarget", &json!({ "MountTargetId": target })).ok();
    assert_eq!((deleted.status, deleted.body_text().as_str()), (204, ""));
    let absent = format!("Mount target '{target}' does not exist.");
    let of = json!({ "MountTargetId": target });
    refuses(
        &efs,
        &[
            ("DeleteMountTarget", of.clone(), 404, "MountTargetNotFound", &absent),
            ("DescribeMountTargets", of.clone(), 404, "MountTargetNotFound", &absent),
            ("DescribeMountTargetSecurityGroups", of.clone(), 404, "MountTargetNotFound", &absent),
            ("ModifyMountTargetSecurityGroups", of, 404, "MountTargetNotFound", &absent),
        ],
    );
    ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
}

/// The VPC is judged before the zone: sentences of moto's and of recorded answers.
#[test]
fn there_is_one_in_each_zone_of_one_vpc() {
    let (server, efs) = start();
    let ec2 = server.client("ec2");
    let id = file_system(&efs, "one");
    let all = subnets(&ec2);
    mount_target(&efs, &id, &all[0].1);
    let second = mount_target(&efs, &id, &all[1].1).text("AvailabilityZoneName");
    assert_eq!(second, all[1].0);
    assert_eq!(said(&efs, &id)["NumberOfMountTargets"], 2);
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    let wish = json!({ "VpcId": vpc, "CidrBlock": "10.0.1.0/24", "AvailabilityZone": all[0].0 });
    let elsewhere = ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId");
    let one_zone =
        made(&efs, &json!({ "CreationToken": "z", "AvailabilityZoneName": all[0].0 })).text("FileSystemId");
    let create = "CreateMountTarget";
    let absent = "subnet-0123456789abcdef0";
    refuses(
        &efs,
        &[
            (
                create,
                json!({ "FileSystemId": id, "SubnetId": elsewhere }),
                409,
                "MountTargetConflict",
                "requested subnet for new mount target is not in the same VPC as existing mount targets",
            ),
            (
                create,
                json!({ "FileSystemId": id, "SubnetId": all[0].1 }),
                409,
                "MountTargetConflict",
                "mount target already exists in this AZ",
            ),
            (
                create,
                json!({ "FileSystemId": one_zone, "SubnetId": all[1].1 }),
                400,
                "AvailabilityZonesMismatch",
                "The Availability Zone of the mount target is different from the Availability Zone of the file system.",
            ),
            (
                create,
                json!({ "FileSystemId": id, "SubnetId": absent }),
                400,
                "SubnetNotFound",
                &format!("The subnet ID '{absent}' does not exist"),
            ),
            (
                create,
                json!({ "FileSystemId": "fs-01234567", "SubnetId": absent }),
                404,
                "FileSystemNotFound",
                "File system 'fs-01234567' does not exist.",
            ),
        ],
    );
    mount_target(&efs, &one_zone, &all[0].1);
}

#[test]
fn addresses_are_those_of_the_subnet() {
    let (server, efs) = start();
    let ec2 = server.client("ec2");
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    let wish = json!({ "VpcId": vpc, "CidrBlock": "10.0.1.0/28", "AvailabilityZone": "us-east-1a" });
    let subnet = ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId");
    let at = |id: &str, more: Value| {
        let mut wish = json!({ "FileSystemId": id, "SubnetId": subnet });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        wish
    };
    let id = file_system(&efs, "one");
    let create = "CreateMountTarget";
    let bad = "BadRequest";
    let family = "The subnet does not support the IP address type of the mount target.";
    let other = "The IP address does not match the IP address type of the mount target.";
    let used = "The specified IP address is already in use in the subnet.";
    refuses(
        &efs,
        &[
            (
                create,
                at(&id, json!({ "IpAddress": "10.9.0.1" })),
                400,
                bad,
                "Address does not fall within the subnet's address range",
            ),
            (create, at(&id, json!({ "IpAddress": "999.9.0.1" })), 400, bad, "The IP address is not valid."),
            (create, at(&id, json!({ "IpAddress": "10.0.1.1" })), 409, "IpAddressInUse", used),
            (create, at(&id, json!({ "IpAddressType": "DUAL_STACK" })), 400, bad, family),
            (create, at(&id, json!({ "IpAddressType": "IPV6_ONLY" })), 400, bad, family),
            (create, at(&id, json!({ "Ipv6Address": "2001:db8::1" })), 400, bad, other),
            (
                create,
                at(&id, json!({ "IpAddressType": "IPV6_ONLY", "IpAddress": "10.0.1.9" })),
                400,
                bad,
                other,
            ),
        ],
    );
    let own = efs.call(create, &at(&id, json!({ "IpAddress": "10.0.1.9" }))).ok();
    assert_eq!(own.text("IpAddress"), "10.0.1.9");
    let second = file_system(&efs, "two");
    refuses(&efs, &[(create, at(&second, json!({ "IpAddress": "10.0.1.9" })), 409, "IpAddressInUse", used)]);
    // Eleven addresses are for use, of which one is taken.
    for number in 0..10 {
        mount_target(&efs, &file_system(&efs, &format!("fill-{number}")), &subnet);
    }
    let full = "There are no free IP addresses in the subnet.";
    refuses(&efs, &[(create, at(&second, json!({})), 409, "NoFreeAddressesInSubnet", full)]);
}

#[test]
fn mount_targets_have_the_families_of_their_subnets() {
    let (server, efs) = start();
    let ec2 = server.client("ec2");
    let wish = json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let vpc = ec2.call("CreateVpc", &wish).ok().text("vpc.vpcId");
    let found = ec2.call("DescribeVpcs", &json!({ "VpcId": [vpc] })).ok();
    let block = found.text("vpcSet.item.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock");
    let part = |number: u8| block.replace("00::/56", &format!("0{number}::/64"));
    let wish = json!({ "VpcId": vpc, "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": part(1), "AvailabilityZone": "us-east-1a" });
    let dual = ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId");
    let wish = json!({ "VpcId": vpc, "Ipv6Native": true, "Ipv6CidrBlock": part(2), "AvailabilityZone": "us-east-1b" });
    let native = ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId");
    let id = file_system(&efs, "one");
    let wish = json!({ "FileSystemId": id, "SubnetId": dual, "IpAddressType": "DUAL_STACK" });
    let own = efs.call("CreateMountTarget", &wish).ok();
    assert_eq!((own.texts("IpAddress").len(), own.texts("Ipv6Address").len()), (1, 1));
    let refused = json!({ "FileSystemId": id, "SubnetId": native });
    let family = "The subnet does not support the IP address type of the mount target.";
    refuses(&efs, &[("CreateMountTarget", refused, 400, "BadRequest", family)]);
    let wish = json!({ "FileSystemId": id, "SubnetId": native, "IpAddressType": "IPV6_ONLY" });
    let own = efs.call("CreateMountTarget", &wish).ok();
    assert_eq!((own.texts("IpAddress").len(), own.texts("Ipv6Address").len()), (0, 1));
}

#[test]
fn security_groups_are_told_by_themselves() {
    let (server, efs) = start();
    let ec2 = server.client("ec2");
    let id = file_system(&efs, "one");
    let own = mount_target(&efs, &id, &subnets(&ec2)[0].1);
    let (target, vpc) = (own.text("MountTargetId"), own.text("VpcId"));
    let groups = || {
        let found = efs.call("DescribeMountTargetSecurityGroups", &json!({ "MountTargetId": target })).ok();
        found.texts("SecurityGroups")
    };
    let filter = json!({ "Filter": [{ "Name": "group-name", "Value": ["default"] }, { "Name": "vpc-id", "Value": [vpc] }] });
    let default = ec2.call("DescribeSecurityGroups", &filter).ok().text("securityGroupInfo.item.groupId");
    assert_eq!(groups(), [default]);
    let (one, two) = (group(&ec2, "one", &vpc), group(&ec2, "two", &vpc));
    let modify = |groups: Value| json!({ "MountTargetId": target, "SecurityGroups": groups });
    let changed = efs.call("ModifyMountTargetSecurityGroups", &modify(json!([one, two]))).ok();
    assert_eq!(changed.status, 204);
    assert_eq!(groups(), [one.as_str(), two.as_str()]);
    let card = interface(&ec2, &own.text("NetworkInterfaceId"));
    assert_eq!(card["groupSet"]["item"].as_array().map(Vec::len), Some(2), "{card}");
    // What a mount target uses stays.
    assert_eq!(
        ec2.call("DeleteSecurityGroup", &json!({ "GroupId": one })).refusal().code,
        "DependencyViolation"
    );
    let far = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    let (far, absent) = (group(&ec2, "far", &far), "sg-0123456789abcdef0");
    let many: Vec<String> = (0..6).map(|n| group(&ec2, &format!("g{n}"), &vpc)).collect();
    let (call, none) = ("ModifyMountTargetSecurityGroups", "SecurityGroupNotFound");
    let missing = |id: &str| format!("The SecurityGroup ID '{id}' does not exist");
    let limit = "The maximum number of security groups per interface has been reached.";
    let subnet = subnets(&ec2)[1].1.clone();
    let create = |groups: Value| {
        ("CreateMountTarget", json!({ "FileSystemId": id, "SubnetId": subnet, "SecurityGroups": groups }))
    };
    for (groups, code, sentence) in [
        (json!([absent]), none, missing(absent)),
        (json!([two, far]), none, missing(&far)),
        (json!(many), "SecurityGroupLimitExceeded", limit.to_owned()),
    ] {
        let (call, wish) = create(groups);
        refuses(&efs, &[(call, wish, 400, code, &sentence)]);
    }
    refuses(
        &efs,
        &[
            (call, modify(json!([absent])), 400, none, &missing(absent)),
            (call, modify(json!([far])), 400, none, &missing(&far)),
            (call, modify(json!(many)), 400, "SecurityGroupLimitExceeded", limit),
            // Of several, the one that does not fit is named.
            (call, modify(json!([two, far])), 400, none, &missing(&far)),
            (call, modify(json!([])), 400, "BadRequest", "At least one security group must be specified."),
        ],
    );
    assert_eq!(groups(), [one, two]);
}

#[test]
fn mount_targets_are_looked_for_by_one_thing() {
    let (server, efs) = start();
    let id = file_system(&efs, "one");
    let point = efs.call("CreateAccessPoint", &json!({ "FileSystemId": id, "ClientToken": "p" })).ok();
    let point = point.text("AccessPointId");
    let mut ids: Vec<String> = Vec::new();
    for (_, subnet) in subnets(&server.client("ec2")).iter().take(3) {
        ids.push(mount_target(&efs, &id, subnet).text("MountTargetId"));
    }
    ids.sort();
    let found = efs.call("DescribeMountTargets", &json!({ "AccessPointId": point })).ok();
    assert_eq!(found.texts("MountTargets.MountTargetId"), ids);
    let wish = json!({ "FileSystemId": id });
    let pages = pages(&efs, "DescribeMountTargets", &wish, MARKED, "MountTargets.MountTargetId");
    assert_eq!((pages.len(), pages.concat()), (2, ids));
    let one = "Must specify exactly one mutually exclusive parameter.";
    let both = json!({ "FileSystemId": id, "AccessPointId": point });
    let call = "DescribeMountTargets";
    refuses(
        &efs,
        &[
            (call, json!({}), 400, "BadRequest", one),
            (call, both, 400, "BadRequest", one),
            (call, json!({ "FileSystemId": id, "Marker": "none" }), 400, "BadRequest", "Invalid Marker"),
            (
                call,
                json!({ "AccessPointId": "fsap-01234567" }),
                404,
                "AccessPointNotFound",
                "Access Point fsap-01234567 does not exist.",
            ),
        ],
    );
}

/// Recorded: of the groups of a mount target that is not there yet or no more.
#[test]
fn a_mount_target_comes_and_goes_at_the_real_pace() {
    let (server, efs) = start_real();
    let ec2 = server.client("ec2");
    let id = file_system(&efs, "one");
    advance_until(
        &server,
        "FileSystemChanged",
        || vec![said(&efs, &id)["LifeCycleState"].as_str().unwrap().to_owned()],
        &["available"],
    );
    let subnet = subnets(&ec2)[0].1.clone();
    let own = mount_target(&efs, &id, &subnet);
    let of = json!({ "MountTargetId": own.text("MountTargetId") });
    let state = || {
        efs.call("DescribeMountTargets", &json!({ "FileSystemId": id }))
            .ok()
            .texts("MountTargets.LifeCycleState")
    };
    assert_eq!(state(), ["creating"]);
    let sentence = format!("Mount target does not have a network interface: {}", own.text("MountTargetId"));
    let early: crate::Refused<'_> =
        ("DescribeMountTargetSecurityGroups", of.clone(), 409, "IncorrectMountTargetState", &sentence);
    refuses(&efs, std::slice::from_ref(&early));
    advance_until(&server, "MountTargetChanged", state, &["available"]);
    efs.call("DescribeMountTargetSecurityGroups", &of).ok();
    efs.call("DeleteMountTarget", &of).ok();
    assert_eq!(state(), ["deleting"]);
    let modify = json!({ "MountTargetId": own.text("MountTargetId"), "SecurityGroups": ["sg-01234567"] });
    refuses(
        &efs,
        &[early, ("ModifyMountTargetSecurityGroups", modify, 409, "IncorrectMountTargetState", &sentence)],
    );
    // Its interface is gone already, and while it goes it counts.
    let card = json!({ "NetworkInterfaceId": [own.text("NetworkInterfaceId")] });
    assert_eq!(
        ec2.call("DescribeNetworkInterfaces", &card).refusal().code,
        "InvalidNetworkInterfaceID.NotFound"
    );
    let in_use = efs.call("DeleteFileSystem", &json!({ "FileSystemId": id })).refusal();
    assert_eq!((in_use.status, in_use.code.as_str()), (409, "FileSystemInUse"));
    efs.call("DeleteMountTarget", &of).ok();
    advance_until(&server, "MountTargetDeleted", state, &[]);
}
