//! Actions: the one a request is about, and the sets a statement names.

use crate::decide::Silent;
use crate::document::Element as Written;
use crate::document::Text;
use crate::pattern::{Steps, begins_with_mark, glob_matches, marked};

/// The action of a request, made ready once: `s3:GetObject`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    written: Box<str>,
    lower: Box<str>,
    colon: usize,
}

impl Action {
    /// The action of this name: `service:Operation`.
    pub fn new(name: &str) -> Self {
        let lower = name.to_ascii_lowercase().into_boxed_str();
        let colon = lower.find(':').unwrap_or(lower.len());
        Self { written: name.into(), lower, colon }
    }

    /// As AWS spells it.
    pub fn name(&self) -> &str {
        &self.written
    }

    /// Whether a text of a policy speaks of it: `s3:Get*`.
    pub fn is_named_by(&self, pattern: &str) -> bool {
        let pattern = pattern.to_ascii_lowercase();
        match pattern.split_once(':') {
            Some((service, operation)) => {
                let fits =
                    |pattern: &str, text: &str| glob_matches(&marked(pattern), text.as_bytes(), &mut Silent);
                fits(service, self.service()) && fits(operation, self.operation())
            }
            None => pattern == EVERY,
        }
    }

    /// In lower case.
    pub(crate) fn lower(&self) -> &str {
        &self.lower
    }

    /// The prefix, in lower case: `s3`.
    pub fn service(&self) -> &str {
        &self.lower[..self.colon]
    }

    fn operation(&self) -> &str {
        self.lower.get(self.colon + 1..).unwrap_or("")
    }

    pub(super) fn initials(&self) -> Initials {
        Initials::of(self.operation().as_bytes())
    }
}

/// How operations begin: a set of first letters. Two operations of which these differ need not be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Initials(u32);

impl Initials {
    const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(u32::MAX);

