//! ARNs: those of requests, and patterns of them, compared segment by segment.
//!
//! A wildcard never reaches over one of the first five colons; in the last segment it takes anything.

use crate::context::{Context, Key};
use crate::decide::Tracer;
use crate::pattern::{Expanded, Pattern, Reading, equal_ignoring_case};
use crate::semantics;

/// An ARN of a request, its separators found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArnText<'a> {
    text: &'a str,
    colons: [usize; 5],
}

impl<'a> ArnText<'a> {
    /// `None` if the text has fewer than six segments or is no ARN.
    #[inline]
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let colons = colons(text.as_bytes())?;
        text.starts_with("arn:").then_some(Self { text, colons })
    }

    fn head(&self) -> &'a str {
        &self.text[..=self.colons[4]]
    }

    fn tail(&self) -> &'a str {
        &self.text[self.colons[4] + 1..]
    }

    fn segment(&self, index: usize) -> &'a str {
        let start = if index == 0 { 0 } else { self.colons[index - 1] + 1 };
        &self.text[start..self.colons[index]]
    }
}

/// The first five colons.
fn colons(text: &[u8]) -> Option<[usize; 5]> {
    let mut colons = [0; 5];
    let mut found = 0;
    for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b':') {
        colons[found] = at;
        found += 1;
        if found == colons.len() {
            return Some(colons);
        }
    }
    None
}

/// A pattern of ARNs.
#[derive(Clone, Debug)]
pub(crate) struct ArnPattern {
    head: Head,
    /// The last segment.
    tail: Pattern,
    folds_head: bool,
}

#[derive(Clone, Debug)]
enum Head {
    /// Without wildcard and variable: `arn:aws:s3:::`.
    Exact(Box<str>),
    Segments(Box<[Pattern; 5]>),
    /// A variable stands for more than a segment: the tail is the whole pattern, cut up when it is expanded.
    Within,
}

impl ArnPattern {
    /// A pattern of six segments. With fewer, `missing` says what the others are; `None` if nothing can be.
    pub(crate) fn parse(
        text: &str,
        reading: Reading,
        missing: Option<&str>,
        folds_head: bool,
    ) -> Option<Self> {
        let mut segments = segments(text, reading);
        if segments.len() < 6 {
            let filler = missing?;
            segments.resize(6, filler);
        }
        let tail = Pattern::new(segments[5], reading);
        let is_plain = |segment: &&str| !segment.contains(['*', '?', '$']);
        let head = if segments[..5].iter().all(is_plain) {
            Head::Exact((segments[..5].join(":") + ":").into_boxed_str())
        } else {
            let pattern = |(index, segment): (usize, &&str)| {
                // Semantics 4: of the head, only Region and account hold variables.
                let variables = reading.variables && semantics::HEAD_SEGMENTS_WITH_VARIABLES.contains(&index);
                let folds = folds_head && !variables;
                let segment = if folds { segment.to_ascii_lowercase() } else { (*segment).to_owned() };
                Pattern::new(&segment, Reading { variables, ..reading })
            };
            let patterns: Vec<Pattern> = segments[..5].iter().enumerate().map(pattern).collect();
            Head::Segments(Box::new(patterns.try_into().ok()?))
        };
        Some(Self { head, tail, folds_head })
    }

    /// For conditions, whose values may be one variable: `${aws:PrincipalArn}`.
    pub(crate) fn of_condition(text: &str, reading: Reading) -> Option<Self> {
        if let Some(pattern) = Self::parse(text, reading, None, false) {
            return Some(pattern);
        }
        let whole = Pattern::new(text, reading);
        let is_template = matches!(whole, Pattern::Template(_));
        is_template.then_some(Self { head: Head::Within, tail: whole, folds_head: false })
    }

