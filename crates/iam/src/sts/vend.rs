//! Temporary credentials: made, sealed and measured.

use crate::entity::Home;
use crate::error::Error;
use crate::key_id;
use crate::seal::{self, Sealed, Who};
use base::Timestamp;
use ports::{Cx, Session};
use shapes_sts as sts;
use std::sync::Arc;
use store::Tx;

/// Characters of a token at the most; the utilization is said against it.
const MOST_TOKEN_BYTES: usize = 4096;

/// What credentials are made of.
pub(super) struct Grant {
    /// Whose.
    pub(super) home: Home,
    /// Whom they speak for.
    pub(super) who: Who,
    /// How long.
    pub(super) seconds: i32,
    /// Characters that the token has at the least.
    pub(super) minimum_token_bytes: Option<i32>,
    /// The rest of what the token says; its times are set here.
    pub(super) session: Session,
}

/// Credentials, and how long their token is.
pub(super) struct Vended {
    pub(super) credentials: sts::Credentials,
    pub(super) token_bytes: Option<i32>,
    /// Per cent of the longest token.
    pub(super) utilization: Option<i32>,
}

/// Makes credentials. They end by the world's clock.
pub(super) fn vend(tx: &mut Tx, cx: &Cx, grant: &Grant) -> Result<Vended, Error> {
    let expires_at = cx.now().plus_millis(i64::from(grant.seconds) * 1000).whole_seconds();
    vend_until(tx, cx, grant, expires_at)
}

/// Makes credentials that end at that time.
pub(super) fn vend_until(
    tx: &mut Tx,
    cx: &Cx,
    grant: &Grant,
    expires_at: Timestamp,
) -> Result<Vended, Error> {
    let session = Session { issued_at: cx.now().whole_seconds(), expires_at, ..grant.session.clone() };
    let sealed = Sealed {
        access_key_id: key_id::access_key("ASIA", grant.home.account, cx.ids()),
        secret: key_id::secret(cx.ids()),
        partition: grant.home.partition,
        account: grant.home.account,
        who: grant.who.clone(),
        session: Arc::new(session),
    };
    let minimum = grant.minimum_token_bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
    let token = seal::session(tx, cx, &sealed, minimum)?;
    let utilization = (token.len() * 100 / MOST_TOKEN_BYTES).min(100);
    Ok(Vended {
        token_bytes: i32::try_from(token.len()).ok(),
        utilization: i32::try_from(utilization).ok(),
        credentials: sts::Credentials {
            access_key_id: Some(sealed.access_key_id),
            secret_access_key: Some(sealed.secret),
            session_token: Some(token),
            expiration: Some(expires_at.into()),
        },
    })
}
