//! Where the binary under test lies.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The binary `angae`: the one named by `ANGAE_BIN`, which `cargo xtask test` sets; else the one this workspace
/// builds, brought up to date once a process, so that a bare `cargo test -p vpc` never judges an old build.
pub(crate) fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| variable("ANGAE_BIN").map_or_else(build, PathBuf::from))
}

/// An environment variable that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the harness is steered by the environment its runner sets")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The folder of the crate whose tests run. Asked for when they run: they may have been compiled in another clone that
/// shares its target folder.
pub fn crate_folder() -> PathBuf {
    variable("CARGO_MANIFEST_DIR").map(PathBuf::from).expect("cargo tells tests where their crate lies")
}

fn build() -> PathBuf {
    let cargo = variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["build", "--package", "gateway", "--bin", "angae", "--locked", "--quiet"])
        .current_dir(crate_folder())
        .status()
        .expect("cargo, which runs this test, can be run");
    assert!(status.success(), "the binary under test does not build");
    // target/debug/deps/acceptance-0123 → target/debug/angae
    let own = std::env::current_exe().expect("a running test has a file");
    let folder = own.ancestors().nth(2).expect("tests lie in the profile's folder deps");
    folder.join("angae")
}
