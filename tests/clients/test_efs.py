"""EFS through boto3, as Terraform, Ansible and the CSI driver use it. There are no waiters: their loops are these."""

import json
import unittest

from angae import Server, refusal


class FileSystems(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.efs = cls.server.client("efs")
        cls.ec2 = cls.server.client("ec2")
        subnets = cls.ec2.describe_subnets()["Subnets"]
        cls.subnets = sorted(subnets, key=lambda subnet: subnet["AvailabilityZone"])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def read(self, file_system):
        """What Terraform reads of one, every time."""
        (found,) = self.efs.describe_file_systems(FileSystemId=file_system)["FileSystems"]
        found["SizeInBytes"].pop("Timestamp")
        lifecycle = self.efs.describe_lifecycle_configuration(FileSystemId=file_system)["LifecyclePolicies"]
        return found, lifecycle

    def make(self, token, **wish):
        made = self.efs.create_file_system(CreationToken=token, **wish)
        self.assertEqual(made["LifeCycleState"], "creating")
        self.assertEqual(self.read(made["FileSystemId"])[0]["LifeCycleState"], "available")
        return made["FileSystemId"]

    def gone(self, file_system):
        self.efs.delete_file_system(FileSystemId=file_system)
        with self.assertRaises(self.efs.exceptions.FileSystemNotFound):
            self.efs.describe_file_systems(FileSystemId=file_system)

    def test_aws_efs_file_system_is_created_read_changed_and_destroyed(self):
        own = self.make(
            "tf-1",
            Encrypted=True,
            PerformanceMode="generalPurpose",
            ThroughputMode="elastic",
            Tags=[{"Key": "Name", "Value": "data"}],
        )
        lifecycle = [{"TransitionToIA": "AFTER_30_DAYS"}, {"TransitionToPrimaryStorageClass": "AFTER_1_ACCESS"}]
        self.efs.put_lifecycle_configuration(FileSystemId=own, LifecyclePolicies=lifecycle)
        self.efs.update_file_system_protection(FileSystemId=own, ReplicationOverwriteProtection="DISABLED")
        first = self.read(own)
        self.assertEqual(first[1], lifecycle)
        for name, want in (
            ("Name", "data"),
            ("Encrypted", True),
            ("ThroughputMode", "elastic"),
            ("NumberOfMountTargets", 0),
            ("Tags", [{"Key": "Name", "Value": "data"}]),
            ("FileSystemProtection", {"ReplicationOverwriteProtection": "DISABLED"}),
            ("SizeInBytes", {"Value": 6144, "ValueInIA": 0, "ValueInStandard": 6144, "ValueInArchive": 0}),
        ):
            self.assertEqual(first[0][name], want, name)
        self.assertEqual(self.read(own), first)
        changed = self.efs.update_file_system(FileSystemId=own, ThroughputMode="bursting")
        self.assertEqual(changed["LifeCycleState"], "updating")
        self.assertEqual(self.read(own)[0]["ThroughputMode"], "bursting")
        self.efs.put_lifecycle_configuration(FileSystemId=own, LifecyclePolicies=[])
        self.efs.tag_resource(ResourceId=own, Tags=[{"Key": "team", "Value": "red"}])
        self.efs.untag_resource(ResourceId=own, TagKeys=["Name"])
        self.assertEqual(self.efs.list_tags_for_resource(ResourceId=own)["Tags"], [{"Key": "team", "Value": "red"}])
        self.assertEqual(self.read(own), self.read(own))
        self.gone(own)

    def test_aws_efs_mount_target_is_created_read_changed_and_destroyed(self):
        own = self.make("tf-2")
        subnet = self.subnets[0]
        (found,) = self.ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"]
        target = self.efs.create_mount_target(FileSystemId=own, SubnetId=subnet["SubnetId"])
        self.assertEqual(target["AvailabilityZoneName"], found["AvailabilityZone"])

        def read():
            (seen,) = self.efs.describe_mount_targets(MountTargetId=target["MountTargetId"])["MountTargets"]
            groups = self.efs.describe_mount_target_security_groups(MountTargetId=target["MountTargetId"])
            return seen, groups["SecurityGroups"]

        first = read()
        self.assertEqual(first[0], {**_plain(target), "LifeCycleState": "available"})
        self.assertEqual(read(), first)
        group = self.ec2.create_security_group(GroupName="nfs", Description="nfs", VpcId=found["VpcId"])["GroupId"]
        self.efs.modify_mount_target_security_groups(MountTargetId=target["MountTargetId"], SecurityGroups=[group])
        self.assertEqual(read()[1], [group])
        # A dependency keeps what it depends on.
        self.assertEqual(refusal(lambda: self.ec2.delete_security_group(GroupId=group))[1], "DependencyViolation")
        self.assertEqual(refusal(lambda: self.efs.delete_file_system(FileSystemId=own))[:2], (409, "FileSystemInUse"))
        self.efs.delete_mount_target(MountTargetId=target["MountTargetId"])
        with self.assertRaises(self.efs.exceptions.MountTargetNotFound):
            read()
        self.ec2.delete_security_group(GroupId=group)
        self.gone(own)

    def test_aws_efs_access_point_is_created_read_changed_and_destroyed(self):
        own = self.make("tf-3")
        made = self.efs.create_access_point(
            FileSystemId=own,
            PosixUser={"Uid": 1001, "Gid": 1002, "SecondaryGids": [5]},
            RootDirectory={
                "Path": "/home",
                "CreationInfo": {"OwnerUid": 1001, "OwnerGid": 1002, "Permissions": "755"},
            },
        )
        point = made["AccessPointId"]

        def read():
            (seen,) = self.efs.describe_access_points(AccessPointId=point)["AccessPoints"]
            return seen

        first = read()
        self.assertEqual(first, {**_plain(made), "LifeCycleState": "available"})
        self.assertEqual(read(), first)
        self.efs.tag_resource(ResourceId=point, Tags=[{"Key": "Name", "Value": "home"}])
        self.assertEqual(read()["Name"], "home")
        self.efs.delete_access_point(AccessPointId=point)
        with self.assertRaises(self.efs.exceptions.AccessPointNotFound):
            read()

    def test_aws_efs_file_system_policy_and_backup_policy(self):
        own = self.make("tf-4")
        for read in (self.efs.describe_file_system_policy, self.efs.describe_backup_policy):
            with self.assertRaises(self.efs.exceptions.PolicyNotFound) as raised:
                read(FileSystemId=own)
            # Recorded: the message is null, and users are shown None.
            self.assertIsNone(raised.exception.response["Error"]["Message"])
        statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "elasticfilesystem:ClientMount"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.efs.put_file_system_policy(FileSystemId=own, Policy=policy)
        for _ in range(2):
            self.assertEqual(self.efs.describe_file_system_policy(FileSystemId=own)["Policy"], policy)
        self.efs.delete_file_system_policy(FileSystemId=own)
        self.assertEqual(
            self.efs.put_backup_policy(FileSystemId=own, BackupPolicy={"Status": "ENABLED"})["BackupPolicy"],
            {"Status": "ENABLING"},
        )
        for _ in range(2):
            status = self.efs.describe_backup_policy(FileSystemId=own)["BackupPolicy"]["Status"]
            self.assertEqual(status, "ENABLED")
        self.efs.put_backup_policy(FileSystemId=own, BackupPolicy={"Status": "DISABLED"})
        self.assertEqual(self.efs.describe_backup_policy(FileSystemId=own)["BackupPolicy"]["Status"], "DISABLED")
        with self.assertRaises(self.efs.exceptions.PolicyNotFound):
            self.efs.describe_file_system_policy(FileSystemId=own)

    def test_aws_efs_replication_configuration_is_created_read_and_destroyed(self):
        own = self.make("tf-5")
        west = self.server.client("efs", region="us-west-2")
        self.efs.create_replication_configuration(SourceFileSystemId=own, Destinations=[{"Region": "us-west-2"}])

        def read(efs, file_system):
            (seen,) = efs.describe_replication_configurations(FileSystemId=file_system)["Replications"]
            return seen

        first = read(self.efs, own)
        (destination,) = first["Destinations"]
        self.assertEqual(destination["Status"], "ENABLED")
        copy = destination["FileSystemId"]
        self.assertEqual((read(self.efs, own), read(west, copy)), (first, first))
        self.efs.delete_replication_configuration(SourceFileSystemId=own)
        with self.assertRaises(self.efs.exceptions.ReplicationNotFound):
            read(self.efs, own)
        west.delete_file_system(FileSystemId=copy)
        self.gone(own)

    def test_ansible_looks_by_its_token_and_tags_by_the_older_operations(self):
        self.assertEqual(self.efs.describe_file_systems(CreationToken="ansible")["FileSystems"], [])
        own = self.make("ansible")
        with self.assertRaises(self.efs.exceptions.FileSystemAlreadyExists) as caught:
            self.efs.create_file_system(CreationToken="ansible")
        self.assertEqual(caught.exception.response["FileSystemId"], own)
        self.efs.create_tags(FileSystemId=own, Tags=[{"Key": "Name", "Value": "n"}])
        self.assertEqual(self.efs.describe_tags(FileSystemId=own)["Tags"], [{"Key": "Name", "Value": "n"}])
        self.efs.delete_tags(FileSystemId=own, TagKeys=["Name"])
        paginator = self.efs.get_paginator("describe_file_systems")
        pages = list(paginator.paginate(PaginationConfig={"PageSize": 1}))
        self.assertIn(own, [found["FileSystemId"] for page in pages for found in page["FileSystems"]])

    def test_the_csi_driver_adopts_an_access_point_by_its_token(self):
        own = self.make("csi")
        made = self.efs.create_access_point(ClientToken="pvc-1", FileSystemId=own)
        with self.assertRaises(self.efs.exceptions.AccessPointAlreadyExists) as caught:
            self.efs.create_access_point(ClientToken="pvc-1", FileSystemId=own)
        self.assertEqual(caught.exception.response["AccessPointId"], made["AccessPointId"])
        points = self.efs.get_paginator("describe_access_points").paginate(FileSystemId=own)
        tokens = {point["ClientToken"]: point["AccessPointId"] for page in points for point in page["AccessPoints"]}
        self.assertEqual(tokens, {"pvc-1": made["AccessPointId"]})

    def test_account_preferences(self):
        long = {"ResourceIdType": "LONG_ID", "Resources": ["FILE_SYSTEM", "MOUNT_TARGET"]}
        seen = self.efs.describe_account_preferences(MaxResults=5)
        self.assertEqual(seen["ResourceIdPreference"], long)
        self.assertEqual(
            self.efs.put_account_preferences(ResourceIdType="LONG_ID")["ResourceIdPreference"], long
        )


def _plain(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


if __name__ == "__main__":
    unittest.main()
