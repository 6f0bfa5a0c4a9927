//! What destinations are told, over the operations.

use crate::error::Configuration;
use crate::notification::DeliveryRow;
use crate::tests::{NoKeys, NoNames, configure, filled};
use ports::{Carrying, Courier};
use serde_json::{Value, json};
use shapes_s3 as api;
use std::sync::{Arc, Mutex};
use testkit::Local;

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:q";
const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:t";
const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";

/// Keeps what it carries; fails as often as it is told to.
#[derive(Default)]
struct Kept {
    carried: Mutex<Vec<(String, Value)>>,
    failures: Mutex<u32>,
}

impl Courier for Kept {
    fn serves(&self, destination: &str) -> bool {
        destination != TOPIC
    }

    fn carry(&self, destination: &str, message: String) -> Carrying {
        let mut failures = self.failures.lock().unwrap();
        if *failures > 0 {
            *failures -= 1;
            return Box::pin(async { Err("nobody is there".into()) });
        }
        let message = serde_json::from_str(&message).unwrap();
        self.carried.lock().unwrap().push((destination.to_owned(), message));
        Box::pin(async { Ok(()) })
    }
}

struct Bench {
    s3: Local,
    kept: Arc<Kept>,
}

impl Bench {
    fn new(versioning: bool, configuration: &Value) -> Self {
        let kept = Arc::new(Kept::default());
        let s3 = Local::new(|registry| {
            crate::install(registry, Arc::new(NoKeys), Arc::new(NoNames), kept.clone());
        });
        s3.call::<api::CreateBucket>(filled(&json!({"Bucket": "bkt"}))).unwrap();
        if versioning {
            let input = json!({"Bucket": "bkt", "VersioningConfiguration": {"Status": "Enabled"}});
            s3.call::<api::PutBucketVersioning>(filled(&input)).unwrap();
        }
        let bench = Self { s3, kept };
        let configuration: api::NotificationConfiguration = filled(configuration);
        configure(&bench.s3, "bkt", Configuration::Notification, &configuration);
        bench
    }

    fn put(&self, key: &str) {
        self.s3.call::<api::PutObject>(filled(&json!({"Bucket": "bkt", "Key": key}))).unwrap();
    }

    fn call<O: shape::Operation>(&self, input: &Value) -> O::Output {
        self.s3.call::<O>(filled(input)).unwrap()
    }

    /// What arrived since the last call.
    fn arrived(&self) -> Vec<(String, Value)> {
        self.s3.settle();
        std::mem::take(&mut *self.kept.carried.lock().unwrap())
    }

    /// The names of S3's own records that arrived, with their keys.
    fn names(&self) -> Vec<String> {
        let name = |(_, message): (String, Value)| {
            let record = &message["Records"][0];
            format!(
                "{} {}",
                record["eventName"].as_str().unwrap(),
                record["s3"]["object"]["key"].as_str().unwrap()
            )
        };
        self.arrived().into_iter().map(name).collect()
    }

    fn undelivered(&self) -> usize {
        self.s3.world().store.view().range::<DeliveryRow>("").count()
    }
}

fn queue(events: &Value, rules: &Value) -> Value {
    let queue =
        json!({"Id": "all", "QueueArn": QUEUE, "Events": events, "Filter": {"Key": {"FilterRules": rules}}});
    json!({ "QueueConfigurations": [queue] })
}

