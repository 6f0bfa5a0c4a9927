//! Virtual private gateways: a VPC's end of its VPN connections.

use crate::error::{Connect, Error, Kind};
use crate::event::Changed;
use crate::id::{VpcId, VpnGatewayId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::route_table::{self, RouteTable};
use crate::staged::{HOUR_MILLIS, Staged, step_after, step_at};
use crate::vpc::{self, Vpc};
use crate::vpn_connection::VpnConnection;
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_ec2 as ec2;
use store::{Index, Record, Rows, Tx};

/// How long AWS shows an attachment as `attaching` or `detaching`, in milliseconds.
const STEP_MILLIS: u32 = 30_000;
/// The number of Amazon's side where none is asked for.
pub(crate) const AMAZON_ASN: i64 = 64_512;
/// The one type there is.
pub(crate) const IPSEC: &str = "ipsec.1";

/// A gateway, attached to at most one VPC.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VpnGateway {
    pub(crate) scope: Scope,
    pub(crate) id: VpnGatewayId,
    pub(crate) asn: i64,
    pub(crate) zone: Option<String>,
    pub(crate) attachment: Option<Attachment>,
    pub(crate) is_deleted: bool,
    pub(crate) tags: Tags,
}

/// What it is attached to.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) vpc_id: VpcId,
    state: AttachmentState,
}

/// Whether it is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum AttachmentState {
    Attaching,
    Attached,
    Detaching,
}

impl AttachmentState {
    fn word(self) -> &'static str {
        match self {
            Self::Attaching => "attaching",
            Self::Attached => "attached",
            Self::Detaching => "detaching",
        }
    }
}

impl VpnGateway {
    /// The one attached to a VPC.
    pub(crate) const VPC: Index<Self> = Index {
        name: "vpc",
        keys: |own| {
            own.attachment.iter().map(|held| resource::key(&own.scope, held.vpc_id.as_str())).collect()
        },
    };

    /// Whether it serves a VPC, or is about to.
    pub(crate) fn serves(&self, vpc: &VpcId) -> bool {
        self.attachment
            .as_ref()
            .is_some_and(|held| held.vpc_id == *vpc && held.state != AttachmentState::Detaching)
    }

    fn state(&self) -> &'static str {
        if self.is_deleted { "deleted" } else { "available" }
    }
}

impl Record for VpnGateway {
    const TABLE: &'static str = "vpc_vpn_gateway";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for VpnGateway {
    const TYPE: &'static str = "vpn-gateway";
    const PREFIX: &'static str = VpnGatewayId::PREFIX;
    const KIND: Kind = Kind::VpnGateway;
    const FILTERS: &'static [&'static str] = &[
        "amazon-side-asn",
        "attachment.state",
        "attachment.vpc-id",
        "availability-zone",
        "state",
        "type",
        "vpn-gateway-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let held = self.attachment.iter();
        match name {
            "amazon-side-asn" => vec![self.asn.to_string()],
            "attachment.state" => held.map(|held| held.state.word().to_owned()).collect(),
            "attachment.vpc-id" => held.map(|held| held.vpc_id.to_string()).collect(),
            "availability-zone" => self.zone.iter().cloned().collect(),
            "state" => vec![self.state().to_owned()],
            "type" => vec![IPSEC.to_owned()],
            "vpn-gateway-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }
}

impl Staged for VpnGateway {
    const STEP: &'static str = "vpc.vpn-gateway-step";

    fn stage(&self) -> &'static str {
        self.attachment.as_ref().map_or_else(|| self.state(), |held| held.state.word())
    }

    fn step(mut self, tx: &mut Tx) {
        if self.is_deleted {
            tx.delete::<Self>(&resource::key(&self.scope, self.id.as_str()));
            return;
        }
        match &mut self.attachment {
            Some(held) if held.state == AttachmentState::Attaching => held.state = AttachmentState::Attached,
            _ => self.attachment = None,
        }
        tx.emit(&Changed { kind: "VpnGatewayChanged", resource: self.arn() });
        tx.put(self);
    }
}

