//! Who asks the engine, with what callers and resources bring, and keeps what was denied.

use super::record::{Denied, Record, Records, caller_arn};
use super::snapshot::Snapshot;
use super::told::{name_levels, told};
use super::{checks_of, tags_of, watched};
use policy::compile::{Action, PolicySet};
use policy::decide::{Caller, CallerKind, Decision, PolicyRule, Reach, Request, Resource, decide};
use policy::explain::explain;
use ports::{
    Asked, AskedCall, Authority, CallContext, CallerKind as Kind, Cx, IamMode, Organizations, Placement,
    Places, Principal, Principals, RequestTags, ResourceFacts, Resources,
};
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Decides about calls. One for all worlds.
pub(crate) struct Gatekeeper {
    principals: Arc<dyn Principals>,
    /// By the service that ARNs name.
    resources: BTreeMap<&'static str, Vec<Arc<dyn Resources>>>,
    organizations: Arc<dyn Organizations>,
    pub(crate) records: Arc<Records>,
}

/// One action on one resource.
pub(super) struct Question<'a> {
    /// What the operation asks in all, by the authorization table; told of denials. Null where a handler asks by itself.
    pub(super) mapping: &'a dyn Fn() -> Value,
    pub(super) action: &'a Action,
    pub(super) arn: &'a str,
    /// What the action takes from the request, by condition key.
    pub(super) asked: &'a [(&'a str, Vec<String>)],
    /// The service that asks it by the caller's own credentials, by its principal.
    pub(super) via: Option<&'a str>,
    /// The tags the request carries.
    pub(super) tags: &'a dyn Fn() -> RequestTags,
    /// Evaluates what else the call asks; done for denials.
    pub(super) beside: &'a dyn Fn(&mut Snapshot),
}

impl<'a> Question<'a> {
    /// A question of which no more is known than what it asks.
    pub(super) fn new(
        action: &'a Action,
        arn: &'a str,
        asked: &'a [(&'a str, Vec<String>)],
        tags: &'a dyn Fn() -> RequestTags,
    ) -> Self {
        Self { mapping: &|| Value::Null, action, arn, asked, via: None, tags, beside: &|_| {} }
    }
}

/// What came of a question.
pub(crate) enum Judged {
    /// The call goes on: it is allowed, or nobody enforces it.
    Passed,
    /// It is denied and refused.
    Refused(Arc<Record>),
}

impl Gatekeeper {
    pub(crate) fn new(
        principals: Arc<dyn Principals>,
        known: Vec<Arc<dyn Resources>>,
        organizations: Arc<dyn Organizations>,
        records: Arc<Records>,
    ) -> Self {
        let mut resources: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for known in known {
            for service in known.services() {
                resources.entry(*service).or_default().push(known.clone());
            }
        }
        Self { principals, resources, organizations, records }
    }

    pub(crate) fn principals(&self) -> &dyn Principals {
        &*self.principals
    }