#[test]
fn a_record_says_who_did_what_to_which_object() {
    let bench = Bench::new(true, &queue(&json!(["s3:ObjectCreated:*"]), &json!([])));
    bench.put("a b/c@d");
    let (destination, message) = bench.arrived().remove(0);
    assert_eq!(destination, QUEUE);
    let record = &message["Records"][0];
    let same =
        |pointer: &str, want: Value| assert_eq!(record.pointer(pointer), Some(&want), "{pointer} {record}");
    same("/eventVersion", json!("2.1"));
    same("/eventSource", json!("aws:s3"));
    same("/awsRegion", json!("us-east-1"));
    same("/eventTime", json!("2026-01-01T12:00:00.000Z"));
    same("/eventName", json!("ObjectCreated:Put"));
    same("/requestParameters/sourceIPAddress", json!("127.0.0.1"));
    same("/s3/s3SchemaVersion", json!("1.0"));
    same("/s3/configurationId", json!("all"));
    same("/s3/bucket/name", json!("bkt"));
    same("/s3/bucket/arn", json!("arn:aws:s3:::bkt"));
    same("/s3/object/key", json!("a+b/c%40d"));
    same("/s3/object/size", json!(0));
    same("/s3/object/eTag", json!("d41d8cd98f00b204e9800998ecf8427e"));
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    assert!(!text("/s3/object/versionId").is_empty());
    assert_eq!(text("/s3/object/sequencer").len(), 18);
    assert_eq!(text("/responseElements/x-amz-id-2").len(), 76);
    assert_eq!(text("/userIdentity/principalId"), text("/s3/bucket/ownerIdentity/principalId"));
}

