//! A client that signs.

use crate::answer::Answer;
use crate::ledger::{self, Called};
use crate::line::Line;
use crate::spoken;
use base::Clock;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use http_body_util::Full;
use serde_json::Value;
use std::cell::RefCell;
use std::net::SocketAddr;
use wire::Head;
use wire::sign::sha256_hex;
use wire::sign::signer::Signer;

/// The exchange did not come to its end; whether the request was carried out is not known.
#[derive(Debug)]
pub struct Broken(pub String);

/// Who signs.
#[derive(Clone, Debug)]
struct Key {
    id: String,
    secret: String,
    token: Option<String>,
}

/// A client of one service at one endpoint, over one connection. It knows AWS's wire formats and nothing of angae.
pub struct Client {
    service: String,
    region: String,
    host: String,
    world: Option<String>,
    key: Option<Key>,
    line: RefCell<Line>,
}

impl Client {
    /// A client that signs for us-east-1 with a key nobody issued.
    pub fn new(address: SocketAddr, service: &str) -> Self {
        let key = Key { id: "test".to_owned(), secret: "test".to_owned(), token: None };
        Self {
            service: service.to_owned(),
            region: "us-east-1".to_owned(),
            host: address.to_string(),
            world: None,
            key: Some(key),
            line: RefCell::new(Line::new(address)),
        }
    }

    /// Under another host name than the address: what answers repeat of it is then the same for every port.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// In another world than the one the port leads to.
    #[must_use]
    pub fn world(mut self, name: &str) -> Self {
        self.world = Some(name.to_owned());
        self
    }

    /// In another Region.
    #[must_use]
    pub fn region(mut self, region: &str) -> Self {
        region.clone_into(&mut self.region);
        self
    }

    /// With another key; a twelve-digit id that nobody issued is that account's root.
    #[must_use]
    pub fn key(mut self, id: &str, secret: &str, token: Option<&str>) -> Self {
        let token = token.map(str::to_owned);
        self.key = Some(Key { id: id.to_owned(), secret: secret.to_owned(), token });
        self
    }

    /// Without a signature.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.key = None;
        self
    }

    /// Calls an operation. Parameters of APIs that speak forms (EC2, IAM, STS, ELB) stand under their names on the wire:
    /// `{"CidrBlock": "10.0.0.0/16", "TagSpecification": [{"ResourceType": "vpc"}]}`; those of the others under the
    /// members' names of the model, wherever they travel.
    #[track_caller]
    pub fn call(&self, operation: &str, parameters: &Value) -> Answer {
        self.try_call(operation, parameters).unwrap_or_else(|broken| panic!("{operation}: {}", broken.0))
    }

    /// [`Client::call`], where the server may be killed meanwhile.
    pub fn try_call(&self, operation: &str, parameters: &Value) -> Result<Answer, Broken> {
        self.try_speak(operation, parameters, None)
    }

    /// [`Client::call`] with these bytes for a body: where the payload is no text.
    #[track_caller]
    pub fn call_with(&self, operation: &str, parameters: &Value, body: Vec<u8>) -> Answer {
        let answer = self.try_speak(operation, parameters, Some(body));
        answer.unwrap_or_else(|broken| panic!("{operation}: {}", broken.0))
    }

    fn try_speak(
        &self,
        operation: &str,
        parameters: &Value,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, Broken> {
        let spoken = spoken::speak(&self.service, operation, parameters);
        let mut request = self.request(spoken.method, &spoken.target);
        for (name, value) in &spoken.headers {
            request = request.header(name, value);
        }
        let answer = request.body(body.unwrap_or(spoken.body)).try_send()?;
        let key = self.key.as_ref().map(|key| key.id.as_str());
        let called = Called { service: &self.service, operation, parameters, region: &self.region, key };
        ledger::note(&called, &answer);
        Ok(answer)
    }

    /// Begins a request: a method and a target, percent-encoded as it shall be sent.
    pub fn request(&self, method: &str, target: &str) -> Request<'_> {
        let method = Method::from_bytes(method.as_bytes()).expect("the test names a method");
        let mut head = Head::new(method, target);
        head.host.clone_from(&self.host);
        let request = Request { client: self, head, body: Bytes::new(), signed: self.key.is_some() };
        match &self.world {
            Some(name) => request.header("x-angae-world", name),
            None => request,
        }
    }

    fn sign(&self, head: &mut Head, body: &[u8]) {
        let Some(key) = &self.key else { return };
        // 2026-01-01T12:00:00.123Z → 20260101T120000Z
        let now = Clock::machine().whole_seconds().rfc3339();
        let date: String = now.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let signer = Signer {
            access_key_id: &key.id,
            secret: &key.secret,
            session_token: key.token.as_deref(),
            region: &self.region,
            service: spoken::api(&self.service).map_or(&self.service, |api| api.signing_name),
            date: &date,
        };
        signer.sign(head, &sha256_hex(body));
    }
}

/// A request on its way.
#[must_use]
pub struct Request<'c> {
    client: &'c Client,
    head: Head,
    body: Bytes,
    signed: bool,
}

impl Request<'_> {
    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("the test names a header");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("the test gives a header's value");
        self.head.headers.append(name, value);
        self
    }

    /// With a body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Bytes::from(body.into());
        self
    }

    /// A page of angae's own: JSON, not signed.
    pub(crate) fn plain(mut self) -> Self {
        self.signed = false;
        self.header("content-type", "application/json")
    }

    /// Sends it; the exchange must come to its end.
    #[track_caller]
    pub fn send(self) -> Answer {
        let what = format!("{} {}", self.head.method, self.head.path);
        self.try_send().unwrap_or_else(|broken| panic!("{what}: {}", broken.0))
    }

    /// Sends it, where the server may be killed meanwhile.
    pub fn try_send(self) -> Result<Answer, Broken> {
        let Self { client, mut head, body, signed } = self;
        if signed {
            client.sign(&mut head, &body);
        }
        let target = match &head.query {
            Some(query) => format!("{}?{query}", head.path),
            None => head.path.clone(),
        };
        let mut request = http::Request::builder().method(head.method.clone()).uri(target);
        request = request.header("host", &head.host);
        for (name, value) in &head.headers {
            request = request.header(name, value);
        }
        // hyper leaves the length of an empty body out, which every AWS client sends.
        let takes_a_body = head.method == Method::PUT || head.method == Method::POST;
        if takes_a_body && body.is_empty() && !head.headers.contains_key("content-length") {
            request = request.header("content-length", "0");
        }
        let request = request.body(Full::new(body)).map_err(|error| Broken(error.to_string()))?;
        let mut line = client.line.borrow_mut();
        let (head, body) = line.send(request).map_err(Broken)?.into_parts();
        let headers = head.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let (status, headers) = (head.status.as_u16(), headers.collect());
        Ok(Answer { status, headers, body: line.read(body).map_err(Broken)? })
    }
}
