//! The attributes of an interface that can be read and changed one by one.

use super::model::{Attachment, NetworkInterface};
use super::{answer, birth, description, id, ipv6, tracking};
use crate::error::{Addresses, Error, Kind};
use crate::event::Changed;
use crate::resource::{self, Resource, required, take};
use crate::{Vpc as Service, home};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;

/// `DescribeNetworkInterfaceAttribute`: the one that is asked for.
pub(crate) fn describe_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNetworkInterfaceAttributeRequest,
) -> Result<ec2::DescribeNetworkInterfaceAttributeResult, Error> {
    let id = id(input.network_interface_id)?;
    let attribute = required(input.attribute, "attribute")?;
    let own = home::read(cx, |view| {
        let found = view.get::<NetworkInterface>(&resource::key(cx.scope(), id.as_str()));
        found.ok_or_else(|| Error::NotFound(Kind::NetworkInterface, vec![id.to_string()]))
    })?;
    let mut result = ec2::DescribeNetworkInterfaceAttributeResult {
        network_interface_id: Some(id.to_string()),
        ..ec2::DescribeNetworkInterfaceAttributeResult::default()
    };
    match attribute.as_str() {
        "description" => {
            result.description = Some(ec2::AttributeValue { value: Some(own.description.clone()) });
        }
        "groupSet" => result.groups = Some(answer::groups(&own.groups)),
        "sourceDestCheck" => {
            let value = Some(own.source_dest_check);
            result.source_dest_check = Some(ec2::AttributeBooleanValue { value });
        }
        "attachment" => result.attachment = own.attachment.as_ref().map(answer::attachment),
        "associatePublicIpAddress" => result.associate_public_ip_address = Some(own.borrows),
        _ => return Err(Error::Value("attribute", attribute, "Unknown attribute.".to_owned())),
    }
    Ok(result)
}

/// `ModifyNetworkInterfaceAttribute`: one attribute a call.
pub(crate) fn modify_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyNetworkInterfaceAttributeRequest,
) -> Result<Empty, Error> {
    let id = id(input.network_interface_id.clone())?;
    refuse_unbuilt(&input)?;
    let description = match input.description.and_then(|own| own.value) {
        Some(text) => Some(description(text)?),
        None => None,
    };
    let check = input.source_dest_check.and_then(|own| own.value);
    let groups = input.groups.filter(|groups| !groups.is_empty());
    for group in groups.iter().flatten() {
        crate::security_group::group_id(group)?;
    }
    let attachment = input.attachment;
    let tracking = input.connection_tracking_specification.map(tracking).transpose()?;
    let primary_ipv6 = input.enable_primary_ipv6;
    let given = [
        description.is_some(),
        check.is_some(),
        groups.is_some(),
        attachment.is_some(),
        tracking.is_some(),
        primary_ipv6.is_some(),
    ];
    match given.into_iter().filter(|given| *given).count() {
        0 => return Err(Error::Missing("attribute")),
        1 => {}
        _ => {
            let sentence = "Fields for multiple attribute types specified";
            return Err(Error::Combination(sentence.to_owned()));
        }
    }
    home::write(cx, |tx| {
        let mut own: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        if let Some(changes) = &attachment {
            change_attachment(&mut own, changes)?;
        }
        own.require_own()?;
        if let Some(text) = &description {
            own.description.clone_from(text);
        }
        if let Some(groups) = &groups {
            own.groups = birth::groups(tx, cx.scope(), &own.subnet_id, groups)?;
        }
        own.source_dest_check = check.unwrap_or(own.source_dest_check);
        own.tracking = tracking.or(own.tracking);
        primary_ipv6.map_or(Ok(()), |wanted| ipv6::make_primary(&mut own, wanted))?;
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(own);
        Ok(Empty {})
    })
}

fn refuse_unbuilt(input: &ec2::ModifyNetworkInterfaceAttributeRequest) -> Result<(), Error> {
    let unbuilt = [
        ("EnaSrdSpecification", input.ena_srd_specification.is_some()),
        ("AssociatePublicIpAddress", input.associate_public_ip_address.is_some()),
        ("AssociatedSubnetIds", input.associated_subnet_ids.as_ref().is_some_and(|list| !list.is_empty())),
    ];
    match unbuilt.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Error::Parameter(format!("{name} is not built yet"))),
        None => Ok(()),
    }
}

/// Whether the interface goes with its instance.
fn change_attachment(
    own: &mut NetworkInterface,
    changes: &ec2::NetworkInterfaceAttachmentChanges,
) -> Result<(), Error> {
    let wanted = required(changes.attachment_id.clone(), "attachmentId")?;
    if wanted.starts_with("ela-attach-") {
        return Err(Addresses::ServiceAttachment.into());
    }
    let found: Option<&mut Attachment> = own.attachment.as_mut().filter(|attachment| attachment.id == wanted);
    let attachment = found.ok_or_else(|| Error::NotFound(Kind::Attachment, vec![wanted]))?;
    let value = changes.delete_on_termination.ok_or(Error::Missing("deleteOnTermination"))?;
    attachment.delete_on_termination = value;
    Ok(())
}

