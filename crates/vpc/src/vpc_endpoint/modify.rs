//! Changing an endpoint.

use super::birth::{self, add_place, add_table, default_policy, drop_table, open_later};
use super::model::{EndpointKind, State, VpcEndpoint};
use super::wish::{self, DnsWish, Spot, refused, require_fitting};
use super::work::remove_interface;
use super::{endpoint_id, service};
use crate::error::{Endpoint, Error, Kind, Part};
use crate::event::Changed;
use crate::id::{RouteTableId, SubnetId};
use crate::network_interface::{self, NetworkInterface};
use crate::resource::{self, Resource, required, take};
use crate::vpc::Vpc;
use crate::{Vpc as Service, home};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// What is to change.
struct Change {
    policy: Option<String>,
    resets_policy: bool,
    add_tables: Vec<RouteTableId>,
    remove_tables: Vec<RouteTableId>,
    add_subnets: Vec<Spot>,
    remove_subnets: Vec<SubnetId>,
    add_groups: Vec<String>,
    remove_groups: Vec<String>,
    is_private: Option<bool>,
    dns_options: Option<ec2::DnsOptionsSpecification>,
}

impl Change {
    fn read(input: ec2::ModifyVpcEndpointRequest) -> Result<Self, Error> {
        wish::ip_type(input.ip_address_type)?;
        let remove = input.remove_subnet_ids.unwrap_or_default();
        let change = Self {
            policy: input.policy_document.filter(|text| !text.is_empty()).map(wish::policy).transpose()?,
            resets_policy: input.reset_policy == Some(true),
            add_tables: wish::tables(input.add_route_table_ids)?,
            remove_tables: wish::tables(input.remove_route_table_ids)?,
            add_subnets: wish::spots(input.add_subnet_ids, input.subnet_configurations)?,
            remove_subnets: remove.iter().map(|id| wish::subnet(id)).collect::<Result<_, _>>()?,
            add_groups: wish::groups(input.add_security_group_ids)?,
            remove_groups: wish::groups(input.remove_security_group_ids)?,
            is_private: input.private_dns_enabled,
            dns_options: input.dns_options,
        };
        if change.policy.is_some() && change.resets_policy {
            let sentence = "The parameter PolicyDocument cannot be used with the parameter ResetPolicy";
            return Err(Error::Combination(sentence.to_owned()));
        }
        Ok(change)
    }

    fn require_fitting(&self, kind: EndpointKind) -> Result<(), Error> {
        let has_tables = !self.add_tables.is_empty() || !self.remove_tables.is_empty();
        let has_groups = !self.add_groups.is_empty() || !self.remove_groups.is_empty();
        let subnets = self.add_subnets.len() + self.remove_subnets.len();
        require_fitting(kind, has_tables, subnets, has_groups)
    }
}

/// `ModifyVpcEndpoint`: everything or nothing. Where interfaces come it is pending again for a while.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpcEndpointRequest,
) -> Result<ec2::ModifyVpcEndpointResult, Error> {
    let id = endpoint_id(required(input.vpc_endpoint_id.clone(), "VpcEndpointId")?)?;
    let change = Change::read(input)?;
    home::write(cx, |tx| {
        let mut endpoint: VpcEndpoint = take(tx, cx.scope(), id.as_str())?;
        if endpoint.state == State::Deleting {
            return Err(Endpoint::Busy(id.to_string(), endpoint.state.word()).into());
        }
        change.require_fitting(endpoint.kind)?;
        let dns = wish::dns(endpoint.kind, change.is_private, change.dns_options.clone())?;
        policy(&mut endpoint, &change)?;
        tables(tx, &mut endpoint, &change)?;
        groups(tx, &mut endpoint, &change)?;
        subnets(tx, cx, &mut endpoint, &change)?;
        names(tx, &mut endpoint, &dns)?;
        if !change.add_subnets.is_empty() && endpoint.state == State::Available {
            endpoint.state = State::Pending;
            open_later(tx, &endpoint);
        }
        tx.emit(&Changed { kind: "VpcEndpointChanged", resource: endpoint.arn() });
        tx.put(endpoint);
        Ok(ec2::ModifyVpcEndpointResult { return_: Some(true) })
    })
}

