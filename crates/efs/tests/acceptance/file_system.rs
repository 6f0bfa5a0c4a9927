//! File systems.

use crate::{
    MARKED, advance_until, file_system, made, mount_target, pages, refuses, said, start, start_real, subnets,
};
use serde_json::{Value, json};
use testkit::Options;
use testkit::Server;

#[test]
fn the_life_of_a_file_system() {
    let (_server, efs) = start();
    let wish = json!({ "CreationToken": "one", "Tags": [{ "Key": "Name", "Value": "first" }] });
    let answer = made(&efs, &wish);
    assert_eq!(answer.status, 201);
    let own = answer.tree();
    let id = own["FileSystemId"].as_str().unwrap().to_owned();
    assert!(id.starts_with("fs-0") && id.len() == 20, "{id}");
    let arn = format!("arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/{id}");
    let mut want = json!({
        "OwnerId": "000000000000", "CreationToken": "one", "FileSystemId": id, "FileSystemArn": arn,
        "CreationTime": own["CreationTime"], "LifeCycleState": "creating", "Name": "first",
        "NumberOfMountTargets": 0, "PerformanceMode": "generalPurpose", "Encrypted": false,
        "ThroughputMode": "bursting", "Tags": [{ "Key": "Name", "Value": "first" }],
        "SizeInBytes": { "Value": 0, "ValueInIA": 0, "ValueInStandard": 0, "ValueInArchive": 0 },
        "FileSystemProtection": { "ReplicationOverwriteProtection": "ENABLED" },
    });
    assert_eq!(own, want);
    // An empty file system holds its root.
    want["LifeCycleState"] = json!("available");
    let mut found = said(&efs, &arn);
    assert!(found["SizeInBytes"].as_object_mut().unwrap().remove("Timestamp").unwrap().is_number());
    want["SizeInBytes"] =
        json!({ "Value": 6144, "ValueInIA": 0, "ValueInStandard": 6144, "ValueInArchive": 0 });
    assert_eq!(found, want);
    let deleted = efs.call("DeleteFileSystem", &json!({ "FileSystemId": arn })).ok();
    assert_eq!((deleted.status, deleted.body_text().as_str()), (204, ""));
    let absent = format!("File system '{id}' does not exist.");
    refuses(
        &efs,
        &[("DescribeFileSystems", json!({ "FileSystemId": id }), 404, "FileSystemNotFound", &absent)],
    );
    // The token is free again, and the id is never given twice.
    assert_ne!(file_system(&efs, "one"), id);
}

/// Recorded: terraform-provider-aws and the CSI driver's issues; clients read the id of the one that is there.
#[test]
fn a_creation_token_is_good_for_one_file_system() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    for wish in [json!({ "CreationToken": "one" }), json!({ "CreationToken": "one", "Encrypted": true })] {
        let sentence = format!("File system '{id}' already exists with creation token 'one'");
        let refusal = efs.call("CreateFileSystem", &wish).refused(409, "FileSystemAlreadyExists", &sentence);
        assert_eq!(refusal.members["FileSystemId"], id);
    }
    assert_eq!(said(&efs, &id)["Encrypted"], json!(false));
    let by_token = |token: &str| {
        efs.call("DescribeFileSystems", &json!({ "CreationToken": token }))
            .ok()
            .texts("FileSystems.FileSystemId")
    };
    assert_eq!(by_token("one"), [id.as_str()]);
    assert_eq!(by_token("two"), [""; 0]);
    let both = json!({ "CreationToken": "one", "FileSystemId": id });
    let sentence = "Request cannot contain both a file system ID and a creation token.";
    refuses(&efs, &[("DescribeFileSystems", both, 400, "BadRequest", sentence)]);
}

#[test]
fn a_file_system_may_keep_to_one_zone() {
    let (_server, efs) = start();
    let own = made(&efs, &json!({ "CreationToken": "one", "AvailabilityZoneName": "us-east-1b" })).tree();
    assert_eq!(own["AvailabilityZoneName"], "us-east-1b");
    assert!(own["AvailabilityZoneId"].as_str().unwrap().starts_with("use1-az"), "{own}");
    // It is backed up unless that is refused, as AWS's own tag tells.
    let tag = json!([{ "Key": "aws:elasticfilesystem:default-backup", "Value": "enabled" }]);
    assert_eq!(own["Tags"], tag);
    let bare = json!({ "CreationToken": "two", "AvailabilityZoneName": "us-east-1b", "Backup": false });
    assert_eq!(made(&efs, &bare).tree()["Tags"], json!([]));
    let elsewhere = json!({ "CreationToken": "three", "AvailabilityZoneName": "eu-west-1a" });
    let unknown = "Amazon EFS functionality is not available in the Availability Zone 'eu-west-1a'.";
    let max =
        json!({ "CreationToken": "three", "AvailabilityZoneName": "us-east-1b", "PerformanceMode": "maxIO" });
    refuses(
        &efs,
        &[
            ("CreateFileSystem", elsewhere, 400, "UnsupportedAvailabilityZone", unknown),
            ("CreateFileSystem", max, 400, "BadRequest", MAX_IO),
        ],
    );
}

