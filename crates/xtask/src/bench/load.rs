//! Load from a process of its own: xtask runs itself again and feeds it signed requests. It then does nothing but
//! send, receive and take times.
//!
//! ```text
//! to it:    one line of JSON (Plan), then each request as its length (u32, little endian) and its bytes;
//!           one line "go" for each round; the end of the input ends it
//! from it:  one line "ready"; one line of JSON (Round) for each round
//! ```

use super::connection::Connection;
use super::meter::{cpu, median, now};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// The hidden sub-command's name.
pub(crate) const COMMAND: &str = "bench-load";

/// What the load consists of.
#[derive(Serialize, Deserialize)]
struct Plan {
    address: SocketAddr,
    clients: usize,
    requests: usize,
    per_round: usize,
}

/// What one round came to.
#[derive(Serialize, Deserialize)]
struct Round {
    wall_seconds: f64,
    bytes: u64,
    p50_micros: f64,
    p99_micros: f64,
    /// The first answer that was no success.
    failure: Option<String>,
}

/// The medians of several rounds.
#[derive(Clone, Copy)]
pub(crate) struct Outcome {
    pub(crate) cpu_micros: f64,
    pub(crate) wall_seconds: f64,
    pub(crate) p50_micros: f64,
    pub(crate) p99_micros: f64,
    /// Bytes of all answers of a round.
    pub(crate) bytes: u64,
}

impl Outcome {
    /// Megabytes of answers a second.
    pub(crate) fn megabytes_per_second(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.wall_seconds
    }
}

/// Sends `requests`, in order and from the start again where they run out, `per_round` of them in each round.
/// Meanwhile the processor time of the server `pid` is read.
pub(crate) fn run(
    address: SocketAddr,
    pid: u32,
    clients: usize,
    requests: &[Vec<u8>],
    (rounds, per_round): (usize, usize),
) -> Result<Outcome> {
    let mut load = Load::start((address, pid), clients, requests, per_round)?;
    for _ in 0..rounds {
        load.round()?;
    }
    Ok(load.outcome())
}

/// Requests to one server, sent in rounds.
pub(crate) struct Load {
    sender: Sender,
    pid: u32,
    per_round: usize,
    done: Vec<Round>,
    cpu_micros: Vec<f64>,
}

impl Load {
    /// Gets everything ready: where the server listens, and its process.
    pub(crate) fn start(
        (address, pid): (SocketAddr, u32),
        clients: usize,
        requests: &[Vec<u8>],
        per_round: usize,
    ) -> Result<Self> {
        let plan = Plan { address, clients, requests: requests.len(), per_round };
        let sender = Sender::start(&plan, requests)?;
        Ok(Self { sender, pid, per_round, done: Vec::new(), cpu_micros: Vec::new() })
    }

    /// Sends the requests of one round.
    pub(crate) fn round(&mut self) -> Result<()> {
        let before = cpu(self.pid)?;
        let round = self.sender.round()?;
        let used = cpu(self.pid)?.saturating_sub(before);
        if let Some(failure) = round.failure {
            bail!("a request failed: {failure}");
        }
        self.cpu_micros.push(used.as_secs_f64() * 1e6 / self.per_round as f64);
        self.done.push(round);
        Ok(())
    }

    /// The medians of the rounds.
    pub(crate) fn outcome(&self) -> Outcome {
        let of = |figure: fn(&Round) -> f64| median(self.done.iter().map(figure).collect());
        Outcome {
            cpu_micros: median(self.cpu_micros.clone()),
            wall_seconds: of(|round| round.wall_seconds),
            p50_micros: of(|round| round.p50_micros),
            p99_micros: of(|round| round.p99_micros),
            bytes: self.done.last().map_or(0, |round| round.bytes),
        }
    }
}

