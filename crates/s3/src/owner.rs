//! Who owns what, in S3's words: canonical ids.

use base::AccountId;
use ports::{Caller, CallerKind, Cx};
use sha2::{Digest, Sha256};
use shapes_s3::{Initiator, Owner};

/// The canonical id of an account: 64 hexadecimal digits, the same for all time.
pub(crate) fn canonical_id(account: AccountId) -> String {
    let mut hash = Sha256::new();
    hash.update(b"canonical user ");
    hash.update(account.as_str());
    hex::encode(hash.finalize())
}

/// Whoever did not sign, as an owner.
const ANONYMOUS: &str = "65a011a29cdf8ec533ec3d1ccaae921c";

/// The canonical id of whoever calls.
pub(crate) fn canonical_id_of(caller: &Caller) -> String {
    if caller.is_anonymous() { ANONYMOUS.to_owned() } else { canonical_id(caller.account) }
}

/// An owner as answers show it: S3 gives no display name any more.
pub(crate) fn owner(account: AccountId) -> Owner {
    Owner { id: Some(canonical_id(account)), display_name: None }
}

/// Who began an upload, as it is stored: the id and the name that are shown later.
pub(crate) fn initiator(cx: &Cx) -> (String, String) {
    let caller: &Caller = cx.caller();
    match (&caller.kind, caller.arn(cx.partition())) {
        (CallerKind::Anonymous, _) => (ANONYMOUS.to_owned(), "anonymous".to_owned()),
        (CallerKind::Root, _) | (_, None) => (canonical_id(caller.account), caller.account.to_string()),
        (CallerKind::User { path_and_name, .. }, Some(arn)) => {
            (arn.to_string(), path_and_name.rsplit('/').next().unwrap_or_default().to_owned())
        }
        (_, Some(arn)) => (arn.to_string(), caller.user_id()),
    }
}

/// An initiator as answers show it.
pub(crate) fn shown(initiator: &(String, String)) -> Initiator {
    Initiator { id: Some(initiator.0.clone()), display_name: Some(initiator.1.clone()) }
}
