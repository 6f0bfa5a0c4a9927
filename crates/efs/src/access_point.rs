//! Access points: a file system seen from one of its directories, as one user.

use crate::Efs;
use crate::error::{Bad, Conflict, Error, Limit, Missing};
use crate::event::Changed;
use crate::file_system::FileSystem;
use crate::listing::Asked;
use crate::{name, tag};
use base::{Scope, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_efs as api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Milliseconds AWS takes, about.
const CREATING_MILLIS: u32 = 1_000;
const DELETING_MILLIS: u32 = 1_000;
/// Access points of a file system. Source: Amazon EFS User Guide, "Quotas".
const MOST: usize = 10_000;

/// An access point.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessPoint {
    pub(crate) scope: Scope,
    /// `fsap-0123456789abcdef0`.
    pub(crate) id: String,
    pub(crate) file_system: String,
    /// The client's token.
    token: String,
    created_at: Timestamp,
    user: Option<User>,
    /// The directory it begins at.
    path: String,
    /// How that directory is made, should it not be there.
    creation: Option<Creation>,
    pub(crate) tags: Tags,
    /// Whether it is to be there.
    is_wanted: bool,
    /// Whether it is seen to be there.
    is_standing: bool,
}

/// As whom everybody acts.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct User {
    uid: i64,
    gid: i64,
    secondary_gids: Option<Vec<i64>>,
}

/// How a directory is made.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Creation {
    uid: i64,
    gid: i64,
    /// `0755`.
    permissions: String,
}

impl Record for AccessPoint {
    const TABLE: &'static str = "efs_access_point";
    const INDEXES: &'static [Index<Self>] = &[Self::FILE_SYSTEM, Self::TOKEN];
    type Key = String;

    fn key(&self) -> String {
        name::key(&self.scope, &self.id)
    }
}

impl AccessPoint {
    /// Those of a file system.
    pub(crate) const FILE_SYSTEM: Index<Self> =
        Index { name: "file-system", keys: |own| vec![name::key(&own.scope, &own.file_system)] };
    /// The one of a client's token, which is good for all file systems of an account and Region.
    const TOKEN: Index<Self> = Index { name: "token", keys: |own| vec![name::key(&own.scope, &own.token)] };

    pub(crate) fn arn(&self) -> String {
        name::arn(&self.scope, "access-point", &self.id)
    }

    /// The one of an id or an ARN.
    pub(crate) fn find(rows: &impl Rows, scope: &Scope, text: &str) -> Result<Arc<Self>, Error> {
        let id = name::id(scope, text);
        let found = id.and_then(|id| rows.row::<Self>(&name::key(scope, id)));
        found.ok_or_else(|| Missing::AccessPoint(id.unwrap_or(text).to_owned()).into())
    }

    fn word(&self) -> &'static str {
        match (self.is_wanted, self.is_standing) {
            (false, _) => "deleting",
            (true, false) => "creating",
            (true, true) => "available",
        }
    }

    fn place(&self) -> String {
        format!("{:020}/{}", self.created_at.millis.max(0), self.id)
    }
}

/// `CreateAccessPoint`. A token that was used is refused, whatever else is asked for.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Efs,
    input: api::CreateAccessPointRequest,
) -> Result<api::AccessPointDescription, Error> {
    let token = input.client_token.unwrap_or_default();
    let named = input.file_system_id.unwrap_or_default();
    let tags = tag::read(input.tags)?;
    let root = input.root_directory.unwrap_or_default();
    let user = input.posix_user.map(|user| User {
        uid: user.uid.unwrap_or_default(),
        gid: user.gid.unwrap_or_default(),
        secondary_gids: user.secondary_gids,
    });
    let creation = root.creation_info.map(|creation| Creation {
        uid: creation.owner_uid.unwrap_or_default(),
        gid: creation.owner_gid.unwrap_or_default(),
        permissions: creation.permissions.unwrap_or_default(),
    });
    let path = root.path.unwrap_or_else(|| "/".to_owned());
    let made = cx.write(|tx| {
        let own = FileSystem::available(tx, cx.scope(), &named)?;
        if let Some(other) = tx.first(&AccessPoint::TOKEN, &name::key(cx.scope(), &token)) {
            return Err(Conflict::AccessPoint(other.id.clone()).into());
        }
        if tx.count(&AccessPoint::FILE_SYSTEM, &name::key(&own.scope, &own.id)) >= MOST {
            return Err(Limit::AccessPoints(MOST, own.id).into());
        }
        let made = AccessPoint {
            scope: own.scope,
            id: cx.ids().hex_id("fsap-"),
            file_system: own.id,
            token: token.clone(),
            created_at: cx.now(),
            user: user.clone(),
            path: path.clone(),
            creation: creation.clone(),
            tags: tags.clone(),
            is_wanted: true,
            is_standing: false,
        };
        tx.after(CREATING_MILLIS, Settle { key: made.key() });
        tx.emit(&Changed { kind: "AccessPointCreated", resource: made.arn() });
        tx.put(made.clone());
        Ok::<_, Error>(made)
    })?;
    Ok(shape(&made))
}

