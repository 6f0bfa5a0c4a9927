//! Signing certificates of users: what the oldest services sign requests by.

use crate::certificate::Certificate;
use crate::entity::Home;
use crate::error::{CredentialRefusal, Error};
use crate::event::Changed;
use crate::listing::{Page, page};
use crate::owner;
use crate::status::Status;
use crate::user::{self, User};
use crate::{Iam, key_id};
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Index, Record, Tx};

/// Certificates of one user at the most.
const MOST_CERTIFICATES: usize = 2;
/// Characters of an id.
const ID_LENGTH: usize = 32;

/// A certificate of a user, without its key, which never leaves the user.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SigningCertificate {
    pub(crate) home: Home,
    pub(crate) user_id: String,
    pub(crate) id: String,
    /// As it was uploaded, in PEM.
    pub(crate) body: String,
    pub(crate) status: Status,
    pub(crate) uploaded_at: Timestamp,
}

impl SigningCertificate {
    /// Those of a user.
    pub(crate) const OWNER: Index<Self> =
        Index { name: "owner", keys: |own| vec![owner::key(&own.home, &own.user_id)] };

    fn shape(&self, user: &User) -> api::SigningCertificate {
        api::SigningCertificate {
            user_name: Some(user.name.clone()),
            certificate_id: Some(self.id.clone()),
            certificate_body: Some(self.body.clone()),
            status: Some(self.status.word().to_owned()),
            upload_date: Some(self.uploaded_at.into()),
        }
    }
}

impl Record for SigningCertificate {
    const TABLE: &'static str = "iam_signing_certificate";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        format!("{}{}", self.home.prefix(), self.id)
    }
}

/// The certificate of that id, if it is the user's.
fn take(tx: &Tx, home: &Home, user: &User, id: &str) -> Result<SigningCertificate, Error> {
    let found = tx.get::<SigningCertificate>(&format!("{}{id}", home.prefix()));
    let own = found.filter(|certificate| certificate.user_id == user.id);
    own.map(|own| (*own).clone()).ok_or_else(|| CredentialRefusal::NoSigningCertificate(id.to_owned()).into())
}

/// `UploadSigningCertificate`: a certificate in force that no other user of the account has.
pub(crate) fn upload(
    cx: &Cx,
    _svc: &Iam,
    input: api::UploadSigningCertificateRequest,
) -> Result<api::UploadSigningCertificateResponse, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let body = input.certificate_body.unwrap_or_default();
    let read = Certificate::read(&body);
    let id = cx.ids().text(key_id::BASE32, ID_LENGTH);
    let shape = cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let read = read.as_ref();
        let read = read.ok_or_else(|| CredentialRefusal::SigningCertificateText(body.clone()))?;
        if !read.is_valid_at(cx.now()) {
            return Err(CredentialRefusal::SigningCertificateExpired.into());
        }
        if tx.by(&SigningCertificate::OWNER, &owner::key(&home, &user.id)).count() >= MOST_CERTIFICATES {
            return Err(Error::Limit("CertificatesPerUser", 2));
        }
        let is_same = |own: &Arc<SigningCertificate>| {
            Certificate::read(&own.body).is_some_and(|own| own.der() == read.der())
        };
        if tx.range::<SigningCertificate>(&home.prefix()).any(is_same) {
            return Err(CredentialRefusal::SigningCertificateTwice.into());
        }
        let certificate = SigningCertificate {
            home: home.clone(),
            user_id: user.id.clone(),
            id: id.clone(),
            body: body.clone(),
            status: Status::Active,
            uploaded_at: cx.now().whole_seconds(),
        };
        let shape = certificate.shape(&user);
        tx.emit(&Changed { kind: "SigningCertificateUploaded", resource: id.clone() });
        tx.put(certificate);
        Ok(shape)
    })?;
    Ok(api::UploadSigningCertificateResponse { certificate: Some(shape) })
}

/// `ListSigningCertificates`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListSigningCertificatesRequest,
) -> Result<api::ListSigningCertificatesResponse, Error> {
    let home = Home::of(cx);
    let page: Page<api::SigningCertificate> = match owner::listed(cx, input.user_name)? {
        None => Page { items: Vec::new(), marker: None },
        Some(name) => cx.read(|view| {
            let user = owner::find(view, &home, &name)?;
            let own = view.by(&SigningCertificate::OWNER, &owner::key(&home, &user.id));
            let own = own.map(|certificate| certificate.shape(&user));
            let id = |own: &api::SigningCertificate| own.certificate_id.clone().unwrap_or_default();
            let call = ["ListSigningCertificates", name.as_str()];
            page(cx, &call, own, id, input.marker.as_deref(), input.max_items)
        })?,
    };
    let is_truncated = page.truncated();
    Ok(api::ListSigningCertificatesResponse {
        certificates: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}

/// `UpdateSigningCertificate`: active or not.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateSigningCertificateRequest,
) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let id = input.certificate_id.unwrap_or_default();
    let status = Status::read(input.status.as_deref())?;
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let certificate = take(tx, &home, &user, &id)?;
        tx.emit(&Changed { kind: "SigningCertificateChanged", resource: id.clone() });
        tx.put(SigningCertificate { status, ..certificate });
        Ok(Empty {})
    })
}

/// `DeleteSigningCertificate`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeleteSigningCertificateRequest,
) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let id = input.certificate_id.unwrap_or_default();
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let certificate = take(tx, &home, &user, &id)?;
        tx.delete::<SigningCertificate>(&certificate.key());
        tx.emit(&Changed { kind: "SigningCertificateDeleted", resource: id.clone() });
        Ok(Empty {})
    })
}
