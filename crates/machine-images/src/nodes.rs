//! The nodes of EKS, by version of Kubernetes, and Bottlerocket.

use crate::owner::Owner;
use crate::parameter::{Fact, Lead};
use crate::template::Template;

/// A release of the nodes of EKS: version of Kubernetes, its patch, the day of the build.
type Release = (&'static str, u32, (i32, u32, u32));

/// The builds we know the names of. Source: the releases of amazon-eks-ami.
const RELEASES: [Release; 9] = [
    ("1.28", 15, (2025, 11, 12)),
    ("1.29", 15, (2025, 11, 12)),
    ("1.30", 14, (2025, 11, 12)),
    ("1.31", 13, (2025, 11, 12)),
    ("1.32", 9, (2025, 11, 12)),
    ("1.33", 5, (2025, 11, 12)),
    ("1.34", 1, (2025, 11, 12)),
    ("1.35", 2, (2026, 3, 4)),
    ("1.36", 3, (2026, 9, 3)),
];

/// The last version that had nodes of Amazon Linux 2, as a position in the list above.
const AMAZON_LINUX_2: usize = 5;

/// The release of Bottlerocket.
const BOTTLEROCKET: &str = "1.54.0-5043decc";

/// All images of nodes.
pub(crate) fn images() -> Vec<Template> {
    let mut images = Vec::new();
    for release in RELEASES {
        images.extend(amazon_linux_2023(release));
    }
    for release in &RELEASES[..AMAZON_LINUX_2] {
        images.extend(amazon_linux_2(*release));
    }
    for (version, ..) in &RELEASES[..RELEASES.len() - 1] {
        images.extend(bottlerocket(&format!("aws-k8s-{version}"), &["", "-nvidia", "-fips"]));
    }
    images.extend(bottlerocket("aws-ecs-2", &["", "-nvidia", "-fips"]));
    for version in ["1.31", "1.32", "1.33", "1.34"] {
        images.extend(ubuntu(version));
    }
    images
}

/// The facts EKS tells of an image, under `…/recommended`.
fn recommended(path: &str, release: String) -> Lead {
    let facts = vec![
        ("schema_version", Fact::Text("2".to_owned())),
        ("image_id", Fact::Id),
        ("image_name", Fact::Name),
        ("release_version", Fact::Text(release)),
    ];
    Lead::Group { path: format!("{path}/recommended"), has_json: true, facts }
}

fn amazon_linux_2023((version, patch, day): Release) -> Vec<Template> {
    let variants = [
        ("x86_64", "standard"),
        ("x86_64", "nvidia"),
        ("x86_64", "neuron"),
        ("arm64", "standard"),
        ("arm64", "nvidia"),
    ];
    let (year, month, date) = day;
    let build = format!("{year}{month:02}{date:02}");
    let image = |(architecture, variant): (&'static str, &str)| {
        let path =
            format!("/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/{architecture}/{variant}");
        let name = format!("amazon-eks-node-al2023-{architecture}-{variant}-{version}-v{build}");
        Template {
            description: Some(format!(
                "EKS-optimized Kubernetes node based on Amazon Linux 2023, (k8s: {version}.{patch})"
            )),
            volumes: vec![("/dev/xvda", 20, "gp3")],
            boot_mode: Some(if architecture == "arm64" { "uefi" } else { "uefi-preferred" }),
            wants_tokens: true,
            leads: vec![recommended(&path, format!("{version}.{patch}-{build}"))],
            ..Template::linux(name, Owner::Eks, architecture, day)
        }
    };
    variants.into_iter().map(image).collect()
}

fn amazon_linux_2((version, patch, day): Release) -> [Template; 3] {
    let (year, month, date) = day;
    let build = format!("{year}{month:02}{date:02}");
    [("", "x86_64", ""), ("-arm64", "arm64", "-arm64"), ("-gpu", "x86_64", "-gpu")].map(
        |(infix, architecture, suffix)| {
            let path = format!("/aws/service/eks/optimized-ami/{version}/amazon-linux-2{suffix}");
            let name = format!("amazon-eks{infix}-node-{version}-v{build}");
            Template {
                description: Some(format!(
                    "EKS Kubernetes Worker AMI with AmazonLinux2 image, (k8s: {version}.{patch})"
                )),
                volumes: vec![("/dev/xvda", 20, "gp2")],
                leads: vec![recommended(&path, format!("{version}.{patch}-{build}"))],
                ..Template::linux(name, Owner::Eks, architecture, day)
            }
        },
    )
}

/// Bottlerocket of one orchestrator, with its variants. Its root is small and read only; `/dev/xvdb` holds the data.
fn bottlerocket(orchestrator: &str, variants: &[&str]) -> Vec<Template> {
    let mut images = Vec::new();
    for variant in variants {
        for (architecture, kernel) in [("x86_64", "x86_64"), ("arm64", "aarch64")] {
            let name = format!("bottlerocket-{orchestrator}{variant}-{kernel}-v{BOTTLEROCKET}");
            let path = format!("/aws/service/bottlerocket/{orchestrator}{variant}/{architecture}/latest");
            let facts = vec![("image_id", Fact::Id), ("image_version", Fact::Text(BOTTLEROCKET.to_owned()))];
            images.push(Template {
                description: Some(name.clone()),
                volumes: vec![("/dev/xvda", 2, "gp2"), ("/dev/xvdb", 20, "gp2")],
                boot_mode: Some(if architecture == "arm64" { "uefi" } else { "uefi-preferred" }),
                leads: vec![Lead::Group { path, has_json: false, facts }],
                ..Template::linux(name, Owner::Account("092701018921"), architecture, (2026, 1, 15))
            });
        }
    }
    images
}

fn ubuntu(version: &str) -> [Template; 2] {
    [("x86_64", "amd64"), ("arm64", "arm64")].map(|(architecture, deb)| {
        let name =
            format!("ubuntu-eks/k8s_{version}/images/hvm-ssd-gp3/ubuntu-noble-24.04-{deb}-server-20250626");
        let path = format!("/aws/service/canonical/ubuntu/eks/24.04/{version}/stable/current/{deb}");
        Template {
            description: Some(format!(
                "Canonical, Ubuntu EKS Node OS (k8s_{version}), 24.04, {deb} noble image"
            )),
            root_device: "/dev/sda1",
            volumes: vec![("/dev/sda1", 20, "gp3")],
            boot_mode: Some(if architecture == "arm64" { "uefi" } else { "uefi-preferred" }),
            leads: vec![Lead::TypedId(format!("{path}/hvm/ebs-gp3/ami-id"))],
            ..Template::linux(name, Owner::Canonical, architecture, (2025, 6, 26))
        }
    })
}
