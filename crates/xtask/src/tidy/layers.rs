//! Which crate may import which, and where each crate lies.

use crate::workspace;
use anyhow::{Context, Result};
use std::path::Path;

/// Our crates by layer, from the ground up. A crate imports only from lower layers.
const LAYERS: [&[&str]; 8] = [
    &["shape"],
    &["base", "codegen"],
    &["shapes-*"],
    &[
        "apis",
        "authz",
        "instance-types",
        "key-material",
        "machine-images",
        "managed",
        "net-map",
        "reach",
        "store",
        "wire",
    ],
    &["blob", "policy", "host"],
    &["ports"],
    &["ec2-resource"],
    &[
        "archive",
        "compute",
        "ebs",
        "efs",
        "eks",
        "elb",
        "iam",
        "instance-metadata",
        "organizations",
        "route53",
        "s3",
        "vpc",
    ],
];
/// Above every layer: they may import anything.
const TOP: [&str; 3] = ["gateway", "testkit", "xtask"];

/// Outside crates that are hidden by one crate of ours.
const HIDDEN: [(&str, &[&str]); 5] = [
    ("rusqlite", &["store"]),
    ("quick-xml", &["wire", "testkit"]),
    ("axum", &["gateway"]),
    ("hyper", &["gateway", "testkit", "xtask"]),
    ("rustls", &["gateway", "testkit"]),
];

/// Breaches in all manifests.
pub(crate) fn check() -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for folder in workspace::crates()? {
        let text = std::fs::read_to_string(folder.join("Cargo.toml"))?;
        let manifest: toml::Table = toml::from_str(&text).with_context(|| folder.display().to_string())?;
        breaches.extend(check_one(&folder, &manifest));
    }
    Ok(breaches)
}

fn check_one(folder: &Path, manifest: &toml::Table) -> Vec<String> {
    let mut breaches = Vec::new();
    let package =
        manifest.get("package").and_then(|p| p.get("name")).and_then(toml::Value::as_str).unwrap_or("");
    let lies_in = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if package != lies_in && package != format!("shapes-{lies_in}") {
        breaches.push(format!("{}: the package is called {package}", folder.display()));
    }
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    if lints != Some(true) {
        breaches.push(format!("{package}: does not inherit the workspace's lints"));
    }
    let own = layer(package);
    for import in imports(manifest) {
        if let Some((_, hiders)) = HIDDEN.iter().find(|(outside, _)| *outside == import)
            && !hiders.contains(&package)
        {
            breaches.push(format!("{package} imports {import}, which {} hides", hiders.join(" or ")));
        }
        let Some(other) = layer(&import) else { continue };
        if own.is_none_or(|own| other >= own) {
            breaches.push(format!("{package} imports {import}: no arrow leads there (ARCHITECTURE.md)"));
        }
    }
    if own.is_none() {
        breaches.push(format!(
            "{package}: stands on no layer; name it in xtask's tidy/layers.rs and ARCHITECTURE.md"
        ));
    }
    breaches
}

/// The position of one of our crates; `None` for an outside one.
fn layer(package: &str) -> Option<usize> {
    if TOP.contains(&package) {
        return Some(LAYERS.len());
    }
    let wildcard = if package.starts_with("shapes-") { "shapes-*" } else { package };
    LAYERS.iter().position(|layer| layer.contains(&wildcard))
}

/// Names under `[dependencies]`. Tests and build scripts may reach further.
fn imports(manifest: &toml::Table) -> Vec<String> {
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::check_one;
    use std::path::Path;

    #[track_caller]
    fn breaches(package: &str, import: &str) -> usize {
        let text = format!(
            "[package]\nname = \"{package}\"\n[lints]\nworkspace = true\n[dependencies]\n{import}.workspace = true\n"
        );
        check_one(Path::new(package), &toml::from_str(&text).unwrap()).len()
    }

    #[test]
    fn arrows_lead_down_only() {
        for (package, import, want) in [
            ("vpc", "ports", 0),
            ("vpc", "iam", 1),
            ("ports", "vpc", 1),
            ("wire", "store", 1),
            ("gateway", "vpc", 0),
            ("store", "rusqlite", 0),
            ("vpc", "rusqlite", 1),
            ("base", "shape", 0),
            ("shape", "base", 1),
        ] {
            assert_eq!(breaches(package, import), want, "{package} → {import}");
        }
    }
}
