//! The acceptance suites: the binary they judge, their recorded answers, their long form.

use crate::run::{Step, cargo};
use crate::test;
use crate::workspace;
use anyhow::{Context, Result};
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// Rounds of `kill -9` in the long form.
const LONG_ROUNDS: &str = "20";
/// Random networks whose verdicts two models give, in the long form.
const LONG_NETWORKS: &str = "10000";

/// Builds the binary under test and says where it lies.
pub(crate) fn binary() -> Result<PathBuf> {
    Step::begin("the binary").cargo(&["build", "--package", "gateway", "--locked", "--quiet"])?;
    let output = cargo(&["metadata", "--format-version", "1", "--no-deps", "--locked"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
    Ok(Path::new(target).join("debug/angae"))
}

/// `cargo xtask golden`: runs every suite that has recorded answers and lets it write them.
pub(crate) fn golden() -> Result<()> {
    let mut tests = cargo(&["test", "--locked", "--quiet", "--test", "acceptance"]);
    tests.env("ANGAE_BIN", binary()?).env("ANGAE_GOLDEN", "1");
    for folder in workspace::crates()? {
        if folder.join("tests/acceptance/golden").is_dir()
            && let Some(name) = folder.file_name()
        {
            tests.arg("--package").arg(name);
        }
    }
    Step::begin("golden answers").command(tests)
}

/// What is proven at length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Proof {
    /// Changes of every service, under sixteen clients.
    All,
    /// Objects and compaction, under sixty-four.
    S3,
    /// A world of one GiB as one file.
    Archive,
    /// Verdicts on packets of ten thousand random networks, by the engine and by a slow model.
    Verdicts,
    /// A snapshot of one GiB, written and read block by block through boto3.
    Blocks,
}

impl Proof {
    const EVERY: [Self; 5] = [Self::All, Self::S3, Self::Archive, Self::Verdicts, Self::Blocks];

    /// What the step is called, the tests it runs, and the filter; `None` where a client's suite proves it.
    fn tests(self) -> Option<(&'static str, &'static [&'static str], &'static str)> {
        /// Tests of the server.
        const SERVER: &[&str] = &["--package", "gateway", "--test", "acceptance"];
        /// Unit tests that are long: as fast as the product.
        const REACH: &[&str] = &["--release", "--package", "reach", "--lib"];
        Some(match self {
            Self::All => ("kill -9 under load", SERVER, "durability"),
            Self::S3 => ("kill -9 under S3's load and compaction", SERVER, "objects"),
            Self::Archive => ("a world of one GiB as one file", SERVER, "archive"),
            Self::Verdicts => ("verdicts in random networks", REACH, "tests::property"),
            Self::Blocks => return None,
        })
    }
}

/// `cargo xtask soak`: what `cargo xtask test` proves in its short form, at length.
pub(crate) fn soak(only: Option<Proof>) -> Result<()> {
    let binary = binary()?;
    for proof in Proof::EVERY.into_iter().filter(|proof| only.is_none_or(|only| only == *proof)) {
        let Some((name, of, filter)) = proof.tests() else {
            test::blocks(&binary)?;
            continue;
        };
        let mut tests = cargo(&["test", "--locked"]);
        tests.args(of).args([filter, "--", "--nocapture"]);
        tests.env("ANGAE_BIN", &binary).env("ANGAE_KILL_ROUNDS", LONG_ROUNDS);
        tests.env("ANGAE_REACH_NETWORKS", LONG_NETWORKS);
        Step::begin(name).command(tests)?;
    }
    Ok(())
}
