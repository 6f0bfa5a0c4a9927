use super::{launch, run, said};
use crate::{refuses, start};
use serde_json::{Value, json};

#[test]
fn an_account_decides_what_metadata_options_new_instances_have() {
    let (mut server, ec2) = start();
    let dublin = server.client("ec2").region("eu-west-1");
    let get = |path: &str| {
        ec2.call("GetInstanceMetadataDefaults", &json!({})).ok().texts(&format!("accountLevel.{path}"))
    };
    assert_eq!(get("httpTokens"), [""; 0]);
    let set = |wish: Value| ec2.call("ModifyInstanceMetadataDefaults", &wish).ok().text("return");
    let all = json!({ "HttpTokens": "optional", "HttpPutResponseHopLimit": 5, "HttpEndpoint": "disabled",
        "InstanceMetadataTags": "enabled" });
    assert_eq!(set(all), "true");
    let id = launch(&ec2, &json!({}));
    for (path, want) in [
        ("httpTokens", "optional"),
        ("httpPutResponseHopLimit", "5"),
        ("httpEndpoint", "disabled"),
        ("instanceMetadataTags", "enabled"),
    ] {
        assert_eq!(get(path), [want], "{path}");
        assert_eq!(said(&ec2, &id, &format!("metadataOptions.{path}")), [want], "{path}");
    }
    // What a call says stands over that.
    let own = launch(&ec2, &json!({ "MetadataOptions": { "HttpTokens": "required" } }));
    assert_eq!(said(&ec2, &own, "metadataOptions.httpTokens"), ["required"]);
    assert_eq!(said(&ec2, &own, "metadataOptions.httpPutResponseHopLimit"), ["5"]);
    // What is taken away, the image decides again.
    set(json!({ "HttpTokens": "no-preference", "HttpPutResponseHopLimit": -1 }));
    let again = launch(&ec2, &json!({}));
    assert_eq!(said(&ec2, &again, "metadataOptions.httpTokens"), ["required"]);
    assert_eq!(said(&ec2, &again, "metadataOptions.httpPutResponseHopLimit"), ["2"]);
    assert_eq!(get("httpEndpoint"), ["disabled"]);
    let other = dublin.call("GetInstanceMetadataDefaults", &json!({})).ok();
    assert_eq!(other.texts("accountLevel.httpEndpoint"), [""; 0]);

    set(json!({ "HttpTokensEnforced": "enabled" }));
    let launches = "You can't launch instances with IMDSv1 because httpTokensEnforced is enabled for this account. Either launch the instance with httpTokens=required or contact your account owner to disable httpTokensEnforced using the ModifyInstanceMetadataDefaults API or the account settings in the EC2 console.";
    let optional = run(&ec2, &json!({ "MetadataOptions": { "HttpTokens": "optional" } })).refusal();
    assert_eq!((optional.code.as_str(), optional.message.as_str()), ("UnsupportedOperation", launches));
    launch(&ec2, &json!({}));
    refuses(
        &ec2,
        &[
            (
                "ModifyInstanceMetadataOptions",
                json!({ "InstanceId": own, "HttpTokens": "optional" }),
                "UnsupportedOperation",
                "You can't modify instances to use IMDSv1 because httpTokensEnforced is enabled for this account.",
            ),
            (
                "ModifyInstanceMetadataDefaults",
                json!({ "HttpPutResponseHopLimit": 65 }),
                "InvalidParameterValue",
                "Value (65) for parameter httpPutResponseHopLimit is invalid. It must be between 1 and 64, or -1 for no preference.",
            ),
            (
                "ModifyInstanceMetadataDefaults",
                json!({ "HttpTokens": "none" }),
                "InvalidParameterValue",
                "Value (none) for parameter httpTokens is invalid. Valid values are optional, required, no-preference.",
            ),
        ],
    );
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    let kept = ec2.call("GetInstanceMetadataDefaults", &json!({})).ok();
    assert_eq!(kept.text("accountLevel.httpTokensEnforced"), "enabled");
}

#[test]
fn the_serial_console_is_opened_and_closed() {
    let (server, ec2) = start();
    let friend = server.client("ec2").key("222222222222", "secret", None);
    let is_open = |ec2: &testkit::Client| {
        ec2.call("GetSerialConsoleAccessStatus", &json!({})).ok().text("serialConsoleAccessEnabled")
    };
    assert_eq!(is_open(&ec2), "false");
    ec2.call("EnableSerialConsoleAccess", &json!({})).ok();
    assert_eq!((is_open(&ec2), is_open(&friend)), ("true".to_owned(), "false".to_owned()));
    ec2.call("DisableSerialConsoleAccess", &json!({})).ok();
    assert_eq!(is_open(&ec2), "false");
}

#[test]
fn an_account_decides_how_burstable_families_pay() {
    let (_server, ec2) = start();
    let get = |family: &str| {
        let own = ec2.call("GetDefaultCreditSpecification", &json!({ "InstanceFamily": family })).ok();
        own.text("instanceFamilyCreditSpecification.cpuCredits")
    };
    assert_eq!((get("t2"), get("t3")), ("standard".to_owned(), "unlimited".to_owned()));
    let set = json!({ "InstanceFamily": "t3", "CpuCredits": "standard" });
    ec2.call("ModifyDefaultCreditSpecification", &set).ok();
    assert_eq!(get("t3"), "standard");
    let pays = |id: &str| {
        let own = ec2.call("DescribeInstanceCreditSpecifications", &json!({ "InstanceId": [id] })).ok();
        own.text("instanceCreditSpecificationSet.item.cpuCredits")
    };
    assert_eq!(pays(&launch(&ec2, &json!({}))), "standard");
    let asked = json!({ "CreditSpecification": { "CpuCredits": "unlimited" } });
    assert_eq!(pays(&launch(&ec2, &asked)), "unlimited");
    refuses(
        &ec2,
        &[
            (
                "GetDefaultCreditSpecification",
                json!({ "InstanceFamily": "m5" }),
                "InvalidInstanceFamily",
                "The instance family 'm5' is not supported for this request.",
            ),
            (
                "ModifyDefaultCreditSpecification",
                json!({ "InstanceFamily": "t3", "CpuCredits": "some" }),
                "InvalidParameterValue",
                "Value (some) for parameter cpuCredits is invalid. Valid values are standard, unlimited.",
            ),
        ],
    );
}

#[test]
fn there_is_no_opting_out_of_zones() {
    let (_server, ec2) = start();
    let group = |name: &str, status: &str| json!({ "GroupName": name, "OptInStatus": status });
    ec2.call("ModifyAvailabilityZoneGroup", &group("us-east-1-zg-1", "opted-in")).ok();
    refuses(
        &ec2,
        &[
            (
                "ModifyAvailabilityZoneGroup",
                group("us-east-1-zg-1", "not-opted-in"),
                "InvalidParameterValue",
                "Value (not-opted-in) for parameter optInStatus is invalid. There is no opting out of this group of zones.",
            ),
            (
                "ModifyAvailabilityZoneGroup",
                group("nowhere", "opted-in"),
                "InvalidParameterValue",
                "Value (nowhere) for parameter groupName is invalid. No such group of zones.",
            ),
        ],
    );
}
