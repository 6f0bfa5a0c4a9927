//! Who signed a form: the policy in it vouches for its sender, as a signature does for a request.

use super::multipart::Fields;
use crate::S3;
use crate::error::{Error, PostFault};
use base::{Clock, Region, Scope};
use ports::{Caller, Cx, Found, IamMode, Refusal};
use shape::Protocol;
use wire::sign::{self, FormClaim};
use wire::{Fault, sender};

/// The fields of a SigV4 form, as refusals write them.
const V4: [&str; 4] = ["X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date"];
/// The fields of a SigV2 form.
const V2: [&str; 2] = ["Signature", "AWSAccessKeyId"];

/// Who sends a form, and where to. Without a policy that is nobody; a key that angae never issued is let in as an
/// account, as it is with requests.
pub(super) fn identify(cx: &Cx, svc: &S3, fields: &Fields) -> Result<(Caller, Scope), Error> {
    let Some(policy) = fields.get("policy") else {
        return Ok((cx.caller().clone(), cx.scope().clone()));
    };
    let claim = claim(fields)?;
    let region = claim.scope.as_ref().and_then(|scope| scope.region.as_deref()).and_then(Region::parse);
    let caller = caller(cx, svc, &claim, policy).map_err(|fault| Error::Body(Box::new(fault)))?;
    let scope = Scope::new(caller.account, region.unwrap_or_else(Region::us_east_1));
    Ok((caller, scope))
}

/// The claim of a form's fields: one that has a field of a scheme must have them all.
fn claim(fields: &Fields) -> Result<FormClaim, Error> {
    let token = fields.get("x-amz-security-token");
    if let Some([signature, _, credential, _]) = all(fields, V4)? {
        let wrong = || Error::Post(PostFault::Credential(credential.to_owned()));
        return FormClaim::v4(credential, signature, token).ok_or_else(wrong);
    }
    match all(fields, V2)? {
        Some([signature, key]) => Ok(FormClaim::v2(key, signature, token)),
        None => Err(Error::Post(PostFault::Unsigned)),
    }
}

/// Every field of a scheme; `None` where there is none of them.
fn all<'f, const N: usize>(fields: &'f Fields, names: [&str; N]) -> Result<Option<[&'f str; N]>, Error> {
    let found = names.map(|name| fields.get(name));
    if found.iter().all(Option::is_none) {
        return Ok(None);
    }
    let mut values = [""; N];
    for ((name, value), slot) in names.into_iter().zip(found).zip(&mut values) {
        *slot = value.ok_or_else(|| Error::Post(PostFault::Missing(name.to_owned())))?;
    }
    Ok(Some(values))
}

fn caller(cx: &Cx, svc: &S3, claim: &FormClaim, policy: &str) -> Result<Caller, Fault> {
    let key = &claim.access_key_id;
    let token = || claim.session_token.clone().unwrap_or_default();
    match svc.credentials.look_up(cx.world(), key, claim.session_token.as_deref(), Clock::machine()) {
        Found::Unknown if cx.world().iam.of("s3") == IamMode::Enforce => {
            Err(sign::unknown_key(key, Protocol::RestXml, true))
        }
        Found::Unknown => Ok(Caller::unissued(key)),
        Found::Known(known) => {
            claim.verify(policy, &known.secret, &svc.signing_keys)?;
            Ok(known.caller)
        }
        Found::Refused(Refusal::Expired) => Err(sign::expired(&token(), Protocol::RestXml, true)),
        Found::Refused(Refusal::BadToken) => {
            Err(sender(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
                .with("Token-0", token()))
        }
        Found::Refused(Refusal::Inactive) => Err(sign::unknown_key(key, Protocol::RestXml, true)),
    }
}