    #[inline]
    pub(crate) fn matches<C: Context + ?Sized, T: Tracer>(
        &self,
        arn: &ArnText<'_>,
        context: &C,
        tracer: &mut T,
    ) -> bool {
        let head_fits = match &self.head {
            Head::Exact(exact) => {
                **exact == *arn.head() || self.folds_head && equal_ignoring_case(exact, arn.head())
            }
            Head::Segments(patterns) => patterns.iter().enumerate().all(|(index, pattern)| {
                let segment = arn.segment(index);
                if self.folds_head && segment.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    return pattern.matches_ignoring_case(segment, context, tracer);
                }
                pattern.matches(segment, context, tracer)
            }),
            Head::Within => return self.matches_within(arn, context, tracer),
        };
        head_fits && self.tail.matches(arn.tail(), context, tracer)
    }

    fn matches_within<C: Context + ?Sized, T: Tracer>(
        &self,
        arn: &ArnText<'_>,
        context: &C,
        tracer: &mut T,
    ) -> bool {
        let Pattern::Template(template) = &self.tail else { return false };
        let Some(expanded) = template.expand(context, tracer) else { return false };
        let bytes = expanded.bytes();
        let Some(cuts) = own_or_any_colons(&expanded) else { return false };
        let start = |index: usize| if index == 0 { 0 } else { cuts[index - 1] + 1 };
        let heads = (0..5).all(|index| {
            let pattern = &bytes[start(index)..cuts[index]];
            crate::pattern::glob_matches(pattern, arn.segment(index).as_bytes(), tracer)
        });
        heads && crate::pattern::glob_matches(&bytes[start(5)..], arn.tail().as_bytes(), tracer)
    }

    /// The variables in it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let head = match &self.head {
            Head::Segments(patterns) => &patterns[..],
            Head::Exact(_) | Head::Within => &[],
        };
        head.iter().flat_map(Pattern::keys).chain(self.tail.keys())
    }
}

impl std::fmt::Display for ArnPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.head {
            Head::Exact(head) => f.write_str(head)?,
            Head::Segments(patterns) => {
                for pattern in patterns.iter() {
                    write!(f, "{pattern}:")?;
                }
            }
            Head::Within => {}
        }
        self.tail.fmt(f)
    }
}

fn own_or_any_colons(expanded: &Expanded) -> Option<[usize; 5]> {
    expanded.own_colons().or_else(|| colons(expanded.bytes()))
}

