//! Typed resource ids: a prefix and hexadecimal digits.

use std::fmt;

/// The text is no id of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError {
    /// What was given.
    pub given: String,
    /// The prefix it should have: `vpc-`.
    pub prefix: &'static str,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invalid id: \"{}\" (expecting \"{}...\")", self.given, self.prefix)
    }
}

impl std::error::Error for ParseIdError {}

/// Declares id types of the form `prefix` + 8 or 17 hexadecimal digits, as EC2 writes them.
///
/// ```
/// base::id_type! {
///     /// A VPC.
///     pub struct VpcId("vpc-");
/// }
/// assert!(VpcId::parse("vpc-0123456789abcdef0").is_ok());
/// assert!(VpcId::parse("subnet-0123456789abcdef0").is_err());
/// ```
#[macro_export]
macro_rules! id_type {
    ($($(#[$doc:meta])* pub struct $name:ident($prefix:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(::std::sync::Arc<str>);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Draws a new one.
            pub fn new(ids: &$crate::Ids) -> Self {
                Self(ids.hex_id($prefix).into())
            }

            /// Reads one: the prefix and 8 or 17 lower-case hexadecimal digits.
            pub fn parse(text: &str) -> Result<Self, $crate::ParseIdError> {
                let ok = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
                match text.strip_prefix($prefix) {
                    Some(rest) if matches!(rest.len(), 8 | 17) && rest.bytes().all(ok) => Ok(Self(text.into())),
                    _ => Err($crate::ParseIdError { given: text.to_owned(), prefix: $prefix }),
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).map_err(::serde::de::Error::custom)
            }
        }
    )*};
}