/// `DescribeAccessPoints`: one, those of a file system, or all.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Efs,
    input: api::DescribeAccessPointsRequest,
) -> Result<api::DescribeAccessPointsResponse, Error> {
    let asked = Asked::tokened(&input.next_token, input.max_results);
    let mut found = cx.read(|view| match (&input.access_point_id, &input.file_system_id) {
        (Some(_), Some(_)) => Err(Error::from(Bad::OneOf)),
        (Some(text), None) => Ok(vec![AccessPoint::find(view, cx.scope(), text)?]),
        (None, Some(text)) => {
            let own = FileSystem::find(view, cx.scope(), text)?;
            Ok(view.listed(&AccessPoint::FILE_SYSTEM, &name::key(&own.scope, &own.id)))
        }
        (None, None) => Ok(view.below(&name::prefix(cx.scope()))),
    })?;
    found.sort_by_key(|own| own.place());
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    let call = ["DescribeAccessPoints", &of(&input.access_point_id), &of(&input.file_system_id)];
    let (page, next_token) = asked.page(cx, &call, found, |own| own.place())?;
    let page = page.iter().map(|own| shape(own)).collect();
    Ok(api::DescribeAccessPointsResponse { access_points: Some(page), next_token })
}

/// `DeleteAccessPoint`. One that goes already keeps going.
pub(crate) fn delete(cx: &Cx, _svc: &Efs, input: api::DeleteAccessPointRequest) -> Result<Empty, Error> {
    let text = input.access_point_id.unwrap_or_default();
    cx.write(|tx| {
        let own = AccessPoint::find(tx, cx.scope(), &text)?;
        tx.after(DELETING_MILLIS, Settle { key: own.key() });
        tx.emit(&Changed { kind: "AccessPointChanged", resource: own.arn() });
        tx.put(AccessPoint { is_wanted: false, ..(*own).clone() });
        Ok(Empty {})
    })
}

/// An access point becomes what is wanted of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
}

impl Job for Settle {
    const KIND: &'static str = "efs.access-point-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<AccessPoint>(&self.key) else { return Ok(()) };
        if own.is_wanted {
            tx.emit(&Changed { kind: "AccessPointChanged", resource: own.arn() });
            tx.put(AccessPoint { is_standing: true, ..(*own).clone() });
        } else {
            tx.emit(&Changed { kind: "AccessPointDeleted", resource: own.arn() });
            tx.delete::<AccessPoint>(&self.key);
        }
        Ok(())
    }
}

/// An access point, as it is answered.
fn shape(own: &AccessPoint) -> api::AccessPointDescription {
    let user = own.user.clone().map(|user| api::PosixUser {
        uid: Some(user.uid),
        gid: Some(user.gid),
        secondary_gids: user.secondary_gids,
    });
    let creation = own.creation.clone().map(|creation| api::CreationInfo {
        owner_uid: Some(creation.uid),
        owner_gid: Some(creation.gid),
        permissions: Some(creation.permissions),
    });
    api::AccessPointDescription {
        client_token: Some(own.token.clone()),
        name: own.tags.get("Name").map(str::to_owned),
        tags: Some(tag::shape(&own.tags)),
        access_point_id: Some(own.id.clone()),
        access_point_arn: Some(own.arn()),
        file_system_id: Some(own.file_system.clone()),
        posix_user: user,
        root_directory: Some(api::RootDirectory { path: Some(own.path.clone()), creation_info: creation }),
        owner_id: Some(own.scope.account.to_string()),
        life_cycle_state: Some(own.word().to_owned()),
    }
}
