//! Where the conformance data lie, and how a suite reports what it ran.

use std::io::Write;
use std::path::PathBuf;

/// The folder of the conformance data; `None`, said aloud, where there is none.
pub(crate) fn folder(suite: &str) -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "no program is configured here: the data lie outside the repository"
    )]
    let folder = std::env::var_os("ANGAE_CONFORMANCE");
    if folder.is_none() {
        report(&format!("{suite}: SKIPPED, ANGAE_CONFORMANCE names no folder"));
    }
    folder.map(PathBuf::from)
}

/// Prints a line past the capture of passing tests: how much ran is worth knowing then, too.
pub(crate) fn report(line: &str) {
    // A reader that has gone away is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{line}");
}
