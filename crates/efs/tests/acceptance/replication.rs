//! Replications.

use crate::{TOKENED, advance_until, file_system, made, pages, refuses, said, start, start_real};
use serde_json::{Value, json};
use testkit::Client;

#[track_caller]
fn replicate(efs: &Client, source: &str, destination: &Value) -> Value {
    let wish = json!({ "SourceFileSystemId": source, "Destinations": [destination] });
    efs.call("CreateReplicationConfiguration", &wish).ok().tree()
}

#[track_caller]
fn found(efs: &Client, id: &str) -> Value {
    let found = efs.call("DescribeReplicationConfigurations", &json!({ "FileSystemId": id })).ok().tree();
    found["Replications"][0].clone()
}

#[test]
fn a_file_system_is_copied_to_one_that_is_made_for_it() {
    let (server, efs) = start();
    let there = server.client("efs").region("eu-west-1");
    let source = file_system(&efs, "one");
    let mut own = replicate(&efs, &source, &json!({ "Region": "eu-west-1" }));
    let copy = own["Destinations"][0]["FileSystemId"].as_str().unwrap().to_owned();
    let arn = format!("arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/{source}");
    let want = json!({
        "SourceFileSystemId": source, "SourceFileSystemRegion": "us-east-1", "SourceFileSystemArn": arn,
        "OriginalSourceFileSystemArn": arn, "CreationTime": own["CreationTime"],
        "SourceFileSystemOwnerId": "000000000000",
        "Destinations": [{ "Status": "ENABLING", "FileSystemId": copy, "Region": "eu-west-1", "OwnerId": "000000000000" }],
    });
    assert_eq!(own, want);
    own["Destinations"][0]["Status"] = json!("ENABLED");
    // Both ends know it.
    assert_eq!((found(&efs, &source), found(&there, &copy)), (own.clone(), own));
    let made = said(&there, &copy);
    assert_eq!((&made["Encrypted"], &made["ThroughputMode"]), (&json!(true), &json!("bursting")));
    assert_eq!(made["FileSystemProtection"], json!({ "ReplicationOverwriteProtection": "REPLICATING" }));
    let backup = there.call("DescribeBackupPolicy", &json!({ "FileSystemId": copy })).ok();
    assert_eq!(backup.text("BackupPolicy.Status"), "ENABLED");
    // Recorded: terraform-provider-aws issue 36811.
    let protect = json!({ "FileSystemId": copy, "ReplicationOverwriteProtection": "DISABLED" });
    let sentence = "ReplicationOverwriteProtection cannot be changed while the file system is a replication destination.";
    refuses(&there, &[("UpdateFileSystemProtection", protect, 409, "ReplicationAlreadyExists", sentence)]);
    // The beginning of this sentence was recorded (pulumi-aws-native issue 2682).
    for (efs, id) in [(&efs, &source), (&there, &copy)] {
        let sentence = format!(
            "You cannot delete file system '{id}' because it is in a replication configuration. You must delete the replication configuration, and then try again."
        );
        refuses(
            efs,
            &[("DeleteFileSystem", json!({ "FileSystemId": id }), 409, "FileSystemInUse", &sentence)],
        );
    }
    let deleted = efs.call("DeleteReplicationConfiguration", &json!({ "SourceFileSystemId": source })).ok();
    assert_eq!((deleted.status, deleted.body_text().as_str()), (204, ""));
    let protection = json!({ "ReplicationOverwriteProtection": "ENABLED" });
    assert_eq!(said(&there, &copy)["FileSystemProtection"], protection);
    for (efs, id) in [(&efs, &source), (&there, &copy)] {
        let sentence = format!("File system '{id}' does not have a replication configuration.");
        let of = json!({ "FileSystemId": id });
        refuses(
            efs,
            &[("DescribeReplicationConfigurations", of.clone(), 404, "ReplicationNotFound", &sentence)],
        );
        efs.call("DeleteFileSystem", &of).ok();
    }
}

