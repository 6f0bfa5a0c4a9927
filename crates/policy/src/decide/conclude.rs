//! The order of a decision: specification, section 1.3. It asks for facts one by one, so that nothing is computed that
//! does not decide, and whoever gives them may be the policies themselves or a record of what they said.

use super::{Caller, CallerKind, Decision, Denial, Gate, Matched, PolicyRule, Reach, Resource};
use crate::compile::Action;
use crate::semantics;

/// What the policies of a gate say.
pub(crate) trait Facts<'a> {
    /// The first statement that denies, and its level.
    fn denied(&mut self, gate: Gate) -> Option<(usize, Matched<'a>)>;

    /// Whether they allow.
    fn allowed(&mut self, gate: Gate) -> Verdict;
}

/// Whether the policies of a gate allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There are none.
    Absent,
    Allows(Reach),
    /// The first level without a statement that allows.
    Fails(usize),
}

#[inline]
pub(crate) fn conclude<'a, F: Facts<'a>>(
    caller: &Caller<'_>,
    action: &Action,
    resource: &Resource<'_>,
    facts: &mut F,
) -> Decision<'a> {
    if semantics::ALWAYS_ALLOWED.contains(&action.lower()) && caller.kind != CallerKind::Anonymous {
        return Decision::Allow;
    }
    for gate in Gate::ALL {
        if let Some((level, matched)) = facts.denied(gate) {
            return Decision::Deny(Denial { gate, level, by: Some(matched) });
        }
    }
    match first_missing(caller, resource, facts) {
        Some((gate, level)) => Decision::Deny(Denial { gate, level, by: None }),
        None => Decision::Allow,
    }
}

/// The first gate that lacks an Allow.
fn first_missing<'a, F: Facts<'a>>(
    caller: &Caller<'_>,
    resource: &Resource<'_>,
    facts: &mut F,
) -> Option<(Gate, usize)> {
    for gate in [Gate::ResourceControl, Gate::ServiceControl, Gate::Endpoint] {
        if let Verdict::Fails(level) = facts.allowed(gate) {
            return Some((gate, level));
        }
    }
    if !caller.kind.has_account() {
        return missing(Gate::Resource, facts);
    }
    if caller.account == resource.account {
        within_account(caller, resource, facts)
    } else {
        let own: &[Gate] = match caller.kind {
            // A root user's account allows it everything; a session of it may still be narrowed.
            CallerKind::Root => &[Gate::Resource, Gate::Session],
            _ => &[Gate::Resource, Gate::Identity, Gate::Boundary, Gate::Session],
        };
        own.iter().find_map(|gate| missing(*gate, facts))
    }
}

fn within_account<'a, F: Facts<'a>>(
    caller: &Caller<'_>,
    resource: &Resource<'_>,
    facts: &mut F,
) -> Option<(Gate, usize)> {
    let is_root = caller.kind == CallerKind::Root;
    if is_root && resource.rule != PolicyRule::Required && missing(Gate::Session, facts).is_none() {
        return None;
    }
    // The resource's policy is asked first: it may end the matter.
    let reach = match facts.allowed(Gate::Resource) {
        Verdict::Allows(reach) => Some(reach),
        Verdict::Fails(_) | Verdict::Absent => None,
    };
    match reach {
        None if resource.rule == PolicyRule::Required => return Some((Gate::Resource, 0)),
        Some(Reach::Direct) => return None,
        Some(Reach::Role) => {}
        Some(Reach::Account) | None if is_root => {}
        Some(Reach::Account) | None => {
            if let Some(failed) = missing(Gate::Identity, facts) {
                return Some(failed);
            }
        }
    }
    [Gate::Boundary, Gate::Session].iter().find_map(|gate| missing(*gate, facts))
}

/// Whether a gate lacks an Allow. Boundary and session have to be there to bind; identity and resource have to be there
/// to allow.
fn missing<'a, F: Facts<'a>>(gate: Gate, facts: &mut F) -> Option<(Gate, usize)> {
    match facts.allowed(gate) {
        Verdict::Allows(_) => None,
        Verdict::Fails(level) => Some((gate, level)),
        Verdict::Absent => matches!(gate, Gate::Identity | Gate::Resource).then_some((gate, 0)),
    }
}
