//! Generates the API from its model.

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts by environment where to write")]
fn main() -> Result<(), codegen::Error> {
    // The folder, not its files: naming a patch.json that is not there would run this at every build.
    println!("cargo::rerun-if-changed=.");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| codegen::Error("OUT_DIR is not set".to_owned()))?;
    codegen::generate("organizations", folder, Path::new(&out))
}
