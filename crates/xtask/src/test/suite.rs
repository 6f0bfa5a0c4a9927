//! The suites of real clients: one table, and how a row runs.

use super::language::Language;
use crate::run::Step;
use crate::workspace;
use anyhow::Result;
use std::path::Path;
use std::process::{Command, Stdio};

/// One suite of real clients.
pub(super) struct Suite {
    /// What the summary calls it, and its folder in the cache.
    pub(super) name: &'static str,
    /// Where it lies in the workspace.
    folder: &'static str,
    /// What installs and runs it.
    language: Language,
}

/// How a suite ended, where it did not fail.
#[derive(Clone, Copy)]
pub(super) enum Outcome {
    Passed,
    Skipped { missing: &'static str },
}

/// The AWS CLI pins another botocore than boto3 does: each has an environment of its own.
pub(super) const SUITES: [Suite; 6] = [
    Suite {
        name: "boto3",
        folder: "tests/clients",
        language: Language::Python {
            requirements: "requirements-boto3.txt",
            tests: &[
                "test_wire",
                "test_routing",
                "test_ec2",
                "test_iam",
                "test_s3",
                "test_s3_configuration",
                "test_s3_objects",
                "test_s3_web",
                "test_s3_plane",
                "test_not_implemented",
                "test_worlds",
                "test_hostile",
                "test_hostile_http",
                "test_hostile_chunks",
                "test_hostile_signatures",
                "test_hostile_clients",
                "test_hostile_pages",
            ],
        },
    },
    Suite {
        name: "aws-cli",
        folder: "tests/clients",
        language: Language::Python { requirements: "requirements-awscli.txt", tests: &["test_aws_cli"] },
    },
    Suite { name: "aws-sdk-go-v2", folder: "tests/go", language: Language::Go },
    Suite { name: "aws-sdk-js-v3", folder: "tests/js", language: Language::Node },
    Suite { name: "aws-sdk-java-v2", folder: "tests/java", language: Language::Java },
    Suite { name: "aws-sdk-rust", folder: "tests/rust", language: Language::Rust },
];

/// What of the user's own set-up may lead a client elsewhere.
const LEADS_ELSEWHERE: [&str; 9] = [
    "AWS_CONFIG_FILE",
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "AWS_PROFILE",
    "AWS_REQUEST_CHECKSUM_CALCULATION",
    "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "AWS_SESSION_TOKEN",
];

impl Suite {
    /// Installs what the suite needs and runs it against the binary in `target`.
    pub(super) fn run(&self, target: &Path) -> Result<Outcome> {
        let missing = self.language.tools().iter().find(|(tool, question)| !answers(tool, question));
        if let Some((missing, _)) = missing {
            return Ok(Outcome::Skipped { missing });
        }
        let folder = workspace::root().join(self.folder);
        let cache = workspace::cache()?.join(self.name);
        for (what, mut command) in self.language.commands(&folder, &cache, target)? {
            command.current_dir(&folder).env("ANGAE_BIN", target.join("debug/angae"));
            command.env("ANGAE_BRIDGE", target.join("debug/bridge"));
            for name in LEADS_ELSEWHERE {
                command.env_remove(name);
            }
            Step::begin(&format!("{}: {what}", self.name)).command(command)?;
        }
        Ok(Outcome::Passed)
    }
}

/// Whether a tool is there and works.
fn answers(tool: &str, question: &str) -> bool {
    let mut command = Command::new(tool);
    command.arg(question).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
