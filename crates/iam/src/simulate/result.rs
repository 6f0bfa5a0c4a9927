//! What came of a simulation, action by action and resource by resource.

use super::{Simulation, positions, set};
use policy::compile::{Action, PolicySet};
use policy::decide::{Caller, Decision, Denial, Gate, Matched, Membership, PolicyRule, Request, Resource};
use policy::explain::{Check, Explanation, Outcome, explain};
use shapes_iam as api;
use std::collections::BTreeMap;

/// What came of one action on one resource.
struct Evaluated {
    decision: Effect,
    /// Whether the organization is what denies.
    by_organization: bool,
    /// The statements of identity and resource policies that made the decision.
    matched: Vec<api::Statement>,
    /// Those that had a part in a decision between two accounts, whatever came of it.
    in_part: Vec<api::Statement>,
    boundary: Option<bool>,
    organization: Option<bool>,
    /// By kind of policy, where caller and resource belong to two accounts.
    details: Option<BTreeMap<&'static str, Effect>>,
}

/// The three decisions, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Allowed,
    Implicit,
    Explicit,
}

impl Effect {
    fn text(self) -> String {
        match self {
            Self::Allowed => "allowed",
            Self::Implicit => "implicitDeny",
            Self::Explicit => "explicitDeny",
        }
        .to_owned()
    }
}

impl Simulation {
    /// All there is to say of an action.
    pub(super) fn evaluate(&self, action: &Action) -> api::EvaluationResult {
        let sets = Sets::new(self);
        let named: Vec<&str> = self.resources.iter().map(String::as_str).collect();
        let everything = ["*"];
        let resources = if named.is_empty() { &everything[..] } else { &named };
        let evaluated: Vec<Evaluated> = resources.iter().map(|arn| self.ask(&sets, action, arn)).collect();
        let missing = self.missing_keys();
        let decision = evaluated.iter().map(|one| one.decision).max().unwrap_or(Effect::Implicit);
        let mut matched: Vec<api::Statement> = Vec::new();
        for statement in evaluated.iter().filter(|one| one.decision == decision).flat_map(|one| &one.matched)
        {
            if !matched.iter().any(|known| same(known, statement)) {
                matched.push(statement.clone());
            }
        }
        let is_specific = resources.iter().any(|arn| *arn != "*");
        let by_organization = evaluated.iter().any(|one| one.by_organization);
        let all = |of: fn(&Evaluated) -> Option<bool>| {
            evaluated.iter().filter_map(of).reduce(|one, other| one && other)
        };
        api::EvaluationResult {
            eval_action_name: Some(action.name().to_owned()),
            eval_resource_name: Some(match resources {
                [one] => (*one).to_owned(),
                _ => "*".to_owned(),
            }),
            eval_decision: Some(decision.text()),
            matched_statements: Some(matched),
            organizations_decision_detail: all(|one| one.organization)
                .map(|allowed| api::OrganizationsDecisionDetail { allowed_by_organizations: Some(allowed) }),
            permissions_boundary_decision_detail: all(|one| one.boundary).map(boundary),
            // Empty within one account, absent without a resource or where the organization ended it.
            eval_decision_details: (is_specific && !by_organization).then(|| strictest(&evaluated)),
            resource_specific_results: is_specific.then(|| {
                let specific = resources.iter().zip(&evaluated);
                specific.map(|(arn, one)| one.specific(arn, &missing)).collect()
            }),
            missing_context_values: Some(missing),
        }
    }

    fn ask(&self, sets: &Sets, action: &Action, arn: &str) -> Evaluated {
        let account = self.account_of(arn);
        let levels = sets.organization.as_deref();
        let caller = Caller {
            kind: self.caller.source.kind(),
            account: &self.caller.account,
            canonical_id: None,
            identity: &sets.identity,
            boundary: sets.boundary.as_ref(),
            session: None,
            organization: levels.map(|levels| Membership { is_management: false, levels }),
        };
        let resource = Resource {
            arn,
            account: &account,
            policy: sets.resource.as_ref(),
            rule: PolicyRule::Additive,
            granted: None,
            organization: None,
        };
        let request =
            Request { caller: &caller, action, resource: &resource, endpoint: None, context: &self.context };
        let why = explain(&request);
        let is_foreign = account != self.caller.account;
        self.evaluated(&why, is_foreign)
    }

