//! Delegation requests: what is true of them in any storage.
//!
//! Somebody asks an account for temporary access; an identity of that account makes the request its own, may pass it on
//! for approval, and accepts or rejects it. Source: IAM API reference, CreateDelegationRequest and its siblings.

use base::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// Milliseconds after which a request that nobody touches ends: seven days.
const LIFETIME: i64 = 7 * 86_400_000;

/// A request for access.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DelegationRequest {
    pub(crate) id: String,
    pub(crate) requestor: AccountId,
    pub(crate) workflow_id: String,
    /// The account that is asked; the one that took the request up where none was named.
    pub(crate) owner_account: Option<AccountId>,
    /// The identity that made it its own.
    pub(crate) owner_id: Option<String>,
    pub(crate) approver_id: Option<String>,
    pub(crate) state: State,
    pub(crate) terms: Terms,
    pub(crate) notes: Option<String>,
    pub(crate) rejection_reason: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// What is asked for, as it was asked.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Terms {
    pub(crate) description: String,
    pub(crate) message: Option<String>,
    pub(crate) template: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) redirect_url: Option<String>,
    pub(crate) session_seconds: i32,
    pub(crate) only_send_by_owner: bool,
}

/// A value of the template's.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: Option<String>,
    pub(crate) values: Option<Vec<String>>,
    pub(crate) kind: Option<String>,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Unassigned,
    Assigned,
    PendingApproval,
    Accepted,
    Rejected,
    Expired,
}

/// What is done to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Associate,
    Update,
    Accept,
    Reject,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unassigned => "UNASSIGNED",
            Self::Assigned => "ASSIGNED",
            Self::PendingApproval => "PENDING_APPROVAL",
            Self::Accepted => "ACCEPTED",
            Self::Rejected => "REJECTED",
            Self::Expired => "EXPIRED",
        }
    }

    /// The state after a step; `None` where the step is not allowed. An accepted request may still be rejected, a
    /// rejected one stays so.
    pub(crate) fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Unassigned, Step::Associate) => Some(Self::Assigned),
            (Self::Assigned | Self::PendingApproval, Step::Update) => Some(Self::PendingApproval),
            (Self::Assigned | Self::PendingApproval, Step::Accept) => Some(Self::Accepted),
            (Self::Assigned | Self::PendingApproval | Self::Accepted, Step::Reject) => Some(Self::Rejected),
            (Self::Unassigned, Step::Update | Step::Accept | Step::Reject)
            | (Self::Assigned | Self::PendingApproval, Step::Associate)
            | (Self::Accepted, Step::Associate | Step::Update | Step::Accept)
            | (Self::Rejected | Self::Expired, _) => None,
        }
    }
}

impl DelegationRequest {
    /// When it ends.
    pub(crate) fn expires_at(&self) -> Timestamp {
        self.updated_at.plus_millis(LIFETIME)
    }

    /// Its state at that time.
    pub(crate) fn state_at(&self, now: Timestamp) -> State {
        if self.expires_at() <= now { State::Expired } else { self.state }
    }

    /// Whether that account may see it: every one, until the request names or finds its own.
    pub(crate) fn is_open_to(&self, account: AccountId) -> bool {
        self.owner_account.is_none_or(|own| own == account)
    }
}

#[cfg(test)]
mod tests {
    use super::{State, Step};

    #[test]
    fn a_request_is_taken_up_before_it_is_decided() {
        use State::{Accepted, Assigned, Expired, PendingApproval, Rejected, Unassigned};
        use Step::{Accept, Associate, Reject, Update};
        for (from, associate, update, accept, reject) in [
            (Unassigned, Some(Assigned), None, None, None),
            (Assigned, None, Some(PendingApproval), Some(Accepted), Some(Rejected)),
            (PendingApproval, None, Some(PendingApproval), Some(Accepted), Some(Rejected)),
            (Accepted, None, None, None, Some(Rejected)),
            (Rejected, None, None, None, None),
            (Expired, None, None, None, None),
        ] {
            let found = [Associate, Update, Accept, Reject].map(|step| from.after(step));
            assert_eq!(found, [associate, update, accept, reject], "{from:?}");
        }
    }
}
