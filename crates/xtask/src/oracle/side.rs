//! One of the two who answer: a process that reads cases as lines and writes answers as lines.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{BufRead, BufReader, BufWriter, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What one side says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// `allow`, `explicit deny`, `implicit deny`, and why, where it says so.
    Decided { decision: String, because: String },
    /// It does not take the case: a document is malformed to it, or a key unknown.
    Refused(String),
}

/// A running process.
pub(super) struct Side {
    name: &'static str,
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Side {
    /// Starts it.
    pub(super) fn start(name: &'static str, mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("{command:?} cannot be run"))?;
        let input = child.stdin.take().map(BufWriter::new);
        let output = child.stdout.take().context("the process has no output")?;
        Ok(Self { name, child, input, output: BufReader::new(output).lines() })
    }

    /// Its answers to these cases, in order.
    pub(super) fn ask(&mut self, cases: &[Value]) -> Result<Vec<Answer>> {
        let Self { name, input, output, .. } = self;
        let input = input.as_mut().context("the process has ended")?;
        std::thread::scope(|scope| {
            // Written beside the reading: a pipe holds only so much.
            let writer = scope.spawn(move || -> std::io::Result<()> {
                for case in cases {
                    writeln!(input, "{case}")?;
                }
                input.flush()
            });
            let mut answers = Vec::with_capacity(cases.len());
            for _ in cases {
                let line = output.next().with_context(|| format!("{name} ended amid its answers"))??;
                answers.push(Answer::read(&line).with_context(|| format!("{name}: {line}"))?);
            }
            match writer.join() {
                Ok(written) => written.with_context(|| format!("{name} does not read"))?,
                Err(_) => bail!("the writer to {name} panicked"),
            }
            Ok(answers)
        })
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        // Without input it ends by itself.
        self.input = None;
        if let Err(error) = self.child.wait() {
            eprintln!("{}: {error}", self.name);
        }
    }
}

impl Answer {
    fn read(line: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(line)?;
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        if let Some(refusal) = text("refused") {
            return Ok(Self::Refused(refusal));
        }
        let decision = text("decision").context("the answer says nothing")?;
        Ok(Self::Decided { decision, because: text("because").unwrap_or_default() })
    }

    /// What was decided.
    pub(super) fn decision(&self) -> Option<&str> {
        match self {
            Self::Decided { decision, .. } => Some(decision),
            Self::Refused(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Side};
    use serde_json::json;
    use std::process::Command;

    #[test]
    fn more_than_a_pipe_holds_is_asked_at_once() {
        let mut side = Side::start("cat", Command::new("cat")).unwrap();
        let case = json!({ "decision": "allow", "because": "x".repeat(1_000) });
        let answers = side.ask(&vec![case; 1_000]).unwrap();
        assert_eq!(answers.len(), 1_000);
        assert!(answers.iter().all(|answer| answer.decision() == Some("allow")));
        assert_eq!(side.ask(&[json!({ "refused": "why" })]).unwrap(), [Answer::Refused("why".to_owned())]);
        assert!(side.ask(&[json!({})]).is_err());
    }

    #[test]
    fn a_process_that_ends_is_told() {
        let mut side = Side::start("true", Command::new("true")).unwrap();
        assert!(side.ask(&[json!({})]).is_err());
    }
}
