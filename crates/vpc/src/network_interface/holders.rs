//! Which instances have a network interface, an address or a place in a subnet.

use super::model::{NetworkInterface, address_key};
use crate::resource::{key, prefix};
use crate::subnet::Subnet;
use base::Scope;
use ec2_resource::holders::Holders;
use store::View;

/// Network interfaces, as lists of instances see them.
pub(crate) struct OfInterfaces;

impl Holders for OfInterfaces {
    fn holders(&self, view: &View, scope: &Scope, filter: &str, value: &str) -> Option<Vec<String>> {
        let here = key(scope, value);
        let id = |own: &NetworkInterface| own.attachment.as_ref().and_then(|own| own.instance_id.clone());
        let name = filter.strip_prefix("network-interface.").unwrap_or(filter);
        Some(match name {
            "network-interface-id" => {
                view.get::<NetworkInterface>(&here).iter().filter_map(|own| id(own)).collect()
            }
            "subnet-id" => view.by(&NetworkInterface::SUBNET, &here).filter_map(|own| id(own)).collect(),
            "group-id" | "instance.group-id" => {
                view.by(&NetworkInterface::GROUP, &here).filter_map(|own| id(own)).collect()
            }
            "mac-address" => view.by(&NetworkInterface::MAC, &here).filter_map(|own| id(own)).collect(),
            "private-ip-address" | "addresses.private-ip-address" => {
                let address = value.parse().ok()?;
                let prefix = prefix(scope);
                let subnets = view.range::<Subnet>(&prefix);
                let cards = subnets.flat_map(|subnet| {
                    view.by(&NetworkInterface::ADDRESS, &address_key(scope, &subnet.id, address))
                });
                cards.filter_map(|own| id(own)).collect()
            }
            _ => return None,
        })
    }
}
