//! The catalogue, held against what clients look for.

use crate::{Image, Platform, all, by_id, parameters};
use base::Region;
use std::collections::{BTreeMap, BTreeSet};

fn regions() -> impl Iterator<Item = Region> {
    base::regions().iter().map(|facts| Region::parse(facts.name).unwrap()).chain(Region::parse("xx-test-9"))
}

/// `*` is any run.
fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = name;
    let mut parts = pattern.split('*');
    let Some(after) = rest.strip_prefix(parts.next().unwrap()) else { return false };
    rest = after;
    for part in parts {
        if part.is_empty() {
            return true;
        }
        let Some(position) = rest.find(part) else { return false };
        rest = &rest[position + part.len()..];
    }
    rest.is_empty()
}

/// Source: the filters that clients' documentation shows (spec of EC2, section 4.8).
#[test]
fn what_clients_look_for_is_found_in_every_region() {
    for (owner, pattern, architecture, device, size_gib) in [
        ("", "al2023-ami-2023.*-kernel-6.1-x86_64", "x86_64", "/dev/xvda", 8),
        ("", "al2023-ami-2023.*-arm64", "arm64", "/dev/xvda", 8),
        ("", "al2023-ami-minimal-2023.*-kernel-6.12-arm64", "arm64", "/dev/xvda", 2),
        ("", "amzn2-ami-hvm-2.0.*-x86_64-gp2", "x86_64", "/dev/xvda", 8),
        ("", "amzn2-ami-kernel-5.10-hvm-2.0.*-x86_64-gp2", "x86_64", "/dev/xvda", 8),
        ("", "amzn-ami-hvm-2018.03.*-x86_64-gp2", "x86_64", "/dev/xvda", 8),
        ("", "amzn-ami-vpc-nat-*", "x86_64", "/dev/xvda", 8),
        ("", "ubuntu/images/hvm-ssd/ubuntu-focal-20.04-amd64-server-*", "x86_64", "/dev/sda1", 8),
        ("", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*", "x86_64", "/dev/sda1", 8),
        ("", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*", "x86_64", "/dev/sda1", 8),
        ("", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-*", "arm64", "/dev/sda1", 8),
        ("136693071363", "debian-12-amd64-*", "x86_64", "/dev/xvda", 8),
        ("801119661308", "Windows_Server-2022-English-Full-Base-*", "x86_64", "/dev/sda1", 30),
        ("", "amazon-eks-node-al2023-x86_64-standard-1.33-v*", "x86_64", "/dev/xvda", 20),
        ("", "amazon-eks-node-1.30-v*", "x86_64", "/dev/xvda", 20),
        ("", "amazon-eks-arm64-node-1.30-v*", "arm64", "/dev/xvda", 20),
        ("", "amazon-eks-gpu-node-1.30-v*", "x86_64", "/dev/xvda", 20),
        ("092701018921", "bottlerocket-aws-k8s-1.33-x86_64-v*", "x86_64", "/dev/xvda", 2),
        ("", "ubuntu-eks/k8s_1.33/images/hvm-ssd-gp3/*amd64*", "x86_64", "/dev/sda1", 20),
        ("", "al2023-ami-ecs-hvm-*-x86_64", "x86_64", "/dev/xvda", 30),
        ("", "amzn2-ami-ecs-hvm-*-x86_64-ebs", "x86_64", "/dev/xvda", 30),
        ("568608671756", "fck-nat-al2023-*-arm64-ebs", "arm64", "/dev/xvda", 2),
        ("125523088429", "Fedora-Cloud-Base-AmazonEC2.x86_64-41-1.4-hvm-*", "x86_64", "/dev/sda1", 10),
        ("125523088429", "CentOS Stream 9 x86_64 *", "x86_64", "/dev/sda1", 10),
        ("309956199498", "RHEL-9.*_HVM-*-x86_64-*-GP3", "x86_64", "/dev/sda1", 10),
        ("013907871322", "suse-sles-15-sp6-v*-hvm-ssd-x86_64", "x86_64", "/dev/sda1", 10),
        ("792107900819", "Rocky-9-EC2-Base-9.*.x86_64", "x86_64", "/dev/sda1", 10),
        ("764336703387", "AlmaLinux OS 9.* x86_64", "x86_64", "/dev/sda1", 10),
    ] {
        for region in regions() {
            let found: Vec<Image> = all(&region).filter(|image| matches(pattern, &image.name)).collect();
            assert!(!found.is_empty(), "{pattern} {region}");
            for image in found {
                assert!(owner.is_empty() || image.owner_id == owner, "{pattern} {region}");
                assert_eq!((image.architecture, image.root_device), (architecture, device), "{pattern}");
                assert_eq!(
                    (image.volumes[0].device, image.volumes[0].size_gib),
                    (device, size_gib),
                    "{pattern}"
                );
            }
        }
    }
}

#[test]
fn ids_are_told_apart_everywhere() {
    let (mut ids, mut snapshots, mut count) = (BTreeSet::new(), BTreeSet::new(), 0);
    for region in regions() {
        let mut names = BTreeSet::new();
        for image in all(&region) {
            let digits = image.id.strip_prefix("ami-").unwrap();
            let is_old = image.name.contains("20170930");
            assert!(digits.len() == 17 || (is_old && digits.len() == 8), "{}", image.id);
            assert!(digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{}", image.id);
            assert_eq!(by_id(&region, &image.id).as_ref(), Some(&image));
            assert!(names.insert(image.name.clone()), "{}", image.name);
            assert!(ids.insert(image.id), "{}", image.name);
            for volume in image.volumes {
                assert!(
                    volume.snapshot_id.len() == 22 && snapshots.insert(volume.snapshot_id),
                    "{}",
                    image.name
                );
            }
            count += 1;
        }
    }
    assert!(count >= 39 * 180, "{count}");
}

#[test]
fn every_image_is_sane() {
    for image in all(&Region::us_east_1()) {
        let name = &image.name;
        assert!((3..=128).contains(&name.len()), "{name}");
        assert!(
            image.owner_id.len() == 12 && image.owner_id.bytes().all(|byte| byte.is_ascii_digit()),
            "{name}"
        );
        assert_eq!(image.volumes[0].device, image.root_device, "{name}");
        assert!(image.volumes.iter().all(|volume| (2..=30).contains(&volume.size_gib)), "{name}");
        // From 2017 to 2026.
        assert!((1_506_000_000_000..1_800_000_000_000).contains(&image.created_at.millis), "{name}");
        assert!(!name.contains("arm64") || image.architecture == "arm64", "{name}");
        assert!(!name.contains("aarch64") || image.architecture == "arm64", "{name}");
        assert!(image.architecture != "arm64" || image.boot_mode == Some("uefi"), "{name}");
        assert_eq!(image.platform == Platform::Windows, name.starts_with("Windows"), "{name}");
        assert!(!name.contains(['{', '}']), "{name}");
        assert!(!image.location().starts_with('/'), "{name}");
    }
}

/// Source: the recordings moto publishes, and the documentation of CloudFormation for the oldest.
#[test]
fn recorded_images_have_their_true_ids_and_owners() {
    let find = |region: &str, id: &str| by_id(&Region::parse(region).unwrap(), id);
    let image = find("us-east-1", "ami-0d27e0fb3bac4d724").unwrap();
    assert_eq!(image.name, "al2023-ami-2023.12.20260930.0-kernel-6.18-x86_64");
    assert_eq!(image.location(), "amazon/al2023-ami-2023.12.20260930.0-kernel-6.18-x86_64");
    assert_eq!(image.owner_id, "137112412989");
    assert!(image.wants_tokens);
    assert_eq!((image.volumes[0].volume_type, image.volumes[0].iops()), ("gp3", Some(3_000)));
    let old = find("us-east-1", "ami-8c1be5f6").unwrap();
    assert_eq!((old.volumes[0].volume_type, old.volumes[0].iops()), ("gp2", None));
    assert!(!old.wants_tokens);
    assert_eq!(find("eu-west-1", "ami-8c1be5f6"), None);
    assert_eq!(find("eu-west-1", "ami-0d27e0fb3bac4d724"), None);
    // In a Region that asks for opting in, the owner is another.
    let cape_town = find("af-south-1", "ami-0135d8b9b4d85d630").unwrap();
    assert_eq!((cape_town.owner_id, cape_town.owner_alias), ("210953353124", Some("amazon")));
}

/// Source: spec of EC2, section 4.8; recorded answers of GetParameter.
#[test]
fn parameters_lead_to_images() {
    for region in regions() {
        let all = parameters(&region);
        let by_name: BTreeMap<&str, &str> =
            all.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
        assert_eq!(by_name.len(), all.len(), "two parameters have one name");
        for (name, pattern) in [
            (
                "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
                "al2023-ami-2023.*-x86_64",
            ),
            (
                "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64",
                "al2023-ami-2023.*-6.1-arm64",
            ),
            (
                "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-arm64",
                "al2023-ami-minimal-*",
            ),
            (
                "/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2",
                "amzn2-ami-hvm-2.0.*-x86_64-gp2",
            ),
            (
                "/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-ebs",
                "amzn2-ami-hvm-2.0.*-x86_64-ebs",
            ),
            (
                "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
                "*ubuntu-jammy*",
            ),
            (
                "/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id",
                "*noble*arm64*",
            ),
            (
                "/aws/service/canonical/ubuntu/eks/24.04/1.33/stable/current/amd64/hvm/ebs-gp3/ami-id",
                "ubuntu-eks/*",
            ),
            ("/aws/service/debian/release/12/latest/amd64", "debian-12-amd64-*"),
            (
                "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
                "Windows_Server-2022-*",
            ),
            (
                "/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/nvidia/recommended/image_id",
                "amazon-eks-node-al2023-x86_64-nvidia-1.33-v*",
            ),
            (
                "/aws/service/eks/optimized-ami/1.30/amazon-linux-2-gpu/recommended/image_id",
                "amazon-eks-gpu-node-1.30-v*",
            ),
            (
                "/aws/service/bottlerocket/aws-k8s-1.33-fips/arm64/latest/image_id",
                "bottlerocket-aws-k8s-1.33-fips-aarch64-v*",
            ),
            (
                "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
                "al2023-ami-ecs-hvm-*-x86_64",
            ),
        ] {
            let image = by_id(&region, by_name[name]).unwrap_or_else(|| panic!("{name} {region}"));
            assert!(matches(pattern, &image.name), "{name}: {}", image.name);
        }
        let eks = by_name["/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/arm64/standard/recommended"];
        let id = by_name["/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/arm64/standard/recommended/image_id"];
        assert_eq!(
            eks,
            format!(
                "{{\"schema_version\":\"2\",\"image_id\":\"{id}\",\
                \"image_name\":\"amazon-eks-node-al2023-arm64-standard-1.33-v20251112\",\
                \"release_version\":\"1.33.5-20251112\"}}"
            )
        );
        let ecs = by_name["/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended"];
        assert!(
            ecs.starts_with("{\"ecs_agent_version\":\"1.") && ecs.contains(",\"schema_version\":1,"),
            "{ecs}"
        );
        for parameter in &all {
            if parameter.value.starts_with("ami-") {
                assert!(by_id(&region, &parameter.value).is_some(), "{}", parameter.name);
            }
        }
    }
}

#[test]
fn an_image_names_a_parameter_that_leads_to_it() {
    let region = Region::us_east_1();
    let all_parameters = parameters(&region);
    let mut named = 0;
    for image in all(&region) {
        let Some(name) = &image.parameter else { continue };
        let parameter = all_parameters.iter().find(|parameter| parameter.name == *name).unwrap();
        assert_eq!(parameter.value, image.id);
        named += 1;
    }
    assert!(named >= 150, "{named}");
}
