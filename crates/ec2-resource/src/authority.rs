//! What resources bring to decisions about calls: whose they are, their tags, and the VPC they lie in.

use crate::resource::{self, Resource};
use crate::tag::{Kind, of_id};
use base::{Arn, Region, Scope};
use ports::{Cx, ResourceFacts, Resources};
use store::View;

/// Knows the resources of these kinds.
pub struct Known(pub &'static [Kind]);

impl Resources for Known {
    fn services(&self) -> &'static [&'static str] {
        &["ec2"]
    }

    fn have_policies(&self) -> bool {
        false
    }

    fn knows(&self, arn: &str) -> bool {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let word = resource.split('/').next().unwrap_or_default();
        arn.split(':').nth(2) == Some("ec2") && self.0.iter().any(|kind| kind.word == word)
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let arn = arn.parse::<Arn>().ok()?;
        let (_, id) = arn.resource.split_once('/')?;
        // ARNs of snapshots and images name no account: the caller's is meant.
        let account = if arn.account.is_empty() { cx.account() } else { arn.account.parse().ok()? };
        let scope = Scope::new(account, Region::parse(&arn.region)?);
        let kind = of_id(self.0, id)?;
        cx.read(|view| (kind.facts)(view, &scope, id))
    }
}

/// What the resource of an id brings to a decision.
pub fn facts<R: Resource>(view: &View, scope: &Scope, id: &str) -> Option<ResourceFacts> {
    let row = view.get::<R>(&resource::key(scope, id))?;
    let mut facts = ResourceFacts::of(scope.account);
    facts.tags = row.tags().iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let mut key = |name: &str, value: String| facts.keys.push((format!("ec2:{name}"), vec![value]));
    key("Region", scope.region.to_string());
    if let Some(name) = own_key(R::TYPE) {
        key(name, id.to_owned());
    }
    // A VPC does not lie in one.
    if R::TYPE != "vpc" {
        for vpc in row.filter("vpc-id") {
            key("Vpc", resource::arn(scope, "vpc", &vpc));
        }
    }
    for zone in row.filter("availability-zone") {
        key("AvailabilityZone", zone);
    }
    for (name, value) in row.condition_keys() {
        key(name, value);
    }
    if R::TYPE == "network-interface" {
        for subnet in row.filter("subnet-id") {
            key("Subnet", resource::arn(scope, "subnet", &subnet));
        }
    }
    if R::TYPE == "elastic-ip" {
        for (name, filter) in [("Domain", "domain"), ("PublicIpAddress", "public-ip")] {
            row.filter(filter).into_iter().for_each(|value| key(name, value));
        }
    }
    Some(facts)
}

/// The condition key that holds a resource's own id. Source: Service Authorization Reference, Amazon EC2.
fn own_key(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "vpc" => "VpcID",
        "subnet" => "SubnetID",
        "route-table" => "RouteTableID",
        "internet-gateway" => "InternetGatewayID",
        "security-group" => "SecurityGroupID",
        "network-acl" => "NetworkAclID",
        "dhcp-options" => "DhcpOptionsID",
        "network-interface" => "NetworkInterfaceID",
        "elastic-ip" => "AllocationId",
        "volume" => "VolumeID",
        "snapshot" => "SnapshotID",
        _ => return None,
    })
}
