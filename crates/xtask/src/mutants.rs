//! `cargo xtask mutants`: the code of a crate, changed in every small way; a change that no unit test notices is a test
//! that is missing, or a line that does nothing. With cargo-mutants, which it installs into the cache by itself.
//!
//! It takes a while, so it is no part of any gate. The crate's `mutants.toml` says which files are examined and
//! which changes survive for a reason; a survivor that is not listed fails the run, and so does a listed one that is
//! caught or gone, so the list stays true.

use crate::run::{Step, cargo};
use crate::workspace;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The pinned version of cargo-mutants.
const CARGO_MUTANTS: &str = "27.1.0";
/// The least time tests get before they count as endless. Those of an engine take a second.
const LEAST_SECONDS: &str = "20";

/// Services that decide in a crate of its own.
const ENGINES: [(&str, &str); 2] = [("iam", "policy"), ("vpc", "reach")];

/// A crate's `mutants.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The files examined: below `src`, what their paths begin with.
    files: Vec<String>,
    /// Changes that no test can notice.
    #[serde(default)]
    survivor: Vec<Survivor>,
}

/// A change that survives for a reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Survivor {
    /// The file below `src`, and the change as cargo-mutants names it: `span.rs: replace < with <= in Walk::position`.
    change: String,
    /// A piece of the line, within which the change is made: it tells two changes of one name apart.
    code: String,
    /// Why nothing can notice it.
    reason: String,
}

/// A change that was made, and where.
#[derive(Debug, PartialEq, Eq)]
struct Mutant {
    /// As `Survivor::change`.
    change: String,
    /// Below `src`.
    file: String,
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
}

/// All mutants of a run, by what became of them.
struct Outcomes {
    caught: Vec<Mutant>,
    missed: Vec<Mutant>,
    /// Endless loops count as noticed.
    timeout: Vec<Mutant>,
    /// What does not compile.
    unviable: usize,
}

/// Runs all mutants of a package or of a service's engine, or those of its files with `only` in their path, and holds
/// the survivors against the crate's list.
pub(crate) fn run(package: &str, only: Option<&str>) -> Result<()> {
    let package =
        ENGINES.iter().find(|(service, _)| *service == package).map_or(package, |(_, engine)| *engine);
    let folder = workspace::root().join("crates").join(package);
    let settings = folder.join("mutants.toml");
    let text = std::fs::read_to_string(&settings).with_context(|| settings.display().to_string())?;
    let settings: Settings = toml::from_str(&text).with_context(|| settings.display().to_string())?;
    let output = crate::test::target()?.join(format!("mutants-{package}"));
    std::fs::create_dir_all(&output).with_context(|| output.display().to_string())?;
    let source = folder.join("src");
    let mut files = Vec::new();
    list(&source, &source, &mut files)?;
    files.retain(|file| settings.files.iter().any(|start| file.starts_with(start.as_str())));
    files.retain(|file| only.is_none_or(|only| file.contains(only)));
    files.sort();
    let step = Step::begin(&format!("mutants of {package}"));
    let judged = make(package, &files, &output)
        .and_then(|()| Outcomes::read(package, &output.join("mutants.out")))
        .and_then(|outcomes| judge(&outcomes, &source, &files, &settings.survivor));
    step.done(judged)
}

