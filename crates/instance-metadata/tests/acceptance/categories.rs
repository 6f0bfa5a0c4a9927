//! Every category that AWS documents: told where an instance has it, not found where it has none.
//!
//! Source: EC2 user guide, "Instance metadata categories" and "Dynamic data categories".

use crate::{Imds, launch, open, refused};
use serde_json::{Value, json};
use testkit::ec2::{start, with};
use testkit::{Client, Server};

/// What the instances of this test have. Each is in a network with both families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Has {
    /// Every instance has it.
    Always,
    /// The one that was given whatever can be given has it, the bare one has not.
    WhereGiven,
    /// The one on a dedicated host has it.
    OnHost,
    /// None has it here.
    Never,
}

/// `MAC`, `ROLE`, `PUBLIC` and `KEY` stand for what is an instance's own.
const CATEGORIES: &[(&str, Has)] = &[
    ("ami-id", Has::Always),
    ("ami-launch-index", Has::Always),
    ("ami-manifest-path", Has::Always),
    // No image is bundled from another one.
    ("ancestor-ami-ids", Has::Never),
    // No group of EC2 Auto Scaling holds it.
    ("autoscaling/target-lifecycle-state", Has::Never),
    ("block-device-mapping/ami", Has::Always),
    ("block-device-mapping/ebs1", Has::WhereGiven),
    // Volumes of the instance store are NVMe ones, which are not told, or no type's that is launched here.
    ("block-device-mapping/ephemeral0", Has::Never),
    ("block-device-mapping/root", Has::Always),
    ("block-device-mapping/swap", Has::Never),
    ("elastic-inference/associations", Has::Never),
    ("events/maintenance/history", Has::Always),
    ("events/maintenance/scheduled", Has::Always),
    // Told when a Spot Instance is at elevated risk: none is, for none is interrupted.
    ("events/recommendations/rebalance", Has::Never),
    ("hostname", Has::Always),
    ("iam/info", Has::WhereGiven),
    ("iam/security-credentials/ROLE", Has::WhereGiven),
    ("identity-credentials/ec2/info", Has::Always),
    ("identity-credentials/ec2/security-credentials/ec2-instance", Has::Always),
    ("instance-action", Has::Always),
    ("instance-id", Has::Always),
    ("instance-life-cycle", Has::Always),
    ("instance-type", Has::Always),
    ("ipv6", Has::WhereGiven),
    ("kernel-id", Has::Never),
    ("local-hostname", Has::Always),
    ("local-ipv4", Has::Always),
    ("mac", Has::Always),
    ("metrics/vhostmd", Has::Always),
    ("network/interfaces/macs/MAC/device-number", Has::Always),
    ("network/interfaces/macs/MAC/interface-id", Has::Always),
    ("network/interfaces/macs/MAC/ipv4-associations/PUBLIC", Has::WhereGiven),
    ("network/interfaces/macs/MAC/ipv4-prefix", Has::WhereGiven),
    ("network/interfaces/macs/MAC/ipv6s", Has::WhereGiven),
    ("network/interfaces/macs/MAC/ipv6-prefix", Has::WhereGiven),
    ("network/interfaces/macs/MAC/local-hostname", Has::Always),
    ("network/interfaces/macs/MAC/local-ipv4s", Has::Always),
    ("network/interfaces/macs/MAC/mac", Has::Always),
    ("network/interfaces/macs/MAC/network-card", Has::Always),
    ("network/interfaces/macs/MAC/owner-id", Has::Always),
    ("network/interfaces/macs/MAC/public-hostname", Has::WhereGiven),
    ("network/interfaces/macs/MAC/public-ipv4s", Has::WhereGiven),
    ("network/interfaces/macs/MAC/security-groups", Has::Always),
    ("network/interfaces/macs/MAC/security-group-ids", Has::Always),
    ("network/interfaces/macs/MAC/subnet-id", Has::Always),
    ("network/interfaces/macs/MAC/subnet-ipv4-cidr-block", Has::Always),
    ("network/interfaces/macs/MAC/subnet-ipv6-cidr-blocks", Has::Always),
    ("network/interfaces/macs/MAC/vpc-id", Has::Always),
    ("network/interfaces/macs/MAC/vpc-ipv4-cidr-block", Has::Always),
    ("network/interfaces/macs/MAC/vpc-ipv4-cidr-blocks", Has::Always),
    ("network/interfaces/macs/MAC/vpc-ipv6-cidr-blocks", Has::Always),
    ("placement/availability-zone", Has::Always),
    ("placement/availability-zone-id", Has::Always),
    ("placement/group-name", Has::WhereGiven),
    ("placement/host-id", Has::OnHost),
    ("placement/partition-number", Has::WhereGiven),
    ("placement/region", Has::Always),
    // Nothing of the marketplace is launched here.
    ("product-codes", Has::Never),
    ("public-hostname", Has::WhereGiven),
    ("public-ipv4", Has::WhereGiven),
    ("public-keys/0/openssh-key", Has::WhereGiven),
    ("ramdisk-id", Has::Never),
    ("reservation-id", Has::Always),
    ("security-groups", Has::Always),
    ("services/domain", Has::Always),
    ("services/partition", Has::Always),
    // Told for the two minutes before an interruption: there is none.
    ("spot/instance-action", Has::Never),
    ("spot/termination-time", Has::Never),
    ("system", Has::Always),
    ("tags/instance/KEY", Has::WhereGiven),
    ("../dynamic/fws/instance-monitoring", Has::Always),
    ("../dynamic/instance-identity/document", Has::Always),
    ("../dynamic/instance-identity/pkcs7", Has::Always),
    ("../dynamic/instance-identity/signature", Has::Always),
    ("../user-data", Has::WhereGiven),
];

