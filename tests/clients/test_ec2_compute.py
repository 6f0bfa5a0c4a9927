"""EC2 key pairs, launch templates and placement groups through boto3, as Terraform and others use them."""

import base64
import hashlib
import unittest

from angae import Server, refusal

# A key of ssh-keygen, and what `ssh-keygen -l` says of it.
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICFJBdBzMaoGdOkSoYUuGOWkx9wa5p/qLYGK3gvjgyOS me@home"
ED25519_FINGERPRINT = "tTgqL1Md5te3TlGBALLS5IcdMz9XksfI/s40KCr12e4="
# DER before a PKCS #1 key of 2048 bits in PKCS #8: version and algorithm.
PKCS8_INNER = bytes.fromhex("020100300d06092a864886f70d0101010500")

DATA = {
    "ImageId": "ami-0123456789abcdef0",
    "InstanceType": "t3.micro",
    "KeyName": "deployer",
    "EbsOptimized": True,
    "DisableApiTermination": False,
    "UserData": base64.b64encode(b"#!/bin/sh\necho hello\n").decode(),
    "SecurityGroupIds": ["sg-0b", "sg-0a"],
    "IamInstanceProfile": {"Arn": "arn:aws:iam::000000000000:instance-profile/web"},
    "Monitoring": {"Enabled": True},
    "Placement": {"AvailabilityZone": "us-east-1a", "Tenancy": "default", "PartitionNumber": 3},
    "CpuOptions": {"CoreCount": 2, "ThreadsPerCore": 1},
    "CreditSpecification": {"CpuCredits": "unlimited"},
    "InstanceInitiatedShutdownBehavior": "terminate",
    "BlockDeviceMappings": [
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Iops": 3000, "Encrypted": True}},
        {"DeviceName": "/dev/xvdb", "VirtualName": "ephemeral0"},
        {"DeviceName": "/dev/xvdc", "NoDevice": ""},
    ],
    "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 2},
    "PrivateDnsNameOptions": {"HostnameType": "ip-name", "EnableResourceNameDnsARecord": False},
    "InstanceMarketOptions": {
        "MarketType": "spot",
        "SpotOptions": {"MaxPrice": "0.05", "SpotInstanceType": "one-time", "BlockDurationMinutes": 60},
    },
    "TagSpecifications": [
        {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}, {"Key": "a", "Value": ""}]},
        {"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "disk"}]},
    ],
}


def der(tag, content):
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 | len(size)]) + size + content


def body(pem):
    return base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-----")))


