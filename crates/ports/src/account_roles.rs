//! A need of `organizations`: the role through which an organization enters an account it makes. Met by `iam`.

use base::{AccountId, Ids, Partition};
use store::Tx;

/// Makes roles in other accounts.
pub trait AccountRoles: Send + Sync {
    /// Makes a role that may everything, in the transaction that makes the account.
    fn admit(&self, tx: &mut Tx, ids: &Ids, wanted: &AccessRole<'_>);
}

/// The role.
#[derive(Clone, Copy, Debug)]
pub struct AccessRole<'a> {
    /// The new account.
    pub account: AccountId,
    /// Its partition.
    pub partition: Partition,
    /// The role's name.
    pub name: &'a str,
    /// Whose principals may assume it.
    pub trusted: AccountId,
}
