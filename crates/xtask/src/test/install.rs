//! What suites need is installed once for each set of pins.

use anyhow::{Context, Result};
use std::path::Path;

/// Runs `install` unless it already filled this folder by the same pins. A broken installation leaves no mark.
pub(crate) fn once(folder: &Path, pins: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let mark = folder.join("complete");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == pins) {
        return Ok(());
    }
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    install()?;
    std::fs::write(&mark, pins).with_context(|| mark.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::once;

    #[test]
    fn only_other_pins_or_a_failure_install_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("suite");
        let mut installed = Vec::new();
        for (pins, works) in [("1", false), ("1", true), ("1", true), ("2", true)] {
            let outcome = once(&folder, pins, || {
                installed.push(pins);
                anyhow::ensure!(works, "broken");
                Ok(())
            });
            assert_eq!(outcome.is_ok(), works);
        }
        assert_eq!(installed, ["1", "1", "2"]);
    }
}
