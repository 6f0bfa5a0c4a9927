//! What went wrong, before the protocol is chosen.

use shape::Shape;
use std::borrow::Cow;

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The client asked for something it must not or cannot have.
    Sender,
    /// The service failed.
    Receiver,
}

/// An error answer, independent of the protocol.
pub struct Fault {
    /// HTTP status.
    pub status: u16,
    /// The code clients compare: `InvalidVpcID.NotFound`.
    pub code: Cow<'static, str>,
    /// The sentence people read; `None` writes no message (an empty element in S3).
    pub message: Option<String>,
    /// Whose fault it is.
    pub side: Side,
    /// A modelled error structure with its members filled in.
    pub members: Option<Box<dyn Shape>>,
    /// Further members by name, beside the modelled ones: S3's `BucketName`, `Key`, `StringToSign` …
    pub extra: Vec<(&'static str, String)>,
    /// Headers of the answer.
    pub headers: Vec<(&'static str, String)>,
    /// What happened inside, for the log; never part of the answer.
    pub cause: Option<String>,
}

/// A fault of the sender's.
pub fn sender(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Fault {
    Fault {
        status,
        code: code.into(),
        message: Some(message.into()),
        side: Side::Sender,
        members: None,
        extra: Vec::new(),
        headers: Vec::new(),
        cause: None,
    }
}

/// A fault of the service's.
pub fn receiver(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Fault {
    Fault { side: Side::Receiver, ..sender(status, code, message) }
}

impl Fault {
    /// Adds a member that is not modelled.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.extra.push((name, value.into()));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Notes for the log what happened inside.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Adds the members of the modelled error.
    #[must_use]
    pub fn members(mut self, members: Box<dyn Shape>) -> Self {
        self.members = Some(members);
        self
    }
}

impl std::fmt::Debug for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let message = self.message.as_deref().unwrap_or_default();
        write!(f, "{} {}: {message}", self.status, self.code)?;
        for (name, value) in &self.extra {
            write!(f, " {name}={value:?}")?;
        }
        Ok(())
    }
}

/// A service's errors: code, status and sentence of each variant stand in one exhaustive `match`.
pub trait AwsError {
    /// What the client is told.
    fn fault(&self) -> Fault;
}