const THROUGHPUT: &str = "The throughput mode or amount of provisioned throughput can't be changed because the throughput limit of 3414 MiB/s has been reached.";

const MAX_IO: &str = "The maxIO performance mode is not supported on file systems using One Zone storage classes or elastic throughput.";

#[test]
fn modes_and_keys_have_their_rules() {
    let (_server, efs) = start();
    let with = |more: Value| {
        let mut wish = json!({ "CreationToken": "one" });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        wish
    };
    let key = "arn:aws:kms:us-east-1:000000000000:key/0d990263-018e-4e65-a703-eff731de951e";
    let bad = "BadRequest";
    let no_figure = "ProvisionedThroughputInMibps is required when ThroughputMode is provisioned.";
    let figure = "ProvisionedThroughputInMibps can be specified only when ThroughputMode is provisioned.";
    let tags: Vec<Value> = (0..51).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    let create = "CreateFileSystem";
    refuses(
        &efs,
        &[
            (create, with(json!({ "ThroughputMode": "provisioned" })), 400, bad, no_figure),
            (create, with(json!({ "ProvisionedThroughputInMibps": 5.0 })), 400, bad, figure),
            (
                create,
                with(json!({ "ThroughputMode": "provisioned", "ProvisionedThroughputInMibps": 3415.0 })),
                400,
                "ThroughputLimitExceeded",
                THROUGHPUT,
            ),
            (
                create,
                with(json!({ "ThroughputMode": "elastic", "PerformanceMode": "maxIO" })),
                400,
                bad,
                MAX_IO,
            ),
            (
                create,
                with(json!({ "KmsKeyId": key })),
                400,
                bad,
                "If KmsKeyId is specified, Encrypted must be true.",
            ),
            (
                create,
                with(json!({ "Tags": tags })),
                400,
                bad,
                "The maximum number of tags per resource is 50.",
            ),
        ],
    );
    let own = made(&efs, &json!({ "CreationToken": "k", "Encrypted": true, "KmsKeyId": key })).tree();
    assert_eq!((&own["Encrypted"], &own["KmsKeyId"]), (&json!(true), &json!(key)));
    let managed = made(&efs, &json!({ "CreationToken": "m", "Encrypted": true })).text("KmsKeyId");
    assert!(managed.starts_with("arn:aws:kms:us-east-1:000000000000:key/"), "{managed}");
}

#[test]
fn the_throughput_changes_once_a_day() {
    let (server, efs) = start();
    let id = file_system(&efs, "one");
    let update = |more: Value| {
        let mut wish = json!({ "FileSystemId": id });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        wish
    };
    let nothing = "ThroughputMode or ProvisionedThroughputInMibps must be specified.";
    refuses(&efs, &[("UpdateFileSystem", update(json!({})), 400, "BadRequest", nothing)]);
    let first = update(json!({ "ThroughputMode": "provisioned", "ProvisionedThroughputInMibps": 10.0 }));
    let answer = efs.call("UpdateFileSystem", &first).ok();
    assert_eq!((answer.status, answer.text("LifeCycleState").as_str()), (202, "updating"));
    let own = said(&efs, &id);
    assert_eq!(own["LifeCycleState"], "available");
    assert_eq!(
        (&own["ThroughputMode"], own["ProvisionedThroughputInMibps"].as_f64()),
        (&json!("provisioned"), Some(10.0))
    );
    let much = update(json!({ "ProvisionedThroughputInMibps": 3414.5 }));
    refuses(&efs, &[("UpdateFileSystem", much, 400, "ThroughputLimitExceeded", THROUGHPUT)]);
    // More is free; less and another mode have to wait.
    efs.call("UpdateFileSystem", &update(json!({ "ProvisionedThroughputInMibps": 20.0 }))).ok();
    let wait = "You have reached the maximum number of throughput mode changes or provisioned throughput value decreases. Wait until 2026-01-02T12:00:00Z UTC and try again.";
    let less = update(json!({ "ProvisionedThroughputInMibps": 15.0 }));
    let other = update(json!({ "ThroughputMode": "elastic" }));
    refuses(
        &efs,
        &[
            ("UpdateFileSystem", less, 429, "TooManyRequests", wait),
            ("UpdateFileSystem", other.clone(), 429, "TooManyRequests", wait),
        ],
    );
    server.page("POST", "/_angae/clock", &json!({ "advance": "24h" }));
    efs.call("UpdateFileSystem", &other).ok();
    let own = said(&efs, &id);
    assert_eq!((&own["ThroughputMode"], own.get("ProvisionedThroughputInMibps")), (&json!("elastic"), None));
}

/// Recorded: terraform-provider-aws, of mount targets that were made outside of it.
#[test]
fn a_file_system_in_use_stays() {
    let (server, efs) = start();
    let id = file_system(&efs, "one");
    let target = mount_target(&efs, &id, &subnets(&server.client("ec2"))[0].1).text("MountTargetId");
    assert_eq!(said(&efs, &id)["NumberOfMountTargets"], 1);
    let sentence = format!(
        "The file system '{id}' cannot be deleted because it has mount targets. You must delete the mount targets, and then try again."
    );
    refuses(&efs, &[("DeleteFileSystem", json!({ "FileSystemId": id }), 409, "FileSystemInUse", &sentence)]);
    efs.call("DeleteMountTarget", &json!({ "MountTargetId": target })).ok();
    efs.call("DeleteFileSystem", &json!({ "FileSystemId": id })).ok();
}

