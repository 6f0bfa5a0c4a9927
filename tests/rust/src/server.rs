//! Starts the built binary for one test: own port, own folder, waits for `Ready.`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// One angae, killed when it is dropped.
pub(crate) struct Server {
    folder: TempDir,
    flags: &'static [&'static str],
    running: Option<(Child, String)>,
}

impl Server {
    /// Runs angae with the given flags.
    pub(crate) fn start(flags: &'static [&'static str]) -> Self {
        let folder = TempDir::with_prefix("angae-test-").unwrap();
        let mut server = Self { folder, flags, running: None };
        server.open();
        server
    }

    /// Runs angae on the folder and waits until it is ready.
    pub(crate) fn open(&mut self) {
        let mut command = Self::command(&self.folder);
        command.args(["--port", "0", "--log", "warn"]).args(self.flags).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut endpoint = None;
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["endpoint", address, ..] => endpoint = Some(address.to_owned()),
                ["Ready."] => {
                    self.running =
                        Some((process, endpoint.expect("angae says its endpoint before it is ready")));
                    return;
                }
                _ => {}
            }
        }
        panic!("angae ended before it was ready: {:?}", process.wait());
    }

    /// `kill -9`: the folder stays.
    pub(crate) fn kill(&mut self) {
        if let Some((mut process, _)) = self.running.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Where it answers, by its address.
    pub(crate) fn endpoint(&self) -> &str {
        &self.running.as_ref().expect("the server runs").1
    }

    /// The endpoint by a name that buckets can stand before, in the given scheme.
    pub(crate) fn named(&self, scheme: &str) -> String {
        self.endpoint().replace("http://127.0.0.1", &format!("{scheme}://localhost"))
    }

    /// The certificate to trust, as `angae tls ca` prints it.
    pub(crate) fn authority(&self) -> Vec<u8> {
        let output = Self::command(&self.folder).args(["tls", "ca"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    }

    fn command(folder: &TempDir) -> Command {
        let mut command = Command::new(std::env::var_os("ANGAE_BIN").expect("ANGAE_BIN names the binary"));
        command.arg("--data-dir").arg(folder.path());
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
