//! How delegation requests are stored: under their ids, found by their owner and by what they were asked for.

use super::DelegationRequest;
use base::AccountId;
use store::{Index, Record};

impl DelegationRequest {
    /// Those that identities of an account made their own.
    pub(crate) const OWNER: Index<Self> = Index {
        name: "owner",
        keys: |request| {
            let owned = request.owner_account.filter(|_| request.owner_id.is_some());
            owned.iter().map(ToString::to_string).collect()
        },
    };
    /// That of a requestor's workflow.
    pub(crate) const WORKFLOW: Index<Self> = Index {
        name: "workflow",
        keys: |request| vec![Self::workflow(request.requestor, &request.workflow_id)],
    };

    /// What that index holds.
    pub(crate) fn workflow(requestor: AccountId, id: &str) -> String {
        format!("{requestor}/{id}")
    }
}

impl Record for DelegationRequest {
    const TABLE: &'static str = "iam_delegation_request";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::WORKFLOW];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}
