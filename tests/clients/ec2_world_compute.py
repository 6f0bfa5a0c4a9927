"""Two or more of each of what computes and stores: instances, volumes, images, templates, capacity."""

import json
from datetime import datetime, timezone

IMAGE = "ami-03c3da4cfa8e8943a"
NAMES = ("red", "blue")
LICENSES = "arn:aws:license-manager:us-east-1:000000000000:license-configuration"


def tags(*kinds, name):
    own = [{"Key": "Name", "Value": name}, {"Key": f"is-{name}", "Value": "yes"}]
    return [{"ResourceType": kind, "Tags": own} for kind in kinds]


def build(world):
    _keys(world)
    _groups(world)
    _profiles(world)
    _templates(world)
    _capacity(world)
    _instances(world)
    _volumes(world)
    _images(world)
    _fleets(world)
    _windows(world)


def _keys(world):
    for number, name in enumerate(NAMES):
        made = world.ec2.create_key_pair(
            KeyName=name, KeyType=("ed25519", "rsa")[number], TagSpecifications=tags("key-pair", name=name)
        )
        world.keep(f"key-{number}", made, "KeyPairId")


def _groups(world):
    make = world.ec2.create_placement_group
    make(GroupName="near", Strategy="cluster", TagSpecifications=tags("placement-group", name="near"))
    parts = tags("placement-group", name="parts")
    make(GroupName="parts", Strategy="partition", PartitionCount=3, TagSpecifications=parts)
    make(GroupName="far", Strategy="spread", SpreadLevel="rack")


def _profiles(world):
    iam = world.server.client("iam")
    allow = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    for name in NAMES:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def _templates(world):
    ec2 = world.ec2
    for number, name in enumerate(NAMES):
        data = {
            "ImageId": IMAGE,
            "InstanceType": ("t3.micro", "t3.small")[number],
            "EbsOptimized": number == 0,
            "KernelId": f"aki-0000000{number}",
            "RamDiskId": f"ari-0000000{number}",
            "IamInstanceProfile": {"Arn": f"arn:aws:iam::000000000000:instance-profile/{name}"},
            "MetadataOptions": {
                "HttpEndpoint": ("enabled", "disabled")[number],
                "HttpTokens": ("required", "optional")[number],
                "HttpProtocolIpv6": ("enabled", "disabled")[number],
            },
            "LicenseSpecifications": [
                {"LicenseConfigurationArn": f"{LICENSES}:lic-{number}"}
            ],
            "Placement": {"HostResourceGroupArn": f"arn:aws:resource-groups:us-east-1:000000000000:group/{name}"},
            "NetworkInterfaces": [{"DeviceIndex": 0, "NetworkCardIndex": number}],
        }
        made = ec2.create_launch_template(
            LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=tags("launch-template", name=name)
        )
        world.keep(f"template-{number}", made, "LaunchTemplate", "LaunchTemplateId")
    other = {**data, "EbsOptimized": True, "ImageId": "ami-00000000000000001"}
    ec2.create_launch_template_version(LaunchTemplateId=world["template-0"], LaunchTemplateData=other)
    node = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
    made = ec2.create_launch_template(LaunchTemplateName="node", LaunchTemplateData=node)
    world.keep("template-node", made, "LaunchTemplate", "LaunchTemplateId")


def _capacity(world):
    ec2 = world.ec2
    near = "arn:aws:ec2:us-east-1:000000000000:placement-group/near"
    later = {"EndDateType": "limited", "EndDate": datetime(2126, 1, 1, tzinfo=timezone.utc), "PlacementGroupArn": near}
    for number, name in enumerate(NAMES):
        more = later if number else {}
        made = ec2.create_capacity_reservation(
            InstanceType=("t3.micro", "m5.large")[number],
            InstancePlatform=("Linux/UNIX", "Windows")[number],
            AvailabilityZone=("us-east-1a", "us-east-1b")[number],
            Tenancy=("default", "dedicated")[number],
            InstanceCount=1,
            InstanceMatchCriteria="targeted",
            TagSpecifications=tags("capacity-reservation", name=name),
            **more,
        )
        world.keep(f"capacity-{number}", made, "CapacityReservation", "CapacityReservationId")
        made = ec2.allocate_hosts(
            InstanceType=("m5.large", "c5.large")[number],
            AvailabilityZone=("us-east-1a", "us-east-1b")[number],
            AutoPlacement=("on", "off")[number],
            Quantity=1,
            ClientToken=f"host-{name}",
            TagSpecifications=tags("dedicated-host", name=name),
        )
        world.keep(f"host-{number}", made, "HostIds", 0)
    gone = ec2.create_capacity_reservation(
        InstanceType="c5.large", InstancePlatform="Linux/UNIX", AvailabilityZone="us-east-1c", InstanceCount=1
    )["CapacityReservation"]
    ec2.cancel_capacity_reservation(CapacityReservationId=gone["CapacityReservationId"])
    gone = ec2.allocate_hosts(InstanceType="m5.xlarge", AvailabilityZone="us-east-1a", Quantity=1)["HostIds"]
    ec2.release_hosts(HostIds=gone)


