//! What a notification configuration may say.

use crate::tests::{MALFORMED, answer, bucket, refused};
use serde_json::{Value, json};
use shapes_s3::{GetBucketNotificationConfiguration as Get, PutBucketNotificationConfiguration as Put};

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:q";
const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:t";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

fn put(configuration: &Value) -> Value {
    json!({"Bucket": "bkt", "NotificationConfiguration": configuration})
}

fn queue(id: &str, arn: &str, event: &str, rules: &Value) -> Value {
    json!({"Id": id, "QueueArn": arn, "Events": [event], "Filter": {"Key": {"FilterRules": rules}}})
}

#[test]
fn a_configuration_comes_back_with_ids_and_spelled_names() {
    let s3 = bucket();
    let get = || answer::<Get>(&s3, json!({"Bucket": "bkt"}));
    assert_eq!(get(), json!({}));
    answer::<Put>(
        &s3,
        put(&json!({
            "TopicConfigurations": [{"TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}],
            "QueueConfigurations": [queue("q", QUEUE, "s3:ObjectCreated:*", &json!([
                {"Name": "PREFIX", "Value": "in/"}, {"Name": "suffix", "Value": ""},
            ]))],
            "LambdaFunctionConfigurations": [
                {"Id": "f", "LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectTagging:*", "s3:ObjectAcl:Put"]},
            ],
            "EventBridgeConfiguration": {},
        })),
    );
    let mut shown = get();
    let id = shown["TopicConfigurations"][0].as_object_mut().unwrap().remove("Id").unwrap();
    assert_eq!(id.as_str().unwrap().len(), 48);
    assert_eq!(
        shown,
        json!({
            "TopicConfigurations": [{"TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}],
            "QueueConfigurations": [queue("q", QUEUE, "s3:ObjectCreated:*", &json!([
                {"Name": "Prefix", "Value": "in/"}, {"Name": "Suffix", "Value": ""},
            ]))],
            "LambdaFunctionConfigurations": [
                {"Id": "f", "LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectTagging:*", "s3:ObjectAcl:Put"]},
            ],
            "EventBridgeConfiguration": {},
        })
    );
    answer::<Put>(&s3, put(&json!({})));
    assert_eq!(get(), json!({}));
}

#[test]
fn destinations_that_are_none_are_refused() {
    let s3 = bucket();
    let refuse = |configuration: &Value, sentence: &str, members: &[(&str, &str)]| {
        refused::<Put>(&s3, put(configuration), "InvalidArgument", sentence, members);
    };
    let parsed = "The ARN could not be parsed";
    let event = json!(["s3:ObjectCreated:Put"]);
    for arn in ["q", QUEUE.strip_suffix(":q").unwrap(), TOPIC, "arn:aws:sqs:us-east-1:12:q", ""] {
        let queues = json!({"QueueConfigurations": [{"QueueArn": arn, "Events": event}]});
        refuse(&queues, parsed, &[("ArgumentName", "Queue"), ("ArgumentValue", arn)]);
    }
    refuse(
        &json!({"TopicConfigurations": [{"TopicArn": QUEUE, "Events": event}]}),
        parsed,
        &[("ArgumentName", "Topic"), ("ArgumentValue", QUEUE)],
    );
    refuse(
        &json!({"LambdaFunctionConfigurations": [{"LambdaFunctionArn": "f", "Events": event}]}),
        parsed,
        &[("ArgumentName", "CloudFunction"), ("ArgumentValue", "f")],
    );
    // An ARN that cannot be read comes before all else that is wrong.
    let both =
        json!([queue("a", QUEUE, "s3:Nothing", &json!([])), queue("a", "q", "s3:Nothing", &json!([]))]);
    refuse(&json!({"QueueConfigurations": both}), parsed, &[("ArgumentValue", "q")]);
    let west = "arn:aws:sqs:us-west-2:000000000000:q";
    refuse(
        &json!({"QueueConfigurations": [{"QueueArn": west, "Events": event}]}),
        "The notification destination service region is not valid for the bucket location constraint",
        &[("ArgumentName", "Queue"), ("ArgumentValue", west)],
    );
    let (one, other) = (format!("{QUEUE}.fifo"), format!("{TOPIC}.fifo"));
    let mut ordered = put(&json!({
        "QueueConfigurations": [{"QueueArn": one, "Events": event}],
        "TopicConfigurations": [{"TopicArn": other, "Events": ["s3:ObjectAcl:Put"]}],
    }));
    refused::<Put>(
        &s3,
        ordered.clone(),
        "InvalidArgument",
        "Unable to validate the following destination configurations",
        &[
            ("ArgumentName1", other.as_str()),
            ("ArgumentValue1", "FIFO topics are not supported"),
            ("ArgumentName2", one.as_str()),
            ("ArgumentValue2", "FIFO queues are not supported"),
        ],
    );
    ordered["SkipDestinationValidation"] = json!(true);
    answer::<Put>(&s3, ordered);
}

#[test]
fn events_filters_and_ids_are_checked() {
    let s3 = bucket();
    let rule = |name: &str, value: &str| json!({"Name": name, "Value": value});
    let (create, put_event) = ("s3:ObjectCreated:*", "s3:ObjectCreated:Put");
    let overlap =
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.";
    let ambiguous = "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.";
    for (queues, code, sentence, members) in [
        (
            json!([queue("a", QUEUE, "s3:ObjectCreated:Foo", &json!([]))]),
            "InvalidArgument",
            "The event is not supported for notifications",
            &[("ArgumentValue", "s3:ObjectCreated:Foo")][..],
        ),
        (json!([{"QueueArn": QUEUE}]), "MalformedXML", MALFORMED, &[]),
        (json!([queue("a", QUEUE, create, &json!([{"Name": "prefix"}]))]), "MalformedXML", MALFORMED, &[]),
        (json!([queue("a", QUEUE, create, &json!([{"Value": "x"}]))]), "MalformedXML", MALFORMED, &[]),
        (
            json!([queue("a", QUEUE, create, &json!([rule("infix", "x")]))]),
            "InvalidArgument",
            "filter rule name must be either prefix or suffix",
            &[("ArgumentName", "FilterRule.Name"), ("ArgumentValue", "infix")],
        ),
        (
            json!([queue("a", QUEUE, create, &json!([rule("prefix", "x"), rule("Prefix", "y")]))]),
            "InvalidArgument",
            "Cannot specify more than one prefix rule in a filter.",
            &[],
        ),
        (
            json!([queue("a", QUEUE, create, &json!([])), queue("a", QUEUE, "s3:ObjectAcl:Put", &json!([]))]),
            "InvalidArgument",
            "Same ID used for multiple configurations. IDs must be unique.",
            &[],
        ),
        (
            json!([queue("a", QUEUE, create, &json!([])), queue("b", QUEUE, put_event, &json!([]))]),
            "InvalidArgument",
            overlap,
            &[],
        ),
        (
            json!([
                queue("a", QUEUE, create, &json!([rule("prefix", "a")])),
                queue("b", QUEUE, create, &json!([rule("prefix", "ab"), rule("suffix", ".jpg")])),
            ]),
            "InvalidArgument",
            ambiguous,
            &[],
        ),
    ] {
        refused::<Put>(&s3, put(&json!({"QueueConfigurations": queues})), code, sentence, members);
    }
    let apart = json!([
        queue("a", QUEUE, create, &json!([rule("prefix", "a"), rule("suffix", ".png")])),
        queue("b", QUEUE, create, &json!([rule("prefix", "a"), rule("suffix", ".jpg")])),
        queue("c", QUEUE, create, &json!([rule("prefix", "b")])),
    ]);
    answer::<Put>(&s3, put(&json!({"QueueConfigurations": apart})));
}
