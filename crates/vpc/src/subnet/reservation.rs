//! Parts of a subnet that automatic assignment leaves alone: for prefixes, or for addresses that are asked for.

use super::model::{Reserved, Subnet};
use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::{CidrReservationId, SubnetId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::{Vpc as Service, home, tag, vpc};
use base::{Ipv4Block, Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Record, Tx};

/// A reserved part.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CidrReservation {
    pub(crate) scope: Scope,
    pub(crate) id: CidrReservationId,
    pub(crate) subnet_id: SubnetId,
    pub(crate) block: Ipv4Block,
    /// For prefixes; else for addresses that are asked for.
    pub(crate) is_prefix: bool,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
}

impl CidrReservation {
    /// Those of a subnet.
    pub(crate) const SUBNET: Index<Self> =
        Index { name: "subnet", keys: |own| vec![resource::key(&own.scope, own.subnet_id.as_str())] };

    /// AWS's word for what it is for.
    fn word(&self) -> &'static str {
        if self.is_prefix { "prefix" } else { "explicit" }
    }
}

impl Record for CidrReservation {
    const TABLE: &'static str = "vpc_subnet_cidr_reservation";
    const INDEXES: &'static [Index<Self>] = &[Self::SUBNET];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for CidrReservation {
    const TYPE: &'static str = "subnet-cidr-reservation";
    const PREFIX: &'static str = CidrReservationId::PREFIX;
    const KIND: Kind = Kind::CidrReservation;
    const FILTERS: &'static [&'static str] = &["reservationType", "subnet-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "reservationType" => vec![self.word().to_owned()],
            "subnet-id" => vec![self.subnet_id.to_string()],
            _ => Vec::new(),
        }
    }
}

/// `CreateSubnetCidrReservation`: what interfaces have there already stays theirs.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateSubnetCidrReservationRequest,
) -> Result<ec2::CreateSubnetCidrReservationResult, Error> {
    let subnet_id = super::id(input.subnet_id)?;
    let text = required(input.cidr, "cidr")?;
    let block: Ipv4Block = text.parse().map_err(|_| vpc::not_a_block("cidr", &text))?;
    let word = required(input.reservation_type, "reservationType")?;
    let is_prefix = match word.as_str() {
        "prefix" => true,
        "explicit" => false,
        _ => {
            return Err(Error::Parameter(format!(
                "Value ({word}) for parameter reservationType is invalid."
            )));
        }
    };
    let tags = tag::of_specifications(input.tag_specifications, CidrReservation::TYPE)?;
    let description = input.description;
    let reservation = home::write(cx, |tx| {
        let subnet: Subnet = take(tx, cx.scope(), subnet_id.as_str())?;
        if !subnet.block.is_some_and(|own| own.covers(block)) {
            let own = subnet.block.map(|own| own.to_string()).unwrap_or_default();
            let sentence = format!("Reservation CIDR should be within subnet CIDR block ({own})");
            return Err(Error::Parameter(sentence));
        }
        let of = resource::key(cx.scope(), subnet_id.as_str());
        if tx.by(&CidrReservation::SUBNET, &of).any(|own| own.block.overlaps(block)) {
            let sentence = format!("Reservation CIDR {block} has overlap with existing reserved CIDR block");
            return Err(Error::Parameter(sentence));
        }
        let reservation = CidrReservation {
            scope: cx.scope().clone(),
            id: CidrReservationId::new(cx.ids()),
            subnet_id: subnet.id.clone(),
            block,
            is_prefix,
            description: description.clone(),
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "SubnetCidrReservationCreated", resource: reservation.arn() });
        tx.put(reservation.clone());
        tell(tx, subnet);
        Ok(reservation)
    })?;
    Ok(ec2::CreateSubnetCidrReservationResult { subnet_cidr_reservation: Some(shape(&reservation)) })
}

/// Tells a subnet which parts of it are reserved.
fn tell(tx: &mut Tx, mut subnet: Subnet) {
    let of = resource::key(&subnet.scope, subnet.id.as_str());
    let reserved = |own: &CidrReservation| Reserved { block: own.block, is_prefix: own.is_prefix };
    subnet.reserved = tx.by(&CidrReservation::SUBNET, &of).map(|own| reserved(own)).collect();
    // Prefixes come from the lowest place first.
    subnet.reserved.sort_by_key(|own| own.block);
    tx.put(subnet);
}

/// `GetSubnetCidrReservations`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetSubnetCidrReservationsRequest,
) -> Result<ec2::GetSubnetCidrReservationsResult, Error> {
    let subnet_id = super::id(input.subnet_id)?;
    home::read(cx, |view| {
        let found = view.get::<Subnet>(&resource::key(cx.scope(), subnet_id.as_str()));
        found.map(|_| ()).ok_or_else(|| Error::NotFound(Kind::Subnet, vec![subnet_id.to_string()]))
    })?;
    let of_subnet =
        ec2::Filter { name: Some("subnet-id".to_owned()), values: Some(vec![subnet_id.to_string()]) };
    let mut filters = input.filters.unwrap_or_default();
    filters.push(of_subnet);
    let wish = Wish {
        ids: None,
        filters: Some(filters),
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "GetSubnetCidrReservations", wish, |_, row: &CidrReservation| shape(row))?;
    Ok(ec2::GetSubnetCidrReservationsResult {
        subnet_ipv4_cidr_reservations: Some(page.items),
        subnet_ipv6_cidr_reservations: Some(Vec::new()),
        next_token: page.next_token,
    })
}

/// `DeleteSubnetCidrReservation`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteSubnetCidrReservationRequest,
) -> Result<ec2::DeleteSubnetCidrReservationResult, Error> {
    let text = required(input.subnet_cidr_reservation_id, "subnetCidrReservationId")?;
    let id = CidrReservationId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::CidrReservation, error.given, error.prefix))?;
    let reservation = home::write(cx, |tx| {
        let reservation: CidrReservation = take(tx, cx.scope(), id.as_str())?;
        let subnet: Subnet = take(tx, cx.scope(), reservation.subnet_id.as_str())?;
        tx.delete::<CidrReservation>(&resource::key(cx.scope(), id.as_str()));
        tx.emit(&Changed { kind: "SubnetCidrReservationDeleted", resource: reservation.arn() });
        tell(tx, subnet);
        Ok(reservation)
    })?;
    Ok(ec2::DeleteSubnetCidrReservationResult { deleted_subnet_cidr_reservation: Some(shape(&reservation)) })
}

/// The reservations of a subnet go with it.
pub(super) fn forget(tx: &mut Tx, subnet: &Subnet) {
    let of = resource::key(&subnet.scope, subnet.id.as_str());
    let keys: Vec<String> = tx.by(&CidrReservation::SUBNET, &of).map(|own| own.key()).collect();
    for key in keys {
        tx.delete::<CidrReservation>(&key);
    }
}

fn shape(own: &CidrReservation) -> ec2::SubnetCidrReservation {
    ec2::SubnetCidrReservation {
        subnet_cidr_reservation_id: Some(own.id.to_string()),
        subnet_id: Some(own.subnet_id.to_string()),
        cidr: Some(own.block.to_string()),
        reservation_type: Some(own.word().to_owned()),
        owner_id: Some(own.scope.account.to_string()),
        description: own.description.clone(),
        tags: tag_set(&own.tags),
    }
}
