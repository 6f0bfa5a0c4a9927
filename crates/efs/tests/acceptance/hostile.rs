//! What no client means: documents that are none, values at the ends of everything, calls in the wrong order, tokens of
//! others, and sixty-four clients who want the same.

use crate::{
    MARKED, TOKENED, advance_until, file_system, made, mount_target, refuses, said, start, start_real,
    subnets,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::ec2::with;
use testkit::{Answer, Client, Server};

/// What sixty-four clients are answered who call at once.
fn at_once(server: &Server, call: impl Fn(&Client, usize) -> Answer + Sync) -> Vec<Answer> {
    std::thread::scope(|threads| {
        let call = &call;
        let clients: Vec<_> =
            (0..64).map(|number| threads.spawn(move || call(&server.client("efs"), number))).collect();
        clients.into_iter().map(|client| client.join().expect("a client ends")).collect()
    })
}

/// The one that was answered; all others were refused with this status and code.
#[track_caller]
fn winner(answers: &[Answer], status: u16, code: &str) -> Answer {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status < 300);
    for answer in lost {
        let refusal = answer.refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (status, code), "{}", refusal.message);
    }
    let [one] = won.as_slice() else { panic!("{} of {} won", won.len(), answers.len()) };
    (*one).clone()
}

/// A document as it stands, signed.
fn send(efs: &Client, method: &str, path: &str, body: &[u8]) -> Answer {
    let request = efs.request(method, &format!("/2015-02-01/{path}"));
    request.header("content-type", "application/json").body(body).send()
}

#[test]
fn sixty_four_clients_with_one_token_make_one_file_system() {
    let (server, efs) = start();
    let wish = json!({ "CreationToken": "one" });
    let answers = at_once(&server, |efs, _| efs.call("CreateFileSystem", &wish));
    let id = winner(&answers, 409, "FileSystemAlreadyExists").text("FileSystemId");
    // All others learn whose token it is.
    let told: BTreeSet<String> = answers.iter().map(|answer| answer.text("FileSystemId")).collect();
    assert_eq!(told, BTreeSet::from([id.clone()]));
    assert_eq!(efs.call("DescribeFileSystems", &json!({})).ok().texts("FileSystems.FileSystemId"), [id]);
}

#[test]
fn sixty_four_clients_in_one_zone_make_one_mount_target() {
    let (server, efs) = start();
    let id = file_system(&efs, "one");
    let ec2 = server.client("ec2");
    let subnet = &subnets(&ec2)[0].1;
    let wish = json!({ "FileSystemId": id, "SubnetId": subnet });
    let answers = at_once(&server, |efs, _| efs.call("CreateMountTarget", &wish));
    let own = winner(&answers, 409, "MountTargetConflict");
    let found = efs.call("DescribeMountTargets", &json!({ "FileSystemId": id })).ok();
    assert_eq!(found.texts("MountTargets.MountTargetId"), [own.text("MountTargetId")]);
    // And one interface: those who lost left none behind.
    let filter = json!({ "Filter": [{ "Name": "subnet-id", "Value": [subnet] }] });
    let cards = ec2.call("DescribeNetworkInterfaces", &filter).ok();
    let cards = cards.texts("networkInterfaceSet.item.networkInterfaceId");
    assert_eq!(cards, [own.text("NetworkInterfaceId")]);
}

#[test]
fn sixty_four_clients_have_one_access_point_one_replication_and_fifty_tags() {
    let (server, efs) = start();
    let id = file_system(&efs, "one");
    let wish = json!({ "FileSystemId": id, "ClientToken": "t" });
    let answers = at_once(&server, |efs, _| efs.call("CreateAccessPoint", &wish));
    winner(&answers, 409, "AccessPointAlreadyExists");
    let told: BTreeSet<String> = answers.iter().map(|answer| answer.text("AccessPointId")).collect();
    assert_eq!(told.len(), 1);
    let wish = json!({ "SourceFileSystemId": id, "Destinations": [{ "Region": "eu-west-1" }] });
    winner(&at_once(&server, |efs, _| efs.call("CreateReplicationConfiguration", &wish)), 400, "BadRequest");
    let copies = server.client("efs").region("eu-west-1").call("DescribeFileSystems", &json!({})).ok();
    assert_eq!(copies.texts("FileSystems.FileSystemId").len(), 1);
    // Fifty of sixty-four tags find room, and none of those that were answered is lost.
    let answers = at_once(&server, |efs, number| {
        let tags = json!([{ "Key": format!("k{number}"), "Value": "" }]);
        efs.call("TagResource", &json!({ "ResourceId": id, "Tags": tags }))
    });
    let kept: BTreeSet<String> =
        (0..64).filter(|n| answers[*n].status == 200).map(|n| format!("k{n}")).collect();
    let found = efs.call("ListTagsForResource", &json!({ "ResourceId": id })).ok().texts("Tags.Key");
    assert_eq!((kept.len(), found.into_iter().collect::<BTreeSet<_>>()), (50, kept));
}

