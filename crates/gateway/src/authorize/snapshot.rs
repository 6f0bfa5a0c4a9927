//! What a denial keeps of a call: what it asked, what every gate did, and the policies as they were.

use policy::compile::{PolicySet, Source};
use policy::decide::{Decision, Denial as Refused, Gate, Request};
use policy::explain::{Explanation, Outcome};
use ports::{CallContext, Checked, Cx, Denial, Evaluated, Evaluation, Hit, Principal};

/// Pairs of action and resource that are kept of one call at the most.
pub(super) const MOST_PAIRS: usize = 200;

/// Gathers the pairs of one call, and each policy once.
#[derive(Default)]
pub(super) struct Snapshot {
    evaluations: Vec<Evaluation>,
    policies: Vec<Evaluated>,
}

impl Snapshot {
    /// Whether there is no place for another pair.
    pub(super) fn is_full(&self) -> bool {
        self.evaluations.len() >= MOST_PAIRS
    }

    /// Keeps a pair.
    pub(super) fn push(&mut self, evaluation: Evaluation) {
        self.evaluations.push(evaluation);
    }

    /// What came of a pair. Its policies are kept with it.
    pub(super) fn evaluation(
        &mut self,
        request: &Request<'_, CallContext<'_>>,
        why: &Explanation<'_>,
    ) -> Evaluation {
        let known = self.known(request);
        let checks = why.checks.iter().map(|check| Checked {
            gate: check.gate,
            outcome: check.outcome,
            hits: check
                .matched
                .iter()
                .filter_map(|matched| {
                    let (_, policy) =
                        known.iter().find(|(source, _)| std::ptr::eq(*source, matched.source))?;
                    let statement = matched.statement;
                    let (sid, index) = (statement.sid().map(str::to_owned), statement.index());
                    Some(Hit { policy: *policy, sid, index, effect: statement.effect() })
                })
                .collect(),
        });
        Evaluation {
            action: request.action.name().to_owned(),
            resource: request.resource.arn.to_owned(),
            owner: request.resource.account.to_owned(),
            asked: request.context.of_action(),
            facts: request.context.of_resource(),
            outcome: match why.decision {
                Decision::Allow => Outcome::Allow,
                Decision::Deny(Refused { by: Some(_), .. }) => Outcome::ExplicitDeny,
                Decision::Deny(Refused { by: None, .. }) => Outcome::ImplicitDeny,
            },
            checks: checks.collect(),
        }
    }

    /// All policies that a request is asked of, and where each is kept.
    fn known<'a>(&mut self, request: &Request<'a, CallContext<'_>>) -> Vec<(&'a Source, usize)> {
        let (caller, resource) = (request.caller, request.resource);
        let levels =
            |place: Option<policy::decide::Membership<'a>>| place.map_or(&[][..], |place| place.levels);
        let sets: [(Gate, &'a [PolicySet]); 7] = [
            (Gate::ResourceControl, levels(resource.organization)),
            (Gate::ServiceControl, levels(caller.organization)),
            (Gate::Endpoint, request.endpoint.map_or(&[][..], std::slice::from_ref)),
            (Gate::Resource, resource.policy.map_or(&[][..], std::slice::from_ref)),
            (Gate::Identity, std::slice::from_ref(caller.identity)),
            (Gate::Boundary, caller.boundary.map_or(&[][..], std::slice::from_ref)),
            (Gate::Session, caller.session.map_or(&[][..], std::slice::from_ref)),
        ];
        let mut known = Vec::new();
        for (gate, sets) in sets {
            for attached in sets.iter().flat_map(PolicySet::policies) {
                let on =
                    (gate == Gate::Resource).then(|| (lies_on(resource.arn), resource.account.to_owned()));
                let same = |one: &Evaluated| {
                    one.gate == gate
                        && std::sync::Arc::ptr_eq(&one.policy, &attached.policy)
                        && one.source == attached.source
                        && one.resource == on
                };
                let place = self.policies.iter().position(same).unwrap_or_else(|| {
                    let (source, policy) = (attached.source.clone(), attached.policy.clone());
                    self.policies.push(Evaluated { gate, source, policy, resource: on.clone() });
                    self.policies.len() - 1
                });
                known.push((&attached.source, place));
            }
        }
        known
    }

    /// The denial, once all its pairs are known.
    pub(super) fn finish(self, cx: &Cx, principal: &Principal, context: Vec<ports::KeyValue>) -> Denial {
        Denial {
            account: if cx.caller().is_anonymous() { String::new() } else { cx.account().to_string() },
            principal: principal.arn.clone(),
            region: cx.region().clone(),
            context,
            evaluations: self.evaluations,
            policies: self.policies,
        }
    }
}

/// The resource that has the policy: of an object its bucket, or the access point it is reached through.
fn lies_on(arn: &str) -> String {
    let (of_bucket, of_point) = (arn.strip_prefix("arn:aws:s3:::"), arn.split_once("/object/"));
    match (of_bucket.and_then(|rest| rest.split_once('/')), of_point) {
        (Some((bucket, _)), _) => format!("arn:aws:s3:::{bucket}"),
        (None, Some((point, _))) if arn.starts_with("arn:aws:s3:") => point.to_owned(),
        _ => arn.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::lies_on;

    #[test]
    fn the_policy_of_an_object_is_that_of_its_bucket() {
        for (arn, want) in [
            ("arn:aws:s3:::bkt", "arn:aws:s3:::bkt"),
            ("arn:aws:s3:::bkt/a/object/b", "arn:aws:s3:::bkt"),
            (
                "arn:aws:s3:us-east-1:111111111111:accesspoint/ap/object/a/b",
                "arn:aws:s3:us-east-1:111111111111:accesspoint/ap",
            ),
            ("arn:aws:kms:us-east-1:111111111111:key/k", "arn:aws:kms:us-east-1:111111111111:key/k"),
            ("*", "*"),
        ] {
            assert_eq!(lies_on(arn), want);
        }
    }
}
