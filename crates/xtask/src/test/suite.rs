//! The suites of real clients: one table, and how a row runs.

use super::language::Language;
use crate::run::Step;
use crate::workspace;
use anyhow::{Result, anyhow};
use std::collections::VecDeque;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One suite of real clients.
pub(super) struct Suite {
    /// What the summary calls it, and its folder in the cache.
    pub(super) name: &'static str,
    /// Where it lies in the workspace.
    folder: &'static str,
    /// What installs and runs it.
    language: Language,
    /// What of the machine it opens, where not every machine can give it: no suite fails for the lack of it.
    device: Option<&'static str>,
}

/// How a suite ended, where it did not fail.
#[derive(Clone, Copy)]
pub(super) enum Outcome {
    Passed,
    /// A program is missing, which CI installs.
    Skipped {
        missing: &'static str,
    },
    /// The machine cannot, whatever is installed.
    Impossible {
        without: &'static str,
    },
}

/// The AWS CLI pins another botocore than boto3 does, and both sign by other code where `awscrt` is installed: each has
/// an environment of its own.
pub(super) const SUITES: [Suite; 16] = [
    Suite {
        name: "boto3",
        folder: "tests/clients",
        device: None,
        language: Language::Python {
            requirements: "requirements-boto3.txt",
            tests: &[
                "test_wire",
                "test_routing",
                "test_ec2",
                "test_ec2_capacity",
                "test_ec2_compute",
                "test_ec2_connections",
                "test_ec2_dry_run",
                "test_ec2_endpoints",
                "test_ec2_filters",
                "test_ec2_images",
                "test_ec2_interfaces",
                "test_ec2_metadata",
                "test_ec2_pages",
                "test_ec2_tokens",
                "test_ec2_terraform",
                "test_ec2_volumes",
                "test_ec2_waiters",
                "test_ec2_watching",
                "test_eks",
                "test_elb",
                "test_iam",
                "test_sts",
                "test_iam_federation",
                "test_least_privilege",
                "test_organizations",
                "test_route53",
                "test_iam_toolbox",
                "test_s3",
                "test_s3_checksums",
                "test_s3_configuration",
                "test_s3_objects",
                "test_s3_transfer",
                "test_s3_web",
                "test_s3_plane",
                "test_s3_terraform",
                "test_efs",
                "test_ebs_direct",
                "test_not_implemented",
                "test_worlds",
                "test_hostile",
                "test_hostile_http",
                "test_hostile_blocks",
                "test_hostile_chunks",
                "test_hostile_s3",
                "test_hostile_signatures",
                "test_hostile_clients",
                "test_hostile_pages",
            ],
        },
    },
    Suite {
        name: "aws-cli",
        folder: "tests/clients",
        device: None,
        language: Language::Python {
            requirements: "requirements-awscli.txt",
            tests: &[
                "test_aws_cli",
                "test_aws_cli_eks",
                "test_aws_cli_elb",
                "test_aws_cli_network",
                "test_aws_cli_s3",
                "test_aws_cli_sts",
            ],
        },
    },
    Suite {
        name: "boto3-crt",
        folder: "tests/clients",
        device: None,
        language: Language::Python { requirements: "requirements-boto3-crt.txt", tests: &["test_s3_crt"] },
    },
    Suite {
        name: "aws-cli-crt",
        folder: "tests/clients",
        device: None,
        language: Language::Python {
            requirements: "requirements-awscli-crt.txt",
            tests: &["test_aws_cli_crt"],
        },
    },
    Suite {
        name: "ansible",
        folder: "tests/clients",
        device: None,
        language: Language::Python { requirements: "requirements-ansible.txt", tests: &["test_ansible"] },
    },
    Suite {
        name: "s3-tools",
        folder: "tests/clients",
        device: None,
        language: Language::Python {
            requirements: "requirements-s3-tools.txt",
            tests: &["test_minio", "test_pyarrow", "test_duckdb"],
        },
    },
    program("s3cmd", &[PYTHON, ("s3cmd", "--version")], "test_s3cmd"),
    program("rclone", &[PYTHON, ("rclone", "version")], "test_rclone"),
    program("restic", &[PYTHON, ("restic", "version")], "test_restic"),
    Suite {
        device: Some("/dev/fuse"),
        ..program("s3fs", &[PYTHON, ("s3fs", "--version"), ("fusermount", "-V")], "test_s3fs")
    },
    Suite {
        name: "s5cmd",
        folder: "tests/clients",
        device: None,
        language: Language::GoProgram {
            module: "s5cmd",
            package: "github.com/peak/s5cmd/v2",
            test: "test_s5cmd",
        },
    },
    Suite { name: "aws-sdk-go-v2", folder: "tests/go", device: None, language: Language::Go },
    Suite { name: "aws-sdk-js-v3", folder: "tests/js", device: None, language: Language::Node },
    Suite { name: "aws-sdk-java-v2", folder: "tests/java", device: None, language: Language::Java },
    Suite { name: "aws-sdk-rust", folder: "tests/rust", device: None, language: Language::Rust },
    Suite { name: "object_store", folder: "tests/object_store", device: None, language: Language::Rust },
];