/// Whichever comes first, a mount target never stands for a file system that is not there.
#[test]
fn a_deletion_races_with_mount_targets() {
    let (server, efs) = start();
    let ec2 = server.client("ec2");
    let subnet = &subnets(&ec2)[0].1;
    for round in 0..8 {
        let id = file_system(&efs, &format!("round-{round}"));
        let answers = at_once(&server, |efs, number| match number % 2 {
            0 => efs.call("DeleteFileSystem", &json!({ "FileSystemId": id })),
            _ => efs.call("CreateMountTarget", &json!({ "FileSystemId": id, "SubnetId": subnet })),
        });
        let made: Vec<String> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .map(|made| made.text("MountTargetId"))
            .collect();
        let found = efs.call("DescribeMountTargets", &json!({ "FileSystemId": id }));
        match made.as_slice() {
            [] => assert_eq!(found.refusal().code, "FileSystemNotFound"),
            [target] => {
                assert_eq!(found.ok().texts("MountTargets.MountTargetId"), [target.as_str()]);
                efs.call("DeleteMountTarget", &json!({ "MountTargetId": target })).ok();
            }
            more => panic!("{more:?} stand in one zone"),
        }
    }
    let filter = json!({ "Filter": [{ "Name": "subnet-id", "Value": [subnet] }] });
    let cards = ec2.call("DescribeNetworkInterfaces", &filter).ok();
    assert_eq!(cards.texts("networkInterfaceSet.item.networkInterfaceId"), [""; 0]);
}

#[test]
fn documents_that_are_none_are_refused() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    let deep = [b"{\"Tags\":".as_slice(), &b"[".repeat(100_000)].concat();
    let bodies: [&[u8]; 14] = [
        b"{",
        b"[]",
        b"\"CreationToken\"",
        b"{\"CreationToken\": \"a\"} {}",
        b"{\"CreationToken\": \"\xff\"}",
        b"{\"CreationToken\": []}",
        b"{\"CreationToken\": 5}",
        b"{\"CreationToken\": \"a\", \"Encrypted\": \"true\"}",
        b"{\"CreationToken\": \"a\", \"Tags\": {}}",
        b"{\"CreationToken\": \"a\", \"Tags\": [[]]}",
        b"{\"CreationToken\": \"a\", \"Tags\": \"k\"}",
        b"{\"CreationToken\": \"a\", \"ProvisionedThroughputInMibps\": \"10\"}",
        b"{\"CreationToken\": \"a\", \"ProvisionedThroughputInMibps\": 1e999}",
        &deep,
    ];
    for body in bodies {
        let refusal = send(&efs, "POST", "file-systems", body).refusal();
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "SerializationException"), "{shown}");
    }
    for (method, path, body) in [
        (
            "POST",
            "access-points",
            json!({ "ClientToken": "t", "FileSystemId": id, "PosixUser": { "Uid": 1.5, "Gid": 1 } }),
        ),
        (
            "POST",
            "access-points",
            json!({ "ClientToken": "t", "FileSystemId": id, "PosixUser": { "Uid": "1", "Gid": 1 } }),
        ),
        (
            "POST",
            "mount-targets",
            json!({ "FileSystemId": id, "SubnetId": "subnet-01234567", "SecurityGroups": "sg-01234567" }),
        ),
        ("GET", "file-systems?MaxItems=ten", Value::Null),
        ("GET", "file-systems?MaxItems=99999999999999999999", Value::Null),
        ("GET", "file-systems?Marker=%ff", Value::Null),
        ("GET", "file-systems/%ff/policy", Value::Null),
    ] {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let refusal = send(&efs, method, path, &body).refusal();
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (400, "SerializationException"),
            "{method} {path}"
        );
    }
    // Of two members of one name the last counts, and what nobody knows is not looked at.
    let twice =
        send(&efs, "POST", "file-systems", br#"{"CreationToken":[],"CreationToken":"two","Other":[1]}"#).ok();
    assert_eq!(twice.text("CreationToken"), "two");
}