class Compute(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ec2 = cls.server.client("ec2")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def versions(self, **wish):
        return self.ec2.describe_launch_template_versions(**wish)["LaunchTemplateVersions"]

    def test_terraforms_life_of_a_key_pair(self):
        """aws_key_pair: import, read with the public key, the same again, other tags, delete, gone."""
        tags = [{"ResourceType": "key-pair", "Tags": [{"Key": "team", "Value": "red"}]}]
        made = self.ec2.import_key_pair(
            KeyName="deployer", PublicKeyMaterial=ED25519.encode(), TagSpecifications=tags
        )
        self.assertEqual(made["KeyFingerprint"], ED25519_FINGERPRINT)

        def read():
            return self.ec2.describe_key_pairs(KeyNames=["deployer"], IncludePublicKey=True)["KeyPairs"]

        first = read()
        self.assertEqual(first, read())
        self.assertEqual(first[0]["PublicKey"].split()[:2], ED25519.split()[:2])
        self.assertEqual((first[0]["KeyType"], first[0]["KeyPairId"]), ("ed25519", made["KeyPairId"]))
        self.assertNotIn("PublicKey", self.ec2.describe_key_pairs(KeyNames=["deployer"])["KeyPairs"][0])
        self.ec2.get_waiter("key_pair_exists").wait(KeyNames=["deployer"], WaiterConfig={"MaxAttempts": 1})
        self.ec2.create_tags(Resources=[made["KeyPairId"]], Tags=[{"Key": "team", "Value": "blue"}])
        self.assertEqual(read()[0]["Tags"], [{"Key": "team", "Value": "blue"}])
        self.assertTrue(self.ec2.delete_key_pair(KeyName="deployer")["Return"])
        gone = (400, "InvalidKeyPair.NotFound", "The key pair 'deployer' does not exist")
        self.assertEqual(refusal(read), gone)
        self.assertTrue(self.ec2.delete_key_pair(KeyName="deployer")["Return"])

    def test_a_created_rsa_key_has_the_fingerprint_of_its_private_key(self):
        made = self.ec2.create_key_pair(KeyName="rsa")
        key = body(made["KeyMaterial"])
        pkcs8 = der(0x30, PKCS8_INNER + der(0x04, key))
        digest = hashlib.sha1(pkcs8).hexdigest()
        self.assertEqual(made["KeyFingerprint"], ":".join(digest[at : at + 2] for at in range(0, 40, 2)))
        self.assertEqual(len(made["KeyFingerprint"]), 59)
        self.ec2.delete_key_pair(KeyPairId=made["KeyPairId"])

    def test_a_created_ed25519_key_holds_its_public_half(self):
        made = self.ec2.create_key_pair(KeyName="ed", KeyType="ed25519")
        shown = self.ec2.describe_key_pairs(KeyNames=["ed"], IncludePublicKey=True)["KeyPairs"][0]
        blob = base64.b64decode(shown["PublicKey"].split()[1])
        file = body(made["KeyMaterial"])
        self.assertTrue(file.startswith(b"openssh-key-v1\0"))
        self.assertEqual(file.count(blob[-32:]), 3)
        self.assertEqual(made["KeyFingerprint"], base64.b64encode(hashlib.sha256(blob).digest()).decode())
        self.ec2.delete_key_pair(KeyName="ed")

    def test_terraforms_life_of_a_launch_template(self):
        """aws_launch_template: create, read both, the same again, a new version as default, delete, gone."""
        tags = [{"ResourceType": "launch-template", "Tags": [{"Key": "team", "Value": "red"}]}]
        made = self.ec2.create_launch_template(
            LaunchTemplateName="web", VersionDescription="first", LaunchTemplateData=DATA, TagSpecifications=tags
        )["LaunchTemplate"]
        id = made["LaunchTemplateId"]
        self.assertEqual((made["DefaultVersionNumber"], made["LatestVersionNumber"]), (1, 1))

        def read(version):
            template = self.ec2.describe_launch_templates(LaunchTemplateIds=[id])["LaunchTemplates"][0]
            return template, self.versions(LaunchTemplateId=id, Versions=[str(version)])[0]

        first = read(1)
        self.assertEqual(first, read(1))
        self.assertEqual(first[0], made)
        self.assertEqual(first[1]["LaunchTemplateData"], DATA)
        self.assertEqual((first[1]["VersionDescription"], first[1]["DefaultVersion"]), ("first", True))
        changed = {**DATA, "InstanceType": "t3.small"}
        version = self.ec2.create_launch_template_version(LaunchTemplateId=id, LaunchTemplateData=changed)
        number = version["LaunchTemplateVersion"]["VersionNumber"]
        self.ec2.modify_launch_template(LaunchTemplateId=id, DefaultVersion=str(number))
        template, second = read(number)
        self.assertEqual((template["DefaultVersionNumber"], template["LatestVersionNumber"]), (2, 2))
        self.assertEqual(second["LaunchTemplateData"], changed)
        self.assertNotIn("VersionDescription", second)
        self.assertEqual(first[1]["LaunchTemplateData"], read(1)[1]["LaunchTemplateData"])
        self.ec2.delete_launch_template(LaunchTemplateId=id)
        sentence = f"The specified launch template, with template ID {id}, does not exist."
        self.assertEqual(refusal(lambda: read(1)), (400, "InvalidLaunchTemplateId.NotFound", sentence))

    def test_karpenter_makes_a_template_where_none_has_the_name(self):
        missing = "At least one of the launch templates specified in the request does not exist."
        self.assertEqual(
            refusal(lambda: self.ec2.describe_launch_templates(LaunchTemplateNames=["karpenter"])),
            (400, "InvalidLaunchTemplateName.NotFoundException", missing),
        )
        data = {"ImageId": "ami-1", "MetadataOptions": {"HttpTokens": "required"}}
        self.ec2.create_launch_template(LaunchTemplateName="karpenter", LaunchTemplateData=data)
        found = self.ec2.describe_launch_templates(LaunchTemplateNames=["karpenter"])["LaunchTemplates"]
        self.assertEqual([own["LaunchTemplateName"] for own in found], ["karpenter"])
        self.ec2.delete_launch_template(LaunchTemplateName="karpenter")

    def test_pages_of_versions(self):
        self.ec2.create_launch_template(LaunchTemplateName="many", LaunchTemplateData={"ImageId": "ami-1"})
        for _ in range(6):
            self.ec2.create_launch_template_version(
                LaunchTemplateName="many", SourceVersion="$Latest", LaunchTemplateData={"InstanceType": "t3.micro"}
            )
        pages = self.ec2.get_paginator("describe_launch_template_versions").paginate(
            LaunchTemplateName="many", PaginationConfig={"PageSize": 3}
        )
        numbers = [[own["VersionNumber"] for own in page["LaunchTemplateVersions"]] for page in pages]
        self.assertEqual(numbers, [[7, 6, 5], [4, 3, 2], [1]])
        last = self.versions(LaunchTemplateName="many", Versions=["$Latest"])[0]
        self.assertEqual(last["LaunchTemplateData"], {"ImageId": "ami-1", "InstanceType": "t3.micro"})
        self.ec2.delete_launch_template(LaunchTemplateName="many")

    def test_terraforms_life_of_a_placement_group(self):
        """aws_placement_group: create, wait, read, the same again, delete, gone."""
        made = self.ec2.create_placement_group(GroupName="parts", Strategy="partition", PartitionCount=4)
        group = made["PlacementGroup"]
        self.assertEqual((group["State"], group["PartitionCount"]), ("available", 4))

        def read():
            return self.ec2.describe_placement_groups(GroupNames=["parts"])["PlacementGroups"]

        self.assertEqual(read(), [group])
        self.assertEqual(read(), read())
        again = refusal(lambda: self.ec2.create_placement_group(GroupName="parts", Strategy="cluster"))
        sentence = "The placement group 'parts' already exists."
        self.assertEqual(again, (400, "InvalidPlacementGroup.Duplicate", sentence))
        self.ec2.delete_placement_group(GroupName="parts")
        gone = (400, "InvalidPlacementGroup.Unknown", "The Placement Group 'parts' is unknown.")
        self.assertEqual(refusal(read), gone)

    def test_a_dry_run_makes_nothing(self):
        for call in [
            lambda: self.ec2.create_key_pair(KeyName="dry", DryRun=True),
            lambda: self.ec2.import_key_pair(KeyName="dry", PublicKeyMaterial=ED25519.encode(), DryRun=True),
            lambda: self.ec2.create_launch_template(LaunchTemplateName="dry", LaunchTemplateData=DATA, DryRun=True),
            lambda: self.ec2.create_placement_group(GroupName="dry", DryRun=True),
        ]:
            self.assertEqual(refusal(call)[:2], (412, "DryRunOperation"))
        self.assertEqual(self.ec2.describe_key_pairs()["KeyPairs"], [])
        self.assertEqual(self.ec2.describe_launch_templates()["LaunchTemplates"], [])
        self.assertEqual(self.ec2.describe_placement_groups()["PlacementGroups"], [])


class Seeds(unittest.TestCase):
    def test_a_seed_makes_the_same_keys_again(self):
        def keys(seed):
            server = Server("--seed", seed)
            try:
                ec2 = server.client("ec2")
                made = [ec2.create_key_pair(KeyName=kind, KeyType=kind) for kind in ("rsa", "ed25519")]
                return [own["KeyMaterial"] for own in made]
            finally:
                server.stop()

        self.assertEqual(keys("7"), keys("7"))
        self.assertNotEqual(keys("7"), keys("8"))


if __name__ == "__main__":
    unittest.main()
