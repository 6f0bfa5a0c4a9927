//! The metadata service, as an instance sees it: what is told, to whom, and what is refused. Nothing here knows the crate
//! under test; only where the service is found is angae's own.

mod access;
mod address;
mod categories;
mod content;
mod credentials;
mod identity;

use serde_json::{Value, json};
use testkit::ec2::with;
use testkit::{Answer, Client, Server};

/// Amazon Linux 2023 in us-east-1, for x86_64. It wants tokens.
const IMAGE: &str = "ami-03c3da4cfa8e8943a";

/// The id of an instance made with these parameters.
#[track_caller]
fn launch(ec2: &Client, more: &Value) -> String {
    let one = json!({ "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1 });
    ec2.call("RunInstances", &with(&one, more)).ok().text("instancesSet.item.instanceId")
}

/// Metadata options that ask for no token.
fn open() -> Value {
    json!({ "MetadataOptions": { "HttpTokens": "optional" } })
}

/// The metadata service of an instance, below a path of angae's.
struct Imds {
    client: Client,
    base: String,
    token: Option<String>,
}

impl Imds {
    fn new(server: &Server, id: &str) -> Self {
        let client = server.client("ec2").anonymous();
        Self { client, base: format!("/_angae/instances/{id}/metadata"), token: None }
    }

    /// With a token for a minute.
    #[track_caller]
    fn with_token(mut self) -> Self {
        self.token = Some(self.put("60").ok().body_text());
        self
    }

    #[track_caller]
    fn put(&self, seconds: &str) -> Answer {
        let target = format!("{}/latest/api/token", self.base);
        let request = self.client.request("PUT", &target);
        request.header("x-aws-ec2-metadata-token-ttl-seconds", seconds).send()
    }

    #[track_caller]
    fn send(&self, method: &str, path: &str) -> Answer {
        let request = self.client.request(method, &format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.header("x-aws-ec2-metadata-token", token).send(),
            None => request.send(),
        }
    }

    #[track_caller]
    fn get(&self, path: &str) -> Answer {
        self.send("GET", path)
    }

    /// What a path holds.
    #[track_caller]
    fn text(&self, path: &str) -> String {
        self.get(path).ok().body_text()
    }
}

/// The page of a refusal.
fn page(title: &str) -> String {
    format!("<title>{title}</title>")
}

/// Holds a refusal against its status and its page.
#[track_caller]
fn refused(answer: &Answer, status: u16, title: &str) {
    assert_eq!(answer.status, status, "{}", answer.body_text());
    assert!(answer.body_text().contains(&page(title)), "{}", answer.body_text());
    assert_eq!(answer.header("content-type"), Some("text/html"));
}
