//! What a cluster cannot be set to, and where it cannot stand.
//!
//! Sources: cdk-preflight (GitHub, badmintoncryer, rules/eks: answers of AWS of 25 September 2026) for blocks, remote networks,
//! Auto Mode, keys and groups; a thread of terraform-aws-eks (#3238) for a role without node pools. The README names the
//! sentences that nobody recorded.

use super::*;

/// A VPC whose addresses begin so, with two subnets in two zones.
#[track_caller]
pub(super) fn vpc(server: &Server, start: &str) -> (String, Vec<String>) {
    let ec2 = server.client("ec2");
    let asked = json!({ "CidrBlock": format!("{start}.0.0/16") });
    let vpc = ec2.call("CreateVpc", &asked).ok().text("vpc.vpcId");
    let subnet = |number: u32, zone: &str| {
        let block = format!("{start}.{number}.0/28");
        let asked = json!({ "VpcId": vpc, "CidrBlock": block, "AvailabilityZoneId": zone });
        ec2.call("CreateSubnet", &asked).ok().text("subnet.subnetId")
    };
    let subnets = vec![subnet(1, "use1-az1"), subnet(2, "use1-az2")];
    (vpc, subnets)
}

#[track_caller]
fn group(server: &Server, vpc: &str, name: &str) -> String {
    let asked = json!({ "VpcId": vpc, "GroupName": name, "GroupDescription": "g" });
    server.client("ec2").call("CreateSecurityGroup", &asked).ok().text("groupId")
}

#[test]
fn places_that_take_no_cluster_are_refused() {
    let (server, eks) = start();
    let good = wish(&server, "bad");
    let (one, own) = vpc(&server, "10.1");
    let (two, other) = vpc(&server, "10.2");
    let network = |more: Value| {
        let own = with(json!({ "subnetIds": own }), more);
        with(good.clone(), json!({ "resourcesVpcConfig": own }))
    };
    let outside = [group(&server, &two, "g1"), group(&server, &two, "g2")];
    let many: Vec<String> = (0..5).map(|number| group(&server, &one, &format!("m{number}"))).collect();
    // Five of eleven addresses are left.
    for _ in 0..6 {
        let asked = json!({ "SubnetId": other[0] });
        server.client("ec2").call("CreateNetworkInterface", &asked).ok();
    }
    let blocks: Vec<String> = (0..41).map(|number| format!("203.0.113.{number}/32")).collect();
    let elsewhere = format!(
        "Security group(s) [{}] are not (in/associated to) the same VPC as the subnets. Please specify a security group \
         that is associated with the VPC: {one}",
        outside.join(", ")
    );
    let full = format!("Subnet {} does not have enough free IP addresses.", other[0]);
    let outpost = "arn:aws:outposts:us-east-1:000000000000:outpost/op-1";
    let six = |more: Value| with(json!({ "ipFamily": "ipv6" }), more);
    let case = |asked: Value, sentence: &str| {
        eks.call("CreateCluster", &asked).refused(400, PARAMETER, sentence);
    };
    case(
        network(json!({ "subnetIds": [own[0], other[1]] })),
        "Subnets specified must belong to the same VPC",
    );
    case(network(json!({ "subnetIds": other })), &full);
    case(
        with(network(json!({})), json!({ "kubernetesNetworkConfig": six(json!({})) })),
        "Subnets specified must be dual-stack subnets for a cluster with ipFamily ipv6",
    );
    case(network(json!({ "securityGroupIds": outside })), &elsewhere);
    case(
        network(json!({ "securityGroupIds": many })),
        "The number of security groups exceeds the limit of 4.",
    );
    case(
        network(json!({ "publicAccessCidrs": blocks })),
        "The number of CIDRs in publicAccessCidrs exceeds the limit of 40.",
    );
    case(
        network(json!({ "publicAccessCidrs": ["2001:db8::/32"] })),
        "The following CIDRs are invalid in publicAccessCidrs: [2001:db8::/32]",
    );
    let outposts = json!({ "outpostArns": [outpost], "controlPlaneInstanceType": "m5.large" });
    case(
        with(network(json!({})), json!({ "outpostConfig": outposts })),
        &format!("The Outpost {outpost} does not exist"),
    );
}

