//! How groups come, live and go.

use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

fn decoded(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).expect("it is base64")).expect("it is text")
}

/// Sources: EKS user guide, "Simplify node lifecycle with managed node groups"; answers in threads of terraform-provider-aws.
#[test]
fn a_group_is_instances_that_ec2_runs() {
    let (server, eks) = start();
    cluster(&server, "one");
    let taint = json!({ "key": "only", "value": "us", "effect": "NO_SCHEDULE" });
    let wish = with(
        asked(&server, "one", "ng"),
        json!({ "labels": { "team": "red" }, "taints": [taint], "tags": { "cost": "1" } }),
    );
    let made = eks.call("CreateNodegroup", &wish).ok().tree()["nodegroup"].clone();
    assert_eq!((&made["status"], &made["resources"]), (&json!("CREATING"), &Value::Null));
    assert_eq!(made["health"], json!({ "issues": [] }));
    let own = settled(&server, "one", "ng", &["ACTIVE"]);
    for (member, want) in [
        ("capacityType", json!("ON_DEMAND")),
        ("amiType", json!("AL2023_x86_64_STANDARD")),
        ("instanceTypes", json!(["t3.medium"])),
        ("diskSize", json!(20)),
        ("scalingConfig", json!({ "minSize": 1, "maxSize": 2, "desiredSize": 2 })),
        ("updateConfig", json!({ "maxUnavailable": 1 })),
        ("labels", json!({ "team": "red" })),
        ("taints", json!([taint])),
        ("tags", json!({ "cost": "1" })),
        ("subnets", wish["subnets"].clone()),
        ("nodeRole", wish["nodeRole"].clone()),
        ("health", json!({ "issues": [] })),
    ] {
        assert_eq!(own[member], want, "{member}");
    }
    let version = own["version"].as_str().unwrap();
    assert!(own["releaseVersion"].as_str().unwrap().starts_with(&format!("{version}.")), "{own}");
    let mark = own["nodegroupArn"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(own["resources"]["autoScalingGroups"], json!([{ "name": format!("eks-ng-{mark}") }]));
    let mut places: Vec<String> = instances(&server, "ng").into_iter().map(|(_, _, subnet)| subnet).collect();
    places.sort();
    let mut want: Vec<String> = subnets(&server)[..2].to_vec();
    want.sort();
    assert_eq!(places, want, "one in each subnet");
    let id = running(&server, "ng")[0].clone();
    let of = |path: &str| of_instance(&server, &id, path);
    assert_eq!(of("instanceType"), ["t3.medium"]);
    assert_eq!(of("metadataOptions.httpTokens"), ["required"]);
    assert_eq!(of("metadataOptions.httpPutResponseHopLimit"), ["2"]);
    assert_eq!(of("iamInstanceProfile.arn"), [format!("arn:aws:iam::{ACCOUNT}:instance-profile/eks-{mark}")]);
    let ec2 = server.client("ec2");
    let image = json!({ "ImageId": of("imageId") });
    let name = ec2.call("DescribeImages", &image).ok().text("imagesSet.item.name");
    assert!(name.starts_with(&format!("amazon-eks-node-al2023-x86_64-standard-{version}-v")), "{name}");
    let cluster = eks.call("DescribeCluster", &json!({ "name": "one" })).ok();
    assert_eq!(
        of("groupSet.item.groupId"),
        [cluster.text("cluster.resourcesVpcConfig.clusterSecurityGroupId")]
    );
    let tags = tags(&server, &id);
    for (key, value) in [
        ("eks:cluster-name", "one"),
        ("eks:nodegroup-name", "ng"),
        ("kubernetes.io/cluster/one", "owned"),
        ("k8s.io/cluster-autoscaler/enabled", "true"),
        ("k8s.io/cluster-autoscaler/one", "owned"),
        ("aws:eks:cluster-name", "one"),
        ("aws:autoscaling:groupName", &format!("eks-ng-{mark}")),
        ("aws:ec2launchtemplate:version", "1"),
    ] {
        assert!(tags.contains(&(key.to_owned(), value.to_owned())), "{key}: {tags:?}");
    }
    assert!(!tags.iter().any(|(key, _)| key == "cost"), "tags of a group stay with it: {tags:?}");
    let volume = json!({ "Filter": [{ "Name": "attachment.instance-id", "Value": [id] }] });
    assert_eq!(ec2.call("DescribeVolumes", &volume).ok().texts("volumeSet.item.size"), ["20"]);
    let template = json!({ "LaunchTemplateName": [format!("eks-{mark}")] });
    let template = ec2.call("DescribeLaunchTemplates", &template).ok();
    let creator = format!("arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForAmazonEKSNodegroup/EKS");
    assert_eq!(template.text("launchTemplates.item.createdBy"), creator);
    let data =
        ec2.call("DescribeInstanceAttribute", &json!({ "InstanceId": id, "Attribute": "userData" })).ok();
    let data = decoded(&data.text("userData.value"));
    for part in [
        "Content-Type: application/node.eks.aws",
        "    name: one\n",
        "    cidr: 10.100.0.0/16\n",
        "eks.amazonaws.com/nodegroup=ng,",
        "team=red",
        "--register-with-taints=only=us:NoSchedule",
    ] {
        assert!(data.contains(part), "{part}: {data}");
    }
    let entry = json!({ "clusterName": "one", "principalArn": wish["nodeRole"] });
    assert_eq!(eks.call("DescribeAccessEntry", &entry).ok().text("accessEntry.type"), "EC2_LINUX");
}

#[test]
fn nodes_that_end_or_stop_are_replaced_also_after_a_kill() {
    let (mut server, _) = start();
    cluster(&server, "one");
    group(&server, "one", "ng", json!({}));
    let mut before = count(&server, "ng", 2);
    for (operation, is_killed) in
        [("TerminateInstances", false), ("StopInstances", false), ("TerminateInstances", true)]
    {
        server.client("ec2").call(operation, &json!({ "InstanceId": [before[0]] })).ok();
        if is_killed {
            server.kill();
            server.restart();
        }
        let after = until(&server, "InstanceChanged", || {
            let after = running(&server, "ng");
            (after.len() == 2 && !after.contains(&before[0])).then_some(after)
        });
        assert!(after.contains(&before[1]), "{operation}: the other one stays");
        before = after;
    }
    let stays = |server: &Server| settled(server, "one", "ng", &["ACTIVE"])["health"].clone();
    assert_eq!(stays(&server), json!({ "issues": [] }));
}

/// A protection that a user sets keeps users from ending an instance, and no Auto Scaling group.
#[test]
fn protection_keeps_no_node_from_going() {
    let (server, eks) = start();
    cluster(&server, "one");
    group(&server, "one", "ng", sizes(0, 2, 1));
    let id = count(&server, "ng", 1)[0].clone();
    let on = json!({ "InstanceId": id, "DisableApiTermination": { "Value": true } });
    server.client("ec2").call("ModifyInstanceAttribute", &on).ok();
    eks.call("UpdateNodegroupConfig", &with(named("one", "ng"), sizes(0, 2, 0))).ok();
    count(&server, "ng", 0);
}

#[test]
fn what_a_kill_interrupts_is_done_once() {
    let (mut server, eks) = start_real();
    cluster(&server, "one");
    advance(&server, "10m");
    let wish = with(asked(&server, "one", "ng"), sizes(1, 9, 7));
    eks.call("CreateNodegroup", &wish).ok();
    for made in [0, 1, 4] {
        let mut events = server.events(0);
        (0..made).for_each(|_| drop(events.wait_for("InstanceCreated")));
        drop(events);
        server.kill();
        server.restart();
    }
    let ids: Vec<String> = until(&server, "InstanceCreated", || {
        let all = instances(&server, "ng");
        (all.len() >= 7).then(|| all.into_iter().map(|(id, ..)| id).collect())
    });
    // The clock began anew with each start, at what is now some minutes ago for the last ones.
    advance(&server, "30m");
    settled(&server, "one", "ng", &["ACTIVE"]);
    let mut after: Vec<String> = instances(&server, "ng").into_iter().map(|(id, ..)| id).collect();
    let mut ids = ids;
    ids.sort();
    after.sort();
    assert_eq!(after, ids, "neither lost nor made twice");
    assert_eq!(running(&server, "ng").len(), 7);
    let templates = server.client("ec2").call("DescribeLaunchTemplates", &json!({})).ok();
    assert_eq!(templates.texts("launchTemplates.item.latestVersionNumber"), ["1"]);
}

#[test]
fn what_is_deleted_takes_along_what_was_made_for_it() {
    let (server, eks) = start();
    cluster(&server, "one");
    let key = json!({ "KeyName": "k" });
    server.client("ec2").call("CreateKeyPair", &key).ok();
    let own = group(&server, "one", "ng", json!({ "remoteAccess": { "ec2SshKey": "k" } }));
    group(&server, "one", "other", sizes(0, 1, 0));
    let remote = own["resources"]["remoteAccessSecurityGroup"].as_str().unwrap().to_owned();
    let ec2 = server.client("ec2");
    let found = ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [remote] })).ok();
    let of = |path: &str| found.text(&format!("securityGroupInfo.item.{path}"));
    assert!(of("groupName").starts_with("eks-remoteAccess-"), "{}", of("groupName"));
    assert_eq!(of("groupDescription"), "Security group for all nodes in the nodeGroup to allow SSH access");
    assert_eq!(
        (of("ipPermissions.item.fromPort"), of("ipPermissions.item.ipRanges.item.cidrIp")),
        ("22".to_owned(), "0.0.0.0/0".to_owned())
    );
    let id = count(&server, "ng", 2)[0].clone();
    assert_eq!(of_instance(&server, &id, "keyName"), ["k"]);
    assert!(of_instance(&server, &id, "groupSet.item.groupId").contains(&remote));
    let refusal = eks.call("DeleteCluster", &json!({ "name": "one" })).refused(
        409,
        IN_USE,
        "Cluster has nodegroups attached",
    );
    assert_eq!(refusal.members["nodegroupName"], "ng,other");
    let deleted = eks.call("DeleteNodegroup", &named("one", "ng")).ok();
    assert_eq!(deleted.text("nodegroup.status"), "DELETING");
    gone(&server, "one", "ng");
    assert!(instances(&server, "ng").iter().all(|(_, state, _)| state == "terminated"));
    ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [remote] })).refusal();
    let mark = own["nodegroupArn"].as_str().unwrap().rsplit('/').next().unwrap();
    let iam = server.client("iam");
    iam.call("GetInstanceProfile", &json!({ "InstanceProfileName": format!("eks-{mark}") })).refusal();
    let left = ec2.call("DescribeLaunchTemplates", &json!({})).ok();
    assert_eq!(left.texts("launchTemplates.item.launchTemplateName").len(), 1);
    let entry = json!({ "clusterName": "one", "principalArn": own["nodeRole"] });
    eks.call("DescribeAccessEntry", &entry).refusal();
    eks.call("DeleteNodegroup", &named("one", "other")).ok();
    gone(&server, "one", "other");
    eks.call("DeleteCluster", &json!({ "name": "one" })).ok();
}

