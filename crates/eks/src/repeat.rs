//! Calls that a client may repeat: the same token with the same parameters answers what it answered first.

use crate::document;
use crate::error::{Error, Refusal};
use base::Scope;
use serde_json::Value;
use shape::Shape;
use store::{Claim, Repeatable, Tx};

/// Such a call.
pub(crate) struct Call<'c> {
    /// The operation.
    pub(crate) operation: &'static str,
    /// The client's token.
    pub(crate) token: Option<&'c str>,
    /// What was asked for.
    pub(crate) input: &'c dyn Shape,
}

/// Answers as before, or does it and remembers the answer.
pub(crate) fn once<S: Shape + Default>(
    tx: &mut Tx,
    scope: &Scope,
    call: &Call<'_>,
    make: impl FnOnce(&mut Tx) -> Result<S, Error>,
) -> Result<S, Error> {
    let Some(token) = call.token.filter(|token| !token.is_empty()) else { return make(tx) };
    let (scope, digest) = (scope.to_string(), document::text(call.input));
    let known =
        Repeatable { service: "eks", operation: call.operation, scope: &scope, token, digest: &digest };
    match tx.claim(&known) {
        Err(_) => return Err(Refusal::TokenMismatch.into()),
        Ok(Claim::Replay(answer)) => {
            let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
            return Ok(document::shape(&answer));
        }
        Ok(Claim::New) => {}
    }
    let answer = make(tx)?;
    tx.remember(&known, &document::text(&answer));
    Ok(answer)
}