#[test]
fn states_take_their_time_at_the_real_pace() {
    let (server, efs) = start_real();
    let id = file_system(&efs, "one");
    let state = || vec![said(&efs, &id)["LifeCycleState"].as_str().unwrap_or_default().to_owned()];
    assert_eq!(state(), ["creating"]);
    let early = format!("The lifecycle state of file system '{id}' is not \"available\".");
    let subnet = &subnets(&server.client("ec2"))[0].1;
    let of = json!({ "FileSystemId": id });
    let incorrect = "IncorrectFileSystemLifeCycleState";
    let policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"elasticfilesystem:*"}}"#;
    let mode = json!({ "FileSystemId": id, "ThroughputMode": "elastic" });
    refuses(
        &efs,
        &[
            ("CreateMountTarget", json!({ "FileSystemId": id, "SubnetId": subnet }), 409, incorrect, &early),
            ("CreateAccessPoint", json!({ "FileSystemId": id, "ClientToken": "t" }), 409, incorrect, &early),
            ("UpdateFileSystem", mode.clone(), 409, incorrect, &early),
            (
                "UpdateFileSystemProtection",
                json!({ "FileSystemId": id, "ReplicationOverwriteProtection": "DISABLED" }),
                409,
                incorrect,
                &early,
            ),
            (
                "PutLifecycleConfiguration",
                json!({ "FileSystemId": id, "LifecyclePolicies": [] }),
                409,
                incorrect,
                &early,
            ),
            (
                "PutBackupPolicy",
                json!({ "FileSystemId": id, "BackupPolicy": { "Status": "ENABLED" } }),
                409,
                incorrect,
                &early,
            ),
            ("PutFileSystemPolicy", json!({ "FileSystemId": id, "Policy": policy }), 409, incorrect, &early),
            ("DeleteFileSystemPolicy", of.clone(), 409, incorrect, &early),
            (
                "CreateReplicationConfiguration",
                json!({ "SourceFileSystemId": id, "Destinations": [{ "Region": "eu-west-1" }] }),
                409,
                incorrect,
                &early,
            ),
        ],
    );
    advance_until(&server, "FileSystemChanged", state, &["available"]);
    efs.call("UpdateFileSystem", &mode).ok();
    assert_eq!(state(), ["updating"]);
    advance_until(&server, "FileSystemChanged", state, &["available"]);
    efs.call("DeleteFileSystem", &of).ok();
    assert_eq!(state(), ["deleting"]);
    let gone = || efs.call("DescribeFileSystems", &json!({})).ok().texts("FileSystems.LifeCycleState");
    advance_until(&server, "FileSystemDeleted", gone, &[]);
}

#[test]
fn file_systems_are_listed_in_pages_by_their_time() {
    let (_server, efs) = start();
    let mut ids: Vec<String> = (0..5).map(|n| file_system(&efs, &n.to_string())).collect();
    // The clock stands: those of one time are listed by their ids.
    ids.sort();
    let pages = pages(&efs, "DescribeFileSystems", &json!({}), MARKED, "FileSystems.FileSystemId");
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(pages.concat(), ids);
    let first = efs.call("DescribeFileSystems", &json!({ "MaxItems": 2 })).ok();
    assert_eq!(first.texts("Marker"), [""; 0]);
    let marker = first.text("NextMarker");
    let second = efs.call("DescribeFileSystems", &json!({ "Marker": marker })).ok();
    assert_eq!(second.text("Marker"), marker);
    refuses(
        &efs,
        &[("DescribeFileSystems", json!({ "Marker": "none" }), 400, "BadRequest", "Invalid Marker")],
    );
}

#[test]
fn an_account_has_a_thousand_file_systems() {
    let (server, efs) = start();
    for number in 0..1_000 {
        file_system(&efs, &number.to_string());
    }
    let sentence = "The Amazon Web Services account has already created the maximum number of file systems allowed per account.";
    refuses(
        &efs,
        &[("CreateFileSystem", json!({ "CreationToken": "more" }), 403, "FileSystemLimitExceeded", sentence)],
    );
    // Nor is there room for a copy of one from elsewhere.
    let west = server.client("efs").region("eu-west-1");
    let source = file_system(&west, "more");
    let copy = json!({ "SourceFileSystemId": source, "Destinations": [{ "Region": "us-east-1" }] });
    refuses(&west, &[("CreateReplicationConfiguration", copy, 403, "FileSystemLimitExceeded", sentence)]);
}

#[test]
fn a_kill_loses_no_file_system() {
    let mut server = Server::start_with(Options::default());
    let id = file_system(&server.client("efs"), "one");
    server.kill();
    server.restart();
    assert_eq!(said(&server.client("efs"), &id)["LifeCycleState"], "available");
}
