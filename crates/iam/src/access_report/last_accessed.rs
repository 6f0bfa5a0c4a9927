//! Which services identities may use, and when they last did: made from what happened.
//!
//! A report is finished when it is asked for, and kept. A report by action names the tracked actions that were used.

use super::grants::Grants;
use super::names;
use super::subject::{Principal, Subject};
use crate::Iam;
use crate::entity::{Home, Rows};
use crate::error::Error;
use crate::listing::Asked;
use crate::usage::Usage;
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_iam as api;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Record, View};

/// The granularity of a report that names actions.
const BY_ACTION: &str = "ACTION_LEVEL";

/// A report.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    home: Home,
    id: String,
    /// `SERVICE_LEVEL` or `ACTION_LEVEL`.
    granularity: String,
    made_at: Timestamp,
    services: Vec<Service>,
}

/// What it says of one service.
#[derive(Clone, Serialize, Deserialize)]
struct Service {
    namespace: String,
    entities: Vec<Entity>,
}

/// What it says of one user or role.
#[derive(Clone, Serialize, Deserialize)]
struct Entity {
    arn: String,
    name: String,
    id: String,
    path: String,
    kind: String,
    /// When and where it last used the service.
    last: Option<(Timestamp, String)>,
    /// The same of the service's actions, in a report by action.
    #[serde(default)]
    actions: BTreeMap<String, (Timestamp, String)>,
}

impl Record for Job {
    const TABLE: &'static str = "iam_service_last_accessed";
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// `GenerateServiceLastAccessedDetails`.
pub(crate) fn generate(
    cx: &Cx,
    _svc: &Iam,
    input: api::GenerateServiceLastAccessedDetailsRequest,
) -> Result<api::GenerateServiceLastAccessedDetailsResponse, Error> {
    let home = Home::of(cx);
    let arn = input.arn.unwrap_or_default();
    let granularity = input.granularity.unwrap_or_else(|| "SERVICE_LEVEL".to_owned());
    let mut services = cx.read(|view| services(view, &home, &Subject::find(view, &home, &arn)?))?;
    if granularity != BY_ACTION {
        services.iter_mut().flat_map(|service| &mut service.entities).for_each(|one| one.actions.clear());
    }
    let job = Job { services, home, id: cx.ids().uuid(), granularity, made_at: cx.now() };
    cx.write(|tx| {
        tx.put(job.clone());
        Ok::<_, Error>(())
    })?;
    Ok(api::GenerateServiceLastAccessedDetailsResponse { job_id: Some(job.id) })
}

/// The services a subject may use or has used, by namespace.
fn services(view: &View, home: &Home, subject: &Subject) -> Result<Vec<Service>, Error> {
    let principals: Vec<(Principal, Vec<Arc<Usage>>)> = subject
        .principals(view, home)
        .into_iter()
        .map(|principal| {
            let usages = view.listed(&Usage::PRINCIPAL, &principal.id);
            (principal, usages)
        })
        .collect();
    let mut grants = Grants::default();
    subject.policies(view, home).into_iter().for_each(|policy| grants.join(policy.grants));
    let mut namespaces: BTreeSet<String> = grants.services;
    if grants.all {
        namespaces.extend(names::namespaces().map(str::to_owned));
    }
    // What somebody uses without a policy of the subject's is not the subject's doing, but for users and roles.
    if matches!(subject, Subject::User(_) | Subject::Role(_)) {
        let used = principals.iter().flat_map(|(_, usages)| usages.iter());
        namespaces.extend(used.map(|usage| usage.service.clone()));
    }
    let service = |namespace: String| Service {
        entities: principals.iter().map(|(one, usages)| entity(one, usages, &namespace)).collect(),
        namespace,
    };
    Ok(namespaces.into_iter().map(service).collect())
}

fn entity(principal: &Principal, usages: &[Arc<Usage>], namespace: &str) -> Entity {
    let usages = || usages.iter().filter(|usage| usage.service == namespace);
    let used = usages().max_by_key(|usage| usage.at);
    let mut actions = BTreeMap::new();
    for usage in usages() {
        for (action, at) in &usage.actions {
            let last = actions.entry(action.clone()).or_insert_with(|| (*at, usage.region.clone()));
            if *at > last.0 {
                *last = (*at, usage.region.clone());
            }
        }
    }
    Entity {
        arn: principal.arn.clone(),
        name: principal.name.clone(),
        id: principal.id.clone(),
        path: principal.path.clone(),
        kind: principal.kind.to_owned(),
        last: used.map(|usage| (usage.at, usage.region.clone())),
        actions,
    }
}

fn read(cx: &Cx, id: Option<String>) -> Result<Arc<Job>, Error> {
    let id = id.unwrap_or_default();
    let found = cx.read(|view| view.get::<Job>(&id)).filter(|job| job.home == Home::of(cx));
    found.ok_or(Error::NoJob(id))
}

/// `GetServiceLastAccessedDetails`, by namespace.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetServiceLastAccessedDetailsRequest,
) -> Result<api::GetServiceLastAccessedDetailsResponse, Error> {
    let job = read(cx, input.job_id)?;
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let call = ["GetServiceLastAccessedDetails", job.id.as_str()];
    let page = asked.page(cx, &call, &job.services, |service| service.namespace.clone())?;
    let by_action = job.granularity == BY_ACTION;
    let is_truncated = page.truncated();
    Ok(api::GetServiceLastAccessedDetailsResponse {
        job_status: Some("COMPLETED".to_owned()),
        job_type: Some(job.granularity.clone()),
        job_creation_date: Some(job.made_at.into()),
        job_completion_date: Some(job.made_at.into()),
        services_last_accessed: Some(
            page.items.into_iter().map(|service| shape(service, by_action)).collect(),
        ),
        is_truncated,
        marker: page.marker,
        error: None,
    })
}