#[test]
fn every_kind_of_change_has_its_event() {
    let all = json!([
        "s3:ObjectCreated:*",
        "s3:ObjectRemoved:*",
        "s3:ObjectTagging:*",
        "s3:ObjectAcl:Put",
        "s3:ObjectRestore:*",
        "s3:LifecycleExpiration:*",
        "s3:LifecycleTransition"
    ]);
    let bench = Bench::new(true, &queue(&all, &json!([])));
    bench.put("k");
    bench.call::<api::CopyObject>(&json!({"Bucket": "bkt", "Key": "copy", "CopySource": "bkt/k"}));
    let tags = json!({"Bucket": "bkt", "Key": "k", "Tagging": {"TagSet": [{"Key": "a", "Value": "1"}]}});
    bench.call::<api::PutObjectTagging>(&tags);
    bench.call::<api::DeleteObjectTagging>(&json!({"Bucket": "bkt", "Key": "k"}));
    let archived = json!({"Bucket": "bkt", "Key": "cold", "StorageClass": "GLACIER"});
    bench.call::<api::PutObject>(&archived);
    bench.call::<api::RestoreObject>(&json!({"Bucket": "bkt", "Key": "cold", "RestoreRequest": {"Days": 1}}));
    bench.call::<api::DeleteObject>(&json!({"Bucket": "bkt", "Key": "k"}));
    let version = bench.call::<api::HeadObject>(&json!({"Bucket": "bkt", "Key": "copy"})).version_id.unwrap();
    bench.call::<api::DeleteObject>(&json!({"Bucket": "bkt", "Key": "copy", "VersionId": version}));
    assert_eq!(
        bench.names(),
        [
            "ObjectCreated:Put k",
            "ObjectCreated:Copy copy",
            "ObjectTagging:Put k",
            "ObjectTagging:Delete k",
            "ObjectCreated:Put cold",
            "ObjectRestore:Post cold",
            "ObjectRestore:Completed cold",
            "ObjectRemoved:DeleteMarkerCreated k",
            "ObjectRemoved:Delete copy",
        ]
    );
    let lifecycle: api::GetBucketLifecycleConfigurationOutput = filled(&json!({"Rules": [{
        "ID": "r", "Status": "Enabled", "Filter": {"ObjectSizeLessThan": 9}, "Expiration": {"Days": 1},
        "Transitions": [{"Days": 0, "StorageClass": "DEEP_ARCHIVE"}], "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }]}));
    configure(&bench.s3, "bkt", Configuration::Lifecycle, &lifecycle);
    for _ in 0..4 {
        bench.s3.advance(86_400_000);
    }
    assert_eq!(
        bench.names(),
        [
            "LifecycleTransition cold",
            "LifecycleExpiration:DeleteMarkerCreated cold",
            "LifecycleExpiration:Delete k",
            "LifecycleExpiration:Delete cold",
        ]
    );
}

#[test]
fn a_filter_holds_back_other_keys_and_a_configuration_other_events() {
    let rules = json!([{"Name": "Prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]);
    let bench = Bench::new(false, &queue(&json!(["s3:ObjectCreated:Put"]), &rules));
    for key in ["in/a.jpg", "in/a.png", "out/a.jpg"] {
        bench.put(key);
    }
    bench.call::<api::CopyObject>(&json!({"Bucket": "bkt", "Key": "in/b.jpg", "CopySource": "bkt/in/a.jpg"}));
    bench.call::<api::DeleteObject>(&json!({"Bucket": "bkt", "Key": "in/a.jpg"}));
    assert_eq!(bench.names(), ["ObjectCreated:Put in/a.jpg"]);
}

#[test]
fn later_events_of_a_key_have_greater_sequencers() {
    let bench = Bench::new(false, &queue(&json!(["s3:ObjectCreated:*"]), &json!([])));
    for _ in 0..5 {
        bench.put("k");
    }
    bench.s3.advance(1000);
    bench.put("k");
    let sequencers: Vec<String> = bench
        .arrived()
        .iter()
        .map(|(_, message)| message["Records"][0]["s3"]["object"]["sequencer"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(sequencers.len(), 6);
    assert!(sequencers.is_sorted_by(|a, b| a < b), "{sequencers:?}");
}

#[test]
fn event_bridge_is_told_in_its_own_form() {
    let bench = Bench::new(true, &json!({"EventBridgeConfiguration": {}}));
    bench.put("a b@c");
    bench.call::<api::DeleteObject>(&json!({"Bucket": "bkt", "Key": "a b@c"}));
    let arrived = bench.arrived();
    assert_eq!(arrived.len(), 2);
    let (destination, created) = &arrived[0];
    assert_eq!(destination, BUS);
    assert_eq!(created["source"], "aws.s3");
    assert_eq!(created["detail-type"], "Object Created");
    assert_eq!(created["resources"], json!(["arn:aws:s3:::bkt"]));
    assert_eq!(created["time"], "2026-01-01T12:00:00Z");
    assert_eq!(created["detail"]["object"]["key"], "a b@c");
    assert_eq!(created["detail"]["reason"], "PutObject");
    assert_eq!(created["detail"]["requester"], "000000000000");
    let deleted = &arrived[1].1;
    assert_eq!(deleted["detail-type"], "Object Deleted");
    assert_eq!(deleted["detail"]["deletion-type"], "Delete Marker Created");
    assert_ne!(created["id"], deleted["id"]);
}

#[test]
fn a_destination_without_a_place_is_in_the_event_log_only() {
    let topic = json!({"Id": "t", "TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]});
    let bench = Bench::new(false, &json!({ "TopicConfigurations": [topic] }));
    bench.put("k");
    assert_eq!(bench.undelivered(), 1);
    assert_eq!(bench.arrived(), []);
    assert_eq!(bench.undelivered(), 0);
    let log = bench.s3.world().store.events_since(0, 100).unwrap();
    let told = log.iter().find(|event| event.kind == "Notified").unwrap();
    let told: Value = serde_json::from_str(told.detail.get()).unwrap();
    assert_eq!(told["Notified"]["destination"], TOPIC);
    assert_eq!(told["Notified"]["message"]["Records"][0]["eventName"], "ObjectCreated:Put");
}

#[test]
fn a_destination_that_fails_is_tried_again_and_then_given_up() {
    let bench = Bench::new(false, &queue(&json!(["s3:ObjectCreated:*"]), &json!([])));
    *bench.kept.failures.lock().unwrap() = 1;
    bench.put("a");
    bench.put("b");
    assert_eq!(bench.names(), [""; 0]);
    assert_eq!(bench.undelivered(), 2);
    assert_eq!(bench.names(), ["ObjectCreated:Put a", "ObjectCreated:Put b"]);
    *bench.kept.failures.lock().unwrap() = u32::MAX;
    bench.put("c");
    for left in [1, 1, 1, 1, 0] {
        assert_eq!(bench.names(), [""; 0]);
        assert_eq!(bench.undelivered(), left);
    }
    let log = bench.s3.world().store.events_since(0, 100).unwrap();
    let lost = log.iter().find(|event| event.kind == "NotificationLost").unwrap();
    let lost: Value = serde_json::from_str(lost.detail.get()).unwrap();
    assert_eq!(lost["NotificationLost"]["cause"], "nobody is there");
}

/// Recorded of DeleteObjects; one key alone is announced only where it was there.
#[test]
fn of_many_keys_also_those_are_announced_that_were_not_there() {
    let bench = Bench::new(false, &queue(&json!(["s3:ObjectRemoved:*"]), &json!([])));
    bench.put("k");
    bench.call::<api::DeleteObject>(&json!({"Bucket": "bkt", "Key": "none"}));
    let objects = json!([{"Key": "none"}, {"Key": "k"}]);
    bench.call::<api::DeleteObjects>(&json!({"Bucket": "bkt", "Delete": {"Objects": objects}}));
    assert_eq!(bench.names(), ["ObjectRemoved:Delete none", "ObjectRemoved:Delete k"]);
}

#[test]
fn a_restored_copy_that_goes_is_announced() {
    let events = json!(["s3:ObjectRestore:Delete"]);
    let mut configuration = queue(&events, &json!([]));
    configuration["EventBridgeConfiguration"] = json!({});
    let bench = Bench::new(false, &configuration);
    bench.call::<api::PutObject>(&json!({"Bucket": "bkt", "Key": "cold", "StorageClass": "GLACIER"}));
    bench.call::<api::RestoreObject>(&json!({"Bucket": "bkt", "Key": "cold", "RestoreRequest": {"Days": 1}}));
    bench.arrived();
    bench.s3.advance(2 * 86_400_000);
    let arrived = bench.arrived();
    let (record, bridged) = (&arrived[0].1["Records"][0], &arrived[1].1);
    assert_eq!(
        (&record["eventName"], &record["eventVersion"]),
        (&json!("ObjectRestore:Delete"), &json!("2.3"))
    );
    assert_eq!(record["s3"]["object"]["key"], "cold");
    assert_eq!(bridged["detail-type"], "Object Restore Expired");
    bench.s3.advance(2 * 86_400_000);
    assert_eq!(bench.arrived(), []);
}

#[test]
fn a_retention_that_is_set_is_announced() {
    let kept = Arc::new(Kept::default());
    let s3 = Local::new(|registry| {
        crate::install(registry, Arc::new(NoKeys), Arc::new(NoNames), kept.clone());
    });
    let bench = Bench { s3, kept };
    bench.call::<api::CreateBucket>(&json!({"Bucket": "bkt", "ObjectLockEnabledForBucket": true}));
    let asked: api::NotificationConfiguration =
        filled(&queue(&json!(["s3:ObjectRetention:Put"]), &json!([])));
    configure(&bench.s3, "bkt", Configuration::Notification, &asked);
    bench.put("k");
    let retention = json!({"Mode": "GOVERNANCE", "RetainUntilDate": 1_893_456_000});
    bench.call::<api::PutObjectRetention>(&json!({"Bucket": "bkt", "Key": "k", "Retention": retention}));
    let arrived = bench.arrived();
    assert_eq!(arrived.len(), 1);
    let record = &arrived[0].1["Records"][0];
    assert_eq!(record["eventName"], "ObjectRetention:Put");
    let data = json!({"mode": "GOVERNANCE", "retainUntilDate": "2030-01-01T00:00:00.000Z"});
    assert_eq!(record["objectRetentionEventData"], data);
}

/// As "Receiving replication failure events with Amazon S3 Event Notifications" shows the record.
#[test]
fn an_object_that_is_not_replicated_is_announced_where_the_rule_has_metrics() {
    let bench = Bench::new(true, &queue(&json!(["s3:Replication:*"]), &json!([])));
    bench.call::<api::CreateBucket>(&json!({"Bucket": "bare"}));
    let rule = |id: &str, prefix: &str, target: &str, metrics: &Value| {
        json!({"ID": id, "Priority": 1, "Status": "Enabled", "Filter": {"Prefix": prefix},
            "DeleteMarkerReplication": {"Status": "Enabled"},
            "Destination": {"Bucket": format!("arn:aws:s3:::{target}"), "Metrics": metrics}})
    };
    let on = json!({"Status": "Enabled"});
    let rules = [
        rule("gone", "gone/", "nowhere", &on),
        rule("bare", "bare/", "bare", &on),
        rule("quiet", "quiet/", "nowhere", &json!({"Status": "Disabled"})),
    ];
    let replication: api::ReplicationConfiguration = filled(&json!({"Role": "r", "Rules": rules}));
    configure(&bench.s3, "bkt", Configuration::Replication, &replication);
    for key in ["gone/k", "bare/k", "quiet/k"] {
        bench.put(key);
    }
    let arrived = bench.arrived();
    let told: Vec<(&str, &str)> = arrived
        .iter()
        .map(|(_, message)| {
            let data = &message["Records"][0]["replicationEventData"];
            let text = |name: &str| data[name].as_str().unwrap();
            (text("replicationRuleId"), text("failureReason"))
        })
        .collect();
    assert_eq!(told, [("gone", "DstBucketNotFound"), ("bare", "DstBucketUnversioned")]);
    let record = &arrived[0].1["Records"][0];
    assert_eq!(record["eventName"], "Replication:OperationFailedReplication");
    assert_eq!(record["eventVersion"], "2.2");
    assert_eq!(record["userIdentity"]["principalId"], "s3.amazonaws.com");
    let data = &record["replicationEventData"];
    assert_eq!(data["destinationBucket"], "arn:aws:s3:::nowhere");
    assert_eq!(
        (&data["s3Operation"], &data["requestTime"]),
        (&json!("OBJECT_PUT"), &json!("2026-01-01T12:00:00.000Z"))
    );
}

/// Source: Amazon S3 User Guide, "Event notification types and destinations".
#[test]
fn topics_and_queues_are_sent_a_message_to_begin_with() {
    let bench = Bench::new(false, &json!({}));
    let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let asked = |vouched_for: bool| {
        let one = |kind: &str, arn: &str, event: &str| json!({kind: arn, "Events": [event]});
        json!({"Bucket": "bkt", "SkipDestinationValidation": vouched_for, "NotificationConfiguration": {
            "QueueConfigurations": [one("QueueArn", QUEUE, "s3:ObjectCreated:Put"), one("QueueArn", QUEUE, "s3:ObjectAcl:Put")],
            "TopicConfigurations": [one("TopicArn", TOPIC, "s3:ObjectCreated:Copy")],
            "LambdaFunctionConfigurations": [one("LambdaFunctionArn", function, "s3:ObjectRemoved:*")],
        }})
    };
    bench.call::<api::PutBucketNotificationConfiguration>(&asked(true));
    assert_eq!(bench.arrived(), []);
    bench.call::<api::PutBucketNotificationConfiguration>(&asked(false));
    assert_eq!(bench.undelivered(), 2);
    let arrived = bench.arrived();
    // The topic has no place.
    assert_eq!(arrived.len(), 1);
    let (destination, message) = &arrived[0];
    assert_eq!(destination, QUEUE);
    let told = ["Service", "Event", "Time", "Bucket"].map(|name| message[name].as_str().unwrap());
    assert_eq!(told, ["Amazon S3", "s3:TestEvent", "2026-01-01T12:00:00.000Z", "bkt"]);
    for name in ["RequestId", "HostId"] {
        assert!(message[name].as_str().is_some_and(|id| !id.is_empty()), "{message}");
    }
}
