//! Texts of a policy with wildcards and policy variables, and whether a text of the request fits them.
//!
//! A pattern is kept as the bytes of its text, with two marks that never occur in UTF-8 for the wildcards. What a
//! variable or an escape (`${*}`) puts in is bytes like any other, so it is never a wildcard.

mod glob;
mod template;

pub(crate) use glob::Steps;
pub(crate) use template::{Expanded, Template};

use crate::context::Context;
use crate::decide::Tracer;
use glob::{ANY_TEXT, ONE_CHARACTER};
use template::Read;

/// How a text of a policy is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// `${…}` is a variable. Only documents of version 2012-10-17 have them.
    pub(crate) variables: bool,
}

/// A text of a policy, made ready.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// Fits everything.
    Any,
    /// Fits itself.
    Exact(Box<str>),
    /// Fits what begins with it.
    Prefix(Box<str>),
    /// The bytes with marks.
    Glob(Box<[u8]>),
    /// Has variables: becomes a glob for each request.
    Template(Template),
}

impl Pattern {
    pub(crate) fn new(text: &str, reading: Reading) -> Self {
        match Template::read(text, reading) {
            Read::Plain(marked) => Self::of_marked(marked),
            Read::Template(template) => Self::Template(template),
        }
    }

    fn of_marked(marked: Vec<u8>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned().into_boxed_str();
        match marked.iter().position(is_mark) {
            None => Self::Exact(text(&marked)),
            Some(at) if marked[at] == ANY_TEXT && at + 1 == marked.len() => match at {
                0 => Self::Any,
                _ => Self::Prefix(text(&marked[..at])),
            },
            Some(_) => Self::Glob(marked.into_boxed_slice()),
        }
    }

    /// Whether a text fits, counting the steps. A variable without a value fits nothing.
    #[inline]
    pub(crate) fn matches<C: Context + ?Sized, T: Tracer>(
        &self,
        text: &str,
        context: &C,
        tracer: &mut T,
    ) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => **exact == *text,
            Self::Prefix(prefix) => text.as_bytes().starts_with(prefix.as_bytes()),
            Self::Glob(marked) => glob::matches(marked, text.as_bytes(), tracer),
            Self::Template(template) => template
                .expand(context, tracer)
                .is_some_and(|expanded| glob::matches(expanded.bytes(), text.as_bytes(), tracer)),
        }
    }

    /// The same, letters of any case being equal.
    pub(crate) fn matches_ignoring_case<C: Context + ?Sized, T: Tracer>(
        &self,
        text: &str,
        context: &C,
        tracer: &mut T,
    ) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => equal_ignoring_case(exact, text),
            Self::Prefix(prefix) => {
                text.get(..prefix.len()).is_some_and(|start| equal_ignoring_case(start, prefix))
            }
            Self::Glob(marked) => {
                let lower = text.to_lowercase();
                glob::matches(&lower_marked(marked), lower.as_bytes(), tracer)
            }
            Self::Template(template) => template.expand(context, tracer).is_some_and(|expanded| {
                let lower = text.to_lowercase();
                glob::matches(&lower_marked(expanded.bytes()), lower.as_bytes(), tracer)
            }),
        }
    }

    /// The variables in it, as written.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &crate::context::Key> {
        let template = match self {
            Self::Template(template) => Some(template),
            Self::Any | Self::Exact(_) | Self::Prefix(_) | Self::Glob(_) => None,
        };
        template.into_iter().flat_map(|template| template.keys())
    }
}

