//! What an account has set for its instances and images in a Region.

use crate::image::Allowed;
use base::Scope;
use ec2_resource::error::Error;
use ec2_resource::resource::key;
use ports::Cx;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Record, Rows};

/// The settings; an account without a row has those of the beginning.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) scope: Scope,
    /// Whether no image is to be made public.
    pub(crate) blocks_public_images: bool,
    pub(crate) allowed: Allowed,
    pub(crate) metadata: MetadataDefaults,
    /// Whether the serial console may be reached.
    pub(crate) has_serial_console: bool,
    /// By the family of burstable types, where it is not AWS's own: `standard` or `unlimited`.
    pub(crate) credits: BTreeMap<String, String>,
}

/// What new instances have of metadata options where their call says nothing; what is not set here, the image decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MetadataDefaults {
    /// `optional` or `required`.
    pub(crate) tokens: Option<String>,
    pub(crate) hop_limit: Option<i32>,
    pub(crate) endpoint: Option<bool>,
    pub(crate) tags: Option<bool>,
    /// Whether no instance may do without tokens.
    pub(crate) enforces_tokens: Option<bool>,
}

impl Record for Account {
    const TABLE: &'static str = "compute_account";
    type Key = String;

    fn key(&self) -> String {
        key(&self.scope, "settings")
    }
}

impl Account {
    /// The settings of an account. A new one shows no image to everybody.
    pub(crate) fn of(rows: &impl Rows, scope: &Scope) -> Self {
        let found = rows.row::<Self>(&key(scope, "settings"));
        found.map_or_else(
            || Self {
                scope: scope.clone(),
                blocks_public_images: true,
                allowed: Allowed::default(),
                metadata: MetadataDefaults::default(),
                has_serial_console: false,
                credits: BTreeMap::new(),
            },
            |own| (*own).clone(),
        )
    }
}

/// Changes the settings of the caller.
pub(crate) fn change(cx: &Cx, change: impl Fn(&mut Account)) -> Result<Account, Error> {
    cx.write(|tx| {
        let mut account = Account::of(tx, cx.scope());
        change(&mut account);
        tx.put(account.clone());
        Ok(account)
    })
}
