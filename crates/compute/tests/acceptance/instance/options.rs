use super::{launch, said};
use crate::{refuses, start, with};
use serde_json::{Value, json};

#[test]
fn options_are_changed_one_call_each() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let own = |more: Value| with(&json!({ "InstanceId": id }), &more);
    let changed = ec2
        .call(
            "ModifyInstanceMetadataOptions",
            &own(json!({ "HttpTokens": "optional", "HttpPutResponseHopLimit": 3 })),
        )
        .ok();
    assert_eq!(changed.text("instanceMetadataOptions.state"), "pending");
    assert_eq!(said(&ec2, &id, "metadataOptions.httpPutResponseHopLimit"), ["3"]);
    assert_eq!(said(&ec2, &id, "metadataOptions.state"), ["applied"]);
    let watched = ec2.call("MonitorInstances", &json!({ "InstanceId": [id] })).ok();
    assert_eq!(watched.text("instancesSet.item.monitoring.state"), "pending");
    assert_eq!(said(&ec2, &id, "monitoring.state"), ["enabled"]);
    let unwatched = ec2.call("UnmonitorInstances", &json!({ "InstanceId": [id] })).ok();
    assert_eq!(unwatched.text("instancesSet.item.monitoring.state"), "disabling");
    assert_eq!(said(&ec2, &id, "monitoring.state"), ["disabled"]);
    ec2.call("ModifyInstanceMaintenanceOptions", &own(json!({ "AutoRecovery": "disabled" }))).ok();
    assert_eq!(said(&ec2, &id, "maintenanceOptions.autoRecovery"), ["disabled"]);
    ec2.call("ModifyPrivateDnsNameOptions", &own(json!({ "EnableResourceNameDnsARecord": true }))).ok();
    assert_eq!(said(&ec2, &id, "privateDnsNameOptions.enableResourceNameDnsARecord"), ["true"]);
    let capacity = json!({ "CapacityReservationSpecification": { "CapacityReservationPreference": "none" } });
    ec2.call("StopInstances", &json!({ "InstanceId": [id] })).ok();
    ec2.call("ModifyInstanceCapacityReservationAttributes", &own(capacity)).ok();
    let preference = "capacityReservationSpecification.capacityReservationPreference";
    assert_eq!(said(&ec2, &id, preference), ["none"]);
}

#[test]
fn credits_are_for_burstable_types() {
    let (_server, ec2) = start();
    let burstable = launch(&ec2, &json!({}));
    let steady = launch(&ec2, &json!({ "InstanceType": "c5.large" }));
    let shown = |ids: &Value| {
        let answer = ec2.call("DescribeInstanceCreditSpecifications", ids).ok();
        answer.texts("instanceCreditSpecificationSet.item.cpuCredits")
    };
    assert_eq!(shown(&json!({ "InstanceId": [burstable] })), ["unlimited"]);
    let change = json!({ "InstanceCreditSpecification": [
        { "InstanceId": burstable, "CpuCredits": "standard" }, { "InstanceId": steady, "CpuCredits": "standard" },
    ] });
    let changed = ec2.call("ModifyInstanceCreditSpecification", &change).ok();
    let of = |set: &str, path: &str| changed.texts(&format!("{set}.item.{path}"));
    assert_eq!(of("successfulInstanceCreditSpecificationSet", "instanceId"), [burstable.as_str()]);
    assert_eq!(of("unsuccessfulInstanceCreditSpecificationSet", "instanceId"), [steady.as_str()]);
    assert_eq!(shown(&json!({ "InstanceId": [burstable] })), ["standard"]);
    assert_eq!(shown(&json!({})), [""; 0], "without ids, those that pay for more");
    let sentence = "The c5.large instance type does not support CPU credit specifications.";
    let ask = json!({ "InstanceId": [steady] });
    refuses(&ec2, &[("DescribeInstanceCreditSpecifications", ask, "InvalidParameterCombination", sentence)]);
}

#[test]
fn cores_are_those_the_type_can_have() {
    let (_server, ec2) = start();
    let id = launch(
        &ec2,
        &json!({ "InstanceType": "c5.4xlarge", "CpuOptions": { "CoreCount": 4, "ThreadsPerCore": 1 } }),
    );
    assert_eq!(said(&ec2, &id, "cpuOptions.coreCount"), ["4"]);
    assert_eq!(said(&ec2, &id, "cpuOptions.threadsPerCore"), ["1"]);
    let stopped = format!("The instance '{id}' is not in the 'stopped' state.");
    let change = json!({ "InstanceId": id, "CoreCount": 8, "ThreadsPerCore": 2 });
    refuses(&ec2, &[("ModifyInstanceCpuOptions", change.clone(), "IncorrectInstanceState", &stopped)]);
    ec2.call("StopInstances", &json!({ "InstanceId": [id] })).ok();
    ec2.call("ModifyInstanceCpuOptions", &change).ok();
    assert_eq!(said(&ec2, &id, "cpuOptions.coreCount"), ["8"]);
    let too_many = json!({ "InstanceId": id, "CoreCount": 9, "ThreadsPerCore": 2 });
    let sentence = "The specified CpuOptions are not valid for the c5.4xlarge instance type.";
    refuses(&ec2, &[("ModifyInstanceCpuOptions", too_many, "InvalidParameterCombination", sentence)]);
}