    fn evaluated(&self, why: &Explanation<'_>, is_foreign: bool) -> Evaluated {
        let (decision, gate) = match &why.decision {
            Decision::Allow => (Effect::Allowed, None),
            Decision::Deny(Denial { gate, by: Some(_), .. }) => (Effect::Explicit, Some(*gate)),
            Decision::Deny(Denial { gate, by: None, .. }) => (Effect::Implicit, Some(*gate)),
        };
        let deciding = match decision {
            Effect::Allowed => Some(Outcome::Allow),
            Effect::Explicit => Some(Outcome::ExplicitDeny),
            Effect::Implicit => None,
        };
        let own = |check: &&Check<'_>| matches!(check.gate, Gate::Resource | Gate::Identity);
        let with = |outcome: Option<Outcome>| {
            let checks = why.checks.iter().filter(own).filter(|check| outcome == Some(check.outcome));
            checks.flat_map(|check| check.matched.iter().map(|one| self.statement(check.gate, one))).collect()
        };
        let matched: Vec<api::Statement> = with(deciding);
        let in_part = if is_foreign && decision == Effect::Implicit {
            with(Some(Outcome::Allow))
        } else {
            matched.clone()
        };
        let organization = self
            .organization
            .as_ref()
            .map(|_| !why.blocking.iter().any(|denial| denial.gate == Gate::ServiceControl));
        Evaluated {
            decision,
            by_organization: gate == Some(Gate::ServiceControl),
            matched,
            in_part,
            boundary: self.boundary.as_ref().map(|_| {
                why.checks.iter().any(|check| check.gate == Gate::Boundary && check.outcome == Outcome::Allow)
            }),
            organization,
            details: is_foreign.then(|| details(why)),
        }
    }

    fn statement(&self, gate: Gate, matched: &Matched<'_>) -> api::Statement {
        let id = &*matched.source.name;
        let index = usize::try_from(matched.statement.index()).unwrap_or(usize::MAX);
        let place = self.given(id).and_then(|given| positions::of(&given.document, index));
        let position = |at: policy::span::Position| api::Position {
            line: i32::try_from(at.line).ok(),
            column: i32::try_from(at.column).ok(),
        };
        // Recorded so, although the model names other words.
        let kind = if gate == Gate::Resource { "Resource Policy" } else { "IAM Policy" };
        api::Statement {
            source_policy_id: Some(id.to_owned()),
            source_policy_type: Some(kind.to_owned()),
            start_position: place.map(|(start, _)| position(start)),
            end_position: place.map(|(_, end)| position(end)),
        }
    }
}

/// The policies, ready to be asked.
struct Sets {
    identity: PolicySet,
    boundary: Option<PolicySet>,
    organization: Option<Vec<PolicySet>>,
    resource: Option<PolicySet>,
}

impl Sets {
    fn new(simulation: &Simulation) -> Self {
        let levels = simulation.organization.as_ref();
        Self {
            identity: set(&simulation.identity),
            boundary: simulation.boundary.as_deref().map(set),
            organization: levels.map(|levels| levels.iter().map(|level| set(level)).collect()),
            resource: simulation.resource_policy.as_ref().map(|given| set(std::slice::from_ref(given))),
        }
    }
}

impl Evaluated {
    fn specific(&self, arn: &str, missing: &[String]) -> api::ResourceSpecificResult {
        let details = self.details.as_ref().filter(|_| !self.by_organization);
        api::ResourceSpecificResult {
            eval_resource_name: Some(arn.to_owned()),
            eval_resource_decision: Some(self.decision.text()),
            matched_statements: Some(self.in_part.clone()),
            missing_context_values: Some(missing.to_vec()),
            eval_decision_details: details.map(|details| {
                details.iter().map(|(kind, effect)| ((*kind).to_owned(), effect.text())).collect()
            }),
            permissions_boundary_decision_detail: self.boundary.map(boundary),
        }
    }
}

/// What each kind of policy said in a decision between two accounts. The keys are recorded.
fn details(why: &Explanation<'_>) -> BTreeMap<&'static str, Effect> {
    let named = why.checks.iter().filter_map(|check| {
        let kind = match check.gate {
            Gate::Identity => "IAM Policy",
            Gate::Resource => "Resource Policy",
            Gate::Boundary => "Permissions Boundary Policy",
            Gate::ResourceControl | Gate::ServiceControl | Gate::Endpoint | Gate::Session => return None,
        };
        let effect = match check.outcome {
            Outcome::Allow => Effect::Allowed,
            Outcome::ExplicitDeny => Effect::Explicit,
            Outcome::ImplicitDeny | Outcome::NoImpact => Effect::Implicit,
        };
        Some((kind, effect))
    });
    named.collect()
}

/// By kind of policy the most restrictive decision.
fn strictest(evaluated: &[Evaluated]) -> BTreeMap<String, String> {
    let mut strictest: BTreeMap<&str, Effect> = BTreeMap::new();
    for (kind, effect) in evaluated.iter().filter_map(|one| one.details.as_ref()).flatten() {
        let known = strictest.entry(kind).or_insert(*effect);
        *known = (*known).max(*effect);
    }
    strictest.into_iter().map(|(kind, effect)| (kind.to_owned(), effect.text())).collect()
}

fn boundary(allowed: bool) -> api::PermissionsBoundaryDecisionDetail {
    api::PermissionsBoundaryDecisionDetail { allowed_by_permissions_boundary: Some(allowed) }
}

fn same(one: &api::Statement, other: &api::Statement) -> bool {
    let place = |statement: &api::Statement| {
        let at = statement.start_position.as_ref().map(|at| (at.line, at.column));
        (statement.source_policy_id.clone(), at)
    };
    place(one) == place(other)
}
