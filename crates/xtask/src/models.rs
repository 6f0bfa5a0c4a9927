//! `cargo xtask models`: distils botocore's models into `crates/shapes/<api>/model.json`.
//!
//! Documentation, examples and endpoint rules are left out; paginators and waiters go into the same file. One shape
//! or operation stands on a line, sorted, so that a difference shows by shape. No correction is applied here: those
//! stand in `patch.json`.

use crate::workspace;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Our folder and botocore's, where they differ.
const RENAMED: [(&str, &str); 0] = [];

/// Keys that describe, but do not define.
const PROSE: [&str; 7] = [
    "documentation",
    "documentationUrl",
    "deprecatedMessage",
    "deprecatedSince",
    "examples",
    "smokeTests",
    "endpointdiscovery",
];

/// Updates every API from the folder that holds botocore's `data`.
pub(crate) fn run(data: &Path) -> Result<()> {
    let version = botocore_version(data)?;
    let shapes = workspace::root().join("crates/shapes");
    for folder in workspace::crates()?.into_iter().filter(|path| path.parent() == Some(&*shapes)) {
        let id = folder.file_name().and_then(|name| name.to_str()).context("a crate's folder has a name")?;
        let source = RENAMED.iter().find(|(ours, _)| *ours == id).map_or(id, |(_, theirs)| theirs);
        update(&folder, &newest(&data.join(source))?, &version).with_context(|| id.to_owned())?;
    }
    Ok(())
}

fn update(folder: &Path, source: &Path, version: &str) -> Result<()> {
    let mut model = read(source, "service-2")?.context("there is no service-2.json")?;
    strip(&mut model);
    let keep = std::fs::read_to_string(folder.join("keep.txt")).ok();
    let operations = model["operations"].as_object_mut().context("there are no operations")?;
    if let Some(keep) = &keep {
        operations.retain(|name, _| keep.lines().any(|line| line.trim() == name));
    }
    let mut names: Vec<String> = operations.keys().cloned().collect();
    names.sort();
    let pagination = read(source, "paginators-1")?.map(|file| file["pagination"].clone());
    let waiters = read(source, "waiters-2")?.map(|file| file["waiters"].clone());
    let root = model.as_object_mut().context("the model is an object")?;
    for (key, value) in [("paginators", pagination), ("waiters", waiters)] {
        let mut value = value.unwrap_or_else(|| Value::Object(Map::new()));
        strip(&mut value);
        root.insert(key.to_owned(), value);
    }
    std::fs::write(folder.join("model.json"), render(root))?;
    std::fs::write(folder.join("operations.golden"), names.join("\n") + "\n")?;
    std::fs::write(folder.join("SOURCE"), format!("botocore {version}\n"))?;
    println!("{}: {} operations", folder.display(), names.len());
    Ok(())
}

/// Removes what describes. Members of `shapes`, `members` and `operations` are names, not keys, and stay.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| !PROSE.contains(&key.as_str()) || is_definition(value));
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}

/// A member that happens to be called like a describing key refers to a shape.
fn is_definition(value: &Value) -> bool {
    value.get("shape").is_some() || value.get("type").is_some()
}

/// One shape or operation a line, sorted.
fn render(root: &Map<String, Value>) -> String {
    let mut text = String::from("{\n");
    let mut sections: Vec<_> = root.iter().collect();
    sections.sort_by_key(|(name, _)| name.as_str());
    for (position, (name, section)) in sections.iter().enumerate() {
        let comma = if position + 1 < sections.len() { "," } else { "" };
        let entries = section.as_object().filter(|_| name.as_str() != "metadata");
        let body = match entries {
            Some(entries) if !entries.is_empty() => {
                let mut lines: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}:{value}", Value::from(key.as_str())))
                    .collect();
                lines.sort();
                format!("{{\n{}\n}}", lines.join(",\n"))
            }
            _ => section.to_string(),
        };
        writeln!(text, "{}:{body}{comma}", Value::from(name.as_str()))
            .expect("writing to a String cannot fail");
    }
    text + "}\n"
}

/// The newest of an API's dated folders.
fn newest(folder: &Path) -> Result<PathBuf> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut dates: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|p| p.is_dir()).collect();
    dates.sort();
    dates.pop().with_context(|| format!("{} holds no dated folder", folder.display()))
}

fn read(folder: &Path, name: &str) -> Result<Option<Value>> {
    let plain = folder.join(format!("{name}.json"));
    if plain.exists() {
        return Ok(Some(serde_json::from_slice(&std::fs::read(plain)?)?));
    }
    let packed = folder.join(format!("{name}.json.gz"));
    if !packed.exists() {
        return Ok(None);
    }
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(packed)?).read_to_end(&mut text)?;
    Ok(Some(serde_json::from_slice(&text)?))
}

/// The version, from the package around the data folder.
fn botocore_version(data: &Path) -> Result<String> {
    let init = data.parent().unwrap_or(data).join("__init__.py");
    let text = std::fs::read_to_string(&init).with_context(|| init.display().to_string())?;
    let line = text.lines().find_map(|line| line.strip_prefix("__version__ = "));
    match line {
        Some(version) => Ok(version.trim().trim_matches(['\'', '"']).to_owned()),
        None => bail!("{} names no version", init.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::strip;
    use serde_json::json;

    #[test]
    fn prose_goes_and_members_of_that_name_stay() {
        let mut model = json!({"documentation": "x", "members": {
            "documentation": {"shape": "S", "documentation": "y"}, "examples": {"shape": "T"}}});
        strip(&mut model);
        assert_eq!(model, json!({"members": {"documentation": {"shape": "S"}, "examples": {"shape": "T"}}}));
    }
}