/// Values beside what they are for: of each the model's own rule, or the service's.
#[test]
fn values_at_the_ends_of_everything() {
    let (server, efs) = start();
    let id = file_system(&efs, "one");
    let subnet = subnets(&server.client("ec2"))[0].1.clone();
    let create = |more: Value| ("CreateFileSystem", with(&json!({ "CreationToken": "t" }), &more));
    let point =
        |more: Value| ("CreateAccessPoint", with(&json!({ "FileSystemId": id, "ClientToken": "t" }), &more));
    let target =
        |more: Value| ("CreateMountTarget", with(&json!({ "FileSystemId": id, "SubnetId": subnet }), &more));
    let mibps = |figure: Value| {
        create(json!({ "ThroughputMode": "provisioned", "ProvisionedThroughputInMibps": figure }))
    };
    let tag = |key: &str, value: &str| create(json!({ "Tags": [{ "Key": key, "Value": value }] }));
    let path = |path: &str| point(json!({ "RootDirectory": { "Path": path } }));
    let user = |uid: i64, groups: usize| {
        point(json!({ "PosixUser": { "Uid": uid, "Gid": 0, "SecondaryGids": vec![7; groups] } }))
    };
    let policy = |text: String| ("PutFileSystemPolicy", json!({ "FileSystemId": id, "Policy": text }));
    let invalid = "ValidationException";
    let tags = |count: usize| -> Vec<Value> {
        (0..count).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect()
    };
    for ((call, wish), code) in [
        (mibps(json!("NaN")), invalid),
        (mibps(json!("-Infinity")), invalid),
        (mibps(json!("Infinity")), "ThroughputLimitExceeded"),
        (mibps(json!(1.0e308)), "ThroughputLimitExceeded"),
        (mibps(json!(3_414.000_001)), "ThroughputLimitExceeded"),
        (mibps(json!(0.999_999)), invalid),
        (mibps(json!(-0.0)), invalid),
        (create(json!({ "CreationToken": "x".repeat(65) })), invalid),
        (create(json!({ "CreationToken": "\n" })), invalid),
        (create(json!({ "KmsKeyId": "k".repeat(100_000), "Encrypted": true })), invalid),
        (create(json!({ "AvailabilityZoneName": "us-east-1a\0" })), "UnsupportedAvailabilityZone"),
        (create(json!({ "Tags": tags(10_000) })), "BadRequest"),
        (tag(&"k".repeat(129), ""), invalid),
        (tag("k", &"v".repeat(257)), invalid),
        (tag("AWS:k", ""), invalid),
        (tag("", ""), invalid),
        (tag("\u{1f4be}", ""), invalid),
        (tag("k\0", ""), invalid),
        (user(4_294_967_296, 0), invalid),
        (user(-1, 0), invalid),
        (user(0, 17), invalid),
        (path("relative"), invalid),
        (path("/a//b"), invalid),
        (path("/a/"), invalid),
        (path("/.."), invalid),
        (path("/a/../b"), invalid),
        (path("/a/b/c/d/e"), invalid),
        (path(&format!("/{}", "a".repeat(100))), invalid),
        (path("/a\n"), invalid),
        (
            point(
                json!({ "RootDirectory": { "CreationInfo": { "OwnerUid": 0, "OwnerGid": 0, "Permissions": "0888" } } }),
            ),
            invalid,
        ),
        (point(json!({ "RootDirectory": { "CreationInfo": { "OwnerUid": 0 } } })), invalid),
        (target(json!({ "IpAddress": "0.0.0.0" })), "BadRequest"),
        (target(json!({ "IpAddress": "255.255.255.255" })), "BadRequest"),
        (target(json!({ "IpAddress": "010.000.000.001" })), "BadRequest"),
        (target(json!({ "Ipv6Address": "::ffff:1.2.3.4", "IpAddressType": "DUAL_STACK" })), "BadRequest"),
        (target(json!({ "SecurityGroups": vec!["sg-0123456789abcdef0"; 101] })), invalid),
        (target(json!({ "SecurityGroups": ["sg-0123456789abcdef0"] })), "SecurityGroupNotFound"),
        (policy(String::new()), invalid),
        (policy("x".repeat(20_001)), invalid),
        (policy("[".repeat(20_000)), "InvalidPolicyException"),
        (policy("null".to_owned()), "InvalidPolicyException"),
        (policy("{\"Statement\":[]}".to_owned()), "InvalidPolicyException"),
        (("DescribeFileSystems", json!({ "MaxItems": 0 })), invalid),
        (("DescribeFileSystems", json!({ "MaxItems": -1 })), invalid),
        (("DescribeFileSystems", json!({ "Marker": "x".repeat(129) })), invalid),
        (("UntagResource", json!({ "ResourceId": id, "TagKeys": vec!["k"; 51] })), invalid),
        (("UntagResource", json!({ "ResourceId": id, "TagKeys": [] })), invalid),
        (
            (
                "PutLifecycleConfiguration",
                json!({ "FileSystemId": id, "LifecyclePolicies": [{}, {}, {}, {}] }),
            ),
            invalid,
        ),
        (("DescribeFileSystems", json!({ "FileSystemId": format!("fs-{}", "0".repeat(200)) })), invalid),
        (
            ("DescribeFileSystems", json!({ "FileSystemId": format!("fs-{}", "0".repeat(40)) })),
            "FileSystemNotFound",
        ),
    ] {
        let refusal = efs.call(call, &wish).refusal();
        let shown: String = wish.to_string().chars().take(120).collect();
        assert_eq!(refusal.code, code, "{call} {shown}: {}", refusal.message);
    }
    // What is at the very end is inside.
    for (call, wish) in [
        mibps(json!(1.0)),
        with_token(create(json!({ "Tags": tags(50) })), &"x".repeat(64)),
        with_token(tag(&"\u{436}".repeat(128), &"\u{436}".repeat(256)), "letters"),
        user(4_294_967_295, 16),
        with_token(path("/a/b/c/d"), "path"),
        ("DescribeFileSystems", json!({ "MaxItems": i32::MAX })),
        ("UntagResource", json!({ "ResourceId": id, "TagKeys": vec!["k"; 50] })),
    ] {
        efs.call(call, &wish).ok();
    }
}

