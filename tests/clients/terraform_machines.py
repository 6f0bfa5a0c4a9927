"""Instances, their templates, keys, images and volumes, as Terraform lives with them."""

import base64
import json

from grounds import IMAGE, ZONE, only, tagged
from terraform import Resource, pairs

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIy7a3EO+Xa+KWnlK2h4k1eH/0TWDpvh+S8i5ANuOnPX deployer"


def text(words):
    return base64.b64encode(words.encode()).decode()


class Instance(Resource):
    name = "aws_instance"
    ATTRIBUTES = {
        "instanceInitiatedShutdownBehavior": "InstanceInitiatedShutdownBehavior",
        "disableApiStop": "DisableApiStop",
        "disableApiTermination": "DisableApiTermination",
        "userData": "UserData",
    }

    CLOSED = {"CapacityReservationPreference": "none"}

    def stand(self):
        vpc = self.ground.vpc()
        self.subnet = self.ground.subnet(vpc)
        self.groups = [self.ground.group(vpc, "one"), self.ground.group(vpc, "two")]
        iam = self.ground.client("iam")
        policy = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
        for name in ("one", "two"):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
            self.ground.after(iam.delete_role, RoleName=name)
            iam.create_instance_profile(InstanceProfileName=name)
            self.ground.after(iam.delete_instance_profile, InstanceProfileName=name)
            iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
            self.ground.after(iam.remove_role_from_instance_profile, InstanceProfileName=name, RoleName=name)

    def create(self):
        made = self.ec2.run_instances(
            ImageId=IMAGE,
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            ClientToken=f"terraform-{self.subnet}",
            CreditSpecification={"CpuCredits": "unlimited"},
            DisableApiTermination=True,
            EbsOptimized=True,
            IamInstanceProfile={"Name": "one"},
            MetadataOptions={"HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1},
            Monitoring={"Enabled": False},
            SecurityGroupIds=self.groups[:1],
            SubnetId=self.subnet,
            UserData="#!/bin/sh\necho first\n",
            BlockDeviceMappings=[
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {"VolumeSize": 12, "VolumeType": "gp3", "Encrypted": True, "DeleteOnTermination": True},
                }
            ],
            TagSpecifications=[*tagged("instance", Name="web"), *tagged("volume", Name="root")],
        )["Instances"][0]
        assert (made["State"]["Name"], made["BlockDeviceMappings"]) == ("pending", []), made
        self.id = made["InstanceId"]
        self.ground.until("instance_running", InstanceIds=[self.id])
        return {
            "instance": {
                "State": {"Name": "running"},
                "InstanceType": "t3.micro",
                "EbsOptimized": True,
                "Monitoring": {"State": "disabled"},
                "SubnetId": self.subnet,
                "SecurityGroups": [{"GroupId": self.groups[0]}],
                "SourceDestCheck": True,
                "MetadataOptions": {
                    "State": "applied",
                    "HttpTokens": "required",
                    "HttpPutResponseHopLimit": 1,
                    "HttpEndpoint": "enabled",
                    "InstanceMetadataTags": "disabled",
                },
                "IamInstanceProfile": {"Arn": f"arn:aws:iam::{self.ground.account}:instance-profile/one"},
                "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"DeleteOnTermination": True}}],
                "Tags": pairs(Name="web"),
            },
            "type": [{"InstanceType": "t3.micro", "BurstablePerformanceSupported": True}],
            "attributes": {
                "instanceInitiatedShutdownBehavior": {"Value": "stop"},
                "disableApiStop": {"Value": False},
                "disableApiTermination": {"Value": True},
                "userData": {"Value": text("#!/bin/sh\necho first\n")},
            },
            "volumes": [{"Size": 12, "VolumeType": "gp3", "Encrypted": True, "Tags": pairs(Name="root")}],
            "credits": [{"CpuCredits": "unlimited"}],
            "profiles": [{"State": "associated"}],
        }

    def shown(self):
        return self.ec2.describe_instances(InstanceIds=[self.id])["Reservations"][0]["Instances"][0]

    def read(self):
        instance = self.shown()
        volumes = [own["Ebs"]["VolumeId"] for own in instance["BlockDeviceMappings"]]
        attributes = {
            name: self.ec2.describe_instance_attribute(InstanceId=self.id, Attribute=name)[member]
            for name, member in self.ATTRIBUTES.items()
        }
        credits = self.ec2.describe_instance_credit_specifications(InstanceIds=[self.id])
        profiles = self.ec2.describe_iam_instance_profile_associations(Filters=only(instance_id=self.id))
        return {
            "instance": instance,
            "type": self.ec2.describe_instance_types(InstanceTypes=[instance["InstanceType"]])["InstanceTypes"],
            "attributes": attributes,
            "volumes": self.ec2.describe_volumes(VolumeIds=volumes)["Volumes"],
            "credits": credits["InstanceCreditSpecifications"],
            "profiles": profiles["IamInstanceProfileAssociations"],
            "tags": self.ec2.describe_tags(Filters=only(resource_id=self.id))["Tags"],
            "vpc": self.ec2.describe_vpcs(VpcIds=[instance["VpcId"]])["Vpcs"],
        }

    def set(self, **attribute):
        self.ec2.modify_instance_attribute(InstanceId=self.id, **attribute)

    def update(self):
        self.profile()
        self.card()
        self.stopped()
        wish = {"InstanceId": self.id, "HttpTokens": "optional", "HttpPutResponseHopLimit": 3}
        self.ec2.modify_instance_metadata_options(**wish, InstanceMetadataTags="enabled")
        self.ec2.modify_instance_maintenance_options(InstanceId=self.id, AutoRecovery="disabled")
        credit = {"InstanceId": self.id, "CpuCredits": "standard"}
        self.ec2.modify_instance_credit_specification(InstanceCreditSpecifications=[credit])
        self.ec2.monitor_instances(InstanceIds=[self.id])
        volume = self.shown()["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
        self.ec2.modify_volume(VolumeId=volume, Size=20, Iops=4000)
        self.tag(self.id, Name="web-2")
        return {
            "instance": {
                "State": {"Name": "running"},
                "InstanceType": "t3.small",
                "Monitoring": {"State": "enabled"},
                "SecurityGroups": [{"GroupId": self.groups[1]}],
                "SourceDestCheck": False,
                "MetadataOptions": {
                    "State": "applied",
                    "HttpTokens": "optional",
                    "HttpPutResponseHopLimit": 3,
                    "InstanceMetadataTags": "enabled",
                },
                "MaintenanceOptions": {"AutoRecovery": "disabled"},
                "CapacityReservationSpecification": self.CLOSED,
                "IamInstanceProfile": {"Arn": f"arn:aws:iam::{self.ground.account}:instance-profile/two"},
                "NetworkInterfaces": [{"PrivateIpAddresses": [{"Primary": True}, {"PrivateIpAddress": "10.0.1.99"}]}],
                "Tags": pairs(Name="web-2"),
            },
            "attributes": {
                "instanceInitiatedShutdownBehavior": {"Value": "terminate"},
                "disableApiStop": {"Value": True},
                "userData": {"Value": text("#!/bin/sh\necho second\n")},
            },
            "volumes": [{"Size": 20, "Iops": 4000}],
            "credits": [{"CpuCredits": "standard"}],
        }

    def profile(self):
        """Replaced, taken away, given again."""
        own = self.read()["profiles"][0]["AssociationId"]
        wish = {"AssociationId": own, "IamInstanceProfile": {"Name": "two"}}
        replaced = self.ec2.replace_iam_instance_profile_association(**wish)["IamInstanceProfileAssociation"]
        self.ec2.disassociate_iam_instance_profile(AssociationId=replaced["AssociationId"])
        assert "IamInstanceProfile" not in self.shown()
        self.ec2.associate_iam_instance_profile(InstanceId=self.id, IamInstanceProfile={"Name": "two"})

    def card(self):
        """What is changed of the primary interface."""
        own = self.shown()["NetworkInterfaces"][0]["NetworkInterfaceId"]
        self.ec2.modify_network_interface_attribute(NetworkInterfaceId=own, SourceDestCheck={"Value": False})
        self.ec2.modify_network_interface_attribute(NetworkInterfaceId=own, Groups=self.groups[1:])
        self.ec2.assign_private_ip_addresses(NetworkInterfaceId=own, PrivateIpAddresses=["10.0.1.99"])

    def stopped(self):
        """What is changed while it is stopped, and what protects it afterwards."""
        self.ec2.stop_instances(InstanceIds=[self.id])
        self.ground.until("instance_stopped", InstanceIds=[self.id])
        self.set(InstanceType={"Value": "t3.small"})
        self.set(UserData={"Value": "#!/bin/sh\necho second\n"})
        self.ec2.modify_instance_capacity_reservation_attributes(
            InstanceId=self.id, CapacityReservationSpecification=self.CLOSED
        )
        self.ec2.start_instances(InstanceIds=[self.id])
        self.ground.until("instance_running", InstanceIds=[self.id])
        self.set(InstanceInitiatedShutdownBehavior={"Value": "terminate"})
        self.set(DisableApiStop={"Value": True})

    def delete(self):
        self.set(DisableApiTermination={"Value": False})
        self.set(DisableApiStop={"Value": False})
        self.root = self.shown()["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
        self.ec2.terminate_instances(InstanceIds=[self.id])
        self.ground.until("instance_terminated", InstanceIds=[self.id])
        # Its last state is shown for an hour.
        own = self.shown()
        left = (own["State"]["Name"], own["BlockDeviceMappings"], own["NetworkInterfaces"])
        assert left == ("terminated", [], []), own

    def gone(self):
        sentence = f"The volume '{self.root}' does not exist."
        yield lambda: self.ec2.describe_volumes(VolumeIds=[self.root]), "InvalidVolume.NotFound", sentence
        missing = "i-00000000000000000"
        sentence = f"The instance ID '{missing}' does not exist"
        for call in (self.ec2.describe_instances, self.ec2.terminate_instances):
            yield lambda call=call: call(InstanceIds=[missing]), "InvalidInstanceID.NotFound", sentence


class TemplatedInstance(Instance):
    """Launched from a template, which is found by the tags that the launch leaves."""

    form = "of_a_template"

    def create(self):
        data = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
        made = self.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)["LaunchTemplate"]
        self.ground.after(self.ec2.delete_launch_template, LaunchTemplateId=made["LaunchTemplateId"])
        wish = {"LaunchTemplate": {"LaunchTemplateId": made["LaunchTemplateId"], "Version": "$Latest"}}
        run = self.ec2.run_instances(**wish, MinCount=1, MaxCount=1, SubnetId=self.subnet)
        self.id = run["Instances"][0]["InstanceId"]
        told = {
            "aws:ec2launchtemplate:id": made["LaunchTemplateId"],
            "aws:ec2launchtemplate:version": "1",
        }
        return {
            "instance": {"State": {"Name": "running"}, "InstanceType": "t3.micro", "Tags": pairs(**told)},
            "templates": [made],
            "attributes": {"userData": {}, "disableApiTermination": {"Value": False}},
        }

    def read(self):
        tags = {own["Key"]: own["Value"] for own in self.shown()["Tags"]}
        wish = {"LaunchTemplateIds": [tags["aws:ec2launchtemplate:id"]]}
        return {**super().read(), "templates": self.ec2.describe_launch_templates(**wish)["LaunchTemplates"]}

    def update(self):
        self.set(DisableApiTermination={"Value": True})
        return {"attributes": {"disableApiTermination": {"Value": True}}}


class LaunchTemplate(Resource):
    name = "aws_launch_template"
    DATA = {
        "ImageId": IMAGE,
        "InstanceType": "t3.micro",
        "KeyName": "deployer",
        "EbsOptimized": True,
        "CreditSpecification": {"CpuCredits": "standard"},
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "DeleteOnTermination": True}}
        ],
        "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": ["sg-12345678"]}],
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
        "TagSpecifications": [{"ResourceType": "instance", "Tags": pairs(Name="node")}],
        "UserData": text("first"),
    }

    def create(self):
        kind = self.ec2.describe_instance_types(InstanceTypes=["t3.micro"])["InstanceTypes"][0]
        assert kind["BurstablePerformanceSupported"], kind
        made = self.ec2.create_launch_template(
            LaunchTemplateName="node",
            VersionDescription="first",
            LaunchTemplateData=self.DATA,
            ClientToken="terraform-node",
            TagSpecifications=tagged("launch-template", Name="node"),
        )["LaunchTemplate"]
        self.id = made["LaunchTemplateId"]
        return {
            "template": {
                "LaunchTemplateName": "node",
                "DefaultVersionNumber": 1,
                "LatestVersionNumber": 1,
                "Tags": pairs(Name="node"),
            },
            "version": {"VersionNumber": 1, "VersionDescription": "first", "LaunchTemplateData": self.DATA},
        }

    def read(self):
        template = self.ec2.describe_launch_templates(LaunchTemplateIds=[self.id])["LaunchTemplates"][0]
        wish = {"LaunchTemplateId": self.id, "Versions": [str(template["LatestVersionNumber"])]}
        version = self.ec2.describe_launch_template_versions(**wish)["LaunchTemplateVersions"][0]
        if set(version["LaunchTemplateData"]) != set(self.DATA):
            raise AssertionError(f"a default was added: {version}")
        return {"template": template, "version": version}

    def update(self):
        data = {**self.DATA, "InstanceType": "t3.small", "UserData": text("second")}
        wish = {"LaunchTemplateId": self.id, "LaunchTemplateData": data}
        made = self.ec2.create_launch_template_version(**wish, VersionDescription="second")["LaunchTemplateVersion"]
        self.ec2.modify_launch_template(LaunchTemplateId=self.id, DefaultVersion=str(made["VersionNumber"]))
        self.ec2.delete_tags(Resources=[self.id], Tags=[{"Key": "Name"}])
        self.tag(self.id, Role="node")
        return {
            "template": {"DefaultVersionNumber": 2, "LatestVersionNumber": 2, "Tags": pairs(Role="node")},
            "version": {"VersionNumber": 2, "DefaultVersion": True, "LaunchTemplateData": data},
        }

    def delete(self):
        self.ec2.delete_launch_template(LaunchTemplateId=self.id)

    def gone(self):
        sentence = f"The specified launch template, with template ID {self.id}, does not exist."
        versions = lambda: self.ec2.describe_launch_template_versions(LaunchTemplateId=self.id)
        for call in (self.read, versions, self.delete):
            yield call, "InvalidLaunchTemplateId.NotFound", sentence


