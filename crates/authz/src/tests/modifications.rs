//! What modifications of EC2's tell of what they modify, and permissions of whom they are given.

use super::requests::{check, pairs, some};
use shapes_ec2 as api;

/// Source: a recorded call of ModifyNetworkInterfaceAttribute; EC2 user guide, "Condition keys".
#[test]
fn a_modification_tells_what_it_modifies() {
    let input = api::ModifyNetworkInterfaceAttributeRequest {
        network_interface_id: some("eni-1"),
        groups: Some(vec!["sg-1".into()]),
        ..Default::default()
    };
    let keys = "ec2:Attribute/Groups=[\"sg-1\"] ec2:Attribute=Groups";
    check::<api::ModifyNetworkInterfaceAttribute>(
        input,
        &[
            &format!("ec2:ModifyNetworkInterfaceAttribute ec2:/network-interface/eni-1 {keys}"),
            &format!("ec2:ModifyNetworkInterfaceAttribute ec2:/security-group/sg-1 {keys}"),
        ],
    );
    let input = api::ModifyInstanceMetadataOptionsRequest {
        instance_id: some("i-1"),
        http_tokens: some("required"),
        http_put_response_hop_limit: Some(2),
        ..Default::default()
    };
    let [told] = &pairs::<api::ModifyInstanceMetadataOptions>(input, None)[..] else { panic!() };
    for key in [
        " ec2:Attribute/HttpTokens=required",
        " ec2:Attribute/HttpPutResponseHopLimit=2",
        " ec2:Attribute=HttpTokens,HttpPutResponseHopLimit",
    ] {
        assert!(told.contains(key), "{told}");
    }
    let input = api::ModifyImageAttributeRequest {
        image_id: some("ami-1"),
        description: Some(api::AttributeValue { value: some("Production") }),
        ..Default::default()
    };
    let [told] = &pairs::<api::ModifyImageAttribute>(input, None)[..] else { panic!() };
    assert!(told.ends_with(" ec2:Attribute/Description=Production ec2:Attribute=Description"), "{told}");
}

/// Source: Service Authorization Reference, Amazon EC2.
#[test]
fn permissions_of_interfaces_tell_whose_they_are() {
    let input = |service: Option<&str>, account: Option<&str>| api::CreateNetworkInterfacePermissionRequest {
        network_interface_id: some("eni-1"),
        aws_service: service.map(str::to_owned),
        aws_account_id: account.map(str::to_owned),
        permission: some("INSTANCE-ATTACH"),
        ..Default::default()
    };
    let own = "ec2:CreateNetworkInterfacePermission ec2:/network-interface/eni-1";
    let permission = "ec2:Permission=INSTANCE-ATTACH";
    check::<api::CreateNetworkInterfacePermission>(
        input(Some("service.amazonaws.com"), None),
        &[&format!("{own} ec2:AuthorizedService=service.amazonaws.com {permission}")],
    );
    check::<api::CreateNetworkInterfacePermission>(
        input(None, Some("222222222222")),
        &[&format!("{own} ec2:AuthorizedUser=arn:aws:iam::222222222222:root {permission}")],
    );
}