fn policy(endpoint: &mut VpcEndpoint, change: &Change) -> Result<(), Error> {
    let new = match (&change.policy, change.resets_policy) {
        (Some(policy), _) => policy.clone(),
        (None, true) => default_policy(endpoint.kind).to_owned(),
        (None, false) => return Ok(()),
    };
    if endpoint.policy.is_none() {
        return refused("The VPC endpoint service does not support endpoint policies.");
    }
    endpoint.policy = Some(new);
    Ok(())
}

fn tables(tx: &mut Tx, endpoint: &mut VpcEndpoint, change: &Change) -> Result<(), Error> {
    for id in &change.remove_tables {
        if !endpoint.tables.contains(id) {
            return Err(Endpoint::Missing(Part::RouteTable, id.to_string()).into());
        }
        drop_table(tx, endpoint, id);
    }
    for id in &change.add_tables {
        add_table(tx, endpoint, id).map_err(|failure| failure.said(Endpoint::RouteExistsAlready))?;
    }
    Ok(())
}

/// The endpoint's groups are those of its interfaces; one stays.
fn groups(tx: &mut Tx, endpoint: &mut VpcEndpoint, change: &Change) -> Result<(), Error> {
    if change.add_groups.is_empty() && change.remove_groups.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<String> = endpoint.groups.iter().map(|group| group.id.to_string()).collect();
    for id in &change.remove_groups {
        let position = ids.iter().position(|own| own == id);
        ids.remove(position.ok_or_else(|| Error::NotFound(Kind::SecurityGroup, vec![id.clone()]))?);
    }
    ids.extend(change.add_groups.iter().cloned());
    if ids.is_empty() {
        return refused("VPC endpoints of type Interface must have at least one security group.");
    }
    endpoint.groups = network_interface::groups_of(tx, &endpoint.scope, &endpoint.vpc_id, &ids)?;
    for place in &endpoint.places {
        let key = resource::key(&endpoint.scope, place.interface.as_str());
        if let Some(found) = tx.get::<NetworkInterface>(&key) {
            tx.put(NetworkInterface { groups: endpoint.groups.clone(), ..(*found).clone() });
        }
    }
    Ok(())
}

fn subnets(tx: &mut Tx, cx: &Cx, endpoint: &mut VpcEndpoint, change: &Change) -> Result<(), Error> {
    for id in &change.remove_subnets {
        let position = endpoint.places.iter().position(|place| place.subnet == *id);
        let position = position.ok_or_else(|| Endpoint::Missing(Part::Subnet, id.to_string()))?;
        let place = endpoint.places.remove(position);
        remove_interface(tx, &endpoint.scope, place.interface.as_str());
    }
    if change.add_subnets.is_empty() {
        return Ok(());
    }
    if endpoint.kind == EndpointKind::GatewayLoadBalancer && !endpoint.places.is_empty() {
        return refused("Only one subnet can be specified for GatewayLoadBalancer type VPC Endpoints.");
    }
    let found = service::find(tx, cx, &endpoint.service_name, endpoint.kind)?;
    let zones = found.zones(&endpoint.scope);
    change.add_subnets.iter().try_for_each(|spot| add_place(tx, cx, endpoint, &zones, spot))
}

fn names(tx: &Tx, endpoint: &mut VpcEndpoint, wish: &DnsWish) -> Result<(), Error> {
    let DnsWish { is_private, record_type, only_inbound } = wish;
    if is_private.is_none() && record_type.is_none() && only_inbound.is_none() {
        return Ok(());
    }
    let key = resource::key(&endpoint.scope, endpoint.vpc_id.as_str());
    let vpc = tx.get::<Vpc>(&key);
    let vpc = vpc.ok_or_else(|| Endpoint::Missing(Part::Vpc, endpoint.vpc_id.to_string()))?;
    let (id, service) = (endpoint.id.clone(), endpoint.service_name.clone());
    birth::name(tx, (&vpc, &service), Some(&id), &mut endpoint.dns, wish)
}