    /// The condition keys that resources may have.
    #[cfg(test)]
    pub(super) fn condition_keys(&self) -> impl Iterator<Item = &'static str> {
        self.resources.values().flatten().flat_map(|known| known.condition_keys().iter().copied())
    }

    /// Decides, as the mode of the action's service has it.
    pub(super) fn judge(&self, cx: &Cx, question: &Question<'_>) -> Judged {
        let mode = cx.world().iam.of(question.action.service());
        if mode == IamMode::Off {
            return Judged::Passed;
        }
        let known = self.known(question.arn);
        let renamed = known.and_then(|known| known.true_arn(cx, question.arn));
        let question = &Question { arn: renamed.as_deref().unwrap_or(question.arn), ..*question };
        let behind = known.and_then(|known| known.behind(cx, question.arn));
        let record = self.decide(cx, question).or_else(|| {
            let behind = behind?;
            let asked = [question.asked, &behind.keys].concat();
            self.decide(cx, &Question { arn: &behind.arn, asked: &asked, ..*question })
        });
        self.records.note(cx, question.action.name(), question.arn, record.is_none());
        match (record, mode) {
            (Some(record), IamMode::Enforce) => Judged::Refused(record),
            (Some(_) | None, _) => Judged::Passed,
        }
    }

    /// Who knows the resource of an ARN.
    fn known(&self, arn: &str) -> Option<&Arc<dyn Resources>> {
        let service = arn.split(':').nth(2)?;
        self.resources.get(service)?.iter().find(|known| known.knows(arn))
    }

    /// The record of an operation without a row in the table: nobody can say what it needs, so nobody may.
    pub(super) fn unlisted(&self, cx: &Cx, action: &str) -> Arc<Record> {
        let caller = caller_arn(cx, &self.principals.of(cx.world(), cx.caller()));
        self.records.keep(cx, Record::unlisted(cx, caller, action))
    }

    /// The record of what a service refuses whatever policies say.
    pub(super) fn by_service(&self, cx: &Cx, action: &str, sentence: &str) -> Arc<Record> {
        let caller = caller_arn(cx, &self.principals.of(cx.world(), cx.caller()));
        self.records.keep(cx, Record::by_service(cx, caller, action, sentence))
    }

    /// `None`: allowed. Else the record of why not, which is kept.
    fn decide(&self, cx: &Cx, question: &Question<'_>) -> Option<Arc<Record>> {
        let principal = self.principals.of(cx.world(), cx.caller());
        self.with_request(cx, &principal, question, |request, places| match decide(request) {
            Decision::Allow => None,
            Decision::Deny(denial) => {
                let denied = Denied { principal: &principal, request, denial: &denial, places };
                Some(denied.record(cx, |told, snapshot| {
                    told["mapping"] = (question.mapping)();
                    (question.beside)(snapshot);
                }))
            }
        })
        .map(|record| self.records.keep(cx, record))
    }

    /// A record as DecodeAuthorizationMessage reads it, sealed once: who else asks for it has the same one. Empty where
    /// the state cannot be written.
    pub(super) fn sealed<'r>(&self, cx: &Cx, record: &'r Record) -> &'r str {
        record.sealed.get_or_init(|| self.principals.seal(cx, &record.message()).unwrap_or_default())
    }

    /// What a handler is told of a denial, as its service writes it.
    fn told(&self, cx: &Cx, service: &str, record: &Record) -> ports::Denied {
        let (sentence, encoded) = match service {
            "s3" => (record.sentence_of_s3(), String::new()),
            _ => (record.sentence(), self.sealed(cx, record).to_owned()),
        };
        ports::Denied { sentence, decision: record.id.clone(), encoded }
    }

    /// Adds what would come of a question to a snapshot.
    pub(super) fn evaluate(&self, cx: &Cx, question: &Question<'_>, snapshot: &mut Snapshot) {
        let principal = self.principals.of(cx.world(), cx.caller());
        let renamed = self.known(question.arn).and_then(|known| known.true_arn(cx, question.arn));
        let question = &Question { arn: renamed.as_deref().unwrap_or(question.arn), ..*question };
        let mut found = None;
        self.with_request(cx, &principal, question, |request, _| {
            let why = explain(request);
            let is_denied = !why.decision.is_allowed();
            if is_denied || found.is_none() {
                found = Some(snapshot.evaluation(request, &why));
            }
            is_denied.then_some(())
        });
        if let Some(evaluation) = found {
            snapshot.push(evaluation);
        }
    }

    /// Asks the same without keeping anything, and tells why. What is given stands in the place of what the call has.
    pub(crate) fn explained(
        &self,
        cx: &Cx,
        caller: &str,
        (action, arn): (&str, &str),
        given: &[(&str, Vec<String>)],
    ) -> Value {
        let principal = self.principals.of(cx.world(), cx.caller());
        let action = Action::new(action);
        let renamed = self.known(arn).and_then(|known| known.true_arn(cx, arn));
        let arn = renamed.as_deref().unwrap_or(arn);
        let question = Question::new(&action, arn, given, &RequestTags::default);
        let mut answer = None;
        self.with_request(cx, &principal, &question, |request, places| {
            let denied = !decide(request).is_allowed();
            if denied || answer.is_none() {
                let mut told = watched::explained(request, given, |why, context| {
                    told(caller, request.action, request.resource.arn, why, context)
                });
                name_levels(&mut told, places);
                answer = Some(told);
            }
            denied.then_some(())
        });
        answer.expect("at least one set of session policies is asked")
    }

    /// Asks `judge` for the caller with each set of its session policies, until one denies.
    fn with_request<T>(
        &self,
        cx: &Cx,
        principal: &Principal,
        question: &Question<'_>,
        mut judge: impl FnMut(&Request<'_, CallContext<'_>>, Places<'_>) -> Option<T>,
    ) -> Option<T> {
        let known = self.known(question.arn);
        let look_up = || known.and_then(|known| known.look_up(cx, question.action.name(), question.arn));
        // Where resources have policies they are looked up once for both uses; elsewhere only when a key asks.
        let looked_up: OnceCell<Option<ResourceFacts>> = OnceCell::new();
        let facts = || looked_up.get_or_init(look_up).clone();
        let has_policies = known.is_some_and(|known| known.have_policies());
        let own = if has_policies { looked_up.get_or_init(look_up).as_ref() } else { None };
        let caller_account = cx.caller().account.to_string();
        let account = match (own, question.arn.split(':').nth(4)) {
            (Some(facts), _) => facts.account.to_string(),
            // What AWS itself owns, as its policies, is every account's.
            (None, Some(named)) if !matches!(named, "" | "*" | "aws") => named.to_owned(),
            _ => caller_account.clone(),
        };
        let has_account = !matches!(cx.caller().kind, Kind::Service(_) | Kind::Anonymous);
        let place = |account| self.organizations.of(cx.world(), account);
        let own_place = if has_account { place(cx.caller().account) } else { None };
        let its_place = if has_account && account == caller_account {
            own_place.clone()
        } else {
            account.parse().ok().and_then(place)
        };
        let resource = Resource {
            arn: question.arn,
            account: &account,
            policy: own.and_then(|facts| facts.policy.as_deref()),
            rule: own.map_or(PolicyRule::Additive, |facts| facts.rule),
            granted: own.and_then(|facts| facts.granted).or(organization_grants(question.action)),
            organization: its_place.as_deref().map(Placement::of_resource),
        };
        let is_service = matches!(cx.caller().kind, Kind::Service(_));
        let source_place = if is_service { place(cx.caller().account) } else { None };
        let endpoint_place = cx.endpoint().and_then(|passed| place(passed.account));
        let places = Places {
            caller: own_place.as_deref(),
            resource: its_place.as_deref(),
            source: source_place.as_deref(),
            endpoint: endpoint_place.as_deref(),
        };
        let context = CallContext::new(cx, principal, question.asked, question.tags, &facts);
        let own_keys = || known.map_or_else(Vec::new, |known| known.keys_of_call(cx));
        let context = context.placed(places).via(question.via).with_own(&own_keys);
        let shown = match &cx.caller().kind {
            Kind::RoleSession { .. } | Kind::FederatedUser { .. } => cx.caller().arn(cx.partition()),
            _ => None,
        };
        let shown = shown.unwrap_or_default();
        let user_id = federated_by(cx);
        let services;
        let kind = match &cx.caller().kind {
            Kind::Root => CallerKind::Root,
            Kind::User { unique_id, .. } => CallerKind::User { arn: &principal.arn, unique_id },
            Kind::RoleSession { role_id, .. } => {
                CallerKind::RoleSession { role_arn: &principal.arn, role_id, session_arn: &shown }
            }
            Kind::FederatedUser { .. } => {
                CallerKind::FederatedUser { arn: &shown, user_arn: &principal.arn, user_id }
            }
            Kind::Service(name) => {
                services = [*name];
                CallerKind::Service { names: &services }
            }
            Kind::Anonymous => CallerKind::Anonymous,
        };
        let is_federated = matches!(cx.caller().kind, Kind::FederatedUser { .. });
        let nothing = PolicySet::default();
        let sessions = principal.sessions.iter().map(Some);
        // A federated user to whom no session policy was given may nothing.
        let none = principal.sessions.is_empty().then_some(is_federated.then_some(&nothing));
        for session in sessions.chain(none) {
            let caller = Caller {
                kind,
                account: if has_account { &caller_account } else { "" },
                canonical_id: own.and_then(|facts| facts.canonical_id.as_deref()),
                identity: &principal.identity,
                boundary: principal.boundary.as_ref(),
                session,
                organization: own_place.as_deref().map(Placement::of_caller),
            };
            let request = Request {
                caller: &caller,
                action: question.action,
                resource: &resource,
                endpoint: cx.endpoint().and_then(|passed| passed.policy.as_ref()),
                context: &context,
            };
            if let Some(denied) = judge(&request, places) {
                return Some(denied);
            }
        }
        None
    }
}