def _launch(world, name, **more):
    wish = {"ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, **more}
    wish["TagSpecifications"] = tags("instance", "volume", "network-interface", name=name)
    made = world.ec2.run_instances(**wish)
    return [own["InstanceId"] for own in made["Instances"]]


def _arm(world):
    """The newest image of Amazon Linux for Arm."""
    wish = [{"Name": "name", "Values": ["al2023-ami-2023*"]}, {"Name": "architecture", "Values": ["arm64"]}]
    return world.ec2.describe_images(Owners=["amazon"], Filters=wish)["Images"][0]["ImageId"]


def _windows_image(world):
    wish = [{"Name": "platform", "Values": ["windows"]}]
    return world.ec2.describe_images(Owners=["amazon"], Filters=wish)["Images"][0]["ImageId"]


def _instances(world):
    ec2 = world.ec2
    world.public = {"arm": _arm(world), "windows": _windows_image(world)}
    (one,) = _launch(
        world,
        "red",
        KeyName="red",
        IamInstanceProfile={"Name": "red"},
        ClientToken="one",
        EbsOptimized=True,
        Monitoring={"Enabled": True},
        CapacityReservationSpecification={
            "CapacityReservationTarget": {"CapacityReservationId": world["capacity-0"]}
        },
        MetadataOptions={
            "HttpTokens": "required",
            "HttpPutResponseHopLimit": 3,
            "HttpProtocolIpv6": "enabled",
            "InstanceMetadataTags": "enabled",
        },
        MaintenanceOptions={"AutoRecovery": "disabled"},
        PrivateDnsNameOptions={
            "HostnameType": "resource-name",
            "EnableResourceNameDnsARecord": True,
            "EnableResourceNameDnsAAAARecord": True,
        },
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": world["subnet"],
                "Groups": [world["group-web"]],
                "Description": "first card",
                "Ipv6AddressCount": 1,
                "PrimaryIpv6": True,
                "AssociatePublicIpAddress": True,
            }
        ],
    )
    world.made["instance"] = one
    (two,) = _launch(
        world,
        "blue",
        ImageId=world.public["arm"],
        InstanceType="c6g.large",
        KeyName="blue",
        IamInstanceProfile={"Name": "blue"},
        ClientToken="two",
        SubnetId=world["subnet-2"],
        SecurityGroupIds=[world["group-db"]],
        Placement={"GroupName": "parts", "PartitionNumber": 2},
        EnclaveOptions={"Enabled": True},
        HibernationOptions={"Configured": False},
        MetadataOptions={"HttpEndpoint": "disabled"},
        NetworkPerformanceOptions={"BandwidthWeighting": "default"},
    )
    world.made["instance-2"] = two
    ec2.modify_instance_attribute(InstanceId=two, SourceDestCheck={"Value": False})
    _more_instances(world)
    ec2.attach_network_interface(NetworkInterfaceId=world["interface-3"], InstanceId=one, DeviceIndex=1)
    cards = []
    for id in (one, two):
        own = ec2.describe_instances(InstanceIds=[id])["Reservations"][0]["Instances"][0]["NetworkInterfaces"]
        cards.append(next(card["NetworkInterfaceId"] for card in own if card["Attachment"]["DeviceIndex"] == 0))
    world.made["cards"] = cards
    ec2.create_replace_root_volume_task(InstanceId=one, TagSpecifications=tags("replace-root-volume-task", name="red"))


def _more_instances(world):
    ec2 = world.ec2
    _launch(world, "spot", InstanceMarketOptions={"MarketType": "spot"}, MaxCount=2, MinCount=2)
    _launch(world, "host", InstanceType="m5.large", Placement={"HostId": world["host-0"], "Tenancy": "host"})
    (three,) = _launch(
        world,
        "windows",
        ImageId=world.public["windows"],
        InstanceType="m5.large",
        HibernationOptions={"Configured": True},
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"Encrypted": True, "VolumeSize": 40}}],
    )
    world.made["instance-3"] = three
    gone = _launch(world, "gone")
    ec2.terminate_instances(InstanceIds=gone)
    world.made["instance-gone"] = gone[0]
    (stopped,) = _launch(world, "stopped", SubnetId=world["subnet-3"])
    ec2.create_replace_root_volume_task(InstanceId=stopped, DeleteReplacedRootVolume=True)
    ec2.stop_instances(InstanceIds=[stopped])
    world.made["instance-stopped"] = stopped


