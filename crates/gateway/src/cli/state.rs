//! `angae state …`: save, load and empty the state of a running angae.

use super::progress::Progress;
use super::{http, print};
use crate::failure::Failure;
use crate::settings::Settings;
use ::http::Method;
use archive::Summary;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to do with which state.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The world; where it is left out, the one the port leads to
    #[arg(long, global = true)]
    world: Option<String>,
    #[command(subcommand)]
    action: Action,
}

/// What to do with the state.
#[derive(Subcommand)]
enum Action {
    /// Write the whole state into one file, objects' bytes included (- for standard output)
    Export {
        /// The file
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Replace the whole state by an exported file (- for standard input)
    Import {
        /// The file
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Throw everything away, or what one service keeps
    Reset {
        /// Only this service: vpc, s3, iam
        #[arg(long)]
        service: Option<String>,
    },
}

pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let call = |method, target: &str| http::Call::new(settings, method, target, arguments.world.as_deref());
    match &arguments.action {
        Action::Export { file } => export(settings, call(Method::GET, "/_angae/state")?, file)?,
        Action::Import { file } => {
            let call = call(Method::POST, "/_angae/state")?;
            report(settings, &import(call, file)?);
        }
        Action::Reset { service } => {
            let target = match service {
                Some(service) if !service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                    return Err(Failure::new(format!("{service:?} is no service")));
                }
                Some(service) => format!("/_angae/reset?service={service}"),
                None => "/_angae/reset".to_owned(),
            };
            report(settings, &call(Method::POST, &target)?.send()?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}

/// What went wrong with a file.
fn failed(file: &Path, error: impl std::fmt::Display) -> Failure {
    let name = if is_standard(file) { "-".into() } else { file.to_string_lossy() };
    Failure::new(format!("{name}: {error}"))
}

/// Writes a state. A file has its name only once it is whole.
fn export(settings: &Settings, call: http::Call, file: &Path) -> Result<(), Failure> {
    if is_standard(file) {
        let output = std::io::stdout();
        if output.is_terminal() {
            return Err(Failure::new(
                "a state is no text for a terminal: name a file, or redirect the output",
            ));
        }
        let written = receive(call, &mut output.lock(), file)?;
        // The output is taken: what is said of it goes beside it.
        print::beside(said(settings, &written, file));
        return Ok(());
    }
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let outcome =
        File::create(&unfinished).map_err(|error| failed(&unfinished, error)).and_then(|mut output| {
            let written = receive(call, &mut output, file)?;
            output.sync_all().map_err(|error| failed(file, error))?;
            std::fs::rename(&unfinished, file).map_err(|error| failed(file, error))?;
            Ok(written)
        });
    if outcome.is_err() {
        // It may not even be there.
        let _gone = std::fs::remove_file(&unfinished);
    }
    print::text(said(settings, &outcome?, file));
    Ok(())
}

/// A state that was written.
struct Written {
    bytes: u64,
    summary: Summary,
}

/// What is said of it: for programs, or for people.
fn said(settings: &Settings, written: &Written, file: &Path) -> String {
    let Written { bytes, summary: Summary { rows, blobs, sha256 } } = written;
    let name = file.display().to_string();
    if settings.json {
        json!({ "file": name, "bytes": bytes, "rows": rows, "blobs": blobs, "sha256": sha256 }).to_string()
    } else {
        let to = if is_standard(file) { "standard output".to_owned() } else { name };
        format!("{rows} rows and {blobs} blobs are in {to}, {bytes} bytes")
    }
}

/// Bytes of a state's last line at the most.
const MOST_END_BYTES: usize = 1024;

fn receive(call: http::Call, output: &mut impl Write, file: &Path) -> Result<Written, Failure> {
    let mut progress = Progress::new("exported", None);
    let mut end: Vec<u8> = Vec::new();
    call.receive(|piece| {
        output.write_all(piece).map_err(|error| failed(file, error))?;
        progress.add(piece.len());
        end.extend_from_slice(&piece[piece.len().saturating_sub(MOST_END_BYTES)..]);
        end.drain(..end.len().saturating_sub(MOST_END_BYTES));
        Ok(())
    })?;
    output.flush().map_err(|error| failed(file, error))?;
    let bytes = progress.end();
    let last = end.strip_suffix(b"\n").and_then(|end| end.rsplit(|byte| *byte == b'\n').next());
    let summary = last.and_then(Summary::of_end);
    let summary = summary.ok_or_else(|| Failure::new("the state was cut off; the log of angae says why"))?;
    Ok(Written { bytes, summary })
}

fn import(call: http::Call, file: &Path) -> Result<Vec<u8>, Failure> {
    if is_standard(file) {
        return call.upload(std::io::stdin(), None, Progress::new("imported", None));
    }
    let input = File::open(file).map_err(|error| failed(file, error))?;
    let length = input.metadata().map_err(|error| failed(file, error))?;
    // A pipe has no length.
    let length = length.is_file().then_some(length.len());
    call.upload(input, length, Progress::new("imported", length))
}

/// Prints what a page answered: as it is for programs, its `message` for people.
fn report(settings: &Settings, answer: &[u8]) {
    let text = String::from_utf8_lossy(answer);
    let message = serde_json::from_slice::<Value>(answer)
        .ok()
        .and_then(|json| json.get("message")?.as_str().map(str::to_owned));
    match message {
        Some(message) if !settings.json => print::text(message),
        _ => print::text(text.trim_end()),
    }
}
