//! Every refusal a client can tell apart, in one place: what is sent, and the status, the code, the sentence and the
//! members that come back, none missing and none besides. One module a table; each says which rows angae never
//! answers, and why.

mod argument;
mod browser;
mod bucket;
mod checksum;
mod control;
mod form;
mod invalid_request;
mod missing;
mod object;
mod request;
mod tag;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use testkit::{Answer, Client};

const NO_BUCKET: &str = "The specified bucket does not exist";
const NO_KEY: &str = "The specified key does not exist.";
const NO_UPLOAD: &str = "The specified upload does not exist. The upload ID may be invalid, or the upload may have \
                         been aborted or completed.";
const NOT_ALLOWED: &str = "The specified method is not allowed against this resource.";
const NOT_IMPLEMENTED: &str = "A header you provided implies functionality that is not implemented";
const NOT_HELD: &str = "At least one of the pre-conditions you specified did not hold";
const LOCKED: &str = "Access Denied because object protected by object lock.";
/// Stands for any moment, as answers that tell the time write it.
const A_MOMENT: &str = "2026-01-01T12:00:00Z";
/// A body and its CRC32, of the CRC catalogue.
const DIGITS: &str = "123456789";
const CRC32: &str = "y/Q5Jg==";

/// A request on one line, `PUT /photos/k`, and what it brings.
struct Ask {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn ask(line: &str) -> Ask {
    Ask { line: line.to_owned(), headers: Vec::new(), body: Vec::new() }
}

/// The same to S3 Control, which is told apart by the account.
fn control(line: &str) -> Ask {
    ask(line).header("x-amz-account-id", "000000000000")
}

impl Ask {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// With the `Content-MD5` of its body.
    fn vouched(self) -> Self {
        let md5 = BASE64.encode(Md5::digest(&self.body));
        self.header("content-md5", &md5)
    }

    #[track_caller]
    fn send(&self, s3: &Client) -> Answer {
        let (method, target) = self.line.split_once(' ').expect("the line has a method and a target");
        let request = s3.request(method, target).body(self.body.clone());
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
    }

    fn refused(self, status: u16, code: &str, message: &str) -> Row {
        let refusal = (status, code.to_owned(), message.to_owned());
        Row { ask: self, refusal, members: Vec::new(), headers: Vec::new() }
    }

    /// `InvalidRequest`, which has no members.
    fn invalid(self, message: &str) -> Row {
        self.refused(400, "InvalidRequest", message)
    }

    /// `InvalidArgument`, which names the argument.
    fn argument(self, name: &str, message: &str) -> Row {
        self.refused(400, "InvalidArgument", message).with("ArgumentName", name)
    }
}

/// A request and how it is refused.
struct Row {
    ask: Ask,
    refusal: (u16, String, String),
    members: Vec<(String, String)>,
    headers: Vec<(String, String)>,
}

impl Row {
    fn with(mut self, name: &str, value: &str) -> Self {
        self.members.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The argument's value, which S3 repeats.
    fn value(self, value: &str) -> Self {
        self.with("ArgumentValue", value)
    }

    /// A header that the refusal has.
    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Holds an answer against the row.
    #[track_caller]
    fn meets(mut self, answer: &Answer) {
        let line = &self.ask.line;
        let found = answer.refusal();
        self.members.sort_unstable();
        let mut members: Vec<(String, String)> = found.members.into_iter().collect();
        for ((name, value), (wanted, moment)) in members.iter_mut().zip(&self.members) {
            if name == wanted && moment == A_MOMENT && is_moment(value) {
                value.clone_from(moment);
            }
        }
        let refusal = (found.status, found.code, found.message);
        assert_eq!((refusal, members), (self.refusal, self.members), "{line} {:?}", self.ask.headers);
        for (name, value) in &self.headers {
            assert_eq!(answer.header(name), Some(value.as_str()), "{name} of {line}");
        }
        assert_eq!(answer.header("content-type"), Some("application/xml"), "{line}");
    }
}

/// Whether a text is written as [`A_MOMENT`] is.
fn is_moment(text: &str) -> bool {
    let alike =
        |(found, wanted): (char, char)| found == wanted || found.is_ascii_digit() && wanted.is_ascii_digit();
    text.len() == A_MOMENT.len() && text.chars().zip(A_MOMENT.chars()).all(alike)
}

/// Sends each row's request and holds the answer against it.
#[track_caller]
fn check(s3: &Client, rows: impl IntoIterator<Item = Row>) {
    for row in rows {
        let answer = row.ask.send(s3);
        row.meets(&answer);
    }
}

/// Makes what has to be there before.
#[track_caller]
fn make(s3: &Client, asks: impl IntoIterator<Item = Ask>) {
    for ask in asks {
        let _made = ask.send(s3).ok();
    }
}

/// Begins an upload of `/photos/big` with these headers.
#[track_caller]
fn begin(s3: &Client, headers: &[(&str, &str)]) -> String {
    let begin = ask("POST /photos/big?uploads");
    let begin = headers.iter().fold(begin, |begin, (name, value)| begin.header(name, value));
    begin.send(s3).ok().text("UploadId")
}

/// Sends a part of it; its ETag.
#[track_caller]
fn part(s3: &Client, upload: &str, number: i32, content: &str) -> String {
    let part = ask(&format!("PUT /photos/big?partNumber={number}&uploadId={upload}")).body(content);
    part.send(s3).ok().header("etag").expect("a part has an ETag").to_owned()
}

/// Its completion out of parts, each with an element besides.
fn complete(upload: &str, parts: &[(i32, &str, &str)]) -> Ask {
    let part = |(number, e_tag, more): &(i32, &str, &str)| {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>{e_tag}</ETag>{more}</Part>")
    };
    let parts: String = parts.iter().map(part).collect();
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    ask(&format!("POST /photos/big?uploadId={upload}")).body(body)
}
