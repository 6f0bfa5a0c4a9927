//! Attaching, with instances of the test's own. What is refused over the wire is told by code and sentence here too.

use crate::neighbour::volumes;
use base::{AccountId, Scope, Tags, Zone};
use ec2_resource::error::Error;
use ec2_resource::id::{InstanceId, VolumeId};
use ec2_resource::neighbour::{InstanceFacts, InstanceState, Instances, NewVolume};
use ec2_resource::snapshots::NoImages;
use ports::{Caller, Cx};
use shapes_ec2 as ec2;
use std::sync::{Arc, Mutex};
use store::Tx;
use testkit::Local;
use wire::{AwsError, Fault};

/// Instances that the test makes.
#[derive(Default)]
struct Made(Mutex<Vec<(InstanceId, InstanceFacts)>>);

impl Instances for Made {
    fn get(&self, _tx: &Tx, _scope: &Scope, id: &InstanceId) -> Option<InstanceFacts> {
        let made = self.0.lock().unwrap();
        made.iter().find(|(own, _)| own == id).map(|(_, facts)| facts.clone())
    }
}

struct Bench {
    local: Local,
    made: Arc<Made>,
    cx: Cx,
}

impl Bench {
    fn new() -> Self {
        let made = Arc::new(Made::default());
        let given = made.clone();
        let local = Local::new(|registry| crate::install(registry, given, Arc::new(NoImages)));
        let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        Self { local, made, cx }
    }

    fn zone(&self, letter: char) -> Zone {
        let name = format!("us-east-1{letter}");
        self.cx.region().zones().into_iter().find(|zone| zone.name == name).unwrap()
    }

    /// A running instance of zone a.
    fn instance(&self) -> InstanceId {
        let id = InstanceId::new(self.cx.ids());
        let facts = InstanceFacts {
            state: InstanceState::Running,
            zone: self.zone('a'),
            instance_type: "t3.micro".to_owned(),
            root_device: "/dev/xvda".to_owned(),
            most_interfaces: 2,
            most_addresses: 2,
            most_ipv6_addresses: 2,
            most_volumes: 3,
        };
        self.made.0.lock().unwrap().push((id.clone(), facts));
        id
    }

    fn change(&self, id: &InstanceId, change: impl FnOnce(&mut InstanceFacts)) {
        let mut made = self.made.0.lock().unwrap();
        change(&mut made.iter_mut().find(|(own, _)| own == id).unwrap().1);
    }

    fn volume(&self, wish: ec2::CreateVolumeRequest) -> String {
        let wish = ec2::CreateVolumeRequest {
            availability_zone: Some("us-east-1a".to_owned()),
            size: wish.size.or(Some(10)),
            ..wish
        };
        self.local.call_with::<ec2::CreateVolume>(&self.cx, wish).unwrap().volume_id.unwrap()
    }

    fn plain(&self) -> String {
        self.volume(ec2::CreateVolumeRequest::default())
    }

    /// One that several instances may have.
    fn shared(&self) -> String {
        self.volume(ec2::CreateVolumeRequest {
            volume_type: Some("io2".to_owned()),
            iops: Some(100),
            multi_attach_enabled: Some(true),
            ..ec2::CreateVolumeRequest::default()
        })
    }

    fn attach(
        &self,
        volume: &str,
        instance: &InstanceId,
        device: &str,
    ) -> Result<ec2::VolumeAttachment, Fault> {
        let wish = ec2::AttachVolumeRequest {
            volume_id: Some(volume.to_owned()),
            instance_id: Some(instance.to_string()),
            device: Some(device.to_owned()),
            ..ec2::AttachVolumeRequest::default()
        };
        self.local.call_with::<ec2::AttachVolume>(&self.cx, wish)
    }

    fn detach(&self, wish: ec2::DetachVolumeRequest) -> Result<ec2::VolumeAttachment, Fault> {
        self.local.call_with::<ec2::DetachVolume>(&self.cx, wish)
    }

    fn state(&self, volume: &str) -> (String, Vec<String>) {
        let wish = ec2::DescribeVolumesRequest {
            volume_ids: Some(vec![volume.to_owned()]),
            ..ec2::DescribeVolumesRequest::default()
        };
        let found = self.local.call_with::<ec2::DescribeVolumes>(&self.cx, wish).unwrap();
        let own = found.volumes.unwrap().remove(0);
        let links = own.attachments.unwrap().into_iter().map(|link| link.state.unwrap()).collect();
        (own.state.unwrap(), links)
    }

    fn exists(&self, volume: &VolumeId) -> bool {
        let wish = ec2::DescribeVolumesRequest {
            volume_ids: Some(vec![volume.to_string()]),
            ..ec2::DescribeVolumesRequest::default()
        };
        self.local.call_with::<ec2::DescribeVolumes>(&self.cx, wish).is_ok()
    }