#[test]
fn a_file_system_is_copied_to_one_that_gave_its_protection_up() {
    let (_server, efs) = start();
    let source = made(&efs, &json!({ "CreationToken": "one", "Encrypted": true })).text("FileSystemId");
    let sealed = made(&efs, &json!({ "CreationToken": "two", "Encrypted": true })).text("FileSystemId");
    let open = file_system(&efs, "three");
    let lift = |id: &str| {
        let wish = json!({ "FileSystemId": id, "ReplicationOverwriteProtection": "DISABLED" });
        efs.call("UpdateFileSystemProtection", &wish).ok();
    };
    let to = |destination: Value| json!({ "SourceFileSystemId": source, "Destinations": [destination] });
    let call = "CreateReplicationConfiguration";
    let bad = "BadRequest";
    let protected = "The replication overwrite protection of the destination file system must be disabled.";
    refuses(&efs, &[(call, to(json!({ "FileSystemId": sealed })), 400, bad, protected)]);
    lift(&sealed);
    lift(&open);
    let unencrypted = "The source file system is encrypted but the destination file system is unencrypted.";
    let both =
        "AvailabilityZoneName and KmsKeyId cannot be specified for an existing destination file system.";
    let part = "The file system is already part of a replication configuration.";
    let zone = "Amazon EFS functionality is not available in the Availability Zone 'eu-west-1a'.";
    let one = "Exactly one destination must be specified.";
    refuses(
        &efs,
        &[
            (call, to(json!({ "FileSystemId": open })), 409, "ConflictException", unencrypted),
            (
                call,
                to(json!({ "FileSystemId": sealed, "AvailabilityZoneName": "us-east-1a" })),
                400,
                bad,
                both,
            ),
            (call, to(json!({ "FileSystemId": source })), 400, bad, part),
            (
                call,
                to(json!({ "FileSystemId": "fs-01234567" })),
                404,
                "FileSystemNotFound",
                "File system 'fs-01234567' does not exist.",
            ),
            (
                call,
                to(json!({ "AvailabilityZoneName": "eu-west-1a" })),
                400,
                "UnsupportedAvailabilityZone",
                zone,
            ),
            (call, to(json!({ "Region": "xx-nowhere-1" })), 400, bad, "The destination Region is not valid."),
            (call, json!({ "SourceFileSystemId": source, "Destinations": [] }), 400, bad, one),
        ],
    );
    let own = replicate(
        &efs,
        &source,
        &json!({ "FileSystemId": sealed, "RoleArn": "arn:aws:iam::000000000000:role/r" }),
    );
    assert_eq!(own["Destinations"][0]["RoleArn"], "arn:aws:iam::000000000000:role/r");
    assert_eq!(found(&efs, &sealed)["SourceFileSystemId"], json!(source));
    // One file system is in one replication.
    refuses(
        &efs,
        &[
            (call, to(json!({ "Region": "eu-west-1" })), 400, bad, part),
            (
                call,
                json!({ "SourceFileSystemId": sealed, "Destinations": [{ "Region": "eu-west-1" }] }),
                400,
                bad,
                part,
            ),
            (
                call,
                json!({ "SourceFileSystemId": open, "Destinations": [{ "FileSystemId": sealed }] }),
                400,
                bad,
                part,
            ),
            (
                "DeleteReplicationConfiguration",
                json!({ "SourceFileSystemId": source, "DeletionMode": "LOCAL_CONFIGURATION_ONLY" }),
                400,
                bad,
                "LOCAL_CONFIGURATION_ONLY is supported only for replications across Regions or accounts.",
            ),
        ],
    );
}

#[test]
fn one_end_may_forget_it_alone() {
    let (server, efs) = start();
    let there = server.client("efs").region("eu-west-1");
    let source = file_system(&efs, "one");
    let own = replicate(&efs, &source, &json!({ "Region": "eu-west-1" }));
    let copy = own["Destinations"][0]["FileSystemId"].as_str().unwrap().to_owned();
    let local = json!({ "SourceFileSystemId": source, "DeletionMode": "LOCAL_CONFIGURATION_ONLY" });
    efs.call("DeleteReplicationConfiguration", &local).ok();
    let all = |efs: &Client| {
        efs.call("DescribeReplicationConfigurations", &json!({}))
            .ok()
            .texts("Replications.SourceFileSystemId")
    };
    assert_eq!((all(&efs), all(&there)), (Vec::new(), vec![source.clone()]));
    let protection = || said(&there, &copy)["FileSystemProtection"]["ReplicationOverwriteProtection"].clone();
    assert_eq!(protection(), "REPLICATING");
    let none = format!("File system '{source}' does not have a replication configuration.");
    refuses(&efs, &[("DeleteReplicationConfiguration", local.clone(), 404, "ReplicationNotFound", &none)]);
    there.call("DeleteReplicationConfiguration", &local).ok();
    assert_eq!((all(&there), protection()), (Vec::new(), json!("ENABLED")));
    let absent = "File system 'fs-01234567' does not exist.";
    let of = json!({ "SourceFileSystemId": "fs-01234567" });
    refuses(&efs, &[("DeleteReplicationConfiguration", of, 404, "FileSystemNotFound", absent)]);
}

#[test]
fn replications_are_listed_in_pages() {
    let (_server, efs) = start();
    let mut sources: Vec<String> = (0..3).map(|n| file_system(&efs, &n.to_string())).collect();
    for source in &sources {
        replicate(&efs, source, &json!({ "Region": "eu-west-1" }));
    }
    sources.sort();
    let path = "Replications.SourceFileSystemId";
    let pages = pages(&efs, "DescribeReplicationConfigurations", &json!({}), TOKENED, path);
    assert_eq!((pages.len(), pages.concat()), (2, sources));
    let bad = json!({ "NextToken": "none" });
    refuses(&efs, &[("DescribeReplicationConfigurations", bad, 400, "BadRequest", "Invalid NextToken")]);
}

#[test]
fn a_replication_comes_and_goes_at_the_real_pace() {
    let (server, efs) = start_real();
    let source = file_system(&efs, "one");
    let ready = || vec![said(&efs, &source)["LifeCycleState"].as_str().unwrap().to_owned()];
    advance_until(&server, "FileSystemChanged", ready, &["available"]);
    replicate(&efs, &source, &json!({ "Region": "eu-west-1" }));
    let status = || {
        efs.call("DescribeReplicationConfigurations", &json!({}))
            .ok()
            .texts("Replications.Destinations.Status")
    };
    assert_eq!(status(), ["ENABLING"]);
    advance_until(&server, "ReplicationChanged", status, &["ENABLED"]);
    efs.call("DeleteReplicationConfiguration", &json!({ "SourceFileSystemId": source })).ok();
    assert_eq!(status(), ["DELETING"]);
    advance_until(&server, "ReplicationDeleted", status, &[]);
}
