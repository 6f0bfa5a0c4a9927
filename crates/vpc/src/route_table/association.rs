//! For whom a table's routes are: subnets, gateways, and whatever subnet has no table of its own.

use super::fitting::require_fitting_gateway;
use super::model::{Association, RouteTable};
use super::{id, route};
use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::{RouteTableAssociationId, SubnetId, VpcId};
use crate::resource::{self, Resource, required, take};
use crate::subnet::{self, Subnet};
use crate::{Vpc as Service, home};
use base::Scope;
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::Tx;

/// With what a table is to be associated.
enum End {
    Subnet(SubnetId),
    /// An internet gateway or a virtual private one.
    Gateway(String),
}

impl End {
    fn read(subnet: Option<String>, gateway: Option<String>) -> Result<Self, Error> {
        match (subnet, gateway) {
            (Some(_), Some(_)) => Err(Error::Combination(
                "The parameter SubnetId cannot be used with the parameter GatewayId".to_owned(),
            )),
            (None, Some(gateway)) => Ok(Self::Gateway(gateway)),
            (subnet, None) => Ok(Self::Subnet(subnet::id(subnet)?)),
        }
    }

    fn has(&self, association: &Association) -> bool {
        match self {
            Self::Subnet(id) => association.subnet_id.as_ref() == Some(id),
            Self::Gateway(id) => association.gateway_id.as_ref() == Some(id),
        }
    }

    /// Refuses what is not of the table's network, and gateways where the table cannot be theirs.
    fn require_near(&self, tx: &Tx, cx: &Cx, table: &RouteTable) -> Result<(), Error> {
        match self {
            Self::Subnet(id) => {
                let subnet: Subnet = take(tx, cx.scope(), id.as_str())?;
                if subnet.vpc_id == table.vpc_id {
                    return Ok(());
                }
                let table = &table.id;
                let sentence = format!("route table {table} and subnet {id} belong to different networks");
                Err(Error::Parameter(sentence))
            }
            Self::Gateway(id) => {
                route::require_gateway(tx, cx, table, id)?;
                require_fitting_gateway(tx, table, id)
            }
        }
    }

    fn association(&self, ids: &base::Ids) -> Association {
        let id = RouteTableAssociationId::new(ids);
        match self {
            Self::Subnet(own) => Association { id, subnet_id: Some(own.clone()), gateway_id: None },
            Self::Gateway(own) => Association { id, subnet_id: None, gateway_id: Some(own.clone()) },
        }
    }
}

/// `AssociateRouteTable`: with a subnet or a gateway that has no association of its own.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateRouteTableRequest,
) -> Result<ec2::AssociateRouteTableResult, Error> {
    let id = id(input.route_table_id)?;
    let end = End::read(input.subnet_id, input.gateway_id)?;
    let association = home::write(cx, |tx| {
        let mut table: RouteTable = take(tx, cx.scope(), id.as_str())?;
        end.require_near(tx, cx, &table)?;
        let of = resource::key(cx.scope(), table.vpc_id.as_str());
        let tables = tx.by(&RouteTable::VPC, &of);
        let own = tables.flat_map(|other| other.associations.iter().map(move |own| (&other.id, own)));
        let own = own.filter(|(_, own)| end.has(own)).map(|(of, own)| (*of == id, own.id.clone())).next();
        if let Some((is_here, same)) = own {
            if is_here {
                return Ok(same);
            }
            let sentence = format!(
                "the specified association for route table {id} conflicts with an existing association"
            );
            return Err(Error::AlreadyAssociated(sentence));
        }
        let association = end.association(cx.ids());
        table.associations.push(association.clone());
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
        Ok(association.id)
    })?;
    Ok(ec2::AssociateRouteTableResult {
        association_id: Some(association.to_string()),
        association_state: associated(),
    })
}

/// `DisassociateRouteTable`: a subnet falls back on the main table, whose own association stays; what enters by a gateway
/// goes straight on.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateRouteTableRequest,
) -> Result<Empty, Error> {
    let association = association_id(input.association_id)?;
    home::write(cx, |tx| {
        let (mut table, found) = with_association(tx, cx, &association)?;
        if found.is_main() {
            let sentence = format!("cannot disassociate the main route table association {association}");
            return Err(Error::Parameter(sentence));
        }
        table.associations.retain(|own| own.id != association);
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
        Ok(Empty {})
    })
}

/// `ReplaceRouteTableAssociation`: moves an association, the main one too; the answer is its new id.
pub(crate) fn replace_association(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ReplaceRouteTableAssociationRequest,
) -> Result<ec2::ReplaceRouteTableAssociationResult, Error> {
    let association = association_id(input.association_id)?;
    let id = id(input.route_table_id)?;
    let new = home::write(cx, |tx| {
        let (mut from, found) = with_association(tx, cx, &association)?;
        let target: RouteTable = take(tx, cx.scope(), id.as_str())?;
        if target.vpc_id != from.vpc_id {
            let sentence =
                format!("route table {id} and network {} belong to different networks", from.vpc_id);
            return Err(Error::Parameter(sentence));
        }
        if let Some(gateway) = &found.gateway_id {
            require_fitting_gateway(tx, &target, gateway)?;
        }
        // VPC user guide, "Main route table".
        if found.is_main() && target.gateways().next().is_some() {
            let sentence = format!("The gateway route table {id} cannot be the main route table.");
            return Err(Error::Parameter(sentence));
        }
        from.associations.retain(|own| own.id != association);
        tx.put(from);
        // Read again: it may be the same table.
        let mut to: RouteTable = take(tx, cx.scope(), id.as_str())?;
        let new = RouteTableAssociationId::new(cx.ids());
        to.associations.push(Association { id: new.clone(), ..found });
        tx.emit(&Changed { kind: "RouteTableChanged", resource: to.arn() });
        tx.put(to);
        Ok(new)
    })?;
    Ok(ec2::ReplaceRouteTableAssociationResult {
        new_association_id: Some(new.to_string()),
        association_state: associated(),
    })
}

/// A gateway leaves a VPC: its association with a table goes.
pub(crate) fn leave(tx: &mut Tx, scope: &Scope, vpc: &VpcId, gateway: &str) {
    for table in tx.by(&RouteTable::VPC, &resource::key(scope, vpc.as_str())).cloned().collect::<Vec<_>>() {
        if table.gateways().any(|own| own == gateway) {
            let mut table = (*table).clone();
            table.associations.retain(|own| own.gateway_id.as_deref() != Some(gateway));
            tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
            tx.put(table);
        }
    }
}

/// The table that holds an association.
fn with_association(
    tx: &Tx,
    cx: &Cx,
    association: &RouteTableAssociationId,
) -> Result<(RouteTable, Association), Error> {
    let prefix = resource::prefix(cx.scope());
    for table in tx.range::<RouteTable>(&prefix) {
        if let Some(found) = table.associations.iter().find(|own| own.id == *association) {
            return Ok(((**table).clone(), found.clone()));
        }
    }
    Err(Error::NotFound(Kind::Association, vec![association.to_string()]))
}

fn association_id(text: Option<String>) -> Result<RouteTableAssociationId, Error> {
    let text = required(text, "associationId")?;
    RouteTableAssociationId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::Association, error.given, error.prefix))
}

pub(super) fn associated() -> Option<ec2::RouteTableAssociationState> {
    Some(ec2::RouteTableAssociationState { state: Some("associated".to_owned()), status_message: None })
}