impl Authority for Gatekeeper {
    fn decide(&self, cx: &Cx, asked: &Asked<'_>) -> Result<(), ports::Denied> {
        let action = Action::new(asked.action);
        let question = Question::new(&action, asked.arn, &asked.context, &RequestTags::default);
        let via = forwarder(cx, &action);
        let question = Question { via: via.as_deref(), ..question };
        match self.judge(cx, &question) {
            Judged::Passed => Ok(()),
            Judged::Refused(record) => Err(self.told(cx, action.service(), &record)),
        }
    }

    fn decide_call(&self, cx: &Cx, asked: &AskedCall<'_>) -> Result<(), ports::Denied> {
        if cx.world().iam.is_off() {
            return Ok(());
        }
        // An operation without a row is not called by handlers: the pipeline denies it.
        for check in checks_of(cx, asked.operation, asked.input).unwrap_or_default() {
            let action = Action::new(&check.action.name);
            let context = [check.context.clone(), (asked.keys)(&check.arn)].concat();
            let tags = || tags_of(asked.input, &check);
            let question = Question::new(&action, &check.arn, &context, &tags);
            if let Judged::Refused(record) = self.judge(cx, &question) {
                return Err(self.told(cx, action.service(), &record));
            }
        }
        Ok(())
    }
}

/// AssumeRoot reaches into another account without a policy there: that the caller's account manages it is for STS to
/// say.
fn organization_grants(action: &Action) -> Option<Reach> {
    action.name().eq_ignore_ascii_case("sts:AssumeRoot").then_some(Reach::Account)
}

/// The service that does something of another service's with the credentials of its caller: forward access. That a role may
/// be passed is no call.
fn forwarder(cx: &Cx, action: &Action) -> Option<String> {
    let service = cx.answering()?.signing_name;
    let is_own = action.service().eq_ignore_ascii_case(service);
    let is_passed = action.name().eq_ignore_ascii_case("iam:PassRole");
    (!is_own && !is_passed).then(|| format!("{service}.amazonaws.com"))
}

fn federated_by(cx: &Cx) -> &str {
    let session = cx.caller().session.as_ref();
    session.and_then(|session| session.federated_by.as_ref()).map_or("", |by| by.unique_id.as_str())
}
