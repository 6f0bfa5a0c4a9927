//! What happens, as it happens.

use crate::line::Line;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use serde_json::Value;
use std::net::SocketAddr;

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happened {
    /// `VpcCreated`.
    pub kind: String,
    /// The whole event.
    pub data: Value,
}

/// The event log, followed. Tests wait for what they need to see instead of sleeping.
pub struct Events {
    line: Line,
    body: Incoming,
    read: String,
}

impl Events {
    pub(crate) fn open(address: SocketAddr, since: u64) -> Self {
        let mut line = Line::new(address);
        let request = http::Request::get(format!("/_angae/events?since={since}"));
        let request = request.header("host", address.to_string()).body(Full::new(Bytes::new()));
        let answer = line.send(request.expect("the parts are fixed")).expect("the page answers");
        assert_eq!(answer.status(), 200, "the event log can be followed");
        Self { line, body: answer.into_body(), read: String::new() }
    }

    /// Waits for the next event of that kind.
    #[track_caller]
    pub fn wait_for(&mut self, kind: &str) -> Happened {
        loop {
            let happened = self.next();
            if happened.kind == kind {
                return happened;
            }
        }
    }

    #[track_caller]
    fn next(&mut self) -> Happened {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    line.map(|value| value.trim_start().to_owned())
                };
                let happened = field("event").zip(field("data"));
                self.read = rest.to_owned();
                let Some((kind, data)) = happened else { continue };
                return Happened { kind, data: serde_json::from_str(&data).expect("an event is JSON") };
            }
            let piece = self.line.piece(&mut self.body).expect("the event log goes on");
            self.read.push_str(&String::from_utf8_lossy(&piece));
        }
    }
}
