//! The families whose names are known and whose ids are made: distributions in `linux.rs`, the nodes of Kubernetes and
//! ECS in `nodes.rs`, and here Windows and what Amazon made before.
//!
//! Sources of names and owners: the publishers' own lists, and recorded answers of DescribeImages that others quote.

use crate::owner::Owner;
use crate::parameter::Lead;
use crate::template::Template;
use crate::{Platform, linux, nodes};

/// All images of these families.
pub(crate) fn images() -> Vec<Template> {
    let mut images = Vec::from(legacy());
    images.extend(windows());
    images.extend(linux::images());
    images.extend(nodes::images());
    images
}

/// The first Amazon Linux, as examples of old still name it, and the NAT instance the CDK looks for.
fn legacy() -> [Template; 2] {
    let first = "amzn-ami-hvm-2017.09.0.20170930-x86_64-gp2".to_owned();
    let first = Template {
        description: Some("Amazon Linux AMI 2017.09.0.20170930 x86_64 HVM GP2".to_owned()),
        volumes: vec![("/dev/xvda", 8, "gp2")],
        recorded_ids: vec![("us-east-1", "8c1be5f6")],
        ..Template::linux(first, Owner::AmazonLinux, "x86_64", (2017, 9, 30))
    };
    let nat = "amzn-ami-vpc-nat-2018.03.0.20210721.0-x86_64-ebs".to_owned();
    let nat = Template {
        description: Some("Amazon Linux AMI 2018.03.0.20210721.0 x86_64 VPC HVM ebs".to_owned()),
        volumes: vec![("/dev/xvda", 8, "standard")],
        ..Template::linux(nat, Owner::AmazonLinux, "x86_64", (2021, 7, 21))
    };
    [first, nat]
}

fn windows() -> Vec<Template> {
    let mut images = Vec::new();
    for year in ["2016", "2019", "2022", "2025"] {
        for edition in ["Full", "Core"] {
            let family = format!("Windows_Server-{year}-English-{edition}-Base");
            let name = format!("{family}-2026.09.17");
            images.push(Template {
                description: Some(format!(
                    "Microsoft Windows Server {year} {edition} Locale English AMI provided by Amazon"
                )),
                root_device: "/dev/sda1",
                volumes: vec![("/dev/sda1", 30, "gp2")],
                platform: Platform::Windows,
                wants_tokens: year == "2025",
                boot_mode: (year == "2025").then_some("uefi"),
                leads: vec![Lead::Id(format!("/aws/service/ami-windows-latest/{family}"))],
                ..Template::linux(name, Owner::Account("801119661308"), "x86_64", (2026, 9, 17))
            });
        }
    }
    images
}
