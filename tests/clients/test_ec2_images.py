"""EC2 images through boto3, as Packer and Terraform make, wait for, copy, give and let go of them."""

import unittest

from angae import Server, refusal

AMAZON = "ami-03c3da4cfa8e8943a"


class Images(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ec2 = cls.server.client("ec2")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def instance(self, **more):
        wish = {"ImageId": AMAZON, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, **more}
        id = self.ec2.run_instances(**wish)["Instances"][0]["InstanceId"]
        self.ec2.get_waiter("instance_running").wait(InstanceIds=[id])
        return id

    def image(self, id):
        return self.ec2.describe_images(ImageIds=[id])["Images"][0]

    def wait(self, id):
        for name in ["image_exists", "image_available"]:
            self.ec2.get_waiter(name).wait(ImageIds=[id])

    def test_an_image_is_built_as_packer_builds_it(self):
        instance = self.instance()
        self.ec2.stop_instances(InstanceIds=[instance])
        self.ec2.get_waiter("instance_stopped").wait(InstanceIds=[instance])
        tags = [{"Key": "Name", "Value": "packer"}]
        made = self.ec2.create_image(
            InstanceId=instance,
            Name="packer",
            Description="built",
            TagSpecifications=[{"ResourceType": kind, "Tags": tags} for kind in ["image", "snapshot"]],
        )["ImageId"]
        self.wait(made)
        image = self.image(made)
        self.assertEqual((image["State"], image["SourceInstanceId"]), ("available", instance))
        snapshot = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
        self.ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[snapshot])
        self.ec2.modify_image_attribute(ImageId=made, LaunchPermission={"Add": [{"UserId": "222222222222"}]})
        given = self.ec2.describe_image_attribute(ImageId=made, Attribute="launchPermission")["LaunchPermissions"]
        self.assertEqual(given, [{"UserId": "222222222222"}])
        self.instance(ImageId=made)
        used = refusal(lambda: self.ec2.delete_snapshot(SnapshotId=snapshot))
        self.assertEqual(used[1], "InvalidSnapshot.InUse")
        self.ec2.deregister_image(ImageId=made)
        self.ec2.delete_snapshot(SnapshotId=snapshot)
        gone = refusal(lambda: self.ec2.describe_images(ImageIds=[made]))
        self.assertEqual(gone[1], "InvalidAMIID.NotFound")

    def test_an_image_is_registered_copied_and_renewed_as_terraform_does(self):
        volume = self.ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
        snapshot = self.ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        self.ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[snapshot])
        made = self.ec2.register_image(
            Name="terraform",
            Architecture="x86_64",
            VirtualizationType="hvm",
            RootDeviceName="/dev/xvda",
            EnaSupport=True,
            ImdsSupport="v2.0",
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}],
        )["ImageId"]
        self.wait(made)
        self.ec2.modify_image_attribute(ImageId=made, Attribute="description", Value="renewed")
        self.assertEqual(self.image(made)["Description"], "renewed")
        dublin = self.server.client("ec2", region="eu-west-1")
        copy = dublin.copy_image(Name="copy", SourceImageId=made, SourceRegion="us-east-1", Encrypted=True)["ImageId"]
        dublin.get_waiter("image_available").wait(ImageIds=[copy])
        image = dublin.describe_images(ImageIds=[copy])["Images"][0]
        self.assertEqual((image["SourceImageId"], image["SourceImageRegion"]), (made, "us-east-1"))
        self.assertTrue(image["BlockDeviceMappings"][0]["Ebs"]["Encrypted"])
        gone = self.ec2.deregister_image(ImageId=made, DeleteAssociatedSnapshots=True)
        self.assertEqual(gone["DeleteSnapshotResults"], [{"SnapshotId": snapshot, "ReturnCode": "success"}])

    def test_the_password_of_windows_is_there_and_only_its_key_reads_it(self):
        self.ec2.create_key_pair(KeyName="windows")
        name = [{"Name": "name", "Values": ["Windows_Server-2022-English-Full-Base-*"]}]
        windows = self.ec2.describe_images(Filters=name, Owners=["amazon"])["Images"][0]["ImageId"]
        instance = self.instance(ImageId=windows, KeyName="windows")
        self.ec2.get_waiter("password_data_available").wait(InstanceId=instance)


if __name__ == "__main__":
    unittest.main()
