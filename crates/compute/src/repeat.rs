//! Calls that make several resources, and that a client may repeat.

use crate::error::Error;
use base::Scope;
use store::{Claim, Repeatable, Tx};

/// Such a call.
pub(crate) struct Call<'c> {
    /// Its name.
    pub(crate) operation: &'static str,
    /// The client's token.
    pub(crate) token: Option<&'c str>,
    /// What was asked for, as text.
    pub(crate) digest: &'c str,
}

/// Makes the resources and answers their ids; the same token gives those that were made before.
pub(crate) fn many(
    tx: &mut Tx,
    scope: &Scope,
    call: &Call<'_>,
    make: impl FnOnce(&mut Tx) -> Result<Vec<String>, Error>,
) -> Result<Vec<String>, Error> {
    let Some(token) = call.token.filter(|token| !token.is_empty()) else { return make(tx) };
    let of = scope.to_string();
    let known =
        Repeatable { service: "compute", operation: call.operation, scope: &of, token, digest: call.digest };
    if let Claim::Replay(ids) = tx.claim(&known)? {
        return Ok(ids.split(' ').map(str::to_owned).collect());
    }
    let ids = make(tx)?;
    tx.remember(&known, &ids.join(" "));
    Ok(ids)
}