    /// A volume that an instance is made with.
    fn born(&self, wish: &NewVolume) -> Result<VolumeId, Error> {
        self.cx.write(|tx| volumes().make(&self.cx, tx, wish))
    }

    fn wish(&self, instance: &InstanceId, device: &str, size_gib: Option<i32>) -> NewVolume {
        NewVolume {
            instance: instance.clone(),
            device: device.to_owned(),
            zone: self.zone('a'),
            size_gib,
            volume_type: None,
            iops: None,
            throughput: None,
            snapshot: None,
            public_snapshot_gib: None,
            encrypted: None,
            kms_key_id: None,
            delete_on_termination: true,
            tags: Tags::default(),
        }
    }
}

fn of(volume: &str) -> ec2::DetachVolumeRequest {
    ec2::DetachVolumeRequest { volume_id: Some(volume.to_owned()), ..ec2::DetachVolumeRequest::default() }
}

#[track_caller]
fn refused<T>(found: Result<T, Fault>, code: &str, sentence: &str) {
    let Err(fault) = found else { panic!("it is not refused: {sentence}") };
    assert_eq!((fault.code.as_ref(), fault.message.as_deref()), (code, Some(sentence)));
}

#[test]
fn a_volume_is_attached_and_detached() {
    let bench = Bench::new();
    let (instance, volume) = (bench.instance(), bench.plain());
    let link = bench.attach(&volume, &instance, "/dev/sdf").unwrap();
    assert_eq!((link.state.as_deref(), link.delete_on_termination), (Some("attaching"), Some(false)));
    assert_eq!(bench.state(&volume), ("in-use".to_owned(), vec!["attached".to_owned()]));
    let id = InstanceId::parse(instance.as_str()).unwrap();
    let listed = bench.cx.read(|view| volumes().of_instance(view, bench.cx.scope(), &id));
    assert_eq!((listed[0].device.as_str(), listed[0].status), ("/dev/sdf", "attached"));
    let delete = ec2::DeleteVolumeRequest { volume_id: Some(volume.clone()), dry_run: None };
    let sentence = format!("Volume {volume} is currently attached to {instance}");
    refused(bench.local.call_with::<ec2::DeleteVolume>(&bench.cx, delete), "VolumeInUse", &sentence);
    let link = bench.detach(of(&volume)).unwrap();
    assert_eq!(link.state.as_deref(), Some("detaching"));
    assert_eq!(bench.state(&volume), ("available".to_owned(), Vec::new()));
    let sentence = format!("Volume '{volume}' is in the 'available' state.");
    refused(bench.detach(of(&volume)), "IncorrectState", &sentence);
}

#[test]
fn what_cannot_be_attached() {
    let bench = Bench::new();
    let (one, two, volume) = (bench.instance(), bench.instance(), bench.plain());
    let other = bench.plain();
    bench.attach(&other, &one, "/dev/sdf").unwrap();
    refused(
        bench.attach(&volume, &one, "/dev/sdf"),
        "InvalidParameterValue",
        "Invalid value '/dev/sdf' for unixDevice. Attachment point /dev/sdf is already in use",
    );
    refused(
        bench.attach(&volume, &one, "/dev/sdi1"),
        "InvalidParameterValue",
        "Value (/dev/sdi1) for parameter device is invalid. /dev/sdi1 is not a valid EBS device name.",
    );
    let taken = format!("{other} is already attached to an instance");
    refused(bench.attach(&other, &one, "/dev/sdg"), "VolumeInUse", &taken);
    refused(bench.attach(&other, &two, "/dev/sdg"), "VolumeInUse", &taken);
    let nobody = InstanceId::new(bench.cx.ids());
    let missing = format!("The instance ID '{nobody}' does not exist");
    refused(bench.attach(&volume, &nobody, "/dev/sdg"), "InvalidInstanceID.NotFound", &missing);
    bench.change(&two, |facts| facts.zone = bench.zone('b'));
    let far = format!("The volume '{volume}' is not in the same availability zone as instance '{two}'");
    refused(bench.attach(&volume, &two, "/dev/sdg"), "InvalidVolume.ZoneMismatch", &far);
    for state in [
        InstanceState::Pending,
        InstanceState::Stopping,
        InstanceState::ShuttingDown,
        InstanceState::Terminated,
    ] {
        bench.change(&one, |facts| facts.state = state);
        let sentence = format!("Instance '{one}' is not 'running'.");
        refused(bench.attach(&volume, &one, "/dev/sdg"), "IncorrectState", &sentence);
    }
    bench.change(&one, |facts| facts.state = InstanceState::Stopped);
    bench.attach(&volume, &one, "/dev/sdg").unwrap();
    bench.attach(&bench.plain(), &one, "/dev/sdh").unwrap();
    refused(
        bench.attach(&bench.plain(), &one, "/dev/sdi"),
        "AttachmentLimitExceeded",
        "You may attach up to 3 devices for this instance type. Please use a larger instance size to attach more volumes.",
    );
}

