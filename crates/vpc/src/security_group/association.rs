//! Groups in further VPCs of their account and Region, and which groups a VPC's interfaces may have.

use super::model::SecurityGroup;
use super::permission;
use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::filter::Filters;
use crate::id::{SecurityGroupId, VpcId};
use crate::listing::{self, Wish};
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource, tag_set, take};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home};
use base::{Scope, Tags};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// How long AWS shows an association as turning, in milliseconds.
const TURNING_MILLIS: u32 = 5_000;

/// A group in a further VPC.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VpcAssociation {
    pub(crate) scope: Scope,
    /// The ids of both.
    pub(crate) id: String,
    pub(crate) group_id: SecurityGroupId,
    pub(crate) vpc_id: VpcId,
    pub(crate) state: AssociationState,
    /// Always none: they cannot be tagged.
    pub(crate) tags: Tags,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AssociationState {
    Associating,
    Associated,
    Disassociating,
}

impl AssociationState {
    /// AWS's word.
    fn word(self) -> &'static str {
        match self {
            Self::Associating => "associating",
            Self::Associated => "associated",
            Self::Disassociating => "disassociating",
        }
    }
}

impl VpcAssociation {
    /// Those of a group.
    pub(crate) const GROUP: Index<Self> =
        Index { name: "group", keys: |own| vec![resource::key(&own.scope, own.group_id.as_str())] };
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |own| vec![resource::key(&own.scope, own.vpc_id.as_str())] };
}

impl Record for VpcAssociation {
    const TABLE: &'static str = "vpc_security_group_vpc_association";
    const INDEXES: &'static [Index<Self>] = &[Self::GROUP, Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, &self.id)
    }
}

impl Resource for VpcAssociation {
    const TYPE: &'static str = "security-group-vpc-association";
    const PREFIX: &'static str = SecurityGroupId::PREFIX;
    const KIND: Kind = Kind::SecurityGroupVpcAssociation;
    const HAS_TAGS: bool = false;
    const FILTERS: &'static [&'static str] =
        &["group-id", "group-owner-id", "state", "vpc-id", "vpc-owner-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        vec![match name {
            "group-id" => self.group_id.to_string(),
            "state" => self.state.word().to_owned(),
            "vpc-id" => self.vpc_id.to_string(),
            _ => self.scope.account.to_string(),
        }]
    }
}

fn id(group: &SecurityGroupId, vpc: &VpcId) -> String {
    format!("{group}/{vpc}")
}

/// Whether interfaces of a VPC may have a group: its own VPC, or one that it is associated with.
pub(crate) fn serves(rows: &impl Rows, group: &SecurityGroup, vpc: &VpcId) -> bool {
    let found = || rows.row::<VpcAssociation>(&resource::key(&group.scope, &id(&group.id, vpc)));
    group.vpc_id == *vpc || found().is_some_and(|own| own.state != AssociationState::Disassociating)
}

/// `AssociateSecurityGroupVpc`: any group but a default one, with a VPC that is not its own.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateSecurityGroupVpcRequest,
) -> Result<ec2::AssociateSecurityGroupVpcResult, Error> {
    let group_id = permission::group_id(input.group_id.as_deref().unwrap_or_default())?;
    let vpc_id = vpc::id(input.vpc_id)?;
    home::write(cx, |tx| {
        let group: SecurityGroup = take(tx, cx.scope(), group_id.as_str())?;
        let vpc: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
        if group.is_default() {
            let sentence = format!("The default security group {group_id} cannot be associated with a VPC");
            return Err(Error::Parameter(sentence));
        }
        let id = id(&group.id, &vpc.id);
        if group.vpc_id == vpc.id || tx.get::<VpcAssociation>(&resource::key(cx.scope(), &id)).is_some() {
            let sentence =
                format!("The security group {group_id} is already associated with the VPC {vpc_id}");
            return Err(Error::AlreadyAssociated(sentence));
        }
        let own = VpcAssociation {
            scope: cx.scope().clone(),
            id,
            group_id: group.id.clone(),
            vpc_id: vpc.id,
            state: AssociationState::Associating,
            tags: Tags::default(),
        };
        tx.after(TURNING_MILLIS, Turned { scope: own.scope.clone(), id: own.id.clone() });
        tx.emit(&Changed { kind: "SecurityGroupChanged", resource: group.arn() });
        tx.put(own);
        Ok(())
    })?;
    let state = Some(AssociationState::Associating.word().to_owned());
    Ok(ec2::AssociateSecurityGroupVpcResult { state })
}

