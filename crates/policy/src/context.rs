//! What a request says about itself: the values of condition keys, asked for one by one, so that nobody computes what
//! no policy asks for.

use std::borrow::Cow;
use std::net::IpAddr;

/// A condition key: `aws:SourceIp`, `aws:PrincipalTag/team`. Letter case does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The name in lower case, and behind it the name as written: one piece of memory, as policies have many keys.
    both: Box<str>,
    lower_length: u32,
    /// Where the first slash stands; the length where there is none.
    slash: u32,
}

/// Gives values to keys.
pub trait Context {
    /// The values of a key; `None` if the request does not have it. The empty text is a value; an empty list is as
    /// none at all, but for `ForAllValues`.
    fn values(&self, key: &Key) -> Option<Values<'_>>;
}

/// A context that knows nothing.
pub struct NoContext;

impl Context for NoContext {
    fn values(&self, _key: &Key) -> Option<Values<'_>> {
        None
    }
}

/// The values of a key, and where they came from.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    /// The values.
    pub list: List<'a>,
    /// Where they came from.
    pub origin: Origin,
}

/// One value, or the values of a key that may have several.
#[derive(Clone, Debug)]
pub enum List<'a> {
    /// Of a key with one value.
    One(Value<'a>),
    /// Of a key of type `ArrayOf…`; may be empty.
    Many(Cow<'a, [String]>),
}

/// One value. Besides texts there are the types whose text is made only if it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// An instant: milliseconds since 1970.
    Instant(i64),
    /// An address.
    Address(IpAddr),
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Given by whoever asks, as in a simulation.
    Given,
    /// The connection: addresses, TLS, the VPC endpoint.
    Connection,
    /// The clock.
    Clock,
    /// The credentials: who calls, and since when.
    Credentials,
    /// A tag of the session.
    SessionTag,
    /// A tag of the user or role that calls.
    PrincipalTag,
    /// The service that calls for somebody.
    Service,
    /// What the request asks for: a parameter or a header.
    Request,
    /// The resource as it is.
    Resource,
    /// A tag of the resource.
    ResourceTag,
    /// The organization.
    Organization,
    /// A setting of this program.
    Setting,
}

impl Key {
    /// The key of this name.
    pub fn new(name: &str) -> Self {
        let lower = name.to_lowercase();
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let (lower_length, slash) = (offset(lower.len()), offset(lower.find('/').unwrap_or(lower.len())));
        Self { both: (lower + name).into_boxed_str(), lower_length, slash }
    }

    /// In lower case.
    pub fn name(&self) -> &str {
        self.both.get(..self.lower_length as usize).unwrap_or(&self.both)
    }

    /// As the policy writes it.
    pub fn written(&self) -> &str {
        self.both.get(self.lower_length as usize..).unwrap_or(&self.both)
    }

    /// In lower case, up to the slash: `aws:principaltag` of `aws:PrincipalTag/team`. Without a slash, all of it.
    pub fn family(&self) -> &str {
        self.name().get(..self.slash as usize).unwrap_or(self.name())
    }

    /// In lower case, what is behind the slash.
    pub fn member(&self) -> Option<&str> {
        self.name().get(self.slash as usize + 1..)
    }

    /// Whether a value is likely to cost a look at the state.
    pub(crate) fn is_costly(&self) -> bool {
        let family = self.family();
        family.ends_with(":resourcetag")
            || family.starts_with("aws:resource")
            || matches!(family, "s3:existingobjecttag" | "ec2:attribute")
    }
}

impl<'a> Values<'a> {
    /// One text.
    pub fn one(text: impl Into<Cow<'a, str>>, origin: Origin) -> Self {
        Self { list: List::One(Value::Text(text.into())), origin }
    }

    /// One value.
    pub fn value(value: Value<'a>, origin: Origin) -> Self {
        Self { list: List::One(value), origin }
    }

    /// Several texts.
    pub fn many(texts: impl Into<Cow<'a, [String]>>, origin: Origin) -> Self {
        Self { list: List::Many(texts.into()), origin }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        match &self.list {
            List::One(_) => 1,
            List::Many(texts) => texts.len(),
        }
    }

