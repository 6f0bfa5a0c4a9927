//! What a crate refuses on purpose is written down: every operation of a coverage list stands by name in the README
//! section that answers for the list, within a point that says why; and nothing stands there that is not on the list.
//!
//! A point reads `- Topic (Operation, Operation): reason`.

use crate::workspace;
use anyhow::{Context, Result};
use std::collections::BTreeSet;

/// The lists that are finished: what is left on them is refused. List, README, heading of the section.
const FINISHED: [(&str, &str, &str); 10] = [
    ("coverage/ec2.txt", "crates/ec2-resource/README.md", "**Refused of EC2**"),
    ("coverage/iam.txt", "crates/iam/README.md", "**Refused of IAM**"),
    ("coverage/iam-toolbox.txt", "crates/iam/README.md", "**Refused of IAM Toolbox**"),
    ("coverage/organizations.txt", "crates/organizations/README.md", "**Refused of Organizations**"),
    ("coverage/route53.txt", "crates/route53/README.md", "**Refused of Route 53**"),
    ("coverage/route53domains.txt", "crates/route53/README.md", "**Refused of Route 53 Domains**"),
    ("coverage/route53resolver.txt", "crates/route53/README.md", "**Refused of the Resolver**"),
    ("coverage/s3.txt", "crates/s3/README.md", "**Refused of S3**"),
    ("coverage/s3control.txt", "crates/s3/README.md", "**Refused of S3 Control**"),
    ("coverage/sts.txt", "crates/iam/README.md", "**Refused of STS**"),
];
/// Letters of a reason at the least.
const SHORTEST: usize = 10;

/// Lists every breach.
pub(super) fn check() -> Result<Vec<String>> {
    let root = workspace::root();
    let read = |name: &str| std::fs::read_to_string(root.join(name)).with_context(|| name.to_owned());
    let mut breaches = Vec::new();
    for (list, readme, heading) in FINISHED {
        let found = compare(&read(list)?, &read(readme)?, heading);
        breaches.extend(found.into_iter().map(|breach| format!("{readme}: {heading}: {breach}")));
    }
    Ok(breaches)
}

/// Where the section and the list differ.
fn compare(list: &str, readme: &str, heading: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut named = BTreeSet::new();
    for point in points(readme, heading) {
        let Some((names, reason)) = parts(&point) else {
            breaches.push(format!("this is no `- Topic (Operation): reason`: {point}"));
            continue;
        };
        if reason.chars().filter(|c| c.is_alphabetic()).count() < SHORTEST {
            breaches.push(format!("no reason is given for {}", names.join(", ")));
        }
        for name in names {
            if !named.insert(name.to_owned()) {
                breaches.push(format!("{name} stands there twice"));
            }
        }
    }
    let listed: BTreeSet<String> = list.lines().map(str::to_owned).collect();
    let missing = listed.difference(&named).map(|name| format!("{name} is refused without a reason"));
    let beyond = named.difference(&listed).map(|name| format!("{name} is not on the coverage list"));
    breaches.extend(missing.chain(beyond));
    breaches
}

/// The points of a section, each in one line. The section ends where the next one begins.
fn points(readme: &str, heading: &str) -> Vec<String> {
    let section = readme.lines().skip_while(|line| !line.starts_with(heading)).skip(1);
    let section = section.take_while(|line| !line.starts_with("**") && !line.starts_with('#'));
    let mut points: Vec<String> = Vec::new();
    for line in section.filter(|line| !line.is_empty()) {
        match (line.strip_prefix("- "), points.last_mut()) {
            (Some(begun), _) => points.push(begun.to_owned()),
            (None, Some(point)) => {
                point.push(' ');
                point.push_str(line.trim());
            }
            (None, None) => {}
        }
    }
    points
}

/// The operations of a point, and its reason.
fn parts(point: &str) -> Option<(Vec<&str>, &str)> {
    let (topic, rest) = point.split_once(" (")?;
    let (names, reason) = rest.split_once("): ")?;
    (!topic.is_empty()).then(|| (names.split(", ").collect(), reason))
}

#[cfg(test)]
mod tests {
    use super::compare;

    const HEADING: &str = "**Refused of S3**";

    #[test]
    fn each_operation_of_the_list_has_its_reason_and_no_other() {
        let whole = "**Refused of S3**, as such\n\n- Topic (OpA,\n  OpB): it is outside the\n  product.\n\n\
            **Refused of S3 Control**\n\n- Other (OpD): it is outside the product.\n";
        for (list, readme, want) in [
            ("OpA\nOpB\n", whole, vec![]),
            ("OpA\n", whole, vec!["OpB is not on the coverage list"]),
            ("OpA\nOpB\nOpC\n", whole, vec!["OpC is refused without a reason"]),
            ("OpA\n", "no section", vec!["OpA is refused without a reason"]),
            ("OpA\n", "**Refused of S3**\n- Topic (OpA): no.\n", vec!["no reason is given for OpA"]),
            (
                "OpA\n",
                "**Refused of S3**\n- Topic (OpA, OpA): it is outside the product.\n",
                vec!["OpA stands there twice"],
            ),
            (
                "",
                "**Refused of S3**\n- OpA: it is outside.\n",
                vec!["this is no `- Topic (Operation): reason`: OpA: it is outside."],
            ),
        ] {
            assert_eq!(compare(list, readme, HEADING), want, "{readme}");
        }
    }
}
