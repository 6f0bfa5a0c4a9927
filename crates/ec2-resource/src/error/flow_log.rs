//! What is refused about flow logs. The sentences about destinations are recorded ones.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowLogRefusal {
    /// A parameter or a combination of them that is none, in a sentence.
    Parameter(String),
    /// A text that the model's pattern does not let pass: text and member.
    Format(String, &'static str),
    /// There is one for the same resource with the same configuration.
    Exists,
    /// The bucket is not there. This one is told beside the resource, with another code.
    NoBucket(String),
}

impl FlowLogRefusal {
    /// Code and sentence.
    pub fn said(&self) -> (&'static str, String) {
        match self {
            Self::Parameter(sentence) => ("InvalidParameter", sentence.clone()),
            Self::Format(text, member) => (
                "InvalidParameterValue",
                format!("1 validation error detected: Value '{text}' at '{member}' has an invalid format"),
            ),
            Self::Exists => (
                "FlowLogAlreadyExists",
                "Error. There is an existing Flow Log with the same configuration and log destination."
                    .to_owned(),
            ),
            Self::NoBucket(bucket) => ("400", format!("LogDestination: {bucket} does not exist")),
        }
    }
}
