use crate::{advance, found, golden, refuses, snapshot, start, volume};
use serde_json::{Value, json};
use testkit::Client;

/// AWS's word for the lock of the only locked snapshot, if there is one.
#[track_caller]
fn state(ec2: &Client) -> Vec<String> {
    ec2.call("DescribeLockedSnapshots", &json!({})).ok().texts("snapshotSet.item.lockState")
}

#[test]
fn a_lock_by_governance_is_taken_back() {
    let (server, ec2) = start();
    let mut golden = golden("lock");
    let id = snapshot(&ec2, &volume(&ec2, &json!({})));
    let own = json!({ "SnapshotId": id });
    let lock = json!({ "SnapshotId": id, "LockMode": "governance", "LockDuration": 2 });
    golden.note("LockSnapshot", ec2.call("LockSnapshot", &lock)).ok();
    golden.note("DescribeLockedSnapshots", ec2.call("DescribeLockedSnapshots", &json!({}))).ok();
    let sentence = format!("The snapshot {id} is locked and cannot be deleted.");
    refuses(&ec2, &[("DeleteSnapshot", own.clone(), "OperationNotPermitted", &sentence)]);
    golden.note("UnlockSnapshot", ec2.call("UnlockSnapshot", &own)).ok();
    assert_eq!(state(&ec2), [""; 0]);
    let not = format!("The snapshot {id} is not locked.");
    refuses(&ec2, &[("UnlockSnapshot", own.clone(), "IncorrectState", &not)]);
    ec2.call("LockSnapshot", &lock).ok();
    advance(&server, "172801s");
    assert_eq!(state(&ec2), ["expired"]);
    ec2.call("DeleteSnapshot", &own).ok();
    golden.check();
}

#[test]
fn a_lock_by_compliance_only_becomes_longer() {
    let (server, ec2) = start();
    let id = snapshot(&ec2, &volume(&ec2, &json!({})));
    let other = snapshot(&ec2, &volume(&ec2, &json!({})));
    let own = json!({ "SnapshotId": id });
    let lock = |mode: &str, days: i32, hours: Value| json!({ "SnapshotId": id, "LockMode": mode, "LockDuration": days, "CoolOffPeriod": hours });
    let began = ec2.call("LockSnapshot", &lock("compliance", 10, json!(2))).ok();
    assert_eq!(began.text("lockState"), "compliance-cooloff");
    assert_eq!(began.text("coolOffPeriod"), "2");
    // In its first hours it may still become shorter.
    ec2.call("LockSnapshot", &lock("compliance", 5, json!(1))).ok();
    advance(&server, "3601s");
    assert_eq!(state(&ec2), ["compliance"]);
    let longer = format!("The snapshot {id} is locked in compliance mode. The lock can only be extended.");
    let never = format!("The snapshot {id} is locked in compliance mode and cannot be unlocked.");
    let not = "OperationNotPermitted";
    refuses(
        &ec2,
        &[
            ("UnlockSnapshot", own, not, &never),
            ("LockSnapshot", lock("compliance", 4, Value::Null), not, &longer),
            ("LockSnapshot", lock("governance", 9, Value::Null), not, &longer),
            ("LockSnapshot", lock("compliance", 9, json!(1)), not, &longer),
        ],
    );
    ec2.call("LockSnapshot", &lock("compliance", 9, Value::Null)).ok();
    ec2.call("LockSnapshot", &json!({ "SnapshotId": other, "LockMode": "governance", "LockDuration": 1 }))
        .ok();
    let path = "snapshotSet.item.snapshotId";
    assert_eq!(found(&ec2, "DescribeLockedSnapshots", ("lock-state", "compliance"), path), [id.as_str()]);
    assert_eq!(found(&ec2, "DescribeLockedSnapshots", ("lock-state", "governance"), path), [other.as_str()]);
}

#[test]
fn what_locks_refuse() {
    let (_server, ec2) = start();
    let id = snapshot(&ec2, &volume(&ec2, &json!({})));
    let lock = |mode: &str, extra: Value| crate::with(&json!({ "SnapshotId": id, "LockMode": mode }), &extra);
    let value = "InvalidParameterValue";
    let combination = "InvalidParameterCombination";
    refuses(
        &ec2,
        &[
            (
                "LockSnapshot",
                lock("firm", json!({ "LockDuration": 1 })),
                value,
                "Value (firm) for parameter lockMode is invalid. Valid values are compliance and governance.",
            ),
            (
                "LockSnapshot",
                lock("governance", json!({})),
                "MissingParameter",
                "The request must contain the parameter lockDuration/expirationDate",
            ),
            (
                "LockSnapshot",
                lock("governance", json!({ "LockDuration": 1, "CoolOffPeriod": 1 })),
                combination,
                "The parameter CoolOffPeriod cannot be used with the parameter LockMode governance",
            ),
            (
                "LockSnapshot",
                lock("compliance", json!({ "LockDuration": 1, "CoolOffPeriod": 73 })),
                value,
                "Value ( 73 ) for parameter coolOffPeriod is invalid. Expecting a value less than or equal to 72",
            ),
            (
                "LockSnapshot",
                lock("governance", json!({ "LockDuration": 36501 })),
                value,
                "Value ( 36501 ) for parameter lockDuration is invalid. Expecting a value less than or equal to 36500",
            ),
            (
                "LockSnapshot",
                lock("governance", json!({ "LockDuration": 1, "ExpirationDate": "2100-01-01T00:00:00Z" })),
                combination,
                "The parameter LockDuration cannot be used with the parameter ExpirationDate",
            ),
        ],
    );
    let past = lock("governance", json!({ "ExpirationDate": "2020-01-01T00:00:00Z" }));
    let sentence = "Value (2020-01-01T00:00:00Z) for parameter expirationDate is invalid. It must lie a day to 36500 days ahead.";
    refuses(&ec2, &[("LockSnapshot", past, value, sentence)]);
    let dated = lock("governance", json!({ "ExpirationDate": "2100-01-01T00:00:00Z" }));
    let answer = ec2.call("LockSnapshot", &dated).ok();
    assert!(answer.text("lockExpiresOn").starts_with("2100-01-01T00:00:00"));
}
