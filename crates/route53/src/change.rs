//! Changes: what Route 53 tells of a change while it reaches the name servers.

use crate::Route53;
use crate::error::Error;
use crate::home::{ID_LETTERS, bare_id, home, require_own};
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use store::{Job, JobError, Record, Tx};

/// Milliseconds until a change is everywhere, about.
/// Source: Route 53 API Reference, `GetChange`: generally within 60 seconds.
const SPREAD_MILLIS: u32 = 30_000;

/// A change. There is one for each batch, and they are kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    /// `C` and what follows.
    id: String,
    home: String,
    submitted_at: Timestamp,
    /// When all name servers had it.
    in_sync_at: Option<Timestamp>,
    comment: Option<String>,
}

impl Record for Change {
    const TABLE: &'static str = "route53_change";
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// A new id; drawn before the transaction, which may run again.
pub(crate) fn new_id(cx: &Cx) -> String {
    format!("C{}", cx.ids().text(ID_LETTERS, 20))
}

/// Begins a change.
pub(crate) fn begin(cx: &Cx, tx: &mut Tx, id: &str, comment: Option<&str>) -> api::ChangeInfo {
    let change = Change {
        id: id.to_owned(),
        home: home(cx),
        submitted_at: cx.now(),
        in_sync_at: None,
        comment: comment.filter(|comment| !comment.is_empty()).map(str::to_owned),
    };
    let info = shape(&change);
    tx.paged::<Change>().put(change);
    tx.after(SPREAD_MILLIS, Spread { id: id.to_owned() });
    info
}

/// The change is everywhere.
#[derive(Serialize, Deserialize)]
pub(crate) struct Spread {
    id: String,
}

impl Job for Spread {
    const KIND: &'static str = "route53.change";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.paged::<Change>().get(&self.id).map_err(|error| JobError(error.to_string()))?;
        let Some(change) = found.filter(|change| change.in_sync_at.is_none()) else { return Ok(()) };
        let in_sync_at = Some(tx.now());
        tx.paged::<Change>().put(Change { in_sync_at, ..(*change).clone() });
        Ok(())
    }
}

/// `GetChange`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetChangeRequest,
) -> Result<api::GetChangeResponse, Error> {
    let id = bare_id(input.id.as_deref());
    let change = cx.read(|view| view.paged::<Change>().get(id))?.ok_or(Error::NoChange)?;
    require_own(cx, &change.home)?;
    Ok(api::GetChangeResponse { change_info: Some(shape(&change)) })
}

fn shape(change: &Change) -> api::ChangeInfo {
    let status = if change.in_sync_at.is_some() { "INSYNC" } else { "PENDING" };
    api::ChangeInfo {
        id: Some(format!("/change/{}", change.id)),
        status: Some(status.to_owned()),
        submitted_at: Some(change.submitted_at.into()),
        comment: change.comment.clone(),
    }
}
