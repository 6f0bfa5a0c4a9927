//! What volumes and snapshots bring to decisions about calls.

use crate::KINDS;
use ec2_resource::authority::Known;
use ports::Resources;
use std::sync::Arc;

/// Knows the resources of this crate.
pub fn resources() -> Arc<dyn Resources> {
    Arc::new(Known(KINDS))
}

#[cfg(test)]
mod tests {
    use super::resources;
    use base::AccountId;
    use ec2_resource::neighbour::NoInstances;
    use ec2_resource::snapshots::NoImages;
    use ports::Caller;
    use shapes_ec2 as ec2;
    use std::sync::Arc;
    use testkit::Local;

    #[test]
    fn volumes_and_snapshots_tell_what_they_are() {
        let local =
            Local::new(|registry| crate::install(registry, Arc::new(NoInstances), Arc::new(NoImages)));
        let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let wish = ec2::CreateVolumeRequest {
            availability_zone: Some("us-east-1a".to_owned()),
            size: Some(7),
            volume_type: Some("gp3".to_owned()),
            ..ec2::CreateVolumeRequest::default()
        };
        let volume = local.call_with::<ec2::CreateVolume>(&cx, wish).unwrap().volume_id.unwrap();
        let wish = ec2::CreateSnapshotRequest {
            volume_id: Some(volume.clone()),
            ..ec2::CreateSnapshotRequest::default()
        };
        let snapshot = local.call_with::<ec2::CreateSnapshot>(&cx, wish).unwrap().snapshot_id.unwrap();
        let of_volume = format!("arn:aws:ec2:us-east-1:000000000000:volume/{volume}");
        // The ARN of a snapshot names no account.
        let of_snapshot = format!("arn:aws:ec2:us-east-1::snapshot/{snapshot}");
        for (arn, name, want) in [
            (&of_volume, "VolumeID", volume.as_str()),
            (&of_volume, "VolumeSize", "7"),
            (&of_volume, "VolumeType", "gp3"),
            (&of_volume, "VolumeIops", "3000"),
            (&of_volume, "VolumeThroughput", "125"),
            (&of_volume, "Encrypted", "false"),
            (&of_volume, "AvailabilityZone", "us-east-1a"),
            (&of_snapshot, "SnapshotID", &snapshot),
            (&of_snapshot, "ParentVolume", &of_volume),
            (&of_snapshot, "Owner", "000000000000"),
            (&of_snapshot, "VolumeSize", "7"),
        ] {
            let found = resources().look_up(&cx, "ec2:CreateSnapshot", arn).unwrap();
            let name = format!("ec2:{name}");
            let value =
                found.keys.into_iter().find(|(key, _)| *key == name).map(|(_, values)| values.concat());
            assert_eq!(value.as_deref(), Some(want), "{arn} {name}");
        }
        assert!(resources().look_up(&cx, "ec2:DeleteVolume", &of_volume.replace("vol-0", "vol-1")).is_none());
    }
}