    /// The value, if there is exactly one.
    pub(crate) fn single(&self) -> Option<Value<'_>> {
        if self.count() == 1 { self.iter().next() } else { None }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        let (one, many) = match &self.list {
            List::One(value) => (Some(value.borrow()), &[][..]),
            List::Many(texts) => (None, &texts[..]),
        };
        one.into_iter().chain(many.iter().map(|text| Value::Text(Cow::Borrowed(text.as_str()))))
    }
}

impl Value<'_> {
    fn borrow(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Integer(number) => Value::Integer(*number),
            Self::Instant(at) => Value::Instant(*at),
            Self::Address(address) => Value::Address(*address),
        }
    }

    /// As text: instants as ISO 8601.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Instant(at) => Cow::Owned(crate::compile::instant::format(*at)),
            Self::Address(address) => Cow::Owned(address.to_string()),
        }
    }
}

/// A context of given texts, as simulations and tests have it.
pub mod fixed {
    use super::{Context, Key, Origin, Values};
    use std::collections::BTreeMap;

    /// Keys with the texts they were given; a key of one text is a single value unless it was given as a list.
    #[derive(Clone, Debug, Default)]
    pub struct Fixed {
        keys: BTreeMap<String, (Vec<String>, bool)>,
    }

    impl Fixed {
        /// Keys and values; more than one value, or none, is a list.
        pub fn new(entries: &[(&str, &[&str])]) -> Self {
            let mut fixed = Self::default();
            for (key, values) in entries {
                let texts = values.iter().map(|value| (*value).to_owned()).collect();
                fixed.set(key, texts, values.len() != 1);
            }
            fixed
        }

        /// Gives a key its values.
        pub fn set(&mut self, key: &str, values: Vec<String>, is_list: bool) {
            self.keys.insert(key.to_lowercase(), (values, is_list));
        }
    }

    impl Context for Fixed {
        fn values(&self, key: &Key) -> Option<Values<'_>> {
            let (texts, is_list) = self.keys.get(key.name())?;
            match (&texts[..], is_list) {
                ([one], false) => Some(Values::one(one.as_str(), Origin::Given)),
                (texts, _) => Some(Values::many(texts, Origin::Given)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Value};

    #[test]
    fn keys_ignore_case_and_know_their_family() {
        let key = Key::new("AWS:PrincipalTag/Team/x");
        assert_eq!(key.name(), "aws:principaltag/team/x");
        assert_eq!((key.family(), key.member()), ("aws:principaltag", Some("team/x")));
        assert_eq!(key.written(), "AWS:PrincipalTag/Team/x");
        let plain = Key::new("aws:SourceIp");
        assert_eq!((plain.family(), plain.member()), ("aws:sourceip", None));
    }

    #[test]
    fn keys_that_need_the_state_are_known() {
        for (name, want) in [
            ("aws:ResourceTag/team", true),
            ("ec2:ResourceTag/team", true),
            ("aws:ResourceAccount", true),
            ("aws:ResourceOrgID", true),
            ("s3:ExistingObjectTag/class", true),
            ("ec2:Attribute/GroupId", true),
            ("aws:RequestTag/team", false),
            ("aws:PrincipalTag/team", false),
            ("aws:SourceIp", false),
            ("s3:ResourceAccount", false),
            ("ec2:Attribute", true),
        ] {
            assert_eq!(Key::new(name).is_costly(), want, "{name}");
        }
    }

    #[test]
    fn values_of_other_types_have_a_text() {
        for (value, text) in [
            (Value::Bool(true), "true"),
            (Value::Bool(false), "false"),
            (Value::Integer(-7), "-7"),
            (Value::Instant(1_767_323_045_000), "2026-01-02T03:04:05Z"),
            (Value::Address([10, 0, 0, 1].into()), "10.0.0.1"),
        ] {
            assert_eq!(value.text(), text);
        }
    }
}
