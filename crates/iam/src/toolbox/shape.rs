//! Denials as the API tells them, to one account.

use super::read;
use ::policy::decide::Gate;
use ::policy::document::Effect;
use ::policy::explain::Outcome;
use ::shape::Document;
use api::consts::{check_effect, check_type, policy_type, statement_effect};
use ports::{Checked, Denial, Evaluated, Evaluation, Hit, KeyValue};
use sha2::{Digest, Sha256};
use shapes_iam_toolbox as api;
use std::collections::BTreeMap;

/// Bytes of the digest that stands for an inline policy.
const URI_BYTES: usize = 16;

/// Whose part of a denial is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// That of the account that called.
    Caller,
    /// That of an account whose resource the call was about.
    Owner,
}

/// What one account may see of a denial.
pub(super) struct Seen<'a> {
    denial: &'a Denial,
    account: &'a str,
    pub(super) side: Side,
}

impl<'a> Seen<'a> {
    /// `None`: nothing at all.
    pub(super) fn of(denial: &'a Denial, account: &'a str) -> Option<Self> {
        let side = if denial.account == account {
            Side::Caller
        } else if denial.evaluations.iter().any(|evaluation| evaluation.owner == account) {
            Side::Owner
        } else {
            return None;
        };
        Some(Self { denial, account, side })
    }

    pub(super) fn context(&self) -> BTreeMap<String, Document> {
        match self.side {
            Side::Caller => self.denial.context.iter().map(value).collect(),
            Side::Owner => BTreeMap::new(),
        }
    }

    /// The pairs it may see.
    pub(super) fn evaluations(&self) -> impl Iterator<Item = &'a Evaluation> {
        let (side, account) = (self.side, self.account);
        let mine = move |one: &&Evaluation| side == Side::Caller || one.owner == account;
        self.denial.evaluations.iter().filter(mine)
    }

    pub(super) fn evaluation(&self, evaluation: &Evaluation) -> api::Evaluation {
        let asked = evaluation.asked.iter().filter(|_| self.side == Side::Caller);
        let facts = evaluation.facts.iter().filter(|_| evaluation.owner == self.account);
        let hits = evaluation.checks.iter().flat_map(|check| &check.hits);
        api::Evaluation {
            action: Some(evaluation.action.clone()),
            resource: Some(evaluation.resource.clone()),
            context: Some(asked.chain(facts).map(value).collect()),
            evaluated_effect: Some(effect(evaluation.outcome).to_owned()),
            matched_policies: Some(self.matched(hits)),
            checks: (self.side == Side::Caller).then(|| self.checks(evaluation)),
        }
    }

    /// What each gate did. Where caller and resource are one account's, the resource's policy is another way to be
    /// allowed and no gate of its own, unless it had to allow and did not.
    fn checks(&self, evaluation: &Evaluation) -> Vec<api::Check> {
        let of = |gate| evaluation.checks.iter().find(|check| check.gate == gate);
        let beside = of(Gate::Resource).filter(|resource| {
            let is_own = evaluation.owner == self.denial.account;
            is_own && of(Gate::Identity).is_some() && resource.outcome != Outcome::ImplicitDeny
        });
        let apart = |check: &&Checked| beside.is_none() || check.gate != Gate::Resource;
        let told = |check: &Checked| {
            let with = beside.filter(|_| check.gate == Gate::Identity);
            let kinds = std::iter::once(check.gate).chain(with.map(|with| with.gate)).map(kind);
            let hits = check.hits.iter().chain(with.iter().flat_map(|with| &with.hits));
            let outcome = with.map_or(check.outcome, |with| together(check.outcome, with.outcome));
            api::Check {
                check_type: Some(check_kind(check.gate).to_owned()),
                evaluated_effect: Some(effect(outcome).to_owned()),
                target_arn: None,
                relevant_policy_types: Some(kinds.map(str::to_owned).collect()),
                matched_policies: Some(self.matched(hits)),
            }
        };
        evaluation.checks.iter().filter(apart).map(told).collect()
    }

    /// Statements that were about the call, by their policy.
    fn matched<'h>(&self, hits: impl Iterator<Item = &'h Hit>) -> Vec<api::MatchedPolicy> {
        let mut by_policy: BTreeMap<usize, Vec<api::MatchedStatement>> = BTreeMap::new();
        for hit in hits {
            let statement = api::MatchedStatement {
                sid: Some(hit.sid.clone().unwrap_or_else(|| format!("Statement{}", hit.index + 1))),
                evaluated_effect: Some(
                    match hit.effect {
                        Effect::Allow => statement_effect::ALLOW,
                        Effect::Deny => statement_effect::DENY,
                    }
                    .to_owned(),
                ),
            };
            by_policy.entry(hit.policy).or_default().push(statement);
        }
        let policies = by_policy.into_iter().filter_map(|(place, statements)| {
            let policy = self.denial.policies.get(place).filter(|policy| self.shows(policy))?;
            Some(api::MatchedPolicy { uri: Some(self.uri(policy)), matched_statements: Some(statements) })
        });
        policies.collect()
    }

    /// The policies it may see.
    pub(super) fn policies(&self) -> Vec<api::PolicyInfo> {
        let shown = self.denial.policies.iter().filter(|policy| self.shows(policy));
        let told = shown.map(|policy| api::PolicyInfo {
            type_: Some(kind(policy.gate).to_owned()),
            inline: Some(policy.source.arn.is_none()),
            uri: Some(self.uri(policy)),
            attached_to: self
                .attached_to(policy)
                .map(|arn| vec![api::AttachedTo { arn: Some(arn.to_owned()) }]),
            policy_source: None,
        });
        told.collect()
    }

    /// The document of a policy it may see, by its URI.
    pub(super) fn document(&self, uri: &str) -> Option<Document> {
        let mut shown = self.denial.policies.iter().filter(|policy| self.shows(policy));
        read(shown.find(|policy| self.uri(policy) == uri)?.policy.source())
    }

    fn shows(&self, policy: &Evaluated) -> bool {
        match &policy.resource {
            Some((_, owner)) => owner == self.account,
            None => self.side == Side::Caller,
        }
    }

    /// Of an identity's policies the user or role, of a resource's the resource. Where in an organization a policy hangs
    /// was not kept.
    fn attached_to<'p>(&'p self, policy: &'p Evaluated) -> Option<&'p str> {
        match policy.gate {
            Gate::Identity | Gate::Boundary | Gate::Session => Some(&self.denial.principal),
            Gate::Resource => policy.resource.as_ref().map(|(arn, _)| arn.as_str()),
            Gate::ResourceControl | Gate::ServiceControl | Gate::Endpoint => None,
        }
    }

    /// A managed policy's ARN. Of an inline policy a text that says nothing, and stays what it is.
    fn uri(&self, policy: &Evaluated) -> String {
        if let Some(arn) = &policy.source.arn {
            return arn.to_string();
        }
        let parts = [kind(policy.gate), self.attached_to(policy).unwrap_or_default(), &*policy.source.name];
        let digest = Sha256::digest(parts.join("\n"));
        hex::encode(digest.get(..URI_BYTES).unwrap_or(&digest))
    }
}