/// The sources in a folder and below, as paths below `src`.
fn list(source: &Path, folder: &Path, found: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            list(source, &path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path.strip_prefix(source)?.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

/// Makes the mutants, each in a copy of the workspace, and runs the crate's unit tests on each.
fn make(package: &str, files: &[String], output: &Path) -> Result<()> {
    if files.is_empty() {
        bail!("no such file is examined");
    }
    let tool = tool()?;
    let mut command = cargo(&["mutants", "--package", package, "--no-shuffle", "--cargo-arg=--lib"]);
    command.args(["--minimum-test-timeout", LEAST_SECONDS]).arg("--output").arg(output);
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    command.arg("--jobs").arg(jobs.to_string());
    for file in files {
        command.arg("--file").arg(format!("crates/{package}/src/{file}"));
    }
    // Of one mutant to the next little is built anew, and nothing that debuggers need.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_TEST_DEBUG", "0");
    command.env("CARGO_INCREMENTAL", "1");
    // Each job has its copy of the workspace, and builds in it.
    command.env_remove("CARGO_TARGET_DIR").env("TMPDIR", output);
    let path = workspace::variable("PATH").unwrap_or_default();
    let folders = std::iter::once(tool.join("bin")).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(folders).context("PATH")?);
    let status = command.status().with_context(|| format!("{command:?} cannot be run"))?;
    match status.code() {
        // All noticed; some not; some endless.
        Some(0 | 2 | 3) => Ok(()),
        _ => bail!("{command:?}: {status}"),
    }
}

fn tool() -> Result<PathBuf> {
    let tool = workspace::cache()?.join(format!("cargo-mutants-{CARGO_MUTANTS}"));
    if !tool.join("bin/cargo-mutants").is_file() {
        let mut install =
            cargo(&["install", "cargo-mutants", "--locked", "--version", CARGO_MUTANTS, "--root"]);
        install.arg(&tool);
        Step::begin("cargo-mutants").command(install)?;
    }
    Ok(tool)
}

impl Outcomes {
    /// Reads what cargo-mutants wrote: a list for each outcome.
    fn read(package: &str, folder: &Path) -> Result<Self> {
        let read = |name: &str| {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let mutants =
                text.lines().map(|line| Mutant::parse(package, line).with_context(|| line.to_owned()));
            mutants.collect::<Result<Vec<Mutant>>>()
        };
        Ok(Self {
            caught: read("caught.txt")?,
            missed: read("missed.txt")?,
            timeout: read("timeout.txt")?,
            unviable: read("unviable.txt")?.len(),
        })
    }
}

impl Mutant {
    /// Reads `crates/policy/src/span.rs:30:14: replace < with <= in Walk::position`.
    fn parse(package: &str, text: &str) -> Option<Self> {
        let text = text.strip_prefix(&format!("crates/{package}/src/"))?;
        let mut parts = text.splitn(4, ':');
        let (file, line, column) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let change = format!("{file}:{}", parts.next()?);
        Some(Self { change, file: file.to_owned(), line, column })
    }
}

impl Survivor {
    /// Whether this is the change, made in a line of code.
    fn names(&self, mutant: &Mutant, line: &str) -> bool {
        let place = line.char_indices().nth(mutant.column - 1).map_or(line.len(), |(at, _)| at);
        let within = |(at, code): (usize, &str)| (at..at + code.len()).contains(&place);
        self.change == mutant.change && line.match_indices(&*self.code).any(within)
    }
}

/// Fails for survivors that are not listed, and for listed ones that do not survive. What lies in other files than
/// those examined is left alone.
fn judge(outcomes: &Outcomes, source: &Path, files: &[String], survivors: &[Survivor]) -> Result<()> {
    let mut texts = BTreeMap::new();
    for file in files {
        let path = source.join(file);
        texts.insert(&**file, std::fs::read_to_string(&path).with_context(|| path.display().to_string())?);
    }
    let breaches = breaches(outcomes, &texts, survivors);
    let Outcomes { caught, missed, timeout, unviable } = outcomes;
    println!(
        "{} mutants: {} caught, {} endless, {} survive, {unviable} do not compile",
        caught.len() + timeout.len() + missed.len() + unviable,
        caught.len(),
        timeout.len(),
        missed.len()
    );
    if breaches.is_empty() { Ok(()) } else { bail!("\n{}", breaches.join("\n")) }
}

fn breaches(outcomes: &Outcomes, texts: &BTreeMap<&str, String>, survivors: &[Survivor]) -> Vec<String> {
    let line = |mutant: &Mutant| {
        texts.get(&*mutant.file).and_then(|text| text.lines().nth(mutant.line - 1)).unwrap_or_default()
    };
    let is_named = |survivor: &Survivor, mutants: &[Mutant]| {
        mutants.iter().any(|mutant| survivor.names(mutant, line(mutant)))
    };
    let unlisted = outcomes
        .missed
        .iter()
        .filter(|mutant| !survivors.iter().any(|survivor| survivor.names(mutant, line(mutant))));
    let mut breaches: Vec<String> = unlisted
        .map(|mutant| {
            format!("no test notices: {}\n    {}: {}", mutant.change, mutant.line, line(mutant).trim())
        })
        .collect();
    for survivor in survivors {
        let Survivor { change, code, reason } = survivor;
        if !change.split_once(':').is_some_and(|(file, _)| texts.contains_key(file)) {
            continue;
        }
        if is_named(survivor, &outcomes.caught) || is_named(survivor, &outcomes.timeout) {
            breaches.push(format!("listed, but a test notices: {change}\n    {code}"));
        } else if !is_named(survivor, &outcomes.missed) {
            breaches.push(format!("listed, but there is no such change: {change}\n    {code}"));
        }
        if reason.trim().is_empty() {
            breaches.push(format!("listed without a reason: {change}"));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::{Mutant, Outcomes, Survivor, breaches};
    use std::collections::BTreeMap;

    fn mutant(text: &str) -> Mutant {
        Mutant::parse("policy", &format!("crates/policy/src/{text}")).expect("a mutant's name")
    }

    fn survivor(change: &str, code: &str) -> Survivor {
        Survivor { change: change.to_owned(), code: code.to_owned(), reason: "equal".to_owned() }
    }

    #[test]
    fn mutants_are_read_as_they_are_named() {
        let want = Mutant {
            change: "a/b.rs: replace f -> Option<a::B> with None".to_owned(),
            file: "a/b.rs".to_owned(),
            line: 3,
            column: 5,
        };
        assert_eq!(mutant("a/b.rs:3:5: replace f -> Option<a::B> with None"), want);
        assert_eq!(Mutant::parse("policy", "crates/iam/src/a.rs:3:5: replace f"), None);
    }

    #[test]
    fn the_list_of_survivors_has_to_be_true() {
        let text = "fn f(a: u8) -> bool {\n    a < 5 && a < 6\n}\n";
        let texts: BTreeMap<&str, String> = [("a.rs", text.to_owned())].into();
        let change = "a.rs: replace < with <= in f";
        let (one, two) = ("a.rs:2:7: replace < with <= in f", "a.rs:2:16: replace < with <= in f");
        for (caught, missed, listed, want) in [
            (&[one, two][..], &[][..], vec![], &[][..]),
            (&[one], &[two], vec![survivor(change, "a < 6")], &[]),
            (&[one], &[two], vec![], &["no test notices"]),
            (&[one], &[two], vec![survivor(change, "a < 5")], &["no test notices", "listed, but a test"]),
            (&[one, two], &[], vec![survivor(change, "a < 6")], &["listed, but a test"]),
            (&[one, two], &[], vec![survivor(change, "a < 7")], &["listed, but there is no"]),
            // Of a file that is not examined, nothing is known.
            (&[one, two], &[], vec![survivor("b.rs: replace f with ()", "f")], &[]),
        ] {
            let read = |names: &[&str]| names.iter().map(|name| mutant(name)).collect();
            let outcomes =
                Outcomes { caught: read(caught), missed: read(missed), timeout: Vec::new(), unviable: 0 };
            let got = breaches(&outcomes, &texts, &listed);
            assert_eq!(got.len(), want.len(), "{got:?}");
            for (got, want) in got.iter().zip(want) {
                assert!(got.starts_with(want), "{got} {want}");
            }
        }
    }
}
