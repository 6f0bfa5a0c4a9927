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
pub struct Events(Feed);

impl Events {
    pub(crate) fn open(address: SocketAddr, since: u64) -> Self {
        Self(Feed::open(address, &format!("/_angae/events?since={since}")))
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
            let block = self.0.until("\n\n");
            let field = |name: &str| {
                let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                line.map(str::trim_start)
            };
            let Some((kind, data)) = field("event").zip(field("data")) else { continue };
            let data = serde_json::from_str(data).expect("an event is JSON");
            return Happened { kind: kind.to_owned(), data };
        }
    }
}

/// A page that goes on while the server lives.
pub struct Feed {
    line: Line,
    body: Incoming,
    read: String,
}

impl Feed {
    /// Follows a page of the world that the address leads to.
    pub fn open(address: SocketAddr, path: &str) -> Self {
        let mut line = Line::new(address);
        let request = http::Request::get(path).header("host", address.to_string());
        let request = request.body(Full::new(Bytes::new())).expect("the parts are fixed");
        let answer = line.send(request).expect("the page answers");
        assert_eq!(answer.status(), 200, "{path} can be followed");
        Self { line, body: answer.into_body(), read: String::new() }
    }

    /// Waits for the next line, a document of its own.
    #[track_caller]
    pub fn next_line(&mut self) -> Value {
        serde_json::from_str(&self.until("\n")).expect("a line is JSON")
    }

    /// Reads on to the end, which must not be a cut.
    #[track_caller]
    pub fn end(mut self) {
        while self.line.piece(&mut self.body).expect("it ends as a whole").is_some() {}
    }

    #[track_caller]
    fn until(&mut self, end: &str) -> String {
        loop {
            if let Some((block, rest)) = self.read.split_once(end) {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                return block;
            }
            let piece = self.line.piece(&mut self.body).expect("the page is whole").expect("it goes on");
            self.read.push_str(&String::from_utf8_lossy(&piece));
        }
    }
}
