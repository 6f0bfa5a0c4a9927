use crate::{filter, golden, pages, refuses, start};
use serde_json::{Value, json};

const NAMES: &str = "instanceTypeSet.item.instanceType";
const OFFERED: &str = "instanceTypeOfferingSet.item.instanceType";
const PLACES: &str = "instanceTypeOfferingSet.item.location";

/// Source of the figures: recorded answers of DescribeInstanceTypes.
#[test]
fn types_are_told_as_aws_tells_them() {
    let (_server, ec2) = start();
    let mut golden = golden("instance-type");
    for name in
        ["t3.micro", "c7g.medium", "p4d.24xlarge", "i3.metal", "inf2.xlarge", "f2.6xlarge", "vt1.3xlarge"]
    {
        golden.note(name, ec2.call("DescribeInstanceTypes", &json!({ "InstanceType": [name] }))).ok();
    }
    let offerings =
        json!({ "LocationType": "availability-zone", "Filter": [filter("instance-type", "t3.micro")] });
    golden.note("offerings", ec2.call("DescribeInstanceTypeOfferings", &offerings)).ok();
    golden.check();
}

#[test]
fn every_filter_of_types_finds_some_and_leaves_some() {
    let (_server, ec2) = start();
    let all = ["c7g.medium", "m1.small", "m5d.metal", "m8i.large", "p4d.24xlarge", "t3.micro"];
    for (name, value, want) in [
        ("auto-recovery-supported", "false", "m1.small m5d.metal p4d.24xlarge"),
        ("bare-metal", "true", "m5d.metal"),
        ("burstable-performance-supported", "true", "t3.micro"),
        ("current-generation", "false", "m1.small"),
        ("dedicated-hosts-supported", "false", "m1.small"),
        ("ebs-info.attachment-limit-type", "dedicated", "m8i.large p4d.24xlarge"),
        ("ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps", "315", "c7g.medium"),
        ("ebs-info.ebs-optimized-info.baseline-iops", "2500", "c7g.medium"),
        ("ebs-info.ebs-optimized-info.baseline-throughput-in-mbps", "10.875", "t3.micro"),
        ("ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps", "2085", "t3.micro"),
        ("ebs-info.ebs-optimized-info.maximum-iops", "11800", "t3.micro"),
        ("ebs-info.ebs-optimized-info.maximum-throughput-in-mbps", "260.625", "t3.micro"),
        ("ebs-info.ebs-optimized-support", "unsupported", "m1.small"),
        ("ebs-info.maximum-ebs-attachments", "28", "p4d.24xlarge"),
        ("ebs-info.nvme-support", "unsupported", "m1.small"),
        ("free-tier-eligible", "true", "t3.micro"),
        ("hibernation-supported", "false", "m1.small m5d.metal p4d.24xlarge"),
        ("hypervisor", "xen", "m1.small"),
        ("instance-storage-info.disk.count", "1", "m1.small"),
        ("instance-storage-info.disk.size-in-gb", "1000", "p4d.24xlarge"),
        ("instance-storage-info.disk.type", "hdd", "m1.small"),
        ("instance-storage-info.encryption-support", "unsupported", "m1.small"),
        ("instance-storage-info.nvme-support", "unsupported", "m1.small"),
        ("instance-storage-info.total-size-in-gb", "160", "m1.small"),
        ("instance-storage-supported", "false", "c7g.medium m8i.large t3.micro"),
        ("instance-type", "c7g.medium", "c7g.medium"),
        ("memory-info.size-in-mib", "1024", "t3.micro"),
        ("network-info.bandwidth-weightings", "default", "m8i.large"),
        ("network-info.efa-info.maximum-efa-interfaces", "4", "p4d.24xlarge"),
        ("network-info.efa-supported", "true", "p4d.24xlarge"),
        ("network-info.ena-support", "unsupported", "m1.small"),
        ("network-info.encryption-in-transit-supported", "false", "m1.small m5d.metal t3.micro"),
        ("network-info.flexible-ena-queues-support", "supported", "m8i.large"),
        ("network-info.ipv4-addresses-per-interface", "2", "t3.micro"),
        ("network-info.ipv6-addresses-per-interface", "0", "m1.small"),
        ("network-info.ipv6-supported", "false", "m1.small"),
        ("network-info.maximum-network-cards", "4", "p4d.24xlarge"),
        ("network-info.maximum-network-interfaces", "15", "m5d.metal"),
        ("network-info.network-performance", "25 Gigabit", "m5d.metal"),
        ("nitro-enclaves-support", "supported", "p4d.24xlarge"),
        ("nitro-tpm-info.supported-versions", "2.0", "c7g.medium m8i.large t3.micro"),
        ("nitro-tpm-support", "supported", "c7g.medium m8i.large t3.micro"),
        ("processor-info.supported-architecture", "arm64", "c7g.medium"),
        ("processor-info.supported-features", "metal-compatibility", "m8i.large"),
        ("processor-info.sustained-clock-speed-in-ghz", "2.5", "t3.micro"),
        ("reboot-migration-support", "supported", "c7g.medium m8i.large t3.micro"),
        ("supported-boot-mode", "uefi", "c7g.medium m8i.large t3.micro"),
        ("supported-root-device-type", "instance-store", "m1.small"),
        ("supported-usage-class", "capacity-block", "p4d.24xlarge"),
        ("supported-virtualization-type", "paravirtual", "m1.small"),
        ("vcpu-info.default-cores", "48", "m5d.metal p4d.24xlarge"),
        ("vcpu-info.default-threads-per-core", "1", "c7g.medium m1.small"),
        ("vcpu-info.default-vcpus", "1", "c7g.medium m1.small"),
        ("vcpu-info.valid-cores", "10", "p4d.24xlarge"),
        ("vcpu-info.valid-threads-per-core", "1", "m8i.large p4d.24xlarge t3.micro"),
        ("instance-type", "m*", "m1.small m5d.metal m8i.large"),
        ("instance-type", "t3.micr?", "t3.micro"),
    ] {
        let wish = json!({ "InstanceType": all, "Filter": [filter(name, value)] });
        let found = ec2.call("DescribeInstanceTypes", &wish).ok().texts(NAMES);
        assert_eq!(found.join(" "), want, "{name} {value}");
        assert!(!found.is_empty() && found.len() < all.len(), "{name} tells nothing apart");
        let wish = json!({ "InstanceType": all, "Filter": [filter(name, "no such value")] });
        assert_eq!(ec2.call("DescribeInstanceTypes", &wish).ok().texts(NAMES), [""; 0], "{name}");
    }
    // All types have this.
    let encrypting = |value: &str| {
        let wish = json!({ "InstanceType": all, "Filter": [filter("ebs-info.encryption-support", value)] });
        ec2.call("DescribeInstanceTypes", &wish).ok().texts(NAMES).len()
    };
    assert_eq!((encrypting("supported"), encrypting("unsupported")), (all.len(), 0));
}