def _volumes(world):
    ec2 = world.ec2
    wishes = (
        {"VolumeType": "io2", "Iops": 200, "Size": 10, "MultiAttachEnabled": True, "AvailabilityZone": "us-east-1a"},
        {"VolumeType": "gp3", "Size": 20, "Encrypted": True, "AvailabilityZone": "us-east-1b"},
    )
    for number, name in enumerate(NAMES):
        made = ec2.create_volume(TagSpecifications=tags("volume", name=name), **wishes[number])
        volume = world.keep(f"volume-{number}", made, "VolumeId")
        made = ec2.create_snapshot(
            VolumeId=volume, Description=f"of {name}", TagSpecifications=tags("snapshot", name=name)
        )
        snapshot = world.keep(f"snapshot-{number}", made, "SnapshotId")
        ec2.attach_volume(
            VolumeId=volume, InstanceId=world[("instance", "instance-2")[number]], Device=("/dev/sdf", "/dev/sdg")[number]
        )
        ec2.enable_fast_snapshot_restores(
            AvailabilityZones=[("us-east-1a", "us-east-1b")[number]], SourceSnapshotIds=[snapshot]
        )
        mode = {"LockMode": "compliance", "CoolOffPeriod": 2} if number else {"LockMode": "governance"}
        ec2.lock_snapshot(SnapshotId=snapshot, LockDuration=10, **mode)
    free = ec2.create_volume(SnapshotId=world["snapshot-0"], AvailabilityZone="us-east-1a", VolumeType="gp2")["VolumeId"]
    world.made["volume-free"] = free
    ec2.modify_volume(VolumeId=world["volume-1"], Size=30, VolumeType="io2", Iops=300)
    world.server.advance(1)
    ec2.modify_volume(VolumeId=free, Size=12, VolumeType="gp3", Iops=3100)
    ec2.modify_volume(VolumeId=world["volume-0"], Size=11)
    kept = ec2.create_snapshot(VolumeId=free, Description="cold")["SnapshotId"]
    ec2.modify_snapshot_tier(SnapshotId=kept, StorageTier="archive")
    shared = world.friend.create_volume(Size=9, AvailabilityZone="us-east-1a")["VolumeId"]
    shared = world.friend.create_snapshot(VolumeId=shared, Description="shared")["SnapshotId"]
    world.friend.modify_snapshot_attribute(
        SnapshotId=shared, Attribute="createVolumePermission", OperationType="add", UserIds=["000000000000"]
    )


