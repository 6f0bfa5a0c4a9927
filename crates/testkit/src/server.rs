//! The built binary, started for one test.

use crate::answer::Answer;
use crate::binary;
use crate::client::Client;
use crate::events::{Events, Feed};
use crate::local::START;
use rustix::process::{Pid, Signal};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Options {
    seed: u64,
    running_clock: bool,
    flags: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, running_clock: false, flags: Vec::new() }
    }
}

impl Options {
    /// With another seed than 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// With a clock that runs, instead of one that stands at [`START`] until it is advanced.
    #[must_use]
    pub fn running_clock(mut self) -> Self {
        self.running_clock = true;
        self
    }

    /// With further flags.
    #[must_use]
    pub fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }
}

/// One angae on a free port with a folder of its own. It goes, and its folder with it, when this is dropped.
pub struct Server {
    options: Options,
    folder: tempfile::TempDir,
    running: Option<Running>,
}

struct Running {
    process: Child,
    address: SocketAddr,
    /// Kept open: a process whose standard output is closed may be killed for writing to it.
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts one with the seed 1 and a stepped clock, and waits until it is ready.
    pub fn start() -> Self {
        Self::start_with(Options::default())
    }

    /// Starts one with these options.
    pub fn start_with(options: Options) -> Self {
        let folder = tempfile::Builder::new().prefix("angae-test-").tempdir();
        let folder = folder.expect("the temporary folder can be written");
        let mut server = Self { options, folder, running: None };
        server.restart();
        server
    }

    /// Its data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file its records are in.
    pub fn database(&self) -> PathBuf {
        self.folder().join("angae.db")
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().expect("it was started again after it was killed").address
    }

    /// The most memory it has had so far, in KiB; `None` where the system does not say.
    pub fn peak_kib(&self) -> Option<u64> {
        let process = self.running.as_ref()?.process.id();
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            // On a process that ended by itself, both do nothing.
            let _ended = running.process.kill();
            let _status = running.process.wait();
        }
    }

    /// Asks it to stop (SIGTERM). It goes on until what is open is answered; see [`Server::stopped`].
    pub fn ask_to_stop(&self) {
        let running = self.running.as_ref().expect("it runs");
        rustix::process::kill_process(Pid::from_child(&running.process), Signal::TERM)
            .expect("a child can be signalled");
    }

    /// Waits until it has stopped, and holds that it did so in order.
    #[track_caller]
    pub fn stopped(&mut self) {
        let mut running = self.running.take().expect("it runs");
        let status = running.process.wait().expect("a child can be waited for");
        assert!(status.success(), "{status}");
    }

    /// Ends it and opens the same folder again with further flags.
    pub fn restart_with(&mut self, flags: &[&str]) {
        self.options = std::mem::take(&mut self.options).flags(flags);
        self.restart();
    }

    /// Opens the same folder again, after [`Server::kill`].
    pub fn restart(&mut self) {
        self.kill();
        self.running = Some(self.spawn());
    }

    fn spawn(&self) -> Running {
        let clock = if self.options.running_clock {
            "running".to_owned()
        } else {
            format!("stepped:{}", START.millis)
        };
        let mut process = Command::new(binary::path())
            .args(["--port", "0", "--log", "warn", "--clock", &clock])
            .args(["--seed", &self.options.seed.to_string()])
            .arg("--data-dir")
            .arg(self.folder())
            .args(&self.options.flags)
            // Neither the user's variables nor an angae.toml nearby have a say.
            .env_clear()
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary can be run");
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut address = None;
        let mut line = String::new();
        while line.trim() != "Ready." {
            line.clear();
            let read = output.read_line(&mut line).expect("its output can be read");
            assert!(read > 0, "angae ended before it was ready");
            if let Some(endpoint) = line.trim().strip_prefix("endpoint").map(str::trim) {
                let host = endpoint.split_whitespace().next().and_then(|url| url.strip_prefix("http://"));
                address = host.and_then(|host| host.parse().ok());
            }
        }
        let address = address.expect("the endpoint is printed before Ready.");
        Running { process, address, _output: output }
    }

    /// Runs one of the binary's sub-commands against this server, with an input, to its end.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut process = Command::new(binary::path())
            .args(["--port", &self.address().port().to_string()])
            .args(arguments)
            .env_clear()
            .current_dir(self.folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be run");
        let mut stdin = process.stdin.take().expect("it is piped");
        std::thread::scope(|threads| {
            threads.spawn(move || {
                // A command that does not read its input closes it.
                let _closed = stdin.write_all(input);
            });
            process.wait_with_output().expect("it comes to its end")
        })
    }

    /// A client of a service: `ec2`, `iam`, `sts`, `s3`.
    pub fn client(&self, service: &str) -> Client {
        Client::new(self.address(), service)
    }

    /// What happens from the event numbered `since` on.
    pub fn events(&self, since: u64) -> Events {
        Events::open(self.address(), since)
    }

    /// Follows a page of lines.
    pub fn follow(&self, path: &str) -> Feed {
        Feed::open(self.address(), path)
    }

    /// Asks a page of angae's own, which must answer.
    #[track_caller]
    pub fn page(&self, method: &str, target: &str, body: &Value) -> Value {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.client("angae").request(method, target).body(bytes).plain().send().ok().tree()
    }

    /// Forks `main` and answers where the new world is reached.
    #[track_caller]
    pub fn fork(&self, name: &str) -> SocketAddr {
        let world = self.page("POST", "/_angae/worlds", &json!({ "name": name }));
        let endpoint = world["endpoint"].as_str().expect("a world has an endpoint");
        endpoint.strip_prefix("http://").and_then(|host| host.parse().ok()).expect("it is an address")
    }

    /// The whole state as one file.
    #[track_caller]
    pub fn export(&self) -> Vec<u8> {
        self.client("angae").request("GET", "/_angae/state").plain().send().ok().body.to_vec()
    }

    /// Lets a file take the place of the state of a world.
    #[track_caller]
    pub fn import(&self, world: &str, state: &[u8]) -> Answer {
        self.client("angae").world(world).request("POST", "/_angae/state").body(state).plain().send()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
