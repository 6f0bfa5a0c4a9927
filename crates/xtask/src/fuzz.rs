//! `cargo xtask fuzz`: every fuzz target in turn, with cargo-fuzz, which it installs into the cache by itself.
//!
//! The coverage counters that libFuzzer needs are stable compiler flags; the sanitizers are not, and the workspace
//! forbids the code they look for. So everything runs on the pinned toolchain, without them.

use crate::run::{Step, cargo};
use crate::workspace;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// The pinned version of cargo-fuzz.
const CARGO_FUZZ: &str = "0.13.2";
/// One input that takes longer is a finding.
const MOST_SECONDS: u32 = 20;
/// One input that takes more memory is a finding.
const MOST_MEBIBYTES: u32 = 1024;

/// Runs every target for so many seconds. The first finding ends the run; its input lies in `fuzz/artifacts`.
pub(crate) fn run(seconds: u32) -> Result<()> {
    let tool = workspace::cache()?.join(format!("cargo-fuzz-{CARGO_FUZZ}"));
    if !tool.join("bin/cargo-fuzz").is_file() {
        let mut install = cargo(&["install", "cargo-fuzz", "--locked", "--version", CARGO_FUZZ, "--root"]);
        install.arg(&tool);
        Step::begin("cargo-fuzz").command(install)?;
    }
    Step::begin("fuzz targets").command(fuzz(&tool, &["build", "--sanitizer", "none"])?)?;
    for target in targets()? {
        let (corpus, seeds) = (format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}"));
        std::fs::create_dir_all(workspace::root().join(&corpus))?;
        let mut command = fuzz(&tool, &["run", "--sanitizer", "none", &target, &corpus, &seeds, "--"])?;
        command.arg(format!("-max_total_time={seconds}"));
        command.arg(format!("-timeout={MOST_SECONDS}")).arg(format!("-rss_limit_mb={MOST_MEBIBYTES}"));
        command.arg("-print_final_stats=1");
        // The byte store's target makes and removes a folder for each input: memory is the place for them.
        if Path::new("/dev/shm").is_dir() {
            command.env("TMPDIR", "/dev/shm");
        }
        Step::begin(&format!("fuzz: {target}")).command(command)?;
    }
    Ok(())
}

/// `cargo fuzz …` with the pinned tool before any other.
fn fuzz(tool: &Path, arguments: &[&str]) -> Result<Command> {
    let mut command = cargo(&[&["fuzz"], arguments].concat());
    let path = workspace::variable("PATH").unwrap_or_default();
    let folders = std::iter::once(tool.join("bin")).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(folders).context("PATH")?);
    Ok(command)
}

/// The targets' names, in order.
fn targets() -> Result<Vec<String>> {
    let folder = workspace::root().join("fuzz/fuzz_targets");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        found.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
    }
    found.sort();
    Ok(found)
}
