//! What angae is compared with: moto's server, pinned and installed by the bench itself.

use crate::test::{Suite, environment, python};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// moto and what its server needs, in a cached environment.
const MOTO: Suite = Suite { name: "moto", requirements: "requirements-moto.txt", tests: &[] };

/// The environment moto's server is started from.
pub(crate) fn install() -> Result<PathBuf> {
    let python = python().context("no python3 was found; --no-yardstick goes without moto")?;
    environment(&python, &MOTO)
}
