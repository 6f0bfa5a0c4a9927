//! Decisions that are kept: why something was denied, and what callers did.

use super::kept::{self, KEPT_MILLIS};
use super::snapshot::Snapshot;
use super::told::{name_levels, told};
use super::watched;
use policy::decide::{CallerKind, Decision, Denial, Request};
use ports::{CallContext, Cx, Denial as Kept, Denials, Judged, Places, Principal};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::broadcast;

/// Pairs of action and resource noted for one principal at the most.
const MOST_USES: usize = 5_000;
/// Callers whose uses are noted at the most; sessions are callers of their own.
const MOST_CALLERS: usize = 10_000;
/// Uses that wait for whoever follows them; of more, the oldest are missed.
const MOST_UNREAD: usize = 1024;
/// Characters of an id, as AWS has them (recorded).
const ID_LENGTH: usize = 25;

/// One denial.
#[derive(Debug)]
pub(crate) struct Record {
    /// `[0-9a-z]+`.
    pub(crate) id: String,
    pub(super) world: String,
    pub(super) at_millis: i64,
    pub(super) account: String,
    pub(super) caller: String,
    /// `aws:userid` of the caller, and the name of a user.
    pub(super) caller_id: (String, Option<String>),
    /// The Region of the call, and the service that was called, where that is known.
    pub(super) place: (String, Option<&'static str>),
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(super) resource_account: String,
    /// Whether both accounts are in one organization.
    pub(super) is_within_organization: bool,
    pub(super) reason: String,
    /// All there is to say, for people and programs.
    pub(crate) told: Value,
    /// The policies and what came of them, for IAM's own API; `None` where none was asked.
    pub(super) kept: Option<Arc<Kept>>,
    /// The same, sealed for DecodeAuthorizationMessage, where the API shows it.
    pub(crate) sealed: OnceLock<String>,
}

impl Record {
    pub(super) fn denied(
        cx: &Cx,
        caller: String,
        request: &Request<'_, CallContext<'_>>,
        denial: &Denial<'_>,
        (told, kept): (Value, Kept),
    ) -> Self {
        let reason = denial.reason(request.action);
        Self {
            resource_account: request.resource.account.to_owned(),
            kept: Some(Arc::new(kept)),
            ..Self::new(cx, caller, request.action.name(), request.resource.arn, reason, told)
        }
    }

    /// An operation the table does not know.
    pub(super) fn unlisted(cx: &Cx, caller: String, action: &str) -> Self {
        let reason = format!("because no identity-based policy allows the {action} action");
        let told = json!({
            "caller": caller, "action": action, "resource": "*", "decision": "implicitDeny",
            "reason": "the operation has no row in the authorization table",
        });
        Self::new(cx, caller, action, "*", reason, told)
    }

    /// A refusal that no policy decided: the service says so by itself, in this sentence.
    pub(super) fn by_service(cx: &Cx, caller: String, action: &str, sentence: &str) -> Self {
        let reason = format!("no policy decided this, the service refuses it by itself: {sentence}");
        let told = json!({
            "caller": caller, "action": action, "resource": "*", "decision": "refusedByService", "reason": reason,
        });
        Self::new(cx, caller, action, "*", reason, told)
    }

    fn new(cx: &Cx, caller: String, action: &str, resource: &str, reason: String, mut told: Value) -> Self {
        let id = id(cx);
        told["id"] = Value::from(id.clone());
        told["at"] = Value::from(cx.now().rfc3339());
        told["request_id"] = Value::from(cx.request_id());
        // Whoever did not sign belongs to no account.
        let account = if cx.caller().is_anonymous() { String::new() } else { cx.account().to_string() };
        Self {
            id,
            world: cx.world().name.clone(),
            at_millis: cx.now().millis,
            resource_account: cx.account().to_string(),
            account,
            is_within_organization: false,
            caller,
            caller_id: (cx.caller().user_id(), user_name(&cx.caller().kind)),
            place: (cx.region().to_string(), cx.answering().map(|api| api.signing_name)),
            action: action.to_owned(),
            resource: resource.to_owned(),
            reason,
            told,
            kept: None,
            sealed: OnceLock::new(),
        }
    }

