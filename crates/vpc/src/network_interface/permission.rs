//! Permissions that let other accounts use an interface.

use super::id;
use super::model::NetworkInterface;
use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::{NetworkInterfaceId, NetworkInterfacePermissionId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, take};
use crate::{Vpc as Service, home};
use base::{AccountId, Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Record, Tx};

/// What an account may do with an interface.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NetworkInterfacePermission {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInterfacePermissionId,
    pub(crate) interface: NetworkInterfaceId,
    pub(crate) account: AccountId,
    /// `INSTANCE-ATTACH` or `EIP-ASSOCIATE`.
    pub(crate) permission: String,
    /// Always none: they cannot be tagged.
    pub(crate) tags: Tags,
}

impl NetworkInterfacePermission {
    /// Those of an interface.
    pub(crate) const INTERFACE: Index<Self> =
        Index { name: "interface", keys: |own| vec![resource::key(&own.scope, own.interface.as_str())] };
}

impl Record for NetworkInterfacePermission {
    const TABLE: &'static str = "vpc_network_interface_permission";
    const INDEXES: &'static [Index<Self>] = &[Self::INTERFACE];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for NetworkInterfacePermission {
    const TYPE: &'static str = "network-interface-permission";
    const PREFIX: &'static str = NetworkInterfacePermissionId::PREFIX;
    const KIND: Kind = Kind::NetworkInterfacePermission;
    const HAS_TAGS: bool = false;
    const PAGE: (i32, i32) = (5, 255);
    const FILTERS: &'static [&'static str] = &[
        "network-interface-permission.aws-account-id",
        "network-interface-permission.aws-service",
        "network-interface-permission.network-interface-id",
        "network-interface-permission.network-interface-permission-id",
        "network-interface-permission.permission",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name.strip_prefix("network-interface-permission.") {
            Some("aws-account-id") => vec![self.account.to_string()],
            Some("network-interface-id") => vec![self.interface.to_string()],
            Some("network-interface-permission-id") => vec![self.id.to_string()],
            Some("permission") => vec![self.permission.clone()],
            _ => Vec::new(),
        }
    }
}

/// `CreateNetworkInterfacePermission`: for an account; the same one again is the one that is there.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateNetworkInterfacePermissionRequest,
) -> Result<ec2::CreateNetworkInterfacePermissionResult, Error> {
    let id = id(input.network_interface_id)?;
    let permission = required(input.permission, "permission")?;
    if !matches!(permission.as_str(), "INSTANCE-ATTACH" | "EIP-ASSOCIATE") {
        let reason = "Valid values are INSTANCE-ATTACH and EIP-ASSOCIATE.".to_owned();
        return Err(Error::Value("permission", permission, reason));
    }
    if let Some(service) = input.aws_service {
        // EC2 API reference: "The AWS service. Currently not supported."
        return Err(Error::Value("awsService", service, "It is not supported.".to_owned()));
    }
    let text = required(input.aws_account_id, "awsAccountId")?;
    let account: AccountId = text.parse().map_err(|_| {
        Error::Value("awsAccountId", text.clone(), "Account ids are twelve digits.".to_owned())
    })?;
    let permission = home::write(cx, |tx| {
        let own: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        own.require_own()?;
        let same = |row: &NetworkInterfacePermission| row.account == account && row.permission == permission;
        let found = tx.by(&NetworkInterfacePermission::INTERFACE, &own.key_text()).find(|row| same(row));
        if let Some(found) = found {
            return Ok((**found).clone());
        }
        let row = NetworkInterfacePermission {
            scope: cx.scope().clone(),
            id: NetworkInterfacePermissionId::new(cx.ids()),
            interface: id.clone(),
            account,
            permission: permission.clone(),
            tags: Tags::default(),
        };
        tx.emit(&Changed { kind: "NetworkInterfacePermissionCreated", resource: own.arn() });
        tx.put(row.clone());
        Ok(row)
    })?;
    Ok(ec2::CreateNetworkInterfacePermissionResult { interface_permission: Some(shape(&permission)) })
}

/// `DescribeNetworkInterfacePermissions`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNetworkInterfacePermissionsRequest,
) -> Result<ec2::DescribeNetworkInterfacePermissionsResult, Error> {
    let wish = Wish {
        ids: input.network_interface_permission_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(
        cx,
        "DescribeNetworkInterfacePermissions",
        wish,
        |_, row: &NetworkInterfacePermission| shape(row),
    )?;
    Ok(ec2::DescribeNetworkInterfacePermissionsResult {
        network_interface_permissions: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DeleteNetworkInterfacePermission`. `Force` is for an interface that the other account has attached, which none can.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteNetworkInterfacePermissionRequest,
) -> Result<ec2::DeleteNetworkInterfacePermissionResult, Error> {
    let text = required(input.network_interface_permission_id, "networkInterfacePermissionId")?;
    let id = NetworkInterfacePermissionId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::NetworkInterfacePermission, error.given, error.prefix))?;
    home::write(cx, |tx| {
        let row: NetworkInterfacePermission = take(tx, cx.scope(), id.as_str())?;
        tx.delete::<NetworkInterfacePermission>(&row.key());
        let own = resource::arn(cx.scope(), NetworkInterface::TYPE, row.interface.as_str());
        tx.emit(&Changed { kind: "NetworkInterfacePermissionDeleted", resource: own });
        Ok(ec2::DeleteNetworkInterfacePermissionResult { return_: Some(true) })
    })
}

/// The permissions on an interface go with it.
pub(super) fn forget(tx: &mut Tx, interface: &NetworkInterface) {
    let rows = tx.by(&NetworkInterfacePermission::INTERFACE, &interface.key_text());
    let keys: Vec<String> = rows.map(|row| row.key()).collect();
    for key in keys {
        tx.delete::<NetworkInterfacePermission>(&key);
    }
}

fn shape(row: &NetworkInterfacePermission) -> ec2::NetworkInterfacePermission {
    let state = ec2::NetworkInterfacePermissionState {
        state: Some("granted".to_owned()),
        ..ec2::NetworkInterfacePermissionState::default()
    };
    ec2::NetworkInterfacePermission {
        network_interface_permission_id: Some(row.id.to_string()),
        network_interface_id: Some(row.interface.to_string()),
        aws_account_id: Some(row.account.to_string()),
        permission: Some(row.permission.clone()),
        permission_state: Some(state),
        ..ec2::NetworkInterfacePermission::default()
    }
}
