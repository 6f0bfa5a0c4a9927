//! Who calls: the claim of the signature against the keys of the world.

use super::Call;
use super::body::Body;
use crate::house::House;
use base::{Clock, Region, Scope};
use ports::{Caller, Found, IamMode, Refusal};
use shape::{Auth, OperationMeta};
use wire::sign::{self, ChunkSigning, Claim, Payload};
use wire::{Fault, sender};

/// Finds the caller and, for a key angae issued, judges its signature. An unknown key is let in as an account: keys
/// are refused for being unknown only where policies are enforced.
pub(super) fn identify(
    house: &House,
    call: &Call,
    claim: Option<&Claim>,
    operation: &OperationMeta,
    body: &Body,
) -> Result<(Caller, ChunkSigning), Fault> {
    let is_s3 = call.api.is_some_and(wire::codec::is_s3);
    let Some(claim) = claim else {
        if let Some(fault) = sign::half_signed(&call.head).filter(|_| is_s3) {
            return Err(fault);
        }
        if operation.auth == Auth::None || is_s3 {
            return Ok((Caller::anonymous(), ChunkSigning::unsigned()));
        }
        return Err(sender(403, "MissingAuthenticationToken", "Request is missing Authentication Token"));
    };
    // The pseudo-Region of clients that know no other; every real one is taken.
    if let (true, Some(region @ "aws-global")) = (is_s3, claim.scope.region.as_deref()) {
        return Err(sign::wrong_region(claim, region, "us-east-1"));
    }
    let payload = sign::payload(&call.head);
    if is_s3 && claim.scheme == sign::Scheme::V4Header && payload == Payload::Absent {
        let sentence = "Missing required header for this request: x-amz-content-sha256";
        return Err(sender(400, "InvalidRequest", sentence));
    }
    if is_s3 && payload == Payload::Unknown {
        let sentence = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                        STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
                        STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, \
                        STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.";
        let value = call.head.header("x-amz-content-sha256").unwrap_or_default();
        return Err(sender(400, "InvalidArgument", sentence)
            .with("ArgumentName", "x-amz-content-sha256")
            .with("ArgumentValue", value));
    }
    let now = Clock::machine();
    let token = claim.session_token.as_deref();
    match house.credentials.look_up(&call.world, &claim.access_key_id, token, now) {
        Found::Unknown => {
            let service = call.api.map_or("", |api| api.signing_name);
            if call.world.iam.of(service) == IamMode::Enforce {
                return Err(sign::unknown_key(&claim.access_key_id, call.protocol, is_s3));
            }
            Ok((Caller::unissued(&claim.access_key_id), ChunkSigning::unsigned()))
        }
        Found::Refused(Refusal::Expired) => {
            Err(sign::expired(token.unwrap_or_default(), call.protocol, is_s3))
        }
        Found::Refused(Refusal::BadToken) if is_s3 => {
            Err(sender(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
                .with("Token-0", token.unwrap_or_default()))
        }
        Found::Refused(Refusal::Inactive | Refusal::BadToken) => {
            Err(sign::unknown_key(&claim.access_key_id, call.protocol, is_s3))
        }
        Found::Known(known) => {
            let hash = body.sha256();
            let verified = sign::verify(
                claim,
                &call.head,
                &known.secret,
                hash.as_deref(),
                now.into(),
                &house.signing_keys,
            );
            match verified {
                Ok(verified) => Ok((known.caller, verified.seed)),
                Err(unverified) => Err(sign::refuse(&unverified, claim, call.protocol)),
            }
        }
    }
}

/// Account and Region of the call. A scope without a Region, or with one that is no name, means us-east-1.
pub(super) fn scope(caller: &Caller, claim: Option<&Claim>) -> Scope {
    let region = claim.and_then(|claim| claim.scope.region.as_deref()).and_then(Region::parse);
    Scope::new(caller.account, region.unwrap_or_else(Region::us_east_1))
}
