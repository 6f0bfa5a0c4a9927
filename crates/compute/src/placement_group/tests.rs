//! Groups that instances are in.

use super::{PlacementGroup, join, leave};
use base::AccountId;
use ec2_resource::error::Error;
use ec2_resource::id::InstanceId;
use ports::{Caller, Cx};
use shapes_ec2 as ec2;
use testkit::Local;

fn delete(local: &Local, cx: &Cx, name: &str) -> Result<(), String> {
    let input = ec2::DeletePlacementGroupRequest {
        group_name: Some(name.to_owned()),
        ..ec2::DeletePlacementGroupRequest::default()
    };
    local
        .call_with::<ec2::DeletePlacementGroup>(cx, input)
        .map(|_| ())
        .map_err(|fault| fault.code.into_owned())
}

#[test]
fn a_group_stays_while_instances_are_in_it() {
    let local = Local::new(crate::install);
    let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let input = ec2::CreatePlacementGroupRequest {
        group_name: Some("web".to_owned()),
        ..ec2::CreatePlacementGroupRequest::default()
    };
    local.call_with::<ec2::CreatePlacementGroup>(&cx, input).unwrap();
    let (one, two) = (InstanceId::new(cx.ids()), InstanceId::new(cx.ids()));
    let group = cx.read(|view| PlacementGroup::of_name(view, cx.scope(), "web")).unwrap();
    cx.write(|tx| {
        assert_eq!(join(tx, cx.scope(), "web", &one)?, group.id);
        join(tx, cx.scope(), group.id.as_str(), &two)?;
        Ok::<_, Error>(())
    })
    .unwrap();
    assert!(cx.write(|tx| join(tx, cx.scope(), "other", &one)).is_err());
    for instance in [&one, &two] {
        assert_eq!(delete(&local, &cx, "web"), Err("InvalidPlacementGroup.InUse".to_owned()));
        cx.write(|tx| {
            leave(tx, cx.scope(), instance);
            Ok::<_, Error>(())
        })
        .unwrap();
    }
    assert_eq!(delete(&local, &cx, "web"), Ok(()));
    assert_eq!(delete(&local, &cx, "web"), Err("InvalidPlacementGroup.Unknown".to_owned()));
}