class KeyPair(Resource):
    name = "aws_key_pair"

    def create(self):
        made = self.ec2.import_key_pair(
            KeyName="deployer", PublicKeyMaterial=PUBLIC_KEY.encode(), TagSpecifications=tagged("key-pair", Name="key")
        )
        self.id = made["KeyPairId"]
        return {
            "KeyPairId": self.id,
            "KeyName": "deployer",
            "KeyType": "ed25519",
            "KeyFingerprint": made["KeyFingerprint"],
            "Tags": pairs(Name="key"),
        }

    def read(self):
        found = self.ec2.describe_key_pairs(KeyNames=["deployer"], IncludePublicKey=True)["KeyPairs"][0]
        assert found["PublicKey"].split()[:2] == PUBLIC_KEY.split()[:2], found
        return found

    def update(self):
        self.tag(self.id, Name="other")
        return {"Tags": pairs(Name="other")}

    def delete(self):
        self.ec2.delete_key_pair(KeyName="deployer")

    def gone(self):
        yield self.read, "InvalidKeyPair.NotFound", "The key pair 'deployer' does not exist"
        # What is not there is deleted all the same.
        self.delete()


class Ami(Resource):
    """A data source: it is read, and nothing is made of it."""

    name = "data.aws_ami"

    def create(self):
        return {
            "ImageType": "machine",
            "State": "available",
            "RootDeviceType": "ebs",
            "VirtualizationType": "hvm",
            "Architecture": "x86_64",
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"DeleteOnTermination": True}}],
        }

    def read(self):
        of = {
            "name": "al2023-ami-2023.*-x86_64",
            "owner_alias": "amazon",
            "root_device_type": "ebs",
            "virtualization_type": "hvm",
        }
        images = self.ec2.describe_images(Owners=["amazon"], Filters=only(**of))["Images"]
        newest = max(images, key=lambda image: image["CreationDate"])
        assert newest["RootDeviceName"] == newest["BlockDeviceMappings"][0]["DeviceName"], newest
        assert newest["Public"] and newest["OwnerId"] == "137112412989", newest
        return newest

    def update(self):
        return None

    def delete(self):
        pass

    def gone(self):
        missing = "ami-00000000000000000"
        sentence = f"The image id '[{missing}]' does not exist"
        yield lambda: self.ec2.describe_images(ImageIds=[missing]), "InvalidAMIID.NotFound", sentence


