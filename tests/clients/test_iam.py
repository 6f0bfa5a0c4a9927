"""IAM and STS through boto3."""

import json
import unittest

from angae import Server, refusal

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


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
                    "1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: "
                    "Member must satisfy regular expression pattern: [\\w+=,.@-]+",
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


if __name__ == "__main__":
    unittest.main()