#[test]
fn groups_are_listed_in_pages_and_tagged() {
    let (server, eks) = start();
    cluster(&server, "one");
    for name in ["b", "a", "c"] {
        group(&server, "one", name, sizes(0, 1, 0));
    }
    let list = |more: Value| eks.call("ListNodegroups", &with(json!({ "clusterName": "one" }), more));
    let first = list(json!({ "maxResults": 2 })).ok();
    assert_eq!(first.texts("nodegroups"), ["a", "b"]);
    let token = first.text("nextToken");
    assert_eq!(list(json!({ "maxResults": 2, "nextToken": token })).ok().texts("nodegroups"), ["c"]);
    list(json!({ "nextToken": "x" })).refused(400, PARAMETER, "Invalid nextToken");
    let arn = shown(&eks, "one", "a")["nodegroupArn"].clone();
    eks.call("TagResource", &json!({ "resourceArn": arn, "tags": { "x": "1", "y": "2" } })).ok();
    eks.call("UntagResource", &json!({ "resourceArn": arn, "tagKeys": ["y"] })).ok();
    let tags = eks.call("ListTagsForResource", &json!({ "resourceArn": arn })).ok().tree();
    assert_eq!(tags["tags"], json!({ "x": "1" }));
    assert_eq!(shown(&eks, "one", "a")["tags"], json!({ "x": "1" }));
}

