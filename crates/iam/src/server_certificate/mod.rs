//! Server certificates.

mod model;
mod of_listeners;
mod record;

pub(crate) use model::ServerCertificate;
pub(crate) use of_listeners::OfListeners;

use crate::certificate::{self, Certificate};
use crate::entity::{Home, path};
use crate::error::{CredentialRefusal, Error};
use crate::event::Changed;
use crate::listing::page;
use crate::{Iam, key_id, tagging};
use ports::Cx;
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;

/// Certificates of one account at the most (the quota's maximum; AWS begins with 20).
const MOST_CERTIFICATES: usize = 1000;

/// Reads one.
fn read(cx: &Cx, name: Option<String>) -> Result<Arc<ServerCertificate>, Error> {
    let name = name.unwrap_or_default();
    let key = Home::of(cx).key(&name);
    let found = cx.read(|view| view.get::<ServerCertificate>(&key));
    found.ok_or_else(|| CredentialRefusal::NoServerCertificate(name).into())
}

/// Changes one in a transaction.
fn change(
    cx: &Cx,
    name: Option<String>,
    change: impl Fn(&mut ServerCertificate) -> Result<(), Error>,
) -> Result<Empty, Error> {
    let name = name.unwrap_or_default();
    let key = Home::of(cx).key(&name);
    cx.write(|tx| {
        let found = tx.get::<ServerCertificate>(&key);
        let found = found.ok_or_else(|| CredentialRefusal::NoServerCertificate(name.clone()))?;
        let mut certificate = (*found).clone();
        change(&mut certificate)?;
        tx.emit(&Changed { kind: "ServerCertificateChanged", resource: certificate.arn() });
        tx.put(certificate);
        Ok(Empty {})
    })
}

/// Reads what is uploaded and holds it together: certificate, key and chain. The answer is the end of the certificate.
fn checked(body: &str, key: &str, chain: Option<&str>) -> Result<base::Timestamp, CredentialRefusal> {
    let leaf = Certificate::read(body).ok_or(CredentialRefusal::CertificateText)?;
    let chain = match chain {
        Some(chain) => Certificate::read_all(chain).ok_or(CredentialRefusal::CertificateText)?,
        None => Vec::new(),
    };
    let key = certificate::private_key(key).ok_or(CredentialRefusal::KeyText)?;
    if !key.belongs_to(&leaf) {
        return Err(CredentialRefusal::KeyPair);
    }
    certificate::check_chain(&leaf, &chain).map_err(CredentialRefusal::Chain)?;
    Ok(leaf.not_after())
}

/// `UploadServerCertificate`.
pub(crate) fn upload(
    cx: &Cx,
    _svc: &Iam,
    input: api::UploadServerCertificateRequest,
) -> Result<api::UploadServerCertificateResponse, Error> {
    let tags = tagging::read(input.tags)?;
    let body = input.certificate_body.unwrap_or_default();
    let private_key = input.private_key.unwrap_or_default();
    let expires_at = checked(&body, &private_key, input.certificate_chain.as_deref())?;
    let certificate = ServerCertificate {
        home: Home::of(cx),
        name: input.server_certificate_name.unwrap_or_default(),
        path: path(input.path),
        id: key_id::unique("ASCA", cx.ids()),
        body,
        chain: input.certificate_chain,
        private_key,
        uploaded_at: cx.now().whole_seconds(),
        expires_at,
        tags,
    };
    cx.write(|tx| {
        let home = &certificate.home;
        if tx.get::<ServerCertificate>(&home.key(&certificate.name)).is_some() {
            return Err(CredentialRefusal::ServerCertificateExists(certificate.name.clone()).into());
        }
        if tx.range::<ServerCertificate>(&home.prefix()).count() >= MOST_CERTIFICATES {
            return Err(Error::Limit("ServerCertificatesPerAccount", 1000));
        }
        tx.emit(&Changed { kind: "ServerCertificateUploaded", resource: certificate.arn() });
        tx.put(certificate.clone());
        Ok(())
    })?;
    Ok(api::UploadServerCertificateResponse {
        server_certificate_metadata: Some(metadata(&certificate)),
        tags: tagging::some(&certificate.tags),
    })
}

