//! Licences of everything that is linked in, held against `deny.toml`.

use crate::run::cargo;
use crate::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;

/// The product, the packages that test it through clients written in Rust, and the one it is measured beside.
const MANIFESTS: [&str; 4] =
    ["Cargo.toml", "tests/rust/Cargo.toml", "tests/object_store/Cargo.toml", "bench/cedar/Cargo.toml"];

/// Reads the resolved dependency trees and refuses what is not on the list.
pub(crate) fn run() -> Result<()> {
    let allowed = allowed()?;
    let mut refused = Vec::new();
    for manifest in MANIFESTS {
        check(manifest, &allowed, &mut refused)?;
    }
    if !refused.is_empty() {
        bail!("not on the list in deny.toml:\n  {}", refused.join("\n  "));
    }
    Ok(())
}

fn check(manifest: &str, allowed: &BTreeSet<String>, refused: &mut Vec<String>) -> Result<()> {
    let arguments = ["metadata", "--format-version", "1", "--locked", "--manifest-path", manifest];
    let output = cargo(&arguments).output()?;
    if !output.status.success() {
        bail!("cargo metadata of {manifest}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        match package["license"].as_str() {
            Some(expression) if satisfied(expression, allowed) => {}
            Some(expression) => refused.push(format!("{name}: {expression}")),
            None => refused.push(format!("{name}: names no licence")),
        }
        if package["source"].as_str().is_some_and(|source| !source.starts_with("registry+")) {
            refused.push(format!("{name}: does not come from the registry"));
        }
    }
    Ok(())
}

fn allowed() -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(workspace::root().join("deny.toml"))?;
    let file: toml::Value = toml::from_str(&text)?;
    let list = file.get("licenses").and_then(|table| table.get("allow")).and_then(toml::Value::as_array);
    let list = list.context("deny.toml has no licenses.allow")?;
    Ok(list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

/// Whether an SPDX expression can be met from the list: `OR` offers a choice, `AND` asks for both.
fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    let one = |licence: &str| allowed.contains(licence.trim());
    // Without parentheses OR binds last: every expression in the tree reads the same that way, or is refused.
    expression.split(" OR ").any(|choice| choice.split(" AND ").all(one))
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn expressions_are_met_from_the_list() {
        let allowed = ["MIT", "Apache-2.0"].map(str::to_owned).into();
        for (expression, met) in [
            ("MIT", true),
            ("MIT OR GPL-3.0", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND GPL-3.0", false),
            ("GPL-3.0", false),
            ("(MIT OR Apache-2.0) AND MIT", true),
        ] {
            assert_eq!(satisfied(expression, &allowed), met, "{expression}");
        }
    }
}
