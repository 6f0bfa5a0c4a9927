//! What fleets have in common when they are told.

use super::history::{Happened, What};
use super::model::{Fleet, Offer, Sort};
use crate::error::Error;
use crate::instance::Instance;
use crate::launch_template::document;
use base::Timestamp;
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::View;

/// The bounds of a page.
const PAGE: (i32, i32) = (1, 1000);

/// A page of a fleet's instances.
pub(super) fn instances<S: Sort>(
    cx: &Cx,
    view: &View,
    own: &Fleet<S>,
    operation: &str,
    (max_results, next_token): (Option<i32>, Option<String>),
    passes: impl Fn(&Instance) -> bool,
) -> Result<(Vec<ec2::ActiveInstance>, Option<String>), Error> {
    let limit = page_size(max_results, PAGE)?;
    let rows = own.instances(view).into_iter().filter(|own| passes(own));
    let call = [operation, &cx.scope().to_string(), &own.id];
    let (rows, next_token) = cut(cx, &call, rows, |own| own.place(), (next_token, limit))?;
    let shape = |own: &Arc<Instance>| ec2::ActiveInstance {
        instance_id: Some(own.id.to_string()),
        instance_type: Some(own.instance_type.clone()),
        spot_instance_request_id: own.ties.spot_request.clone(),
        instance_health: Some("healthy".to_owned()),
    };
    Ok((rows.iter().map(shape).collect(), next_token))
}

/// A page of a fleet's history.
pub(super) struct History {
    pub(super) events: Vec<Arc<Happened>>,
    pub(super) next_token: Option<String>,
}

/// What happened to a fleet since a time: all of it, or of one kind.
pub(super) fn history<S: Sort>(
    cx: &Cx,
    view: &View,
    own: &Fleet<S>,
    operation: &str,
    (since, what): (Timestamp, Option<What>),
    (max_results, next_token): (Option<i32>, Option<String>),
) -> Result<History, Error> {
    let limit = page_size(max_results, PAGE)?;
    let prefix = Happened::prefix(&own.scope, &own.id);
    let is_asked = |event: &&Arc<Happened>| event.at >= since && what.is_none_or(|what| event.what == what);
    let events = view.range::<Happened>(&prefix).filter(is_asked).cloned();
    let asked = format!("{}{}{what:?}", own.id, since.millis);
    let call = [operation, &cx.scope().to_string(), &asked];
    let (events, next_token) = cut(cx, &call, events, |event| event.place(), (next_token, limit))?;
    Ok(History { events, next_token })
}

/// An event's own words.
pub(super) fn event(own: &Happened) -> ec2::EventInformation {
    ec2::EventInformation {
        event_description: own.description.clone(),
        event_sub_type: Some(own.kind.clone()),
        instance_id: own.instance.clone(),
    }
}

/// A launch template with one of its overrides.
pub(super) fn offer(own: &Offer, instance_type: Option<&str>) -> ec2::LaunchTemplateAndOverridesResponse {
    let mut overrides: ec2::FleetLaunchTemplateOverrides = document::read(&own.told);
    if let Some(name) = instance_type {
        overrides.instance_type = Some(name.to_owned());
    }
    ec2::LaunchTemplateAndOverridesResponse {
        launch_template_specification: own.template.as_ref().map(document::read),
        overrides: Some(overrides),
    }
}