pub(crate) fn equal_ignoring_case(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

/// Lower case, the marks untouched.
fn lower_marked(marked: &[u8]) -> Vec<u8> {
    let mut lower = Vec::with_capacity(marked.len());
    for run in marked.split_inclusive(|byte| matches!(*byte, ANY_TEXT | ONE_CHARACTER)) {
        let (text, mark) = match run.split_last() {
            Some((mark @ (&ANY_TEXT | &ONE_CHARACTER), text)) => (text, Some(*mark)),
            _ => (run, None),
        };
        lower.extend_from_slice(String::from_utf8_lossy(text).to_lowercase().as_bytes());
        lower.extend(mark);
    }
    lower
}

/// Whether a lower-case text fits a lower-case pattern of a policy's own `*` and `?`.
#[inline]
pub(crate) fn glob_matches<S: Steps>(marked: &[u8], text: &[u8], steps: &mut S) -> bool {
    glob::matches(marked, text, steps)
}

/// The bytes of a text with its wildcards marked; it has no variables.
pub(crate) fn marked(text: &str) -> Vec<u8> {
    text.bytes().map(glob::mark).collect()
}

/// Whether marked bytes begin with a wildcard.
pub(crate) fn begins_with_mark(marked: &[u8]) -> bool {
    marked.first().is_some_and(is_mark)
}

fn is_mark(byte: &u8) -> bool {
    matches!(*byte, ANY_TEXT | ONE_CHARACTER)
}

/// The text of marked bytes, as a policy writes it.
pub(crate) fn unmarked(marked: &[u8]) -> String {
    let bytes: Vec<u8> = marked
        .iter()
        .map(|byte| match *byte {
            ANY_TEXT => b'*',
            ONE_CHARACTER => b'?',
            plain => plain,
        })
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Exact(text) => f.write_str(text),
            Self::Prefix(text) => write!(f, "{text}*"),
            Self::Glob(marked) => f.write_str(&unmarked(marked)),
            Self::Template(template) => template.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Reading};
    use crate::context::fixed::Fixed;
    use crate::decide::Silent;

    const LIKE: Reading = Reading { wildcards: true, variables: true };

    #[track_caller]
    fn check(pattern: &str, text: &str, want: bool) {
        let context =
            Fixed::new(&[("aws:username", &["an*na"]), ("k:list", &["a", "b"]), ("k:empty", &[""])]);
        let made = Pattern::new(pattern, LIKE);
        assert_eq!(made.matches(text, &context, &mut Silent), want, "{pattern} {text}");
    }

    /// Spec 1.2, "Policy variables"; IAM User Guide, "IAM policy elements: Variables and tags".
    #[test]
    fn variables_are_put_in_as_plain_text() {
        for (pattern, text, want) in [
            ("home/${aws:username}/*", "home/an*na/x", true),
            ("home/${aws:username}/*", "home/anxna/x", false),
            ("home/${AWS:UserName}", "home/an*na", true),
            ("${k:missing}", "", false),
            ("*${k:missing}", "anything", false),
            ("${k:missing, 'all'}", "all", true),
            ("${k:missing,'all'}-x", "all-x", true),
            ("${k:missing, 'a*'}", "ab", false),
            ("${aws:username, 'all'}", "all", false),
            ("${k:empty}x", "x", true),
            // Only keys of one value.
            ("${k:list}", "a", false),
            ("${*}", "*", true),
            ("${*}", "x", false),
            ("a${?}", "a?", true),
            ("a${?}", "ab", false),
            ("${$}{aws:username}", "${aws:username}", true),
            // No variables: text as written.
            ("${", "${", true),
            ("$x{y}", "$x{y}", true),
            ("${}", "${}", true),
        ] {
            check(pattern, text, want);
        }
    }

    /// Spec 1.2: "only with "Version": "2012-10-17"; older documents keep the text as written."
    #[test]
    fn old_documents_know_no_variables() {
        let old = Pattern::new("${aws:username}*", Reading { wildcards: true, variables: false });
        let context = Fixed::new(&[("aws:username", &["anna"])]);
        assert!(old.matches("${aws:username}x", &context, &mut Silent));
        assert!(!old.matches("anna", &context, &mut Silent));
        let equals = Pattern::new("a*?", Reading { wildcards: false, variables: true });
        assert!(equals.matches("a*?", &context, &mut Silent));
        assert!(!equals.matches("abc", &context, &mut Silent));
    }

    /// Spec 9.1: what needs no search is kept as what it is.
    #[test]
    fn a_pattern_is_kept_in_its_plainest_form() {
        for (text, want) in [
            ("", "exact"),
            ("ab", "exact"),
            ("*", "any"),
            ("ab*", "prefix"),
            ("ab?", "glob"),
            ("?", "glob"),
            ("a*b", "glob"),
            ("*b", "glob"),
            ("a${*}", "exact"),
            ("a${k:v}", "template"),
        ] {
            let got = match Pattern::new(text, LIKE) {
                Pattern::Any => "any",
                Pattern::Exact(_) => "exact",
                Pattern::Prefix(_) => "prefix",
                Pattern::Glob(_) => "glob",
                Pattern::Template(_) => "template",
            };
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn case_is_folded_where_it_is_asked() {
        let context = Fixed::new(&[("k:v", &["ÄB"])]);
        for (pattern, text, want) in [
            ("Straße", "STRASSE", false),
            ("Ärger", "ärger", true),
            ("abc", "aBC", true),
            ("abc", "abd", false),
            ("x${k:v}", "Xäb", true),
            ("${k:missing}", "", false),
            ("a*c", "ABC", true),
            ("A*", "abc", true),
            ("Ä*É", "äxé", true),
            // The sign of Kelvin is a k.
            ("k", "\u{212A}", true),
        ] {
            let made = Pattern::new(pattern, LIKE);
            let got = made.matches_ignoring_case(text, &context, &mut Silent);
            assert_eq!(got, want, "{pattern} {text}");
        }
    }
}
