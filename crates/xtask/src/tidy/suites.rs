//! A test of real clients that no suite names never runs.

use crate::{test, workspace};
use anyhow::{Context, Result};
use std::path::Path;

/// Where the tests in Python lie.
const FOLDER: &str = "tests/clients";

/// Lists every test that is in no suite.
pub(super) fn check() -> Result<Vec<String>> {
    unnamed(&workspace::root().join(FOLDER), &test::modules())
}

/// The `test_*.py` of a folder that are none of `modules`.
fn unnamed(folder: &Path, modules: &[&str]) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let file = entry?.file_name();
        let module = file.to_str().and_then(|name| name.strip_suffix(".py"));
        let Some(module) = module.filter(|module| module.starts_with("test_")) else { continue };
        if !modules.contains(&module) {
            breaches.push(format!("{FOLDER}/{module}.py: no suite of xtask's test/suite.rs runs it"));
        }
    }
    breaches.sort();
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::unnamed;

    #[test]
    fn each_test_of_the_folder_is_in_a_suite() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["test_a.py", "test_b.py", "server.py", "test_c.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(unnamed(folder.path(), &["test_a", "test_b"]).unwrap(), Vec::<String>::new());
        let breach = "tests/clients/test_b.py: no suite of xtask's test/suite.rs runs it";
        assert_eq!(unnamed(folder.path(), &["test_a", "b"]).unwrap(), [breach]);
    }
}
