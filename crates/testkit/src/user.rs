//! Servers where policies are enforced, and users who are allowed what a test says.

use crate::{Client, Options, Server};
use serde_json::{Value, json};

/// The key of the root user: the account and its secret.
const ROOT: (&str, &str) = ("000000000000", "root of the default account");

impl Server {
    /// One that enforces policies; [`Server::root`] may everything.
    pub fn enforcing() -> Self {
        let key = format!("{}:{}", ROOT.0, ROOT.1);
        Self::start_with(Options::default().flags(&["--iam", "enforce", "--bootstrap-key", &key]))
    }

    /// The root user of the default account, who speaks to a service.
    pub fn root(&self, service: &str) -> Client {
        self.client(service).key(ROOT.0, ROOT.1, None)
    }

    /// A new user with a policy of these statements.
    ///
    /// # Panics
    /// Such a user cannot be made.
    #[track_caller]
    pub fn user(&self, name: &str, statements: &[Value]) -> User<'_> {
        let iam = self.root("iam");
        iam.call("CreateUser", &json!({ "UserName": name })).ok();
        let key = iam.call("CreateAccessKey", &json!({ "UserName": name })).ok();
        let text = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
        let own = User {
            server: self,
            name: name.to_owned(),
            id: text("AccessKeyId"),
            secret: text("SecretAccessKey"),
        };
        own.may(statements);
        own
    }
}

/// A user with a key.
pub struct User<'s> {
    server: &'s Server,
    name: String,
    id: String,
    secret: String,
}

impl User<'_> {
    /// The user, who speaks to a service.
    pub fn client(&self, service: &str) -> Client {
        self.server.client(service).key(&self.id, &self.secret, None)
    }

    /// Replaces the user's policy by one of these statements.
    ///
    /// # Panics
    /// IAM does not take it.
    #[track_caller]
    pub fn may(&self, statements: &[Value]) {
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let put = json!({ "UserName": self.name, "PolicyName": "own", "PolicyDocument": document });
        self.server.root("iam").call("PutUserPolicy", &put).ok();
    }
}

/// A statement that allows actions.
pub fn allow(actions: &[&str], resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resource })
}