/// `CreateVpnGateway`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpnGatewayRequest,
) -> Result<ec2::CreateVpnGatewayResult, Error> {
    require_type(input.type_)?;
    let tags = tag::of_specifications(input.tag_specifications, VpnGateway::TYPE)?;
    let asn = amazon_asn(input.amazon_side_asn)?;
    let zone = input.availability_zone;
    if let Some(name) = zone.as_ref().filter(|name| !cx.region().zones().iter().any(|own| own.name == **name))
    {
        let reason = "The zone does not exist.".to_owned();
        return Err(Error::Value("availabilityZone", name.clone(), reason));
    }
    let gateway = home::write(cx, |tx| {
        let (scope, id) = (cx.scope().clone(), VpnGatewayId::new(cx.ids()));
        let (zone, tags) = (zone.clone(), tags.clone());
        let gateway = VpnGateway { scope, id, asn, zone, attachment: None, is_deleted: false, tags };
        tx.emit(&Changed { kind: "VpnGatewayCreated", resource: gateway.arn() });
        tx.put(gateway.clone());
        Ok(gateway)
    })?;
    Ok(ec2::CreateVpnGatewayResult { vpn_gateway: Some(shape(&gateway)) })
}

/// The type of VPN gateways, customer gateways and connections.
pub(crate) fn require_type(given: Option<String>) -> Result<(), Error> {
    let given = required(given, "type")?;
    if given == IPSEC {
        return Ok(());
    }
    Err(Error::Value("type", given, "It must be ipsec.1.".to_owned()))
}

/// A private number of an autonomous system. Source: EC2 API reference, CreateVpnGateway.
pub(crate) fn amazon_asn(given: Option<i64>) -> Result<i64, Error> {
    match given {
        None => Ok(AMAZON_ASN),
        Some(asn @ (64_512..=65_534 | 4_200_000_000..=4_294_967_294)) => Ok(asn),
        Some(asn) => {
            let reason = "It must be in the range of 64512 to 65534 or 4200000000 to 4294967294.".to_owned();
            Err(Error::Value("amazonSideAsn", asn.to_string(), reason))
        }
    }
}

/// `DescribeVpnGateways`: in one page.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpnGatewaysRequest,
) -> Result<ec2::DescribeVpnGatewaysResult, Error> {
    let wish = Wish { ids: input.vpn_gateway_ids, filters: input.filters, ..Wish::default() };
    let page = listing::list(cx, "DescribeVpnGateways", wish, |_, row: &VpnGateway| shape(row))?;
    Ok(ec2::DescribeVpnGatewaysResult { vpn_gateways: Some(page.items) })
}

/// `AttachVpnGateway`: one VPC a gateway, one gateway a VPC.
pub(crate) fn attach(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AttachVpnGatewayRequest,
) -> Result<ec2::AttachVpnGatewayResult, Error> {
    let id = id(input.vpn_gateway_id)?;
    let vpc_id = vpc::id(input.vpc_id)?;
    let gateway = home::write(cx, |tx| {
        let mut gateway = there(tx, cx.scope(), &id)?;
        let vpc: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
        if gateway.serves(&vpc.id) {
            return Ok(gateway);
        }
        if gateway.attachment.is_some() {
            return Err(Connect::VpnAttachmentLimit.into());
        }
        if tx.by(&VpnGateway::VPC, &resource::key(cx.scope(), vpc.id.as_str())).next().is_some() {
            return Err(Connect::VpcHasVpnGateway(vpc_id.to_string()).into());
        }
        gateway.attachment = Some(Attachment { vpc_id: vpc.id, state: AttachmentState::Attaching });
        store(tx, &gateway);
        Ok(gateway)
    })?;
    Ok(ec2::AttachVpnGatewayResult { vpc_attachment: gateway.attachment.as_ref().map(attachment) })
}

/// `DetachVpnGateway`: routes to it stay, as blackholes; what propagated from it goes, and its association with a table.
pub(crate) fn detach(cx: &Cx, _svc: &Service, input: ec2::DetachVpnGatewayRequest) -> Result<Empty, Error> {
    let id = id(input.vpn_gateway_id)?;
    let vpc_id = vpc::id(input.vpc_id)?;
    home::write(cx, |tx| {
        let mut gateway = there(tx, cx.scope(), &id)?;
        let held = gateway.attachment.as_mut().filter(|held| held.vpc_id == vpc_id);
        let held = held.ok_or_else(|| Connect::NoVpnAttachment(id.to_string(), vpc_id.to_string()))?;
        held.state = AttachmentState::Detaching;
        store(tx, &gateway);
        route_table::leave(tx, cx.scope(), &vpc_id, id.as_str());
        let of = resource::key(cx.scope(), vpc_id.as_str());
        for table in tx.listed(&RouteTable::VPC, &of) {
            if table.propagating.iter().any(|own| *own == id.as_str()) {
                let mut table = (*table).clone();
                table.propagating.retain(|own| *own != id.as_str());
                tx.put(table);
            }
        }
        Ok(Empty {})
    })
}

