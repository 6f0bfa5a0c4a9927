//! What becomes of groups that EC2 refuses nodes.

use super::*;

/// The one issue of a group.
#[track_caller]
fn issue(own: &Value) -> (String, String, Vec<String>) {
    let issues = own["health"]["issues"].as_array().map(Vec::as_slice);
    let Some([issue]) = issues else { panic!("{own}") };
    let text = |member: &str| issue[member].as_str().unwrap_or_default().to_owned();
    let ids = issue["resourceIds"].as_array().into_iter().flatten();
    (text("code"), text("message"), ids.map(|id| id.as_str().unwrap_or_default().to_owned()).collect())
}

/// Recorded of the sentence's form: terraform-aws-eks, issue 1843; cluster-api-provider-aws.
#[test]
fn a_launch_that_is_refused_fails_the_group() {
    let (server, eks) = start();
    cluster(&server, "one");
    let wish = with(asked(&server, "one", "ng"), json!({ "remoteAccess": { "ec2SshKey": "none" } }));
    eks.call("CreateNodegroup", &wish).ok();
    let own = settled(&server, "one", "ng", &["CREATE_FAILED"]);
    let group = own["resources"]["autoScalingGroups"][0]["name"].as_str().unwrap().to_owned();
    let sentence = "Could not launch On-Demand Instances. InvalidKeyPair.NotFound - The key pair 'none' does not exist. Launching \
                    EC2 instance failed.";
    assert_eq!(issue(&own), ("AsgInstanceLaunchFailures".to_owned(), sentence.to_owned(), vec![group]));
    assert!(instances(&server, "ng").is_empty());
    let sentence = "Nodegroup cannot be updated as it is currently not in Active State";
    eks.call("UpdateNodegroupVersion", &named("one", "ng")).refused(409, IN_USE, sentence);
    eks.call("DeleteNodegroup", &named("one", "ng")).ok();
    gone(&server, "one", "ng");
}

/// Recorded: viya4-iac-aws, issue 271.
#[test]
fn public_subnets_have_to_give_public_addresses() {
    let (server, eks) = start();
    cluster(&server, "one");
    let subnet = subnets(&server)[0].clone();
    let off = json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": { "Value": false } });
    server.client("ec2").call("ModifySubnetAttribute", &off).ok();
    eks.call("CreateNodegroup", &asked(&server, "one", "ng")).ok();
    let own = settled(&server, "one", "ng", &["CREATE_FAILED"]);
    let sentence = format!(
        "One or more Amazon EC2 Subnets of [{subnet}] for node group ng does not automatically assign public IP addresses to \
         instances launched into it. If you want your instances to be assigned a public IP address, then you need to enable \
         auto-assign public IP address for the subnet. See IP addressing in VPC guide: \
         https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#subnet-public-ip"
    );
    assert_eq!(issue(&own), ("Ec2SubnetInvalidConfiguration".to_owned(), sentence, vec![subnet]));
}

/// A VPC with a subnet of eleven addresses and one of many.
#[track_caller]
fn narrow(server: &Server) -> [String; 2] {
    let ec2 = server.client("ec2");
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    [("10.0.1.0/28", "use1-az1"), ("10.0.2.0/24", "use1-az2")].map(|(block, zone)| {
        let asked = json!({ "VpcId": vpc, "CidrBlock": block, "AvailabilityZoneId": zone });
        ec2.call("CreateSubnet", &asked).ok().text("subnet.subnetId")
    })
}

#[test]
fn what_one_subnet_has_no_room_for_goes_into_another() {
    let (server, eks) = start();
    let subnets = narrow(&server);
    let network = json!({ "resourcesVpcConfig": { "subnetIds": subnets } });
    eks.call("CreateCluster", &with(wish(&server, "one"), network)).ok();
    let both = with(sizes(1, 30, 24), json!({ "subnets": subnets }));
    group(&server, "one", "ng", both);
    let all = instances(&server, "ng");
    let small = all.iter().filter(|(_, _, subnet)| *subnet == subnets[0]).count();
    assert_eq!((all.len(), small), (24, 10), "the cluster's own interface has one of the eleven addresses");
    let alone = with(sizes(1, 2, 2), json!({ "subnets": [subnets[0]] }));
    eks.call("CreateNodegroup", &with(asked(&server, "one", "more"), alone)).ok();
    let own = settled(&server, "one", "more", &["CREATE_FAILED"]);
    let sentence = "One or more of the subnets associated with your managed node group does not have enough available IP \
                    addresses for new nodes.";
    let want = ("InsufficientFreeAddresses".to_owned(), sentence.to_owned(), vec![subnets[0].clone()]);
    assert_eq!(issue(&own), want);
}

