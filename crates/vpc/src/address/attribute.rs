//! The name that an elastic address resolves to. No DNS answers it yet: it is kept as it is asked for.

use super::{Address, Named, id_of};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::{self, Wish};
use crate::resource::{Resource, required, take};
use crate::{Vpc as Service, home};
use ports::Cx;
use shapes_ec2 as ec2;

/// How long a name takes, in milliseconds.
const NAMING_MILLIS: u32 = 60_000;

/// `DescribeAddressesAttribute`.
pub(crate) fn describe_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeAddressesAttributeRequest,
) -> Result<ec2::DescribeAddressesAttributeResult, Error> {
    if let Some(attribute) = input.attribute {
        known(attribute)?;
    }
    let wish = Wish {
        ids: input.allocation_ids,
        filters: None,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeAddressesAttribute", wish, |_, row: &Address| shape(row))?;
    Ok(ec2::DescribeAddressesAttributeResult { addresses: Some(page.items), next_token: page.next_token })
}

/// `ModifyAddressAttribute`: gives the address a name.
pub(crate) fn modify_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyAddressAttributeRequest,
) -> Result<ec2::ModifyAddressAttributeResult, Error> {
    let id = id_of(required(input.allocation_id, "allocationId")?)?;
    let name = required(input.domain_name, "domainName")?;
    let name = format!("{}.", name.trim_end_matches('.'));
    let address = home::write(cx, |tx| {
        let mut address: Address = take(tx, cx.scope(), id.as_str())?;
        address.ptr_update = Some(name.clone());
        tx.after(NAMING_MILLIS, Named { scope: cx.scope().clone(), id: id.clone() });
        tx.emit(&Changed { kind: "AddressChanged", resource: address.arn() });
        tx.put(address.clone());
        Ok(address)
    })?;
    Ok(ec2::ModifyAddressAttributeResult { address: Some(shape(&address)) })
}

/// `ResetAddressAttribute`: takes the name away.
pub(crate) fn reset_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ResetAddressAttributeRequest,
) -> Result<ec2::ResetAddressAttributeResult, Error> {
    let id = id_of(required(input.allocation_id, "allocationId")?)?;
    known(required(input.attribute, "attribute")?)?;
    let address = home::write(cx, |tx| {
        let mut address: Address = take(tx, cx.scope(), id.as_str())?;
        address.ptr = None;
        address.ptr_update = None;
        tx.emit(&Changed { kind: "AddressChanged", resource: address.arn() });
        tx.put(address.clone());
        Ok(address)
    })?;
    Ok(ec2::ResetAddressAttributeResult { address: Some(shape(&address)) })
}

fn known(attribute: String) -> Result<(), Error> {
    match attribute.as_str() {
        "domain-name" => Ok(()),
        _ => Err(Error::Value("attribute", attribute, "Unknown attribute.".to_owned())),
    }
}

fn shape(address: &Address) -> ec2::AddressAttribute {
    let update = |name: &String| ec2::PtrUpdateStatus {
        value: Some(name.clone()),
        status: Some("PENDING".to_owned()),
        reason: None,
    };
    ec2::AddressAttribute {
        public_ip: Some(address.public_ip.to_string()),
        allocation_id: Some(address.id.to_string()),
        ptr_record: address.ptr.clone(),
        ptr_record_update: address.ptr_update.as_ref().map(update),
    }
}
