//! What users own beside their identity: certificates, keys, devices, credentials. They hang on the user's unique id,
//! so that they follow a user to another name and no later user of the same name inherits them.

use crate::entity::Home;
use crate::error::Error;
use crate::mfa_device::MfaDevice;
use crate::service_credential::ServiceCredential;
use crate::signing_certificate::SigningCertificate;
use crate::ssh_public_key::SshPublicKey;
use crate::user::{self, User};
use ports::{CallerKind, Cx};
use std::sync::Arc;
use store::{Tx, View};

/// What indexes by owner hold: a user's unique id, in its account.
pub(crate) fn key(home: &Home, user_id: &str) -> String {
    format!("{}{user_id}", home.prefix())
}

/// The user of that name.
pub(crate) fn find(view: &View, home: &Home, name: &str) -> Result<Arc<User>, Error> {
    view.get::<User>(&home.key(name)).ok_or_else(|| Error::NoUser(name.to_owned()))
}

/// The user of that name, in a transaction.
pub(crate) fn take(tx: &Tx, home: &Home, name: &str) -> Result<Arc<User>, Error> {
    tx.get::<User>(&home.key(name)).ok_or_else(|| Error::NoUser(name.to_owned()))
}

/// Whose things a list shows: those of the user that is named or calls; `None` for root, who owns none of these.
pub(crate) fn listed(cx: &Cx, name: Option<String>) -> Result<Option<String>, Error> {
    if name.is_none() && cx.caller().kind == CallerKind::Root {
        return Ok(None);
    }
    user::named_or_own(cx, name).map(Some)
}

/// A user that still owns something is not deleted.
pub(crate) fn refuse_owner(tx: &Tx, home: &Home, user: &User) -> Result<(), Error> {
    let own = key(home, &user.id);
    if tx.by(&SigningCertificate::OWNER, &own).next().is_some() {
        return Err(Error::Conflict("Cannot delete entity, must delete certificates first."));
    }
    if tx.by(&MfaDevice::OWNER, &own).next().is_some() {
        return Err(Error::Conflict("Cannot delete entity, must delete MFA device first."));
    }
    let keys = tx.by(&SshPublicKey::OWNER, &own).count();
    if keys + tx.by(&ServiceCredential::OWNER, &own).count() > 0 {
        return Err(Error::Conflict("Cannot delete entity, must remove referenced objects first."));
    }
    Ok(())
}
