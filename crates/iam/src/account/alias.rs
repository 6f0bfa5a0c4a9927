//! The account's alias: one at the most, and no other account's.

use crate::Iam;
use crate::error::Error;
use crate::event::Changed;
use base::AccountId;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use store::{Index, Record};

/// An account's alias.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Alias {
    pub(crate) alias: String,
    pub(crate) account: AccountId,
}

impl Alias {
    /// By account.
    const ACCOUNT: Index<Self> = Index { name: "account", keys: |alias| vec![alias.account.to_string()] };
}

impl Record for Alias {
    const TABLE: &'static str = "iam_account_alias";
    const INDEXES: &'static [Index<Self>] = &[Self::ACCOUNT];
    type Key = String;

    fn key(&self) -> String {
        self.alias.clone()
    }
}

/// `CreateAccountAlias`, in place of the one before.
pub(crate) fn create(cx: &Cx, _svc: &Iam, input: api::CreateAccountAliasRequest) -> Result<Empty, Error> {
    let alias = input.account_alias.unwrap_or_default();
    let account = cx.account();
    cx.write(|tx| {
        if tx.get::<Alias>(&alias).is_some_and(|taken| taken.account != account) {
            return Err(Error::AliasExists(alias.clone()));
        }
        let old: Vec<_> = tx.by(&Alias::ACCOUNT, account.as_str()).cloned().collect();
        for old in old {
            tx.delete::<Alias>(&old.alias);
        }
        tx.emit(&Changed { kind: "AccountAliasCreated", resource: alias.clone() });
        tx.put(Alias { alias: alias.clone(), account });
        Ok(Empty {})
    })
}

/// `DeleteAccountAlias`.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteAccountAliasRequest) -> Result<Empty, Error> {
    let alias = input.account_alias.unwrap_or_default();
    cx.write(|tx| {
        let found = tx.get::<Alias>(&alias).filter(|found| found.account == cx.account());
        found.ok_or_else(|| Error::NoAlias(alias.clone()))?;
        tx.delete::<Alias>(&alias);
        tx.emit(&Changed { kind: "AccountAliasDeleted", resource: alias.clone() });
        Ok(Empty {})
    })
}

/// `ListAccountAliases`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    _input: api::ListAccountAliasesRequest,
) -> Result<api::ListAccountAliasesResponse, Error> {
    let aliases = cx.read(|view| {
        view.by(&Alias::ACCOUNT, cx.account().as_str()).map(|alias| alias.alias.clone()).collect()
    });
    Ok(api::ListAccountAliasesResponse {
        account_aliases: Some(aliases),
        is_truncated: Some(false),
        marker: None,
    })
}
