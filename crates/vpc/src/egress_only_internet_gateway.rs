//! Egress-only internet gateways: the way out for IPv6.

use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::{EgressOnlyInternetGatewayId, VpcId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::token::{self, Once, once};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Record};

/// A gateway, attached to its VPC for life.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct EgressOnlyInternetGateway {
    pub(crate) scope: Scope,
    pub(crate) id: EgressOnlyInternetGatewayId,
    pub(crate) vpc_id: VpcId,
    pub(crate) tags: Tags,
}

impl EgressOnlyInternetGateway {
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |gateway| vec![resource::key(&gateway.scope, gateway.vpc_id.as_str())] };
}

impl Record for EgressOnlyInternetGateway {
    const TABLE: &'static str = "vpc_egress_only_internet_gateway";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for EgressOnlyInternetGateway {
    const TYPE: &'static str = "egress-only-internet-gateway";
    const PREFIX: &'static str = EgressOnlyInternetGatewayId::PREFIX;
    const KIND: Kind = Kind::EgressOnlyInternetGateway;
    const PAGE: (i32, i32) = (5, 255);
    const OMITS_UNKNOWN: bool = true;
    const FILTERS: &'static [&'static str] = &[];

    crate::resource::own_members!();

    /// It has none but tags; policies ask for its VPC.
    fn filter(&self, name: &str) -> Vec<String> {
        if name == "vpc-id" { vec![self.vpc_id.to_string()] } else { Vec::new() }
    }
}

/// `CreateEgressOnlyInternetGateway`: attached from birth. The same client token gives the same gateway.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateEgressOnlyInternetGatewayRequest,
) -> Result<ec2::CreateEgressOnlyInternetGatewayResult, Error> {
    let digest = token::digest(&input);
    let vpc_id = vpc::id(input.vpc_id)?;
    let tags = tag::of_specifications(input.tag_specifications, EgressOnlyInternetGateway::TYPE)?;
    let call = Once {
        operation: "CreateEgressOnlyInternetGateway",
        token: input.client_token.as_deref(),
        digest: &digest,
    };
    let gateway = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let vpc: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
            let id = EgressOnlyInternetGatewayId::new(cx.ids());
            let scope = cx.scope().clone();
            let gateway = EgressOnlyInternetGateway { scope, id, vpc_id: vpc.id, tags: tags.clone() };
            tx.emit(&Changed { kind: "EgressOnlyInternetGatewayCreated", resource: gateway.arn() });
            tx.put(gateway.clone());
            Ok(gateway)
        })
    })?;
    Ok(ec2::CreateEgressOnlyInternetGatewayResult {
        egress_only_internet_gateway: Some(shape(&gateway)),
        client_token: input.client_token,
    })
}

/// `DescribeEgressOnlyInternetGateways`: ids that are not there are left out.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeEgressOnlyInternetGatewaysRequest,
) -> Result<ec2::DescribeEgressOnlyInternetGatewaysResult, Error> {
    let wish = Wish {
        ids: input.egress_only_internet_gateway_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(
        cx,
        "DescribeEgressOnlyInternetGateways",
        wish,
        |_, row: &EgressOnlyInternetGateway| shape(row),
    )?;
    Ok(ec2::DescribeEgressOnlyInternetGatewaysResult {
        egress_only_internet_gateways: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DeleteEgressOnlyInternetGateway`: routes to it stay, as blackholes.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteEgressOnlyInternetGatewayRequest,
) -> Result<ec2::DeleteEgressOnlyInternetGatewayResult, Error> {
    let text = required(input.egress_only_internet_gateway_id, "egressOnlyInternetGatewayId")?;
    let id = EgressOnlyInternetGatewayId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::EgressOnlyInternetGateway, error.given, error.prefix))?;
    home::write(cx, |tx| {
        let gateway: EgressOnlyInternetGateway = take(tx, cx.scope(), id.as_str())?;
        tx.delete::<EgressOnlyInternetGateway>(&resource::key(cx.scope(), id.as_str()));
        tx.emit(&Changed { kind: "EgressOnlyInternetGatewayDeleted", resource: gateway.arn() });
        Ok(ec2::DeleteEgressOnlyInternetGatewayResult { return_code: Some(true) })
    })
}

fn shape(gateway: &EgressOnlyInternetGateway) -> ec2::EgressOnlyInternetGateway {
    ec2::EgressOnlyInternetGateway {
        egress_only_internet_gateway_id: Some(gateway.id.to_string()),
        attachments: Some(vec![ec2::InternetGatewayAttachment {
            vpc_id: Some(gateway.vpc_id.to_string()),
            state: Some("attached".to_owned()),
        }]),
        tags: tag_set(&gateway.tags),
    }
}
