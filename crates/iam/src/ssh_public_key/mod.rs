//! SSH public keys of users, for CodeCommit.

mod key;
#[cfg(test)]
mod tests;

use crate::entity::Home;
use crate::error::{CredentialRefusal, Error};
use crate::event::Changed;
use crate::listing::{Page, page};
use crate::owner;
use crate::status::Status;
use crate::user::User;
use crate::{Iam, key_id};
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use store::{Index, Record, Tx};

/// Keys of one user at the most.
const MOST_KEYS: usize = 5;

/// A public key of a user.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SshPublicKey {
    pub(crate) home: Home,
    pub(crate) user_id: String,
    pub(crate) id: String,
    /// One line of SSH's, without its comment.
    pub(crate) line: String,
    pub(crate) status: Status,
    pub(crate) uploaded_at: Timestamp,
}

impl SshPublicKey {
    /// Those of a user.
    pub(crate) const OWNER: Index<Self> =
        Index { name: "owner", keys: |own| vec![owner::key(&own.home, &own.user_id)] };

    fn shape(&self, user: &User, is_pem: bool) -> Result<api::SSHPublicKey, CredentialRefusal> {
        let key = key::read(&self.line)?;
        Ok(api::SSHPublicKey {
            user_name: Some(user.name.clone()),
            ssh_public_key_id: Some(self.id.clone()),
            fingerprint: Some(key_material::md5_pairs(&key.ssh_blob())),
            ssh_public_key_body: Some(if is_pem { key.pem() } else { key.ssh_line() }),
            status: Some(self.status.word().to_owned()),
            upload_date: Some(self.uploaded_at.into()),
        })
    }

    fn metadata(&self, user: &User) -> api::SSHPublicKeyMetadata {
        api::SSHPublicKeyMetadata {
            user_name: Some(user.name.clone()),
            ssh_public_key_id: Some(self.id.clone()),
            status: Some(self.status.word().to_owned()),
            upload_date: Some(self.uploaded_at.into()),
        }
    }
}

impl Record for SshPublicKey {
    const TABLE: &'static str = "iam_ssh_public_key";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        format!("{}{}", self.home.prefix(), self.id)
    }
}

/// The key of that id, if it is the user's.
fn take(tx: &Tx, home: &Home, user: &User, id: &str) -> Result<SshPublicKey, Error> {
    let found = tx.get::<SshPublicKey>(&format!("{}{id}", home.prefix()));
    let own = found.filter(|key| key.user_id == user.id);
    own.map(|own| (*own).clone()).ok_or_else(|| CredentialRefusal::NoSshKey(id.to_owned()).into())
}

/// `UploadSSHPublicKey`: RSA, in either encoding; the answer shows it in the same.
pub(crate) fn upload(
    cx: &Cx,
    _svc: &Iam,
    input: api::UploadSSHPublicKeyRequest,
) -> Result<api::UploadSSHPublicKeyResponse, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let body = input.ssh_public_key_body.unwrap_or_default();
    let is_pem = body.trim_start().starts_with("-----BEGIN");
    let read = key::read(&body);
    let id = key_id::unique("APKA", cx.ids());
    let shape = cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let line = read.clone()?.ssh_line();
        let own = owner::key(&home, &user.id);
        if tx.by(&SshPublicKey::OWNER, &own).any(|key| key.line == line) {
            return Err(CredentialRefusal::SshKeyTwice.into());
        }
        if tx.by(&SshPublicKey::OWNER, &own).count() >= MOST_KEYS {
            return Err(Error::Limit("SSHPublicKeysPerUser", 5));
        }
        let key = SshPublicKey {
            home: home.clone(),
            user_id: user.id.clone(),
            id: id.clone(),
            line,
            status: Status::Active,
            uploaded_at: cx.now().whole_seconds(),
        };
        let shape = key.shape(&user, is_pem)?;
        tx.emit(&Changed { kind: "SSHPublicKeyUploaded", resource: id.clone() });
        tx.put(key);
        Ok::<_, Error>(shape)
    })?;
    Ok(api::UploadSSHPublicKeyResponse { ssh_public_key: Some(shape) })
}

/// `GetSSHPublicKey`, in the encoding asked for.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetSSHPublicKeyRequest,
) -> Result<api::GetSSHPublicKeyResponse, Error> {
    let home = Home::of(cx);
    let id = input.ssh_public_key_id.unwrap_or_default();
    let is_pem = input.encoding.as_deref() == Some("PEM");
    cx.read(|view| {
        let user = owner::find(view, &home, &input.user_name.unwrap_or_default())?;
        let found = view.get::<SshPublicKey>(&format!("{}{id}", home.prefix()));
        let found = found.filter(|key| key.user_id == user.id);
        let key = found.ok_or_else(|| CredentialRefusal::NoSshKey(id.clone()))?;
        Ok(api::GetSSHPublicKeyResponse { ssh_public_key: Some(key.shape(&user, is_pem)?) })
    })
}

/// `ListSSHPublicKeys`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListSSHPublicKeysRequest,
) -> Result<api::ListSSHPublicKeysResponse, Error> {
    let home = Home::of(cx);
    let page: Page<api::SSHPublicKeyMetadata> = match owner::listed(cx, input.user_name)? {
        None => Page { items: Vec::new(), marker: None },
        Some(name) => cx.read(|view| {
            let user = owner::find(view, &home, &name)?;
            let own = view.by(&SshPublicKey::OWNER, &owner::key(&home, &user.id));
            let own = own.map(|key| key.metadata(&user));
            let id = |own: &api::SSHPublicKeyMetadata| own.ssh_public_key_id.clone().unwrap_or_default();
            let call = ["ListSSHPublicKeys", name.as_str()];
            page(cx, &call, own, id, input.marker.as_deref(), input.max_items)
        })?,
    };
    let is_truncated = page.truncated();
    Ok(api::ListSSHPublicKeysResponse {
        ssh_public_keys: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}

/// `UpdateSSHPublicKey`: active or not.
pub(crate) fn update(cx: &Cx, _svc: &Iam, input: api::UpdateSSHPublicKeyRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let id = input.ssh_public_key_id.unwrap_or_default();
    let status = Status::read(input.status.as_deref())?;
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let key = take(tx, &home, &user, &id)?;
        tx.emit(&Changed { kind: "SSHPublicKeyChanged", resource: id.clone() });
        tx.put(SshPublicKey { status, ..key });
        Ok(Empty {})
    })
}

/// `DeleteSSHPublicKey`.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteSSHPublicKeyRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let id = input.ssh_public_key_id.unwrap_or_default();
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let key = take(tx, &home, &user, &id)?;
        tx.delete::<SshPublicKey>(&key.key());
        tx.emit(&Changed { kind: "SSHPublicKeyDeleted", resource: id.clone() });
        Ok(Empty {})
    })
}
