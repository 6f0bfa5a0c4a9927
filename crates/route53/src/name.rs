//! Names of DNS as Route 53 writes them: lower case, with a final dot, and every octet but letters, digits, the hyphen
//! and the underscore as a backslash with three octal digits. A label therefore never holds a dot of its own.
//!
//! Source: Route 53 Developer Guide, "DNS domain name format".

use serde::{Deserialize, Serialize};
use std::fmt;

/// Octets of a name at the most, the lengths of its labels counted as on the wire.
const MOST_OCTETS: usize = 255;
/// Octets of a label at the most.
const MOST_LABEL_OCTETS: usize = 63;
/// How an asterisk is written.
pub(crate) const ASTERISK: &str = "\\052";

/// A name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Name(String);

/// What is wrong with a text that was to be a name: the word Route 53 has for it, and what the word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadName {
    /// There is nothing.
    Empty,
    /// A label is empty.
    EmptyLabel,
    /// A label is longer than 63 octets.
    LongLabel,
    /// It is longer than 255 octets.
    Long,
    /// A character has to be written otherwise, or an escape is none.
    Character,
}

impl BadName {
    /// As it stands within Route 53's sentences.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Empty => "DomainNameEmpty (Domain name is empty)",
            Self::EmptyLabel => "DomainLabelEmpty (Domain label is empty)",
            Self::LongLabel => "DomainLabelTooLong (Domain label is too long)",
            Self::Long => "DomainNameTooLong (Domain name is too long)",
            Self::Character => "UnsupportedCharacter (Value contains unsupported characters)",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Name {
    /// Reads a name; the final dot may be missing.
    pub(crate) fn parse(text: &str) -> Result<Self, BadName> {
        if text.is_empty() {
            return Err(BadName::Empty);
        }
        if text == "." {
            return Ok(Self(".".to_owned()));
        }
        let mut canonical = String::with_capacity(text.len() + 1);
        let (mut label, mut total) = (0, 1);
        let mut rest = text.bytes();
        while let Some(octet) = rest.next() {
            match octet {
                b'.' => {
                    if label == 0 {
                        return Err(BadName::EmptyLabel);
                    }
                    canonical.push('.');
                    total += label + 1;
                    label = 0;
                    continue;
                }
                b'\\' => {
                    let digits = [rest.next(), rest.next(), rest.next()];
                    push(&mut canonical, octal(digits).ok_or(BadName::Character)?);
                }
                0..=b' ' | 127.. => return Err(BadName::Character),
                octet => push(&mut canonical, octet),
            }
            label += 1;
            if label > MOST_LABEL_OCTETS {
                return Err(BadName::LongLabel);
            }
        }
        if label > 0 {
            canonical.push('.');
            total += label + 1;
        }
        if total > MOST_OCTETS { Err(BadName::Long) } else { Ok(Self(canonical)) }
    }

    /// The name, with its final dot.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its final dot.
    pub(crate) fn bare(&self) -> &str {
        self.0.strip_suffix('.').unwrap_or(&self.0)
    }

    /// Its labels, the leftmost first.
    pub(crate) fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.').filter(|label| !label.is_empty())
    }

    /// The labels from the root down, each with a dot behind it: `com.example.www.`. Lists are in this order, in which
    /// the dots count: `a-b` comes before `a`.
    /// Source: Route 53 API Reference, `ListResourceRecordSets`.
    pub(crate) fn reversed(&self) -> String {
        let mut reversed = String::with_capacity(self.0.len());
        for label in self.labels().rev() {
            reversed.push_str(label);
            reversed.push('.');
        }
        reversed
    }

    /// Whether it is `above` or lies below it.
    pub(crate) fn is_within(&self, above: &Self) -> bool {
        match self.0.strip_suffix(above.as_str()) {
            Some(rest) => above.0 == "." || rest.is_empty() || rest.ends_with('.'),
            None => false,
        }
    }

    /// The name without its leftmost label; `None` of the root.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (_, rest) = self.0.split_once('.')?;
        match (rest.is_empty(), self.0.len()) {
            (true, 1) => None,
            (true, _) => Some(Self(".".to_owned())),
            (false, _) => Some(Self(rest.to_owned())),
        }
    }

    /// The asterisk below it.
    pub(crate) fn wildcard(&self) -> Self {
        if self.0 == "." { Self(format!("{ASTERISK}.")) } else { Self(format!("{ASTERISK}.{}", self.0)) }
    }

    /// Whether its leftmost label is an asterisk.
    pub(crate) fn is_wildcard(&self) -> bool {
        self.labels().next() == Some(ASTERISK)
    }
}

/// Three octal digits as the octet they stand for.
fn octal(digits: [Option<u8>; 3]) -> Option<u8> {
    let mut value = 0_u16;
    for digit in digits {
        let digit = digit?.checked_sub(b'0').filter(|digit| *digit < 8)?;
        value = value * 8 + u16::from(digit);
    }
    u8::try_from(value).ok()
}

fn push(canonical: &mut String, octet: u8) {
    match octet {
        b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => canonical.push(char::from(octet)),
        b'A'..=b'Z' => canonical.push(char::from(octet.to_ascii_lowercase())),
        octet => canonical.push_str(&format!("\\{octet:03o}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{BadName, Name};

    #[track_caller]
    fn check(text: &str, want: Result<&str, BadName>) {
        let found = Name::parse(text);
        assert_eq!(found.as_ref().map(Name::as_str).map_err(|bad| *bad), want, "{text}");
    }

    #[test]
    fn names_are_written_in_one_way() {
        let long = "a".repeat(64);
        let labels = format!("{}.", "a".repeat(63)).repeat(4);
        for (text, want) in [
            ("Example.COM", Ok("example.com.")),
            ("example.com.", Ok("example.com.")),
            ("*.example.com", Ok("\\052.example.com.")),
            ("\\052.example.com", Ok("\\052.example.com.")),
            ("a\\056b.example.com", Ok("a\\056b.example.com.")),
            ("\\101.example.com", Ok("a.example.com.")),
            ("@.example.com", Ok("\\100.example.com.")),
            ("_sip._tcp.example.com", Ok("_sip._tcp.example.com.")),
            (".", Ok(".")),
            ("", Err(BadName::Empty)),
            ("a..b", Err(BadName::EmptyLabel)),
            (".a", Err(BadName::EmptyLabel)),
            ("a b", Err(BadName::Character)),
            ("ä", Err(BadName::Character)),
            ("\\08", Err(BadName::Character)),
            ("\\777", Err(BadName::Character)),
            (&long, Err(BadName::LongLabel)),
            (&labels, Err(BadName::Long)),
        ] {
            check(text, want);
        }
    }

    #[test]
    fn names_lie_within_each_other_by_labels() {
        let name = |text| Name::parse(text).unwrap();
        for (inner, outer, want) in [
            ("example.com", "example.com", true),
            ("a.example.com", "example.com", true),
            ("aexample.com", "example.com", false),
            ("com", "example.com", false),
            ("com", ".", true),
        ] {
            assert_eq!(name(inner).is_within(&name(outer)), want, "{inner} {outer}");
        }
        assert_eq!(name("a.example.com").reversed(), "com.example.a.");
        assert_eq!(name("a.example.com").parent(), Some(name("example.com")));
        assert_eq!(name("com").parent(), Some(name(".")));
        assert_eq!(name(".").parent(), None);
        assert!(name("*.a").is_wildcard() && name("a").wildcard() == name("*.a"));
    }
}