    /// The same, between accounts that stand in organizations.
    pub(super) fn between(self, places: Places<'_>) -> Self {
        let ids = [places.caller, places.resource].map(|place| place.map(|place| &place.organization));
        let [caller, resource] = ids;
        Self { is_within_organization: caller.is_some() && caller == resource, ..self }
    }
}

/// The name of a user, without its path.
fn user_name(kind: &ports::CallerKind) -> Option<String> {
    match kind {
        ports::CallerKind::User { path_and_name, .. } => Some(path_and_name.rsplit('/').next()?.to_owned()),
        _ => None,
    }
}

/// A new id.
fn id(cx: &Cx) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let bytes: [u8; ID_LENGTH] = cx.ids().bytes();
    bytes.iter().map(|byte| char::from(DIGITS[usize::from(*byte) % DIGITS.len()])).collect()
}

/// A denial, while everything that led to it is at hand.
pub(super) struct Denied<'a> {
    pub(super) principal: &'a Principal,
    pub(super) request: &'a Request<'a, CallContext<'a>>,
    pub(super) denial: &'a Denial<'a>,
    pub(super) places: Places<'a>,
}

impl Denied<'_> {
    /// Explains it; `more` adds what else there is to tell and to keep.
    pub(super) fn record(&self, cx: &Cx, more: impl FnOnce(&mut Value, &mut Snapshot)) -> Record {
        let &Self { principal, request, denial, places } = self;
        let shown = match request.caller.kind {
            CallerKind::Saml { provider } | CallerKind::WebIdentity { provider } => provider.to_owned(),
            _ => caller_arn(cx, principal),
        };
        let mut snapshot = Snapshot::default();
        let mut told = watched::explained(request, &[], |why, context| {
            let own = snapshot.evaluation(request, why);
            snapshot.push(own);
            told(&shown, request.action, request.resource.arn, why, context)
        });
        name_levels(&mut told, places);
        more(&mut told, &mut snapshot);
        let kept = snapshot.finish(cx, principal, request.context.of_call());
        Record::denied(cx, shown, request, denial, (told, kept)).between(places)
    }
}

/// As refusals name the caller: a session by its own ARN.
pub(super) fn caller_arn(cx: &Cx, principal: &Principal) -> String {
    let own = cx.caller().arn(cx.partition());
    own.unwrap_or_else(
        || if principal.arn.is_empty() { "anonymous".to_owned() } else { principal.arn.clone() },
    )
}

/// What was denied lately, and what principals did.
pub(crate) struct Records {
    denied: Mutex<kept::Denied>,
    /// By world and caller.
    uses: Mutex<BTreeMap<String, BTreeMap<String, Uses>>>,
    live: broadcast::Sender<Arc<Use>>,
}

/// Something a principal did, as it happens.
pub(crate) struct Use {
    pub(crate) world: String,
    /// Its ARN.
    pub(crate) caller: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) is_allowed: bool,
}

/// What one principal did: actions and resources, and whether its policies allowed them.
pub(crate) type Uses = BTreeMap<String, BTreeMap<String, bool>>;

impl Denials for Records {
    fn denial(&self, cx: &Cx, id: &str) -> Option<Arc<Kept>> {
        let record = self.get(&cx.world().name, id)?;
        let is_kept = record.at_millis > cx.now().millis - KEPT_MILLIS;
        record.kept.clone().filter(|_| is_kept)
    }

    fn judged(&self, cx: &Cx, judged: &Judged<'_>) -> Option<String> {
        let &Judged { principal, request, places, .. } = judged;
        let (action, resource) = (request.action.name(), request.resource.arn);
        self.note(cx, action, resource, judged.decision.is_allowed());
        let Decision::Deny(denial) = &judged.decision else { return None };
        let denied = Denied { principal, request, denial, places };
        Some(self.keep(cx, denied.record(cx, |_, _| {})).id.clone())
    }
}

impl Default for Records {
    fn default() -> Self {
        Self { denied: Mutex::default(), uses: Mutex::default(), live: broadcast::channel(MOST_UNREAD).0 }
    }
}

