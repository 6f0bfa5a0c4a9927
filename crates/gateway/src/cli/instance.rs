//! `angae instance …`: the instances of a running angae, and what makes a shell one of them.

use super::{http, print};
use crate::failure::Failure;
use crate::settings::Settings;
use ::http::Method;
use clap::{Args, Subcommand};
use comfy_table::Table;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::process::ExitCode;

/// What is asked.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The world; where it is left out, the one the port leads to
    #[arg(long, global = true)]
    world: Option<String>,
    #[command(subcommand)]
    question: Question,
}

/// What is asked.
#[derive(Subcommand)]
enum Question {
    /// List the instances with where each finds its metadata service
    List,
    /// Print what makes a shell see what the instance sees: eval "$(angae instance metadata i-…)"
    Metadata {
        /// The instance
        id: String,
        /// On the port of angae, below a path, instead of at an address of its own. The SDKs for Go and JavaScript forget paths
        #[arg(long)]
        path: bool,
    },
}

/// Variables that stand before the metadata service.
const BEFORE: &str =
    "AWS_EC2_METADATA_DISABLED AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE";

pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let ask = |method, target: &str| -> Result<Value, Failure> {
        let answer = http::Call::new(settings, method, target, arguments.world.as_deref())?.send()?;
        serde_json::from_slice(&answer).map_err(|error| Failure::new(format!("{target}: {error}")))
    };
    match &arguments.question {
        Question::List => {
            let told = ask(Method::GET, "/_angae/instances")?;
            if settings.json {
                print::json(&told);
            } else {
                print::text(table(&told));
            }
        }
        Question::Metadata { id, path } => {
            let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
            let told = ask(Method::POST, &format!("/_angae/instances/{id}/address"))?;
            if settings.json {
                print::json(&told);
            } else {
                print::text(variables(&told, *path));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The list for people.
fn table(told: &Value) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["instance", "name", "account", "region", "state", "metadata"]);
    for own in told["instances"].as_array().into_iter().flatten() {
        let text = |name: &str| own[name].as_str().unwrap_or_default().to_owned();
        let place = own["address"].as_str().or(own["path"].as_str()).unwrap_or_default().to_owned();
        table.add_row([text("id"), text("name"), text("account"), text("region"), text("state"), place]);
    }
    table
}

/// The variables. Where the instance has no address, the path is printed with the reason.
fn variables(told: &Value, by_path: bool) -> String {
    let path = told["path"].as_str().unwrap_or_default();
    let address = told["address"].as_str().filter(|_| !by_path);
    let why =
        told["why"].as_str().filter(|_| !by_path).map(|why| format!("# no address of its own: {why}\n"));
    format!(
        "{}export AWS_EC2_METADATA_SERVICE_ENDPOINT={}\nunset {BEFORE}",
        why.unwrap_or_default(),
        address.unwrap_or(path)
    )
}

#[cfg(test)]
mod tests {
    use super::variables;
    use serde_json::json;

    #[test]
    fn the_address_is_printed_and_else_the_path_with_the_reason() {
        let path = "http://127.0.0.1:4566/_angae/instances/i-1/metadata";
        let own = json!({ "path": path, "address": "http://127.169.0.9:4566" });
        assert!(variables(&own, false).starts_with(
            "export AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.169.0.9:4566\nunset AWS_EC2_METADATA_DISABLED "
        ));
        let by_path = format!("export AWS_EC2_METADATA_SERVICE_ENDPOINT={path}\n");
        assert!(variables(&own, true).starts_with(&by_path));
        let none = json!({ "path": path, "address": null, "why": "no address is free" });
        let said = variables(&none, false);
        assert!(
            said.starts_with(&format!("# no address of its own: no address is free\n{by_path}")),
            "{said}"
        );
    }
}