/// What runs the scripts around programs.
const PYTHON: (&str, &str) = ("python3", "--version");

/// A suite around a program of the machine's.
const fn program(
    name: &'static str,
    tools: &'static [(&'static str, &'static str)],
    test: &'static str,
) -> Suite {
    Suite { name, folder: "tests/clients", device: None, language: Language::Program { tools, test } }
}

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

/// The modules of `tests/clients` that some suite runs.
pub(crate) fn modules() -> Vec<&'static str> {
    SUITES.iter().flat_map(|suite| suite.language.modules()).collect()
}

/// What of a suite is run by itself.
struct Part {
    /// Which suite it is of.
    suite: usize,
    /// What it is called: the suite, and what of it.
    name: String,
    command: Command,
}

impl Suite {
    /// Installs what the suite needs, and names its parts; or says why it is not run.
    fn parts(&self, suite: usize, target: &Path) -> Result<std::result::Result<Vec<Part>, Outcome>> {
        let missing = self.language.tools().iter().find(|(tool, question)| !answers(tool, question));
        if let Some((missing, _)) = missing {
            return Ok(Err(Outcome::Skipped { missing }));
        }
        if let Some(without) = self.device.filter(|device| !opens(device)) {
            return Ok(Err(Outcome::Impossible { without }));
        }
        let folder = workspace::root().join(self.folder);
        let cache = workspace::cache()?.join(self.name);
        let part = |(what, mut command): (String, Command)| {
            command.current_dir(&folder).env("ANGAE_BIN", target.join("debug/angae"));
            command.env("ANGAE_BRIDGE", target.join("debug/bridge"));
            for name in LEADS_ELSEWHERE {
                command.env_remove(name);
            }
            Part { suite, name: format!("{}: {what}", self.name), command }
        };
        Ok(Ok(self.language.commands(&folder, &cache, target)?.into_iter().map(part).collect()))
    }
}

/// Runs all suites against the binary in `target`: installs them one by one, then runs their parts, as many at once as
/// there are processors. A part that fails keeps no other from running.
pub(super) fn run(target: &Path) -> Vec<(&'static str, Result<Outcome>)> {
    let mut outcomes = Vec::new();
    let mut parts = VecDeque::new();
    for (number, suite) in SUITES.iter().enumerate() {
        outcomes.push(match suite.parts(number, target) {
            Ok(Ok(own)) => {
                parts.extend(own);
                Ok(Outcome::Passed)
            }
            Ok(Err(outcome)) => Ok(outcome),
            Err(error) => Err(error),
        });
    }
    let (parts, outcomes) = (Mutex::new(parts), Mutex::new(outcomes));
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(part) = next(&parts) {
                    if let Err(error) = Step::begin(&part.name).beside_others(part.command) {
                        eprintln!("{error:#}");
                        locked(&outcomes)[part.suite] = Err(anyhow!("{} failed", part.name));
                    }
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    SUITES.iter().map(|suite| suite.name).zip(outcomes).collect()
}

/// The part whose turn it is; others may take theirs meanwhile.
fn next(parts: &Mutex<VecDeque<Part>>) -> Option<Part> {
    locked(parts).pop_front()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a tool is there and works.
fn answers(tool: &str, question: &str) -> bool {
    let mut command = Command::new(tool);
    command.arg(question).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether a device lets itself be opened to read and to write.
fn opens(device: &str) -> bool {
    std::fs::OpenOptions::new().read(true).write(true).open(device).is_ok()
}
