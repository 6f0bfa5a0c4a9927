//! Everything that one instance can ask for, as folders.
//!
//! Source: EC2 user guide, "Instance metadata categories" and "Dynamic data categories", with the version that brought each;
//! values as recorded by clients that keep what they read.

use crate::InstanceMetadata;
use crate::credentials::{self, Profile};
use crate::folder::{Folder, Leaf, VERSIONS};
use crate::network;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ec2_resource::metadata::Machine;
use ports::Cx;
use shapes_ec2 as ec2;
use store::View;

/// What stands where AWS says nothing.
const UNKNOWN: &str = "(unknown)";

/// What lies below a version.
pub(crate) fn of(svc: &InstanceMetadata, cx: &Cx, view: &View, machine: &Machine) -> Folder {
    let mut root = Folder::default();
    root.folder("dynamic", "2009-04-04", dynamic(machine));
    root.folder("meta-data", "1.0", meta_data(svc, cx, view, machine));
    let user_data = machine.user_data.as_deref().and_then(|text| STANDARD.decode(text).ok());
    if let Some(bytes) = user_data.filter(|bytes| !bytes.is_empty()) {
        root.leaf("user-data", "1.0", Leaf::Bytes(bytes));
    }
    root
}

/// The list of versions.
pub(crate) fn versions() -> String {
    VERSIONS.join("\n")
}

/// The names below a version: the one listing where folders have no slash.
pub(crate) fn top(root: &Folder, version: &str) -> String {
    root.listing(version).replace('/', "")
}

fn dynamic(machine: &Machine) -> Folder {
    let mut identity = Folder::default();
    identity.leaf("document", "2009-04-04", Leaf::Document);
    identity.leaf("pkcs7", "2009-04-04", Leaf::Pkcs7);
    identity.leaf("rsa2048", "2009-04-04", Leaf::Pkcs7);
    identity.leaf("signature", "2009-04-04", Leaf::Signature);
    let (mut all, mut watched) = (Folder::default(), Folder::default());
    let monitoring = machine.described.monitoring.as_ref().and_then(|own| own.state.clone());
    watched.maybe("instance-monitoring", "2009-04-04", monitoring);
    all.folder("fws", "2009-04-04", watched);
    all.folder("instance-identity", "2009-04-04", identity);
    all
}

fn meta_data(svc: &InstanceMetadata, cx: &Cx, view: &View, machine: &Machine) -> Folder {
    let own = &machine.described;
    let mut all = Folder::default();
    let cards = own.network_interfaces.as_deref().unwrap_or_default();
    all.maybe("ami-id", "1.0", own.image_id.clone());
    all.maybe("ami-launch-index", "1.0", own.ami_launch_index.map(|index| index.to_string()));
    all.text("ami-manifest-path", "1.0", UNKNOWN);
    all.maybe("hostname", "1.0", own.private_dns_name.clone());
    all.text("instance-action", "2008-09-01", "none");
    all.maybe("instance-id", "1.0", own.instance_id.clone());
    let life_cycle = own.instance_lifecycle.clone().unwrap_or_else(|| "on-demand".to_owned());
    all.text("instance-life-cycle", "2019-10-01", life_cycle);
    all.maybe("instance-type", "2007-08-29", own.instance_type.clone());
    all.maybe("kernel-id", "2008-02-01", own.kernel_id.clone());
    all.maybe("local-hostname", "2007-01-19", own.private_dns_name.clone());
    all.maybe("local-ipv4", "1.0", own.private_ip_address.clone());
    all.maybe("mac", "2011-01-01", primary(cards).and_then(|card| card.mac_address.clone()));
    let codes = own.product_codes.iter().flatten().filter_map(|code| code.product_code_id.clone());
    all.lines("product-codes", "2007-03-01", &codes.collect::<Vec<_>>());
    all.text("profile", "1.0", "default-hvm");
    all.maybe("public-hostname", "2007-01-19", own.public_dns_name.clone());
    all.maybe("public-ipv4", "2007-01-19", own.public_ip_address.clone());
    all.maybe("ramdisk-id", "2007-10-10", own.ramdisk_id.clone());
    all.text("reservation-id", "1.0", &machine.reservation);
    let groups = own.security_groups.iter().flatten().filter_map(|group| group.group_name.clone());
    all.lines("security-groups", "1.0", &groups.collect::<Vec<_>>());
    let known = own.instance_type.as_deref().and_then(instance_types::by_name);
    all.maybe("system", "2022-09-24", known.and_then(|known| known.hypervisor));
    let ipv6 = primary(cards).and_then(|card| card.ipv6_addresses.as_ref()?.first()?.ipv6_address.clone());
    all.maybe("ipv6", "2021-01-03", ipv6);
    all.folder("block-device-mapping", "2007-12-15", devices(own));
    all.folder("events", "2018-08-17", events());
    all.folder("iam", "2012-01-12", iam(svc, cx, view, machine));
    all.folder("identity-credentials", "2018-05-23", identity(machine));
    all.folder("metrics", "2011-05-01", metrics());
    all.folder("network", "2011-01-01", network::interfaces(view, &machine.scope, &*svc.subnets, cards));
    all.folder("placement", "2008-02-01", placement(machine));
    all.folder("public-keys", "1.0", public_keys(machine));
    all.folder("services", "2014-02-25", services(machine));
    all.folder("tags", "2021-03-23", tags(machine));
    all
}

