use crate::{filter, golden, pages, refuses, start};
use serde_json::{Value, json};
use testkit::Client;

const IDS: &str = "imagesSet.item.imageId";
const NAMES: &str = "imagesSet.item.name";

/// The newest Amazon Linux in Virginia.
const AL2023: &str = "ami-0d27e0fb3bac4d724";

fn named(ec2: &Client, owner: &str, name: &str) -> Vec<String> {
    let wish = json!({ "Owner": [owner], "Filter": [filter("name", name)] });
    ec2.call("DescribeImages", &wish).ok().texts(IDS)
}

/// Source of the shapes: answers of DescribeImages that others quote; the id is the recorded one.
#[test]
fn public_images_are_told_as_aws_tells_them() {
    let (_server, ec2) = start();
    let mut golden = golden("image");
    golden.note("Amazon Linux", ec2.call("DescribeImages", &json!({ "ImageId": [AL2023] }))).ok();
    for name in [
        "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*",
        "Windows_Server-2022-English-Full-Base-*",
        "bottlerocket-aws-k8s-1.33-aarch64-v*",
        "RHEL-9.8.0_HVM-*-x86_64-0-Hourly2-GP3",
        "AlmaLinux OS 9.* x86_64",
    ] {
        golden.note(name, ec2.call("DescribeImages", &json!({ "Filter": [filter("name", name)] }))).ok();
    }
    golden.check();
}

#[test]
fn owners_are_accounts_and_aliases() {
    let (server, ec2) = start();
    let noble = "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*";
    for (owner, name, want) in [
        ("amazon", "al2023-ami-2023.*-kernel-6.1-x86_64", 1),
        ("137112412989", "al2023-ami-2023.*-kernel-6.1-x86_64", 1),
        ("099720109477", noble, 1),
        ("amazon", noble, 1),
        ("self", noble, 0),
        ("aws-marketplace", noble, 0),
        ("764336703387", "AlmaLinux OS 9.* x86_64", 1),
        ("amazon", "AlmaLinux OS 9.* x86_64", 0),
        ("602401143452", "amazon-eks-node-al2023-x86_64-standard-1.33-v*", 1),
    ] {
        assert_eq!(named(&ec2, owner, name).len(), want, "{owner} {name}");
    }
    let dublin = server.client("ec2").region("eu-west-1");
    assert_ne!(named(&ec2, "099720109477", noble), named(&dublin, "099720109477", noble));
    let runnable =
        |by: &str| ec2.call("DescribeImages", &json!({ "ExecutableBy": [by] })).ok().texts(IDS).len();
    assert!(runnable("all") >= 180);
    assert_eq!(runnable("self"), 0);
}

#[test]
fn every_filter_of_images_finds_some_and_leaves_some() {
    let (_server, ec2) = start();
    let count =
        |filters: Value| ec2.call("DescribeImages", &json!({ "Filter": filters })).ok().texts(IDS).len();
    let all = count(json!([]));
    let snapshot = ec2.call("DescribeImages", &json!({ "ImageId": [AL2023] })).ok();
    let snapshot = snapshot.text("imagesSet.item.blockDeviceMapping.item.ebs.snapshotId");
    for (name, value) in [
        ("architecture", "arm64"),
        ("block-device-mapping.device-name", "/dev/xvdb"),
        ("block-device-mapping.snapshot-id", &snapshot),
        ("block-device-mapping.volume-size", "30"),
        ("block-device-mapping.volume-type", "gp2"),
        ("creation-date", "2026-09-*"),
        ("description", "Canonical, Ubuntu, 24.04*"),
        ("image-id", AL2023),
        ("manifest-location", "amazon/*"),
        ("name", "amzn2-*"),
        ("owner-alias", "amazon"),
        ("owner-id", "137112412989"),
        ("platform", "windows"),
        ("root-device-name", "/dev/sda1"),
    ] {
        let found = count(json!([filter(name, value)]));
        assert!(found > 0 && found < all, "{name} {value}: {found} of {all}");
        assert_eq!(count(json!([filter(name, "no such value")])), 0, "{name}");
    }
    // What all public images have in common.
    for (name, value) in [
        ("block-device-mapping.delete-on-termination", "true"),
        ("block-device-mapping.encrypted", "false"),
        ("ena-support", "true"),
        ("hypervisor", "xen"),
        ("image-type", "machine"),
        ("is-public", "true"),
        ("root-device-type", "ebs"),
        ("sriov-net-support", "simple"),
        ("state", "available"),
        ("virtualization-type", "hvm"),
    ] {
        assert_eq!(count(json!([filter(name, value)])), all, "{name}");
        assert_eq!(count(json!([filter(name, "no such value")])), 0, "{name}");
    }
    // What none of them has.
    for name in [
        "free-tier-eligible",
        "image-allowed",
        "kernel-id",
        "product-code",
        "product-code.type",
        "ramdisk-id",
        "source-image-id",
        "source-image-region",
        "source-instance-id",
        "state-reason-code",
        "state-reason-message",
        "tag-key",
        "tag-value",
        "tag:Name",
    ] {
        assert_eq!(count(json!([filter(name, "*")])), 0, "{name}");
    }
    let both = json!([filter("architecture", "arm64"), filter("name", "al2023-ami-2023.*")]);
    assert_eq!(count(both), 3);
}

#[test]
fn all_images_come_in_pages() {
    let (_server, ec2) = start();
    let (one_by_one, count) = pages(&ec2, "DescribeImages", &json!({ "MaxResults": 50 }), IDS);
    let whole = ec2.call("DescribeImages", &json!({})).ok().texts(IDS);
    assert_eq!(one_by_one, whole);
    assert_eq!(count, whole.len().div_ceil(50));
    let twice = json!({ "ImageId": [AL2023, AL2023] });
    let names = ec2.call("DescribeImages", &twice).ok().texts(NAMES);
    assert_eq!(names, ["al2023-ami-2023.12.20260930.0-kernel-6.18-x86_64"]);
}

#[test]
fn what_they_refuse() {
    let (_server, ec2) = start();
    let nowhere = "ami-00000000000000000";
    refuses(
        &ec2,
        &[
            (
                "DescribeImages",
                json!({ "ImageId": [nowhere] }),
                "InvalidAMIID.NotFound",
                "The image id '[ami-00000000000000000]' does not exist",
            ),
            (
                "DescribeImages",
                json!({ "ImageId": [AL2023, nowhere, "ami-11111111111111111"] }),
                "InvalidAMIID.NotFound",
                "The image ids '[ami-00000000000000000, ami-11111111111111111]' do not exist",
            ),
            (
                "DescribeImages",
                json!({ "ImageId": ["x"] }),
                "InvalidAMIID.Malformed",
                "Invalid id: \"x\" (expecting \"ami-...\")",
            ),
            (
                "DescribeImages",
                json!({ "ImageId": [AL2023], "MaxResults": 5 }),
                "InvalidParameterCombination",
                "The parameter imageIdsSet cannot be used with the parameter maxResults",
            ),
            (
                "DescribeImages",
                json!({ "MaxResults": 4 }),
                "InvalidParameterValue",
                "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
            ),
            (
                "DescribeImages",
                json!({ "Filter": [filter("colour", "x")] }),
                "InvalidParameterValue",
                "The filter 'colour' is invalid",
            ),
        ],
    );
}
