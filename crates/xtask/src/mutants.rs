//! `cargo xtask mutants`: the code of a crate, changed in every small way; a change that no test notices is a test that
//! is missing, or a line that does nothing. With cargo-mutants, which it installs into the cache by itself.
//!
//! It takes an hour, so it is no part of any gate. What survives for a reason is named, with the reason, in the crate's
//! `mutants.toml`.

use crate::run::{Step, cargo};
use crate::workspace;
use anyhow::{Context, Result};

/// The pinned version of cargo-mutants.
const CARGO_MUTANTS: &str = "27.1.0";

/// Runs all mutants of a package, or those of its files with `file` in their path.
pub(crate) fn run(package: &str, file: Option<&str>) -> Result<()> {
    let tool = workspace::cache()?.join(format!("cargo-mutants-{CARGO_MUTANTS}"));
    if !tool.join("bin/cargo-mutants").is_file() {
        let mut install =
            cargo(&["install", "cargo-mutants", "--locked", "--version", CARGO_MUTANTS, "--root"]);
        install.arg(&tool);
        Step::begin("cargo-mutants").command(install)?;
    }
    let mut command =
        cargo(&["mutants", "--package", package, "--baseline", "skip", "--timeout", "60", "--no-shuffle"]);
    let folder = workspace::root().join("crates").join(package);
    command.arg("--output").arg(workspace::root().join("target"));
    let settings = folder.join("mutants.toml");
    if settings.is_file() {
        command.arg("--config").arg(settings);
    }
    if let Some(file) = file {
        command.arg("--file").arg(format!("crates/{package}/src/**/*{file}*"));
    }
    let path = workspace::variable("PATH").unwrap_or_default();
    let folders = std::iter::once(tool.join("bin")).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(folders).context("PATH")?);
    Step::begin(&format!("mutants of {package}")).command(command)
}
