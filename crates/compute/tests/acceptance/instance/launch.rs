use super::{IMAGE, SET, launch, run, said};
use crate::{advance, golden, nowhere, refuses, start};
use serde_json::{Value, json};
use testkit::Client;

#[test]
fn the_life_of_an_instance() {
    let (_server, ec2) = start();
    let mut golden = golden("instance");
    let tags = json!([{ "ResourceType": "instance", "Tag": [{ "Key": "Name", "Value": "web" }] }]);
    let made = golden.note("RunInstances", run(&ec2, &json!({ "TagSpecification": tags }))).ok();
    let id = made.text("instancesSet.item.instanceId");
    let own = json!({ "InstanceId": [id] });
    golden.note("DescribeInstances", ec2.call("DescribeInstances", &own)).ok();
    golden.note("DescribeInstanceStatus", ec2.call("DescribeInstanceStatus", &own)).ok();
    golden.note("its interface", ec2.call("DescribeNetworkInterfaces", &json!({}))).ok();
    golden.note("StopInstances", ec2.call("StopInstances", &own)).ok();
    golden.note("stopped", ec2.call("DescribeInstances", &own)).ok();
    golden.note("StartInstances", ec2.call("StartInstances", &own)).ok();
    golden.note("RebootInstances", ec2.call("RebootInstances", &own)).ok();
    golden.note("TerminateInstances", ec2.call("TerminateInstances", &own)).ok();
    golden.note("terminated", ec2.call("DescribeInstances", &own)).ok();
    let left = ec2.call("DescribeNetworkInterfaces", &json!({})).ok();
    assert_eq!(left.texts("networkInterfaceSet.item.networkInterfaceId"), [""; 0]);
    golden.check();
}

#[test]
fn instances_of_one_call_are_one_reservation() {
    let (server, ec2) = start();
    let made = run(&ec2, &json!({ "MinCount": 2, "MaxCount": 3 })).ok();
    assert_eq!(made.texts("instancesSet.item.amiLaunchIndex"), ["0", "1", "2"]);
    advance(&server, "1s");
    launch(&ec2, &json!({}));
    let all = ec2.call("DescribeInstances", &json!({})).ok();
    assert_eq!(all.texts("reservationSet.item.reservationId").len(), 2);
    assert_eq!(all.texts(&format!("{SET}.amiLaunchIndex")), ["0", "1", "2", "0"]);
    let addresses = all.texts(&format!("{SET}.privateIpAddress"));
    assert_eq!(addresses, ["172.31.0.4", "172.31.0.5", "172.31.0.6", "172.31.0.7"]);
}

#[test]
fn pages_do_not_split_instances_and_take_no_ids() {
    let (_server, ec2) = start();
    let made = run(&ec2, &json!({ "MinCount": 7, "MaxCount": 7 })).ok();
    let first = ec2.call("DescribeInstances", &json!({ "MaxResults": 5 })).ok();
    assert_eq!(first.texts(&format!("{SET}.instanceId")).len(), 5);
    let rest = json!({ "MaxResults": 5, "NextToken": first.text("nextToken") });
    let rest = ec2.call("DescribeInstances", &rest).ok();
    let mut ids = first.texts(&format!("{SET}.instanceId"));
    ids.extend(rest.texts(&format!("{SET}.instanceId")));
    assert_eq!(ids, made.texts("instancesSet.item.instanceId"));
    assert_eq!(rest.texts("nextToken"), [""; 0]);
    let both = json!({ "MaxResults": 5, "InstanceId": [ids[0]] });
    let sentence = "The parameter instancesSet cannot be used with the parameter maxResults";
    let few = json!({ "MaxResults": 4 });
    let few_sentence = "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.";
    refuses(
        &ec2,
        &[
            ("DescribeInstances", both, "InvalidParameterCombination", sentence),
            ("DescribeInstances", few, "InvalidParameterValue", few_sentence),
        ],
    );
    // More than the most is answered with the most.
    ec2.call("DescribeInstances", &json!({ "MaxResults": 5000 })).ok();
}

