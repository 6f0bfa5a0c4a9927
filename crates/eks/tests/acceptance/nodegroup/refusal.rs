//! What is refused of groups, and in which words.
//!
//! Sources: threads of terraform-provider-aws, terraform-aws-eks, eksctl, rancher and pulumi-eks; moto; cdk-preflight (GitHub,
//! badmintoncryer, rules/eks, pf-eks-nodegroup-*); the README names the sentences that nobody recorded.

use super::*;

#[test]
fn groups_that_cannot_be_are_refused() {
    let (server, eks) = start();
    let made = cluster(&server, "one");
    let base = with(asked(&server, "one", "ng"), sizes(0, 1, 0));
    let of = |more: Value| with(base.clone(), more);
    let other_role = role(&server, "lambda", "lambda.amazonaws.com");
    let trust = format!(
        "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole {other_role}"
    );
    let long = "n".repeat(64);
    let name = "The nodegroup name parameter contains invalid characters. It should conform to the regular expression \
                \"^[0-9A-Za-z][A-Za-z0-9-_]*\"In other words, it should start with a number or letter, and can contain numbers, \
                letters, dashes, and underscores.";
    let qualified = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
                     'MyName', or 'my.name', or '123-abc', regex used for validation is \
                     '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    let many: Vec<Value> =
        (0..51).map(|n| json!({ "key": format!("k{n}"), "effect": "NO_EXECUTE" })).collect();
    let repair = |more: Value| json!({ "nodeRepairConfig": with(json!({ "enabled": true }), more) });
    let version = made["version"].as_str().unwrap();
    let cases: Vec<(Value, u16, &str, String)> = vec![
        (json!({ "nodegroupName": long }), 400, PARAMETER, "nodeGroupName can't be longer than 63 characters!".into()),
        (
            json!({ "nodegroupName": "-n" }),
            400,
            PARAMETER,
            name.into(),
        ),
        // Whether the cluster is there is looked at later.
        (json!({ "clusterName": "nowhere", "nodegroupName": "a.b" }), 400, PARAMETER, name.into()),
        (
            json!({ "nodeRole": "arn:aws:iam::999999999999:role/r" }),
            403,
            "AccessDeniedException",
            "Cross-account pass role is not allowed.".into(),
        ),
        (json!({ "subnets": [] }), 400, PARAMETER, "subnets can not be empty".into()),
        (json!({ "subnets": ["subnet-1"] }), 400, PARAMETER, "The subnet ID 'subnet-1' does not exist".into()),
        (json!({ "nodeRole": "nodes" }), 400, PARAMETER, "Invalid Role Arn: 'nodes'".into()),
        (json!({ "nodeRole": other_role }), 400, PARAMETER, trust),
        (sizes(2, 3, 1), 400, PARAMETER, "minSize can't be greater than desiredSize".into()),
        (sizes(1, 2, 3), 400, PARAMETER, "desiredSize can't be greater than maxSize".into()),
        (sizes(1, 451, 1), 400, LIMIT, "The limit of 450 nodes for the managed node group has been exceeded.".into()),
        (
            json!({ "scalingConfig": { "minSize": 1 } }),
            400,
            PARAMETER,
            "scalingConfig requires minSize, maxSize and desiredSize".into(),
        ),
        (
            json!({ "updateConfig": { "maxUnavailable": 1, "maxUnavailablePercentage": 10 } }),
            400,
            PARAMETER,
            "Either provide max-unavailable or max-unavailable-percentage in the request.".into(),
        ),
        (json!({ "updateConfig": {} }), 400, PARAMETER, "UpdateConfig cannot be empty if set in the request.".into()),
        (
            json!({ "updateConfig": { "maxUnavailable": 2 } }),
            400,
            PARAMETER,
            "max-unavailable must be within the range 1 and max size of the node group".into(),
        ),
        (
            repair(json!({ "maxUnhealthyNodeThresholdCount": 1, "maxUnhealthyNodeThresholdPercentage": 10 })),
            400,
            PARAMETER,
            "Either provide max parallel nodes to repair count or percentage in the request.".into(),
        ),
        (
            repair(json!({ "nodeRepairConfigOverrides": [{ "repairAction": "Reboot" }] })),
            400,
            PARAMETER,
            "nodeRepairConfigOverrides must specify nodeMonitoringCondition, nodeUnhealthyReason, minRepairWaitTimeMins and repairAction".into(),
        ),
        (
            json!({ "labels": { "eks.amazonaws.com/x": "y" } }),
            400,
            PARAMETER,
            "Label cannot start with reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]".into(),
        ),
        (
            json!({ "labels": { "bad key!": "y" } }),
            400,
            PARAMETER,
            format!("Invalid value: bad key! : field must consist of {qualified}"),
        ),
        (
            json!({ "labels": { "a": "bad value!" } }),
            400,
            PARAMETER,
            format!("Invalid value: bad value! : field must consist of {qualified}"),
        ),
        (
            json!({ "taints": [{ "key": "bad key!", "effect": "NO_EXECUTE" }] }),
            400,
            PARAMETER,
            format!("invalid taint spec: bad key! , a qualified name must consist of {qualified}"),
        ),
        (json!({ "taints": many }), 400, PARAMETER, "The number of taints exceeds the limit of 50.".into()),
        (
            json!({ "instanceTypes": ["t9.huge"] }),
            400,
            PARAMETER,
            "The following supplied instance types do not exist: [t9.huge]".into(),
        ),
        (
            json!({ "instanceTypes": ["t4g.medium"] }),
            400,
            PARAMETER,
            "[t4g.medium] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD".into(),
        ),
        (
            json!({ "instanceTypes": vec!["t3.medium"; 21] }),
            400,
            PARAMETER,
            "The number of instance types exceeds the limit of 20.".into(),
        ),
        (
            json!({ "amiType": "AL2_x86_64" }),
            400,
            PARAMETER,
            format!("Requested AMI for this version {version} is not supported"),
        ),
        (
            json!({ "amiType": "CUSTOM" }),
            400,
            PARAMETER,
            "Launch template details can't be null for Custom ami type node group".into(),
        ),
        (
            json!({ "releaseVersion": "1.1.1-20200101" }),
            400,
            PARAMETER,
            format!("Requested release version 1.1.1-20200101 is not valid for kubernetes version {version}."),
        ),
        (
            json!({ "version": "1.29" }),
            400,
            PARAMETER,
            format!(
                "Cluster Kubernetes version {version} supports the following Nodegroup Kubernetes versions: [1.33, 1.32, \
                 1.31, 1.30]"
            ),
        ),
        (
            json!({ "tags": { "aws:x": "y" } }),
            400,
            PARAMETER,
            "Tag keys that start with aws: are reserved for system use".into(),
        ),
    ];
    for (more, status, code, sentence) in cases {
        let refusal = eks.call("CreateNodegroup", &of(more.clone())).refused(status, code, &sentence);
        if code == "AccessDeniedException" {
            continue;
        }
        assert_eq!(refusal.members["clusterName"], more["clusterName"].as_str().unwrap_or("one"), "{more}");
        let name = more["nodegroupName"].as_str().unwrap_or("ng");
        assert_eq!(refusal.members["nodegroupName"], name, "{more}");
    }
    // The cluster's own role, which trusts nodes too.
    let trust = json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": ["eks.amazonaws.com", "ec2.amazonaws.com"] } }] });
    let update = json!({ "RoleName": "one-role", "PolicyDocument": trust.to_string() });
    server.client("iam").call("UpdateAssumeRolePolicy", &update).ok();
    let sentence = "The nodeRole cannot be the same role that is used to create the cluster";
    eks.call("CreateNodegroup", &of(json!({ "nodeRole": made["roleArn"] })))
        .refused(400, PARAMETER, sentence);
    let outside = server.client("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok();
    let subnet = json!({ "VpcId": outside.text("vpc.vpcId"), "CidrBlock": "10.0.0.0/24" });
    let subnet = server.client("ec2").call("CreateSubnet", &subnet).ok().text("subnet.subnetId");
    let vpc = made["resourcesVpcConfig"]["vpcId"].as_str().unwrap();
    let sentence = format!("Subnets specified must belong to the VPC: {vpc}");
    eks.call("CreateNodegroup", &of(json!({ "subnets": [subnet] }))).refused(400, PARAMETER, &sentence);
    assert!(eks.call("ListNodegroups", &json!({ "clusterName": "one" })).ok().texts("nodegroups").is_empty());
}

/// Measured: cdk-preflight, pf-eks-nodegroup-version-matches-cluster: a cluster takes nodes of three versions before its own.
#[test]
fn nodes_may_be_older_than_their_cluster() {
    let (server, eks) = start();
    cluster(&server, "one");
    let wish = with(with(asked(&server, "one", "ng"), sizes(0, 1, 0)), json!({ "version": "1.32" }));
    eks.call("CreateNodegroup", &wish).ok();
    assert_eq!(shown(&eks, "one", "ng")["version"], "1.32");
}

#[test]
fn groups_need_a_cluster_that_is_there_and_idle() {
    let (server, eks) = start_real();
    cluster(&server, "one");
    let wish = with(asked(&server, "one", "ng"), sizes(0, 1, 0));
    eks.call("CreateNodegroup", &wish).refused(400, REQUEST, "Cluster 'one' is not in ACTIVE status");
    advance(&server, "10m");
    eks.call("CreateNodegroup", &wish).ok();
    settled(&server, "one", "ng", &["ACTIVE"]);
    let sentence = "No node group found for name: none.";
    for operation in
        ["DescribeNodegroup", "DeleteNodegroup", "UpdateNodegroupConfig", "UpdateNodegroupVersion"]
    {
        let refusal = eks.call(operation, &named("one", "none")).refused(404, NOT_FOUND, sentence);
        assert_eq!(refusal.members["nodegroupName"], "none", "{operation}");
    }
    let of = json!({ "name": "one", "nodegroupName": "none" });
    eks.call("ListUpdates", &of).refused(404, NOT_FOUND, sentence);
    // While one changes, nothing else of it does.
    let update = with(named("one", "ng"), json!({ "labels": { "addOrUpdateLabels": { "a": "b" } } }));
    eks.call("UpdateNodegroupConfig", &update).ok();
    let sentence = "Nodegroup cannot be updated as it is currently not in Active State";
    let other = with(named("one", "ng"), json!({ "labels": { "removeLabels": ["a"] } }));
    for (operation, asked) in
        [("UpdateNodegroupConfig", &other), ("UpdateNodegroupVersion", &named("one", "ng"))]
    {
        eks.call(operation, asked).refused(409, IN_USE, sentence);
    }
    let sentence = "Nodegroup ng cannot be deleted as it currently has an update in progress";
    eks.call("DeleteNodegroup", &named("one", "ng")).refused(409, IN_USE, sentence);
    advance(&server, "1m");
    eks.call("DeleteNodegroup", &named("one", "ng")).ok();
}

#[test]
fn a_cluster_has_thirty_groups_at_the_most() {
    let (server, eks) = start();
    cluster(&server, "one");
    let wish = with(asked(&server, "one", "n0"), sizes(0, 1, 0));
    for number in 0..30 {
        eks.call("CreateNodegroup", &with(wish.clone(), json!({ "nodegroupName": format!("n{number}") })))
            .ok();
    }
    let sentence = "The limit of 30 managed node groups for the cluster has been exceeded.";
    let more = with(wish, json!({ "nodegroupName": "more" }));
    eks.call("CreateNodegroup", &more).refused(400, LIMIT, sentence);
}

#[test]
fn changes_that_cannot_be_are_refused() {
    let (server, eks) = start();
    cluster(&server, "one");
    group(&server, "one", "ng", sizes(1, 2, 1));
    let of = |more: Value| with(named("one", "ng"), more);
    let (config, version) = ("UpdateNodegroupConfig", "UpdateNodegroupVersion");
    refuses(
        &eks,
        &[
            (
                config,
                of(json!({ "scalingConfig": { "minSize": 2 } })),
                400,
                PARAMETER,
                "Minimum capacity 2 can't be greater than desired size 1",
            ),
            (
                config,
                of(json!({ "scalingConfig": { "desiredSize": 3 } })),
                400,
                PARAMETER,
                "desired capacity 3 can't be greater than max size 2",
            ),
            (config, of(json!({})), 400, PARAMETER, "No changes were provided for the nodegroup."),
            (
                config,
                of(json!({ "updateConfig": { "maxUnavailable": 3 } })),
                400,
                PARAMETER,
                "max-unavailable must be within the range 1 and max size of the node group",
            ),
            (
                config,
                of(json!({ "warmPoolConfig": { "enabled": true } })),
                501,
                "NotImplemented",
                "eks: warm pools of node groups are not built yet; leave warmPoolConfig out or disabled",
            ),
            (
                version,
                of(json!({ "version": "1.99" })),
                400,
                PARAMETER,
                "unsupported Kubernetes version 1.99",
            ),
            (
                version,
                of(json!({ "version": "1.31" })),
                400,
                PARAMETER,
                "Unsupported nodegroup version update from 1.33 to 1.31",
            ),
            (
                version,
                of(json!({ "version": "1.34" })),
                400,
                PARAMETER,
                "Unsupported nodegroup version update from 1.33 to 1.34",
            ),
            (
                version,
                of(json!({ "releaseVersion": "1.33.0-20200101" })),
                400,
                PARAMETER,
                "Requested release version 1.33.0-20200101 is not valid for kubernetes version 1.33.",
            ),
            (
                version,
                of(json!({ "launchTemplate": { "name": "none" } })),
                400,
                PARAMETER,
                "The specified launch template, with template name none, does not exist.",
            ),
        ],
    );
}
