//! Service-specific credentials: passwords for CodeCommit and Keyspaces, API keys for Bedrock and CloudWatch Logs.

mod model;
mod record;

pub(crate) use model::ServiceCredential;

use crate::entity::Home;
use crate::error::{CredentialRefusal, Error, ProviderRefusal};
use crate::event::Changed;
use crate::listing::{Page, page};
use crate::owner;
use crate::status::Status;
use crate::user::{self, User};
use crate::{Iam, key_id};
use model::{Kind, public_name};
use ports::Cx;
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Record, Tx, View};

/// Credentials of one user for one service at the most.
const MOST_CREDENTIALS: usize = 2;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

fn kind(service: &str) -> Result<Kind, CredentialRefusal> {
    Kind::of(service).ok_or_else(|| CredentialRefusal::NoSuchService(service.to_owned()))
}

/// The credential of that id, if it is the user's.
fn take(tx: &Tx, home: &Home, user: &User, id: &str) -> Result<ServiceCredential, Error> {
    let found = tx.get::<ServiceCredential>(&format!("{}{id}", home.prefix()));
    let own = found.filter(|credential| credential.user_id == user.id);
    own.map(|own| (*own).clone()).ok_or_else(|| CredentialRefusal::NoCredential(id.to_owned()).into())
}

/// `CreateServiceSpecificCredential`: the one answer, beside that of a reset, that shows the secret.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateServiceSpecificCredentialRequest,
) -> Result<api::CreateServiceSpecificCredentialResponse, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let service = input.service_name.unwrap_or_default();
    let days = input.credential_age_days;
    // The id carries its account, as access keys do (recorded).
    let id = key_id::access_key("ACCA", home.account, cx.ids()) + &cx.ids().text(key_id::BASE32, 1);
    let shape = cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let kind = kind(&service)?;
        if days.is_some() && kind == Kind::Password {
            return Err(CredentialRefusal::CredentialAge(service.clone()).into());
        }
        let own = owner::key(&home, &user.id);
        let own = tx.by(&ServiceCredential::OWNER, &own).filter(|own| own.service == service);
        let taken: Vec<String> = own.map(|own| own.public_name.clone()).collect();
        if taken.len() >= MOST_CREDENTIALS {
            return Err(Error::Limit("ServiceSpecificCredentialsPerUser", 2));
        }
        let public_name = public_name(&user.name, home.account.as_str(), &taken);
        let created_at = cx.now().whole_seconds();
        let credential = ServiceCredential {
            home: home.clone(),
            user_id: user.id.clone(),
            id: id.clone(),
            service: service.clone(),
            secret: kind.secret(&public_name, cx.ids()),
            public_name,
            status: Status::Active,
            created_at,
            expires_at: days.map(|days| created_at.plus_millis(i64::from(days) * DAY)),
        };
        let shape = shown(cx, &credential, &user);
        tx.emit(&Changed { kind: "ServiceSpecificCredentialCreated", resource: id.clone() });
        tx.put(credential);
        Ok(shape)
    })?;
    Ok(api::CreateServiceSpecificCredentialResponse { service_specific_credential: Some(shape) })
}

