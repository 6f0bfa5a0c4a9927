//! What the account asks of its users' passwords.

use crate::Iam;
use crate::entity::Rows;
use crate::error::Error;
use crate::event::Changed;
use base::AccountId;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::Record;

/// Characters asked for where an update names no number (recorded).
const LENGTH: i32 = 6;

/// The account's password policy.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct PasswordPolicy {
    pub(crate) account: Option<AccountId>,
    pub(crate) minimum_length: i32,
    pub(crate) require_symbols: bool,
    pub(crate) require_numbers: bool,
    pub(crate) require_uppercase: bool,
    pub(crate) require_lowercase: bool,
    pub(crate) users_may_change: bool,
    /// Days after which a password has to be changed.
    pub(crate) max_age_days: Option<i32>,
    /// How many former passwords may not be used again.
    pub(crate) reuse_prevention: Option<i32>,
    pub(crate) hard_expiry: Option<bool>,
}

impl PasswordPolicy {
    /// That of an account, where it has one.
    pub(crate) fn of(rows: &impl Rows, account: AccountId) -> Option<Arc<Self>> {
        rows.row(account.as_str())
    }
}

impl Record for PasswordPolicy {
    const TABLE: &'static str = "iam_password_policy";
    type Key = String;

    fn key(&self) -> String {
        self.account.map(|account| account.to_string()).unwrap_or_default()
    }
}

/// `UpdateAccountPasswordPolicy`: what is not given goes back to its default (recorded).
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateAccountPasswordPolicyRequest,
) -> Result<Empty, Error> {
    let account = cx.account();
    let is = |given: Option<bool>| given == Some(true);
    let policy = PasswordPolicy {
        account: Some(account),
        minimum_length: input.minimum_password_length.unwrap_or(LENGTH),
        require_symbols: is(input.require_symbols),
        require_numbers: is(input.require_numbers),
        require_uppercase: is(input.require_uppercase_characters),
        require_lowercase: is(input.require_lowercase_characters),
        users_may_change: is(input.allow_users_to_change_password),
        max_age_days: input.max_password_age,
        reuse_prevention: input.password_reuse_prevention,
        hard_expiry: input.hard_expiry,
    };
    cx.write(|tx| {
        tx.emit(&Changed { kind: "PasswordPolicyChanged", resource: account.to_string() });
        tx.put(policy.clone());
        Ok(Empty {})
    })
}

/// `GetAccountPasswordPolicy`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    _input: Empty,
) -> Result<api::GetAccountPasswordPolicyResponse, Error> {
    let account = cx.account();
    let policy = cx.read(|view| PasswordPolicy::of(view, account));
    let policy = policy.ok_or(Error::NoPasswordPolicy(account))?;
    let shape = api::PasswordPolicy {
        minimum_password_length: Some(policy.minimum_length),
        require_symbols: Some(policy.require_symbols),
        require_numbers: Some(policy.require_numbers),
        require_uppercase_characters: Some(policy.require_uppercase),
        require_lowercase_characters: Some(policy.require_lowercase),
        allow_users_to_change_password: Some(policy.users_may_change),
        expire_passwords: Some(policy.max_age_days.is_some()),
        max_password_age: policy.max_age_days,
        password_reuse_prevention: policy.reuse_prevention,
        hard_expiry: policy.hard_expiry,
    };
    Ok(api::GetAccountPasswordPolicyResponse { password_policy: Some(shape) })
}

/// `DeleteAccountPasswordPolicy`.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, _input: Empty) -> Result<Empty, Error> {
    let account = cx.account();
    cx.write(|tx| {
        let gone = tx.delete::<PasswordPolicy>(account.as_str());
        gone.ok_or(Error::NoPasswordPolicyToDelete)?;
        tx.emit(&Changed { kind: "PasswordPolicyDeleted", resource: account.to_string() });
        Ok(Empty {})
    })
}
