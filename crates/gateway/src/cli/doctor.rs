//! `angae doctor`: what this machine allows, and whether angae answers.

use super::{http, print};
use crate::failure::Failure;
use crate::settings::Settings;
use ::http::Method;
use serde::Serialize;
use std::net::{TcpListener, ToSocketAddrs};
use std::path::Path;
use std::process::{Command, ExitCode};

/// One thing looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    found: String,
    /// What would mend or unlock it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

/// Looks at everything; with `probe` only asks whether angae answers, for health checks of containers.
pub(crate) fn run(settings: &Settings, probe: bool) -> Result<ExitCode, Failure> {
    if probe {
        http::Call::new(settings, Method::GET, "/_angae/ready", None)?.send()?;
        return Ok(ExitCode::SUCCESS);
    }
    let findings = [endpoint(settings), data_folder(&settings.data_dir), wildcard_names(), aws_cli()];
    if settings.json {
        print::json(&findings);
    } else {
        let mut table = print::table(&["", "what", "found"]);
        for finding in &findings {
            table.add_row([if finding.ok { "ok" } else { "--" }, finding.what, &finding.found]);
            if let Some(advice) = &finding.advice {
                table.add_row(["", "", advice]);
            }
        }
        print::text(table);
    }
    Ok(ExitCode::SUCCESS)
}

fn endpoint(settings: &Settings) -> Finding {
    let url = settings.endpoint(settings.address.port());
    let what = "endpoint";
    match http::Call::new(settings, Method::GET, "/_angae/ready", None).and_then(http::Call::send) {
        Ok(_) => Finding { what, ok: true, found: format!("angae answers on {url}"), advice: None },
        Err(_) if TcpListener::bind(settings.address).is_ok() => Finding {
            what,
            ok: false,
            found: format!("nothing listens on {url}"),
            advice: Some("start it: angae".to_owned()),
        },
        Err(_) => Finding {
            what,
            ok: false,
            found: format!("something else listens on {}", settings.address),
            advice: Some("stop it, or start angae with --port".to_owned()),
        },
    }
}

fn data_folder(folder: &Path) -> Finding {
    let what = "data folder";
    let found = folder.display().to_string();
    match std::fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => Finding {
            what,
            ok: false,
            found: format!("{found} is a file"),
            advice: Some("choose another with --data-dir".to_owned()),
        },
        Ok(metadata) if metadata.permissions().readonly() => Finding {
            what,
            ok: false,
            found: format!("{found} cannot be written"),
            advice: Some("choose another with --data-dir".to_owned()),
        },
        Ok(_) => Finding { what, ok: true, found, advice: None },
        Err(_) => {
            Finding { what, ok: true, found: format!("{found} (made at the first start)"), advice: None }
        }
    }
}

/// Whether `bucket.localhost` resolves: virtual-host S3 and S3 Control need it.
fn wildcard_names() -> Finding {
    let what = "*.localhost";
    let resolves =
        ("angae-probe.localhost", 4566).to_socket_addrs().is_ok_and(|mut found| found.next().is_some());
    if resolves {
        return Finding { what, ok: true, found: "resolves to loopback".to_owned(), advice: None };
    }
    Finding {
        what,
        ok: false,
        found: "does not resolve".to_owned(),
        advice: Some(
            "use http://127.0.0.1:4566 (path style), or add the names you need to the hosts file".to_owned(),
        ),
    }
}

fn aws_cli() -> Finding {
    let what = "AWS CLI";
    match Command::new("aws").arg("--version").output() {
        Ok(output) if output.status.success() => Finding {
            what,
            ok: true,
            found: String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            advice: None,
        },
        _ => Finding {
            what,
            ok: false,
            found: "not installed".to_owned(),
            advice: Some("pip install awscli".to_owned()),
        },
    }
}