/// `DisassociateSecurityGroupVpc`: not while an interface of the VPC has the group.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateSecurityGroupVpcRequest,
) -> Result<ec2::DisassociateSecurityGroupVpcResult, Error> {
    let group_id = permission::group_id(input.group_id.as_deref().unwrap_or_default())?;
    let vpc_id = vpc::id(input.vpc_id)?;
    home::write(cx, |tx| {
        let group: SecurityGroup = take(tx, cx.scope(), group_id.as_str())?;
        let mut own: VpcAssociation = take(tx, cx.scope(), &id(&group_id, &vpc_id))?;
        if tx.by(&NetworkInterface::GROUP, &group.key_text()).any(|card| card.vpc_id == vpc_id) {
            return Err(Error::DependentObject(group_id.to_string()));
        }
        own.state = AssociationState::Disassociating;
        tx.after(TURNING_MILLIS, Turned { scope: own.scope.clone(), id: own.id.clone() });
        tx.emit(&Changed { kind: "SecurityGroupChanged", resource: group.arn() });
        tx.put(own);
        Ok(())
    })?;
    let state = Some(AssociationState::Disassociating.word().to_owned());
    Ok(ec2::DisassociateSecurityGroupVpcResult { state })
}

/// `DescribeSecurityGroupVpcAssociations`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeSecurityGroupVpcAssociationsRequest,
) -> Result<ec2::DescribeSecurityGroupVpcAssociationsResult, Error> {
    let wish = Wish {
        ids: None,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let shape = |own: &VpcAssociation| ec2::SecurityGroupVpcAssociation {
        group_id: Some(own.group_id.to_string()),
        group_owner_id: Some(own.scope.account.to_string()),
        vpc_id: Some(own.vpc_id.to_string()),
        vpc_owner_id: Some(own.scope.account.to_string()),
        state: Some(own.state.word().to_owned()),
        ..ec2::SecurityGroupVpcAssociation::default()
    };
    let page = listing::list(cx, "DescribeSecurityGroupVpcAssociations", wish, |_, row: &VpcAssociation| {
        shape(row)
    })?;
    Ok(ec2::DescribeSecurityGroupVpcAssociationsResult {
        security_group_vpc_associations: Some(page.items),
        next_token: page.next_token,
    })
}

/// `GetSecurityGroupsForVpc`: its own groups and those that are associated with it.
pub(crate) fn for_vpc(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetSecurityGroupsForVpcRequest,
) -> Result<ec2::GetSecurityGroupsForVpcResult, Error> {
    let vpc_id = vpc::id(input.vpc_id)?;
    let names = ["description", "group-id", "group-name", "owner-id", "primary-vpc-id"];
    let filters = Filters::parse(input.filters, &names)?;
    let limit = page_size(input.max_results, SecurityGroup::PAGE)?;
    home::read(cx, |view| {
        let of = resource::key(cx.scope(), vpc_id.as_str());
        if view.get::<Vpc>(&of).is_none() {
            return Err(Error::NotFound(Kind::Vpc, vec![vpc_id.to_string()]));
        }
        let further = view.by(&VpcAssociation::VPC, &of).filter_map(|own| {
            let group = view.get::<SecurityGroup>(&resource::key(cx.scope(), own.group_id.as_str()))?;
            serves(view, &group, &vpc_id).then_some(group)
        });
        let mut groups: Vec<Arc<SecurityGroup>> =
            view.by(&SecurityGroup::VPC, &of).cloned().chain(further).collect();
        groups.sort_by(|one, other| one.id.cmp(&other.id));
        let value = |group: &SecurityGroup, name: &str| match name {
            "primary-vpc-id" => vec![group.vpc_id.to_string()],
            other => group.filter(other),
        };
        let passing = groups.into_iter().filter(|group| filters.pass(&group.tags, |name| value(group, name)));
        let call = ["GetSecurityGroupsForVpc", &cx.scope().to_string(), &format!("{vpc_id}{filters:?}")];
        let (groups, next_token) =
            cut(cx, &call, passing, |group| group.id.to_string(), (input.next_token.clone(), limit))?;
        let shape = |group: &Arc<SecurityGroup>| ec2::SecurityGroupForVpc {
            group_id: Some(group.id.to_string()),
            group_name: Some(group.name.clone()),
            description: Some(group.description.clone()),
            owner_id: Some(group.scope.account.to_string()),
            primary_vpc_id: Some(group.vpc_id.to_string()),
            tags: tag_set(&group.tags),
        };
        let security_group_for_vpcs = Some(groups.iter().map(shape).collect());
        Ok(ec2::GetSecurityGroupsForVpcResult { security_group_for_vpcs, next_token })
    })
}

/// The associations of a VPC go with it.
pub(crate) fn forget(tx: &mut Tx, vpc: &Vpc) {
    let of = resource::key(&vpc.scope, vpc.id.as_str());
    let keys: Vec<String> = tx.by(&VpcAssociation::VPC, &of).map(|own| own.key()).collect();
    for key in keys {
        tx.delete::<VpcAssociation>(&key);
    }
}

/// The end of `associating` and `disassociating`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Turned {
    scope: Scope,
    id: String,
}

impl Job for Turned {
    const KIND: &'static str = "vpc.security-group-vpc-turned";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let key = resource::key(&self.scope, &self.id);
        let Some(own) = tx.get::<VpcAssociation>(&key) else { return Ok(()) };
        match own.state {
            AssociationState::Associating => {
                tx.put(VpcAssociation { state: AssociationState::Associated, ..(*own).clone() });
            }
            AssociationState::Disassociating => {
                tx.delete::<VpcAssociation>(&key);
            }
            AssociationState::Associated => {}
        }
        Ok(())
    }
}
