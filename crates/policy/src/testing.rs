//! What tests are written with: a request and its policies, and its outcome in one line.
//!
//! The outcome is that of the explanation, and every case asserts that the decision alone says the same.

use crate::compile::{Action, Attached, Kind, Policy, PolicySet, Source};
use crate::context::fixed::Fixed;
use crate::decide::{
    Caller, CallerKind, Decision, Gate, Membership, PolicyRule, Reach, Request, Resource, decide,
};
use crate::document::Document;
use crate::explain::{Explanation, explain};
use std::sync::Arc;

pub(crate) const A: &str = "111111111111";
pub(crate) const B: &str = "222222222222";

pub(crate) const USER: CallerKind<'static> =
    CallerKind::User { arn: "arn:aws:iam::111111111111:user/team/anna", unique_id: "AIDAANNA000000000" };
pub(crate) const ROLE: CallerKind<'static> = CallerKind::RoleSession {
    role_arn: "arn:aws:iam::111111111111:role/app/reader",
    role_id: "AROAREADER0000000",
    session_arn: "arn:aws:sts::111111111111:assumed-role/reader/s1",
};
pub(crate) const FEDERATED: CallerKind<'static> = CallerKind::FederatedUser {
    arn: "arn:aws:sts::111111111111:federated-user/guest",
    user_arn: "arn:aws:iam::111111111111:user/team/anna",
    user_id: "AIDAANNA000000000",
};
pub(crate) const SERVICE: CallerKind<'static> =
    CallerKind::Service { names: &["ec2.amazonaws.com", "ec2.us-east-1.amazonaws.com"] };
pub(crate) const LINKED: CallerKind<'static> = CallerKind::RoleSession {
    role_arn: "arn:aws:iam::111111111111:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS",
    role_id: "AROALINKED0000000",
    session_arn: "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForAmazonEKS/s1",
};
pub(crate) const OIDC: CallerKind<'static> =
    CallerKind::WebIdentity { provider: "arn:aws:iam::111111111111:oidc-provider/oidc.example.com/id/1" };

/// A request with everything that comes with it.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) kind: CallerKind<'static>,
    pub(crate) account: &'static str,
    pub(crate) action: Action,
    pub(crate) arn: String,
    pub(crate) owner: &'static str,
    pub(crate) rule: PolicyRule,
    pub(crate) granted: Option<Reach>,
    pub(crate) context: Fixed,
    pub(crate) management: bool,
    sets: [Vec<PolicySet>; 7],
}

/// A document of these statements, each without its braces: `"Effect":"Allow","Action":"*","Resource":"*"`.
pub(crate) fn document(statements: &[&str]) -> Document {
    let statements: Vec<String> = statements.iter().map(|statement| format!("{{{statement}}}")).collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    Document::parse(text.as_str()).unwrap_or_else(|error| panic!("{error:?}: {text}"))
}

pub(crate) fn set(kind: Kind, documents: &[Document]) -> PolicySet {
    let attach = |(index, document): (usize, &Document)| Attached {
        policy: Arc::new(Policy::compile(document, kind, &crate::compile::no_unique_ids)),
        source: Source::inline(&format!("p{index}")),
    };
    PolicySet::new(documents.iter().enumerate().map(attach).collect())
}

