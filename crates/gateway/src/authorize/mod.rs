//! Authorization: which calls policies allow, in the worlds and for the services where they decide.
//!
//! The table (`authz`) says which actions on which resources a call is about, `policy` decides, the ports bring what
//! callers and resources have. What was denied is kept for a while with its reasons.

mod gatekeeper;
mod kept;
mod least;
mod message;
mod record;
mod refusal;
mod sentence;
mod snapshot;
mod temporary;
mod told;
mod watched;

#[cfg(test)]
mod keys;

pub(crate) use gatekeeper::{Gatekeeper, Judged};
pub(crate) use least::least;
pub(crate) use record::{Record, Records, Use, Uses};
pub(crate) use refusal::{identified, refuse};

use crate::house::House;
use gatekeeper::Question;
use ports::{CallerKind, Cx, IamMode, RequestTags};
use serde_json::json;
use shape::{Auth, OperationMeta, Ref, Shape};
use snapshot::Snapshot;
use wire::Fault;
use wire::route::Route;

/// Decides a call before its handler runs, and what of it the request alone tells.
pub(crate) fn authorize(house: &House, cx: &Cx, route: &Route, input: &dyn Shape) -> Result<(), Fault> {
    let service = route.api.signing_name;
    if cx.world().iam.is_off() {
        return Ok(());
    }
    if route.operation.auth == Auth::None {
        // Its credentials are its input: it judges them by itself.
        return Ok(());
    }
    if cx.world().iam.of(service) == IamMode::Enforce
        && let Some(fault) = temporary::refuse(cx.caller(), route)
    {
        return Err(refusal::by_service(house, cx, (route.api, route.operation), fault));
    }
    let Some(mut checks) = checks_of(cx, route.operation, input) else {
        let action = format!("{service}:{}", route.operation.name);
        return match cx.world().iam.of(service) {
            IamMode::Enforce => Err(refuse(route.api, &house.gatekeeper.unlisted(cx, &action))),
            IamMode::Audit | IamMode::Off => Ok(()),
        };
    };
    if let Some((kind, keys)) = house.registry.keys(cx, route.operation, input) {
        let own = format!("{service}:{}", route.operation.name);
        let is_meant = |check: &&mut authz::Check| {
            check.action.name == own && check.kind.map_or("", |of| &of.name) == kind
        };
        checks.iter_mut().filter(is_meant).for_each(|check| check.context.extend(keys.iter().cloned()));
    }
    for check in &checks {
        let tags = || tags_of(input, check);
        let action = policy::compile::Action::new(&check.action.name);
        let mapping = || {
            let asked =
                checks.iter().map(|check| json!({ "action": check.action.name, "resource": check.arn }));
            let asks: Vec<_> = asked.collect();
            let mut told = json!({ "api": route.api.id, "operation": route.operation.name, "asks": asks });
            if let Some(path) = text_of(input, "PathPrefix") {
                told["path"] = path.into();
            }
            told
        };
        // What else is asked is told beside what was denied.
        let beside = |snapshot: &mut Snapshot| {
            for other in checks.iter().filter(|other| !std::ptr::eq(*other, check)) {
                if snapshot.is_full() {
                    return;
                }
                let tags = || tags_of(input, other);
                let action = policy::compile::Action::new(&other.action.name);
                let question = Question::new(&action, &other.arn, &other.context, &tags);
                house.gatekeeper.evaluate(cx, &question, snapshot);
            }
        };
        let question = Question::new(&action, &check.arn, &check.context, &tags);
        let question = Question { mapping: &mapping, beside: &beside, ..question };
        if let Judged::Refused(record) = house.gatekeeper.judge(cx, &question) {
            if route.api.protocol == shape::Protocol::Ec2 {
                house.gatekeeper.sealed(cx, &record);
            }
            return Err(refuse(route.api, &record));
        }
    }
    Ok(())
}

/// What the authorization table asks of a call; `None` where it knows no such operation.
fn checks_of(cx: &Cx, operation: &OperationMeta, input: &dyn Shape) -> Option<Vec<authz::Check>> {
    let (account, user) = (cx.account().to_string(), user_name(&cx.caller().kind));
    let request = authz::Request {
        partition: cx.partition().as_str(),
        region: cx.region().as_str(),
        account: &account,
        user,
    };
    authz::checks(operation, input, &request)
}

/// A member of the input that is a text.
fn text_of<'i>(input: &'i dyn Shape, name: &str) -> Option<&'i str> {
    let index = input.schema().fields.iter().position(|field| field.name == name)?;
    match input.get(index).view() {
        Ref::Str(text) => Some(text),
        _ => None,
    }
}

/// The tags of a request that are about what a check is about.
fn tags_of(input: &dyn Shape, check: &authz::Check) -> RequestTags {
    let authz::RequestTags { tags, keys } = authz::request_tags(input, check.kind);
    RequestTags { tags, keys }
}

fn user_name(kind: &CallerKind) -> Option<&str> {
    match kind {
        CallerKind::User { path_and_name, .. } => Some(path_and_name.trim_start_matches('/')),
        CallerKind::Root
        | CallerKind::RoleSession { .. }
        | CallerKind::FederatedUser { .. }
        | CallerKind::Service(_)
        | CallerKind::Anonymous => None,
    }
}
