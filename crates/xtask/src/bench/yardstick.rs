//! What angae is compared with: moto's server, pinned and installed by the bench itself.

use crate::test::environment;
use crate::workspace;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// The environment moto's server is started from, made once for its pins.
pub(crate) fn install() -> Result<PathBuf> {
    let folder = workspace::cache()?.join("moto");
    let pins = workspace::root().join("tests/clients/requirements-moto.txt");
    environment(&pins, &folder).context("moto cannot be installed; --no-yardstick goes without it")?;
    Ok(folder)
}
