//! Volumes and snapshots, as the API of EC2 has them, and the blocks of snapshots, as the EBS direct APIs do.

mod account;
mod attachment;
mod authority;
mod block;
mod direct;
mod encryption;
mod fast_restore;
mod holders;
mod listing;
mod neighbour;
mod snapshot;
mod volume;

pub use authority::resources;
pub use block::{kept, release_all};
pub use direct::BlockPages;
pub use neighbour::{holders, snapshots, volumes};

use ec2_resource::error;
use ec2_resource::neighbour::Instances;
use ec2_resource::snapshots::Images;
use ec2_resource::tag::{Kind, kind};
use ports::{Registrar, Registry, Service};
use shapes_ec2 as ec2;
use std::sync::Arc;

/// The service.
pub struct Ebs {
    /// The instances that volumes are attached to.
    instances: Arc<dyn Instances>,
    /// The images that are made of snapshots.
    images: Arc<dyn Images>,
}

impl Service for Ebs {
    type Error = error::Error;
}

/// The kinds of resources of this crate.
pub static KINDS: &[Kind] = &[kind::<volume::Volume>(), kind::<snapshot::Snapshot>()];

/// Registers the tables, the jobs and the operations; pages of blocks are dense.
pub fn install(registry: &mut Registry, instances: Arc<dyn Instances>, images: Arc<dyn Images>) {
    install_with(registry, instances, images, BlockPages::default());
}

/// The same, with pages of blocks that are cut as asked.
pub fn install_with(
    registry: &mut Registry,
    instances: Arc<dyn Instances>,
    images: Arc<dyn Images>,
    pages: BlockPages,
) {
    let mut ops = registry.service(Arc::new(Ebs { instances, images }));
    ops.tables()
        .record::<volume::Volume>()
        .record::<snapshot::Snapshot>()
        .record::<account::Account>()
        .record::<fast_restore::FastRestore>()
        .record::<block::Layer>()
        .record::<direct::Seal>()
        .paged::<block::BlockRow>()
        .job::<volume::work::Create>()
        .job::<volume::work::Delete>()
        .job::<volume::work::Settle>()
        .job::<volume::Step>()
        .job::<snapshot::Complete>()
        .job::<snapshot::Archived>()
        .job::<snapshot::Restored>()
        .job::<snapshot::Expire>()
        .job::<fast_restore::Step>()
        .job::<direct::Expire>();
    ops.names::<block::BlockRow>().repeat(block::Release);
    volumes_of(&mut ops);
    snapshots_of(&mut ops);
    settings_of(&mut ops);
    direct::install(registry, pages);
}

/// Volumes and their attachments.
fn volumes_of(ops: &mut Registrar<'_, Ebs>) {
    ops.answer::<ec2::CreateVolume>(volume::create)
        .answer::<ec2::CopyVolumes>(volume::copy)
        .answer::<ec2::DescribeVolumes>(volume::describe)
        .answer::<ec2::DeleteVolume>(volume::delete)
        .answer::<ec2::DescribeVolumeStatus>(volume::describe_status)
        .answer::<ec2::DescribeVolumeAttribute>(volume::describe_attribute)
        .answer::<ec2::ModifyVolumeAttribute>(volume::modify_attribute)
        .answer::<ec2::EnableVolumeIO>(volume::enable_io)
        .answer::<ec2::ModifyVolume>(volume::modify)
        .answer::<ec2::DescribeVolumesModifications>(volume::describe_modifications)
        .answer::<ec2::AttachVolume>(attachment::attach)
        .answer::<ec2::DetachVolume>(attachment::detach)
        .answer::<ec2::ListVolumesInRecycleBin>(snapshot::list_volumes)
        .answer::<ec2::RestoreVolumeFromRecycleBin>(snapshot::restore_volume);
}

/// Snapshots.
fn snapshots_of(ops: &mut Registrar<'_, Ebs>) {
    ops.answer::<ec2::CreateSnapshot>(snapshot::create)
        .answer::<ec2::CreateSnapshots>(snapshot::create_many)
        .answer::<ec2::CopySnapshot>(snapshot::copy)
        .answer::<ec2::DescribeSnapshots>(snapshot::describe)
        .answer::<ec2::DeleteSnapshot>(snapshot::delete)
        .answer::<ec2::DescribeSnapshotAttribute>(snapshot::describe_attribute)
        .answer::<ec2::ModifySnapshotAttribute>(snapshot::modify_attribute)
        .answer::<ec2::ResetSnapshotAttribute>(snapshot::reset_attribute)
        .answer::<ec2::DescribeSnapshotTierStatus>(snapshot::describe_status)
        .answer::<ec2::ModifySnapshotTier>(snapshot::modify_tier)
        .answer::<ec2::RestoreSnapshotTier>(snapshot::restore_tier)
        .answer::<ec2::LockSnapshot>(snapshot::lock)
        .answer::<ec2::UnlockSnapshot>(snapshot::unlock)
        .answer::<ec2::DescribeLockedSnapshots>(snapshot::describe_locked)
        .answer::<ec2::ListSnapshotsInRecycleBin>(snapshot::list_snapshots)
        .answer::<ec2::RestoreSnapshotFromRecycleBin>(snapshot::restore_snapshot)
        .answer::<ec2::EnableFastSnapshotRestores>(fast_restore::enable)
        .answer::<ec2::DisableFastSnapshotRestores>(fast_restore::disable)
        .answer::<ec2::DescribeFastSnapshotRestores>(fast_restore::describe);
}

/// What an account sets for all of them.
fn settings_of(ops: &mut Registrar<'_, Ebs>) {
    ops.answer::<ec2::EnableEbsEncryptionByDefault>(account::enable_encryption)
        .answer::<ec2::DisableEbsEncryptionByDefault>(account::disable_encryption)
        .answer::<ec2::GetEbsEncryptionByDefault>(account::get_encryption)
        .answer::<ec2::GetEbsDefaultKmsKeyId>(account::get_key)
        .answer::<ec2::ModifyEbsDefaultKmsKeyId>(account::modify_key)
        .answer::<ec2::ResetEbsDefaultKmsKeyId>(account::reset_key)
        .answer::<ec2::EnableSnapshotBlockPublicAccess>(account::block_public)
        .answer::<ec2::DisableSnapshotBlockPublicAccess>(account::unblock_public)
        .answer::<ec2::GetSnapshotBlockPublicAccessState>(account::get_public);
}
