//! A request as it is answered.

use super::model::SpotRequest;
use crate::document;
use ec2_resource::resource::tag_set;
use serde_json::Value;
use shapes_ec2 as ec2;

/// AWS's word for whether it asks again.
pub(super) fn kind(own: &SpotRequest) -> &'static str {
    if own.terms.is_persistent { "persistent" } else { "one-time" }
}

/// What it launches: groups are told by their ids, or by the names they were asked for by.
pub(super) fn specification(own: &SpotRequest) -> ec2::LaunchSpecification {
    let mut launch = own.launch.clone();
    let names = launch.remove("SecurityGroups");
    let texts = |list: Option<&Value>| {
        let list = list.and_then(Value::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let by_id = texts(launch.get("SecurityGroupIds")).into_iter();
    let by_id = by_id.map(|id| ec2::GroupIdentifier { group_id: Some(id), group_name: None });
    let by_name = texts(names.as_ref()).into_iter();
    let by_name = by_name.map(|name| ec2::GroupIdentifier { group_id: None, group_name: Some(name) });
    let groups: Vec<_> = by_id.chain(by_name).collect();
    let monitoring = ec2::RunInstancesMonitoringEnabled {
        enabled: Some(false),
        ..ec2::RunInstancesMonitoringEnabled::default()
    };
    let told: ec2::LaunchSpecification = document::read(&launch);
    ec2::LaunchSpecification {
        instance_type: Some(own.instance_type.clone()),
        security_groups: Some(groups).filter(|groups| !groups.is_empty()),
        monitoring: told.monitoring.or(Some(monitoring)),
        ..told
    }
}

/// The request.
pub(super) fn shape(own: &SpotRequest) -> ec2::SpotInstanceRequest {
    let fault = own.fault.as_ref().map(|(code, sentence)| ec2::SpotInstanceStateFault {
        code: Some(code.clone()),
        message: Some(sentence.clone()),
    });
    ec2::SpotInstanceRequest {
        availability_zone_group: own.terms.zone_group.clone(),
        create_time: Some(own.created_at.into()),
        fault,
        instance_id: own.instance.as_ref().map(ToString::to_string),
        launch_group: own.terms.launch_group.clone(),
        launch_specification: Some(specification(own)),
        launched_availability_zone: own.zone.as_ref().map(|zone| zone.name.clone()),
        launched_availability_zone_id: own.zone.as_ref().map(|zone| zone.id.clone()),
        product_description: Some(own.product().to_owned()),
        spot_instance_request_id: Some(own.id.clone()),
        spot_price: own.price(),
        state: Some(own.state.word().to_owned()),
        status: Some(ec2::SpotInstanceStatus {
            code: Some(own.status.word().to_owned()),
            message: Some(own.message()),
            update_time: Some(own.status_at.into()),
        }),
        tags: tag_set(&own.tags),
        type_: Some(kind(own).to_owned()),
        valid_from: own.terms.valid_from.map(Into::into),
        valid_until: own.terms.valid_until.map(Into::into),
        instance_interruption_behavior: Some(own.terms.interruption.clone()),
        ..ec2::SpotInstanceRequest::default()
    }
}
