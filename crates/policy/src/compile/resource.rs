//! Resources: the one a request is about, and those a statement names.

use super::Kind;
use super::arn::{ArnPattern, ArnText};
use crate::context::{Context, Key};
use crate::decide::Tracer;
use crate::document::{Element, Text};
use crate::pattern::Reading;
use crate::semantics;

/// What an evaluation is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    Arn(ArnText<'a>),
    /// `*`, as the action knows no resources, or a text that is no ARN. Only a literal `*` fits.
    NoArn,
}

impl<'a> Target<'a> {
    #[inline]
    pub(crate) fn parse(text: &'a str) -> Self {
        ArnText::parse(text).map_or(Self::NoArn, Self::Arn)
    }
}

/// `Resource` or `NotResource` of a statement.
#[derive(Clone, Debug)]
pub(crate) struct Resources {
    pub(crate) negated: bool,
    /// A literal `*`.
    everything: bool,
    patterns: Box<[ArnPattern]>,
}

impl Resources {
    pub(crate) fn new(written: &Element<Text>, kind: Kind, reading: Reading) -> Self {
        let texts = written.values.iter().map(|text| text.value.as_str());
        let everything = texts.clone().any(|text| text == "*");
        let patterns = texts
            .filter(|text| *text != "*")
            .filter_map(|text| {
                let missing = semantics::missing_segments(kind, text);
                ArnPattern::parse(text, reading, missing, semantics::ARN_HEAD_FOLDS_CASE)
            })
            .collect();
        Self { negated: written.negated, everything, patterns }
    }

    #[inline]
    pub(crate) fn matches<C: Context + ?Sized, T: Tracer>(
        &self,
        target: &Target<'_>,
        context: &C,
        tracer: &mut T,
    ) -> bool {
        let named = self.everything
            || match target {
                Target::Arn(arn) => self.patterns.iter().any(|pattern| pattern.matches(arn, context, tracer)),
                Target::NoArn => false,
            };
        named != self.negated
    }

    /// The variables in it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.patterns.iter().flat_map(ArnPattern::keys)
    }
}

impl std::fmt::Display for Resources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut separator = if self.negated { "anything but " } else { "" };
        if self.everything {
            write!(f, "{separator}*")?;
            separator = ", ";
        }
        for pattern in &self.patterns {
            write!(f, "{separator}{pattern}")?;
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Resources, Target};
    use crate::compile::Kind;
    use crate::context::NoContext;
    use crate::decide::Silent;
    use crate::document::{Element, Text};
    use crate::pattern::Reading;
    use crate::span::Span;

    fn resources(kind: Kind, negated: bool, patterns: &[&str]) -> Resources {
        let values =
            patterns.iter().map(|value| Text { value: (*value).to_owned(), span: Span::default() }).collect();
        let reading = Reading { wildcards: true, variables: true };
        Resources::new(&Element { negated, values, span: Span::default() }, kind, reading)
    }

    fn fits(kind: Kind, negated: bool, patterns: &[&str], target: &str) -> bool {
        resources(kind, negated, patterns).matches(&Target::parse(target), &NoContext, &mut Silent)
    }

    /// Spec 1.2, "Wildcard-only actions" and "NotResource".
    #[test]
    fn an_action_without_resources_needs_a_literal_star() {
        for (negated, patterns, target, want) in [
            (false, &["*"][..], "*", true),
            (false, &["*"], "arn:aws:s3:::b", true),
            (false, &["arn:aws:ec2:*:*:instance/*"], "*", false),
            (false, &["arn:*:*:*:*:*"], "*", false),
            (false, &[], "arn:aws:s3:::b", false),
            (false, &["arn:aws:s3:::a", "arn:aws:s3:::b"], "arn:aws:s3:::b", true),
            (false, &["*"], "no-arn", true),
            (false, &["no-arn"], "no-arn", false),
            (true, &["arn:aws:s3:::b"], "arn:aws:s3:::b", false),
            (true, &["arn:aws:s3:::b"], "arn:aws:s3:::c", true),
            (true, &["arn:aws:s3:::b"], "*", true),
            (true, &["*"], "*", false),
            // Short ARNs are completed here too.
            (true, &["arn:aws:s3:*"], "arn:aws:s3:::b", false),
            (true, &["arn:aws:ec2:*"], "arn:aws:s3:::b", true),
            // A variable without a value fits nothing, so all is left.
            (true, &["arn:aws:s3:::${aws:username}"], "arn:aws:s3:::b", true),
        ] {
            assert_eq!(
                fits(Kind::Identity, negated, patterns, target),
                want,
                "{negated} {patterns:?} {target}"
            );
        }
    }

    /// Spec 1.2, "Short ARNs"; open point 13.
    #[test]
    fn short_arns_depend_on_the_kind_of_policy() {
        use Kind::{Boundary, Endpoint, Identity, Resource, ResourceControl, ServiceControl, Session};
        let bucket = "arn:aws:s3:::b";
        for (pattern, fitting) in [
            ("arn:aws:s3:*", &[Identity, Boundary, Session, Resource, Endpoint, ServiceControl][..]),
            ("arn:aws:s3", &[Identity, Boundary, Session]),
            ("arn:*:s3", &[Identity, Boundary, Session, Resource, Endpoint]),
            ("arn:aws:ec2:*", &[]),
        ] {
            for kind in [Identity, Boundary, Session, Resource, Endpoint, ServiceControl, ResourceControl] {
                let got = fits(kind, false, &[pattern], bucket);
                assert_eq!(got, fitting.contains(&kind), "{kind:?} {pattern}");
            }
        }
    }

    #[test]
    fn resources_can_be_shown() {
        let shown = resources(Kind::Identity, true, &["arn:aws:s3:::b/*", "*"]).to_string();
        assert_eq!(shown, "anything but *, arn:aws:s3:::b/*");
    }
}
