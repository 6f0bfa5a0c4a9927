//! What is no policy, sentence by sentence. Sources: the documents that IAM's own parser refused, as contributors of moto
//! recorded them, and LocalStack's recorded answers.

use crate::{DOCUMENT, TRUST, refuses, role, start, user};
use serde_json::json;

const IAM_PATHS: &str = "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.";

/// The document of one statement.
fn one(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#)
}

/// The document that is about one resource.
fn about(resource: &str) -> String {
    one(&format!(r#""Effect":"Allow","Action":"s3:ListBucket","Resource":"{resource}""#))
}

#[test]
fn identity_policies_are_refused_in_the_words_of_the_grammar() {
    let (_server, iam) = start();
    user(&iam, "anna");
    role(&iam, "builder");
    let double = one(
        r#""Sid":"s","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"s","Effect":"Allow","Action":"s3:*","Resource":"*""#,
    );
    for (document, sentence) in [
        ("nothing".to_owned(), "Syntax errors in policy."),
        (one(r#""Effect":"Permit","Action":"s3:*","Resource":"*""#), "Syntax errors in policy."),
        (
            DOCUMENT.replace("2012-10-17", "2008-10-17"),
            "Policy document must be version 2012-10-17 or greater.",
        ),
        (one(r#""Effect":"denY","Action":"s3:*","Resource":"*""#), "The policy failed legacy parsing"),
        (about("arn:aws:s3::b"), "The policy failed legacy parsing"),
        (one(r#""Effect":"Allow","Resource":"*""#), "Policy statement must contain actions."),
        (one(r#""Effect":"Allow","Action":"s3:*""#), "Policy statement must contain resources."),
        (double, "Statement IDs (SID) in a single policy must be unique."),
        (
            one(r#""Sid":"a-b","Effect":"Allow","Action":"s3:*","Resource":"*""#),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        ),
        (
            one(r#""Effect":"Allow","Action":"invalid","Resource":"*""#),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (
            one(r#""Effect":"Allow","Action":"s3:List:Bucket","Resource":"*""#),
            "Actions/Condition can contain only one colon.",
        ),
        (one(r#""Effect":"Allow","Action":"a a:List","Resource":"*""#), "Vendor a a is not valid"),
        (about("invalid resource"), "Resource invalid resource must be in ARN format or \"*\"."),
        (about("arn:error:s3:::b"), "Partition \"error\" is not valid for resource \"arn:error:s3:::b\"."),
        (
            about("arn:aws:iam:us-east-1::b"),
            "IAM resource arn:aws:iam:us-east-1::b cannot contain region information.",
        ),
        (
            about("arn:aws:s3:us-east-1::b"),
            "Resource arn:aws:s3:us-east-1::b can not contain region information.",
        ),
        (about("arn:aws:iam:::b"), IAM_PATHS),
        (about("arn:aws"), "Resource vendor must be fully qualified and cannot contain regexes."),
        (
            one(r#""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*""#),
            "Policy document should not specify a principal.",
        ),
    ] {
        // Wherever the document would go, it is refused alike.
        for (operation, mut parameters) in [
            ("CreatePolicy", json!({ "PolicyName": "p" })),
            ("PutUserPolicy", json!({ "UserName": "anna", "PolicyName": "p" })),
            ("PutRolePolicy", json!({ "RoleName": "builder", "PolicyName": "p" })),
        ] {
            parameters["PolicyDocument"] = json!(document);
            refuses(&iam, &[(operation, parameters, 400, "MalformedPolicyDocument", sentence)]);
        }
    }
}

#[test]
fn trust_policies_are_refused_in_the_words_of_theirs() {
    let (_server, iam) = start();
    role(&iam, "builder");
    for (document, sentence) in [
        ("{".to_owned(), "This policy contains invalid Json"),
        (one(r#""Effect":"Allow","Action":"sts:AssumeRole""#), "Missing required field Principal"),
        (
            one(r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{}"#),
            "Missing required field Principal cannot be empty!",
        ),
        (TRUST.replace("sts:AssumeRole", "*"), "AssumeRole policy may only specify STS AssumeRole actions."),
        (TRUST.replace(r#""Action""#, r#""Resource":"*","Action""#), "Has prohibited field Resource"),
        (TRUST.replace("Allow", "allow"), "Invalid effect: allow"),
        (
            TRUST.replace(r#"{"AWS":"*"}"#, r#"{"Service":"codepipeline"}"#),
            "Invalid principal in policy: \"SERVICE\":\"codepipeline\"",
        ),
        (
            TRUST.replace(r#""Action""#, r#""Condition":{"StringSame":{"a":"b"}},"Action""#),
            "Invalid Condition type : StringSame",
        ),
    ] {
        let update = json!({ "RoleName": "builder", "PolicyDocument": document });
        let create = json!({ "RoleName": "other", "AssumeRolePolicyDocument": document });
        refuses(
            &iam,
            &[
                ("UpdateAssumeRolePolicy", update, 400, "MalformedPolicyDocument", sentence),
                ("CreateRole", create, 400, "MalformedPolicyDocument", sentence),
            ],
        );
    }
}

#[test]
fn bucket_policies_are_refused_in_the_words_of_theirs() {
    let (server, _iam) = start();
    let s3 = server.client("s3");
    s3.request("PUT", "/photos").send().ok();
    let of = |member: &str| {
        one(&format!(r#"{member}"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*""#))
    };
    let everybody = r#""Principal":"*","#;
    let prefix = format!(r#"{everybody}"Condition":{{"StringEquals":{{"s3:prefix":"1"}}}},"#);
    for (policy, sentence) in [
        (of(""), "Missing required field Principal"),
        (of(&prefix), "Conditions do not apply to combination of actions and resources in statement"),
        (
            of(&format!(r#"{everybody}"Condition":{{"StringSame":{{}}}},"#)),
            "Invalid Condition type : StringSame",
        ),
    ] {
        s3.request("PUT", "/photos?policy").body(policy).send().refused(400, "MalformedPolicy", sentence);
    }
    s3.request("PUT", "/photos?policy").body(of(everybody)).send().ok();
}
