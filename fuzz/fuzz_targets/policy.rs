//! Whatever a policy document says, it is read or refused; what is read can be decided by, and the decision and its
//! explanation agree.
//!
//! The first line is a request: action, resource, and one value of a key (`s3:GetObject arn:aws:s3:::b/k aws:username
//! anna`). The document follows; it is used as every kind of policy in turn.
#![no_main]

use angae_fuzz::line;
use libfuzzer_sys::fuzz_target;
use policy::compile::{Action, Attached, Kind, Policy, PolicySet, Source, no_unique_ids};
use policy::context::fixed::Fixed;
use policy::decide::{Caller, CallerKind, Decision, Membership, PolicyRule, Request, Resource, decide};
use policy::document::Document;
use policy::explain::{context_keys, explain};
use policy::grammar::{Grammar, check};

const KINDS: [Kind; 8] = [
    Kind::Identity,
    Kind::Boundary,
    Kind::Session,
    Kind::Resource,
    Kind::Trust,
    Kind::Endpoint,
    Kind::ServiceControl,
    Kind::ResourceControl,
];

fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = line(bytes);
    let (Ok(first), Ok(text)) = (std::str::from_utf8(first), std::str::from_utf8(rest)) else { return };
    for grammar in [
        Grammar::Identity,
        Grammar::Trust,
        Grammar::Resource,
        Grammar::ServiceControl,
        Grammar::ResourceControl,
        Grammar::Endpoint,
    ] {
        match check(&grammar, text) {
            Ok(_) => assert!(Document::parse(text).is_ok(), "accepted on write, unreadable after"),
            Err(refusal) => assert!(!refusal.sentence().is_empty()),
        }
    }
    let Ok(document) = Document::parse(text) else { return };
    context_keys(&document);
    let mut words = first.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let (action, arn, key, value) = (Action::new(word()), word(), word(), word());
    let context = Fixed::new(&[(key, &[value])]);
    for kind in KINDS {
        let policy = Policy::compile(&document, kind, &no_unique_ids);
        let attached = Attached { policy: policy.into(), source: Source::inline("p") };
        agree(kind, &PolicySet::new(vec![attached]), &action, arn, &context);
    }
});

/// Decides and explains, with the set as policies of its kind, for every kind of caller.
fn agree(kind: Kind, set: &PolicySet, action: &Action, arn: &str, context: &Fixed) {
    let none = PolicySet::default();
    let only = |wanted: &[Kind]| wanted.contains(&kind).then_some(set);
    let member = Membership { is_management: false, levels: std::slice::from_ref(set) };
    for caller_kind in [
        CallerKind::Root,
        CallerKind::User { arn: "arn:aws:iam::111111111111:user/anna", unique_id: "AIDAANNA000000000" },
        CallerKind::RoleSession {
            role_arn: "arn:aws:iam::111111111111:role/r",
            role_id: "AROAROLE000000000",
            session_arn: "arn:aws:sts::111111111111:assumed-role/r/s",
        },
        CallerKind::Anonymous,
    ] {
        let caller = Caller {
            kind: caller_kind,
            account: if caller_kind == CallerKind::Anonymous { "" } else { "111111111111" },
            canonical_id: None,
            identity: only(&[Kind::Identity]).unwrap_or(&none),
            boundary: only(&[Kind::Boundary]),
            session: only(&[Kind::Session]),
            organization: only(&[Kind::ServiceControl]).map(|_| member),
        };
        let resource = Resource {
            arn,
            account: "111111111111",
            policy: only(&[Kind::Resource, Kind::Trust]),
            rule: if kind == Kind::Trust { PolicyRule::Required } else { PolicyRule::Additive },
            granted: None,
            organization: only(&[Kind::ResourceControl]).map(|_| member),
        };
        let endpoint = only(&[Kind::Endpoint]);
        let request = Request { caller: &caller, action, resource: &resource, endpoint, context };
        let explanation = explain(&request);
        let shown = |decision: &Decision<'_>| match decision {
            Decision::Allow => None,
            Decision::Deny(denial) => {
                Some((denial.gate, denial.level, denial.by.map(|by| by.statement.index())))
            }
        };
        assert_eq!(shown(&decide(&request)), shown(&explanation.decision), "{kind:?} {caller_kind:?}");
        assert_eq!(explanation.blocking.is_empty(), explanation.decision.is_allowed());
        assert_eq!(explanation.blocking.len(), explanation.fixes.len());
    }
}