#[test]
fn a_client_token_makes_its_instances_once() {
    let (_server, ec2) = start();
    let with_token = json!({ "ClientToken": "t-1" });
    let first = launch(&ec2, &with_token);
    assert_eq!(launch(&ec2, &with_token), first);
    let other = run(&ec2, &json!({ "ClientToken": "t-1", "InstanceType": "t3.small" })).refusal();
    assert_eq!(other.code, "IdempotentParameterMismatch");
    ec2.call("TerminateInstances", &json!({ "InstanceId": [first] })).ok();
    // Source: boto/boto3 issue 4406.
    let ended = run(&ec2, &with_token).refusal();
    let sentence = "The client token you have provided is associated with a terminated instance. Please use a different client token.";
    assert_eq!((ended.code.as_str(), ended.message.as_str()), ("IdempotentInstanceTerminated", sentence));
}

/// A subnet with room for so many: of its 16 addresses AWS keeps five.
fn small_subnet(ec2: &Client) -> String {
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    let subnet = json!({ "VpcId": vpc, "CidrBlock": "10.0.0.0/28" });
    ec2.call("CreateSubnet", &subnet).ok().text("subnet.subnetId")
}

#[test]
fn as_many_come_as_there_is_room_for_and_never_fewer_than_asked() {
    let (_server, ec2) = start();
    let subnet = small_subnet(&ec2);
    let made = run(&ec2, &json!({ "SubnetId": subnet, "MinCount": 2, "MaxCount": 20 })).ok();
    assert_eq!(made.texts("instancesSet.item.instanceId").len(), 11);
    let refused = run(&ec2, &json!({ "SubnetId": subnet })).refusal();
    let sentence = format!(
        "There are not enough free addresses in subnet '{subnet}' to satisfy the requested number of instances."
    );
    assert_eq!((refused.code.as_str(), refused.message), ("InsufficientFreeAddressesInSubnet", sentence));
}

#[test]
fn a_call_that_fails_leaves_nothing_behind() {
    let (_server, ec2) = start();
    let subnet = small_subnet(&ec2);
    let refused = run(&ec2, &json!({ "SubnetId": subnet, "MinCount": 12, "MaxCount": 12 })).refusal();
    assert_eq!(refused.code, "InsufficientFreeAddressesInSubnet");
    assert_eq!(
        ec2.call("DescribeInstances", &json!({})).ok().texts("reservationSet.item.reservationId"),
        [""; 0]
    );
    let own = ec2.call("DescribeSubnets", &json!({ "SubnetId": [subnet] })).ok();
    assert_eq!(own.text("subnetSet.item.availableIpAddressCount"), "11");
}

#[test]
fn interfaces_are_as_they_are_asked_for() {
    let (_server, ec2) = start();
    let subnet = small_subnet(&ec2);
    let there = ec2.call("CreateNetworkInterface", &json!({ "SubnetId": subnet })).ok();
    let there = there.text("networkInterface.networkInterfaceId");
    let cards = json!([
        { "DeviceIndex": 0, "SubnetId": subnet, "PrivateIpAddress": "10.0.0.9", "SecondaryPrivateIpAddressCount": 1 },
        { "DeviceIndex": 1, "NetworkInterfaceId": there },
    ]);
    let id = launch(&ec2, &json!({ "NetworkInterface": cards }));
    let card = |path: &str| said(&ec2, &id, &format!("networkInterfaceSet.item.{path}"));
    assert_eq!(card("privateIpAddress"), ["10.0.0.9", "10.0.0.4"]);
    assert_eq!(card("attachment.deleteOnTermination"), ["true", "false"]);
    assert_eq!(card("privateIpAddressesSet.item.privateIpAddress"), ["10.0.0.9", "10.0.0.5", "10.0.0.4"]);
    let again = json!({ "NetworkInterface": [{ "DeviceIndex": 0, "NetworkInterfaceId": there }] });
    let refused = run(&ec2, &again).refusal();
    assert_eq!(
        (refused.code.as_str(), refused.message),
        ("InvalidNetworkInterface.InUse", format!("Interface: [{there}] in use."))
    );
    ec2.call("TerminateInstances", &json!({ "InstanceId": [id] })).ok();
    let left = ec2.call("DescribeNetworkInterfaces", &json!({})).ok();
    assert_eq!(left.texts("networkInterfaceSet.item.networkInterfaceId"), [there.as_str()]);
    assert_eq!(left.texts("networkInterfaceSet.item.status"), ["available"]);
}

