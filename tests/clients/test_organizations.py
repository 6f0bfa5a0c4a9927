"""Organizations through boto3, with policies enforced: what binds whom, at which level."""

import json
import unittest
import urllib.error
import urllib.request

from angae import Server, refusal

MANAGEMENT = "000000000000"
SECRET = "root of the management account"
FULL = "p-FullAWSAccess"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Organizations(unittest.TestCase):
    """One organization of three accounts: the management account, `dev` in a unit, and `data` with a bucket."""

    def setUp(self):
        self.server = Server("--iam", "enforce", "--bootstrap-key", f"{MANAGEMENT}:{SECRET}")
        self.addCleanup(self.server.stop)
        iam = self.root("iam")
        iam.create_user(UserName="anna")
        iam.attach_user_policy(UserName="anna", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        key = iam.create_access_key(UserName="anna")["AccessKey"]
        self.anna = {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
        self.organizations = self.client("organizations")
        self.id = self.organizations.create_organization()["Organization"]["Id"]
        self.top = self.organizations.list_roots()["Roots"][0]["Id"]
        for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
            self.organizations.enable_policy_type(RootId=self.top, PolicyType=kind)
        self.unit = self.organizations.create_organizational_unit(ParentId=self.top, Name="work")
        self.unit = self.unit["OrganizationalUnit"]["Id"]
        self.dev, self.data = self.account("dev"), self.account("data")
        self.organizations.move_account(
            AccountId=self.dev, SourceParentId=self.top, DestinationParentId=self.unit
        )

    def root(self, service):
        return self.server.client(service, key=MANAGEMENT, secret=SECRET)

    def client(self, service):
        """As anna, who may everything, of the management account."""
        return self.server.client(service, **self.anna)

    def account(self, name):
        asked = self.organizations.create_account(Email=f"{name}@example.org", AccountName=name)
        status = self.organizations.describe_create_account_status(
            CreateAccountRequestId=asked["CreateAccountStatus"]["Id"]
        )["CreateAccountStatus"]
        self.assertEqual(status["State"], "SUCCEEDED")
        return status["AccountId"]

    def within(self, account):
        """Clients in an account of the organization, by the role that AWS makes there."""
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        made = self.client("sts").assume_role(RoleArn=role, RoleSessionName="anna")["Credentials"]
        keys = {"key": made["AccessKeyId"], "secret": made["SecretAccessKey"], "token": made["SessionToken"]}
        return lambda service: self.server.client(service, **keys)

    def policy(self, name, *statements, kind="SERVICE_CONTROL_POLICY"):
        made = self.organizations.create_policy(
            Name=name, Description="", Type=kind, Content=document(*statements)
        )
        return made["Policy"]["PolicySummary"]

    def attach(self, policy, target):
        self.organizations.attach_policy(PolicyId=policy["Id"], TargetId=target)

    def denied(self, call, action, resource, reason, account=None):
        status, code, sentence = refusal(call)
        caller = f"arn:aws:sts::{account or self.dev}:assumed-role/OrganizationAccountAccessRole/anna"
        self.assertEqual(status, 403, (code, sentence))
        want = f"User: {caller} is not authorized to perform: {action} on resource: {resource} {reason}"
        self.assertIn(want, sentence)

    def test_a_deny_binds_the_members_and_not_the_management_account(self):
        dev = self.within(self.dev)
        dev("s3").create_bucket(Bucket="mine")
        deny = self.policy("frozen", {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"})
        self.attach(deny, self.top)
        reason = f"with an explicit deny in a service control policy: {deny['Arn']}"
        for start in (False, True):
            if start:
                # What was answered is there again after kill -9.
                self.server.kill()
                self.server.start()
                dev = self.within(self.dev)
            self.denied(
                lambda: dev("s3").delete_bucket(Bucket="mine"), "s3:DeleteBucket", '"arn:aws:s3:::mine"', reason
            )
        own = self.client("s3")
        own.create_bucket(Bucket="of-management")
        own.delete_bucket(Bucket="of-management")
        self.organizations = self.client("organizations")
        self.organizations.detach_policy(PolicyId=deny["Id"], TargetId=self.top)
        dev("s3").delete_bucket(Bucket="mine")

    def test_every_level_has_to_allow(self):
        dev, data = self.within(self.dev), self.within(self.data)
        only = self.policy("only some", {"Effect": "Allow", "Action": ["s3:*", "iam:*"], "Resource": "*"})
        self.attach(only, self.unit)
        dev("ec2").describe_vpcs()
        self.organizations.detach_policy(PolicyId=FULL, TargetId=self.unit)
        reason = "because no service control policy allows the ec2:DescribeVpcs action"
        self.denied(lambda: dev("ec2").describe_vpcs(), "ec2:DescribeVpcs", "*", reason)
        dev("s3").list_buckets()
        simulated = dev("iam").simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::{self.dev}:role/OrganizationAccountAccessRole",
            ActionNames=["s3:ListAllMyBuckets", "ec2:DescribeVpcs"],
        )["EvaluationResults"]
        self.assertEqual(
            [(one["EvalDecision"], one["OrganizationsDecisionDetail"]) for one in simulated],
            [
                ("allowed", {"AllowedByOrganizations": True}),
                ("implicitDeny", {"AllowedByOrganizations": False}),
            ],
        )
        data("ec2").describe_vpcs()
        self.client("ec2").describe_vpcs()
        status, code, _ = refusal(
            lambda: self.organizations.detach_policy(PolicyId=only["Id"], TargetId=self.unit)
        )
        self.assertEqual((status, code), (400, "ConstraintViolationException"))
        # Elsewhere in the tree it is bound by other policies.
        self.organizations.move_account(
            AccountId=self.dev, SourceParentId=self.unit, DestinationParentId=self.top
        )
        dev("ec2").describe_vpcs()

    def test_a_perimeter_keeps_strangers_from_a_bucket(self):
        data = self.within(self.data)
        bucket = data("s3")
        bucket.create_bucket(Bucket="shared")
        bucket.delete_public_access_block(Bucket="shared")
        bucket.put_bucket_policy(
            Bucket="shared",
            Policy=document(
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shared/*"}
            ),
        )
        bucket.put_object(Bucket="shared", Key="k", Body=b"text")
        perimeter = self.policy(
            "perimeter",
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": self.id},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            },
            kind="RESOURCE_CONTROL_POLICY",
        )
        anonymous = self.server.endpoint + "/shared/k"
        self.assertEqual(read(anonymous), 200)
        self.attach(perimeter, self.data)
        self.assertEqual(read(anonymous), 403)
        dev = self.within(self.dev)
        for member in (dev("s3"), bucket, self.client("s3")):
            self.assertEqual(member.get_object(Bucket="shared", Key="k")["Body"].read(), b"text")
        # The key is told where policies ask for it: the path of whoever calls.
        conditions = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{self.id}/{self.top}/{self.unit}/*"}}
        by_path = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shared/*"}
        bucket.put_bucket_policy(
            Bucket="shared",
            Policy=document(
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shared/*"},
                {**by_path, "Condition": conditions},
            ),
        )
        self.denied(
            lambda: dev("s3").get_object(Bucket="shared", Key="k"),
            "s3:GetObject",
            '"arn:aws:s3:::shared/k"',
            "with an explicit deny in a resource-based policy",
        )
        # Who has left is a stranger, to whom nothing is explained.
        self.organizations.remove_account_from_organization(AccountId=self.dev)
        status, code, sentence = refusal(lambda: dev("s3").get_object(Bucket="shared", Key="k"))
        self.assertEqual((status, code, sentence), (403, "AccessDenied", "Access Denied"))

    def test_roles_are_assumed_under_the_policies_of_both_accounts(self):
        dev = self.within(self.dev)
        trust = {"Effect": "Allow", "Principal": {"AWS": self.dev}, "Action": "sts:AssumeRole"}
        role = self.within(self.data)("iam").create_role(
            RoleName="reader", AssumeRolePolicyDocument=document(trust)
        )["Role"]["Arn"]

        def assume():
            return dev("sts").assume_role(RoleArn=role, RoleSessionName="session")

        assume()
        deny = self.policy("no roles", {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"})
        self.attach(deny, self.unit)
        self.denied(assume, "sts:AssumeRole", role, "with an explicit deny in a service control policy")
        self.organizations.detach_policy(PolicyId=deny["Id"], TargetId=self.unit)
        assume()
        closed = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
        closed = self.policy("closed", closed, kind="RESOURCE_CONTROL_POLICY")
        self.attach(closed, self.data)
        self.denied(assume, "sts:AssumeRole", role, "with an explicit deny in a resource control policy")

    def test_root_of_a_member_is_for_the_management_account_that_switched_it_on(self):
        iam, sts = self.client("iam"), self.client("sts")
        task = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}

        def enter():
            return sts.assume_root(TargetPrincipal=self.dev, TaskPolicyArn=task)

        self.assertEqual(refusal(enter)[:2], (403, "AccessDenied"))
        self.assertEqual(
            refusal(iam.enable_organizations_root_sessions)[1], "ServiceAccessNotEnabledException"
        )
        self.organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
        on = iam.enable_organizations_root_sessions()
        self.assertEqual((on["OrganizationId"], on["EnabledFeatures"]), (self.id, ["RootSessions"]))
        self.assertEqual(
            refusal(self.within(self.dev)("iam").list_organizations_features)[1],
            "AccountNotManagementOrDelegatedAdministratorException",
        )
        made = enter()["Credentials"]
        keys = {"key": made["AccessKeyId"], "secret": made["SecretAccessKey"], "token": made["SessionToken"]}
        who = self.server.client("sts", **keys).get_caller_identity()
        self.assertEqual(who["Arn"], f"arn:aws:iam::{self.dev}:root")
        iam.disable_organizations_root_sessions()
        self.assertEqual(iam.list_organizations_features()["EnabledFeatures"], [])
        self.assertEqual(refusal(enter)[:2], (403, "AccessDenied"))

    def test_who_may_use_organizations_is_said_by_identity_policies(self):
        iam = self.client("iam")
        iam.create_user(UserName="bob")
        policy = self.policy("tagged", {"Effect": "Deny", "Action": "s3:*", "Resource": "*"})
        self.organizations.tag_resource(ResourceId=policy["Id"], Tags=[{"Key": "team", "Value": "red"}])
        other = self.policy("other", {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"})
        allow = {
            "Effect": "Allow",
            "Action": ["organizations:DescribePolicy", "organizations:DescribeAccount"],
            "Resource": [policy["Arn"], f"arn:aws:organizations::{MANAGEMENT}:account/{self.id}/{self.dev}"],
        }
        iam.put_user_policy(UserName="bob", PolicyName="own", PolicyDocument=document(allow))
        key = iam.create_access_key(UserName="bob")["AccessKey"]
        bob = self.server.client("organizations", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
        bob.describe_policy(PolicyId=policy["Id"])
        bob.describe_account(AccountId=self.dev)
        caller = f"arn:aws:iam::{MANAGEMENT}:user/bob"
        action = "organizations:DescribePolicy"
        status, code, sentence = refusal(lambda: bob.describe_policy(PolicyId=other["Id"]))
        self.assertEqual((status, code), (400, "AccessDeniedException"))
        self.assertEqual(
            sentence,
            f"User: {caller} is not authorized to perform: {action} on resource: {other['Arn']} because no "
            f"identity-based policy allows the {action} action",
        )


def read(url):
    """The status of an anonymous GET."""
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


if __name__ == "__main__":
    unittest.main()
