//! Requests as bytes, signed before any clock starts.

use base::Clock;
use http::{HeaderName, HeaderValue, Method};
use std::net::SocketAddr;
use wire::Head;
use wire::sign::{sha256_hex, signer::Signer, uri_encode};

/// The Region of everything that does not need one of its own.
pub(crate) const REGION: &str = "us-east-1";

/// An access key.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A request that has not been signed yet.
pub(crate) struct Message {
    service: &'static str,
    region: &'static str,
    method: Method,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// The signature covers the body.
    covered: bool,
}

impl Message {
    /// A call of a query API.
    pub(crate) fn form(service: &'static str, version: &str, action: &str, fields: &[(&str, &str)]) -> Self {
        let mut body = format!("Action={action}&Version={version}");
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", uri_encode(value, false)));
        }
        Self {
            service,
            region: REGION,
            method: Method::POST,
            target: "/".to_owned(),
            headers: Vec::new(),
            body: body.into_bytes(),
            covered: true,
        }
        .with("content-type", "application/x-www-form-urlencoded; charset=utf-8")
    }

    /// A call of EC2.
    pub(crate) fn ec2(action: &str, fields: &[(&str, &str)]) -> Self {
        Self::form("ec2", "2016-11-15", action, fields)
    }

    /// A call of S3, in path style.
    pub(crate) fn s3(method: Method, target: &str, body: Vec<u8>) -> Self {
        Self {
            service: "s3",
            region: REGION,
            method,
            target: target.to_owned(),
            headers: Vec::new(),
            body,
            covered: true,
        }
    }

    /// A call of the EBS direct APIs.
    pub(crate) fn ebs(method: Method, target: &str, body: Vec<u8>) -> Self {
        Self { service: "ebs", ..Self::s3(method, target, body) }
    }

    /// A call of Route 53; `target` is what stands behind the version.
    pub(crate) fn route53(method: Method, target: &str, body: Vec<u8>) -> Self {
        Self { service: "route53", ..Self::s3(method, &format!("/2013-04-01{target}"), body) }
    }

    /// The same in another Region.
    pub(crate) fn in_region(self, region: &'static str) -> Self {
        Self { region, ..self }
    }

    /// With a body that the signature does not cover: hashing gigabytes here would take longer than sending them.
    pub(crate) fn unsigned_payload(self) -> Self {
        Self { covered: false, ..self }
    }

    /// With one more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The request as it goes over the wire, signed now.
    pub(crate) fn signed(&self, address: SocketAddr, key: &Key) -> Vec<u8> {
        self.signed_in_session(address, key, None)
    }

    /// The same by a key that counts only with its session's token.
    pub(crate) fn signed_in_session(&self, address: SocketAddr, key: &Key, token: Option<&str>) -> Vec<u8> {
        let mut head = Head::new(self.method.clone(), &self.target);
        head.host = address.to_string();
        for (name, value) in &self.headers {
            let value = HeaderValue::from_str(value).expect("the bench sends printable headers");
            head.headers.insert(HeaderName::from_static(name), value);
        }
        let date: String = Clock::machine().whole_seconds().rfc3339().replace(['-', ':'], "");
        let signer = Signer {
            access_key_id: &key.id,
            secret: &key.secret,
            session_token: token,
            region: self.region,
            service: self.service,
            date: &date,
        };
        let payload = if self.covered { sha256_hex(&self.body) } else { "UNSIGNED-PAYLOAD".to_owned() };
        signer.sign(&mut head, &payload);
        let mut bytes = format!("{} {} HTTP/1.1\r\nhost: {}\r\n", self.method, self.target, head.host);
        for (name, value) in &head.headers {
            bytes.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())));
        }
        bytes.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        let mut bytes = bytes.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// A request nobody signs: of one of angae's own pages, or of a server that knows no signatures.
pub(crate) fn page(address: SocketAddr, method: &Method, target: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "{method} {target} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// What stands between the first `<name>` and its end.
pub(crate) fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::{Key, Message, element};
    use wire::sign::{KeyCache, identify, sha256_hex, verify};

    #[test]
    fn a_signed_request_verifies() {
        let key = Key { id: "AKIDEXAMPLE".to_owned(), secret: "secret".to_owned() };
        let message = Message::ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]);
        let address = "127.0.0.1:4566".parse().unwrap();
        let text = String::from_utf8(message.signed(address, &key)).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(body.ends_with("CidrBlock=10.0.0.0%2F16"), "{body}");
        let mut arrived = wire::Head::new(http::Method::POST, "/");
        arrived.host = address.to_string();
        for line in head.lines().skip(2) {
            let (name, value) = line.split_once(": ").unwrap();
            arrived.headers.insert(
                http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                http::HeaderValue::from_str(value).unwrap(),
            );
        }
        let claim = identify(&arrived).unwrap().unwrap();
        let hash = sha256_hex(body.as_bytes());
        let now = base::Clock::machine().into();
        let verified = verify(&claim, &arrived, &key.secret, Some(&hash), now, &KeyCache::default());
        assert!(verified.is_ok());
    }

    #[test]
    fn elements_are_found() {
        assert_eq!(element("<a><b>1</b><b>2</b></a>", "b"), Some("1"));
        assert_eq!(element("<a/>", "b"), None);
    }
}
