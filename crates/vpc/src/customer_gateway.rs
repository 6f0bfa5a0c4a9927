//! Customer gateways: the other end of VPN connections, as its owner describes it.

use crate::error::{Connect, Error, Kind};
use crate::event::Changed;
use crate::id::CustomerGatewayId;
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::staged::{HOUR_MILLIS, Staged, step_after, step_at};
use crate::vpn_connection::VpnConnection;
use crate::vpn_gateway::{self, IPSEC};
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_ec2 as ec2;
use std::net::IpAddr;
use store::{Record, Tx};

/// How long AWS shows a new one as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 10_000;
/// The number of its autonomous system where none is given. Source: EC2 API reference, CreateCustomerGateway.
const ASN: i64 = 65_000;

/// A device on the customer's side.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CustomerGateway {
    pub(crate) scope: Scope,
    pub(crate) id: CustomerGatewayId,
    pub(crate) state: State,
    pub(crate) asn: i64,
    /// Where it is reached; none where a certificate says who it is.
    pub(crate) address: Option<IpAddr>,
    pub(crate) certificate_arn: Option<String>,
    pub(crate) device_name: Option<String>,
    pub(crate) tags: Tags,
}

/// Whether it can be used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Not yet.
    Pending,
    /// It can.
    Available,
    /// No more; it is shown for a while.
    Deleted,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Deleted => "deleted",
        }
    }
}

impl Record for CustomerGateway {
    const TABLE: &'static str = "vpc_customer_gateway";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for CustomerGateway {
    const TYPE: &'static str = "customer-gateway";
    const PREFIX: &'static str = CustomerGatewayId::PREFIX;
    const KIND: Kind = Kind::CustomerGateway;
    const FILTERS: &'static [&'static str] =
        &["bgp-asn", "customer-gateway-id", "ip-address", "state", "type"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "bgp-asn" => vec![self.asn.to_string()],
            "customer-gateway-id" => vec![self.id.to_string()],
            "ip-address" => self.address.iter().map(ToString::to_string).collect(),
            "state" => vec![self.state.word().to_owned()],
            "type" => vec![IPSEC.to_owned()],
            _ => Vec::new(),
        }
    }
}

impl Staged for CustomerGateway {
    const STEP: &'static str = "vpc.customer-gateway-step";

    fn stage(&self) -> &'static str {
        self.state.word()
    }

    fn step(self, tx: &mut Tx) {
        match self.state {
            State::Pending => tx.put(Self { state: State::Available, ..self }),
            State::Available => {}
            State::Deleted => {
                tx.delete::<Self>(&resource::key(&self.scope, self.id.as_str()));
            }
        }
    }
}

/// `CreateCustomerGateway`: a second one with the same address and number is the one that is there.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateCustomerGatewayRequest,
) -> Result<ec2::CreateCustomerGatewayResult, Error> {
    vpn_gateway::require_type(input.type_)?;
    let tags = tag::of_specifications(input.tag_specifications, CustomerGateway::TYPE)?;
    let asn = asn(input.bgp_asn, input.bgp_asn_extended)?;
    let certificate_arn = input.certificate_arn;
    let address =
        match input.ip_address.or(input.public_ip) {
            Some(text) => Some(text.parse::<IpAddr>().map_err(|_| {
                Error::Value("ipAddress", text.clone(), "It is not an IP address.".to_owned())
            })?),
            None if certificate_arn.is_some() => None,
            None => return Err(Error::Missing("ipAddress")),
        };
    let device_name = input.device_name;
    let gateway = home::write(cx, |tx| {
        let prefix = resource::prefix(cx.scope());
        let is_same = |own: &&std::sync::Arc<CustomerGateway>| {
            own.state != State::Deleted
                && (own.asn, own.address, &own.certificate_arn) == (asn, address, &certificate_arn)
        };
        if let Some(there) = tx.range::<CustomerGateway>(&prefix).find(is_same) {
            return Ok((**there).clone());
        }
        let gateway = CustomerGateway {
            scope: cx.scope().clone(),
            id: CustomerGatewayId::new(cx.ids()),
            state: State::Pending,
            asn,
            address,
            certificate_arn: certificate_arn.clone(),
            device_name: device_name.clone(),
            tags: tags.clone(),
        };
        step_after(tx, &gateway, PENDING_MILLIS);
        tx.emit(&Changed { kind: "CustomerGatewayCreated", resource: gateway.arn() });
        tx.put(gateway.clone());
        Ok(gateway)
    })?;
    Ok(ec2::CreateCustomerGatewayResult { customer_gateway: Some(shape(&gateway)) })
}