fn shape(service: &Service, by_action: bool) -> api::ServiceLastAccessed {
    let used = || service.entities.iter().filter_map(|entity| Some((entity, entity.last.as_ref()?)));
    let last = used().max_by_key(|(_, (at, _))| *at);
    api::ServiceLastAccessed {
        service_name: Some(names::of(&service.namespace).to_owned()),
        service_namespace: Some(service.namespace.clone()),
        last_authenticated: last.map(|(_, (at, _))| (*at).into()),
        last_authenticated_entity: last.map(|(entity, _)| entity.arn.clone()),
        last_authenticated_region: last.map(|(_, (_, region))| region.clone()),
        total_authenticated_entities: Some(i32::try_from(used().count()).unwrap_or(i32::MAX)),
        tracked_actions_last_accessed: by_action.then(|| actions(service)),
    }
}

/// The actions of a service that were used, by name, each with whoever did last.
fn actions(service: &Service) -> Vec<api::TrackedActionLastAccessed> {
    let mut last: BTreeMap<&str, (&Entity, &(Timestamp, String))> = BTreeMap::new();
    for entity in &service.entities {
        for (action, used) in &entity.actions {
            let known = last.entry(action).or_insert((entity, used));
            if used.0 > known.1.0 {
                *known = (entity, used);
            }
        }
    }
    let shape = |(action, (entity, (at, region))): (&str, (&Entity, &(Timestamp, String)))| {
        api::TrackedActionLastAccessed {
            action_name: Some(action.to_owned()),
            last_accessed_entity: Some(entity.arn.clone()),
            last_accessed_time: Some((*at).into()),
            last_accessed_region: Some(region.clone()),
        }
    };
    last.into_iter().map(shape).collect()
}

/// `GetServiceLastAccessedDetailsWithEntities`, by ARN.
pub(crate) fn get_with_entities(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetServiceLastAccessedDetailsWithEntitiesRequest,
) -> Result<api::GetServiceLastAccessedDetailsWithEntitiesResponse, Error> {
    let job = read(cx, input.job_id)?;
    let namespace = input.service_namespace.unwrap_or_default();
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let service = job.services.iter().find(|service| service.namespace == namespace);
    let entities = service.map_or(&[][..], |service| &service.entities);
    let call = ["GetServiceLastAccessedDetailsWithEntities", job.id.as_str(), namespace.as_str()];
    let page = asked.page(cx, &call, entities, |entity| entity.arn.clone())?;
    let is_truncated = page.truncated();
    let shape = |entity: &Entity| api::EntityDetails {
        entity_info: Some(api::EntityInfo {
            arn: Some(entity.arn.clone()),
            name: Some(entity.name.clone()),
            type_: Some(entity.kind.clone()),
            id: Some(entity.id.clone()),
            path: Some(entity.path.clone()),
        }),
        last_authenticated: entity.last.as_ref().map(|(at, _)| (*at).into()),
    };
    Ok(api::GetServiceLastAccessedDetailsWithEntitiesResponse {
        job_status: Some("COMPLETED".to_owned()),
        job_creation_date: Some(job.made_at.into()),
        job_completion_date: Some(job.made_at.into()),
        entity_details_list: Some(page.items.into_iter().map(shape).collect()),
        is_truncated,
        marker: page.marker,
        error: None,
    })
}