/// The statement of a shorthand: `+s3:GetObject on *`, `-* on arn:aws:s3:::b/*`, or, with a principal,
/// `+s3:* on * for {"AWS":"111111111111"}`; anything with a quote is taken as it is.
pub(crate) fn statement(short: &str) -> String {
    if short.starts_with('"') {
        return short.to_owned();
    }
    let (effect, rest) = short.split_at(1);
    let effect = if effect == "+" { "Allow" } else { "Deny" };
    let (rest, principal) = match rest.split_once(" for ") {
        Some((rest, principal)) => (rest, format!(r#","Principal":{principal}"#)),
        None => (rest, String::new()),
    };
    let (action, resource) = match rest.split_once(" on ") {
        Some((action, resource)) => (action, format!(r#","Resource":"{resource}""#)),
        None => (rest, String::new()),
    };
    format!(r#""Effect":"{effect}","Action":"{action}"{resource}{principal}"#)
}

impl Case {
    /// A caller of account A asks for an action on a resource of A.
    pub(crate) fn new(kind: CallerKind<'static>, action: &str, arn: &str) -> Self {
        Self {
            kind,
            account: if kind.has_account() { A } else { "" },
            action: Action::new(action),
            arn: arn.to_owned(),
            owner: A,
            rule: PolicyRule::Additive,
            granted: None,
            context: Fixed::default(),
            management: false,
            sets: Default::default(),
        }
    }

    /// Account A reads an object of A.
    pub(crate) fn get(kind: CallerKind<'static>) -> Self {
        Self::new(kind, "s3:GetObject", "arn:aws:s3:::b/k")
    }

    /// The resource belongs to B.
    pub(crate) fn across(mut self) -> Self {
        self.owner = B;
        self
    }

    /// A set of policies, one document of these statements. Of an organization's, one level more.
    pub(crate) fn with(mut self, gate: Gate, statements: &[&str]) -> Self {
        let statements: Vec<String> = statements.iter().map(|short| statement(short)).collect();
        let document = document(&statements.iter().map(String::as_str).collect::<Vec<_>>());
        self.sets[gate as usize].push(set(kind_of(gate), &[document]));
        self
    }

    pub(crate) fn with_set(mut self, gate: Gate, set: PolicySet) -> Self {
        self.sets[gate as usize].push(set);
        self
    }

    /// One statement instead of what a level of a gate has.
    pub(crate) fn replace(mut self, gate: Gate, level: usize, statement: &str) -> Self {
        let levels = &mut self.sets[gate as usize];
        let one = set(kind_of(gate), &[document(&[statement])]);
        match levels.get_mut(level) {
            Some(old) => *old = one,
            None => levels.push(one),
        }
        self
    }

    /// A value of the context, or several.
    pub(crate) fn key(mut self, key: &str, values: &[&str]) -> Self {
        let texts = values.iter().map(|value| (*value).to_owned()).collect();
        self.context.set(key, texts, values.len() != 1);
        self
    }

    pub(crate) fn explained<R>(&self, read: impl FnOnce(&Explanation<'_>) -> R) -> R {
        let none = PolicySet::default();
        let first = |gate: Gate| self.sets[gate as usize].first();
        let member = |gate: Gate| {
            let levels = &self.sets[gate as usize][..];
            (!levels.is_empty()).then_some(Membership { is_management: self.management, levels })
        };
        let caller = Caller {
            kind: self.kind,
            account: self.account,
            canonical_id: Some("c0ffee"),
            identity: first(Gate::Identity).unwrap_or(&none),
            boundary: first(Gate::Boundary),
            session: first(Gate::Session),
            organization: member(Gate::ServiceControl),
        };
        let resource = Resource {
            arn: &self.arn,
            account: self.owner,
            policy: first(Gate::Resource),
            rule: self.rule,
            granted: self.granted,
            organization: member(Gate::ResourceControl),
        };
        let request = Request {
            caller: &caller,
            action: &self.action,
            resource: &resource,
            endpoint: first(Gate::Endpoint),
            context: &self.context,
        };
        let explanation = explain(&request);
        assert_eq!(shown(&decide(&request)), shown(&explanation.decision), "decision and explanation");
        assert_eq!(explanation.blocking.is_empty(), explanation.decision.is_allowed());
        read(&explanation)
    }

    /// `allow`; `identity`, the gate without an Allow, with the level of an organization's from 0; or
    /// `identity: Sid`, the gate with a Deny and its statement (`#2` without a Sid).
    pub(crate) fn outcome(&self) -> String {
        self.explained(|explanation| shown(&explanation.decision))
    }

    #[track_caller]
    pub(crate) fn check(&self, want: &str) {
        assert_eq!(self.outcome(), want);
    }
}

pub(crate) fn shown(decision: &Decision<'_>) -> String {
    let Decision::Deny(denial) = decision else { return "allow".to_owned() };
    let gate = match denial.gate {
        Gate::ResourceControl => format!("rcp{}", denial.level),
        Gate::ServiceControl => format!("scp{}", denial.level),
        Gate::Endpoint => "endpoint".to_owned(),
        Gate::Resource => "resource".to_owned(),
        Gate::Identity => "identity".to_owned(),
        Gate::Boundary => "boundary".to_owned(),
        Gate::Session => "session".to_owned(),
    };
    match denial.by {
        None => gate,
        Some(by) => match by.statement.sid() {
            Some(sid) => format!("{gate}: {sid}"),
            None => format!("{gate}: #{}", by.statement.index() + 1),
        },
    }
}

fn kind_of(gate: Gate) -> Kind {
    match gate {
        Gate::ResourceControl => Kind::ResourceControl,
        Gate::ServiceControl => Kind::ServiceControl,
        Gate::Endpoint => Kind::Endpoint,
        Gate::Resource => Kind::Resource,
        Gate::Identity => Kind::Identity,
        Gate::Boundary => Kind::Boundary,
        Gate::Session => Kind::Session,
    }
}
