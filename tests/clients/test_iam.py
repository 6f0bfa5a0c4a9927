"""IAM and STS through boto3."""

import json
import unittest

from angae import Server, refusal

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}


class Identities(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.iam = cls.server.client("iam")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def who(self, **keys):
        return self.server.client("sts", **keys).get_caller_identity()["Arn"]

    def test_a_key_speaks_for_its_user_until_it_is_deactivated(self):
        self.iam.create_user(UserName="anna", Path="/team/")
        made = self.iam.create_access_key(UserName="anna")["AccessKey"]
        keys = {"key": made["AccessKeyId"], "secret": made["SecretAccessKey"]}
        self.assertEqual(self.who(**keys), "arn:aws:iam::000000000000:user/team/anna")
        wrong = {**keys, "secret": "wrong"}
        for service, call, code in (
            ("sts", "get_caller_identity", "SignatureDoesNotMatch"),
            ("ec2", "describe_vpcs", "AuthFailure"),
            ("eks", "list_clusters", "InvalidSignatureException"),
            ("s3", "list_buckets", "SignatureDoesNotMatch"),
        ):
            client = self.server.client(service, **wrong)
            self.assertEqual(refusal(getattr(client, call))[1], code, service)
        self.iam.update_access_key(UserName="anna", AccessKeyId=made["AccessKeyId"], Status="Inactive")
        self.assertEqual(refusal(lambda: self.who(**keys))[1], "InvalidClientTokenId")
        self.iam.delete_access_key(UserName="anna", AccessKeyId=made["AccessKeyId"])
        self.assertEqual(refusal(lambda: self.who(**keys))[1], "InvalidClientTokenId")
        self.iam.delete_user(UserName="anna")

    def test_a_role_session_is_who_it_says(self):
        role = self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=TRUST)["Role"]
        sts = self.server.client("sts")
        session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="ci")["Credentials"]
        keys = {"key": session["AccessKeyId"], "secret": session["SecretAccessKey"]}
        self.assertEqual(
            self.who(token=session["SessionToken"], **keys),
            "arn:aws:sts::000000000000:assumed-role/deploy/ci",
        )
        self.assertEqual(refusal(lambda: self.who(token="forged", **keys))[1], "InvalidClientTokenId")
        account = sts.get_access_key_info(AccessKeyId=session["AccessKeyId"])["Account"]
        self.assertEqual(account, "000000000000")
        self.server.kill()
        self.server.start()
        self.assertEqual(
            self.who(token=session["SessionToken"], **keys),
            "arn:aws:sts::000000000000:assumed-role/deploy/ci",
            "a session needs no state",
        )
        type(self).iam = self.server.client("iam")

    def test_refusals_say_what_aws_says(self):
        self.iam.create_user(UserName="bob")
        for call, want in (
            (lambda: self.iam.create_user(UserName="bob"), (409, "EntityAlreadyExists", "User with name bob already exists.")),
            (lambda: self.iam.get_user(UserName="eve"), (404, "NoSuchEntity", "The user with name eve cannot be found.")),
            (
                lambda: self.iam.create_user(UserName="a b"),
                (
                    400,
                    "ValidationError",
                    "The specified value for userName is invalid. It must contain only alphanumeric characters "
                    "and/or the following: +=,.@_-",
                ),
            ),
            (
                lambda: self.iam.create_policy(PolicyName="p", PolicyDocument="{"),
                (400, "MalformedPolicyDocument", "Syntax errors in policy."),
            ),
        ):
            self.assertEqual(refusal(call), want)
        self.iam.delete_user(UserName="bob")

    def test_policies_have_versions_and_stay_while_attached(self):
        document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
        arn = self.iam.create_policy(PolicyName="all", PolicyDocument=document)["Policy"]["Arn"]
        self.iam.create_user(UserName="carl")
        self.iam.attach_user_policy(UserName="carl", PolicyArn=arn)
        self.assertEqual(refusal(lambda: self.iam.delete_policy(PolicyArn=arn))[1], "DeleteConflict")
        self.assertEqual(refusal(lambda: self.iam.delete_user(UserName="carl"))[1], "DeleteConflict")
        version = self.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
        self.assertEqual(version["PolicyVersion"]["VersionId"], "v2")
        shown = self.iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]["Document"]
        self.assertEqual(shown, json.loads(document))
        self.iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
        self.iam.detach_user_policy(UserName="carl", PolicyArn=arn)
        self.iam.delete_policy(PolicyArn=arn)
        self.iam.delete_user(UserName="carl")

    def test_lists_page_by_name(self):
        for number in range(7):
            self.iam.create_user(UserName=f"page-{number}", Path="/pages/")
        pages = self.iam.get_paginator("list_users").paginate(PathPrefix="/pages/", PaginationConfig={"PageSize": 3})
        self.assertEqual([len(page["Users"]) for page in pages], [3, 3, 1])

    def test_a_simulation_comes_in_pages_with_positions(self):
        document = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
                    {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"},
                ],
            }
        )
        pages = self.iam.get_paginator("simulate_custom_policy").paginate(
            PolicyInputList=[document],
            ActionNames=["s3:GetObject", "s3:DeleteObject", "ec2:RunInstances"],
            PaginationConfig={"PageSize": 2},
        )
        results = [result for page in pages for result in page["EvaluationResults"]]
        decisions = [(result["EvalActionName"], result["EvalDecision"]) for result in results]
        self.assertEqual(
            decisions,
            [
                ("s3:GetObject", "allowed"),
                ("s3:DeleteObject", "explicitDeny"),
                ("ec2:RunInstances", "implicitDeny"),
            ],
        )
        # As recorded of documents that Python wrote: the first statement of a list begins at column 41, the second where
        # the first ends.
        first, second = (results[index]["MatchedStatements"][0] for index in (0, 1))
        self.assertEqual(first["StartPosition"], {"Line": 1, "Column": 41})
        self.assertEqual(second["StartPosition"], first["EndPosition"])
        self.assertEqual(first["SourcePolicyType"], "IAM Policy")

    def test_groups_hold_users_and_policies(self):
        self.iam.create_user(UserName="grouped")
        self.iam.create_group(GroupName="readers", Path="/teams/")
        self.iam.add_user_to_group(GroupName="readers", UserName="grouped")
        members = self.iam.get_paginator("get_group").paginate(GroupName="readers")
        self.assertEqual([user["UserName"] for page in members for user in page["Users"]], ["grouped"])
        self.assertEqual(refusal(lambda: self.iam.delete_group(GroupName="readers"))[1], "DeleteConflict")
        self.iam.put_group_policy(GroupName="readers", PolicyName="p", PolicyDocument=json.dumps(READ))
        self.assertEqual(self.iam.get_group_policy(GroupName="readers", PolicyName="p")["PolicyDocument"], READ)
        aws = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        self.iam.attach_group_policy(GroupName="readers", PolicyArn=aws)
        attached = self.iam.list_attached_group_policies(GroupName="readers")["AttachedPolicies"]
        self.assertEqual(attached, [{"PolicyName": "ReadOnlyAccess", "PolicyArn": aws}])
        used = self.iam.list_entities_for_policy(PolicyArn=aws)
        self.assertEqual([group["GroupName"] for group in used["PolicyGroups"]], ["readers"])
        details = self.iam.get_account_authorization_details(Filter=["Group"])["GroupDetailList"]
        self.assertEqual(details[0]["GroupPolicyList"], [{"PolicyName": "p", "PolicyDocument": READ}])
        self.iam.detach_group_policy(GroupName="readers", PolicyArn=aws)
        self.iam.delete_group_policy(GroupName="readers", PolicyName="p")
        self.iam.remove_user_from_group(GroupName="readers", UserName="grouped")
        self.iam.delete_group(GroupName="readers")
        self.iam.delete_user(UserName="grouped")

    def test_a_node_role_as_terraform_makes_and_destroys_it(self):
        """The calls of aws_iam_role, _policy_attachment, _role_policy and _instance_profile, in their order."""
        aws = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
        made = self.iam.create_role(
            RoleName="node", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=3600, Path="/", Description="nodes",
            Tags=[{"Key": "Name", "Value": "node"}],
        )["Role"]
        self.iam.get_waiter("role_exists").wait(RoleName="node")
        read = self.iam.get_role(RoleName="node")["Role"]
        self.assertEqual(read["RoleId"], made["RoleId"])
        self.assertEqual(read["AssumeRolePolicyDocument"], json.loads(TRUST))
        self.assertEqual((read["MaxSessionDuration"], read["RoleLastUsed"]), (3600, {}))
        self.assertEqual(self.iam.list_role_policies(RoleName="node")["PolicyNames"], [])
        self.iam.attach_role_policy(RoleName="node", PolicyArn=aws)
        self.iam.put_role_policy(RoleName="node", PolicyName="inline", PolicyDocument=json.dumps(READ))
        self.iam.create_instance_profile(InstanceProfileName="node", Path="/")
        self.iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="node")
        self.iam.add_role_to_instance_profile(InstanceProfileName="node", RoleName="node")
        profile = self.iam.get_instance_profile(InstanceProfileName="node")["InstanceProfile"]
        self.assertEqual([role["RoleId"] for role in profile["Roles"]], [made["RoleId"]])
        # force_detach_policies: what hangs on the role is listed and taken away first.
        self.assertEqual(refusal(lambda: self.iam.delete_role(RoleName="node"))[1], "DeleteConflict")
        for profile in self.iam.list_instance_profiles_for_role(RoleName="node")["InstanceProfiles"]:
            name = profile["InstanceProfileName"]
            self.iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName="node")
        for policy in self.iam.list_attached_role_policies(RoleName="node")["AttachedPolicies"]:
            self.iam.detach_role_policy(RoleName="node", PolicyArn=policy["PolicyArn"])
        for name in self.iam.list_role_policies(RoleName="node")["PolicyNames"]:
            self.iam.delete_role_policy(RoleName="node", PolicyName=name)
        self.iam.delete_role(RoleName="node")
        self.iam.delete_instance_profile(InstanceProfileName="node")
        gone = refusal(lambda: self.iam.get_role(RoleName="node"))
        self.assertEqual(gone, (404, "NoSuchEntity", "The role with name node cannot be found."))

    def test_a_service_linked_role_comes_and_goes(self):
        name = "AWSServiceRoleForElasticLoadBalancing"
        made = self.iam.create_service_linked_role(AWSServiceName="elasticloadbalancing.amazonaws.com")["Role"]
        self.assertEqual((made["RoleName"], made["Path"]), (name, "/aws-service-role/elasticloadbalancing.amazonaws.com/"))
        self.assertEqual(refusal(lambda: self.iam.delete_role(RoleName=name))[1], "UnmodifiableEntity")
        task = self.iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
        self.assertEqual(self.iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"], "SUCCEEDED")

    def test_passwords_keep_the_account_s_policy(self):
        self.iam.create_user(UserName="signer")
        self.iam.update_account_password_policy(MinimumPasswordLength=12, RequireNumbers=True)
        weak = refusal(lambda: self.iam.create_login_profile(UserName="signer", Password="no numbers here"))
        self.assertEqual(weak[:2], (400, "PasswordPolicyViolation"))
        self.iam.create_login_profile(UserName="signer", Password="now with 1 number")
        made = self.iam.create_access_key(UserName="signer")["AccessKey"]
        own = self.server.client("iam", key=made["AccessKeyId"], secret=made["SecretAccessKey"])
        own.change_password(OldPassword="now with 1 number", NewPassword="and with 2 numbers")
        used = self.iam.get_access_key_last_used(AccessKeyId=made["AccessKeyId"])
        self.assertEqual(used["AccessKeyLastUsed"]["ServiceName"], "iam")
        self.assertEqual(used["UserName"], "signer")
        self.iam.generate_credential_report()
        report = self.iam.get_credential_report()["Content"].decode().splitlines()
        self.assertTrue(any(line.startswith("signer,arn:aws:iam::000000000000:user/signer,") for line in report))
        self.iam.delete_account_password_policy()
        self.iam.delete_login_profile(UserName="signer")
        self.iam.delete_access_key(UserName="signer", AccessKeyId=made["AccessKeyId"])
        self.iam.delete_user(UserName="signer")

    def test_the_policies_of_aws_come_in_pages(self):
        pages = self.iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 500})
        arns = [policy["Arn"] for page in pages for policy in page["Policies"]]
        self.assertEqual(len(arns), len(set(arns)))
        self.assertIn("arn:aws:iam::aws:policy/AdministratorAccess", arns)


if __name__ == "__main__":
    unittest.main()
