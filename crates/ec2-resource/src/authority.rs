//! What resources bring to decisions about calls: whose they are, their tags, and the VPC they lie in.

use crate::resource::{self, Resource};
use crate::tag::Kind;
use base::{Arn, Region, Scope};
use ports::{Cx, ResourceFacts, Resources};
use store::View;

/// The condition keys that resources of EC2 have.
const KEYS: [&str; 47] = [
    "ec2:AccepterVpc",
    "ec2:AllocationId",
    "ec2:AvailabilityZone",
    "ec2:AvailabilityZoneId",
    "ec2:DhcpOptionsID",
    "ec2:Domain",
    "ec2:Encrypted",
    "ec2:ImageID",
    "ec2:ImageType",
    "ec2:InstanceID",
    "ec2:InternetGatewayID",
    "ec2:KeyPairName",
    "ec2:KeyPairType",
    "ec2:NetworkAclID",
    "ec2:NetworkInterfaceID",
    "ec2:Owner",
    "ec2:ParentSnapshot",
    "ec2:ParentVolume",
    "ec2:PlacementGroupName",
    "ec2:PlacementGroupStrategy",
    "ec2:Public",
    "ec2:PublicIpAddress",
    "ec2:Region",
    "ec2:RequesterVpc",
    "ec2:RootDeviceType",
    "ec2:RouteTableID",
    "ec2:SecurityGroupID",
    "ec2:SnapshotID",
    "ec2:SnapshotTime",
    "ec2:Subnet",
    "ec2:SubnetID",
    "ec2:VolumeID",
    "ec2:VolumeIops",
    "ec2:VolumeSize",
    "ec2:VolumeThroughput",
    "ec2:VolumeType",
    "ec2:Vpc",
    "ec2:VpcID",
    "ec2:VpcPeeringConnectionID",
    "ec2:VpceServiceName",
    "ec2:VpceServiceOwner",
    "ec2:VpceServicePrivateDnsName",
    "ec2:VpceServiceRegion",
    "ec2:VpceSupportedRegion",
    "ec2:transitGatewayAttachmentId",
    "ec2:transitGatewayId",
    "ec2:transitGatewayRouteTableId",
];

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
        self.0.iter().any(|kind| kind.word == word)
    }

    fn true_arn(&self, cx: &Cx, arn: &str) -> Option<String> {
        let (kind, scope, text) = self.named(cx, arn)?;
        let found = cx.read(|view| (kind.arn)(view, &scope, &text))?;
        (found != arn).then_some(found)
    }

    fn condition_keys(&self) -> &'static [&'static str] {
        &KEYS
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let (kind, scope, text) = self.named(cx, arn)?;
        cx.read(|view| (kind.facts)(view, &scope, &text))
    }
}

impl Known {
    /// The kind, the scope and the end of an ARN. Those of snapshots and images name no account: the caller's is meant.
    fn named(&self, cx: &Cx, arn: &str) -> Option<(&'static Kind, Scope, String)> {
        let arn = arn.parse::<Arn>().ok()?;
        let (word, text) = arn.resource.split_once('/')?;
        let account = if arn.account.is_empty() { cx.account() } else { arn.account.parse().ok()? };
        // Those of IPAM name no Region: the caller's is meant.
        let region = if arn.region.is_empty() { cx.region().clone() } else { Region::parse(&arn.region)? };
        let scope = Scope::new(account, region);
        let kind = self.0.iter().find(|kind| kind.word == word)?;
        Some((kind, scope, text.to_owned()))
    }
}

/// What the resource whose ARN ends so brings to a decision.
pub fn facts<R: Resource>(view: &View, scope: &Scope, text: &str) -> Option<ResourceFacts> {
    let row = R::of_arn(view, scope, text)?;
    let mut facts = ResourceFacts::of(scope.account);
    facts.tags = row.tags().iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let mut key = |name: &str, value: String| facts.keys.push((format!("ec2:{name}"), vec![value]));
    key("Region", scope.region.to_string());
    if let Some(name) = own_key(R::TYPE) {
        key(name, row.arn_id().to_owned());
    }
    // A VPC does not lie in one.
    if R::TYPE != "vpc" {
        for vpc in row.filter("vpc-id") {
            key("Vpc", resource::arn(scope, "vpc", &vpc));
        }
    }
    for (name, filter) in
        [("AvailabilityZone", "availability-zone"), ("AvailabilityZoneId", "availability-zone-id")]
    {
        row.filter(filter).into_iter().for_each(|zone| key(name, zone));
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
    for (kind, name, filter) in
        [("key-pair", "KeyPairType", "key-type"), ("placement-group", "PlacementGroupStrategy", "strategy")]
    {
        if R::TYPE == kind {
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
        "key-pair" => "KeyPairName",
        "placement-group" => "PlacementGroupName",
        "image" => "ImageID",
        "instance" => "InstanceID",
        "vpc-peering-connection" => "VpcPeeringConnectionID",
        "transit-gateway" => "transitGatewayId",
        "transit-gateway-attachment" => "transitGatewayAttachmentId",
        "transit-gateway-route-table" => "transitGatewayRouteTableId",
        "volume" => "VolumeID",
        "snapshot" => "SnapshotID",
        _ => return None,
    })
}