#[test]
fn all_types_come_in_pages() {
    let (_server, ec2) = start();
    let (all, count) = pages(&ec2, "DescribeInstanceTypes", &json!({}), NAMES);
    assert!(all.len() >= 1_300 && count == all.len().div_ceil(100), "{} in {count}", all.len());
    assert!(all.is_sorted_by(|a, b| a < b));
    let family = json!({ "MaxResults": 5, "Filter": [filter("instance-type", "t3.*")] });
    let (found, count) = pages(&ec2, "DescribeInstanceTypes", &family, NAMES);
    let want = ["t3.2xlarge", "t3.large", "t3.medium", "t3.micro", "t3.nano", "t3.small", "t3.xlarge"]
        .map(str::to_owned);
    assert_eq!((found, count), (want.to_vec(), 2));
}

#[test]
fn regions_offer_what_aws_offers_there() {
    let (server, ec2) = start();
    let wish =
        |kind: &str, name: &str| json!({ "LocationType": kind, "Filter": [filter("instance-type", name)] });
    let places = |wish: &Value| ec2.call("DescribeInstanceTypeOfferings", wish).ok().texts(PLACES);
    // The zone with the id use1-az3 has none of the newer types.
    let zones = ["a", "b", "c", "d", "f"].map(|letter| format!("us-east-1{letter}"));
    assert_eq!(places(&wish("availability-zone", "t3.micro")), zones);
    let ids = [1, 2, 4, 5, 6].map(|number| format!("use1-az{number}"));
    assert_eq!(places(&wish("availability-zone-id", "t3.micro")), ids);
    assert_eq!(places(&wish("region", "t3.micro")), ["us-east-1"]);
    assert_eq!(places(&json!({ "Filter": [filter("instance-type", "t3.micro")] })), ["us-east-1"]);
    assert_eq!(places(&wish("outpost", "t3.micro")), [""; 0]);
    let one = json!({
        "LocationType": "availability-zone",
        "Filter": [filter("instance-type", "t3.micro"), filter("location", "us-east-1f")],
    });
    assert_eq!(places(&one), ["us-east-1f"]);
    let (offered, _) = pages(&ec2, "DescribeInstanceTypeOfferings", &json!({}), OFFERED);
    let (told, _) = pages(&ec2, "DescribeInstanceTypes", &json!({}), NAMES);
    assert_eq!(offered, told);

    let cape_town = server.client("ec2").region("af-south-1");
    let told = cape_town.call("DescribeInstanceTypes", &json!({ "InstanceType": ["t3.micro"] })).ok();
    assert_eq!(told.texts("instanceTypeSet.item.supportedInRegion"), [""; 0]);
    let elsewhere =
        json!({ "InstanceType": ["p4d.24xlarge", "t3.micro"], "IncludeUnsupportedInRegion": true });
    let told = cape_town.call("DescribeInstanceTypes", &elsewhere).ok();
    assert_eq!(told.texts("instanceTypeSet.item.supportedInRegion"), ["false", "true"]);
    refuses(
        &cape_town,
        &[(
            "DescribeInstanceTypes",
            json!({ "InstanceType": ["p4d.24xlarge", "t3.micro"] }),
            "InvalidInstanceType",
            "The following supplied instance types do not exist: [p4d.24xlarge]",
        )],
    );
}

#[test]
fn what_they_refuse() {
    let (_server, ec2) = start();
    let filtered = |name: &str| json!({ "Filter": [filter(name, "x")] });
    refuses(
        &ec2,
        &[
            (
                "DescribeInstanceTypes",
                json!({ "InstanceType": ["t9.foo", "t3.micro", "x"] }),
                "InvalidInstanceType",
                "The following supplied instance types do not exist: [t9.foo, x]",
            ),
            (
                "DescribeInstanceTypes",
                filtered("colour"),
                "InvalidParameterValue",
                "The filter 'colour' is invalid",
            ),
            (
                "DescribeInstanceTypes",
                filtered("tag:Name"),
                "InvalidParameterValue",
                "The filter 'tag:Name' is invalid",
            ),
            (
                "DescribeInstanceTypeOfferings",
                filtered("hypervisor"),
                "InvalidParameterValue",
                "The filter 'hypervisor' is invalid",
            ),
            (
                "DescribeInstanceTypes",
                json!({ "NextToken": "x" }),
                "InvalidParameterValue",
                "Unable to parse pagination token",
            ),
        ],
    );
}
