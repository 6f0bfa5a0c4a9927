//! Attributes: keys with texts as values, each with its default and what it may be.

use std::collections::BTreeMap;

/// What an attribute may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Allowed {
    /// `true` or `false`.
    Bool,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A whole number of that range.
    Range(i64, i64),
    /// The same, or nothing at all: 0.
    ZeroOr(i64, i64),
    /// The same, or `off`.
    OffOr(i64, i64),
    /// Any text.
    Text,
}

/// Why a value is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is none of these.
    OneOf(&'static [&'static str]),
    /// It lies outside.
    Range(i64, i64),
}

const BOOL: &[&str] = &["true", "false"];

impl Allowed {
    /// Checks a value.
    pub(crate) fn check(self, value: &str) -> Result<(), Unfit> {
        let number = value.parse::<i64>().ok();
        let within = |least: i64, most: i64| number.is_some_and(|own| (least..=most).contains(&own));
        match self {
            Self::Bool if !BOOL.contains(&value) => Err(Unfit::OneOf(BOOL)),
            Self::OneOf(words) if !words.contains(&value) => Err(Unfit::OneOf(words)),
            Self::Range(least, most) if !within(least, most) => Err(Unfit::Range(least, most)),
            Self::ZeroOr(least, most) if !within(least, most) && number != Some(0) => {
                Err(Unfit::Range(least, most))
            }
            Self::OffOr(least, most) if !within(least, most) && value != "off" => {
                Err(Unfit::Range(least, most))
            }
            Self::Bool
            | Self::OneOf(_)
            | Self::Range(..)
            | Self::ZeroOr(..)
            | Self::OffOr(..)
            | Self::Text => Ok(()),
        }
    }
}

/// One attribute of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute {
    pub(crate) key: &'static str,
    pub(crate) default: &'static str,
    pub(crate) allowed: Allowed,
    /// The kinds of resources that have it, each a letter.
    pub(crate) kinds: &'static str,
}

/// What was set, by key; whatever is not here has its default.
pub(crate) type Set = BTreeMap<String, String>;

#[cfg(test)]
mod tests {
    use super::{Allowed, Unfit};

    #[test]
    fn values_have_their_form() {
        for (allowed, value, want) in [
            (Allowed::Bool, "true", Ok(())),
            (Allowed::Bool, "True", Err(Unfit::OneOf(&["true", "false"]))),
            (Allowed::Range(1, 4000), "4000", Ok(())),
            (Allowed::Range(1, 4000), "4001", Err(Unfit::Range(1, 4000))),
            (Allowed::Range(1, 4000), "x", Err(Unfit::Range(1, 4000))),
            (Allowed::ZeroOr(30, 900), "0", Ok(())),
            (Allowed::ZeroOr(30, 900), "29", Err(Unfit::Range(30, 900))),
            (Allowed::OffOr(1, 100), "off", Ok(())),
            (Allowed::OffOr(1, 100), "0", Err(Unfit::Range(1, 100))),
            (Allowed::Text, "", Ok(())),
        ] {
            assert_eq!(allowed.check(value), want, "{allowed:?} {value}");
        }
    }
}