class EbsVolume(Resource):
    name = "aws_ebs_volume"

    def create(self):
        made = self.ec2.create_volume(
            AvailabilityZone=ZONE,
            Size=40,
            VolumeType="gp3",
            Encrypted=True,
            ClientToken=f"terraform-{self.ground.account}",
            TagSpecifications=tagged("volume", Name="data"),
        )
        assert made["State"] == "creating", made
        self.id = made["VolumeId"]
        self.ground.until("volume_available", VolumeIds=[self.id])
        return {
            "State": "available",
            "AvailabilityZone": ZONE,
            "Size": 40,
            "VolumeType": "gp3",
            "Iops": 3000,
            "Throughput": 125,
            "Encrypted": True,
            "MultiAttachEnabled": False,
            "SnapshotId": "",
            "Attachments": [],
            "Tags": pairs(Name="data"),
        }

    def read(self):
        return self.ec2.describe_volumes(VolumeIds=[self.id])["Volumes"][0]

    def update(self):
        self.ec2.modify_volume(VolumeId=self.id, Size=50, Iops=4000, Throughput=250)
        (own,) = self.ec2.describe_volumes_modifications(VolumeIds=[self.id])["VolumesModifications"]
        assert own["ModificationState"] in ("optimizing", "completed"), own
        self.tag(self.id, Name="more")
        return {"Size": 50, "Iops": 4000, "Throughput": 250, "Tags": pairs(Name="more")}

    def delete(self):
        self.ec2.delete_volume(VolumeId=self.id)
        self.ground.until("volume_deleted", VolumeIds=[self.id])

    def gone(self):
        sentence = f"The volume '{self.id}' does not exist."
        for call in (self.read, lambda: self.ec2.delete_volume(VolumeId=self.id)):
            yield call, "InvalidVolume.NotFound", sentence


