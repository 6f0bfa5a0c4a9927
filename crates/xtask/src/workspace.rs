//! Where things are.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The workspace's folder: of the clone that cargo was called in, which need not be the one this program was compiled in,
/// as clones may share a target folder. Without cargo it is that one.
pub(crate) fn root() -> PathBuf {
    let own = variable("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned());
    let own = Path::new(&own);
    own.ancestors().nth(2).unwrap_or(own).to_path_buf()
}

/// An environment variable; automation has no settings file to read it from.
#[expect(clippy::disallowed_methods, reason = "automation is steered by its environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where downloads and virtual environments are kept between runs.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = match variable("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(variable("HOME").context("HOME is not set")?).join(".cache"),
    };
    let cache = base.join("angae");
    std::fs::create_dir_all(&cache).with_context(|| cache.display().to_string())?;
    Ok(cache)
}

/// The folders of all crates, generated ones included, in order.
pub(crate) fn crates() -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in [root().join("crates"), root().join("crates/shapes")] {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.join("Cargo.toml").is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The packages made from models.
pub(crate) fn generated_packages() -> Result<Vec<String>> {
    let shapes = root().join("crates/shapes");
    let own = crates()?.into_iter().filter(|path| path.parent() == Some(&*shapes));
    Ok(own.filter_map(|path| Some(format!("shapes-{}", path.file_name()?.to_str()?))).collect())
}
