//! What happens to a peering connection after its call was answered.

use super::model::{State, VpcPeeringConnection};
use crate::event::Changed;
use crate::resource::{self, Resource};
use crate::shared::{self, Shared};
use crate::staged::{HOUR_MILLIS, Staged, step_at};
use crate::vpc::Vpc;
use store::Tx;

/// Two hours, and two days: how long a connection that has ended is shown. Source: VPC peering guide, "VPC peering
/// connection lifecycle".
const SHORT_MILLIS: i64 = 2 * HOUR_MILLIS;
const LONG_MILLIS: i64 = 48 * HOUR_MILLIS;

impl Staged for VpcPeeringConnection {
    const STEP: &'static str = "vpc.peering-connection-step";

    fn stage(&self) -> &'static str {
        self.state.word()
    }

    fn step(self, tx: &mut Tx) {
        match self.state {
            State::Initiating if can_be(tx, &self) => {
                let pending = Self { state: State::Pending, ..self };
                step_at(tx, &pending, pending.expires_at.millis_since(tx.now()));
                change(tx, &pending);
            }
            State::Initiating => end(tx, &Self { state: State::Failed, ..self }),
            State::Pending => end(tx, &Self { state: State::Expired, ..self }),
            State::Provisioning => change(tx, &Self { state: State::Active, ..self }),
            State::Deleting => end(tx, &Self { state: State::Deleted, ..self }),
            State::Active => {}
            State::Failed | State::Expired | State::Rejected | State::Deleted => {
                tx.delete::<Self>(&resource::key(&self.scope, self.id.as_str()));
            }
        }
    }
}

/// Whether the networks are there and have no address in common.
fn can_be(tx: &Tx, own: &VpcPeeringConnection) -> bool {
    let is_there =
        |side: &super::Side| tx.get::<Vpc>(&resource::key(&side.scope, side.vpc_id.as_str())).is_some();
    let (mine, theirs) = (own.requester.blocks(tx), own.accepter.blocks(tx));
    own.sides().into_iter().all(is_there)
        && !mine.iter().any(|block| theirs.iter().any(|other| block.overlaps(*other)))
}

/// Stores a change.
pub(super) fn change(tx: &mut Tx, own: &VpcPeeringConnection) {
    shared::put(tx, own);
    tx.emit(&Changed { kind: "VpcPeeringConnectionChanged", resource: own.arn() });
}

/// Stores an end: who ended it sees it for two hours, the other for two days.
pub(super) fn end(tx: &mut Tx, own: &VpcPeeringConnection) {
    change(tx, own);
    let is_of_one = own.requester.scope.account == own.accepter.scope.account;
    for scope in own.seen_by() {
        let is_short = match own.state {
            State::Expired => false,
            State::Failed => true,
            _ => is_of_one || own.ended_by.as_ref() == Some(&scope),
        };
        step_at(tx, &own.seen_from(&scope), if is_short { SHORT_MILLIS } else { LONG_MILLIS });
    }
}
