//! The policies of file systems.

use crate::{file_system, refuses, start};
use serde_json::{Value, json};
use testkit::{Server, allow};

#[test]
fn a_policy_is_kept_to_the_byte() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    let of = json!({ "FileSystemId": id });
    let missing = || efs.call("DescribeFileSystemPolicy", &of).refusal();
    // Recorded: clients print `None` for the message.
    let answer = efs.call("DescribeFileSystemPolicy", &of);
    assert_eq!((answer.status, answer.refusal().code.as_str()), (404, "PolicyNotFound"));
    assert_eq!(answer.body_text(), r#"{"Message":null,"ErrorCode":"PolicyNotFound"}"#);
    let arn = format!("arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/{id}");
    let policy = format!(
        r#"{{ "Version":"2012-10-17", "Statement": [{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":["elasticfilesystem:ClientMount"],
           "Resource":"{arn}","Condition":{{"Bool":{{"elasticfilesystem:AccessedViaMountTarget":"true"}}}}}}] }}"#
    );
    let stored = json!({ "FileSystemId": id, "Policy": policy });
    let answer = efs.call("PutFileSystemPolicy", &json!({ "FileSystemId": arn, "Policy": policy })).ok();
    assert_eq!(answer.tree(), stored);
    assert_eq!(efs.call("DescribeFileSystemPolicy", &of).ok().tree(), stored);
    for _ in 0..2 {
        let deleted = efs.call("DeleteFileSystemPolicy", &of).ok();
        assert_eq!((deleted.status, deleted.body_text().as_str()), (200, ""));
    }
    assert_eq!(missing().code, "PolicyNotFound");
}

#[test]
fn what_is_no_policy_of_a_file_system_is_refused() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    let arn = format!("arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/{id}");
    let statement = |action: &str, resource: &str, principal: &Value| {
        json!({ "Statement": { "Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource } }).to_string()
    };
    let all = json!("*");
    let own = "elasticfilesystem:ClientMount";
    let nobody = json!({ "AWS": "arn:aws:iam::000000000000:role/nobody" });
    for (policy, sentence) in [
        ("none".to_owned(), "This policy contains invalid Json"),
        (json!({}).to_string(), "Missing required field Statement"),
        (statement("s3:GetObject", &arn, &all), "Policy has invalid action"),
        (statement(own, "arn:aws:s3:::bucket", &all), "Policy has invalid resource"),
        (statement(own, &arn.replace("fs-0", "fs-1"), &all), "Policy has invalid resource"),
        (statement(own, &arn, &nobody), "Invalid principal in policy"),
        (statement(own, &arn, &json!({})), "Missing required field Principal cannot be empty!"),
    ] {
        let wish = json!({ "FileSystemId": id, "Policy": policy });
        refuses(&efs, &[("PutFileSystemPolicy", wish, 400, "InvalidPolicyException", sentence)]);
    }
    let absent = json!({ "FileSystemId": "fs-01234567", "Policy": statement(own, "*", &all) });
    let sentence = "File system 'fs-01234567' does not exist.";
    refuses(
        &efs,
        &[
            ("PutFileSystemPolicy", absent.clone(), 404, "FileSystemNotFound", sentence),
            (
                "DescribeFileSystemPolicy",
                json!({ "FileSystemId": "fs-01234567" }),
                404,
                "FileSystemNotFound",
                sentence,
            ),
            (
                "DeleteFileSystemPolicy",
                json!({ "FileSystemId": "fs-01234567" }),
                404,
                "FileSystemNotFound",
                sentence,
            ),
        ],
    );
}

/// Recorded: terraform-provider-aws, of policies that deny their writer.
#[test]
fn nobody_locks_himself_out_unasked() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    let statement = |more: Value| {
        let mut statement =
            json!({ "Effect": "Deny", "Principal": { "AWS": "*" }, "Action": "*", "Resource": "*" });
        statement.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    };
    let denies = statement(json!({}));
    let sentence = "This policy would prevent future FileSystemPolicy updates. Retry the request with the BypassPolicyLockoutSafetyCheck parameter to apply this policy.";
    let put = |policy: &str| json!({ "FileSystemId": id, "Policy": policy });
    refuses(&efs, &[("PutFileSystemPolicy", put(&denies), 400, "InvalidPolicyException", sentence)]);
    // What is denied under a condition that the writer does not meet, or to others, is not.
    let condition = json!({ "Condition": { "Bool": { "aws:SecureTransport": "false" } } });
    efs.call("PutFileSystemPolicy", &put(&statement(condition))).ok();
    efs.call("PutFileSystemPolicy", &put(&statement(json!({ "Principal": { "AWS": "111111111111" } })))).ok();
    let mut asked = put(&denies);
    asked["BypassPolicyLockoutSafetyCheck"] = json!(true);
    efs.call("PutFileSystemPolicy", &asked).ok();
}

/// Where policies are enforced somebody has to allow the next change: the policy or the writer's own.
/// Source: Amazon EFS API reference, PutFileSystemPolicy, BypassPolicyLockoutSafetyCheck.
#[test]
fn who_is_allowed_by_the_policy_alone_does_not_take_that_away_unasked() {
    let server = Server::enforcing();
    let efs = server.root("efs");
    let id = file_system(&efs, "one");
    let put = "elasticfilesystem:PutFileSystemPolicy";
    let nothing = allow(&["s3:ListAllMyBuckets"], "*");
    let anna = server.user("anna", std::slice::from_ref(&nothing)).client("efs");
    let bert = server.user("bert", &[allow(&[put], "*")]).client("efs");
    let statement = |name: &str, action: &str| {
        json!({ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::000000000000:user/{name}") },
                "Action": action, "Resource": "*" })
    };
    let wish = |statements: &[Value]| {
        let document = json!({ "Version": "2012-10-17", "Statement": statements });
        json!({ "FileSystemId": id, "Policy": document.to_string() })
    };
    let of_anna = wish(&[statement("anna", put)]);
    efs.call("PutFileSystemPolicy", &of_anna).ok();
    let others = wish(&[statement("bert", "elasticfilesystem:ClientMount")]);
    let sentence = "This policy would prevent future FileSystemPolicy updates. Retry the request with the BypassPolicyLockoutSafetyCheck parameter to apply this policy.";
    refuses(&anna, &[("PutFileSystemPolicy", others.clone(), 400, "InvalidPolicyException", sentence)]);
    // Whoever goes on to be allowed by it, or by his own, may.
    anna.call("PutFileSystemPolicy", &wish(&[statement("anna", put), statement("bert", put)])).ok();
    bert.call("PutFileSystemPolicy", &others).ok();
    // AWS's own example: its callers come over TLS.
    let plain = json!({ "Effect": "Deny", "Principal": { "AWS": "*" }, "Action": "*", "Resource": "*",
        "Condition": { "Bool": { "aws:SecureTransport": "false" } } });
    let from_afar = json!({ "Effect": "Deny", "Principal": { "AWS": "*" }, "Action": "*", "Resource": "*",
        "Condition": { "IpAddress": { "aws:SourceIp": "127.0.0.0/8" } } });
    let denied = wish(&[statement("bert", put), from_afar]);
    refuses(&bert, &[("PutFileSystemPolicy", denied, 400, "InvalidPolicyException", sentence)]);
    efs.call("PutFileSystemPolicy", &of_anna).ok();
    let mut asked = others;
    asked["BypassPolicyLockoutSafetyCheck"] = json!(true);
    anna.call("PutFileSystemPolicy", &asked).ok();
    bert.call("PutFileSystemPolicy", &wish(&[plain])).ok();
}
