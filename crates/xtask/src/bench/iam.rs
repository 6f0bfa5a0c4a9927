//! Decisions of the policy engine, measured in a process of its own (`crates/policy/examples/cost.rs`), and what deciding
//! adds to calls.

use super::calls::{MEASURED, Site};
use super::load::Outcome;
use super::meter::median;
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
/// How often each call is measured without and with policies.
const TURNS: usize = 5;
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

/// What `--iam enforce` adds to signed calls of a user with ten policies: two servers in turns, as a machine is not
/// equally fast for long.
pub(crate) fn added(binary: &Path) -> Result<Vec<Row>> {
    let folders = [server::folder()?, server::folder()?];
    let start = |mode: &str, folder: &Path| {
        let bootstrap = format!("{ROOT}:{ROOT}");
        let angae = Server::angae_with(binary, folder, &["--iam", mode, "--bootstrap-key", &bootstrap])?;
        let key = angae.issue_key()?;
        angae.attach(&POLICIES)?;
        anyhow::Ok((angae, key))
    };
    let (off, off_key) = start("off", folders[0].path())?;
    let (enforced, enforced_key) = start("enforce", folders[1].path())?;
    let mut off_site = Site::with_key(&off, off_key);
    let mut enforced_site = Site::with_key(&enforced, enforced_key);
    let mut rows = Vec::new();
    for measured in MEASURED.iter().filter(|measured| CALLS.contains(&measured.name)) {
        let (mut added, mut outcomes) = (Vec::new(), Vec::new());
        for turn in 1..=TURNS {
            eprintln!("== {} without and with policies, {turn} of {TURNS}", measured.name);
            let without = under_load(&off, &mut off_site, measured, 64, measured.per_round)?;
            let with = under_load(&enforced, &mut enforced_site, measured, 64, measured.per_round)?;
            added.push(with.cpu_micros - without.cpu_micros);
            outcomes.push(with);
        }
        let of = |figure: fn(&Outcome) -> f64| Some(median(outcomes.iter().map(figure).collect()));
        rows.push(
            Row {
                clients: Some(64),
                p50_micros: of(|outcome| outcome.p50_micros),
                p99_micros: of(|outcome| outcome.p99_micros),
                ..Row::new(format!("added to {}", measured.name), "µs CPU", median(added))
            }
            .within(MOST_ADDED),
        );
    }
    Ok(rows)
}

/// Builds and runs the example, and reads its figures.
pub(crate) fn measure() -> Result<Vec<Row>> {
    eprintln!("== decisions");
    example("policy", "cost")?.lines().map(row).collect()
}

/// Builds and runs the package that decides the same by Cedar, and reads both figures.
pub(crate) fn beside_cedar() -> Result<Vec<Row>> {
    eprintln!("== decisions, by Cedar too");
    let package = ["run", "--release", "--manifest-path", "bench/cedar/Cargo.toml", "--locked"];
    output(&package)?.lines().map(row_beside).collect()
}

/// What an example of a package prints.
pub(crate) fn example(package: &str, name: &str) -> Result<String> {
    output(&["run", "--release", "--package", package, "--example", name, "--locked"])
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