#[test]
fn a_token_makes_a_group_once() {
    let (server, eks) = start();
    cluster(&server, "one");
    let wish = with(with(asked(&server, "one", "ng"), sizes(0, 1, 0)), json!({ "clientRequestToken": "t" }));
    let first = eks.call("CreateNodegroup", &wish).ok().text("nodegroup.nodegroupArn");
    assert_eq!(eks.call("CreateNodegroup", &wish).ok().text("nodegroup.nodegroupArn"), first);
    let other = with(wish.clone(), json!({ "labels": { "a": "b" } }));
    let sentence = "The client request token was already used with different parameters.";
    eks.call("CreateNodegroup", &other).refused(400, PARAMETER, sentence);
    let again = with(wish, json!({ "clientRequestToken": "u" }));
    let sentence = "NodeGroup already exists with name ng and cluster name one";
    eks.call("CreateNodegroup", &again).refused(409, IN_USE, sentence);
}

#[test]
fn accounts_and_regions_have_groups_of_their_own() {
    let (server, eks) = start();
    cluster(&server, "one");
    group(&server, "one", "ng", sizes(0, 1, 0));
    let sentence = "No cluster found for name: one.";
    for other in
        [server.client("eks").region("eu-west-1"), server.client("eks").key("111122223333", "x", None)]
    {
        other.call("DescribeNodegroup", &named("one", "ng")).refused(404, NOT_FOUND, sentence);
    }
    assert_eq!(shown(&eks, "one", "ng")["status"], "ACTIVE");
}
