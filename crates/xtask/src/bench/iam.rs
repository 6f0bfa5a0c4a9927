//! Decisions of the policy engine, measured in a process of its own (`crates/policy/examples/cost.rs`), and what deciding
//! adds to calls.

use super::calls::{MEASURED, Site};
use super::report::Row;
use super::server::{self, ROOT, Server};
use super::under_load;
use crate::run::cargo;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Figures that have a budget: specification, chapter IAM, section 9.3, and issue 5.
const BUDGETS: [(&str, f64); 4] = [
    ("administrator", 150.0),
    ("1 policy, allowed", 300.0),
    ("10 policies, allowed", 1_000.0),
    // 10,000 of them in 200 MiB.
    ("a role of 10 policies, KiB", 20.48),
];

/// Calls that are measured with policies deciding and without.
const CALLS: [&str; 3] = ["S3 GetObject of 1 KiB", "EC2 DescribeSubnets of 100", "EC2 CreateTags, durable"];
/// Microseconds that deciding may add to a call.
const MOST_ADDED: f64 = 10.0;
/// How many times faster than Cedar a decision is to be.
const LEAST_BESIDE_CEDAR: f64 = 5.0;
/// As many as a user may have.
pub(crate) const POLICIES: [&str; 10] = [
    "AmazonS3FullAccess",
    "AmazonEC2FullAccess",
    "AmazonVPCFullAccess",
    "IAMReadOnlyAccess",
    "AmazonRoute53FullAccess",
    "ElasticLoadBalancingFullAccess",
    "AmazonElasticFileSystemFullAccess",
    "AWSCertificateManagerFullAccess",
    "AmazonSSMFullAccess",
    "AutoScalingFullAccess",
];

/// What `--iam enforce` adds to signed calls of a user with ten policies.
pub(crate) fn added(binary: &Path) -> Result<Vec<Row>> {
    let mut figures = Vec::new();
    let bootstrap = format!("{ROOT}:{ROOT}");
    for mode in ["off", "enforce"] {
        let folder = server::folder()?;
        let flags = ["--iam", mode, "--bootstrap-key", &bootstrap];
        let angae = Server::angae_with(binary, folder.path(), &flags)?;
        let key = angae.issue_key()?;
        angae.attach(&POLICIES)?;
        let mut site = Site::with_key(&angae, key);
        for measured in MEASURED.iter().filter(|measured| CALLS.contains(&measured.name)) {
            eprintln!("== {} with --iam {mode}", measured.name);
            figures.push((measured.name, under_load(&angae, &mut site, measured, 64, measured.per_round)?));
        }
    }
    let (off, enforced) = figures.split_at(figures.len() / 2);
    let rows = off.iter().zip(enforced).map(|((name, off), (_, enforced))| Row {
        clients: Some(64),
        p50_micros: Some(enforced.p50_micros),
        p99_micros: Some(enforced.p99_micros),
        ..Row::new(format!("added to {name}"), "µs CPU", enforced.cpu_micros - off.cpu_micros)
            .within(MOST_ADDED)
    });
    Ok(rows.collect())
}

/// Builds and runs the example, and reads its figures.
pub(crate) fn measure() -> Result<Vec<Row>> {
    eprintln!("== decisions");
    let example = ["run", "--release", "--package", "policy", "--example", "cost", "--locked"];
    output(&example)?.lines().map(row).collect()
}

/// Builds and runs the package that decides the same by Cedar, and reads both figures.
pub(crate) fn beside_cedar() -> Result<Vec<Row>> {
    eprintln!("== decisions, by Cedar too");
    let package = ["run", "--release", "--manifest-path", "bench/cedar/Cargo.toml", "--locked"];
    output(&package)?.lines().map(row_beside).collect()
}

/// What a program of ours prints, once cargo has built it.
fn output(arguments: &[&str]) -> Result<String> {
    let output = cargo(arguments).stderr(std::process::Stdio::inherit()).output().context("cargo")?;
    if !output.status.success() {
        bail!("it ended with {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn row_beside(line: &str) -> Result<Row> {
    let mut parts = line.split('\t');
    let (Some(name), Some(own), Some(cedar), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        bail!("no two figures: {line}");
    };
    let figure = |text: &str| text.parse::<f64>().with_context(|| line.to_owned());
    let row = Row::new(format!("{name}, beside Cedar"), "ns CPU", figure(own)?);
    Ok(Row { yardstick: Some(figure(cedar)?), ..row }.at_least(LEAST_BESIDE_CEDAR))
}

fn row(line: &str) -> Result<Row> {
    let (name, figure) = line.split_once('\t').with_context(|| format!("no figure: {line}"))?;
    let unit = if name.ends_with("KiB") { "KiB" } else { "ns CPU" };
    let row = Row::new(name, unit, figure.parse().with_context(|| line.to_owned())?);
    let budget = BUDGETS.iter().find(|(budgeted, _)| *budgeted == name);
    Ok(match budget {
        Some((_, most)) => row.within(*most),
        None => row,
    })
}

#[cfg(test)]
mod tests {
    use super::{row, row_beside};

    #[test]
    fn figures_are_held_against_their_budget() {
        for (line, measured, budget) in
            [("administrator\t30", 30.0, Some(150.0)), ("10 policies, explained\t7000", 7_000.0, None)]
        {
            let row = row(line).unwrap();
            assert_eq!((row.measured, row.budget), (measured, budget), "{line}");
        }
        assert!(row("administrator 30").is_err());
        assert!(row("administrator\tfast").is_err());
    }

    #[test]
    fn cedar_stands_beside_with_what_is_asked_of_the_ratio() {
        let row = row_beside("1 policy, allowed\t100\t5400").unwrap();
        assert_eq!((row.measured, row.yardstick, row.least_ratio), (100.0, Some(5_400.0), Some(5.0)));
        for line in ["1 policy, allowed\t100", "1 policy, allowed\t100\tfast", "a\t1\t2\t3"] {
            assert!(row_beside(line).is_err(), "{line}");
        }
    }
}
