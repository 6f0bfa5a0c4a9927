//! Each kind of policies on its own: which sets apply to a request, whether one denies, whether they allow.

use super::{CallerKind, Facts, Gate, Matched, Membership, PolicyRule, Reach, Request, Tracer, Verdict};
use crate::compile::{Attached, PolicySet, Statement, Target};
use crate::context::Context;
use crate::document::Effect;
use crate::semantics;

/// Asks the policies themselves.
pub(crate) struct Live<'r, 'a, C: Context + ?Sized, T> {
    request: &'r Request<'a, C>,
    target: Target<'a>,
    pub(crate) tracer: T,
}

impl<'r, 'a, C: Context + ?Sized, T: Tracer> Live<'r, 'a, C, T> {
    #[inline]
    pub(crate) fn new(request: &'r Request<'a, C>, tracer: T) -> Self {
        Self { request, target: Target::parse(request.resource.arn), tracer }
    }

    /// The sets of a gate: of an organization's policies one per level, else one or none.
    pub(crate) fn sets(&self, gate: Gate) -> &'a [PolicySet] {
        let Request { caller, resource, endpoint, .. } = *self.request;
        let one = |set: Option<&'a PolicySet>| set.map_or(&[][..], std::slice::from_ref);
        match gate {
            Gate::ResourceControl => match resource.organization {
                Some(Membership { is_management: false, levels })
                    if semantics::BOUND_BY_RESOURCE_CONTROL.contains(&self.request.action.service())
                        && !caller.kind.is_service_linked() =>
                {
                    levels
                }
                _ => &[],
            },
            Gate::ServiceControl => match caller.organization {
                Some(Membership { is_management: false, levels })
                    if caller.kind.has_account() && !caller.kind.is_service_linked() =>
                {
                    levels
                }
                _ => &[],
            },
            Gate::Endpoint => one(endpoint),
            Gate::Resource => one(resource.policy),
            Gate::Identity if caller.kind.has_account() => one(Some(caller.identity)),
            Gate::Identity => &[],
            Gate::Boundary => one(caller.boundary),
            Gate::Session => one(caller.session),
        }
    }

    /// The bucket's own policy does not keep its account's root user from mending it.
    fn is_exempt(&self, gate: Gate, effect: Effect) -> bool {
        let Request { caller, resource, action, .. } = self.request;
        gate == Gate::Resource
            && effect == Effect::Deny
            && caller.kind == CallerKind::Root
            && caller.account == resource.account
            && semantics::ROOT_AGAINST_BUCKET_POLICY.contains(&action.lower())
    }

    fn compare(
        &mut self,
        gate: Gate,
        level: usize,
        attached: &'a Attached,
        statement: &'a Statement,
    ) -> Option<Reach> {
        let Request { caller, action, context, .. } = self.request;
        self.tracer.begin(gate, level, attached, statement);
        let reach = statement.matches(
            attached.policy.kind(),
            action,
            &self.target,
            caller,
            *context,
            &mut self.tracer,
        );
        self.tracer.end(reach);
        reach
    }

    /// The best match in a set: for a Deny the first, for an Allow the one that reaches furthest.
    fn best(
        &mut self,
        gate: Gate,
        level: usize,
        set: &'a PolicySet,
        effect: Effect,
    ) -> Option<(Reach, Matched<'a>)> {
        if self.is_exempt(gate, effect) {
            return None;
        }
        let mut best: Option<(Reach, Matched<'a>)> = None;
        if T::EXHAUSTIVE {
            for (attached, statement) in set.all(effect) {
                self.improve(&mut best, gate, level, attached, statement);
            }
            return best;
        }
        for (attached, statement) in set.candidates(self.request.action, effect) {
            self.improve(&mut best, gate, level, attached, statement);
            let is_final = |reach| effect == Effect::Deny || reach == Reach::Direct;
            if best.is_some_and(|(reach, _)| is_final(reach)) {
                break;
            }
        }
        best
    }

    #[inline]
    fn improve(
        &mut self,
        best: &mut Option<(Reach, Matched<'a>)>,
        gate: Gate,
        level: usize,
        attached: &'a Attached,
        statement: &'a Statement,
    ) {
        let Some(reach) = self.compare(gate, level, attached, statement) else { return };
        let is_better = match best {
            None => true,
            Some((so_far, _)) => statement.effect() == Effect::Allow && reach > *so_far,
        };
        if is_better {
            *best = Some((reach, Matched { source: &attached.source, statement }));
        }
    }
}

impl<'a, C: Context + ?Sized, T: Tracer> Facts<'a> for Live<'_, 'a, C, T> {
    #[inline]
    fn denied(&mut self, gate: Gate) -> Option<(usize, Matched<'a>)> {
        let mut first = None;
        for (level, set) in self.sets(gate).iter().enumerate() {
            let found = self.best(gate, level, set, Effect::Deny).map(|(_, matched)| (level, matched));
            first = first.or(found);
            if first.is_some() && !T::EXHAUSTIVE {
                break;
            }
        }
        first
    }

    #[inline]
    fn allowed(&mut self, gate: Gate) -> Verdict {
        let mut verdict = Verdict::Absent;
        for (level, set) in self.sets(gate).iter().enumerate() {
            let found = self.best(gate, level, set, Effect::Allow);
            verdict = match (verdict, found) {
                (Verdict::Fails(level), _) => Verdict::Fails(level),
                (_, None) => Verdict::Fails(level),
                (_, Some((reach, _))) => Verdict::Allows(reach),
            };
            if !T::EXHAUSTIVE && matches!(verdict, Verdict::Fails(_)) {
                break;
            }
        }
        if gate == Gate::Resource { self.with_grants(verdict) } else { verdict }
    }
}

impl<C: Context + ?Sized, T> Live<'_, '_, C, T> {
    /// The resource's policy together with its access control list.
    fn with_grants(&self, verdict: Verdict) -> Verdict {
        let resource = self.request.resource;
        let policy = match (verdict, resource.rule) {
            (Verdict::Allows(reach), PolicyRule::Additive | PolicyRule::Required) => Some(reach),
            _ => None,
        };
        match policy.max(resource.granted) {
            Some(reach) => Verdict::Allows(reach),
            None => Verdict::Fails(0),
        }
    }
}
