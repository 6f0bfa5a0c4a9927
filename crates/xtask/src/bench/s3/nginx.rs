//! nginx over a folder of files: one process, so that its processor time can be read.

use super::super::server::folder;
use crate::run::Step;
use anyhow::{Context, Result, bail};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A running nginx.
pub(crate) struct Nginx {
    child: Child,
    folder: TempDir,
    pub(crate) address: SocketAddr,
}

impl Nginx {
    /// Installs nginx where it is missing, and starts one over an empty folder.
    pub(crate) fn start() -> Result<Self> {
        let program = program()?;
        let folder = folder()?;
        std::fs::create_dir(folder.path().join("files"))?;
        // It cannot be told to take a free port itself.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let configuration = folder.path().join("nginx.conf");
        let root = folder.path().display();
        std::fs::write(&configuration, format!(include_str!("nginx.conf"), address = address, root = root))?;
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).arg("-c").arg(&configuration).arg("-e").arg("stderr");
        let mut child = command.stdin(Stdio::null()).spawn().context("nginx cannot be started")?;
        // It does not say when it listens: its port does.
        while TcpStream::connect(address).is_err() {
            if let Some(status) = child.try_wait()? {
                bail!("nginx ended: {status}");
            }
            std::thread::yield_now();
        }
        Ok(Self { child, folder, address })
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Makes a file and answers the path it is served under.
    pub(crate) fn file(&self, name: &str, bytes: usize) -> Result<String> {
        std::fs::write(self.folder.path().join("files").join(name), vec![7; bytes])?;
        Ok(format!("/{name}"))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is waited for, so that nothing is left behind.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

fn program() -> Result<PathBuf> {
    const PROGRAM: &str = "/usr/sbin/nginx";
    if !PathBuf::from(PROGRAM).exists() {
        let mut install = Command::new("apt-get");
        install.args(["install", "--yes", "--no-install-recommends", "nginx-light"]);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        Step::begin("nginx").command(install)?;
    }
    Ok(PROGRAM.into())
}
