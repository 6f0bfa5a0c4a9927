//! Carrier gateways: the way out to the networks of carriers, for subnets in Wavelength Zones.

use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::{CarrierGatewayId, VpcId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::token::{self, Once, once};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Job, JobError, Record, Tx};

/// How long AWS shows a gateway as `pending` and `deleting`, in milliseconds.
const TURNING_MILLIS: u32 = 5_000;

/// A gateway of a VPC.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CarrierGateway {
    pub(crate) scope: Scope,
    pub(crate) id: CarrierGatewayId,
    pub(crate) vpc_id: VpcId,
    state: State,
    pub(crate) tags: Tags,
}

/// Whether it can be used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Pending,
    Available,
    Deleting,
}

impl State {
    /// AWS's word.
    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Deleting => "deleting",
        }
    }
}

impl CarrierGateway {
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |own| vec![resource::key(&own.scope, own.vpc_id.as_str())] };
}

impl Record for CarrierGateway {
    const TABLE: &'static str = "vpc_carrier_gateway";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for CarrierGateway {
    const TYPE: &'static str = "carrier-gateway";
    const PREFIX: &'static str = CarrierGatewayId::PREFIX;
    const KIND: Kind = Kind::CarrierGateway;
    const FILTERS: &'static [&'static str] = &["carrier-gateway-id", "owner-id", "state", "vpc-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "carrier-gateway-id" => vec![self.id.to_string()],
            "owner-id" => vec![self.scope.account.to_string()],
            "state" => vec![self.state.word().to_owned()],
            "vpc-id" => vec![self.vpc_id.to_string()],
            _ => Vec::new(),
        }
    }
}

/// `CreateCarrierGateway`: one a VPC. The same client token gives the same gateway.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateCarrierGatewayRequest,
) -> Result<ec2::CreateCarrierGatewayResult, Error> {
    let digest = token::digest(&input);
    let vpc_id = vpc::id(input.vpc_id)?;
    let tags = tag::of_specifications(input.tag_specifications, CarrierGateway::TYPE)?;
    let call =
        Once { operation: "CreateCarrierGateway", token: input.client_token.as_deref(), digest: &digest };
    let gateway = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let vpc: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
            let of = resource::key(cx.scope(), vpc_id.as_str());
            if tx.by(&CarrierGateway::VPC, &of).next().is_some() {
                let sentence = format!("Network {vpc_id} already has a carrier gateway attached");
                return Err(Error::Parameter(sentence));
            }
            let gateway = CarrierGateway {
                scope: cx.scope().clone(),
                id: CarrierGatewayId::new(cx.ids()),
                vpc_id: vpc.id,
                state: State::Pending,
                tags: tags.clone(),
            };
            turn(tx, &gateway, "CarrierGatewayCreated");
            Ok(gateway)
        })
    })?;
    Ok(ec2::CreateCarrierGatewayResult { carrier_gateway: Some(shape(&gateway)) })
}

/// Keeps a gateway that is on its way to another state, and lets it arrive.
fn turn(tx: &mut Tx, gateway: &CarrierGateway, kind: &'static str) {
    let (scope, id) = (gateway.scope.clone(), gateway.id.clone());
    tx.after(TURNING_MILLIS, Turned { scope, id });
    tx.emit(&Changed { kind, resource: gateway.arn() });
    tx.put(gateway.clone());
}

/// `DescribeCarrierGateways`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeCarrierGatewaysRequest,
) -> Result<ec2::DescribeCarrierGatewaysResult, Error> {
    let wish = Wish {
        ids: input.carrier_gateway_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeCarrierGateways", wish, |_, row: &CarrierGateway| shape(row))?;
    Ok(ec2::DescribeCarrierGatewaysResult { carrier_gateways: Some(page.items), next_token: page.next_token })
}

/// `DeleteCarrierGateway`: a second call changes nothing.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteCarrierGatewayRequest,
) -> Result<ec2::DeleteCarrierGatewayResult, Error> {
    let text = required(input.carrier_gateway_id, "carrierGatewayId")?;
    let id = CarrierGatewayId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::CarrierGateway, error.given, error.prefix))?;
    let gateway = home::write(cx, |tx| {
        let own: CarrierGateway = take(tx, cx.scope(), id.as_str())?;
        let own = CarrierGateway { state: State::Deleting, ..own };
        turn(tx, &own, "CarrierGatewayDeleted");
        Ok(own)
    })?;
    Ok(ec2::DeleteCarrierGatewayResult { carrier_gateway: Some(shape(&gateway)) })
}

fn shape(gateway: &CarrierGateway) -> ec2::CarrierGateway {
    ec2::CarrierGateway {
        carrier_gateway_id: Some(gateway.id.to_string()),
        vpc_id: Some(gateway.vpc_id.to_string()),
        owner_id: Some(gateway.scope.account.to_string()),
        state: Some(gateway.state.word().to_owned()),
        tags: tag_set(&gateway.tags),
    }
}

/// The end of `pending` and `deleting`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Turned {
    scope: Scope,
    id: CarrierGatewayId,
}

impl Job for Turned {
    const KIND: &'static str = "vpc.carrier-gateway-turned";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let key = resource::key(&self.scope, self.id.as_str());
        let Some(own) = tx.get::<CarrierGateway>(&key) else { return Ok(()) };
        match own.state {
            State::Pending => {
                tx.put(CarrierGateway { state: State::Available, ..(*own).clone() });
            }
            State::Deleting => {
                tx.delete::<CarrierGateway>(&key);
            }
            State::Available => {}
        }
        Ok(())
    }
}
