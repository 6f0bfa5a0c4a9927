//! Refusals of conditions, all of one code.

use wire::{Fault, sender};

/// A condition is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// No condition.
    None,
    /// Nothing says what it looks at.
    NoField,
    /// No value.
    NoValue,
    /// There is nothing like that to look at.
    Field(String),
    /// It can be looked at once only.
    FieldTwice(&'static str),
    /// The values stand in the wrong place.
    ValuesOf(String),
    /// The values stand twice.
    Twice(&'static str, String),
    /// What the field needs is missing.
    NoConfig(&'static str, String),
    /// A value is too long.
    TooLong(String, usize),
    /// No method.
    Method,
    /// No pattern of hosts.
    Host(String),
    /// A value has other characters.
    Letters(String, String),
    /// No header is named.
    NoHeader,
    /// No header that could be looked at.
    Header(String),
    /// A pair without a value.
    NoPair,
    /// No block of addresses.
    NoSource,
    /// No block that could be looked at.
    Source(String),
    /// Too many values.
    TooManyValues(usize),
}

impl Condition {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        sender(400, "ValidationError", self.sentence())
    }

    fn sentence(&self) -> String {
        match self {
            Self::None => "A condition must be specified".to_owned(),
            Self::NoField => "A condition field must be specified".to_owned(),
            Self::NoValue => "A condition value must be specified".to_owned(),
            Self::Field(a) => format!("Condition field '{a}' must be one of '[path-pattern,host-header,http-header,http-request-method,query-string,source-ip]'"),
            Self::FieldTwice(a) => format!("A rule can only have one '{a}' condition"),
            Self::ValuesOf(a) => format!("The 'Values' field is not compatible with '{a}'"),
            Self::Twice(a, b) => format!("You cannot provide both Values and '{a}' for a condition of type '{b}'"),
            Self::NoConfig(a, b) => format!("A '{a}' must be specified with '{b}'"),
            Self::TooLong(a, b) => format!("The '{a}' value is too long; the limit is '{b}'"),
            Self::Method => "The 'http-request-method' value is invalid; the allowed characters are A-Z, hyphen and underscore".to_owned(),
            // Recorded: convox/rack issue 2598.
            Self::Host(a) => format!("Condition value for field '{a}' must be a valid hostname"),
            Self::Letters(a, b) => format!("The '{a}' value '{b}' contains invalid characters"),
            Self::NoHeader => "A 'HttpHeaderName' must be specified in 'HttpHeaderConfig'".to_owned(),
            Self::Header(a) => format!("The 'HttpHeaderName' value '{a}' is invalid"),
            Self::NoPair => "A 'Value' must be specified in 'QueryStringKeyValuePair'".to_owned(),
            Self::NoSource => "A 'source-ip' value must be specified".to_owned(),
            Self::Source(a) => format!("The 'source-ip' value '{a}' must be in CIDR format"),
            Self::TooManyValues(a) => format!("A rule can only have '{a}' condition values"),
        }
    }
}
