"""EKS by boto3: what Terraform does with each of its resources, and the waiters."""

import base64
import http.client
import json
import socket
import ssl
import unittest
import urllib.error
import urllib.request

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from angae import Server, refusal

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": {"Service": None}}],
}


class Eks(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        self.eks = self.server.client("eks")
        self.ec2 = self.server.client("ec2")
        self.iam = self.server.client("iam")

    def role(self, name, service):
        trust = json.loads(json.dumps(TRUST))
        trust["Statement"][0]["Principal"]["Service"] = service
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        return made["Role"]["Arn"]

    def network(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        zones = ["use1-az1", "use1-az2"]
        subnets = []
        for number, zone in enumerate(zones):
            made = self.ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZoneId=zone)
            subnets.append(made["Subnet"]["SubnetId"])
        return vpc, subnets

    def cluster(self, name="one", **more):
        vpc, subnets = self.network()
        made = self.eks.create_cluster(
            name=name,
            roleArn=self.role(f"{name}-cluster", "eks.amazonaws.com"),
            resourcesVpcConfig={"subnetIds": subnets},
            accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
            **more,
        )
        self.assertEqual(made["cluster"]["status"], "CREATING")
        self.eks.get_waiter("cluster_active").wait(name=name)
        return vpc, subnets

    def settled(self, update, name="one", **owner):
        """Terraform's wait: DescribeUpdate until it is over."""
        shown = self.eks.describe_update(name=name, updateId=update["update"]["id"], **owner)["update"]
        self.assertEqual((shown["status"], shown["errors"]), ("Successful", []))
        return shown

    def test_a_cluster_as_terraform_has_it(self):
        vpc, subnets = self.cluster(tags={"team": "red"})
        first = self.eks.describe_cluster(name="one")["cluster"]
        self.assertEqual(self.eks.describe_cluster(name="one")["cluster"], first)
        self.assertEqual(first["resourcesVpcConfig"]["vpcId"], vpc)
        self.assertEqual(set(first["resourcesVpcConfig"]["subnetIds"]), set(subnets))
        self.assertTrue(base64.b64decode(first["certificateAuthority"]["data"]).startswith(b"-----BEGIN CERTIFICATE-----"))
        network = self.ec2.describe_network_interfaces(Filters=[{"Name": "subnet-id", "Values": subnets}])
        self.assertEqual({each["Description"] for each in network["NetworkInterfaces"]}, {"Amazon EKS one"})
        held = refusal(lambda: self.ec2.delete_subnet(SubnetId=subnets[0]))
        self.assertEqual(held[1], "DependencyViolation")
        for change in (
            {"resourcesVpcConfig": {"endpointPrivateAccess": True}},
            {"logging": {"clusterLogging": [{"types": ["api"], "enabled": True}]}},
            {"accessConfig": {"authenticationMode": "API"}},
            {"upgradePolicy": {"supportType": "STANDARD"}},
            {"zonalShiftConfig": {"enabled": True}},
        ):
            self.settled(self.eks.update_cluster_config(name="one", **change))
        versions = [each["clusterVersion"] for each in self.eks.describe_cluster_versions()["clusterVersions"]]
        later = versions[versions.index(first["version"]) - 1]
        self.settled(self.eks.update_cluster_version(name="one", version=later))
        self.assertEqual(self.eks.describe_cluster(name="one")["cluster"]["version"], later)
        key = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"
        wrapped = [{"resources": ["secrets"], "provider": {"keyArn": key}}]
        self.settled(self.eks.associate_encryption_config(clusterName="one", encryptionConfig=wrapped))
        self.assertEqual(self.eks.describe_cluster(name="one")["cluster"]["encryptionConfig"], wrapped)
        self.eks.delete_cluster(name="one")
        self.eks.get_waiter("cluster_deleted").wait(name="one")
        gone = refusal(lambda: self.eks.describe_cluster(name="one"))
        self.assertEqual(gone, (404, "ResourceNotFoundException", "No cluster found for name: one."))
        for subnet in subnets:
            self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_vpc(VpcId=vpc)

    def test_a_node_group_as_terraform_has_it(self):
        vpc, subnets = self.cluster()
        of = {"clusterName": "one", "nodegroupName": "ng"}
        role = self.role("nodes", "ec2.amazonaws.com")
        sizes = {"minSize": 1, "maxSize": 3, "desiredSize": 2}
        made = self.eks.create_nodegroup(**of, subnets=subnets, nodeRole=role, scalingConfig=sizes, labels={"a": "b"}, tags={"team": "red"})
        self.assertEqual(made["nodegroup"]["status"], "CREATING")
        # Nodes are instances that have to come first; the waiters of the SDK look every half minute.
        self.eks.get_waiter("nodegroup_active").wait(**of, WaiterConfig={"Delay": 1})
        shown = self.eks.describe_nodegroup(**of)["nodegroup"]
        self.assertEqual(self.eks.describe_nodegroup(**of)["nodegroup"], shown)
        self.assertEqual((shown["scalingConfig"], shown["subnets"], shown["nodeRole"]), (sizes, subnets, role))
        nodes = self.nodes("ng")
        self.assertEqual({node["SubnetId"] for node in nodes}, set(subnets))
        self.settled(
            self.eks.update_nodegroup_config(
                **of, scalingConfig={"desiredSize": 1}, labels={"addOrUpdateLabels": {"c": "d"}, "removeLabels": ["a"]}
            ),
            nodegroupName="ng",
        )
        shown = self.eks.describe_nodegroup(**of)["nodegroup"]
        self.assertEqual((shown["labels"], shown["scalingConfig"]["desiredSize"]), ({"c": "d"}, 1))
        held = refusal(lambda: self.eks.delete_cluster(name="one"))
        self.assertEqual(held, (409, "ResourceInUseException", "Cluster has nodegroups attached"))
        self.eks.delete_nodegroup(**of)
        self.eks.get_waiter("nodegroup_deleted").wait(**of, WaiterConfig={"Delay": 1})
        self.assertEqual(self.nodes("ng"), [])
        gone = refusal(lambda: self.eks.describe_nodegroup(**of))
        self.assertEqual(gone, (404, "ResourceNotFoundException", "No node group found for name: ng."))
        self.eks.delete_cluster(name="one")
        for subnet in subnets:
            self.ec2.delete_subnet(SubnetId=subnet)

    def nodes(self, name):
        wanted = [{"Name": "tag:eks:nodegroup-name", "Values": [name]}, {"Name": "instance-state-name", "Values": ["pending", "running"]}]
        found = self.ec2.describe_instances(Filters=wanted)["Reservations"]
        return [each for reservation in found for each in reservation["Instances"]]

    def test_an_add_on_as_terraform_has_it(self):
        self.cluster()
        versions = self.eks.describe_addon_versions(addonName="vpc-cni", kubernetesVersion="1.33")["addons"][0]["addonVersions"]
        values = '{"env": {"WARM_IP_TARGET": "3"}}'
        of = {"clusterName": "one", "addonName": "vpc-cni"}
        pods = [{"serviceAccount": "aws-node", "roleArn": self.role("cni", "pods.eks.amazonaws.com")}]
        self.eks.create_addon(
            **of, addonVersion=versions[1]["addonVersion"], configurationValues=values, podIdentityAssociations=pods, resolveConflicts="OVERWRITE"
        )
        self.eks.get_waiter("addon_active").wait(**of)
        shown = self.eks.describe_addon(**of)["addon"]
        self.assertEqual(self.eks.describe_addon(**of)["addon"], shown)
        self.assertEqual(shown["configurationValues"], values)
        association = shown["podIdentityAssociations"][0].rsplit("/", 1)[1]
        owned = self.eks.describe_pod_identity_association(clusterName="one", associationId=association)["association"]
        self.assertEqual(owned["ownerArn"], shown["addonArn"])
        update = self.eks.update_addon(**of, addonVersion=versions[0]["addonVersion"], resolveConflicts="PRESERVE")
        self.settled(update, addonName="vpc-cni")
        self.eks.delete_addon(**of)
        self.eks.get_waiter("addon_deleted").wait(**of)
        gone = refusal(lambda: self.eks.describe_addon(**of))
        self.assertEqual(gone, (404, "ResourceNotFoundException", "No addon: vpc-cni found in cluster: one"))

    def test_who_enters_as_terraform_has_it(self):
        self.cluster()
        principal = self.role("ops", "ec2.amazonaws.com")
        of = {"clusterName": "one", "principalArn": principal}
        self.eks.create_access_entry(**of, kubernetesGroups=["viewers"])
        policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
        scope = {"type": "namespace", "namespaces": ["default"]}
        self.eks.associate_access_policy(**of, policyArn=policy, accessScope=scope)
        listed = self.eks.get_paginator("list_associated_access_policies").paginate(**of).build_full_result()
        self.assertEqual(listed["associatedAccessPolicies"][0]["accessScope"], scope)
        self.eks.update_access_entry(**of, kubernetesGroups=[])
        self.assertEqual(self.eks.describe_access_entry(**of)["accessEntry"]["kubernetesGroups"], [])
        self.eks.disassociate_access_policy(**of, policyArn=policy)
        self.eks.delete_access_entry(**of)
        self.assertEqual(refusal(lambda: self.eks.describe_access_entry(**of))[:2], (404, "ResourceNotFoundException"))

    def test_the_rest_as_terraform_has_it(self):
        self.cluster()
        of = {"clusterName": "one"}
        role = self.role("pod", "pods.eks.amazonaws.com")
        made = self.eks.create_pod_identity_association(**of, namespace="n", serviceAccount="s", roleArn=role)["association"]
        which = {**of, "associationId": made["associationId"]}
        self.assertEqual(self.eks.describe_pod_identity_association(**which)["association"], made)
        self.eks.delete_pod_identity_association(**which)
        gone = refusal(lambda: self.eks.describe_pod_identity_association(**which))
        self.assertEqual(gone[:2], (404, "ResourceNotFoundException"))

        run = self.role("run", "eks-fargate-pods.amazonaws.com")
        profile = {**of, "fargateProfileName": "p"}
        self.eks.create_fargate_profile(**profile, podExecutionRoleArn=run, selectors=[{"namespace": "n"}])
        self.eks.get_waiter("fargate_profile_active").wait(**profile)
        self.eks.delete_fargate_profile(**profile)
        self.eks.get_waiter("fargate_profile_deleted").wait(**profile)

        oidc = {"identityProviderConfigName": "corp", "issuerUrl": "https://login.example.com", "clientId": "k8s"}
        self.settled(self.eks.associate_identity_provider_config(**of, oidc=oidc))
        provider = {**of, "identityProviderConfig": {"type": "oidc", "name": "corp"}}
        shown = self.eks.describe_identity_provider_config(**provider)["identityProviderConfig"]["oidc"]
        self.assertEqual((shown["status"], shown["issuerUrl"]), ("ACTIVE", oidc["issuerUrl"]))
        self.settled(self.eks.disassociate_identity_provider_config(**provider))
        gone = refusal(lambda: self.eks.describe_identity_provider_config(**provider))
        self.assertEqual(gone[:2], (404, "ResourceNotFoundException"))

        kro = self.role("kro", "capabilities.eks.amazonaws.com")
        capability = {**of, "capabilityName": "kro"}
        self.eks.create_capability(**capability, type="KRO", roleArn=kro, deletePropagationPolicy="RETAIN")
        self.assertEqual(self.eks.describe_capability(**capability)["capability"]["status"], "ACTIVE")
        self.eks.delete_capability(**capability)
        gone = refusal(lambda: self.eks.describe_capability(**capability))
        self.assertEqual(gone[:2], (404, "ResourceNotFoundException"))

        update = self.eks.create_certificate_authority(**of)
        self.eks.get_waiter("certificate_authority_update_complete").wait(name="one", updateId=update["update"]["id"])

    def test_two_regions_and_two_accounts_are_apart(self):
        self.cluster()
        for other in (self.server.client("eks", region="eu-west-1"), self.server.client("eks", key="111111111111")):
            self.assertEqual(other.list_clusters()["clusters"], [])
            self.assertEqual(refusal(lambda: other.describe_cluster(name="one"))[:2], (404, "ResourceNotFoundException"))

    def test_a_token_of_a_cluster_is_a_question_to_sts(self):
        """The name of the cluster is signed: with another one the token is nobody's."""
        self.iam.create_user(UserName="anna")
        key = self.iam.create_access_key(UserName="anna")["AccessKey"]
        request = AWSRequest("GET", f"{self.server.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15")
        request.headers["x-k8s-aws-id"] = "one"
        own = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        SigV4QueryAuth(own, "sts", "us-east-1", expires=60).add_auth(request)
        asked = urllib.request.Request(request.url, headers={"x-k8s-aws-id": "one"})
        with urllib.request.urlopen(asked) as answer:
            self.assertIn(b"arn:aws:iam::000000000000:user/anna", answer.read())
        asked = urllib.request.Request(request.url, headers={"x-k8s-aws-id": "two"})
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(asked)
        self.assertEqual(raised.exception.code, 403)
        raised.exception.close()


class Issuers(unittest.TestCase):
    """Over TLS an issuer is found by its own host."""

    def test_an_issuer_is_found_where_aws_shows_it(self):
        server = Server("--tls")
        self.addCleanup(server.stop)
        eks = server.client("eks", secure=True)
        iam = server.client("iam", secure=True)
        ec2 = server.client("ec2", secure=True)
        trust = json.loads(json.dumps(TRUST))
        trust["Statement"][0]["Principal"]["Service"] = "eks.amazonaws.com"
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        subnets = ec2.describe_subnets(Filters=[{"Name": "availability-zone-id", "Values": ["use1-az1", "use1-az2"]}])
        subnets = [each["SubnetId"] for each in subnets["Subnets"]]
        eks.create_cluster(name="one", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
        issuer = eks.describe_cluster(name="one")["cluster"]["identity"]["oidc"]["issuer"]
        host, path = issuer.removeprefix("https://").split("/", 1)
        context = ssl.create_default_context(cafile=server.authority())
        port = int(server.endpoint.rsplit(":", 1)[1])
        # The host's certificate is looked at; its name leads here.
        with context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=host) as secure:
            line = f"GET /{path}/.well-known/openid-configuration HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            secure.sendall(line.encode())
            answer = http.client.HTTPResponse(secure)
            answer.begin()
            told = json.load(answer)
        self.assertEqual((told["issuer"], told["jwks_uri"]), (issuer, f"{issuer}/keys"))


if __name__ == "__main__":
    unittest.main()
