//! Replacing the root volume of an instance that runs.

use super::attribute::{id, put, take};
use super::model::Instance;
use crate::Compute;
use crate::error::{Error, Image as Refused, Kind, Launch};
use crate::id::{InstanceId, ReplaceRootVolumeTaskId};
use crate::image;
use crate::resource::{self, Resource, tag_set};
use crate::shared::Shared;
use base::{Scope, Tags, Timestamp};
use ec2_resource::event::Changed;
use ec2_resource::listing::{self, Wish};
use ec2_resource::neighbour::{InstanceState, NewVolume};
use ec2_resource::tag;
use ec2_resource::token::{self, Once, once};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Job, JobError, Record, Tx};

/// How long AWS shows a replacement as `in-progress`, in milliseconds.
const PENDING_MILLIS: u32 = 60_000;

/// A replacement of a root volume.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RootReplacement {
    scope: Scope,
    id: ReplaceRootVolumeTaskId,
    instance: InstanceId,
    started_at: Timestamp,
    /// When it was through.
    completed_at: Option<Timestamp>,
    image: Option<String>,
    snapshot: Option<String>,
    deletes_old: bool,
    tags: Tags,
}

impl RootReplacement {
    /// Those of an instance.
    const INSTANCE: Index<Self> =
        Index { name: "instance", keys: |own| vec![resource::key(&own.scope, own.instance.as_str())] };

    fn state(&self) -> &'static str {
        if self.completed_at.is_some() { "succeeded" } else { "in-progress" }
    }
}

impl Record for RootReplacement {
    const TABLE: &'static str = "compute_root_replacement";
    const INDEXES: &'static [Index<Self>] = &[Self::INSTANCE];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for RootReplacement {
    const TYPE: &'static str = "replace-root-volume-task";
    const PREFIX: &'static str = ReplaceRootVolumeTaskId::PREFIX;
    const KIND: Kind = Kind::ReplaceRootVolumeTask;
    const FILTERS: &'static [&'static str] = &["instance-id"];
    const PAGE: (i32, i32) = (1, 50);

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "instance-id" => vec![self.instance.to_string()],
            _ => Vec::new(),
        }
    }
}

