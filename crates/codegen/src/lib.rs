//! From an API's `model.json` and `patch.json` to Rust.
//!
//! Three stages, one module each: [`patch`] corrects the model, [`model`] lowers it to types in which every naming
//! rule is resolved, [`mod@print`] writes the Rust source. Each `crates/shapes/<api>/build.rs` calls [`generate`]. The
//! lowered form is public because tests build shapes from it without a compiler.

pub mod model;
pub mod names;
pub mod patch;
pub mod print;

use std::path::Path;

/// Why a model cannot be turned into Rust.
#[derive(Debug)]
pub struct Error(pub String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

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
