//! Access keys of users, and whose key is whose.

pub(crate) mod last_used;

use crate::entity::{Home, Named, find};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::quota;
use crate::user::{self, User};
use crate::{Iam, key_id, seal, usage};
use base::Timestamp;
use ports::{Caller, CallerKind, Credentials, Cx, Found, KnownKey, Refusal, World};
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Index, Record, Tx};

/// A long-term key. A deleted one stays, without its secret, so that it is refused for ever.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct AccessKey {
    pub(crate) id: String,
    pub(crate) home: Home,
    pub(crate) user: String,
    pub(crate) secret: String,
    pub(crate) status: Status,
    pub(crate) created_at: Timestamp,
}

/// Whether a key may sign.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Active,
    Inactive,
    Deleted,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Deleted => "Deleted",
        }
    }
}

impl AccessKey {
    /// Those of a user.
    pub(crate) const USER: Index<Self> = Index { name: "user", keys: |key| vec![key.home.key(&key.user)] };

    /// Whether it may sign.
    pub(crate) fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    /// Whether it was not deleted.
    pub(crate) fn is_there(&self) -> bool {
        self.status != Status::Deleted
    }
}

impl Record for AccessKey {
    const TABLE: &'static str = "iam_access_key";
    const INDEXES: &'static [Index<Self>] = &[Self::USER];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Credentials for Iam {
    fn look_up(&self, world: &World, id: &str, token: Option<&str>, _now: Timestamp) -> Found {
        let view = world.store.view();
        if id.starts_with("ASIA") {
            return seal::look_up(&self.opened, &view, world, id, token);
        }
        let Some(key) = view.get::<AccessKey>(id) else { return Found::Unknown };
        match key.status {
            Status::Inactive | Status::Deleted => Found::Refused(Refusal::Inactive),
            // A session belongs to a temporary key: beside a user's own key, its token proves nothing.
            Status::Active if token.is_some_and(|token| !token.is_empty()) => {
                Found::Refused(Refusal::BadToken)
            }
            Status::Active => match view.get::<User>(&key.home.key(&key.user)) {
                None => Found::Refused(Refusal::Inactive),
                Some(user) => Found::Known(KnownKey {
                    secret: key.secret.clone(),
                    caller: Caller {
                        account: key.home.account,
                        access_key_id: Some(id.to_owned()),
                        kind: CallerKind::User {
                            path_and_name: user.path_and_name(),
                            unique_id: user.id.clone(),
                        },
                        session: None,
                    },
                }),
            },
        }
    }

    fn used(&self, cx: &Cx, service: &str, action: Option<&str>) {
        usage::note(cx, service, action);
    }
}

/// `CreateAccessKey`: the one answer that shows the secret.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateAccessKeyRequest,
) -> Result<api::CreateAccessKeyResponse, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let key = cx.write(|tx| {
        let user: Arc<User> = find(tx, &home, &name)?;
        let present = tx.by(&AccessKey::USER, &home.key(&name)).filter(|key| key.is_there());
        quota::KEYS_PER_USER.require_room(present.count())?;
        let key = AccessKey {
            id: key_id::access_key("AKIA", home.account, cx.ids()),
            home: home.clone(),
            user: user.name.clone(),
            secret: key_id::secret(cx.ids()),
            status: Status::Active,
            created_at: cx.now().whole_seconds(),
        };
        tx.emit(&Changed { kind: "AccessKeyCreated", resource: key.id.clone() });
        tx.put(key.clone());
        Ok::<_, Error>(key)
    })?;
    Ok(api::CreateAccessKeyResponse {
        access_key: Some(api::AccessKey {
            user_name: Some(key.user),
            access_key_id: Some(key.id),
            status: Some(key.status.word().to_owned()),
            secret_access_key: Some(key.secret),
            create_date: Some(key.created_at.into()),
        }),
    })
}

/// `ListAccessKeys`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListAccessKeysRequest,
) -> Result<api::ListAccessKeysResponse, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    cx.read(|view| {
        if view.get::<User>(&home.key(&name)).is_none() {
            return Err(User::missing(&name));
        }
        let keys = view.by(&AccessKey::USER, &home.key(&name)).filter(|key| key.is_there());
        let page = asked.page(cx, &["ListAccessKeys", &name], keys, |key| key.id.clone())?;
        let shape = |key: &&Arc<AccessKey>| api::AccessKeyMetadata {
            user_name: Some(key.user.clone()),
            access_key_id: Some(key.id.clone()),
            status: Some(key.status.word().to_owned()),
            create_date: Some(key.created_at.into()),
        };
        let is_truncated = page.truncated();
        let metadata = page.items.iter().map(shape).collect();
        Ok(api::ListAccessKeysResponse {
            access_key_metadata: Some(metadata),
            is_truncated,
            marker: page.marker,
        })
    })
}

/// The key of that id, if it is the user's.
fn take(tx: &Tx, home: &Home, user: &str, id: &str) -> Result<AccessKey, Error> {
    find::<User>(tx, home, user)?;
    let found = tx
        .get::<AccessKey>(id)
        .filter(|key| key.is_there() && key.home == *home && home.key(user) == home.key(&key.user));
    found.map(|key| (*key).clone()).ok_or_else(|| Error::NoAccessKey(id.to_owned()))
}

/// `UpdateAccessKey`: active or not.
pub(crate) fn update(cx: &Cx, _svc: &Iam, input: api::UpdateAccessKeyRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let id = input.access_key_id.unwrap_or_default();
    let status = match input.status.as_deref() {
        Some("Active") => Status::Active,
        Some("Inactive") => Status::Inactive,
        _ => {
            return Err(Error::Invalid(
                "Value at 'status' failed to satisfy constraint: Member must satisfy enum value set"
                    .to_owned(),
            ));
        }
    };
    cx.write(|tx| {
        let key = take(tx, &home, &name, &id)?;
        tx.emit(&Changed { kind: "AccessKeyChanged", resource: id.clone() });
        tx.put(AccessKey { status, ..key });
        Ok(Empty {})
    })
}

/// `DeleteAccessKey`.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteAccessKeyRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let id = input.access_key_id.unwrap_or_default();
    cx.write(|tx| {
        let key = take(tx, &home, &name, &id)?;
        tx.emit(&Changed { kind: "AccessKeyDeleted", resource: id.clone() });
        tx.put(AccessKey { status: Status::Deleted, secret: String::new(), ..key });
        Ok(Empty {})
    })
}