def _images(world):
    ec2 = world.ec2
    made = ec2.create_image(
        InstanceId=world["instance-stopped"],
        Name="own",
        Description="of an instance",
        TagSpecifications=tags("image", name="own"),
    )
    own = world.keep("image-0", made, "ImageId")
    made = ec2.register_image(
        Name="registered",
        Description="of a snapshot",
        Architecture="x86_64",
        RootDeviceName="/dev/xvda",
        VirtualizationType="hvm",
        EnaSupport=False,
        KernelId="aki-00000001",
        RamdiskId="ari-00000001",
        BootMode="legacy-bios",
        BlockDeviceMappings=[
            {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": world["snapshot-0"], "VolumeType": "io2", "Iops": 100}},
            {"DeviceName": "/dev/xvdb", "Ebs": {"VolumeSize": 7, "DeleteOnTermination": False, "Encrypted": True}},
        ],
        TagSpecifications=tags("image", name="registered"),
    )
    world.keep("image-1", made, "ImageId")
    made = ec2.register_image(
        Name="with-tpm",
        Architecture="x86_64",
        RootDeviceName="/dev/xvda",
        VirtualizationType="hvm",
        EnaSupport=True,
        BootMode="uefi",
        TpmSupport="v2.0",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": world["snapshot-0"]}}],
    )
    _launch(world, "tpm", ImageId=made["ImageId"], InstanceType="m5.large")
    made = ec2.copy_image(SourceImageId=own, SourceRegion="us-east-1", Name="copy")
    world.keep("image-2", made, "ImageId")
    ec2.disable_image(ImageId=world["image-2"])
    for image in ("image-0", "image-1"):
        _launch(world, image, ImageId=world[image], InstanceType="t2.micro")
    ec2.enable_allowed_images_settings(AllowedImagesSettingsState="audit-mode")
    ec2.replace_image_criteria_in_allowed_images_settings(ImageCriteria=[{"ImageProviders": ["123456789012"]}])
    ec2.disable_image_block_public_access()
    ec2.modify_image_attribute(ImageId=own, LaunchPermission={"Add": [{"Group": "all"}]})


def _fleets(world):
    ec2 = world.ec2
    for number, name in enumerate(NAMES):
        config = {"LaunchTemplateSpecification": {"LaunchTemplateId": world["template-node"], "Version": "1"}}
        made = ec2.create_fleet(
            LaunchTemplateConfigs=[{**config, "Overrides": [{"InstanceType": kind} for kind in ("c5.large", "m5.large")]}],
            TargetCapacitySpecification={"DefaultTargetCapacityType": "spot", "TotalTargetCapacity": 2},
            ExcessCapacityTerminationPolicy=("termination", "no-termination")[number],
            ReplaceUnhealthyInstances=number == 0,
            Type=("maintain", "request")[number],
            SpotOptions={"AllocationStrategy": ("lowest-price", "diversified")[number]},
            TagSpecifications=tags("fleet", name=name),
        )
        world.keep(f"fleet-{number}", made, "FleetId")
    ec2.delete_fleets(FleetIds=[world["fleet-1"]], TerminateInstances=False)
    _spot(world)


def _spot(world):
    ec2 = world.ec2
    for number, name in enumerate(NAMES):
        wish = {
            "ImageId": IMAGE,
            "InstanceType": ("t3.micro", "t3.small")[number],
            "KeyName": name,
            "Monitoring": {"Enabled": number == 0},
            "BlockDeviceMappings": [
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {
                        "VolumeSize": 20 + number,
                        "VolumeType": ("gp2", "gp3")[number],
                        "DeleteOnTermination": number == 0,
                    },
                },
            ],
        }
        card = {
            "DeviceIndex": 0,
            "SubnetId": world[("subnet", "subnet-2")[number]],
            "Description": f"spot {name}",
            "Groups": [world[("group-web", "group-db")[number]]],
            "DeleteOnTermination": number == 0,
            **(
                {"PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.99", "Primary": True}]},
                {"PrivateIpAddress": "10.1.1.99"},
            )[number],
        }
        more = {"Type": "persistent", "InstanceInterruptionBehavior": "stop"} if number else {"Type": "one-time"}
        made = ec2.request_spot_instances(
            InstanceCount=1,
            SpotPrice=("0.9", "0.8")[number],
            LaunchSpecification={**wish, "NetworkInterfaces": [card]},
            TagSpecifications=tags("spot-instances-request", name=name),
            **more,
        )["SpotInstanceRequests"][0]
        world.keep(f"spot-{number}", made, "SpotInstanceRequestId")
    by_name = {"ImageId": IMAGE, "InstanceType": "t3.micro", "SecurityGroups": ["default"]}
    ec2.request_spot_instances(SpotPrice="0.0001", LaunchSpecification=by_name)
    late = {
        "ImageId": world.public["windows"],
        "InstanceType": "m5.large",
        "SubnetId": world["subnet"],
        "SecurityGroupIds": [world["group-web"]],
        "KernelId": "aki-00000001",
        "RamdiskId": "ari-00000001",
        "BlockDeviceMappings": [{"DeviceName": "/dev/sdf", "Ebs": {"SnapshotId": world["snapshot-0"]}}],
    }
    ec2.request_spot_instances(
        AvailabilityZoneGroup="zone",
        LaunchGroup="group",
        SpotPrice="0.0001",
        LaunchSpecification=late,
        ValidFrom=datetime(2125, 1, 1, tzinfo=timezone.utc),
        ValidUntil=datetime(2126, 1, 1, tzinfo=timezone.utc),
    )


def _windows(world):
    ec2 = world.ec2
    made = ec2.create_instance_event_window(
        Name="night",
        TimeRanges=[{"StartWeekDay": "friday", "StartHour": 22, "EndWeekDay": "saturday", "EndHour": 4}],
        TagSpecifications=tags("instance-event-window", name="night"),
    )["InstanceEventWindow"]
    night = world.keep("window-0", made, "InstanceEventWindowId")
    ec2.associate_instance_event_window(
        InstanceEventWindowId=night, AssociationTarget={"InstanceIds": [world["instance"]]}
    )
    for number, team in enumerate("bc", start=1):
        made = ec2.create_instance_event_window(
            Name=f"cron-{number}",
            CronExpression=f"* {number * 4}-{number * 4 + 4} * * *",
            TagSpecifications=tags("instance-event-window", name=f"cron-{number}"),
        )["InstanceEventWindow"]
        world.keep(f"window-{number}", made, "InstanceEventWindowId")
        ec2.associate_instance_event_window(
            InstanceEventWindowId=made["InstanceEventWindowId"],
            AssociationTarget={"InstanceTags": [{"Key": f"team-{team}", "Value": team}]},
        )
