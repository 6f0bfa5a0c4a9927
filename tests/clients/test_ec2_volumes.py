"""EC2 volumes and snapshots through boto3, as Terraform and the EBS CSI driver use them."""

import unittest

from angae import Server, refusal


class Volumes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ec2 = cls.server.client("ec2")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def make(self, **wish):
        wish.setdefault("AvailabilityZone", "us-east-1a")
        if "SnapshotId" not in wish:
            wish.setdefault("Size", 1)
        volume = self.ec2.create_volume(**wish)["VolumeId"]
        self.ec2.get_waiter("volume_available").wait(VolumeIds=[volume], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        return volume

    def read(self, volume):
        return self.ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]

    def snapshot(self, volume, **wish):
        snapshot = self.ec2.create_snapshot(VolumeId=volume, **wish)["SnapshotId"]
        waiter = self.ec2.get_waiter("snapshot_completed")
        waiter.wait(SnapshotIds=[snapshot], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        return snapshot

    def test_aws_ebs_volume_is_created_read_changed_and_destroyed(self):
        tags = [{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "data"}]}]
        made = self.ec2.create_volume(
            AvailabilityZone="us-east-1b", Size=40, VolumeType="gp3", Encrypted=True, TagSpecifications=tags
        )
        self.assertEqual(made["State"], "creating")
        volume = made["VolumeId"]
        self.ec2.get_waiter("volume_available").wait(VolumeIds=[volume], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        first = self.read(volume)
        for name, want in (
            ("AvailabilityZone", "us-east-1b"),
            ("Size", 40),
            ("VolumeType", "gp3"),
            ("Iops", 3000),
            ("Throughput", 125),
            ("Encrypted", True),
            ("MultiAttachEnabled", False),
            ("SnapshotId", ""),
            ("State", "available"),
            ("Attachments", []),
            ("Tags", [{"Key": "Name", "Value": "data"}]),
        ):
            self.assertEqual(first[name], want, name)
        self.assertTrue(first["KmsKeyId"].startswith("arn:aws:kms:us-east-1:000000000000:key/"))
        # Read again nothing differs.
        self.assertEqual(self.read(volume), first)
        changed = self.ec2.modify_volume(VolumeId=volume, Size=50, Iops=4000, Throughput=250)["VolumeModification"]
        self.assertEqual(changed["ModificationState"], "modifying")
        self.assertEqual((changed["OriginalSize"], changed["TargetSize"]), (40, 50))
        state = self.ec2.describe_volumes_modifications(VolumeIds=[volume])["VolumesModifications"][0]
        self.assertIn(state["ModificationState"], ("optimizing", "completed"))
        second = self.read(volume)
        self.assertEqual((second["Size"], second["Iops"], second["Throughput"]), (50, 4000, 250))
        self.ec2.create_tags(Resources=[volume], Tags=[{"Key": "Name", "Value": "more"}])
        self.assertEqual(self.read(volume)["Tags"], [{"Key": "Name", "Value": "more"}])
        self.ec2.delete_volume(VolumeId=volume)
        self.ec2.get_waiter("volume_deleted").wait(VolumeIds=[volume], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        gone = (400, "InvalidVolume.NotFound", f"The volume '{volume}' does not exist.")
        self.assertEqual(refusal(lambda: self.read(volume)), gone)
        self.assertEqual(refusal(lambda: self.ec2.delete_volume(VolumeId=volume)), gone)

    def test_aws_ebs_snapshot_is_created_read_archived_and_destroyed(self):
        volume = self.make(Size=3)
        snapshot = self.snapshot(volume, Description="daily")
        first = self.ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]
        self.assertEqual((first["VolumeId"], first["VolumeSize"], first["Description"]), (volume, 3, "daily"))
        self.assertEqual((first["State"], first["Progress"], first["StorageTier"]), ("completed", "100%", "standard"))
        self.assertEqual(self.ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0], first)
        self.ec2.modify_snapshot_tier(SnapshotId=snapshot, StorageTier="archive")
        of = [{"Name": "snapshot-id", "Values": [snapshot]}]
        status = self.ec2.describe_snapshot_tier_status(Filters=of)["SnapshotTierStatuses"][0]
        self.assertEqual(status["LastTieringOperationStatus"], "archival-completed")
        self.ec2.restore_snapshot_tier(SnapshotId=snapshot, PermanentRestore=True)
        status = self.ec2.describe_snapshot_tier_status(Filters=of)["SnapshotTierStatuses"][0]
        self.assertEqual(status["StorageTier"], "standard")
        self.ec2.delete_snapshot(SnapshotId=snapshot)
        gone = (400, "InvalidSnapshot.NotFound", f"The snapshot '{snapshot}' does not exist.")
        self.assertEqual(refusal(lambda: self.ec2.describe_snapshots(SnapshotIds=[snapshot])), gone)
        self.assertEqual(refusal(lambda: self.ec2.delete_snapshot(SnapshotId=snapshot)), gone)

    def test_aws_ebs_snapshot_copy_crosses_regions(self):
        snapshot = self.snapshot(self.make(Size=2))
        west = self.server.client("ec2", region="eu-west-1")
        copy = west.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=snapshot, Encrypted=True)["SnapshotId"]
        west.get_waiter("snapshot_completed").wait(SnapshotIds=[copy], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        shown = west.describe_snapshots(SnapshotIds=[copy])["Snapshots"][0]
        self.assertEqual((shown["VolumeSize"], shown["Encrypted"]), (2, True))

    def test_a_driver_makes_a_volume_of_a_snapshot_once(self):
        snapshot = self.snapshot(self.make(Size=4))
        wish = {
            "AvailabilityZone": "us-east-1a",
            "SnapshotId": snapshot,
            "VolumeType": "gp3",
            "ClientToken": "pvc-1",
            "TagSpecifications": [
                {"ResourceType": "volume", "Tags": [{"Key": "CSIVolumeName", "Value": "pvc-1"}]}
            ],
        }
        volume = self.ec2.create_volume(**wish)["VolumeId"]
        self.assertEqual(self.ec2.create_volume(**wish)["VolumeId"], volume)
        of = [{"Name": "tag:CSIVolumeName", "Values": ["pvc-1"]}]
        self.assertEqual([own["VolumeId"] for own in self.ec2.describe_volumes(Filters=of)["Volumes"]], [volume])
        self.assertEqual(
            refusal(lambda: self.ec2.create_volume(**wish | {"Size": 9}))[1], "IdempotentParameterMismatch"
        )
        self.assertEqual(
            refusal(lambda: self.ec2.describe_volumes_modifications(VolumeIds=[volume]))[1],
            "InvalidVolumeModification.NotFound",
        )

    def test_a_driver_detaches_what_is_not_attached(self):
        volume = self.make()
        self.assertEqual(
            refusal(lambda: self.ec2.detach_volume(VolumeId=volume)),
            (400, "IncorrectState", f"Volume '{volume}' is in the 'available' state."),
        )
        attach = lambda instance: self.ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
        self.assertEqual(refusal(lambda: attach("i-00000000000000000"))[1], "InvalidInstanceID.NotFound")

    def test_aws_volume_attachment_is_created_read_and_destroyed(self):
        instance = self.ec2.run_instances(
            ImageId="ami-03c3da4cfa8e8943a",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            Placement={"AvailabilityZone": "us-east-1a"},
        )["Instances"][0]["InstanceId"]
        self.ec2.get_waiter("instance_running").wait(
            InstanceIds=[instance], WaiterConfig={"Delay": 1, "MaxAttempts": 1}
        )
        volume = self.make()
        made = self.ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdh")
        self.assertEqual((made["State"], made["DeleteOnTermination"]), ("attaching", False))
        self.ec2.get_waiter("volume_in_use").wait(VolumeIds=[volume], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        of = [
            {"Name": "attachment.instance-id", "Values": [instance]},
            {"Name": "attachment.device", "Values": ["/dev/sdh"]},
        ]
        read = lambda: self.ec2.describe_volumes(VolumeIds=[volume], Filters=of)["Volumes"]
        first = read()
        self.assertEqual(first[0]["Attachments"][0]["State"], "attached")
        self.assertEqual(read(), first)
        shown = self.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
        self.assertEqual([own["DeviceName"] for own in shown["BlockDeviceMappings"]], ["/dev/sdh", "/dev/xvda"])
        self.assertEqual(
            refusal(lambda: self.ec2.delete_volume(VolumeId=volume)),
            (400, "VolumeInUse", f"Volume {volume} is currently attached to {instance}"),
        )
        self.ec2.detach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdh")
        self.ec2.get_waiter("volume_available").wait(VolumeIds=[volume], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        self.assertEqual(read(), [])
        root = shown["BlockDeviceMappings"][1]["Ebs"]["VolumeId"]
        self.ec2.terminate_instances(InstanceIds=[instance])
        self.ec2.get_waiter("volume_deleted").wait(VolumeIds=[root], WaiterConfig={"Delay": 1, "MaxAttempts": 1})

    def test_waiters_fail_on_what_is_not_there(self):
        from botocore.exceptions import WaiterError

        for waiter, wish in (
            ("volume_available", {"VolumeIds": ["vol-00000000000000000"]}),
            ("snapshot_completed", {"SnapshotIds": ["snap-00000000000000000"]}),
        ):
            with self.assertRaises(WaiterError):
                self.ec2.get_waiter(waiter).wait(**wish, WaiterConfig={"Delay": 1, "MaxAttempts": 1})

    def test_paginators_find_everything(self):
        tag = [{"ResourceType": "volume", "Tags": [{"Key": "paged", "Value": "yes"}]}]
        volumes = {self.make(TagSpecifications=tag) for _ in range(11)}
        of = [{"Name": "tag:paged", "Values": ["yes"]}]
        pages = self.ec2.get_paginator("describe_volumes").paginate(Filters=of, PaginationConfig={"PageSize": 5})
        found = [[own["VolumeId"] for own in page["Volumes"]] for page in pages]
        self.assertEqual([len(page) for page in found], [5, 5, 1])
        self.assertEqual(set(sum(found, [])), volumes)

    def test_aws_ebs_encryption_by_default(self):
        west = self.server.client("ec2", region="us-west-2")
        self.assertFalse(west.get_ebs_encryption_by_default()["EbsEncryptionByDefault"])
        west.enable_ebs_encryption_by_default()
        self.assertTrue(west.get_ebs_encryption_by_default()["EbsEncryptionByDefault"])
        self.assertTrue(west.create_volume(AvailabilityZone="us-west-2a", Size=1)["Encrypted"])
        key = "arn:aws:kms:us-west-2:000000000000:key/0d990263-018e-4e65-a703-eff731de951e"
        self.assertEqual(west.modify_ebs_default_kms_key_id(KmsKeyId=key)["KmsKeyId"], key)
        self.assertEqual(west.create_volume(AvailabilityZone="us-west-2a", Size=1)["KmsKeyId"], key)
        west.reset_ebs_default_kms_key_id()
        self.assertEqual(west.get_ebs_default_kms_key_id()["KmsKeyId"], "alias/aws/ebs")
        west.disable_ebs_encryption_by_default()


if __name__ == "__main__":
    unittest.main()