impl Records {
    pub(super) fn keep(&self, cx: &Cx, record: Record) -> Arc<Record> {
        let record = Arc::new(record);
        let mut denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        denied.push(record.clone(), &cx.world().name, cx.now().millis);
        record
    }

    /// The denial of that id in a world.
    pub(crate) fn get(&self, world: &str, id: &str) -> Option<Arc<Record>> {
        let denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        denied.newest().find(|record| record.world == world && record.id == id).cloned()
    }

    /// The newest denials of a world, newest first.
    pub(crate) fn newest(&self, world: &str, most: usize) -> Vec<Arc<Record>> {
        let denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        denied.newest().filter(|record| record.world == world).take(most).cloned().collect()
    }

    /// Notes that a caller did something.
    pub(super) fn note(&self, cx: &Cx, action: &str, resource: &str, is_allowed: bool) {
        let Some(caller) = cx.caller().arn(cx.partition()) else { return };
        if self.live.receiver_count() > 0 {
            let used = Use {
                world: cx.world().name.clone(),
                caller: caller.clone(),
                action: action.to_owned(),
                resource: resource.to_owned(),
                is_allowed,
            };
            // Nobody listens any more: then nobody misses it.
            drop(self.live.send(Arc::new(used)));
        }
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = uses.values().map(BTreeMap::len).sum::<usize>();
        let of_world = kept_under(&mut uses, &cx.world().name);
        if noted >= MOST_CALLERS && !of_world.contains_key(&caller) {
            return;
        }
        let of_caller = kept_under(of_world, &caller);
        if let Some(allowed) = of_caller.get_mut(action).and_then(|resources| resources.get_mut(resource)) {
            *allowed = is_allowed;
            return;
        }
        let noted: usize = of_caller.values().map(BTreeMap::len).sum();
        if noted < MOST_USES {
            of_caller.entry(action.to_owned()).or_default().insert(resource.to_owned(), is_allowed);
        }
    }

    /// Everything that is noted from now on, in every world.
    pub(crate) fn follow(&self) -> broadcast::Receiver<Arc<Use>> {
        self.live.subscribe()
    }

    /// What each principal of a world did, by ARN.
    pub(crate) fn uses(&self, world: &str) -> BTreeMap<String, Uses> {
        let uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.get(world).cloned().unwrap_or_default()
    }

    /// A world is gone, or begins anew.
    pub(crate) fn forget(&self, world: &str) {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner).forget(world);
        self.uses.lock().unwrap_or_else(PoisonError::into_inner).remove(world);
    }
}

/// What stands under a name, made where there is nothing yet.
fn kept_under<'m, V: Default>(map: &'m mut BTreeMap<String, V>, name: &str) -> &'m mut V {
    if !map.contains_key(name) {
        map.insert(name.to_owned(), V::default());
    }
    map.get_mut(name).expect("it was put there")
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Kept, Record};
    use base::Region;
    use policy::compile::{Policy, Source};
    use policy::decide::Gate;
    use ports::Evaluated;
    use serde_json::Value;
    use std::sync::{Arc, OnceLock};

    /// A denial with these policies.
    pub(in crate::authorize) fn record(
        world: &str,
        id: &str,
        at_millis: i64,
        policies: &[Arc<Policy>],
    ) -> Record {
        let policies = policies.iter().map(|policy| Evaluated {
            gate: Gate::Identity,
            source: Source::inline("p"),
            policy: policy.clone(),
            resource: None,
        });
        let kept = Kept {
            account: String::new(),
            principal: String::new(),
            region: Region::us_east_1(),
            context: Vec::new(),
            evaluations: Vec::new(),
            policies: policies.collect(),
        };
        Record {
            id: id.to_owned(),
            world: world.to_owned(),
            at_millis,
            account: String::new(),
            caller: String::new(),
            caller_id: (String::new(), None),
            place: (String::new(), None),
            action: String::new(),
            resource: String::new(),
            resource_account: String::new(),
            is_within_organization: false,
            reason: String::new(),
            told: Value::Null,
            kept: Some(Arc::new(kept)),
            sealed: OnceLock::new(),
        }
    }
}