#[test]
fn a_group_that_runs_is_degraded_until_it_is_well() {
    let (server, eks) = start();
    let subnets = narrow(&server);
    let network = json!({ "resourcesVpcConfig": { "subnetIds": subnets } });
    eks.call("CreateCluster", &with(wish(&server, "one"), network)).ok();
    group(&server, "one", "ng", with(sizes(1, 12, 9), json!({ "subnets": [subnets[0]] })));
    let change = |desired: i32| {
        let asked = with(named("one", "ng"), json!({ "scalingConfig": { "desiredSize": desired } }));
        eks.call("UpdateNodegroupConfig", &asked).ok();
    };
    change(12);
    let own = settled(&server, "one", "ng", &["DEGRADED"]);
    assert_eq!(issue(&own).0, "InsufficientFreeAddresses");
    assert_eq!(running(&server, "ng").len(), 10, "as many as there is room for");
    // An issue of this kind keeps no update from mending it.
    change(10);
    settled(&server, "one", "ng", &["ACTIVE"]);
    count(&server, "ng", 10);
}

#[test]
fn a_group_without_its_launch_template_is_degraded() {
    let (server, eks) = start();
    cluster(&server, "one");
    group(&server, "one", "ng", sizes(1, 2, 1));
    let ec2 = server.client("ec2");
    let id =
        ec2.call("DescribeLaunchTemplates", &json!({})).ok().text("launchTemplates.item.launchTemplateId");
    ec2.call("DeleteLaunchTemplate", &json!({ "LaunchTemplateId": id })).ok();
    let node = count(&server, "ng", 1)[0].clone();
    ec2.call("TerminateInstances", &json!({ "InstanceId": [node] })).ok();
    let own = settled(&server, "one", "ng", &["DEGRADED"]);
    let sentence = "We couldn't find the Amazon EC2 launch template for your managed node group. You may be able to recreate a \
                    launch template with the same settings to recover.";
    assert_eq!(issue(&own), ("Ec2LaunchTemplateNotFound".to_owned(), sentence.to_owned(), vec![id]));
    let sentence = "Nodegroup health has issues other than [ AsgInstanceLaunchFailures, InstanceLimitExceeded, \
                    InsufficientFreeAddresses, ClusterUnreachable ]";
    eks.call("UpdateNodegroupVersion", &named("one", "ng")).refused(400, REQUEST, sentence);
    eks.call("DeleteNodegroup", &named("one", "ng")).ok();
    gone(&server, "one", "ng");
}

#[test]
fn a_rollout_that_fails_leaves_the_nodes_that_were() {
    let (server, eks) = start();
    let subnets = narrow(&server);
    let network = json!({ "resourcesVpcConfig": { "subnetIds": subnets }, "version": "1.34" });
    eks.call("CreateCluster", &with(wish(&server, "one"), network)).ok();
    let old = json!({ "subnets": [subnets[0]], "version": "1.33" });
    group(&server, "one", "ng", with(sizes(1, 10, 10), old));
    let before = count(&server, "ng", 10);
    let asked = with(named("one", "ng"), json!({ "version": "1.34" }));
    let update = eks.call("UpdateNodegroupVersion", &asked).ok().tree()["update"].clone();
    let update = updated(&server, "one", "ng", &update);
    assert_eq!(update["status"], "Failed");
    assert_eq!(update["errors"][0]["errorCode"], "InsufficientFreeAddresses");
    assert_eq!(update["errors"][0]["resourceIds"], json!([subnets[0]]));
    assert_eq!(count(&server, "ng", 10), before);
    let own = settled(&server, "one", "ng", &["ACTIVE"]);
    assert_eq!(own["version"], "1.33");
}

#[test]
fn a_group_whose_security_group_is_held_is_not_deleted() {
    let (server, eks) = start();
    cluster(&server, "one");
    let ec2 = server.client("ec2");
    ec2.call("CreateKeyPair", &json!({ "KeyName": "k" })).ok();
    let own =
        group(&server, "one", "ng", with(sizes(0, 1, 0), json!({ "remoteAccess": { "ec2SshKey": "k" } })));
    let remote = own["resources"]["remoteAccessSecurityGroup"].as_str().unwrap().to_owned();
    let holds = json!({ "SubnetId": subnets(&server)[0], "SecurityGroupId": [remote] });
    let card = ec2.call("CreateNetworkInterface", &holds).ok().text("networkInterface.networkInterfaceId");
    eks.call("DeleteNodegroup", &named("one", "ng")).ok();
    let own = settled(&server, "one", "ng", &["DELETE_FAILED"]);
    let sentence = "We could not delete the remote access security group for your managed node group. Remove any dependencies \
                    from the security group.";
    assert_eq!(
        issue(&own),
        ("Ec2SecurityGroupDeletionFailure".to_owned(), sentence.to_owned(), vec![remote])
    );
    ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": card })).ok();
    eks.call("DeleteNodegroup", &named("one", "ng")).ok();
    gone(&server, "one", "ng");
}