/// At most six segments; colons within `${…}` separate nothing.
fn segments(text: &str, reading: Reading) -> Vec<&str> {
    let mut segments = Vec::with_capacity(6);
    let (mut start, mut in_variable) = (0, false);
    // Behind the last brace no variable begins.
    let closed = text.rfind('}').map_or("", |brace| &text[..brace]);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'$' if reading.variables && closed.get(at..).is_some_and(|rest| rest.starts_with("${")) => {
                in_variable = true;
            }
            b'}' => in_variable = false,
            b':' if !in_variable && segments.len() < 5 => {
                segments.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.push(&text[start..]);
    segments
}

#[cfg(test)]
mod tests {
    use super::{ArnPattern, ArnText};
    use crate::context::fixed::Fixed;
    use crate::decide::Silent;
    use crate::pattern::Reading;

    const READING: Reading = Reading { wildcards: true, variables: true };

    fn fixed() -> Fixed {
        Fixed::new(&[
            ("aws:username", &["anna"]),
            ("k:account", &["111111111111"]),
            ("k:arn", &["arn:aws:iam::1:role/r"]),
            ("k:colons", &["a:b"]),
        ])
    }

    /// Spec 1.2, "Resource / NotResource".
    #[test]
    fn resources_are_compared_by_segment() {
        for (pattern, arn, want) in [
            ("arn:aws:s3:::b/k", "arn:aws:s3:::b/k", true),
            ("arn:aws:s3:::b/K", "arn:aws:s3:::b/k", false),
            ("ARN:AWS:S3:::b/k", "arn:aws:s3:::b/k", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y:z", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", false),
            ("arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:us-east-1:1:instance/i-1", true),
            // Not over a colon.
            ("arn:aws:ec2:*:instance/*", "arn:aws:ec2:us-east-1:1:instance/i-1", false),
            ("arn:aws:s*:::b", "arn:aws:s3:::b", true),
            ("*:*:*:*:*:b", "arn:aws:s3:::b", true),
            ("arn:aws:S*:::b", "arn:aws:s3:::b", true),
            ("arn:*:ec2:us-*-?:1:*", "arn:aws:ec2:us-east-1:1:vpc/v", true),
            ("arn:*:ec2:us-*-?:1:*", "arn:aws:ec2:us-east-11:1:vpc/v", false),
            ("arn:aws:iam::${k:account}:user/*", "arn:aws:iam::111111111111:user/x", true),
            ("arn:aws:iam::${k:account}:user/*", "arn:aws:iam::222222222222:user/x", false),
            // In the other segments of the head a variable is text.
            ("arn:${aws:username}:iam::1:user/*", "arn:anna:iam::1:user/x", false),
            ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/anna/x", true),
            ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/otto/x", false),
            ("arn:aws:s3:::b/${k:no, 'a:b'}", "arn:aws:s3:::b/a:b", true),
            ("arn:aws:s3:::b/${k:colons}", "arn:aws:s3:::b/a:b", true),
            ("arn:aws:logs:r:1:log-group:g", "arn:aws:logs:r:1:log-group:g", true),
            ("arn:aws:logs:r:1:log-group:g", "arn:aws:logs:r:1:log-group", false),
            // What only looks like a variable holds no colon back.
            ("arn:aws:ec2:$:*:vpc/v", "arn:aws:ec2:$:1:vpc/v", true),
            ("arn:aws:ec2:${:*:vpc/v", "arn:aws:ec2:${:1:vpc/v", true),
        ] {
            let made = ArnPattern::parse(pattern, READING, None, true);
            let arn = ArnText::parse(arn).unwrap();
            let got = made.is_some_and(|made| made.matches(&arn, &fixed(), &mut Silent));
            assert_eq!(got, want, "{pattern} {}", arn.text);
        }
    }

    /// Spec 1.2: documents of 2008 keep the text as written.
    #[test]
    fn old_documents_have_no_variables_in_arns() {
        let old = Reading { wildcards: true, variables: false };
        for (arn, want) in
            [("arn:aws:iam::111111111111:user/x", false), ("arn:aws:iam::${k:account}:user/x", true)]
        {
            let made = ArnPattern::parse("arn:aws:iam::${k:account}:user/*", old, None, true).unwrap();
            assert_eq!(made.matches(&ArnText::parse(arn).unwrap(), &fixed(), &mut Silent), want, "{arn}");
        }
    }

    /// Spec 1.7, ArnEquals: "glob per segment (six), case-sensitive; malformed ARN → false".
    #[test]
    fn values_of_conditions_may_be_one_variable() {
        for (pattern, arn, want) in [
            ("${k:arn}", "arn:aws:iam::1:role/r", true),
            ("${k:arn}*", "arn:aws:iam::1:role/rs", true),
            ("${k:arn}", "arn:aws:iam::1:role/s", false),
            ("${k:missing}", "arn:aws:iam::1:role/r", false),
            ("${aws:username}", "arn:aws:iam::1:role/r", false),
            ("arn:aws:iam::1:role/r", "arn:aws:iam::1:role/r", true),
            ("ARN:aws:iam::1:role/r", "arn:aws:iam::1:role/r", false),
            ("arn:aws:iam::*:role/?", "arn:aws:iam::1:role/r", true),
            ("arn:aws:I*::1:role/r", "arn:aws:iam::1:role/r", false),
            ("arn:aws:iam::*:role/r", "arn:aws:IAM::1:role/r", false),
            ("arn:aws:iam:*", "arn:aws:iam::1:role/r", false),
            ("*", "arn:aws:iam::1:role/r", false),
        ] {
            let made = ArnPattern::of_condition(pattern, READING);
            let arn = ArnText::parse(arn).unwrap();
            let got = made.is_some_and(|made| made.matches(&arn, &fixed(), &mut Silent));
            assert_eq!(got, want, "{pattern} {}", arn.text);
        }
        for text in ["", "*", "arn:aws:s3::b", "x:y:z:a:b:c"] {
            assert!(ArnText::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn patterns_are_shown_as_written() {
        for text in [
            "arn:aws:s3:::b/*",
            "arn:aws:ec2:*:?:x/${aws:username, 'none'}/*",
            "arn:aws:iam::${k:account}:user/a",
        ] {
            assert_eq!(ArnPattern::parse(text, READING, None, true).unwrap().to_string(), text);
        }
        assert_eq!(ArnPattern::of_condition("${k:arn}", READING).unwrap().to_string(), "${k:arn}");
    }
}