#[test]
fn a_public_address_is_lent_as_the_subnet_or_the_call_has_it() {
    let (_server, ec2) = start();
    let subnet = small_subnet(&ec2);
    let public = |id: &str| said(&ec2, id, "ipAddress").len();
    let card = |lends: bool| {
        json!({ "NetworkInterface": [
        { "DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": lends },
    ] })
    };
    assert_eq!(public(&launch(&ec2, &json!({}))), 1, "the default subnet lends");
    assert_eq!(public(&launch(&ec2, &json!({ "SubnetId": subnet }))), 0, "this one does not");
    assert_eq!(public(&launch(&ec2, &card(true))), 1);
    let attribute = json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": { "Value": true } });
    ec2.call("ModifySubnetAttribute", &attribute).ok();
    assert_eq!(public(&launch(&ec2, &json!({ "SubnetId": subnet }))), 1);
    assert_eq!(public(&launch(&ec2, &card(false))), 0);
}

#[test]
fn a_lent_address_is_reached_as_the_groups_have_it() {
    let (server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let passes = || {
        let page = format!("/_angae/net/explain?from=internet&to={id}&port=22");
        server.page("GET", &page, &Value::Null)["allowed"].clone()
    };
    assert_eq!(passes(), false);
    let group = said(&ec2, &id, "groupSet.item.groupId")[0].clone();
    let rule =
        json!({ "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] });
    ec2.call("AuthorizeSecurityGroupIngress", &json!({ "GroupId": group, "IpPermissions": [rule] })).ok();
    assert_eq!(passes(), true);
    ec2.call("StopInstances", &json!({ "InstanceId": [id] })).ok();
    assert_eq!(passes(), false, "what was lent went back");
}

#[test]
fn an_elastic_address_takes_the_place_of_a_lent_one() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let own = ec2.call("AllocateAddress", &json!({})).ok();
    let associate = json!({ "AllocationId": own.text("allocationId"), "InstanceId": id });
    ec2.call("AssociateAddress", &associate).ok();
    assert_eq!(said(&ec2, &id, "ipAddress"), [own.text("publicIp")]);
    let address = ec2.call("DescribeAddresses", &json!({})).ok();
    assert_eq!(address.text("addressesSet.item.instanceId"), id);
    ec2.call("TerminateInstances", &json!({ "InstanceId": [id] })).ok();
    let address = ec2.call("DescribeAddresses", &json!({})).ok();
    assert_eq!(address.texts("addressesSet.item.associationId"), [""; 0]);
}

#[test]
fn the_image_decides_about_the_metadata_service_and_the_call_about_the_rest() {
    let (_server, ec2) = start();
    let options =
        json!({ "MetadataOptions": { "HttpTokens": "optional", "InstanceMetadataTags": "enabled" } });
    let id = launch(&ec2, &options);
    let own = |name: &str| said(&ec2, &id, &format!("metadataOptions.{name}"));
    assert_eq!(own("httpTokens"), ["optional"]);
    assert_eq!(own("httpPutResponseHopLimit"), ["2"]);
    assert_eq!(own("instanceMetadataTags"), ["enabled"]);
    assert_eq!(own("state"), ["applied"]);
}

/// What is refused whatever else is right.
fn wrong(name: &str, value: &Value) -> Value {
    let mut parameters =
        json!({ "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1 });
    parameters[name] = value.clone();
    parameters
}

#[test]
fn what_run_instances_refuses() {
    let (_server, ec2) = start();
    let subnet = small_subnet(&ec2);
    let card = |own: Value| json!([own]);
    let group = ec2.call(
        "DescribeSecurityGroups",
        &json!({ "Filter": [{ "Name": "description", "Value": ["default VPC*"] }] }),
    );
    let groups = group.ok().texts("securityGroupInfo.item.groupId");
    let in_default =
        ec2.call("DescribeSubnets", &json!({ "Filter": [{ "Name": "default-for-az", "Value": ["true"] }] }));
    let in_default = in_default.ok();
    let default_vpc = in_default.texts("subnetSet.item.vpcId")[0].clone();
    let of_default = ec2
        .call("DescribeSecurityGroups", &json!({ "Filter": [{ "Name": "vpc-id", "Value": [default_vpc] }] }));
    let of_default = of_default.ok().text("securityGroupInfo.item.groupId");
    assert!(groups.contains(&of_default));
    let elsewhere = json!({
        "ImageId": IMAGE, "MinCount": 1, "MaxCount": 1, "SubnetId": subnet, "SecurityGroupId": [of_default],
        "InstanceType": "t3.micro",
    });
    let beside = json!({
        "ImageId": IMAGE, "MinCount": 1, "MaxCount": 1, "SubnetId": subnet, "NetworkInterface": [{ "DeviceIndex": 0 }],
    });
    let several = json!([
        { "DeviceIndex": 0, "AssociatePublicIpAddress": true }, { "DeviceIndex": 1 },
    ]);
    // Sources: that names of groups are refused beside a subnet stands in logs of Terraform's `aws_instance`; the sentence of a
    // name that is not there in mitchellh/vagrant-aws pull request 231.
    let by_name = json!({
        "ImageId": IMAGE, "MinCount": 1, "MaxCount": 1, "SecurityGroup": ["default"], "InstanceType": "t3.micro",
    });
    let of_default_vpc = in_default.texts("subnetSet.item.subnetId")[0].clone();
    let beside_name = |subnet: &str| crate::with(&by_name, &json!({ "SubnetId": subnet }));
    let own = ec2.call("DescribeImages", &json!({ "ImageId": [IMAGE] })).ok();
    let snapshot = own.text("imagesSet.item.blockDeviceMapping.item.ebs.snapshotId");
    let small = format!("Volume of size 1GB is smaller than  snapshot '{snapshot}', expect size >= 8GB");
    let image = nowhere("ami");
    let missing = [
        ("ImageId", json!(image), "InvalidAMIID.NotFound", format!("The image id '[{image}]' does not exist")),
        ("ImageId", json!("x"), "InvalidAMIID.Malformed", r#"Invalid id: "x" (expecting "ami-...")"#.to_owned()),
        ("InstanceType", json!("t9.foo"), "InvalidParameterValue", "Invalid value 't9.foo' for InstanceType.".to_owned()),
        (
            "InstanceType", json!("t4g.micro"), "InvalidParameterValue",
            "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.".to_owned(),
        ),
        ("MinCount", json!(0), "InvalidParameterValue", "Value (0) for parameter minCount is invalid. It must be a positive integer.".to_owned()),
        ("MinCount", json!(2), "InvalidParameterCombination", "The minCount value must not be greater than the maxCount value".to_owned()),
        ("SecurityGroup", json!(["none"]), "InvalidGroup.NotFound", format!("The security group 'none' does not exist in default VPC '{default_vpc}'")),
        ("UserData", json!("%%%"), "InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.".to_owned()),
        ("UserData", json!("QUJD".repeat(5462)), "InvalidParameterValue", "User data is limited to 16384 bytes".to_owned()),
        (
            "IamInstanceProfile", json!({ "Name": "none" }), "InvalidParameterValue",
            "Value (none) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name".to_owned(),
        ),
        (
            "IamInstanceProfile", json!({ "Arn": "arn:aws:iam::000000000000:instance-profile/none" }), "InvalidParameterValue",
            "Value (arn:aws:iam::000000000000:instance-profile/none) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN".to_owned(),
        ),
        ("NetworkInterface", several, "InvalidParameterCombination", "The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces.".to_owned()),
        ("NetworkInterface", card(json!({ "DeviceIndex": 1, "AssociatePublicIpAddress": true })), "InvalidParameterCombination", "The associatePublicIPAddress parameter can only be specified for the network interface with DeviceIndex 0.".to_owned()),
        ("BlockDeviceMapping", card(json!({ "DeviceName": "/dev/xvda", "Ebs": { "VolumeSize": 1 } })), "InvalidBlockDeviceMapping", small),
        ("BlockDeviceMapping", card(json!({ "DeviceName": "/dev/sdf", "Ebs": { "DeleteOnTermination": true } })), "MissingParameter", "The request must contain the parameter size or snapshotId".to_owned()),
        ("BlockDeviceMapping", card(json!({ "DeviceName": "/dev/sdf" })), "MissingParameter", "The request must contain the parameter ebs".to_owned()),
        ("SubnetId", json!(nowhere("subnet")), "InvalidSubnetID.NotFound", format!("The subnet ID '{}' does not exist", nowhere("subnet"))),
    ];
    for (name, value, code, sentence) in missing {
        let refusal = ec2.call("RunInstances", &wrong(name, &value)).refusal();
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (400, code),
            "{name} {value}: {}",
            refusal.message
        );
        assert_eq!(refusal.message, sentence, "{name} {value}");
    }
    let by_name_sentence = "The parameter groupName cannot be used with the parameter subnet";
    refuses(
        &ec2,
        &[
            (
                "RunInstances",
                elsewhere,
                "InvalidParameter",
                &format!("Security group {of_default} and subnet {subnet} belong to different networks."),
            ),
            (
                "RunInstances",
                beside,
                "InvalidParameterCombination",
                "Network interfaces and an instance-level subnet ID may not be specified on the same request",
            ),
            ("RunInstances", beside_name(&subnet), "InvalidParameterCombination", by_name_sentence),
            ("RunInstances", beside_name(&of_default_vpc), "InvalidParameterCombination", by_name_sentence),
        ],
    );
    assert_eq!(
        ec2.call("DescribeInstances", &json!({})).ok().texts("reservationSet.item.reservationId"),
        [""; 0]
    );
}

#[test]
fn an_instance_has_its_key_pair_and_its_placement_group() {
    let (_server, ec2) = start();
    let missing = [
        ("KeyName", json!("none"), "InvalidKeyPair.NotFound", "The key pair 'none' does not exist"),
        (
            "Placement",
            json!({ "GroupName": "none" }),
            "InvalidPlacementGroup.Unknown",
            "The Placement Group 'none' is unknown.",
        ),
    ];
    for (name, value, code, sentence) in missing {
        refuses(&ec2, &[("RunInstances", wrong(name, &value), code, sentence)]);
    }
    ec2.call("CreateKeyPair", &json!({ "KeyName": "own", "KeyType": "ed25519" })).ok();
    ec2.call("CreatePlacementGroup", &json!({ "GroupName": "near", "Strategy": "cluster" })).ok();
    let id = launch(&ec2, &json!({ "KeyName": "own", "Placement": { "GroupName": "near" } }));
    assert_eq!(said(&ec2, &id, "keyName"), ["own"]);
    assert_eq!(said(&ec2, &id, "placement.groupName"), ["near"]);
    let delete = json!({ "GroupName": "near" });
    let sentence = "The placement group 'near' is in use and may not be deleted.";
    refuses(&ec2, &[("DeletePlacementGroup", delete.clone(), "InvalidPlacementGroup.InUse", sentence)]);
    ec2.call("TerminateInstances", &json!({ "InstanceId": [id] })).ok();
    ec2.call("DeletePlacementGroup", &delete).ok();
}

#[test]
fn an_instance_is_launched_from_a_template() {
    let (_server, ec2) = start();
    let data = json!({
        "ImageId": IMAGE, "InstanceType": "t3.small", "Monitoring": { "Enabled": true },
        "MetadataOptions": { "HttpTokens": "optional" },
        "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "team", "Value": "red" }] }],
    });
    let made = json!({ "LaunchTemplateName": "web", "LaunchTemplateData": data });
    let template = ec2.call("CreateLaunchTemplate", &made).ok().text("launchTemplate.launchTemplateId");
    let from = json!({ "LaunchTemplate": { "LaunchTemplateName": "web" }, "MinCount": 1, "MaxCount": 1 });
    let id = ec2.call("RunInstances", &from).ok().text("instancesSet.item.instanceId");
    assert_eq!(said(&ec2, &id, "instanceType"), ["t3.small"]);
    assert_eq!(said(&ec2, &id, "monitoring.state"), ["enabled"]);
    assert_eq!(said(&ec2, &id, "metadataOptions.httpTokens"), ["optional"]);
    let own = said(&ec2, &id, "tagSet.item.key");
    assert_eq!(own, ["aws:ec2launchtemplate:id", "aws:ec2launchtemplate:version", "team"]);
    assert_eq!(said(&ec2, &id, "tagSet.item.value"), [template.as_str(), "1", "red"]);
    let over = launch(
        &ec2,
        &json!({ "LaunchTemplate": { "LaunchTemplateId": template }, "InstanceType": "t3.large" }),
    );
    assert_eq!(said(&ec2, &over, "instanceType"), ["t3.large"]);
    let nowhere = json!({ "LaunchTemplate": { "LaunchTemplateName": "none" }, "MinCount": 1, "MaxCount": 1 });
    let sentence = "The specified launch template, with template name none, does not exist.";
    refuses(&ec2, &[("RunInstances", nowhere, "InvalidLaunchTemplateName.NotFoundException", sentence)]);
}