/// Another token, by whatever name.
fn with_token((call, mut wish): (&'static str, Value), token: &str) -> (&'static str, Value) {
    let member = if call == "CreateAccessPoint" { "ClientToken" } else { "CreationToken" };
    wish[member] = json!(token);
    (call, wish)
}

/// A token is good for the list it was given with, of its account and Region.
#[test]
fn tokens_of_other_lists_are_none() {
    let (server, efs) = start();
    let ids: Vec<String> = (0..3).map(|n| file_system(&efs, &n.to_string())).collect();
    let tags: Vec<Value> = (0..3).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    for (number, id) in ids.iter().enumerate() {
        efs.call("TagResource", &json!({ "ResourceId": id, "Tags": tags })).ok();
        for of in 0..3 {
            let wish = json!({ "FileSystemId": id, "ClientToken": format!("{number}/{of}") });
            efs.call("CreateAccessPoint", &wish).ok();
        }
    }
    let one = json!({ "FileSystemId": ids[0] });
    let lists = [
        ("DescribeFileSystems", MARKED, json!({})),
        ("DescribeTags", MARKED, one.clone()),
        ("DescribeTags", MARKED, json!({ "FileSystemId": ids[1] })),
        ("DescribeAccessPoints", TOKENED, json!({})),
        ("DescribeAccessPoints", TOKENED, one),
        ("ListTagsForResource", TOKENED, json!({ "ResourceId": ids[0] })),
    ];
    let token = |efs: &Client, (call, (size, _, next), wish): &(&str, (&str, &str, &str), Value)| {
        efs.call(call, &with(wish, &json!({ *size: 1 }))).ok().text(next)
    };
    let given: Vec<String> = lists.iter().map(|list| token(&efs, list)).collect();
    let other = server.client("efs").key("111122223333", "s", None);
    let west = server.client("efs").region("us-west-2");
    for (number, (call, (_, name, _), wish)) in lists.iter().enumerate() {
        let sentence = if *name == "Marker" { "Invalid Marker" } else { "Invalid NextToken" };
        for (of, token) in given.iter().enumerate() {
            let asked = with(wish, &json!({ *name: token }));
            if of == number {
                efs.call(call, &asked).ok();
                continue;
            }
            refuses(&efs, &[(*call, asked, 400, "BadRequest", sentence)]);
        }
        // Altered in any place it is none.
        let own = &given[number];
        for at in [0, own.len() / 2, own.len() - 2] {
            let letter = if own.as_bytes()[at] == b'A' { "B" } else { "A" };
            let altered = format!("{}{letter}{}", &own[..at], &own[at + 1..]);
            refuses(&efs, &[(*call, with(wish, &json!({ *name: altered })), 400, "BadRequest", sentence)]);
        }
    }
    for (list, token) in [(0, &given[0]), (3, &given[3])] {
        let (call, (_, name, _), _) = lists[list];
        let sentence = if name == "Marker" { "Invalid Marker" } else { "Invalid NextToken" };
        for efs in [&other, &west] {
            refuses(efs, &[(call, json!({ name: token }), 400, "BadRequest", sentence)]);
        }
    }
}

/// What goes is not brought back, and what comes is not used before its time.
#[test]
fn calls_in_the_wrong_order_change_nothing() {
    let (server, efs) = start_real();
    let ec2 = server.client("ec2");
    let subnet = subnets(&ec2)[0].1.clone();
    let id = file_system(&efs, "one");
    let state = || efs.call("DescribeFileSystems", &json!({})).ok().texts("FileSystems.LifeCycleState");
    advance_until(&server, "FileSystemChanged", state, &["available"]);
    let of = json!({ "FileSystemId": id });
    for _ in 0..2 {
        efs.call("DeleteFileSystem", &of).ok();
        assert_eq!(state(), ["deleting"]);
    }
    let sentence = format!("The lifecycle state of file system '{id}' is not \"available\".");
    let incorrect = "IncorrectFileSystemLifeCycleState";
    for (call, more) in [
        ("CreateMountTarget", json!({ "SubnetId": subnet })),
        ("CreateAccessPoint", json!({ "ClientToken": "t" })),
        ("UpdateFileSystem", json!({ "ThroughputMode": "elastic" })),
        ("UpdateFileSystemProtection", json!({ "ReplicationOverwriteProtection": "DISABLED" })),
        ("PutLifecycleConfiguration", json!({ "LifecyclePolicies": [] })),
        ("PutBackupPolicy", json!({ "BackupPolicy": { "Status": "ENABLED" } })),
        ("DeleteFileSystemPolicy", json!({})),
    ] {
        refuses(&efs, &[(call, with(&of, &more), 409, incorrect, &sentence)]);
    }
    // Its token is its own until it is gone.
    let again = efs.call("CreateFileSystem", &json!({ "CreationToken": "one" })).refusal();
    assert_eq!(
        (again.code.as_str(), again.members["FileSystemId"].as_str()),
        ("FileSystemAlreadyExists", id.as_str())
    );
    advance_until(&server, "FileSystemDeleted", state, &[]);
    file_system(&efs, "one");
    advance_until(&server, "FileSystemChanged", state, &["available"]);
    let own = efs.call("DescribeFileSystems", &json!({})).ok().text("FileSystems.FileSystemId");
    let target = mount_target(&efs, &own, &subnet).text("MountTargetId");
    let wish = json!({ "MountTargetId": target });
    for _ in 0..2 {
        efs.call("DeleteMountTarget", &wish).ok();
    }
    // The zone is taken as long as it goes.
    let again = json!({ "FileSystemId": own, "SubnetId": subnet });
    let taken = "mount target already exists in this AZ";
    refuses(&efs, &[("CreateMountTarget", again, 409, "MountTargetConflict", taken)]);
    assert_eq!(said(&efs, &own)["NumberOfMountTargets"], 1);
}

/// A policy of the greatest length is kept to the byte, and so are odd letters.
#[test]
fn texts_come_back_as_they_were_sent() {
    let (_server, efs) = start();
    let id = made(&efs, &json!({ "CreationToken": "\u{1f4be} \"'<>&\\ \u{7f}" })).text("FileSystemId");
    assert_eq!(said(&efs, &id)["CreationToken"], "\u{1f4be} \"'<>&\\ \u{7f}");
    let statement =
        r#"{"Sid":"a","Effect":"Allow","Principal":"*","Action":"elasticfilesystem:ClientMount"}"#;
    let policy = format!("{{\"Statement\":{statement}{}}}", " ".repeat(20_000 - statement.len() - 14));
    assert_eq!(policy.len(), 20_000);
    efs.call("PutFileSystemPolicy", &json!({ "FileSystemId": id, "Policy": policy })).ok();
    let told = efs.call("DescribeFileSystemPolicy", &json!({ "FileSystemId": id })).ok();
    assert_eq!(told.text("Policy"), policy);
}
