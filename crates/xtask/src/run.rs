//! Running other programs, with progress.

use anyhow::{Context, Result, bail};
use std::process::Command;

/// One step of a longer run: says its name before, and how it ended after.
pub(crate) struct Step {
    name: String,
    started: std::time::Instant,
}

impl Step {
    /// Announces the step.
    #[expect(clippy::disallowed_methods, reason = "progress for people; no world is involved")]
    pub(crate) fn begin(name: &str) -> Self {
        eprintln!("== {name}");
        Self { name: name.to_owned(), started: std::time::Instant::now() }
    }

    /// Runs cargo as this step.
    pub(crate) fn cargo(self, arguments: &[&str]) -> Result<()> {
        self.command(cargo(arguments))
    }

    /// Runs a command as this step.
    pub(crate) fn command(self, mut command: Command) -> Result<()> {
        let status = command.status().with_context(|| format!("{command:?} cannot be run"))?;
        let outcome = if status.success() { Ok(()) } else { Err(anyhow::anyhow!("{command:?}: {status}")) };
        self.done(outcome)
    }

    /// Runs a command as this step beside others: what it says is told where it fails.
    pub(crate) fn beside_others(self, mut command: Command) -> Result<()> {
        let output = command.output().with_context(|| format!("{command:?} cannot be run"))?;
        if output.status.success() {
            return self.done(Ok(()));
        }
        let said = [output.stdout, output.stderr].concat();
        let (said, status) = (String::from_utf8_lossy(&said), output.status);
        self.done(Err(anyhow::anyhow!("{command:?}: {status}\n{said}")))
    }

    /// Ends the step with what it came to.
    pub(crate) fn done(self, outcome: Result<()>) -> Result<()> {
        let took = self.started.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                eprintln!("== {}: ok ({took:.1} s)", self.name);
                Ok(())
            }
            Err(error) => bail!("{} failed after {took:.1} s: {error:#}", self.name),
        }
    }
}

/// The cargo that runs us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(crate::workspace::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    command.args(arguments);
    command.current_dir(crate::workspace::root());
    command
}