#[test]
fn services_of_an_ipv6_cluster_have_no_ipv4_block() {
    let (server, eks) = start();
    let ec2 = server.client("ec2");
    let vpc = ec2
        .call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true }))
        .ok();
    let id = vpc.text("vpc.vpcId");
    let shown = ec2.call("DescribeVpcs", &json!({ "VpcId": [id] })).ok();
    let block = shown.text("vpcSet.item.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock");
    let start: std::net::Ipv6Addr = block.strip_suffix("/56").unwrap().parse().unwrap();
    let subnet = |number: u32, zone: &str| {
        let own = std::net::Ipv6Addr::from_bits(start.to_bits() + (u128::from(number) << 64));
        let asked = json!({
            "VpcId": id,
            "CidrBlock": format!("10.0.{number}.0/24"),
            "Ipv6CidrBlock": format!("{own}/64"),
            "AvailabilityZoneId": zone,
        });
        ec2.call("CreateSubnet", &asked).ok().text("subnet.subnetId")
    };
    let network = json!({ "subnetIds": [subnet(1, "use1-az1"), subnet(2, "use1-az2")] });
    let six = |more: Value| with(json!({ "ipFamily": "ipv6" }), more);
    let asked = |more: Value| {
        let own = json!({ "resourcesVpcConfig": network, "kubernetesNetworkConfig": six(more) });
        with(wish_again("six"), own)
    };
    let made = wish(&server, "six");
    assert_eq!(made["roleArn"], wish_again("six")["roleArn"]);
    eks.call("CreateCluster", &asked(json!({ "serviceIpv4Cidr": "10.100.0.0/16" }))).refused(
        400,
        PARAMETER,
        "serviceIpv4Cidr cannot be specified when creating an \"ipv6\" cluster",
    );
    let remote = json!({ "remoteNetworkConfig": { "remoteNodeNetworks": [{ "cidrs": ["10.200.0.0/16"] }] } });
    eks.call("CreateCluster", &with(asked(json!({})), remote)).refused(
        400,
        PARAMETER,
        "remoteNetworkConfig cannot be specified for a cluster with ipFamily ipv6",
    );
    let made = eks.call("CreateCluster", &asked(json!({}))).ok().tree();
    let told = &made["cluster"]["kubernetesNetworkConfig"];
    assert!(
        told["serviceIpv6Cidr"].as_str().unwrap().ends_with("::/108") && told["serviceIpv4Cidr"].is_null()
    );
}

/// What every cluster needs beside its network, whose role is there.
fn wish_again(name: &str) -> Value {
    json!({
        "name": name,
        "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/{name}-role"),
        "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" },
    })
}

