//! `cargo xtask check`: the whole gate that needs no running program.

use crate::run::{Step, cargo};
use crate::tidy;
use anyhow::Result;

/// Format, lints, house rules, licences, documentation. Every step runs; the first failure decides the outcome.
pub(crate) fn run() -> Result<()> {
    Step::begin("format").cargo(&["fmt", "--all", "--check"])?;
    for suite in ["tests/rust/Cargo.toml", "tests/object_store/Cargo.toml", "bench/cedar/Cargo.toml"] {
        Step::begin(&format!("format of {suite}")).cargo(&["fmt", "--manifest-path", suite, "--check"])?;
    }
    Step::begin("house rules").done(tidy::run())?;
    Step::begin("licences").done(crate::licences::run())?;
    Step::begin("lints").cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ])?;
    // A package outside the workspace, which nothing else here builds.
    let fuzz = "fuzz/Cargo.toml";
    Step::begin("fuzz targets").cargo(&["check", "--manifest-path", fuzz, "--all-targets", "--locked"])?;
    let mut docs = cargo(&["doc", "--workspace", "--no-deps", "--locked", "--document-private-items"]);
    docs.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links");
    for generated in crate::workspace::generated_packages()? {
        docs.args(["--exclude", &generated]);
    }
    Step::begin("documentation").command(docs)
}
