//! `angae state …`: save, load and empty the state of a running angae.

use super::{http, print};
use crate::failure::Failure;
use crate::settings::Settings;
use ::http::Method;
use clap::Subcommand;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to do with the state.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Write the whole state into one file (- for standard output)
    Export {
        /// The file
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Replace the whole state by an exported file (- for standard input)
    Import {
        /// The file
        file: PathBuf,
    },
    /// Throw everything away, or what one service keeps
    Reset {
        /// Only this service: vpc, s3, iam
        #[arg(long)]
        service: Option<String>,
    },
}

pub(crate) fn run(settings: &Settings, action: &Action) -> Result<ExitCode, Failure> {
    match action {
        Action::Export { file } => {
            let state = http::call(settings, Method::GET, "/_angae/state", Vec::new())?;
            write(file, &state).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
        }
        Action::Import { file } => {
            let state = read(file).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
            report(settings, &http::call(settings, Method::POST, "/_angae/state", state)?);
        }
        Action::Reset { service } => {
            let target = match service {
                Some(service) if !service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                    return Err(Failure::new(format!("{service:?} is no service")));
                }
                Some(service) => format!("/_angae/reset?service={service}"),
                None => "/_angae/reset".to_owned(),
            };
            report(settings, &http::call(settings, Method::POST, &target, Vec::new())?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what a page answered: as it is for programs, its `message` for people.
fn report(settings: &Settings, answer: &[u8]) {
    let text = String::from_utf8_lossy(answer);
    let message = serde_json::from_slice::<serde_json::Value>(answer)
        .ok()
        .and_then(|json| json.get("message")?.as_str().map(str::to_owned));
    match message {
        Some(message) if !settings.json => print::text(message),
        _ => print::text(text.trim_end()),
    }
}

fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if file == Path::new("-") {
        return std::io::stdout().write_all(bytes);
    }
    std::fs::write(file, bytes)
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}
