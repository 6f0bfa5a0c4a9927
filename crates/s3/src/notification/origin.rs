//! Whose doing it was.

use crate::owner;
use base::AccountId;
use ports::{CallerKind, Cx};
use sha2::{Digest, Sha256};

/// S3 itself, as whoever did it and as where it came from.
const S3_ITSELF: &str = "s3.amazonaws.com";

/// Who did something, from where, and by which request.
pub(crate) struct Origin {
    pub(super) principal: String,
    /// An account, or a service.
    pub(super) requester: String,
    pub(super) source_ip: String,
    pub(super) request_id: String,
}

impl Origin {
    /// The call's.
    pub(crate) fn of(cx: &Cx) -> Self {
        let caller = cx.caller();
        let principal = match &caller.kind {
            CallerKind::Root => principal_of(caller.account),
            CallerKind::Anonymous => "Anonymous".to_owned(),
            CallerKind::User { .. }
            | CallerKind::RoleSession { .. }
            | CallerKind::FederatedUser { .. }
            | CallerKind::Service(_) => format!("AWS:{}", caller.user_id()),
        };
        Self {
            principal,
            requester: caller.account.to_string(),
            // A call in process comes from a service of AWS's.
            source_ip: cx.peer().map_or_else(|| S3_ITSELF.to_owned(), |peer| peer.to_string()),
            request_id: cx.request_id().to_owned(),
        }
    }

    /// S3's own, by a job. `what` tells one of its doings from another.
    pub(crate) fn itself(what: &str) -> Self {
        let mut request_id = hex::encode_upper(Sha256::digest(what));
        request_id.truncate(16);
        Self {
            principal: S3_ITSELF.to_owned(),
            requester: S3_ITSELF.to_owned(),
            source_ip: S3_ITSELF.to_owned(),
            request_id,
        }
    }

    /// S3's own, in the name of an account.
    pub(crate) fn for_customer(account: AccountId, what: &str) -> Self {
        Self { principal: format!("AmazonCustomer:{}", principal_of(account)), ..Self::itself(what) }
    }
}

/// An account as notifications name it: 14 capital letters and digits.
pub(super) fn principal_of(account: AccountId) -> String {
    let id = owner::canonical_id(account).to_ascii_uppercase();
    format!("A{}", &id[..13])
}