#[test]
fn several_instances_have_a_volume_that_is_made_for_it() {
    let bench = Bench::new();
    let (one, two, volume) = (bench.instance(), bench.instance(), bench.shared());
    bench.attach(&volume, &one, "/dev/sdf").unwrap();
    bench.attach(&volume, &two, "/dev/sdg").unwrap();
    let taken = format!("{volume} is already attached to an instance");
    refused(bench.attach(&volume, &one, "/dev/sdh"), "VolumeInUse", &taken);
    refused(
        bench.detach(of(&volume)),
        "MissingParameter",
        "The request must contain the parameter instanceId",
    );
    let single = ec2::ModifyVolumeRequest {
        volume_id: Some(volume.clone()),
        multi_attach_enabled: Some(false),
        ..ec2::ModifyVolumeRequest::default()
    };
    let sentence = format!("Volume {volume} is attached to more than one instance");
    refused(
        bench.local.call_with::<ec2::ModifyVolume>(&bench.cx, single),
        "OperationNotPermitted",
        &sentence,
    );
    let from =
        |id: &InstanceId| ec2::DetachVolumeRequest { instance_id: Some(id.to_string()), ..of(&volume) };
    bench.detach(from(&one)).unwrap();
    let gone = format!("The volume {volume} is not attached to instance {one}");
    refused(bench.detach(from(&one)), "InvalidAttachment.NotFound", &gone);
    assert_eq!(bench.state(&volume), ("in-use".to_owned(), vec!["attached".to_owned()]));
}

#[test]
fn what_cannot_be_detached() {
    let bench = Bench::new();
    let (instance, other) = (bench.instance(), bench.instance());
    let root = bench.born(&bench.wish(&instance, "/dev/xvda", Some(8))).unwrap().to_string();
    let sentence = format!("Unable to detach root volume '/dev/xvda' from instance '{instance}'");
    let force = || ec2::DetachVolumeRequest { force: Some(true), ..of(&root) };
    refused(bench.detach(of(&root)), "OperationNotPermitted", &sentence);
    refused(bench.detach(force()), "OperationNotPermitted", &sentence);
    let elsewhere = ec2::DetachVolumeRequest {
        instance_id: Some(other.to_string()),
        device: Some("/dev/sdf".to_owned()),
        ..of(&root)
    };
    let gone = format!("The volume {root} is not attached to instance {other} as device /dev/sdf");
    refused(bench.detach(elsewhere), "InvalidAttachment.NotFound", &gone);
    bench.change(&instance, |facts| facts.state = InstanceState::Stopped);
    bench.detach(force()).unwrap();
    assert_eq!(bench.state(&root), ("available".to_owned(), Vec::new()));
}

#[test]
fn volumes_come_and_go_with_their_instance() {
    let bench = Bench::new();
    let (instance, scope) = (bench.instance(), bench.cx.scope().clone());
    let root = bench.born(&bench.wish(&instance, "/dev/xvda", Some(8))).unwrap();
    let data = bench.born(&bench.wish(&instance, "/dev/sdf", Some(9))).unwrap();
    let own = bench.plain();
    bench.attach(&own, &instance, "/dev/sdg").unwrap();
    let shared = bench.shared();
    let other = bench.instance();
    bench.change(&instance, |facts| facts.most_volumes = 9);
    bench.attach(&shared, &instance, "/dev/sdh").unwrap();
    bench.attach(&shared, &other, "/dev/sdh").unwrap();
    let devices = || {
        let listed = bench.cx.read(|view| volumes().of_instance(view, &scope, &instance));
        listed.into_iter().map(|own| (own.device, own.delete_on_termination)).collect::<Vec<_>>()
    };
    let named = |list: &[(&str, bool)]| {
        list.iter().map(|(name, goes)| ((*name).to_owned(), *goes)).collect::<Vec<_>>()
    };
    let before = [("/dev/sdf", true), ("/dev/sdg", false), ("/dev/sdh", false), ("/dev/xvda", true)];
    assert_eq!(devices(), named(&before));
    let set = |device: &str, goes: bool| {
        bench.cx.write::<_, Error>(|tx| Ok(volumes().go_with(tx, &scope, &instance, device, goes))).unwrap()
    };
    assert!(set("/dev/sdf", false));
    assert!(set("/dev/sdh", true));
    assert!(!set("/dev/sdz", true));
    let after = [("/dev/sdf", false), ("/dev/sdg", false), ("/dev/sdh", true), ("/dev/xvda", true)];
    assert_eq!(devices(), named(&after));
    bench
        .cx
        .write::<_, Error>(|tx| {
            volumes().end(tx, &scope, &instance);
            Ok(())
        })
        .unwrap();
    assert!(devices().is_empty());
    assert!(!bench.exists(&root));
    assert_eq!(bench.state(data.as_str()), ("available".to_owned(), Vec::new()));
    assert_eq!(bench.state(&own), ("available".to_owned(), Vec::new()));
    // The other instance still has the one they shared.
    assert_eq!(bench.state(&shared), ("in-use".to_owned(), vec!["attached".to_owned()]));
}