/// `CreateReplaceRootVolumeTask`: with what the instance began as, a snapshot, or an image. The same client token gives
/// the same task.
pub(crate) fn create(
    cx: &Cx,
    svc: &Compute,
    input: ec2::CreateReplaceRootVolumeTaskRequest,
) -> Result<ec2::CreateReplaceRootVolumeTaskResult, Error> {
    let digest = token::digest(&input);
    let id = id(input.instance_id)?;
    let unbuilt = [
        ("VolumeId", input.volume_id.is_some()),
        ("VolumeInitializationRate", input.volume_initialization_rate.is_some()),
    ];
    if let Some((name, _)) = unbuilt.into_iter().find(|(_, given)| *given) {
        return Err(Error::Parameter(format!("{name} is not built yet")));
    }
    if input.snapshot_id.is_some() && input.image_id.is_some() {
        let sentence = "The parameter SnapshotId cannot be used with the parameter ImageId";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let tags = tag::of_specifications(input.tag_specifications, RootReplacement::TYPE)?;
    let viewer = image::viewer(cx, svc);
    let deletes_old = input.delete_replaced_root_volume == Some(true);
    let call = Once {
        operation: "CreateReplaceRootVolumeTask",
        token: input.client_token.as_deref(),
        digest: &digest,
    };
    let key = cx.write(|tx| {
        let task = once(tx, cx.scope(), &call, |tx| {
            let mut own = take(cx, tx, &id)?;
            if own.state != InstanceState::Running {
                return Err(Launch::NotInState(id.to_string(), "running").into());
            }
            let busy = resource::key(cx.scope(), id.as_str());
            if tx.by(&RootReplacement::INSTANCE, &busy).any(|task| task.completed_at.is_none()) {
                return Err(Refused::Replacing(id.to_string()).into());
            }
            let mut wish = volume(&own, input.snapshot_id.clone());
            if let Some(text) = &input.image_id {
                let machine = image::machine(tx, &viewer, text, cx.now())?;
                if *machine.image.architecture != *own.image.architecture {
                    let own = own.image.architecture.to_string();
                    return Err(Launch::Architecture(own, machine.image.architecture.to_string()).into());
                }
                let root = machine.volumes.into_iter().find(|own| *own.device == *machine.image.root_device);
                let root = root.ok_or(Refused::NoRoot)?;
                wish.public_snapshot_gib = root.is_public.then_some(root.size_gib);
                wish.snapshot = root.snapshot;
                wish.encrypted = root.encrypted.then_some(true);
                // The device keeps its name.
                let root_device = own.image.root_device.clone();
                own.image = Shared::new(super::model::Image { root_device, ..machine.image });
                put(tx, own);
            }
            svc.neighbours.volumes.replace(cx, tx, &wish, deletes_old)?;
            let task = RootReplacement {
                scope: cx.scope().clone(),
                id: ReplaceRootVolumeTaskId::new(cx.ids()),
                instance: id.clone(),
                started_at: cx.now(),
                completed_at: None,
                image: input.image_id.clone(),
                snapshot: input.snapshot_id.clone(),
                deletes_old,
                tags: tags.clone(),
            };
            tx.after(PENDING_MILLIS, Replaced { scope: task.scope.clone(), id: task.id.clone() });
            tx.emit(&Changed { kind: "RootVolumeReplacementCreated", resource: task.arn() });
            tx.put(task.clone());
            Ok(task)
        })?;
        Ok::<_, Error>(task.key())
    })?;
    let task = cx.read(|view| view.get::<RootReplacement>(&key));
    Ok(ec2::CreateReplaceRootVolumeTaskResult { replace_root_volume_task: task.map(|own| shape(&own)) })
}

/// What takes the place of a root volume; its measures are the old one's.
fn volume(own: &Instance, snapshot: Option<String>) -> NewVolume {
    NewVolume {
        instance: own.id.clone(),
        device: own.image.root_device.to_string(),
        zone: own.zone.clone(),
        size_gib: None,
        volume_type: None,
        iops: None,
        throughput: None,
        snapshot,
        public_snapshot_gib: None,
        encrypted: None,
        kms_key_id: None,
        delete_on_termination: true,
        tags: Tags::default(),
    }
}

/// A replacement is through.
#[derive(Serialize, Deserialize)]
pub(crate) struct Replaced {
    scope: Scope,
    id: ReplaceRootVolumeTaskId,
}

impl Job for Replaced {
    const KIND: &'static str = "compute.root-volume-replaced";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<RootReplacement>(&resource::key(&self.scope, self.id.as_str())) {
            let task = RootReplacement { completed_at: Some(tx.now()), ..(*own).clone() };
            tx.emit(&Changed { kind: "RootVolumeReplacementChanged", resource: task.arn() });
            tx.put(task);
        }
        Ok(())
    }
}

/// `DescribeReplaceRootVolumeTasks`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeReplaceRootVolumeTasksRequest,
) -> Result<ec2::DescribeReplaceRootVolumeTasksResult, Error> {
    let wish = Wish {
        ids: input.replace_root_volume_task_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page =
        listing::list(cx, "DescribeReplaceRootVolumeTasks", wish, |_, own: &RootReplacement| shape(own))?;
    Ok(ec2::DescribeReplaceRootVolumeTasksResult {
        replace_root_volume_tasks: Some(page.items),
        next_token: page.next_token,
    })
}

fn shape(own: &RootReplacement) -> ec2::ReplaceRootVolumeTask {
    ec2::ReplaceRootVolumeTask {
        replace_root_volume_task_id: Some(own.id.to_string()),
        instance_id: Some(own.instance.to_string()),
        task_state: Some(own.state().to_owned()),
        start_time: Some(own.started_at.whole_seconds().rfc3339()),
        complete_time: own.completed_at.map(|at| at.whole_seconds().rfc3339()),
        tags: tag_set(&own.tags),
        image_id: own.image.clone(),
        snapshot_id: own.snapshot.clone(),
        delete_replaced_root_volume: Some(own.deletes_old),
    }
}
