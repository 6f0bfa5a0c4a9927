//! Internet gateways.

use crate::address::Address;
use crate::error::{Elastic, Error, Kind};
use crate::event::Changed;
use crate::id::{InternetGatewayId, VpcId};
use crate::listing::{self, Wish};
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource, required, tag_set, take};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, route_table, tag};
use base::{Ids, Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Index, Record};

/// A gateway, attached to at most one VPC.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct InternetGateway {
    pub(crate) scope: Scope,
    pub(crate) id: InternetGatewayId,
    pub(crate) vpc_id: Option<VpcId>,
    pub(crate) tags: Tags,
}

impl InternetGateway {
    /// The one attached to a VPC.
    pub(crate) const VPC: Index<Self> = Index {
        name: "vpc",
        keys: |gateway| {
            gateway.vpc_id.iter().map(|vpc| resource::key(&gateway.scope, vpc.as_str())).collect()
        },
    };

    /// A gateway attached from birth: a default VPC's.
    pub(crate) fn attached(scope: &Scope, ids: &Ids, vpc: &VpcId) -> Self {
        Self {
            scope: scope.clone(),
            id: InternetGatewayId::new(ids),
            vpc_id: Some(vpc.clone()),
            tags: Tags::default(),
        }
    }
}

impl Record for InternetGateway {
    const TABLE: &'static str = "vpc_internet_gateway";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for InternetGateway {
    const TYPE: &'static str = "internet-gateway";
    const PREFIX: &'static str = InternetGatewayId::PREFIX;
    const KIND: Kind = Kind::InternetGateway;
    const FILTERS: &'static [&'static str] =
        &["attachment.state", "attachment.vpc-id", "internet-gateway-id", "owner-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let attached = || self.vpc_id.iter();
        match name {
            "attachment.state" => attached().map(|_| "available".to_owned()).collect(),
            "attachment.vpc-id" => attached().map(ToString::to_string).collect(),
            "internet-gateway-id" => vec![self.id.to_string()],
            _ => vec![self.scope.account.to_string()],
        }
    }
}

/// `CreateInternetGateway`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateInternetGatewayRequest,
) -> Result<ec2::CreateInternetGatewayResult, Error> {
    let tags = tag::of_specifications(input.tag_specifications, InternetGateway::TYPE)?;
    let gateway = home::write(cx, |tx| {
        let id = InternetGatewayId::new(cx.ids());
        let gateway = InternetGateway { scope: cx.scope().clone(), id, vpc_id: None, tags: tags.clone() };
        tx.emit(&Changed { kind: "InternetGatewayCreated", resource: gateway.arn() });
        tx.put(gateway.clone());
        Ok(gateway)
    })?;
    Ok(ec2::CreateInternetGatewayResult { internet_gateway: Some(shape(&gateway)) })
}

/// `DescribeInternetGateways`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeInternetGatewaysRequest,
) -> Result<ec2::DescribeInternetGatewaysResult, Error> {
    let wish = Wish {
        ids: input.internet_gateway_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeInternetGateways", wish, |_, row: &InternetGateway| shape(row))?;
    Ok(ec2::DescribeInternetGatewaysResult {
        internet_gateways: Some(page.items),
        next_token: page.next_token,
    })
}

/// `AttachInternetGateway`: one gateway a VPC, one VPC a gateway.
pub(crate) fn attach(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AttachInternetGatewayRequest,
) -> Result<Empty, Error> {
    let id = id(input.internet_gateway_id)?;
    let vpc_id = vpc::attached_id(input.vpc_id)?;
    home::write(cx, |tx| {
        let mut gateway: InternetGateway = take(tx, cx.scope(), id.as_str())?;
        let vpc: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
        if let Some(other) = &gateway.vpc_id {
            let sentence = format!("resource {id} is already attached to network {other}");
            return Err(Error::AlreadyAssociated(sentence));
        }
        let of = resource::key(cx.scope(), vpc.id.as_str());
        if tx.by(&InternetGateway::VPC, &of).next().is_some() {
            let sentence = format!("Network {vpc_id} already has an internet gateway attached");
            return Err(Error::Parameter(sentence));
        }
        gateway.vpc_id = Some(vpc.id.clone());
        tx.emit(&Changed { kind: "InternetGatewayAttached", resource: gateway.arn() });
        tx.put(gateway);
        Ok(Empty {})
    })
}

/// `DetachInternetGateway`: not while public addresses lead into the VPC. Routes to it stay, as blackholes; its
/// association with a route table goes.
pub(crate) fn detach(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DetachInternetGatewayRequest,
) -> Result<Empty, Error> {
    let id = id(input.internet_gateway_id)?;
    let vpc_id = vpc::id(input.vpc_id)?;
    home::write(cx, |tx| {
        let mut gateway: InternetGateway = take(tx, cx.scope(), id.as_str())?;
        let _network: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
        if gateway.vpc_id.as_ref() != Some(&vpc_id) {
            return Err(Error::NotAttached(id.to_string(), vpc_id.to_string()));
        }
        let is_lent = |own: &Arc<NetworkInterface>| own.vpc_id == vpc_id && own.lent.is_some();
        if tx.by(&Address::VPC, &resource::key(cx.scope(), vpc_id.as_str())).next().is_some()
            || tx.range::<NetworkInterface>(&resource::prefix(cx.scope())).any(is_lent)
        {
            return Err(Elastic::Mapped(vpc_id.to_string()).into());
        }
        gateway.vpc_id = None;
        route_table::leave(tx, cx.scope(), &vpc_id, id.as_str());
        tx.emit(&Changed { kind: "InternetGatewayDetached", resource: gateway.arn() });
        tx.put(gateway);
        Ok(Empty {})
    })
}

/// `DeleteInternetGateway`: not while it is attached.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteInternetGatewayRequest,
) -> Result<Empty, Error> {
    let id = id(input.internet_gateway_id)?;
    home::write(cx, |tx| {
        let gateway: InternetGateway = take(tx, cx.scope(), id.as_str())?;
        if gateway.vpc_id.is_some() {
            return Err(Error::Dependency("internetGateway", id.to_string()));
        }
        tx.delete::<InternetGateway>(&resource::key(cx.scope(), id.as_str()));
        tx.emit(&Changed { kind: "InternetGatewayDeleted", resource: gateway.arn() });
        Ok(Empty {})
    })
}

fn id(text: Option<String>) -> Result<InternetGatewayId, Error> {
    let text = required(text, "internetGatewayId")?;
    InternetGatewayId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::InternetGateway, error.given, error.prefix))
}

fn shape(gateway: &InternetGateway) -> ec2::InternetGateway {
    let attachment = |vpc: &VpcId| ec2::InternetGatewayAttachment {
        vpc_id: Some(vpc.to_string()),
        // The enum says `attached`; this is the word the API answers.
        state: Some("available".to_owned()),
    };
    ec2::InternetGateway {
        internet_gateway_id: Some(gateway.id.to_string()),
        owner_id: Some(gateway.scope.account.to_string()),
        attachments: Some(gateway.vpc_id.iter().map(attachment).collect()),
        tags: tag_set(&gateway.tags),
    }
}