#[test]
fn volumes_of_new_instances_are_measured_by_their_snapshot() {
    let bench = Bench::new();
    let instance = bench.instance();
    let of_image = |size_gib: Option<i32>| NewVolume {
        snapshot: Some("snap-0123456789abcdef0".to_owned()),
        public_snapshot_gib: Some(8),
        ..bench.wish(&instance, "/dev/xvda", size_gib)
    };
    let said = |found: Result<VolumeId, Error>| {
        let fault = found.err().unwrap().fault();
        (fault.code.to_string(), fault.message.unwrap())
    };
    assert_eq!(
        said(bench.born(&of_image(Some(7)))),
        (
            "InvalidBlockDeviceMapping".to_owned(),
            "Volume of size 7GB is smaller than  snapshot 'snap-0123456789abcdef0', expect size >= 8GB"
                .to_owned()
        )
    );
    assert_eq!(
        said(bench.born(&bench.wish(&instance, "/dev/xvda", None))),
        (
            "MissingParameter".to_owned(),
            "The request must contain the parameter size or snapshotId".to_owned()
        )
    );
    let missing = NewVolume { public_snapshot_gib: None, ..of_image(None) };
    assert_eq!(said(bench.born(&missing)).0, "InvalidSnapshot.NotFound");
    let id = bench.born(&of_image(None)).unwrap();
    let wish = ec2::DescribeVolumesRequest {
        volume_ids: Some(vec![id.to_string()]),
        ..ec2::DescribeVolumesRequest::default()
    };
    let shown = bench.local.call_with::<ec2::DescribeVolumes>(&bench.cx, wish).unwrap();
    let shown = shown.volumes.unwrap().remove(0);
    assert_eq!((shown.size, shown.snapshot_id.as_deref()), (Some(8), Some("snap-0123456789abcdef0")));
    assert_eq!(said(bench.born(&of_image(None))).0, "InvalidParameterValue");
}

#[test]
fn snapshots_are_taken_of_all_volumes_of_an_instance() {
    let bench = Bench::new();
    let instance = bench.instance();
    let tagged = |device: &str, size: i32| NewVolume {
        tags: Tags::from_iter([("disk", device)]),
        ..bench.wish(&instance, device, Some(size))
    };
    bench.born(&tagged("/dev/xvda", 8)).unwrap();
    let data = bench.born(&tagged("/dev/sdf", 9)).unwrap();
    bench.born(&tagged("/dev/sdg", 10)).unwrap();
    let take = |boot: Option<bool>, without: Option<Vec<String>>| {
        let wish = ec2::CreateSnapshotsRequest {
            instance_specification: Some(ec2::InstanceSpecification {
                instance_id: Some(instance.to_string()),
                exclude_boot_volume: boot,
                exclude_data_volume_ids: without,
            }),
            copy_tags_from_source: Some("volume".to_owned()),
            ..ec2::CreateSnapshotsRequest::default()
        };
        bench.local.call_with::<ec2::CreateSnapshots>(&bench.cx, wish)
    };
    let sizes = |boot, without| {
        let mut sizes: Vec<_> = take(boot, without)
            .unwrap()
            .snapshots
            .unwrap()
            .iter()
            .map(|own| own.volume_size.unwrap())
            .collect();
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(sizes(None, None), [8, 9, 10]);
    assert_eq!(sizes(Some(true), None), [9, 10]);
    assert_eq!(sizes(Some(true), Some(vec![data.to_string()])), [10]);
    let made = take(Some(true), None).unwrap().snapshots.unwrap();
    assert!(made.iter().all(|own| own.tags.as_ref().unwrap()[0].key.as_deref() == Some("disk")));
    let foreign = bench.plain();
    let sentence = format!(
        "Value ({foreign}) for parameter excludeDataVolumeId is invalid. It is not attached to instance {instance}."
    );
    refused(take(None, Some(vec![foreign])), "InvalidParameterValue", &sentence);
}