fn store(tx: &mut Tx, gateway: &VpnGateway) {
    step_after(tx, gateway, STEP_MILLIS);
    tx.emit(&Changed { kind: "VpnGatewayChanged", resource: gateway.arn() });
    tx.put(gateway.clone());
}

/// `DeleteVpnGateway`: neither while it is attached nor while it has connections. It is shown for a while as deleted.
pub(crate) fn delete(cx: &Cx, _svc: &Service, input: ec2::DeleteVpnGatewayRequest) -> Result<Empty, Error> {
    let id = id(input.vpn_gateway_id)?;
    home::write(cx, |tx| {
        let mut gateway: VpnGateway = take(tx, cx.scope(), id.as_str())?;
        if gateway.is_deleted {
            return Ok(Empty {});
        }
        if gateway.attachment.is_some() || VpnConnection::any_of(tx, cx.scope(), id.as_str()) {
            return Err(Connect::VpnGatewayInUse(id.to_string()).into());
        }
        gateway.is_deleted = true;
        step_at(tx, &gateway, HOUR_MILLIS);
        tx.emit(&Changed { kind: "VpnGatewayDeleted", resource: gateway.arn() });
        tx.put(gateway);
        Ok(Empty {})
    })
}

/// `EnableVgwRoutePropagation`: what comes from the gateway's connections gets into the table. That is nothing as long
/// as their tunnels are down. Source: VPN user guide, "Route propagation".
pub(crate) fn enable_propagation(
    cx: &Cx,
    _svc: &Service,
    input: ec2::EnableVgwRoutePropagationRequest,
) -> Result<Empty, Error> {
    let table = route_table::id(input.route_table_id)?;
    let id = id(input.gateway_id)?;
    home::write(cx, |tx| {
        let mut table: RouteTable = take(tx, cx.scope(), table.as_str())?;
        let gateway = there(tx, cx.scope(), &id)?;
        if !gateway.serves(&table.vpc_id) {
            return Err(Connect::VpnNotAttached(id.to_string(), table.vpc_id.to_string()).into());
        }
        // VPC user guide, "Gateway route tables": nothing is propagated into one.
        if let Some(gateway) = table.gateways().next() {
            return Err(Connect::EdgeConflict(gateway.to_owned()).into());
        }
        if !table.propagating.iter().any(|own| *own == id.as_str()) {
            table.propagating.push(id.to_string());
            tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
            tx.put(table);
        }
        Ok(Empty {})
    })
}

/// `DisableVgwRoutePropagation`.
pub(crate) fn disable_propagation(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisableVgwRoutePropagationRequest,
) -> Result<Empty, Error> {
    let table = route_table::id(input.route_table_id)?;
    let id = id(input.gateway_id)?;
    home::write(cx, |tx| {
        let mut table: RouteTable = take(tx, cx.scope(), table.as_str())?;
        let _gateway: VpnGateway = take(tx, cx.scope(), id.as_str())?;
        table.propagating.retain(|own| *own != id.as_str());
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
        Ok(Empty {})
    })
}

/// The gateway, if it is not deleted.
pub(crate) fn there(tx: &Tx, scope: &Scope, id: &VpnGatewayId) -> Result<VpnGateway, Error> {
    let gateway: VpnGateway = take(tx, scope, id.as_str())?;
    if gateway.is_deleted {
        return Err(Error::NotFound(Kind::VpnGateway, vec![id.to_string()]));
    }
    Ok(gateway)
}

/// A gateway's id.
pub(crate) fn id(text: Option<String>) -> Result<VpnGatewayId, Error> {
    let text = required(text, "vpnGatewayId")?;
    VpnGatewayId::parse(&text).map_err(|error| Error::Malformed(Kind::VpnGateway, error.given, error.prefix))
}

fn attachment(own: &Attachment) -> ec2::VpcAttachment {
    ec2::VpcAttachment { vpc_id: Some(own.vpc_id.to_string()), state: Some(own.state.word().to_owned()) }
}

fn shape(gateway: &VpnGateway) -> ec2::VpnGateway {
    ec2::VpnGateway {
        vpn_gateway_id: Some(gateway.id.to_string()),
        amazon_side_asn: Some(gateway.asn),
        availability_zone: gateway.zone.clone(),
        state: Some(gateway.state().to_owned()),
        type_: Some(IPSEC.to_owned()),
        vpc_attachments: Some(gateway.attachment.iter().map(attachment).collect()),
        tags: tag_set(&gateway.tags),
    }
}
