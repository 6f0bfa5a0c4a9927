//! `cargo xtask test`: units, conformance, acceptance, and real clients, which it installs into a cache by itself.

use crate::run::{Step, cargo};
use crate::workspace;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One suite of real clients.
struct Suite {
    /// The folder's name in the cache, and what the summary calls it.
    name: &'static str,
    /// The pinned packages.
    requirements: &'static str,
    /// The test files, without their ending.
    tests: &'static [&'static str],
}

/// The Python suites. The AWS CLI pins another botocore than boto3 does: each has an environment of its own.
const SUITES: [Suite; 2] = [
    Suite {
        name: "boto3",
        requirements: "requirements-boto3.txt",
        tests: &[
            "test_ec2",
            "test_iam",
            "test_s3",
            "test_s3_configuration",
            "test_not_implemented",
            "test_durability",
            "test_worlds",
        ],
    },
    Suite { name: "aws-cli", requirements: "requirements-awscli.txt", tests: &["test_aws_cli"] },
];

/// Runs everything. A language that is absent is skipped by name; in CI that is a failure.
pub(crate) fn run() -> Result<()> {
    Step::begin("units and acceptance").cargo(&["test", "--workspace", "--locked", "--quiet"])?;
    Step::begin("the binary").cargo(&["build", "--package", "gateway", "--locked", "--quiet"])?;
    let binary = binary()?;
    let mut skipped = Vec::new();
    if let Some(python) = python() {
        for suite in SUITES {
            let environment = environment(&python, &suite)?;
            for test in suite.tests {
                Step::begin(&format!("{}: {test}", suite.name)).command(unittest(
                    &environment,
                    test,
                    &binary,
                ))?;
            }
        }
    } else {
        skipped.extend(SUITES.map(|suite| suite.name));
    }
    if workspace::variable("ANGAE_CONFORMANCE").is_none() {
        eprintln!("ANGAE_CONFORMANCE is not set: the conformance cases were skipped");
    }
    if skipped.is_empty() {
        return Ok(());
    }
    let sentence = format!("skipped, because no python3 was found: {}", skipped.join(", "));
    if workspace::variable("CI").is_some() {
        bail!(sentence);
    }
    eprintln!("{sentence}");
    Ok(())
}

/// The binary that was just built.
fn binary() -> Result<PathBuf> {
    let output = cargo(&["metadata", "--format-version", "1", "--no-deps", "--locked"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
    Ok(Path::new(target).join("debug/angae"))
}

fn python() -> Option<PathBuf> {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    found.then(|| PathBuf::from("python3"))
}

/// A virtual environment with the pinned packages, made once for each set of pins.
fn environment(python: &Path, suite: &Suite) -> Result<PathBuf> {
    let requirements = workspace::root().join("tests/clients").join(suite.requirements);
    let pins = std::fs::read_to_string(&requirements).with_context(|| requirements.display().to_string())?;
    let version = pins.lines().next().unwrap_or_default().replace("==", "-");
    let folder = workspace::cache()?.join(format!("python-{version}"));
    let mark = folder.join("complete");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == pins) {
        return Ok(folder);
    }
    let mut make = Command::new(python);
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    Step::begin(&format!("{}: environment", suite.name)).command(make)?;
    let mut install = Command::new(folder.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    install.arg(&requirements);
    Step::begin(&format!("{}: packages", suite.name)).command(install)?;
    std::fs::write(&mark, pins)?;
    Ok(folder)
}

fn unittest(environment: &Path, test: &str, binary: &Path) -> Command {
    let mut command = Command::new(environment.join("bin/python"));
    command.args(["-m", "unittest", "--quiet", test]);
    command.current_dir(workspace::root().join("tests/clients"));
    command.env("ANGAE_BIN", binary).env("ANGAE_PYTHON_BIN", environment.join("bin"));
    // Nothing of the user's own set-up may lead a client elsewhere.
    for name in ["AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE"] {
        command.env_remove(name);
    }
    command
}
