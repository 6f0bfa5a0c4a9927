//! The distributions of others.

use crate::Platform;
use crate::owner::Owner;
use crate::parameter::Lead;
use crate::template::Template;

/// What Ubuntu calls the disks of the host.
const EPHEMERAL: &[(&str, &str)] = &[("/dev/sdb", "ephemeral0"), ("/dev/sdc", "ephemeral1")];

/// As EC2, as Debian and Ubuntu, and as the kernel call an architecture.
const ARCHITECTURES: [(&str, &str, &str); 2] = [("x86_64", "amd64", "x86_64"), ("arm64", "arm64", "aarch64")];

/// All images of distributions.
pub(crate) fn images() -> Vec<Template> {
    let mut images = Vec::new();
    for (architecture, deb, kernel) in ARCHITECTURES {
        images.extend(ubuntu(architecture, deb));
        images.extend(debian(architecture, deb));
        images.extend(red_hats(architecture, kernel));
        let suse = format!("suse-sles-15-sp6-v20251016-hvm-ssd-{architecture}");
        images.push(Template {
            platform: Platform::Suse,
            description: Some("SUSE Linux Enterprise Server 15 SP6 (HVM, 64-bit, SSD-Backed)".to_owned()),
            ..ten_gib(suse, "013907871322", architecture, (2025, 10, 16))
        });
        let nat = format!("fck-nat-al2023-hvm-1.4.0-20260701-{architecture}-ebs");
        let owner = Owner::Account("568608671756");
        images.push(Template {
            has_alias: false,
            boot_mode: Some(if architecture == "arm64" { "uefi" } else { "uefi-preferred" }),
            wants_tokens: true,
            volumes: vec![("/dev/xvda", 2, "gp3")],
            ..Template::linux(nat, owner, architecture, (2026, 7, 1))
        });
    }
    images
}

/// Version, code name, day of the build, and whether the name and the volume are of `gp3`.
type Series = (&'static str, &'static str, (i32, u32, u32), bool);

fn ubuntu(architecture: &'static str, deb: &str) -> Vec<Template> {
    const SERIES: [Series; 3] = [
        ("20.04", "focal", (2023, 10, 25), false),
        ("22.04", "jammy", (2026, 7, 31), false),
        ("24.04", "noble", (2026, 9, 4), true),
    ];
    let image = |(version, code, day, is_gp3): Series| {
        let (folder, kind) = if is_gp3 { ("hvm-ssd-gp3", "gp3") } else { ("hvm-ssd", "gp2") };
        let (year, month, date) = day;
        let name =
            format!("ubuntu/images/{folder}/ubuntu-{code}-{version}-{deb}-server-{year}{month:02}{date:02}");
        let lead = |release: &str| {
            let path = format!("/aws/service/canonical/ubuntu/server/{release}/stable/current/{deb}");
            Lead::TypedId(format!("{path}/hvm/ebs-{kind}/ami-id"))
        };
        let boots = if architecture == "arm64" { "uefi" } else { "uefi-preferred" };
        Template {
            description: Some(format!("Canonical, Ubuntu, {version}, {deb} {code} image")),
            root_device: "/dev/sda1",
            volumes: vec![("/dev/sda1", 8, kind)],
            ephemeral_devices: EPHEMERAL,
            boot_mode: (is_gp3 || architecture == "arm64").then_some(boots),
            wants_tokens: is_gp3,
            leads: vec![lead(version), lead(code)],
            ..Template::linux(name, Owner::Canonical, architecture, day)
        }
    };
    SERIES.into_iter().map(image).collect()
}

fn debian(architecture: &'static str, deb: &str) -> [Template; 2] {
    [("12", "20260923-2610", (2026, 9, 23)), ("13", "20260914-2601", (2026, 9, 14))].map(
        |(version, build, day)| Template {
            description: Some(format!("Debian {version} ({build})")),
            boot_mode: Some(if architecture == "arm64" { "uefi" } else { "uefi-preferred" }),
            leads: vec![Lead::TypedId(format!("/aws/service/debian/release/{version}/latest/{deb}"))],
            ..Template::linux(
                format!("debian-{version}-{deb}-{build}"),
                Owner::Account("136693071363"),
                architecture,
                day,
            )
        },
    )
}

/// Red Hat's and those made like it.
fn red_hats(architecture: &'static str, kernel: &str) -> Vec<Template> {
    let rhel = |name: String, day| Template {
        platform: Platform::RedHat,
        description: Some("Provided by Red Hat, Inc.".to_owned()),
        boot_mode: Some(if architecture == "arm64" { "uefi" } else { "uefi-preferred" }),
        ..ten_gib(name, "309956199498", architecture, day)
    };
    let other =
        |name: String, owner, day| Template { has_alias: false, ..ten_gib(name, owner, architecture, day) };
    vec![
        rhel(format!("RHEL-9.6.0_HVM-20260811-{architecture}-0-Hourly2-GP3"), (2026, 8, 11)),
        rhel(format!("RHEL-9.8.0_HVM-20260728-{architecture}-0-Hourly2-GP3"), (2026, 7, 28)),
        other(format!("Rocky-9-EC2-Base-9.6-20250531.0.{kernel}"), "792107900819", (2025, 5, 31)),
        other(format!("AlmaLinux OS 9.8.20260526 {kernel}"), "764336703387", (2026, 5, 26)),
        other(format!("CentOS Stream 9 {kernel} 20260930"), "125523088429", (2026, 10, 1)),
        other(
            format!("Fedora-Cloud-Base-AmazonEC2.{kernel}-41-1.4-hvm-{{region}}-gp3-0"),
            "125523088429",
            (2024, 10, 25),
        ),
    ]
}

/// A Linux on ten GiB behind `/dev/sda1`.
fn ten_gib(name: String, owner: &'static str, architecture: &'static str, day: (i32, u32, u32)) -> Template {
    Template {
        root_device: "/dev/sda1",
        volumes: vec![("/dev/sda1", 10, "gp3")],
        ..Template::linux(name, Owner::Account(owner), architecture, day)
    }
}