/// The other process, seen from this one.
struct Sender {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Sender {
    fn start(plan: &Plan, requests: &[Vec<u8>]) -> Result<Self> {
        let own = std::env::current_exe().context("xtask cannot find itself")?;
        let mut command = Command::new(own);
        command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("the load's process cannot be started")?;
        let mut input = child.stdin.take().context("the load's process has no input")?;
        let output = BufReader::new(child.stdout.take().context("the load's process has no output")?);
        let mut bytes = serde_json::to_vec(plan)?;
        bytes.push(b'\n');
        for request in requests {
            bytes.extend_from_slice(&u32::try_from(request.len())?.to_le_bytes());
            bytes.extend_from_slice(request);
        }
        input.write_all(&bytes)?;
        input.flush()?;
        let mut sender = Self { child, input, output };
        let ready = sender.line()?;
        if ready != "ready" { Err(anyhow::anyhow!("the load is not ready: {ready}")) } else { Ok(sender) }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    fn round(&mut self) -> Result<Round> {
        self.input.write_all(b"go\n")?;
        let line = self.line()?;
        serde_json::from_str(&line).with_context(|| format!("the load's process answered {line:?}"))
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is waited for, so that nothing is left behind.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// The other process itself.
pub(crate) fn serve() -> Result<()> {
    let mut input = std::io::stdin().lock();
    let mut line = String::new();
    input.read_line(&mut line)?;
    let plan: Plan = serde_json::from_str(&line).context("the plan")?;
    let mut requests = Vec::with_capacity(plan.requests);
    for _ in 0..plan.requests {
        let mut length = [0; 4];
        input.read_exact(&mut length)?;
        let mut request = vec![0; u32::from_le_bytes(length) as usize];
        input.read_exact(&mut request)?;
        requests.push(request);
    }
    let mut connections: Vec<Connection> = (0..plan.clients).map(|_| Connection::new(plan.address)).collect();
    for connection in &mut connections {
        connection.open()?;
    }
    println!("ready");
    let mut from = 0;
    line.clear();
    while input.read_line(&mut line)? > 0 {
        println!("{}", serde_json::to_string(&round(&mut connections, &requests, from, plan.per_round))?);
        from += plan.per_round;
        line.clear();
    }
    Ok(())
}

/// What one client saw.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    bytes: u64,
    failure: Option<String>,
}

fn round(connections: &mut [Connection], requests: &[Vec<u8>], from: usize, count: usize) -> Round {
    let clients = connections.len();
    let started = now();
    let seen: Vec<Seen> = std::thread::scope(|scope| {
        let work: Vec<_> = connections
            .iter_mut()
            .enumerate()
            .map(|(client, connection)| {
                scope.spawn(move || {
                    let turns = (client..count).step_by(clients);
                    client_round(connection, turns.map(|turn| &*requests[(from + turn) % requests.len()]))
                })
            })
            .collect();
        work.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    });
    let wall_seconds = started.elapsed().as_secs_f64();
    let mut times: Vec<Duration> = seen.iter().flat_map(|seen| seen.times.iter().copied()).collect();
    times.sort();
    let micros = |percent: usize| {
        times
            .get((times.len() * percent / 100).min(times.len().saturating_sub(1)))
            .map_or(0.0, |time| time.as_secs_f64() * 1e6)
    };
    let lost = (times.len() != count).then(|| "a client ended early".to_owned());
    Round {
        wall_seconds,
        bytes: seen.iter().map(|seen| seen.bytes).sum(),
        p50_micros: micros(50),
        p99_micros: micros(99),
        failure: seen.into_iter().find_map(|seen| seen.failure).or(lost),
    }
}

/// One client's part of a round; it ends at the first failure.
fn client_round<'a>(connection: &mut Connection, requests: impl Iterator<Item = &'a [u8]>) -> Seen {
    let mut seen = Seen::default();
    for request in requests {
        let started = now();
        let mut first = Vec::new();
        let outcome = connection.exchange(request, |piece| {
            if first.is_empty() {
                first.extend_from_slice(&piece[..piece.len().min(500)]);
            }
        });
        seen.times.push(started.elapsed());
        match outcome {
            Ok(answer) if (200..300).contains(&answer.status) => seen.bytes += answer.length,
            Ok(answer) => {
                seen.failure = Some(format!("{}: {}", answer.status, String::from_utf8_lossy(&first)));
                break;
            }
            Err(error) => {
                seen.failure = Some(format!("{error:#}"));
                break;
            }
        }
    }
    seen
}
