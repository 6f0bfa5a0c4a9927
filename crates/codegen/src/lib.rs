//! From an API's `model.json` and `patch.json` to Rust.
//!
//! Three stages, one module each: [`patch`] corrects the model, [`model`] lowers it to types in which every naming
//! rule is resolved, [`mod@print`] writes the Rust source. Each `crates/shapes/<api>/build.rs` calls [`build`]. The
//! lowered form is public because tests build shapes from it without a compiler.

pub mod model;
pub mod names;
pub mod patch;
pub mod print;

use std::path::{Path, PathBuf};

/// Why a model cannot be turned into Rust.
#[derive(Debug)]
pub struct Error(pub String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// The whole of a shapes crate's build script: from the crate's folder into the folder that cargo names.
///
/// Both folders are asked for when the script runs: a script compiled for one clone may be run for another that
/// shares its target folder.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells build scripts by environment where to read and write"
)]
#[expect(clippy::print_stdout, reason = "build scripts talk to cargo there")]
pub fn build(id: &str) -> Result<(), Error> {
    // The folder, not its files: naming a patch.json that is not there would run this at every build.
    println!("cargo::rerun-if-changed=.");
    let folder = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).ok_or_else(|| Error(format!("{name} is not set")))
    };
    generate(id, &folder("CARGO_MANIFEST_DIR")?, &folder("OUT_DIR")?)
}

/// Reads `model.json` and `patch.json` in `folder` and writes `api.rs` into `out`.
pub fn generate(id: &str, folder: &Path, out: &Path) -> Result<(), Error> {
    let api = load(id, folder)?;
    let target = out.join("api.rs");
    std::fs::write(&target, print::api(&api)).map_err(|error| Error(format!("{}: {error}", target.display())))
}

/// The lowered form of the API in `folder`.
pub fn load(id: &str, folder: &Path) -> Result<model::Api, Error> {
    let mut json = read(&folder.join("model.json"))?;
    let patch = folder.join("patch.json");
    if patch.exists() {
        patch::apply(&mut json, &read(&patch)?)
            .map_err(|error| Error(format!("{}: {error}", patch.display())))?;
    }
    model::lower(id, &json)
}

fn read(path: &Path) -> Result<serde_json::Value, Error> {
    let text =
        std::fs::read_to_string(path).map_err(|error| Error(format!("{}: {error}", path.display())))?;
    serde_json::from_str(&text).map_err(|error| Error(format!("{}: {error}", path.display())))
}