class EbsSnapshot(Resource):
    name = "aws_ebs_snapshot"

    def stand(self):
        self.volume = self.ground.volume(3)

    def create(self):
        wish = {"VolumeId": self.volume, "Description": "daily", "TagSpecifications": tagged("snapshot", Name="s")}
        made = self.ec2.create_snapshot(**wish)
        assert made["State"] == "pending", made
        self.id = made["SnapshotId"]
        self.ground.until("snapshot_completed", SnapshotIds=[self.id])
        return {
            "snapshot": {
                "State": "completed",
                "Progress": "100%",
                "VolumeId": self.volume,
                "VolumeSize": 3,
                "Description": "daily",
                "OwnerId": self.ground.account,
                "StorageTier": "standard",
                "Tags": pairs(Name="s"),
            },
            "tiers": [{"StorageTier": "standard"}],
        }

    def read(self):
        tiers = self.ec2.describe_snapshot_tier_status(Filters=only(snapshot_id=self.id))
        return {
            "snapshot": self.ec2.describe_snapshots(SnapshotIds=[self.id])["Snapshots"][0],
            "tiers": tiers["SnapshotTierStatuses"],
        }

    def update(self):
        self.ec2.modify_snapshot_tier(SnapshotId=self.id, StorageTier="archive")
        self.tag(self.id, Name="archive")
        return {
            "snapshot": {"StorageTier": "archive", "Tags": pairs(Name="archive")},
            "tiers": [{"StorageTier": "archive", "LastTieringOperationStatus": "archival-completed"}],
        }

    def delete(self):
        self.ec2.delete_snapshot(SnapshotId=self.id)

    def gone(self):
        sentence = f"The snapshot '{self.id}' does not exist."
        shown = lambda: self.ec2.describe_snapshots(SnapshotIds=[self.id])
        for call in (shown, self.delete):
            yield call, "InvalidSnapshot.NotFound", sentence


