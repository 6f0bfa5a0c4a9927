//! Which instances have a network interface, an address or a place in a subnet.

use super::model::{NetworkInterface, address_key};
use crate::resource::{Resource, key, prefix};
use crate::subnet::Subnet;
use base::Scope;
use ec2_resource::holders::Holders;
use ec2_resource::id::InstanceId;
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

    fn values(&self, view: &View, scope: &Scope, instance: &InstanceId, filter: &str) -> Vec<String> {
        let Some(name) = filter.strip_prefix("network-interface.") else { return Vec::new() };
        let of = key(scope, instance.as_str());
        let values = |card: &NetworkInterface| match name {
            "tag-key" => card.tags.iter().map(|(key, _)| key.to_owned()).collect(),
            "tag-value" => card.tags.iter().map(|(_, value)| value.to_owned()).collect(),
            name => card.filter_within(view, name),
        };
        view.by(&NetworkInterface::INSTANCE, &of).flat_map(|card| values(card)).collect()
    }
}