/// `GetServerCertificate`: everything but the private key.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetServerCertificateRequest,
) -> Result<api::GetServerCertificateResponse, Error> {
    let certificate = read(cx, input.server_certificate_name)?;
    Ok(api::GetServerCertificateResponse {
        server_certificate: Some(api::ServerCertificate {
            server_certificate_metadata: Some(metadata(&certificate)),
            certificate_body: Some(certificate.body.clone()),
            certificate_chain: certificate.chain.clone(),
            tags: Some(tagging::shapes(&certificate.tags)),
        }),
    })
}

/// `ListServerCertificates`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListServerCertificatesRequest,
) -> Result<api::ListServerCertificatesResponse, Error> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    let home = Home::of(cx).prefix();
    cx.read(|view| {
        let all = view.range::<ServerCertificate>(&home).filter(|one| one.path.starts_with(&prefix));
        let name = |one: &&Arc<ServerCertificate>| one.name.to_lowercase();
        let call = ["ListServerCertificates", prefix.as_str()];
        let page = page(cx, &call, all, name, input.marker.as_deref(), input.max_items)?;
        let is_truncated = page.truncated();
        let list = page.items.iter().map(|one| metadata(one)).collect();
        Ok(api::ListServerCertificatesResponse {
            server_certificate_metadata_list: Some(list),
            is_truncated,
            marker: page.marker,
        })
    })
}

/// `UpdateServerCertificate`: another name, another path.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateServerCertificateRequest,
) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let old = input.server_certificate_name.unwrap_or_default();
    cx.write(|tx| {
        let found = tx.get::<ServerCertificate>(&home.key(&old));
        let found = found.ok_or_else(|| CredentialRefusal::NoServerCertificate(old.clone()))?;
        let mut certificate = (*found).clone();
        if let Some(new) = &input.new_server_certificate_name {
            let is_other = home.key(new) != home.key(&old);
            if is_other && tx.get::<ServerCertificate>(&home.key(new)).is_some() {
                return Err(CredentialRefusal::ServerCertificateExists(new.clone()).into());
            }
            tx.delete::<ServerCertificate>(&home.key(&old));
            certificate.name.clone_from(new);
        }
        if let Some(path) = &input.new_path {
            certificate.path.clone_from(path);
        }
        tx.emit(&Changed { kind: "ServerCertificateChanged", resource: certificate.arn() });
        tx.put(certificate);
        Ok(Empty {})
    })
}

/// `DeleteServerCertificate`: of one that no listener has.
pub(crate) fn delete(cx: &Cx, svc: &Iam, input: api::DeleteServerCertificateRequest) -> Result<Empty, Error> {
    let name = input.server_certificate_name.unwrap_or_default();
    let key = Home::of(cx).key(&name);
    cx.write(|tx| {
        let gone = tx.delete::<ServerCertificate>(&key);
        let gone = gone.ok_or_else(|| CredentialRefusal::NoServerCertificate(name.clone()))?;
        if let Some(by) = svc.certificate_uses.user(tx, &gone.arn()) {
            return Err(CredentialRefusal::ServerCertificateInUse(gone.id.clone(), by).into());
        }
        tx.emit(&Changed { kind: "ServerCertificateDeleted", resource: gone.arn() });
        Ok(Empty {})
    })
}

/// `TagServerCertificate`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagServerCertificateRequest) -> Result<Empty, Error> {
    change(cx, input.server_certificate_name, |certificate| {
        Ok(tagging::merge(&mut certificate.tags, input.tags.clone())?)
    })
}

/// `UntagServerCertificate`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagServerCertificateRequest) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, input.server_certificate_name, |certificate| {
        tagging::remove(&mut certificate.tags, &keys);
        Ok(())
    })
}

/// `ListServerCertificateTags`, by key.
pub(crate) fn list_tags(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListServerCertificateTagsRequest,
) -> Result<api::ListServerCertificateTagsResponse, Error> {
    let certificate = read(cx, input.server_certificate_name)?;
    let call = ["ListServerCertificateTags", certificate.name.as_str()];
    let page = tagging::list(cx, call, &certificate.tags, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(api::ListServerCertificateTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}

fn metadata(certificate: &ServerCertificate) -> api::ServerCertificateMetadata {
    api::ServerCertificateMetadata {
        path: Some(certificate.path.clone()),
        server_certificate_name: Some(certificate.name.clone()),
        server_certificate_id: Some(certificate.id.clone()),
        arn: Some(certificate.arn()),
        upload_date: Some(certificate.uploaded_at.into()),
        expiration: Some(certificate.expires_at.into()),
    }
}