/// `ListServiceSpecificCredentials`, by id: of one user, or of all.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListServiceSpecificCredentialsRequest,
) -> Result<api::ListServiceSpecificCredentialsResponse, Error> {
    let home = Home::of(cx);
    let all = input.all_users == Some(true);
    if all && input.user_name.is_some() {
        return Err(ProviderRefusal::Exclusive("UserName", "AllUsers").into());
    }
    let name = if all { None } else { owner::listed(cx, input.user_name)? };
    let service = input.service_name;
    let page: Page<api::ServiceSpecificCredentialMetadata> = cx.read(|view| {
        let users = match (&name, all) {
            (Some(name), _) => vec![owner::find(view, &home, name)?],
            (None, true) => view.range::<User>(&home.prefix()).cloned().collect(),
            (None, false) => Vec::new(),
        };
        if let Some(service) = &service {
            kind(service)?;
        }
        let mut found: Vec<_> = users.iter().flat_map(|user| of_user(cx, view, &home, user)).collect();
        found.retain(|one| service.is_none() || one.service_name == service);
        found.sort_by(|a, b| a.service_specific_credential_id.cmp(&b.service_specific_credential_id));
        let id = |one: &api::ServiceSpecificCredentialMetadata| {
            one.service_specific_credential_id.clone().unwrap_or_default()
        };
        let whose = name.as_deref().unwrap_or("*");
        let call = ["ListServiceSpecificCredentials", whose, service.as_deref().unwrap_or("*")];
        page(cx, &call, found, id, input.marker.as_deref(), input.max_items)
    })?;
    let is_truncated = page.truncated();
    Ok(api::ListServiceSpecificCredentialsResponse {
        service_specific_credentials: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}

fn of_user(
    cx: &Cx,
    view: &View,
    home: &Home,
    user: &Arc<User>,
) -> Vec<api::ServiceSpecificCredentialMetadata> {
    let own = view.by(&ServiceCredential::OWNER, &owner::key(home, &user.id));
    let metadata = |credential: &Arc<ServiceCredential>| {
        let shape = shown(cx, credential, user);
        api::ServiceSpecificCredentialMetadata {
            user_name: shape.user_name,
            status: shape.status,
            service_user_name: shape.service_user_name,
            service_credential_alias: shape.service_credential_alias,
            create_date: shape.create_date,
            expiration_date: shape.expiration_date,
            service_specific_credential_id: shape.service_specific_credential_id,
            service_name: shape.service_name,
        }
    };
    own.map(metadata).collect()
}

/// `UpdateServiceSpecificCredential`: active or not.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateServiceSpecificCredentialRequest,
) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let id = input.service_specific_credential_id.unwrap_or_default();
    let status = Status::read(input.status.as_deref())?;
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let credential = take(tx, &home, &user, &id)?;
        tx.emit(&Changed { kind: "ServiceSpecificCredentialChanged", resource: id.clone() });
        tx.put(ServiceCredential { status, ..credential });
        Ok(Empty {})
    })
}

/// `ResetServiceSpecificCredential`: a new secret; the old one ends.
pub(crate) fn reset(
    cx: &Cx,
    _svc: &Iam,
    input: api::ResetServiceSpecificCredentialRequest,
) -> Result<api::ResetServiceSpecificCredentialResponse, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let id = input.service_specific_credential_id.unwrap_or_default();
    let shape = cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let mut credential = take(tx, &home, &user, &id)?;
        credential.secret = kind(&credential.service)?.secret(&credential.public_name, cx.ids());
        let shape = shown(cx, &credential, &user);
        tx.emit(&Changed { kind: "ServiceSpecificCredentialReset", resource: id.clone() });
        tx.put(credential);
        Ok::<_, Error>(shape)
    })?;
    Ok(api::ResetServiceSpecificCredentialResponse { service_specific_credential: Some(shape) })
}

/// `DeleteServiceSpecificCredential`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeleteServiceSpecificCredentialRequest,
) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let id = input.service_specific_credential_id.unwrap_or_default();
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let credential = take(tx, &home, &user, &id)?;
        tx.delete::<ServiceCredential>(&credential.key());
        tx.emit(&Changed { kind: "ServiceSpecificCredentialDeleted", resource: id.clone() });
        Ok(Empty {})
    })
}

/// With its secret.
fn shown(cx: &Cx, credential: &ServiceCredential, user: &User) -> api::ServiceSpecificCredential {
    let is_key = Kind::of(&credential.service) == Some(Kind::ApiKey);
    let name = Some(credential.public_name.clone());
    let secret = Some(credential.secret.clone());
    let (service_user_name, service_credential_alias) = if is_key { (None, name) } else { (name, None) };
    let (service_password, service_credential_secret) = if is_key { (None, secret) } else { (secret, None) };
    api::ServiceSpecificCredential {
        create_date: Some(credential.created_at.into()),
        expiration_date: credential.expires_at.map(Into::into),
        service_name: Some(credential.service.clone()),
        service_user_name,
        service_password,
        service_credential_alias,
        service_credential_secret,
        service_specific_credential_id: Some(credential.id.clone()),
        user_name: Some(user.name.clone()),
        status: Some(credential.status_at(cx.now()).to_owned()),
    }
}