    /// Of one operation, in lower case, or of what it begins with: the letter's own bit. All that are no letters share
    /// one.
    fn of(operation: &[u8]) -> Self {
        match operation.first() {
            Some(letter @ b'a'..=b'z') => Self(1 << (letter - b'a')),
            _ => Self(1 << 31),
        }
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether an operation may be of both.
    #[inline]
    pub(super) fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// `Action` or `NotAction` of a statement.
#[derive(Clone, Debug)]
pub(crate) struct Actions {
    pub(crate) negated: bool,
    /// `*`, `*:*`.
    everything: bool,
    /// Sorted by service. `*` as a service is every service.
    services: Box<[Service]>,
}

#[derive(Clone, Debug)]
struct Service {
    name: Box<str>,
    /// `s3:*`.
    all: bool,
    /// Operations in lower case, sorted.
    exact: Box<[Box<str>]>,
    globs: Box<[Glob]>,
}

#[derive(Clone, Debug)]
enum Glob {
    Prefix(Box<str>),
    Marked(Box<[u8]>),
}

/// The stand-in for every service.
const EVERY: &str = "*";

impl Actions {
    pub(crate) fn new(written: &Written<Text>) -> Self {
        let mut everything = false;
        let mut patterns: Vec<(String, String)> = Vec::new();
        for text in &written.values {
            let lower = text.value.to_ascii_lowercase();
            match lower.split_once(':') {
                // Spec 1.2: white space inside or an empty operation fits nothing.
                _ if lower.contains(char::is_whitespace) => {}
                None => everything |= lower == EVERY,
                Some((_, "")) => {}
                Some((EVERY, EVERY)) => everything = true,
                Some((service, operation)) => patterns.push((service.to_owned(), operation.to_owned())),
            }
        }
        patterns.sort_unstable();
        patterns.dedup();
        let services = patterns.chunk_by(|one, other| one.0 == other.0).map(Service::new).collect();
        Self { negated: written.negated, everything, services }
    }

    pub(crate) fn matches<S: Steps>(&self, action: &Action, steps: &mut S) -> bool {
        (self.everything || self.names(action, steps)) != self.negated
    }

    fn names<S: Steps>(&self, action: &Action, steps: &mut S) -> bool {
        let mut fits = |name: &str| {
            self.services
                .binary_search_by(|service| (*service.name).cmp(name))
                .is_ok_and(|at| self.services[at].matches(action.operation(), steps))
        };
        fits(action.service()) || (self.has_every() && fits(EVERY))
    }

    fn has_every(&self) -> bool {
        self.services.first().is_some_and(|service| &*service.name == EVERY)
    }

    /// The services whose actions can fit, and how their operations begin; `None` if those of any can.
    pub(super) fn services(&self) -> Option<impl Iterator<Item = (&str, Initials)>> {
        if self.negated || self.everything || self.has_every() {
            return None;
        }
        Some(self.services.iter().map(|service| (&*service.name, service.initials())))
    }
}

impl std::fmt::Display for Actions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut separator = if self.negated { "anything but " } else { "" };
        if self.everything {
            write!(f, "{separator}*")?;
            separator = ", ";
        }
        for service in &self.services {
            let all = if service.all { Some(EVERY.to_owned()) } else { None };
            let exact = service.exact.iter().map(|operation| operation.to_string());
            let globs = service.globs.iter().map(|glob| match glob {
                Glob::Prefix(prefix) => format!("{prefix}*"),
                Glob::Marked(marked) => crate::pattern::unmarked(marked),
            });
            for operation in all.into_iter().chain(exact).chain(globs) {
                write!(f, "{separator}{}:{operation}", service.name)?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

impl Service {
    /// From pairs of one service, sorted.
    fn new(patterns: &[(String, String)]) -> Self {
        let mut service = Self {
            name: patterns[0].0.as_str().into(),
            all: false,
            exact: Box::default(),
            globs: Box::default(),
        };
        let (mut exact, mut globs) = (Vec::new(), Vec::new());
        for (_, operation) in patterns {
            match operation.find(['*', '?']) {
                None => exact.push(operation.as_str().into()),
                Some(0) if operation == EVERY => service.all = true,
                Some(at) if at + 1 == operation.len() && operation.ends_with('*') => {
                    globs.push(Glob::Prefix(operation[..at].into()));
                }
                Some(_) => globs.push(Glob::Marked(marked(operation).into_boxed_slice())),
            }
        }
        service.exact = exact.into_boxed_slice();
        service.globs = globs.into_boxed_slice();
        service
    }

    fn initials(&self) -> Initials {
        if self.all {
            return Initials::ALL;
        }
        let exact = self.exact.iter().map(|operation| Initials::of(operation.as_bytes()));
        exact.chain(self.globs.iter().map(Glob::initials)).fold(Initials::NONE, Initials::and)
    }

    fn matches<S: Steps>(&self, operation: &str, steps: &mut S) -> bool {
        steps.count(1);
        self.all
            || self.exact.binary_search_by(|exact| (**exact).cmp(operation)).is_ok()
            || self.globs.iter().any(|glob| match glob {
                Glob::Prefix(prefix) => operation.starts_with(&**prefix),
                Glob::Marked(marked) => glob_matches(marked, operation.as_bytes(), steps),
            })
    }
}

impl Glob {
    fn initials(&self) -> Initials {
        match self {
            Self::Prefix(prefix) => Initials::of(prefix.as_bytes()),
            Self::Marked(marked) if begins_with_mark(marked) => Initials::ALL,
            Self::Marked(marked) => Initials::of(marked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Actions, Initials};
    use crate::decide::Silent;
    use crate::document::{Element, Text};
    use crate::pattern::Steps;
    use crate::span::Span;

    fn actions(negated: bool, patterns: &[&str]) -> Actions {
        let values =
            patterns.iter().map(|value| Text { value: (*value).to_owned(), span: Span::default() }).collect();
        Actions::new(&Element { negated, values, span: Span::default() })
    }

    /// Spec 1.2, "Action / NotAction".
    #[test]
    fn an_action_is_named_by_patterns_of_service_and_operation() {
        let action = Action::new("s3:GetObject");
        for (pattern, want) in [
            ("s3:GetObject", true),
            ("S3:getobject", true),
            ("s3:Get*", true),
            ("s3:*", true),
            ("s?:GetObjec?", true),
            ("*:*", true),
            ("*", true),
            ("s3:Put*", false),
            ("ec2:*", false),
            ("ec2:GetObject", false),
            ("s3:", false),
            ("s3", false),
            ("GetObject", false),
        ] {
            assert_eq!(action.is_named_by(pattern), want, "{pattern}");
        }
    }

    #[test]
    fn actions_are_compared_without_case_and_with_wildcards() {
        for (patterns, action, want) in [
            (&["s3:GetObject"][..], "s3:GetObject", true),
            (&["S3:getobject"], "s3:GetObject", true),
            (&["s3:GetObject"], "s3:GetObjectAcl", false),
            (&["s3:Get*"], "s3:GetObject", true),
            (&["s3:Get*"], "s3:PutObject", false),
            (&["s3:*Object"], "s3:GetObject", true),
            (&["s3:?etObject"], "s3:GetObject", true),
            (&["s3:?etObject"], "s3:etObject", false),
            (&["s3:GetObject?"], "s3:GetObjectAcl", false),
            (&["s3:*Object*"], "s3:GetObjectAcl", true),
            (&["s3:*Object*"], "s3:ListBucket", false),
            (&["s3:*"], "s3:GetObject", true),
            (&["s3:*"], "s3express:CreateSession", false),
            (&["*"], "iam:GetUser", true),
            (&["*:*"], "iam:GetUser", true),
            (&["*:Get*"], "iam:GetUser", true),
            (&["*:Get*"], "iam:ListUsers", false),
            (&["*:Get*", "iam:ListUsers"], "iam:ListUsers", true),
            // A pattern's wildcard does not reach over the colon.
            (&["s*:GetObject"], "s3:GetObject", false),
            (&["s3*"], "s3:GetObject", false),
            // Fit nothing.
            (&["s3:"], "s3:GetObject", false),
            (&["s3: *"], "s3:GetObject", false),
            (&["s3:Get Object"], "s3:Get Object", false),
            (&["GetObject"], "s3:GetObject", false),
            (&[], "s3:GetObject", false),
            (&["ec2:*", "s3:ListBucket", "s3:PutObject", "s3:GetObject"], "s3:GetObject", true),
        ] {
            let request = Action::new(action);
            assert_eq!(
                actions(false, patterns).matches(&request, &mut Silent),
                want,
                "{patterns:?} {action}"
            );
            assert_eq!(
                actions(true, patterns).matches(&request, &mut Silent),
                !want,
                "not {patterns:?} {action}"
            );
        }
    }

    /// Spec 9.1: never glob every pattern against every action. One step for the service, none for a prefix.
    #[test]
    fn only_wildcards_inside_are_searched() {
        struct Counter(usize);
        impl Steps for Counter {
            fn count(&mut self, bytes: usize) {
                self.0 += bytes;
            }
        }
        for (pattern, want) in
            [("s3:*", 1), ("s3:GetObject", 1), ("s3:Get*", 1), ("s3:G*ct", 22), ("ec2:*", 0)]
        {
            let mut counter = Counter(0);
            let fits = actions(false, &[pattern]).matches(&Action::new("s3:GetObject"), &mut counter);
            assert_eq!((fits, counter.0), (want > 0, want), "{pattern}");
        }
    }

    #[test]
    fn the_services_of_a_set_are_known() {
        let services = |actions: Actions| {
            actions.services().map(|all| all.map(|(name, _)| name.to_owned()).collect::<Vec<_>>())
        };
        let owned = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        for (negated, patterns, want) in [
            (false, &["S3:Get*", "ec2:RunInstances", "s3:PutObject"][..], owned(&["ec2", "s3"])),
            (false, &["s3:*", "*:List*"], None),
            (false, &["*"], None),
            (true, &["s3:*"], None),
            (false, &[], owned(&[])),
        ] {
            assert_eq!(services(actions(negated, patterns)), want, "{patterns:?}");
        }
    }

    /// What is skipped by its beginning could not have fitted.
    #[test]
    fn operations_are_told_apart_by_how_they_begin() {
        for (patterns, met, other) in [
            (&["s3:GetObject"][..], &["s3:GetObject", "s3:GetBucketAcl"][..], &["s3:PutObject", "s3:"][..]),
            (&["s3:Get*"], &["s3:GetObject"], &["s3:Abort", "s3:ZZ", "s3:1"]),
            (&["s3:G*t", "s3:P?t"], &["s3:Get", "s3:Put"], &["s3:List"]),
            (&["s3:GetObject", "s3:Get*"], &["s3:GetObject"], &["s3:Put"]),
            (&["s3:a", "s3:Z*"], &["s3:abort", "s3:zone"], &["s3:Get"]),
            (&["s3:?et"], &["s3:Get", "s3:1et"], &[]),
            (&["s3:*t"], &["s3:Get", "s3:1t"], &[]),
            (&["s3:*"], &["s3:Get", "s3:1", "s3:"], &[]),
            (&["s3:1*"], &["s3:1", "s3:2"], &["s3:Get"]),
        ] {
            let set = actions(false, patterns);
            let initials = set.services().unwrap().fold(Initials::NONE, |all, (_, one)| all.and(one));
            for (actions, want) in [(met, true), (other, false)] {
                for action in actions {
                    let action = Action::new(action);
                    assert_eq!(initials.meet(action.initials()), want, "{patterns:?} {}", action.name());
                }
            }
        }
    }

    #[test]
    fn a_set_can_be_shown() {
        let shown = actions(false, &["s3:Get*", "S3:PutObject", "s3:*x?", "ec2:*"]).to_string();
        assert_eq!(shown, "ec2:*, s3:putobject, s3:*x?, s3:get*");
        assert_eq!(actions(true, &["*", "a:b"]).to_string(), "anything but *, a:b");
    }
}
