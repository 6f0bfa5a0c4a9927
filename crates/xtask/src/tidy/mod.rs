//! The house rules a compiler does not know: layers, sizes, names, bans, debris.

mod layers;
mod refusals;
mod suites;
mod text;

use crate::workspace;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `tidy.toml`: files that are longer than the limit on purpose, each with its reason.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Excuses {
    #[serde(default)]
    long_files: BTreeMap<String, String>,
}

/// Checks every rule and lists every breach.
pub(crate) fn run() -> Result<()> {
    let root = workspace::root();
    let excuses: Excuses = match std::fs::read_to_string(root.join("tidy.toml")) {
        Ok(text) => toml::from_str(&text).context("tidy.toml")?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Excuses::default(),
        Err(error) => return Err(error).context("tidy.toml"),
    };
    let mut breaches = layers::check()?;
    breaches.extend(refusals::check()?);
    breaches.extend(suites::check()?);
    for file in sources(&root)? {
        let name = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
        let source = std::fs::read_to_string(&file).with_context(|| name.clone())?;
        breaches.extend(text::check(&name, &source, excuses.long_files.contains_key(&name)));
    }
    for name in excuses.long_files.keys().filter(|name| !root.join(name).exists()) {
        breaches.push(format!("tidy.toml excuses {name}, which does not exist"));
    }
    if !breaches.is_empty() {
        bail!("{} breaches of the house rules:\n  {}", breaches.len(), breaches.join("\n  "));
    }
    Ok(())
}

/// Every Rust file of ours.
fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.join("crates"), root.join("bench")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