/// `ModifyPublicIpDnsNameOptions`: which of its public names counts.
pub(crate) fn modify_public_name(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyPublicIpDnsNameOptionsRequest,
) -> Result<ec2::ModifyPublicIpDnsNameOptionsResult, Error> {
    let id = id(input.network_interface_id)?;
    let kind = required(input.hostname_type, "hostnameType")?;
    let kinds = ["public-dual-stack-dns-name", "public-ipv4-dns-name", "public-ipv6-dns-name"];
    if !kinds.contains(&kind.as_str()) {
        return Err(Error::Value("hostnameType", kind, format!("Valid values are {}.", kinds.join(", "))));
    }
    home::write(cx, |tx| {
        let mut own: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        own.require_own()?;
        own.public_name = Some(kind.clone());
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(own);
        Ok(ec2::ModifyPublicIpDnsNameOptionsResult { successful: Some(true) })
    })
}

/// `ResetNetworkInterfaceAttribute`: the source and destination check is on again.
pub(crate) fn reset_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ResetNetworkInterfaceAttributeRequest,
) -> Result<Empty, Error> {
    let id = id(input.network_interface_id)?;
    required(input.source_dest_check, "sourceDestCheck")?;
    home::write(cx, |tx| {
        let mut own: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        own.require_own()?;
        own.source_dest_check = true;
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(own);
        Ok(Empty {})
    })
}

#[cfg(test)]
mod tests {
    use super::{Attachment, NetworkInterface};
    use crate::error::Error;
    use crate::network_interface::model::AttachmentState;
    use base::AccountId;
    use ec2_resource::neighbour::NoInstances;
    use ports::{Caller, Cx, NoLogBuckets};
    use shapes_ec2 as ec2;
    use std::sync::Arc;
    use testkit::Local;

    /// An interface that an instance has; instances do not exist yet.
    fn plugged(local: &Local, cx: &Cx) -> String {
        let subnets = local.call_with::<ec2::DescribeSubnets>(cx, ec2::DescribeSubnetsRequest::default());
        let create = ec2::CreateNetworkInterfaceRequest {
            subnet_id: subnets.unwrap().subnets.unwrap().remove(0).subnet_id,
            ..ec2::CreateNetworkInterfaceRequest::default()
        };
        let made = local.call_with::<ec2::CreateNetworkInterface>(cx, create).unwrap();
        let id = made.network_interface.unwrap().network_interface_id.unwrap();
        let attached: Result<(), Error> = cx.write(|tx| {
            let mut own: NetworkInterface = crate::resource::take(tx, cx.scope(), &id)?;
            own.attachment = Some(Attachment {
                id: "eni-attach-00000000000000001".to_owned(),
                instance_owner: cx.account().to_string(),
                instance_id: Some("i-00000000000000001".to_owned()),
                device_index: 1,
                network_card_index: 0,
                state: AttachmentState::Attached,
                delete_on_termination: false,
                attached_at: tx.now(),
            });
            tx.put(own);
            Ok(())
        });
        attached.unwrap();
        id
    }

    #[test]
    fn an_attached_interface_stays_and_may_go_with_its_instance() {
        let local = Local::new(|registry| {
            crate::install(registry, Arc::new(NoInstances), Vec::new(), Arc::new(NoLogBuckets));
        });
        let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let id = plugged(&local, &cx);
        let shown = || {
            let own = ec2::DescribeNetworkInterfaceAttributeRequest {
                network_interface_id: Some(id.clone()),
                attribute: Some("attachment".to_owned()),
                dry_run: None,
            };
            let shown = local.call_with::<ec2::DescribeNetworkInterfaceAttribute>(&cx, own).unwrap();
            shown.attachment.unwrap().delete_on_termination
        };
        assert_eq!(shown(), Some(false));
        let change = |attachment: &str| ec2::ModifyNetworkInterfaceAttributeRequest {
            network_interface_id: Some(id.clone()),
            attachment: Some(ec2::NetworkInterfaceAttachmentChanges {
                attachment_id: Some(attachment.to_owned()),
                delete_on_termination: Some(true),
                ..ec2::NetworkInterfaceAttachmentChanges::default()
            }),
            ..ec2::ModifyNetworkInterfaceAttributeRequest::default()
        };
        let modify = |attachment: &str| {
            local.call_with::<ec2::ModifyNetworkInterfaceAttribute>(&cx, change(attachment)).map(|_| ())
        };
        let refused = modify("eni-attach-00000000000000002").unwrap_err();
        assert_eq!(refused.code, "InvalidAttachmentID.NotFound");
        assert_eq!(shown(), Some(false));
        modify("eni-attach-00000000000000001").unwrap();
        assert_eq!(shown(), Some(true));
        let delete = ec2::DeleteNetworkInterfaceRequest {
            network_interface_id: Some(id.clone()),
            ..ec2::DeleteNetworkInterfaceRequest::default()
        };
        let refused = local.call_with::<ec2::DeleteNetworkInterface>(&cx, delete).map(|_| ()).unwrap_err();
        let sentence = format!("Network interface '{id}' is currently in use.");
        assert_eq!((refused.code.as_ref(), refused.message), ("InvalidParameterValue", Some(sentence)));
    }
}