/// A subnet with blocks of both families.
fn place(ec2: &Client) -> String {
    let made = json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let vpc = ec2.call("CreateVpc", &made).ok().text("vpc.vpcId");
    let names = json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": true } });
    ec2.call("ModifyVpcAttribute", &names).ok();
    let shown = ec2.call("DescribeVpcs", &json!({ "VpcId": [vpc] })).ok();
    let block = shown.text("vpcSet.item.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock");
    let subnet = json!({
        "VpcId": vpc, "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": block.replace("/56", "/64"),
        "AvailabilityZone": "us-east-1a",
    });
    ec2.call("CreateSubnet", &subnet).ok().text("subnet.subnetId")
}

/// What a whole instance needs.
fn whole(server: &Server, ec2: &Client, subnet: &str) -> Value {
    let iam = server.client("iam");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    iam.call("CreateRole", &json!({ "RoleName": "web", "AssumeRolePolicyDocument": trust })).ok();
    iam.call("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" })).ok();
    iam.call("AddRoleToInstanceProfile", &json!({ "InstanceProfileName": "web", "RoleName": "web" })).ok();
    ec2.call("CreateKeyPair", &json!({ "KeyName": "deployer", "KeyType": "ed25519" })).ok();
    let group = json!({ "GroupName": "parts", "Strategy": "partition", "PartitionCount": 3 });
    ec2.call("CreatePlacementGroup", &group).ok();
    json!({
        "InstanceType": "m5.large",
        "KeyName": "deployer",
        "IamInstanceProfile": { "Name": "web" },
        "Placement": { "GroupName": "parts", "PartitionNumber": 2 },
        "UserData": "aGVsbG8=",
        "BlockDeviceMapping": [{ "DeviceName": "/dev/sdf", "Ebs": { "VolumeSize": 1 } }],
        "MetadataOptions": { "HttpTokens": "optional", "InstanceMetadataTags": "enabled" },
        "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "Name", "Value": "web" }] }],
        "NetworkInterface": [{
            "DeviceIndex": 0, "SubnetId": subnet, "Ipv6AddressCount": 1, "AssociatePublicIpAddress": true,
        }],
    })
}

/// Looks at every category of an instance.
#[track_caller]
fn check(imds: &Imds, name: &str, has: &[Has]) {
    let base = "/latest/meta-data";
    let mac = imds.text(&format!("{base}/mac"));
    let public = imds.get(&format!("{base}/public-ipv4"));
    let public = if public.status == 200 { public.body_text() } else { "198.18.0.1".to_owned() };
    for (category, of) in CATEGORIES {
        let path = category.replace("MAC", &mac).replace("ROLE", "web").replace("PUBLIC", &public);
        let path = path.replace("KEY", "Name");
        let path = match path.strip_prefix("..") {
            Some(beside) => format!("/latest{beside}"),
            None => format!("{base}/{path}"),
        };
        let answer = imds.get(&path);
        if has.contains(of) {
            assert_eq!(answer.status, 200, "{name}: {path}");
            assert!(!answer.body_text().is_empty(), "{name}: {path}");
        } else {
            assert_eq!(answer.status, 404, "{name}: {path}: {}", answer.body_text());
            refused(&answer, 404, "404 - Not Found");
        }
    }
}

#[test]
fn every_documented_category_is_told_where_an_instance_has_it() {
    let (server, ec2) = start();
    let subnet = place(&ec2);
    let bare = launch(&ec2, &with(&open(), &json!({ "SubnetId": subnet })));
    check(&Imds::new(&server, &bare), "bare", &[Has::Always]);

    let given = launch(&ec2, &whole(&server, &ec2, &subnet));
    let card = ec2.call("DescribeInstances", &json!({ "InstanceId": [given] })).ok();
    let path = "reservationSet.item.instancesSet.item.networkInterfaceSet.item.networkInterfaceId";
    let card = card.text(path);
    let prefix = json!({ "NetworkInterfaceId": card, "Ipv4PrefixCount": 1 });
    ec2.call("AssignPrivateIpAddresses", &prefix).ok();
    let prefix = json!({ "NetworkInterfaceId": card, "Ipv6PrefixCount": 1 });
    ec2.call("AssignIpv6Addresses", &prefix).ok();
    check(&Imds::new(&server, &given), "given", &[Has::Always, Has::WhereGiven]);

    let host = json!({ "InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "Quantity": 1 });
    let host = ec2.call("AllocateHosts", &host).ok().text("hostIdSet.item");
    let more = json!({
        "SubnetId": subnet, "InstanceType": "m5.large",
        "Placement": { "HostId": host, "Tenancy": "host" },
    });
    let on_host = launch(&ec2, &with(&open(), &more));
    check(&Imds::new(&server, &on_host), "on a host", &[Has::Always, Has::OnHost]);

    // A Spot Instance is told of its end no sooner than that is known.
    let spot = json!({ "SubnetId": subnet, "InstanceMarketOptions": { "MarketType": "spot" } });
    let spot = launch(&ec2, &with(&open(), &spot));
    let imds = Imds::new(&server, &spot);
    check(&imds, "spot", &[Has::Always]);
    assert_eq!(imds.text("/latest/meta-data/instance-life-cycle"), "spot");
}
