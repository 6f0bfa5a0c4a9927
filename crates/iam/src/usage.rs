//! Who last used what: written when a key that angae issued has signed a call, at most once a minute for each
//! principal, key, service, Region and action, beside the call itself.

use crate::access_key::AccessKey;
use base::{AccountId, Timestamp};
use ports::{CallerKind, Cx};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Index, Record, Tx, View};

/// A use is written again when the last one written is older than this.
const STALE_MILLIS: i64 = 60_000;

/// The last use one principal made of one service in one Region with one key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) account: AccountId,
    /// The unique id of the user or role.
    pub(crate) principal: String,
    /// The long-term key; `None` for temporary ones.
    pub(crate) access_key: Option<String>,
    /// As signatures name it: `s3`, `elasticloadbalancing`.
    pub(crate) service: String,
    pub(crate) region: String,
    pub(crate) at: Timestamp,
    /// The last use of each tracked action, by its name without the service: `DescribeVpcs`.
    #[serde(default)]
    pub(crate) actions: BTreeMap<String, Timestamp>,
}

impl Usage {
    /// By access key.
    pub(crate) const ACCESS_KEY: Index<Self> =
        Index { name: "access_key", keys: |usage| usage.access_key.iter().cloned().collect() };
    /// By user or role.
    pub(crate) const PRINCIPAL: Index<Self> =
        Index { name: "principal", keys: |usage| vec![usage.principal.clone()] };

    /// The latest.
    pub(crate) fn last(usages: Vec<Arc<Self>>) -> Option<Arc<Self>> {
        usages.into_iter().max_by_key(|usage| usage.at)
    }

    /// Whether a newer use would add nothing to this one.
    fn holds(&self, newer: &Self) -> bool {
        let is_fresh = |at: &Timestamp| newer.at.millis_since(*at) < STALE_MILLIS;
        is_fresh(&self.at)
            && newer.actions.keys().all(|action| self.actions.get(action).is_some_and(is_fresh))
    }
}

impl Record for Usage {
    const TABLE: &'static str = "iam_usage";
    const INDEXES: &'static [Index<Self>] = &[Self::ACCESS_KEY, Self::PRINCIPAL];
    type Key = String;

    fn key(&self) -> String {
        let access_key = self.access_key.as_deref().unwrap_or("-");
        format!("{}/{access_key}/{}/{}", self.principal, self.service, self.region)
    }
}

/// Notes that the caller of `cx` has signed a call of `service`, which asks for `ec2:DescribeVpcs` where that is tracked.
pub(crate) fn note(cx: &Cx, service: &str, action: Option<&str>) {
    let view = cx.world().store.view();
    let Some(mut usage) = of(cx, &view, service) else { return };
    let action = action.and_then(|action| action.split_once(':')).filter(|(prefix, _)| *prefix == service);
    usage.actions.extend(action.map(|(_, name)| (name.to_owned(), usage.at)));
    let key = usage.key();
    if view.get::<Usage>(&key).is_some_and(|last| last.holds(&usage)) {
        return;
    }
    cx.note(|tx| match tx.get::<Usage>(&key) {
        Some(last) if last.holds(&usage) => {}
        last => {
            let mut actions = last.map(|last| last.actions.clone()).unwrap_or_default();
            actions.extend(usage.actions.clone());
            tx.put(Usage { actions, ..usage.clone() });
        }
    });
}

/// The use this call makes; `None` for callers that are nobody of angae's.
fn of(cx: &Cx, view: &View, service: &str) -> Option<Usage> {
    let caller = cx.caller();
    let (principal, access_key) = match &caller.kind {
        CallerKind::User { unique_id, .. } => {
            let id = caller.access_key_id.clone();
            (unique_id.clone(), id.filter(|id| view.get::<AccessKey>(id).is_some()))
        }
        CallerKind::RoleSession { role_id, .. } => (role_id.clone(), None),
        CallerKind::Root
        | CallerKind::FederatedUser { .. }
        | CallerKind::Service(_)
        | CallerKind::Anonymous => return None,
    };
    Some(Usage {
        account: caller.account,
        principal,
        access_key,
        service: service.to_owned(),
        region: cx.region().as_str().to_owned(),
        at: cx.now().whole_seconds(),
        actions: BTreeMap::new(),
    })
}

/// Forgets what a principal that goes away has used.
pub(crate) fn forget(tx: &mut Tx, principal: &str) {
    let gone: Vec<String> = tx.by(&Usage::PRINCIPAL, principal).map(|usage| usage.key()).collect();
    for key in gone {
        tx.delete::<Usage>(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::Usage;
    use base::Timestamp;

    fn usage(seconds: i64, actions: &[&str]) -> Usage {
        let at = Timestamp { millis: seconds * 1000 };
        let stored = r#"{"account":"000000000000","principal":"AIDA","access_key":null,"service":"ec2",
            "region":"us-east-1","at":0}"#;
        let mut usage: Usage = serde_json::from_str(stored).unwrap();
        assert!(usage.actions.is_empty(), "one stored before actions were has none");
        usage.at = at;
        usage.actions.extend(actions.iter().map(|action| ((*action).to_owned(), at)));
        usage
    }

    #[test]
    fn a_use_is_written_again_after_a_minute_or_for_another_action() {
        let last = usage(0, &["DescribeVpcs"]);
        for (newer, holds) in [
            (usage(59, &["DescribeVpcs"]), true),
            (usage(60, &["DescribeVpcs"]), false),
            (usage(1, &["CreateVpc"]), false),
            (usage(1, &[]), true),
            (usage(60, &[]), false),
        ] {
            assert_eq!(last.holds(&newer), holds, "{newer:?}");
        }
    }
}
