//! `cargo xtask coverage`: the lists of operations that are not implemented. A test of the gateway holds the committed
//! lists against what is registered; here they are written, and do not grow unless that is asked for.

use crate::acceptance;
use crate::workspace;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Writes `coverage/<api>.txt` for every API.
pub(crate) fn run(allow_growth: bool) -> Result<()> {
    let output = Command::new(acceptance::binary()?).args(["coverage", "--json"]).output()?;
    let rows: Vec<serde_json::Value> =
        serde_json::from_slice(&output.stdout).context("angae coverage --json")?;
    let folder = workspace::root().join("coverage");
    std::fs::create_dir_all(&folder)?;
    let mut grown = Vec::new();
    for row in &rows {
        let api = row["api"].as_str().context("a row without an API")?;
        let missing: Vec<&str> = row["not_implemented"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str())
            .collect();
        let file = folder.join(format!("{api}.txt"));
        let before = read(&file)?;
        let new = missing.iter().filter(|name| !before.lines().any(|line| line == **name));
        if file.exists() {
            grown.extend(new.map(|name| format!("{api}: {name}")));
        }
        if grown.is_empty() || allow_growth {
            std::fs::write(&file, missing.iter().map(|name| format!("{name}\n")).collect::<String>())?;
        }
        println!("{api}: {} not implemented", missing.len());
    }
    if !grown.is_empty() && !allow_growth {
        bail!("the lists may only shrink (--allow-growth lets them grow):\n  {}", grown.join("\n  "));
    }
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    match std::fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.with_context(|| file.display().to_string()),
    }
}
