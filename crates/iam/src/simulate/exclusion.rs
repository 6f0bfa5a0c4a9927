//! Policies that a simulation leaves out, to see what would change without them.

use super::sources::{Given, Origin};
use crate::error::SimulationRefusal;
use base::Arn;
use shapes_iam as api;

/// What is left out.
pub(super) struct Exclusions(Vec<Exclusion>);

enum Exclusion {
    /// `inline`, `aws-managed` …
    Kind(String),
    /// A managed policy, by a pattern of its ARN.
    Arn(String),
    /// An inline policy: the kind of its identity, a pattern of that one's name, and the policy's name.
    Inline(String, String, String),
}

impl Exclusions {
    pub(super) fn read(given: Vec<api::PolicyIdentifier>) -> Result<Self, SimulationRefusal> {
        given.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a policy is left out.
    pub(super) fn cover(&self, given: &Given) -> bool {
        self.0.iter().any(|exclusion| match (exclusion, &given.origin) {
            (Exclusion::Kind(kind), Origin::Inline(..)) => kind == "inline",
            (Exclusion::Kind(kind), Origin::Managed(arn)) => {
                let is_aws = arn.split(':').nth(4) == Some("aws");
                kind == if is_aws { "aws-managed" } else { "user-managed" }
            }
            (Exclusion::Arn(pattern), Origin::Managed(arn)) => matches(pattern, arn),
            (Exclusion::Inline(kind, pattern, policy), Origin::Inline(own, name, given)) => {
                kind == own && policy == given && matches(pattern, name)
            }
            _ => false,
        })
    }

    /// Whether the permissions boundary is.
    pub(super) fn boundary(&self) -> bool {
        self.0
            .iter()
            .any(|exclusion| matches!(exclusion, Exclusion::Kind(kind) if kind == "permission-boundary"))
    }
}

fn read(given: api::PolicyIdentifier) -> Result<Exclusion, SimulationRefusal> {
    let refused = |text: &str| SimulationRefusal::Exclusion(text.to_owned());
    match (given.policy_type, given.policy_arn, given.inline_policy_identifier) {
        (Some(kind), None, None) => Ok(Exclusion::Kind(kind)),
        (None, Some(arn), None) => {
            let parsed: Arn = arn.parse().map_err(|_| refused(&arn))?;
            let is_policy = parsed.service == "iam" && parsed.resource.starts_with("policy/");
            let head = arn.len() - parsed.resource.len();
            if !is_policy || arn[..head].contains(['*', '?']) || !is_pattern(&arn) {
                return Err(refused(&arn));
            }
            Ok(Exclusion::Arn(arn))
        }
        (None, None, Some(inline)) => {
            let name = inline.attachment_name.unwrap_or_default();
            if !is_pattern(&name) {
                return Err(refused(&name));
            }
            let kind = inline.attachment_type.unwrap_or_default().to_lowercase();
            Ok(Exclusion::Inline(kind, name, inline.policy_name.unwrap_or_default()))
        }
        _ => Err(refused("exactly one of PolicyType, PolicyArn and InlinePolicyIdentifier is needed")),
    }
}

/// One `*` at the most.
fn is_pattern(text: &str) -> bool {
    text.matches('*').count() <= 1
}

/// `*` stands for any characters, `?` for one.
fn matches(pattern: &str, text: &str) -> bool {
    let same = |pattern: &str, text: &str| {
        pattern.chars().count() == text.chars().count()
            && pattern.chars().zip(text.chars()).all(|(wanted, had)| wanted == '?' || wanted == had)
    };
    let Some((head, tail)) = pattern.split_once('*') else { return same(pattern, text) };
    let chars: Vec<char> = text.chars().collect();
    let (front, back) = (head.chars().count(), tail.chars().count());
    if chars.len() < front + back {
        return false;
    }
    let part = |range: &[char]| range.iter().collect::<String>();
    same(head, &part(&chars[..front])) && same(tail, &part(&chars[chars.len() - back..]))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_have_one_star_and_question_marks() {
        for (pattern, text, want) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "a", true),
            ("a*c", "abbc", true),
            ("a*c", "ac", true),
            ("ab*bc", "abc", false),
            ("?b*", "ab", true),
            ("?", "", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
    }
}
