use super::{launch, said};
use crate::{refuses, start, with};
use serde_json::{Value, json};
use testkit::Client;

/// One attribute, by the name it is asked for and the member it is answered in.
#[track_caller]
fn read(ec2: &Client, id: &str, attribute: &str, path: &str) -> Vec<String> {
    let call = json!({ "InstanceId": id, "Attribute": attribute });
    ec2.call("DescribeInstanceAttribute", &call).ok().texts(path)
}

#[track_caller]
fn modify(ec2: &Client, id: &str, change: &Value) {
    ec2.call("ModifyInstanceAttribute", &with(&json!({ "InstanceId": id }), change)).ok();
}

#[test]
fn each_attribute_is_read_and_changed() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({ "UserData": "IyEvYmluL3NoCg==" }));
    let value = |name: &str| read(&ec2, &id, name, &format!("{name}.value"));
    assert_eq!(value("instanceType"), ["t3.micro"]);
    assert_eq!(value("userData"), ["IyEvYmluL3NoCg=="]);
    assert_eq!(value("rootDeviceName"), ["/dev/xvda"]);
    for name in ["disableApiTermination", "disableApiStop", "ebsOptimized"] {
        assert_eq!(value(name), ["false"], "{name}");
    }
    assert_eq!(value("sourceDestCheck"), ["true"]);
    assert_eq!(read(&ec2, &id, "enclaveOptions", "enclaveOptions.enabled"), ["false"]);
    assert_eq!(read(&ec2, &id, "groupSet", "groupSet.item.groupId").len(), 1);
    modify(&ec2, &id, &json!({ "DisableApiTermination": { "Value": true } }));
    modify(&ec2, &id, &json!({ "Attribute": "instanceInitiatedShutdownBehavior", "Value": "terminate" }));
    modify(&ec2, &id, &json!({ "SourceDestCheck": { "Value": false } }));
    assert_eq!(value("disableApiTermination"), ["true"]);
    assert_eq!(value("instanceInitiatedShutdownBehavior"), ["terminate"]);
    assert_eq!(said(&ec2, &id, "sourceDestCheck"), ["false"]);
    ec2.call("ResetInstanceAttribute", &json!({ "InstanceId": id, "Attribute": "sourceDestCheck" })).ok();
    assert_eq!(value("sourceDestCheck"), ["true"]);
}

#[test]
fn some_change_only_while_it_is_stopped() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let changes = [
        json!({ "InstanceType": { "Value": "c5.large" } }),
        json!({ "UserData": { "Value": "QQ==" } }),
        json!({ "EbsOptimized": { "Value": true } }),
    ];
    let sentence = format!("The instance '{id}' is not in the 'stopped' state.");
    for change in &changes {
        let call = with(&json!({ "InstanceId": id }), change);
        refuses(&ec2, &[("ModifyInstanceAttribute", call, "IncorrectInstanceState", &sentence)]);
    }
    ec2.call("StopInstances", &json!({ "InstanceId": [id] })).ok();
    changes.iter().for_each(|change| modify(&ec2, &id, change));
    assert_eq!(said(&ec2, &id, "instanceType"), ["c5.large"]);
    assert_eq!(said(&ec2, &id, "ebsOptimized"), ["true"]);
    assert_eq!(read(&ec2, &id, "userData", "userData.value"), ["QQ=="]);
}

#[test]
fn what_attributes_refuse() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let two = json!({ "InstanceId": id, "DisableApiStop": { "Value": true }, "DisableApiTermination": { "Value": true } });
    refuses(
        &ec2,
        &[
            (
                "ModifyInstanceAttribute",
                two,
                "InvalidParameterCombination",
                "Fields for multiple attribute types specified",
            ),
            (
                "ModifyInstanceAttribute",
                json!({ "InstanceId": id }),
                "InvalidParameterCombination",
                "No attributes specified.",
            ),
            (
                "DescribeInstanceAttribute",
                json!({ "InstanceId": "i-00000000000000000", "Attribute": "userData" }),
                "InvalidInstanceID.NotFound",
                "The instance ID 'i-00000000000000000' does not exist",
            ),
        ],
    );
}
