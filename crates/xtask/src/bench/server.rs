//! A server under measurement: started on a free port with a folder of its own, stopped and removed with this value.

use super::connection::Connection;
use super::meter;
use super::request::{Key, Message, element};
use crate::workspace;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Id and secret of the root user's key.
pub(crate) const ROOT: &str = "test";
/// Who signs the load.
pub(crate) const USER: (&str, &str) = ("UserName", "bench");

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// A folder for a server's state, on the disk the cache lies on: a temporary folder may lie in memory.
pub(crate) fn folder() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(workspace::cache()?)?)
}

impl Server {
    /// angae over a folder; returns once it says that it is ready.
    pub(crate) fn angae(binary: &Path, folder: &Path) -> Result<Self> {
        Self::angae_with(binary, folder, &[])
    }

    /// The same with further flags.
    pub(crate) fn angae_with(binary: &Path, folder: &Path, flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(flags);
        command.args(["--port", "0", "--json", "--log", "error", "--data-dir"]).arg(folder);
        // Nothing of the user's own set-up may change what is measured; a folder without angae.toml neither.
        command.current_dir(folder).env_clear().stdout(Stdio::piped()).stdin(Stdio::null());
        let mut child = command.spawn().with_context(|| binary.display().to_string())?;
        let output = child.stdout.take().context("angae has no output")?;
        let mut said = String::new();
        for line in BufReader::new(output).lines() {
            let line = line?;
            if line == "Ready." {
                let announced: serde_json::Value = serde_json::from_str(&said)?;
                let endpoint = announced["endpoint"].as_str().context("angae names no endpoint")?;
                let address = endpoint.trim_start_matches("http://").parse()?;
                return Ok(Self { child, address });
            }
            said.push_str(&line);
        }
        bail!("angae ended before it was ready ({}): {said}", child.wait()?)
    }

    /// moto's server, with the settings it has by itself; returns once it says that it is running.
    pub(crate) fn moto(environment: &Path) -> Result<Self> {
        // It cannot be told to take a free port itself.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(environment.join("bin/moto_server"));
        command.args(["--host", "127.0.0.1", "--port", &address.port().to_string()]);
        command.stdout(Stdio::null()).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().context("moto_server cannot be started")?;
        let log = child.stderr.take().context("moto_server has no log")?;
        let mut log = BufReader::new(log);
        let mut line = String::new();
        while log.read_line(&mut line)? > 0 {
            if line.contains("Running on http://") {
                drain(log);
                return Ok(Self { child, address });
            }
            line.clear();
        }
        bail!("moto_server ended before it was running: {}", child.wait()?)
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A connection of one's own, for setting things up.
    pub(crate) fn connect(&self) -> Connection {
        Connection::new(self.address)
    }

    /// An access key the server has issued, so that it knows the secret and judges every signature.
    pub(crate) fn issue_key(&self) -> Result<Key> {
        self.iam("CreateUser", &[USER])?;
        let answer = self.iam("CreateAccessKey", &[USER])?;
        let part = |name: &str| {
            element(&answer, name).map(str::to_owned).with_context(|| format!("CreateAccessKey: {answer}"))
        };
        Ok(Key { id: part("AccessKeyId")?, secret: part("SecretAccessKey")? })
    }

    /// Lets the key's user do what managed policies of AWS allow.
    pub(crate) fn attach(&self, policies: &[&str]) -> Result<()> {
        for policy in policies {
            let arn = format!("arn:aws:iam::aws:policy/{policy}");
            self.iam("AttachUserPolicy", &[USER, ("PolicyArn", &arn)])?;
        }
        Ok(())
    }

    /// A call of the root user's.
    pub(crate) fn iam(&self, operation: &str, parameters: &[(&str, &str)]) -> Result<String> {
        let root = Key { id: ROOT.to_owned(), secret: ROOT.to_owned() };
        let message = Message::form("iam", "2010-05-08", operation, parameters).signed(self.address, &root);
        self.connect().call(&message)
    }

    /// Resident memory in MiB.
    pub(crate) fn resident_mib(&self) -> Result<f64> {
        meter::resident_mib(self.pid())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is waited for, so that nothing is left behind.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Reads a log to its end, so that its writer never waits. The thread ends with the process that writes.
fn drain(mut log: impl Read + Send + 'static) {
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
}