#[test]
fn remote_networks_are_private_and_apart() {
    let (server, eks) = start();
    let good = wish(&server, "one");
    let remote = |nodes: &[&str], pods: &[&str]| {
        let list = |blocks: &[&str]| if blocks.is_empty() { json!([]) } else { json!([{ "cidrs": blocks }]) };
        let own = json!({ "remoteNodeNetworks": list(nodes), "remotePodNetworks": list(pods) });
        json!({ "remoteNetworkConfig": own })
    };
    let many: Vec<String> = (0..16).map(|number| format!("10.200.{number}.0/24")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let taken = json!({ "kubernetesNetworkConfig": { "serviceIpv4Cidr": "10.100.0.0/16" } });
    let case = |asked: Value, sentence: &str| {
        let asked = with(with(good.clone(), taken.clone()), asked);
        eks.call("CreateCluster", &asked).refused(400, PARAMETER, sentence);
    };
    let mode = json!({ "accessConfig": { "authenticationMode": "CONFIG_MAP" } });
    case(
        with(remote(&["10.200.0.0/16"], &[]), mode),
        "AccessConfig AuthMode must be API_AND_CONFIG_MAP or API when remoteNetworkConfig is specified",
    );
    let missing = "remoteNodeNetworks are required when specifying remoteNetworkConfig.";
    case(remote(&[], &["10.200.0.0/16"]), missing);
    case(remote(&[], &[]), missing);
    case(
        remote(&["11.0.0.0/16"], &[]),
        "Invalid remote node network: CIDR 11.0.0.0/16 is not part of RFC 1918 or CGNAT",
    );
    case(
        remote(&["10.100.0.0/24"], &[]),
        "Invalid remote node network: CIDR 10.100.0.0/24 overlaps with service CIDR 10.100.0.0/16",
    );
    case(
        remote(&["10.200.0.0/16"], &["10.200.0.0/24"]),
        "Invalid remote pod network: CIDR 10.200.0.0/24 overlaps with already existing CIDR 10.200.0.0/16",
    );
    case(
        remote(&["172.31.0.0/24"], &[]),
        "Invalid remote node network: CIDR 172.31.0.0/24 overlaps with VPC CIDR 172.31.0.0/16",
    );
    case(remote(&["tens"], &[]), "Invalid remote node network: CIDR tens is not a valid CIDR block");
    case(remote(&many, &[]), "The number of CIDRs in remoteNetworkConfig exceeds the limit of 15.");
    let asked = remote(&["100.64.0.0/16"], &["192.168.0.0/16"]);
    eks.call("CreateCluster", &with(with(good.clone(), taken.clone()), asked.clone())).ok();
    let shown = || eks.call("DescribeCluster", &json!({ "name": "one" })).ok().tree()["cluster"].clone();
    assert_eq!(shown()["remoteNetworkConfig"], asked["remoteNetworkConfig"]);
    // Empty networks take them away again.
    eks.call("UpdateClusterConfig", &with(json!({ "name": "one" }), remote(&[], &[]))).ok();
    assert!(shown()["remoteNetworkConfig"].is_null());
    eks.call("UpdateClusterConfig", &with(json!({ "name": "one" }), remote(&["11.0.0.0/16"], &[]))).refused(
        400,
        PARAMETER,
        "Invalid remote node network: CIDR 11.0.0.0/16 is not part of RFC 1918 or CGNAT",
    );
}

/// The three switches of Auto Mode, and its nodes.
fn auto(enabled: bool, compute: Value) -> Value {
    json!({
        "computeConfig": with(json!({ "enabled": enabled }), compute),
        "storageConfig": { "blockStorage": { "enabled": enabled } },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": enabled } },
    })
}

#[test]
fn auto_mode_is_whole() {
    let (server, eks) = start();
    let node = role(&server, "node", "ec2.amazonaws.com");
    let good = with(wish(&server, "one"), json!({ "bootstrapSelfManagedAddons": false }));
    let case = |asked: Value, sentence: &str| {
        eks.call("CreateCluster", &with(good.clone(), asked)).refused(400, PARAMETER, sentence);
    };
    let needs_access = "When EKS Auto Mode is enabled, you must use an EKS access config authentication mode of \
                        API_AND_CONFIG_MAP or API";
    let needs_role = "When Compute Config nodeRoleArn is null or empty, nodePool list cannot be populated.";
    let needs_pools =
        "When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.";
    let switches = "For EKS Auto Mode, please ensure that all required configs, including computeConfig, \
                    kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.";
    let mode = json!({ "accessConfig": { "authenticationMode": "CONFIG_MAP" } });
    case(with(auto(true, json!({})), mode), needs_access);
    case(
        auto(true, json!({ "nodePools": ["gpu"], "nodeRoleArn": node })),
        "The node pool gpu is not supported; supported node pools are general-purpose and system",
    );
    case(auto(true, json!({ "nodePools": ["general-purpose"] })), needs_role);
    case(auto(true, json!({ "nodeRoleArn": node })), needs_pools);
    case(json!({ "computeConfig": { "enabled": true } }), switches);
    // EKS gives sessions of the cluster's role tags.
    let trust = json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": "eks.amazonaws.com" } }] });
    let named = |name: &str| json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() });
    let untagged = server.client("iam").call("CreateRole", &named("untagged")).ok();
    let untagged = untagged.text("CreateRoleResult.Role.Arn");
    let sentence = format!(
        "Role with arn: {untagged}, could not be assumed because it does not exist or the trusted entity is not correct"
    );
    case(with(auto(true, json!({})), json!({ "roleArn": untagged })), &sentence);
    eks.call("CreateCluster", &with(good.clone(), json!({ "name": "plain", "roleArn": untagged }))).ok();
    let update =
        |name: &str, asked: Value| eks.call("UpdateClusterConfig", &with(json!({ "name": name }), asked));
    update("plain", auto(true, json!({}))).refused(400, PARAMETER, &sentence);
    eks.call("CreateCluster", &with(good.clone(), auto(true, json!({})))).ok();
    // Also where only the nodes change, all three switches are sent.
    let pools = json!({ "enabled": true, "nodePools": ["system"], "nodeRoleArn": node });
    update("one", json!({ "computeConfig": pools })).refused(400, PARAMETER, switches);
    update("one", auto(true, json!({ "nodePools": ["system"] }))).refused(400, PARAMETER, needs_role);
    update("one", auto(true, json!({ "nodeRoleArn": node }))).refused(400, PARAMETER, needs_pools);
    update("one", auto(true, pools)).ok();
    let shown = eks.call("DescribeCluster", &json!({ "name": "one" })).ok().tree();
    assert_eq!(shown["cluster"]["computeConfig"]["nodePools"], json!(["system"]));
    // A cluster of the config map alone does not come to it either.
    let old = json!({ "name": "old", "accessConfig": { "authenticationMode": "CONFIG_MAP" } });
    eks.call("CreateCluster", &with(good, old)).ok();
    update("old", auto(true, json!({}))).refused(400, PARAMETER, needs_access);
}

