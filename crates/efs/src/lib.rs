//! EFS: file systems, mount targets and access points.

mod access_point;
mod authority;
mod backup;
mod encryption;
mod error;
mod event;
mod file_system;
mod foreign;
mod judgement;
mod lifecycle;
mod listing;
mod meter;
mod mount_target;
mod name;
mod permission;
mod policy;
mod preferences;
mod replication;
mod tag;

use meter::{Meter, Unwritten};
use ports::{
    PolicyPrincipals, Principals, Registrar, Registry, Resources, Service, ServiceInterfaces,
    ServiceNetworks, ServiceRoles,
};
use shapes_efs as api;
use std::sync::Arc;

/// The service.
pub struct Efs {
    /// The networks that it stands in.
    networks: Arc<dyn ServiceNetworks>,
    /// The interfaces that it puts there.
    interfaces: Arc<dyn ServiceInterfaces>,
    /// Whom policies name.
    principals: Arc<dyn PolicyPrincipals>,
    /// By which roles it goes to other accounts, and which are its own.
    roles: Arc<dyn ServiceRoles>,
    /// What callers bring to decisions.
    callers: Arc<dyn Principals>,
    /// What file systems hold.
    meter: Arc<dyn Meter>,
}

/// Whom file systems stand beside.
pub struct Neighbours {
    /// The networks that their mount targets stand in.
    pub networks: Arc<dyn ServiceNetworks>,
    /// The interfaces there.
    pub interfaces: Arc<dyn ServiceInterfaces>,
    /// Whom policies name.
    pub principals: Arc<dyn PolicyPrincipals>,
    /// The roles that EFS acts by.
    pub roles: Arc<dyn ServiceRoles>,
    /// What callers bring to decisions.
    pub callers: Arc<dyn Principals>,
}

impl Service for Efs {
    type Error = error::Error;
}

/// Registers the tables, the jobs and the operations; the answer tells what decisions ask of file systems.
pub fn install(registry: &mut Registry, beside: Neighbours) -> Arc<dyn Resources> {
    let Neighbours { networks, interfaces, principals, roles, callers } = beside;
    let service =
        Arc::new(Efs { networks, interfaces, principals, roles, callers, meter: Arc::new(Unwritten) });
    let mut ops = registry.service(service.clone());
    ops.tables()
        .record::<file_system::FileSystem>()
        .record::<mount_target::MountTarget>()
        .record::<access_point::AccessPoint>()
        .record::<replication::Replication>()
        .job::<file_system::Settle>()
        .job::<backup::Settle>()
        .job::<mount_target::Settle>()
        .job::<access_point::Settle>()
        .job::<replication::Settle>();
    file_systems(&mut ops);
    ways_in(&mut ops);
    ops.answer::<api::CreateReplicationConfiguration>(replication::create)
        .answer::<api::DescribeReplicationConfigurations>(replication::describe)
        .answer::<api::DeleteReplicationConfiguration>(replication::delete)
        .answer::<api::DescribeAccountPreferences>(preferences::describe)
        .answer::<api::PutAccountPreferences>(preferences::put)
        .answer::<api::TagResource>(tag::add)
        .answer::<api::UntagResource>(tag::remove)
        .answer::<api::ListTagsForResource>(tag::list)
        .answer::<api::CreateTags>(tag::add_older)
        .answer::<api::DeleteTags>(tag::remove_older)
        .answer::<api::DescribeTags>(tag::list_older);
    service
}

/// File systems and what is set for them.
fn file_systems(ops: &mut Registrar<'_, Efs>) {
    ops.answer::<api::CreateFileSystem>(file_system::create)
        .answer::<api::DescribeFileSystems>(file_system::describe)
        .answer::<api::UpdateFileSystem>(file_system::update)
        .answer::<api::DeleteFileSystem>(file_system::delete)
        .answer::<api::UpdateFileSystemProtection>(file_system::protect)
        .answer::<api::PutFileSystemPolicy>(policy::put)
        .answer::<api::DescribeFileSystemPolicy>(policy::describe)
        .answer::<api::DeleteFileSystemPolicy>(policy::delete)
        .answer::<api::PutLifecycleConfiguration>(lifecycle::put)
        .answer::<api::DescribeLifecycleConfiguration>(lifecycle::describe)
        .answer::<api::PutBackupPolicy>(backup::put)
        .answer::<api::DescribeBackupPolicy>(backup::describe);
}

/// How they are reached.
fn ways_in(ops: &mut Registrar<'_, Efs>) {
    ops.answer::<api::CreateMountTarget>(mount_target::create)
        .answer::<api::DescribeMountTargets>(mount_target::describe)
        .answer::<api::DeleteMountTarget>(mount_target::delete)
        .answer::<api::DescribeMountTargetSecurityGroups>(mount_target::describe_groups)
        .answer::<api::ModifyMountTargetSecurityGroups>(mount_target::modify_groups)
        .answer::<api::CreateAccessPoint>(access_point::create)
        .answer::<api::DescribeAccessPoints>(access_point::describe)
        .answer::<api::DeleteAccessPoint>(access_point::delete);
}
