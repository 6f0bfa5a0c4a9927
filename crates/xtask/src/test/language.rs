//! How each language's suite is installed and run, by that language's own tools.
//!
//! Downloads go where the language keeps them (Go's module cache, Maven's repository, cargo's registry) or into the
//! suite's folder in our cache; nothing is written beside the sources but one link that Node insists on.

use super::install;
use crate::run::{Step, cargo};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// What a suite is written in.
pub(super) enum Language {
    /// `unittest` in a virtual environment of the pinned packages.
    Python { requirements: &'static str, tests: &'static [&'static str] },
    /// `unittest` without a package, around a program that the machine has.
    Program { tools: &'static [(&'static str, &'static str)], test: &'static str },
    /// `unittest` without a package, around a program of Go's that is built from the module of its pins.
    GoProgram { module: &'static str, package: &'static str, test: &'static str },
    /// `go test`.
    Go,
    /// Node's own test runner.
    Node,
    /// JUnit by Maven.
    Java,
    /// A package outside the workspace.
    Rust,
}

/// A step's name and its command.
type Named = (String, Command);

impl Language {
    /// The programs that must be there, each with the argument that makes it say its version.
    pub(super) const fn tools(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Python { .. } => &[("python3", "--version")],
            Self::Program { tools, .. } => tools,
            Self::GoProgram { .. } => &[("python3", "--version"), ("go", "version")],
            Self::Go => &[("go", "version")],
            Self::Node => &[("node", "--version"), ("npm", "--version")],
            Self::Java => &[("javac", "-version"), ("mvn", "--version")],
            Self::Rust => &[],
        }
    }

    /// The modules of `unittest` that it runs.
    pub(super) fn modules(&self) -> Vec<&'static str> {
        match self {
            Self::Python { tests, .. } => tests.to_vec(),
            Self::Program { test, .. } | Self::GoProgram { test, .. } => vec![*test],
            Self::Go | Self::Node | Self::Java | Self::Rust => Vec::new(),
        }
    }

    /// Installs what is needed and names the commands that run the suite in `folder`.
    pub(super) fn commands(&self, folder: &Path, cache: &Path, target: &Path) -> Result<Vec<Named>> {
        match self {
            Self::Python { requirements, tests } => {
                environment(&folder.join(requirements), cache)?;
                Ok(tests.iter().map(|test| ((*test).to_owned(), unittest(test, cache))).collect())
            }
            Self::Program { test, .. } => Ok(vec![tests(plain_unittest(test))]),
            Self::GoProgram { module, package, test } => {
                let program = cache.join("program");
                go_program(&folder.join(module), package, cache, &program)?;
                let mut test = plain_unittest(test);
                test.env("ANGAE_TOOL_BIN", program);
                Ok(vec![tests(test)])
            }
            Self::Go => {
                let mut test = Command::new("go");
                test.args(["test", "-count=1", "./..."]).env("GOWORK", "off");
                Ok(vec![tests(test)])
            }
            Self::Node => {
                packages(folder, cache)?;
                let mut test = Command::new("node");
                test.args(["--test", "--test-reporter=dot"]);
                Ok(vec![tests(test)])
            }
            Self::Java => {
                let mut test = Command::new("mvn");
                test.args(["--batch-mode", "--no-transfer-progress", "--quiet", "test"]);
                test.arg(format!("-Dangae.build={}", target.join("java").display()));
                Ok(vec![tests(test)])
            }
            Self::Rust => {
                let mut test = cargo(&["test", "--quiet", "--locked"]);
                test.env("CARGO_TARGET_DIR", cache);
                Ok(vec![tests(test)])
            }
        }
    }
}

fn tests(command: Command) -> Named {
    ("tests".to_owned(), command)
}

/// A virtual environment with the pinned packages.
pub(crate) fn environment(requirements: &Path, cache: &Path) -> Result<()> {
    install::once(cache, &text(requirements)?, || {
        let mut make = Command::new("python3");
        make.args(["-m", "venv"]).arg(cache);
        Step::begin("environment").command(make)?;
        let mut install = Command::new(cache.join("bin/python"));
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        install.arg(requirements);
        Step::begin("packages").command(install)
    })
}

fn unittest(test: &str, cache: &Path) -> Command {
    let mut command = Command::new(cache.join("bin/python"));
    command.args(["-m", "unittest", "--quiet", test]);
    command.env("ANGAE_PYTHON_BIN", cache.join("bin"));
    command
}

/// The machine's own Python: the standard library is all that these scripts need.
fn plain_unittest(test: &str) -> Command {
    let mut command = Command::new("python3");
    command.args(["-m", "unittest", "--quiet", test]);
    command
}

/// Builds a package by its module's `go.sum`.
fn go_program(module: &Path, package: &str, cache: &Path, program: &Path) -> Result<()> {
    install::once(cache, &text(&module.join("go.sum"))?, || {
        let mut build = Command::new("go");
        build.arg("build").arg("-o").arg(program).arg(package).current_dir(module).env("GOWORK", "off");
        Step::begin("build").command(build)
    })
}

/// The locked packages, in the cache, and the link through which Node finds them from the sources.
fn packages(folder: &Path, cache: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    install::once(cache, &text(&lock)?, || {
        for file in ["package.json", "package-lock.json"] {
            std::fs::copy(folder.join(file), cache.join(file)).with_context(|| file.to_owned())?;
        }
        let mut install = Command::new("npm");
        install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]).current_dir(cache);
        Step::begin("packages").command(install)
    })?;
    let (link, packages) = (folder.join("node_modules"), cache.join("node_modules"));
    if std::fs::read_link(&link).is_ok_and(|leads_to| leads_to == packages) {
        return Ok(());
    }
    if link.is_symlink() {
        std::fs::remove_file(&link)?;
    }
    std::os::unix::fs::symlink(&packages, &link).with_context(|| link.display().to_string())
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}