/// The number of its autonomous system: one parameter for those of 31 bits, one for larger ones.
fn asn(short: Option<i32>, extended: Option<i64>) -> Result<i64, Error> {
    match (short, extended) {
        (Some(_), Some(_)) => Err(Error::Combination(
            "The parameter BgpAsn cannot be used with the parameter BgpAsnExtended".to_owned(),
        )),
        (None, None) => Ok(ASN),
        (Some(asn), None) if asn > 0 => Ok(asn.into()),
        (None, Some(asn @ 2_147_483_648..=4_294_967_295)) => Ok(asn),
        (Some(asn), None) => {
            let reason = "It must be in the range of 1 to 2147483647.".to_owned();
            Err(Error::Value("bgpAsn", asn.to_string(), reason))
        }
        (None, Some(asn)) => {
            let reason = "It must be in the range of 2147483648 to 4294967295.".to_owned();
            Err(Error::Value("bgpAsnExtended", asn.to_string(), reason))
        }
    }
}

/// `DescribeCustomerGateways`: in one page.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeCustomerGatewaysRequest,
) -> Result<ec2::DescribeCustomerGatewaysResult, Error> {
    let wish = Wish { ids: input.customer_gateway_ids, filters: input.filters, ..Wish::default() };
    let page = listing::list(cx, "DescribeCustomerGateways", wish, |_, row: &CustomerGateway| shape(row))?;
    Ok(ec2::DescribeCustomerGatewaysResult { customer_gateways: Some(page.items) })
}

/// `DeleteCustomerGateway`: not while it has connections. It is shown for a while as deleted.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteCustomerGatewayRequest,
) -> Result<Empty, Error> {
    let id = id(input.customer_gateway_id)?;
    home::write(cx, |tx| {
        let mut gateway: CustomerGateway = take(tx, cx.scope(), id.as_str())?;
        if gateway.state == State::Deleted {
            return Ok(Empty {});
        }
        if VpnConnection::any_of(tx, cx.scope(), id.as_str()) {
            return Err(Connect::CustomerGatewayInUse.into());
        }
        gateway.state = State::Deleted;
        step_at(tx, &gateway, HOUR_MILLIS);
        tx.emit(&Changed { kind: "CustomerGatewayDeleted", resource: gateway.arn() });
        tx.put(gateway);
        Ok(Empty {})
    })
}

/// The gateway, if it is not deleted.
pub(crate) fn there(tx: &Tx, scope: &Scope, id: &CustomerGatewayId) -> Result<CustomerGateway, Error> {
    let gateway: CustomerGateway = take(tx, scope, id.as_str())?;
    if gateway.state == State::Deleted {
        return Err(Error::NotFound(Kind::CustomerGateway, vec![id.to_string()]));
    }
    Ok(gateway)
}

/// A gateway's id.
pub(crate) fn id(text: Option<String>) -> Result<CustomerGatewayId, Error> {
    let text = required(text, "customerGatewayId")?;
    CustomerGatewayId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::CustomerGateway, error.given, error.prefix))
}

fn shape(gateway: &CustomerGateway) -> ec2::CustomerGateway {
    // Each number is answered under the name that it is given by.
    let is_long = gateway.asn > i64::from(i32::MAX);
    let asn = Some(gateway.asn.to_string());
    ec2::CustomerGateway {
        customer_gateway_id: Some(gateway.id.to_string()),
        state: Some(gateway.state.word().to_owned()),
        type_: Some(IPSEC.to_owned()),
        ip_address: gateway.address.map(|address| address.to_string()),
        bgp_asn: asn.clone().filter(|_| !is_long),
        bgp_asn_extended: asn.filter(|_| is_long),
        certificate_arn: gateway.certificate_arn.clone(),
        device_name: gateway.device_name.clone(),
        tags: tag_set(&gateway.tags),
    }
}