class VolumeAttachment(Resource):
    name = "aws_volume_attachment"

    def stand(self):
        self.instance, self.volume = self.ground.instance(), self.ground.volume()
        self.ground.until("instance_running", InstanceIds=[self.instance])
        self.where = {"InstanceId": self.instance, "VolumeId": self.volume, "Device": "/dev/sdh"}

    def create(self):
        made = self.ec2.attach_volume(**self.where)
        assert made["State"] == "attaching", made
        self.ground.until("volume_in_use", VolumeIds=[self.volume])
        told = {**self.where, "State": "attached", "DeleteOnTermination": False}
        device = {"DeviceName": "/dev/sdh", "Ebs": {"VolumeId": self.volume, "Status": "attached"}}
        return {"volumes": [{"State": "in-use", "Attachments": [told]}], "devices": [device, {}]}

    def read(self):
        of = only(attachment__device="/dev/sdh", attachment__instance_id=self.instance)
        (row,) = self.ec2.describe_instances(InstanceIds=[self.instance])["Reservations"]
        return {
            "volumes": self.ec2.describe_volumes(VolumeIds=[self.volume], Filters=of)["Volumes"],
            "devices": row["Instances"][0]["BlockDeviceMappings"],
        }

    def update(self):
        """Every member asks for another attachment; what an instance may change by itself is this."""
        mapping = {"DeviceName": "/dev/sdh", "Ebs": {"DeleteOnTermination": True}}
        self.ec2.modify_instance_attribute(InstanceId=self.instance, BlockDeviceMappings=[mapping])
        return {"volumes": [{"Attachments": [{"DeleteOnTermination": True}]}]}

    def delete(self):
        self.ec2.detach_volume(**self.where)
        self.ground.until("volume_available", VolumeIds=[self.volume])

    def gone(self):
        sentence = f"Volume '{self.volume}' is in the 'available' state."
        yield lambda: self.ec2.detach_volume(**self.where), "IncorrectState", sentence

    def absent(self):
        return {"volumes": [], "devices": [{"DeviceName": "/dev/xvda"}]}