#[test]
fn settings_follow_the_version() {
    let (server, eks) = start();
    let good = wish(&server, "bad");
    let and = |more: Value| with(good.clone(), more);
    let components = "Control plane component configuration is not supported for Kubernetes version 1.30";
    let support = "The upgrade policy STANDARD is not supported for Kubernetes version 1.31, which is not in standard support.";
    let standard = json!({ "upgradePolicy": { "supportType": "STANDARD" } });
    let ttl = json!({ "kubeApiServerConfig": { "eventTtl": "10m" } });
    let case = |asked: Value, sentence: &str| {
        eks.call("CreateCluster", &asked).refused(400, PARAMETER, sentence);
    };
    case(and(with(ttl.clone(), json!({ "version": "1.30" }))), components);
    case(and(with(standard.clone(), json!({ "version": "1.31" }))), support);
    eks.call("CreateCluster", &and(json!({ "name": "one", "version": "1.31" }))).ok();
    let one = json!({ "name": "one" });
    eks.call("UpdateClusterConfig", &with(one.clone(), standard.clone())).refused(400, PARAMETER, support);
    // A version in extended support is no way back for a cluster that does not take it.
    let version = |name: &str, version: &str| json!({ "name": name, "version": version });
    eks.call("UpdateClusterVersion", &version("one", "1.32")).ok();
    eks.call("UpdateClusterConfig", &with(one, standard)).ok();
    eks.call("UpdateClusterVersion", &version("one", "1.31")).refused(
        400,
        PARAMETER,
        "Rolling back to version 1.31 requires the EXTENDED upgrade policy because the version is in extended support.",
    );
    eks.call("CreateCluster", &and(json!({ "name": "two", "version": "1.33" }))).ok();
    eks.call("UpdateClusterVersion", &version("two", "1.34")).ok();
    let hasty = with(version("two", "1.33"), json!({ "rollbackConfig": { "timeoutMinutes": 119 } }));
    let minutes = "rollbackConfig.timeoutMinutes must be between 120 and 10080.";
    eks.call("UpdateClusterVersion", &hasty).refused(400, PARAMETER, minutes);
    eks.call("CreateCluster", &and(json!({ "name": "three", "version": "1.30" }))).ok();
    let three = json!({ "name": "three" });
    eks.call("UpdateClusterConfig", &with(three, ttl)).refused(400, PARAMETER, components);
}

#[test]
fn egress_stays_with_the_user() {
    let (server, eks) = start();
    cluster(&server, "one");
    let mode = |mode: &str| {
        let asked = json!({ "name": "one", "resourcesVpcConfig": { "controlPlaneEgressMode": mode } });
        eks.call("UpdateClusterConfig", &asked)
    };
    mode("CUSTOMER_ROUTED").ok();
    mode("AWS_MANAGED").refused(400, PARAMETER, "controlPlaneEgressMode cannot be changed to AWS_MANAGED");
}

#[test]
fn secrets_are_wrapped_with_a_key_of_the_region() {
    let (server, eks) = start();
    let good = wish(&server, "one");
    let wrapped =
        |resource: &str, key: &str| json!([{ "resources": [resource], "provider": { "keyArn": key } }]);
    let key = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555";
    let cases = [
        (wrapped("configmaps", key), "Invalid k8s resource for encryption"),
        (
            wrapped("secrets", &key.replace("us-east-1", "ap-northeast-1")),
            "The keyArn for encryptionConfig is scoped to invalid aws region.",
        ),
        (
            wrapped("secrets", &key.replace("arn:aws:", "arn:aws-cn:")),
            "The keyArn for encryptionConfig is scoped to invalid aws region.",
        ),
        (wrapped("secrets", "k"), "Invalid key ARN: k"),
    ];
    for (blocks, sentence) in &cases {
        let asked = with(good.clone(), json!({ "encryptionConfig": blocks }));
        eks.call("CreateCluster", &asked).refused(400, PARAMETER, sentence);
    }
    eks.call("CreateCluster", &good).ok();
    for (blocks, sentence) in &cases {
        let asked = json!({ "clusterName": "one", "encryptionConfig": blocks });
        eks.call("AssociateEncryptionConfig", &asked).refused(400, PARAMETER, sentence);
    }
}

/// Terraform and CloudFormation read back what they once sent: a switch that is off is shown, one that nobody sent is not.
#[test]
fn zonal_shift_is_shown_once_it_was_said() {
    let (server, eks) = start();
    cluster(&server, "one");
    let shown = |name: &str| {
        eks.call("DescribeCluster", &json!({ "name": name })).ok().tree()["cluster"]["zonalShiftConfig"]
            .clone()
    };
    assert!(shown("one").is_null());
    for enabled in [true, false] {
        let asked = json!({ "name": "one", "zonalShiftConfig": { "enabled": enabled } });
        eks.call("UpdateClusterConfig", &asked).ok();
        assert_eq!(shown("one"), json!({ "enabled": enabled }));
    }
    let off = json!({ "zonalShiftConfig": { "enabled": false } });
    eks.call("CreateCluster", &with(wish(&server, "two"), off)).ok();
    assert_eq!(shown("two"), json!({ "enabled": false }));
}