fn primary(cards: &[ec2::InstanceNetworkInterface]) -> Option<&ec2::InstanceNetworkInterface> {
    cards.iter().find(|card| card.attachment.as_ref().is_some_and(|at| at.device_index == Some(0)))
}

/// The root device under both of its names, and the volumes that were there when it started.
fn devices(own: &ec2::Instance) -> Folder {
    let since = "2007-12-15";
    let mut all = Folder::default();
    all.maybe("ami", since, own.root_device_name.clone());
    all.maybe("root", since, own.root_device_name.clone());
    let started = own.launch_time.map_or(i64::MAX, |at| at.millis.div_euclid(1000));
    let was_there = |mapping: &&ec2::InstanceBlockDeviceMapping| {
        let attached = mapping.ebs.as_ref().and_then(|ebs| ebs.attach_time);
        mapping.device_name != own.root_device_name
            && attached.is_some_and(|at| at.millis.div_euclid(1000) <= started)
    };
    let others = own.block_device_mappings.iter().flatten().filter(was_there);
    for (number, mapping) in (1..).zip(others) {
        all.maybe(&format!("ebs{number}"), since, mapping.device_name.clone());
    }
    all
}

/// Nothing is planned, and nothing was done.
fn events() -> Folder {
    let (mut all, mut maintenance) = (Folder::default(), Folder::default());
    maintenance.text("history", "2018-08-17", "[]");
    maintenance.text("scheduled", "2018-08-17", "[]");
    all.folder("maintenance", "2018-08-17", maintenance);
    all
}

/// Deprecated, and there for those that still look.
fn metrics() -> Folder {
    let mut all = Folder::default();
    all.text("vhostmd", "2011-05-01", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    all
}

fn iam(svc: &InstanceMetadata, cx: &Cx, view: &View, machine: &Machine) -> Folder {
    let since = "2012-01-12";
    let mut all = Folder::default();
    let Some(profile) = Profile::of(svc, cx, view, machine) else { return all };
    all.text("info", since, credentials::info(machine, &profile));
    if let Some(role) = profile.role() {
        let mut roles = Folder::default();
        roles.leaf(role, since, Leaf::Role(role.to_owned()));
        all.folder("security-credentials", since, roles);
    }
    all
}

fn identity(machine: &Machine) -> Folder {
    let since = "2018-05-23";
    let (mut all, mut ec2, mut own) = (Folder::default(), Folder::default(), Folder::default());
    own.leaf("ec2-instance", since, Leaf::Identity);
    ec2.text("info", since, credentials::identity_info(machine));
    ec2.folder("security-credentials", since, own);
    all.folder("ec2", since, ec2);
    all
}

fn placement(machine: &Machine) -> Folder {
    let since = "2020-08-24";
    let mut all = Folder::default();
    let own = machine.described.placement.clone().unwrap_or_default();
    all.maybe("availability-zone", "2008-02-01", own.availability_zone);
    all.maybe("availability-zone-id", "2019-10-01", own.availability_zone_id);
    all.maybe("group-name", since, own.group_name);
    all.maybe("host-id", since, own.host_id);
    all.maybe("partition-number", since, own.partition_number.map(|number| number.to_string()));
    all.text("region", since, machine.scope.region.as_str());
    all
}

/// There is one key at the most; its folder is called by its number and listed with its name.
fn public_keys(machine: &Machine) -> Folder {
    let mut all = Folder::default();
    if let Some((name, line)) = &machine.public_key {
        let mut key = Folder::default();
        key.text("openssh-key", "1.0", line);
        all.labelled("0", format!("0={name}"), "1.0", key);
    }
    all
}

fn services(machine: &Machine) -> Folder {
    let mut all = Folder::default();
    let partition = machine.scope.partition;
    all.text("domain", "2014-02-25", partition.dns_suffix());
    all.text("partition", "2015-10-20", partition.as_str());
    all
}

fn tags(machine: &Machine) -> Folder {
    let since = "2021-03-23";
    let (mut all, mut own) = (Folder::default(), Folder::default());
    for tag in machine.described.tags.iter().flatten().filter(|_| machine.access.shows_tags) {
        own.text(&tag.key.clone().unwrap_or_default(), since, tag.value.clone().unwrap_or_default());
    }
    all.folder("instance", since, own);
    all
}
