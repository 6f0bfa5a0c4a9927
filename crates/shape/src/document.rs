//! Documents: members whose structure no model tells.

/// Any JSON value. Members of an object keep the order they were sent in.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Document {
    /// `null`: inside a document a value like any other; a member that is null is absent.
    #[default]
    Null,
    /// `true` and `false`.
    Bool(bool),
    /// A number without fraction and exponent, of 64 bits with or without a sign.
    Integer(i128),
    /// Every other number: the nearest double.
    Double(f64),
    /// A text.
    String(String),
    /// An array.
    List(Vec<Document>),
    /// An object; no name stands twice.
    Object(Vec<(String, Document)>),
}

impl Document {
    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(own, _)| own == name).map(|(_, value)| value),
            Self::Null
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Double(_)
            | Self::String(_)
            | Self::List(_) => None,
        }
    }
}

impl From<&str> for Document {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl FromIterator<Self> for Document {
    fn from_iter<I: IntoIterator<Item = Self>>(elements: I) -> Self {
        Self::List(elements.into_iter().collect())
    }
}
