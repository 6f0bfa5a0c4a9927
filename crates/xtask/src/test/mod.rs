//! `cargo xtask test`: units, conformance, acceptance, and real clients, which it installs by itself.

pub(crate) mod install;
mod language;
mod suite;

use crate::acceptance;
use crate::ledger;
use crate::run::{Step, cargo};
use crate::workspace;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use suite::Outcome;

pub(crate) use language::environment;
pub(crate) use suite::modules;

/// Runs everything. A suite whose language or program is absent is skipped by name; in CI that is a failure.
pub(crate) fn run() -> Result<()> {
    let binary = acceptance::binary()?;
    let mut tests = cargo(&["test", "--workspace", "--locked", "--quiet"]);
    let facts = tempfile::tempdir()?;
    tests.env("ANGAE_BIN", &binary).env("ANGAE_LEDGER", facts.path());
    Step::begin("units and acceptance").command(tests)?;
    Step::begin("what the models document").done(ledger::check(facts.path(), None))?;
    Step::begin("the bridge").cargo(&["build", "--package", "testkit", "--locked", "--quiet"])?;
    let target = target()?;
    let outcomes = suite::run(&target);
    if workspace::variable("ANGAE_CONFORMANCE").is_none() {
        eprintln!("ANGAE_CONFORMANCE is not set: the conformance cases were skipped");
    }
    close(outcomes, workspace::variable("CI").is_some())
}

/// Says how each suite ended that did not pass, and counts them all on the last line.
fn close(outcomes: Vec<(&str, Result<Outcome>)>, strict: bool) -> Result<()> {
    let (mut passed, mut skipped, mut impossible, mut failed) = (0, 0, 0, 0);
    for (name, outcome) in outcomes {
        match outcome {
            Ok(Outcome::Passed) => passed += 1,
            Ok(Outcome::Skipped { missing }) => {
                eprintln!("{name}: skipped, because this machine has no {missing}");
                skipped += 1;
            }
            Ok(Outcome::Impossible { without }) => {
                eprintln!("{name}: skipped, because this machine does not open {without}");
                impossible += 1;
            }
            Err(error) => {
                eprintln!("{name}: {error:#}");
                failed += 1;
            }
        }
    }
    eprintln!("suites: {passed} passed, {failed} failed, {} skipped", skipped + impossible);
    if failed > 0 {
        bail!("{failed} of the suites of real clients failed");
    }
    if strict && skipped > 0 {
        bail!("CI skips no suite");
    }
    Ok(())
}

/// Writes and reads a whole GiB of blocks through boto3.
pub(crate) fn blocks(binary: &Path) -> Result<()> {
    let folder = workspace::root().join("tests/clients");
    let cache = workspace::cache()?.join("boto3");
    environment(&folder.join("requirements-boto3.txt"), &cache)?;
    let mut python = Command::new(cache.join("bin/python"));
    python.args(["-m", "unittest", "test_ebs_direct"]).current_dir(folder);
    python.env("ANGAE_BIN", binary).env("ANGAE_EBS_BLOCKS", "2048");
    Step::begin("a snapshot of one GiB, block by block").command(python)
}

/// The binary that was just built; `profile` is the name of its folder.
pub(crate) fn binary(profile: &str) -> Result<PathBuf> {
    Ok(target()?.join(profile).join("angae"))
}

/// Where cargo builds: the binary lies there, and what other languages compile.
pub(crate) fn target() -> Result<PathBuf> {
    let output = cargo(&["metadata", "--format-version", "1", "--no-deps", "--locked"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
    Ok(Path::new(target).to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::close;
    use super::suite::Outcome;

    #[test]
    fn skipped_suites_fail_in_ci_only_and_failed_ones_always() {
        let passed = || ("go", Ok(Outcome::Passed));
        let skipped = || ("java", Ok(Outcome::Skipped { missing: "mvn" }));
        let impossible = || ("s3fs", Ok(Outcome::Impossible { without: "/dev/fuse" }));
        let failed = || ("js", Err(anyhow::anyhow!("broken")));
        for (outcomes, outside, in_ci) in [
            (vec![passed()], true, true),
            (vec![passed(), skipped()], true, false),
            (vec![passed(), impossible()], true, true),
            (vec![passed(), failed()], false, false),
        ] {
            let again = outcomes.iter().map(|(name, outcome)| (*name, copy(outcome))).collect();
            assert_eq!(close(outcomes, false).is_ok(), outside);
            assert_eq!(close(again, true).is_ok(), in_ci);
        }
    }

    fn copy(outcome: &anyhow::Result<Outcome>) -> anyhow::Result<Outcome> {
        outcome.as_ref().copied().map_err(|error| anyhow::anyhow!("{error}"))
    }
}
