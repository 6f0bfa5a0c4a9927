"""Why a call was denied, asked of IAM's own API as a user of boto3 would: by the id that the error ends with."""

import json
import unittest

from botocore.exceptions import ClientError

from angae import Server, refusal

ROOT = {"key": "000000000000", "secret": "the root user of the account"}
DENY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["iam:*"], "Resource": "*"},
        {
            "Sid": "KeepRoles",
            "Effect": "Deny",
            "Action": "iam:DeleteRole",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": ["red", "blue"]}},
        },
    ],
}


class Troubleshooter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--iam", "enforce", "--bootstrap-key", f"{ROOT['key']}:{ROOT['secret']}")
        cls.addClassCleanup(cls.server.stop)
        cls.iam = cls.server.client("iam", **ROOT)
        cls.toolbox = cls.server.client("iam-toolbox", **ROOT)
        cls.iam.create_user(UserName="anna", Tags=[{"Key": "team", "Value": "green"}])
        cls.iam.put_user_policy(UserName="anna", PolicyName="own", PolicyDocument=json.dumps(DENY))
        made = cls.iam.create_access_key(UserName="anna")["AccessKey"]
        cls.anna = {"key": made["AccessKeyId"], "secret": made["SecretAccessKey"]}

    def denied(self):
        """The id at the end of an error message."""
        with self.assertRaises(ClientError) as raised:
            self.server.client("iam", **self.anna).delete_role(RoleName="deploy")
        error = raised.exception.response["Error"]
        self.assertEqual(error["Code"], "AccessDenied")
        return error["Message"].rsplit("authorization id: ", 1)[1]

    def test_the_id_of_an_error_leads_to_the_statement_that_denied(self):
        told = self.toolbox.get_request_authorization_details(authorizationId=self.denied())
        self.assertEqual(told["requestContext"]["aws:PrincipalTag/team"], "green")
        self.assertIn("Boto3", told["requestContext"]["aws:UserAgent"])
        (evaluation,) = told["evaluations"]
        self.assertEqual(evaluation["action"], "iam:DeleteRole")
        self.assertEqual(evaluation["resource"], "arn:aws:iam::000000000000:role/deploy")
        self.assertEqual(evaluation["evaluatedEffect"], "EXPLICIT_DENY")
        (check,) = evaluation["checks"]
        self.assertEqual((check["checkType"], check["evaluatedEffect"]), ("PRINCIPAL", "EXPLICIT_DENY"))
        (matched,) = check["matchedPolicies"]
        self.assertEqual(matched["matchedStatements"], [{"sid": "KeepRoles", "evaluatedEffect": "DENY"}])
        self.assertEqual([policy["uri"] for policy in told["policies"]], [matched["uri"]])

    def test_the_policy_is_answered_as_a_document(self):
        id = self.denied()
        paginator = self.toolbox.get_paginator("get_request_authorization_details")
        page = next(iter(paginator.paginate(authorizationId=id)))
        uri = page["policies"][0]["uri"]
        self.iam.put_user_policy(UserName="anna", PolicyName="other", PolicyDocument=json.dumps(DENY))
        self.addCleanup(self.iam.delete_user_policy, UserName="anna", PolicyName="other")
        answer = self.toolbox.get_request_authorization_policy(authorizationId=id, policyUri=uri)
        self.assertEqual(answer["policyDocument"], DENY)

    def test_what_is_not_there_raises_what_the_model_names(self):
        with self.assertRaises(self.toolbox.exceptions.ResourceNotFoundException):
            self.toolbox.get_request_authorization_details(authorizationId="nobody1knows2this")
        own = self.server.client("iam-toolbox", **self.anna)
        self.assertIn("evaluations", own.get_request_authorization_details(authorizationId=self.denied()))
        elsewhere = self.server.client("iam-toolbox", region="eu-west-1", **ROOT)
        call = lambda: elsewhere.get_request_authorization_details(authorizationId=self.denied())
        self.assertEqual(refusal(call)[:2], (404, "ResourceNotFoundException"))


if __name__ == "__main__":
    unittest.main()
