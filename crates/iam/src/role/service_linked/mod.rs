//! Roles that belong to services: made from a template, changed by nobody but their service.

mod templates;

use super::{Role, SESSION_SECONDS, created};
use crate::entity::{Home, Permissions, find};
use crate::error::Error;
use crate::event::Changed;
use crate::quota;
use crate::{Iam, key_id, usage};
use base::Tags;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_iam as api;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Record, Tx};

/// A deletion that came to its end. It is kept: the client asks for it afterwards.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Deletion {
    home: Home,
    /// `task/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling/…`.
    id: String,
}

impl Record for Deletion {
    const TABLE: &'static str = "iam_service_linked_role_deletion";
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// `CreateServiceLinkedRole`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateServiceLinkedRoleRequest,
) -> Result<api::CreateServiceLinkedRoleResponse, Error> {
    let home = Home::of(cx);
    let service = input.aws_service_name.unwrap_or_default();
    let template = templates::of(&service).ok_or_else(|| Error::NoServiceRole(service.clone()))?;
    let name = match input.custom_suffix {
        None => template.role_name(),
        Some(suffix) if template.takes_suffix => format!("{}_{suffix}", template.role_name()),
        Some(_) => return Err(Error::NoSuffix(service)),
    };
    let role = cx.write(|tx| {
        if tx.get::<Role>(&home.key(&name)).is_some() {
            return Err(Error::ServiceRoleTaken(name.clone()));
        }
        let own = Own { service: &service, name: name.clone(), description: input.description.clone() };
        let role = make(tx, cx, template, own)?;
        Ok(role)
    })?;
    Ok(api::CreateServiceLinkedRoleResponse { role: Some(created(&role)) })
}

/// What tells a new role from others.
struct Own<'a> {
    service: &'a str,
    name: String,
    description: Option<String>,
}

/// Makes a role of that name, which is free.
fn make(tx: &mut Tx, cx: &Cx, template: &templates::Template, own: Own<'_>) -> Result<Role, Error> {
    let home = Home::of(cx);
    quota::ROLES.require_room(tx.range::<Role>(&home.prefix()).count())?;
    let policy = template.policy_arn(home.partition.as_str());
    let role = Role {
        home,
        name: own.name,
        path: format!("/aws-service-role/{}/", own.service),
        id: key_id::unique("AROA", cx.ids()),
        created_at: cx.now().whole_seconds(),
        trust: trust(own.service),
        principals: BTreeMap::new(),
        description: own.description,
        max_session_seconds: SESSION_SECONDS,
        permissions: Permissions { attached: vec![policy], ..Permissions::default() },
        tags: Tags::default(),
        service: Some(own.service.to_owned()),
    };
    tx.emit(&Changed { kind: "RoleCreated", resource: role.arn() });
    tx.put(role.clone());
    Ok(role)
}

/// The role of a service, made unless it is there; none is made of a service that has no template.
pub(crate) fn ensure(cx: &Cx, service: &str) -> Result<(), Error> {
    let Some(template) = templates::of(service) else { return Ok(()) };
    let (home, name) = (Home::of(cx), template.role_name());
    cx.write(|tx| {
        if tx.get::<Role>(&home.key(&name)).is_none() {
            make(tx, cx, template, Own { service, name: name.clone(), description: None })?;
        }
        Ok(())
    })
}

/// The name of a service's role, without a suffix.
pub(crate) fn role_name(service: &str) -> Option<String> {
    Some(templates::of(service)?.role_name())
}

/// The trust policy AWS writes for a service.
fn trust(service: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Action":["sts:AssumeRole"],"Principal":{{"Service":["{service}"]}},"Effect":"Allow"}}]}}"#
    )
}

/// `DeleteServiceLinkedRole`. AWS first asks the service whether the role is still needed; none of those that are
/// built yet keeps one, so that it goes at once.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeleteServiceLinkedRoleRequest,
) -> Result<api::DeleteServiceLinkedRoleResponse, Error> {
    let home = Home::of(cx);
    let name = input.role_name.unwrap_or_default();
    let task = cx.ids().uuid();
    let id = cx.write(|tx| {
        let role: Arc<Role> = find(tx, &home, &name)?;
        if role.service.is_none() {
            return Err(Error::NotServiceLinked(role.name.clone()));
        }
        let id = format!("task{}{}/{task}", role.path, role.name);
        tx.delete::<Role>(&home.key(&name));
        usage::forget(tx, &role.id);
        tx.put(Deletion { home: home.clone(), id: id.clone() });
        tx.emit(&Changed { kind: "RoleDeleted", resource: role.arn() });
        Ok(id)
    })?;
    Ok(api::DeleteServiceLinkedRoleResponse { deletion_task_id: Some(id) })
}

/// `GetServiceLinkedRoleDeletionStatus`.
pub(crate) fn deletion_status(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetServiceLinkedRoleDeletionStatusRequest,
) -> Result<api::GetServiceLinkedRoleDeletionStatusResponse, Error> {
    let id = input.deletion_task_id.unwrap_or_default();
    let found = cx.read(|view| view.get::<Deletion>(&id)).filter(|deletion| deletion.home == Home::of(cx));
    found.ok_or(Error::NoDeletion(id))?;
    Ok(api::GetServiceLinkedRoleDeletionStatusResponse { status: Some("SUCCEEDED".to_owned()), reason: None })
}
