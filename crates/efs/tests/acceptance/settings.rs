//! Lifecycle, backup and protection.

use crate::{advance_until, file_system, made, refuses, said, start, start_real};
use serde_json::{Value, json};
use testkit::Client;

const ABSENT: &str = "File system 'fs-01234567' does not exist.";

#[track_caller]
fn put(efs: &Client, id: &str, policies: &Value) -> Value {
    let wish = json!({ "FileSystemId": id, "LifecyclePolicies": policies });
    efs.call("PutLifecycleConfiguration", &wish).ok().tree()
}

#[test]
fn lifecycle_is_kept_as_it_was_put() {
    let (_server, efs) = start();
    let id = made(&efs, &json!({ "CreationToken": "one", "ThroughputMode": "elastic" })).text("FileSystemId");
    let describe = || efs.call("DescribeLifecycleConfiguration", &json!({ "FileSystemId": id })).ok().tree();
    assert_eq!(describe(), json!({ "LifecyclePolicies": [] }));
    let policies = json!([
        { "TransitionToPrimaryStorageClass": "AFTER_1_ACCESS" },
        { "TransitionToIA": "AFTER_30_DAYS" },
        { "TransitionToArchive": "AFTER_90_DAYS" },
    ]);
    assert_eq!(put(&efs, &id, &policies), json!({ "LifecyclePolicies": policies }));
    assert_eq!(describe(), json!({ "LifecyclePolicies": policies }));
    put(&efs, &id, &json!([{ "TransitionToArchive": "AFTER_1_DAY" }]));
    put(&efs, &id, &json!([]));
    assert_eq!(describe(), json!({ "LifecyclePolicies": [] }));
    refuses(
        &efs,
        &[(
            "DescribeLifecycleConfiguration",
            json!({ "FileSystemId": "fs-01234567" }),
            404,
            "FileSystemNotFound",
            ABSENT,
        )],
    );
}

/// Recorded: terraform-provider-aws pull request 20971.
#[test]
fn each_lifecycle_policy_says_one_move() {
    let (_server, efs) = start();
    let elastic =
        made(&efs, &json!({ "CreationToken": "one", "ThroughputMode": "elastic" })).text("FileSystemId");
    let bursting = file_system(&efs, "two");
    let malformed = "One or more LifecyclePolicy objects specified are malformed.";
    let archive = "TransitionToArchive requires elastic throughput, and must be later than TransitionToIA.";
    let ia = json!({ "TransitionToIA": "AFTER_30_DAYS" });
    for (id, policies, sentence) in [
        (
            &elastic,
            json!([{ "TransitionToIA": "AFTER_30_DAYS", "TransitionToPrimaryStorageClass": "AFTER_1_ACCESS" }]),
            malformed,
        ),
        (&elastic, json!([{}]), malformed),
        (&elastic, json!([ia, ia]), malformed),
        (&elastic, json!([ia, { "TransitionToArchive": "AFTER_30_DAYS" }]), archive),
        (&elastic, json!([{ "TransitionToArchive": "AFTER_14_DAYS" }, ia]), archive),
        (&bursting, json!([{ "TransitionToArchive": "AFTER_90_DAYS" }]), archive),
    ] {
        let wish = json!({ "FileSystemId": id, "LifecyclePolicies": policies });
        refuses(&efs, &[("PutLifecycleConfiguration", wish, 400, "BadRequest", sentence)]);
    }
}

/// Recorded: clients print `None` for the message of a policy that was never put.
#[test]
fn a_backup_policy_is_on_or_off() {
    let (server, efs) = start_real();
    let id = file_system(&efs, "one");
    let ready = || vec![said(&efs, &id)["LifeCycleState"].as_str().unwrap().to_owned()];
    advance_until(&server, "FileSystemChanged", ready, &["available"]);
    let of = json!({ "FileSystemId": id });
    let refusal = efs.call("DescribeBackupPolicy", &of).refusal();
    assert_eq!(
        (refusal.status, refusal.code.as_str(), refusal.message.as_str()),
        (404, "PolicyNotFound", "null")
    );
    let status = || efs.call("DescribeBackupPolicy", &of).ok().texts("BackupPolicy.Status");
    let put = |status: &str| json!({ "FileSystemId": id, "BackupPolicy": { "Status": status } });
    for (wanted, between) in [("ENABLED", "ENABLING"), ("DISABLED", "DISABLING")] {
        let answer = efs.call("PutBackupPolicy", &put(wanted)).ok();
        assert_eq!(answer.text("BackupPolicy.Status"), between);
        advance_until(&server, "FileSystemChanged", status, &[wanted]);
        let shown = said(&efs, &id)["Tags"].as_array().unwrap().len();
        assert_eq!(shown, usize::from(wanted == "ENABLED"));
    }
    let word = "1 validation error detected: Value 'ENABLING' at 'backupPolicy.status' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED]";
    let absent = json!({ "FileSystemId": "fs-01234567", "BackupPolicy": { "Status": "ENABLED" } });
    refuses(
        &efs,
        &[
            ("PutBackupPolicy", put("ENABLING"), 400, "ValidationException", word),
            ("PutBackupPolicy", absent, 404, "FileSystemNotFound", ABSENT),
            (
                "DescribeBackupPolicy",
                json!({ "FileSystemId": "fs-01234567" }),
                404,
                "FileSystemNotFound",
                ABSENT,
            ),
        ],
    );
}

#[test]
fn protection_is_lifted_and_put_back() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    let wish = |id: &str, word: &str| json!({ "FileSystemId": id, "ReplicationOverwriteProtection": word });
    for word in ["DISABLED", "ENABLED"] {
        let answer = efs.call("UpdateFileSystemProtection", &wish(&id, word)).ok().tree();
        assert_eq!(answer, json!({ "ReplicationOverwriteProtection": word }));
        assert_eq!(said(&efs, &id)["FileSystemProtection"], answer);
    }
    let sentence = "ReplicationOverwriteProtection must be ENABLED or DISABLED.";
    let call = "UpdateFileSystemProtection";
    refuses(
        &efs,
        &[
            (call, wish(&id, "REPLICATING"), 400, "BadRequest", sentence),
            (call, wish("fs-01234567", "DISABLED"), 404, "FileSystemNotFound", ABSENT),
        ],
    );
}