fn value(key: &KeyValue) -> (String, Document) {
    let values = || key.values.iter().map(|value| Document::from(value.as_str()));
    let told = match (key.is_list, values().next()) {
        (false, Some(only)) => only,
        (_, _) => values().collect(),
    };
    (key.key.clone(), told)
}

/// What two sets of policies came to of which either may allow.
fn together(identity: Outcome, resource: Outcome) -> Outcome {
    let either = |outcome| identity == outcome || resource == outcome;
    if either(Outcome::ExplicitDeny) {
        Outcome::ExplicitDeny
    } else if identity == Outcome::ImplicitDeny {
        // What the resource's policy allows is then only that the identity's may.
        Outcome::ImplicitDeny
    } else if either(Outcome::Allow) {
        Outcome::Allow
    } else {
        Outcome::NoImpact
    }
}

/// `evaluatedEffect`. The values of a whole evaluation are among those of its checks.
fn effect(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allow => check_effect::ALLOW,
        Outcome::NoImpact => check_effect::NO_IMPACT,
        Outcome::ImplicitDeny => check_effect::IMPLICIT_DENY,
        Outcome::ExplicitDeny => check_effect::EXPLICIT_DENY,
    }
}

/// `checkType`.
fn check_kind(gate: Gate) -> &'static str {
    match gate {
        Gate::ResourceControl => check_type::RESOURCE_CONTROL_POLICY,
        Gate::ServiceControl => check_type::SERVICE_CONTROL_POLICY,
        Gate::Endpoint => check_type::VPC_ENDPOINT,
        Gate::Resource => check_type::RESOURCE,
        Gate::Identity => check_type::PRINCIPAL,
        Gate::Boundary => check_type::PERMISSIONS_BOUNDARY,
        Gate::Session => check_type::SESSION,
    }
}

/// `PolicyType`.
fn kind(gate: Gate) -> &'static str {
    match gate {
        Gate::ResourceControl => policy_type::RESOURCE_CONTROL_POLICY,
        Gate::ServiceControl => policy_type::SERVICE_CONTROL_POLICY,
        Gate::Endpoint => policy_type::VPC_ENDPOINT_POLICY,
        Gate::Resource => policy_type::RESOURCE_BASED_POLICY,
        Gate::Identity => policy_type::IDENTITY_BASED_POLICY,
        Gate::Boundary => policy_type::PERMISSIONS_BOUNDARY,
        Gate::Session => policy_type::SESSION_POLICY,
    }
}
