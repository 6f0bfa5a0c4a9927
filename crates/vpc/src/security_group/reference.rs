//! Rules that name groups of other networks.
//!
//! A rule may name a group of its own VPC, or one that is associated with it, or one of a network that is joined to it.
//! Once nothing joins the two any more the rule is stale. [`is_in_reach`] is the one place that knows what does.

use super::association::serves;
use super::model::{Peer, Rule, SecurityGroup, in_order};
use super::{crossing, permission, take};
use crate::error::{Error, Kind};
use crate::id::VpcId;
use crate::resource;
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home};
use base::{AccountId, Scope};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Rows, View};

/// How few and how many groups of a page may be asked for. Source: EC2 API reference, DescribeStaleSecurityGroups.
const PAGE: (i32, i32) = (5, 255);

/// Whether rules of a VPC may name a group: of the VPC itself, of one that a peering connection leads to, or of one behind a
/// transit gateway where both sides support that. Source: VPC user guide, "Security group referencing".
pub(super) fn is_in_reach(rows: &impl Rows, scope: &Scope, vpc: &VpcId, group: &SecurityGroup) -> bool {
    (group.scope == *scope && serves(rows, group, vpc))
        || crossing::connection(rows, scope, vpc, group).is_some_and(|own| own.is_active())
        || crossing::is_joined(rows, scope, vpc, group)
}

/// The same of a group that is named by its owner and id, and may have gone.
fn is_near(view: &View, scope: &Scope, vpc: &VpcId, owner: AccountId, group: &str) -> bool {
    let there = Scope::new(owner, scope.region.clone());
    let found = view.get::<SecurityGroup>(&resource::key(&there, group));
    found.is_some_and(|found| is_in_reach(view, scope, vpc, &found))
}

/// `DescribeSecurityGroupReferences`: the VPCs whose rules name groups that are not theirs.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeSecurityGroupReferencesRequest,
) -> Result<ec2::DescribeSecurityGroupReferencesResult, Error> {
    let ids = input.group_id.unwrap_or_default();
    if ids.is_empty() {
        return Err(Error::Missing("groupId"));
    }
    let ids: Vec<_> = ids.iter().map(|id| permission::group_id(id)).collect::<Result<_, _>>()?;
    let references = home::write(cx, |tx| {
        let mut references = BTreeSet::new();
        for id in &ids {
            let group: SecurityGroup = take(tx, cx.scope(), id.as_str())?;
            for rule in tx.by(&Rule::PEER, &group.key_text()) {
                let holder = tx.get::<SecurityGroup>(&resource::key(&rule.scope, rule.group_id.as_str()));
                let Some(holder) = holder else { continue };
                if !serves(tx, &group, &holder.vpc_id) {
                    let by = crossing::connection(tx, &group.scope, &group.vpc_id, &holder);
                    let by = by.map(|own| own.id.to_string());
                    references.insert((id.to_string(), holder.vpc_id.to_string(), by));
                }
            }
        }
        Ok(references)
    })?;
    let shape = |(group, vpc, by): (String, String, Option<String>)| ec2::SecurityGroupReference {
        group_id: Some(group),
        referencing_vpc_id: Some(vpc),
        vpc_peering_connection_id: by,
        ..ec2::SecurityGroupReference::default()
    };
    let security_group_reference_set = Some(references.into_iter().map(shape).collect());
    Ok(ec2::DescribeSecurityGroupReferencesResult { security_group_reference_set })
}

/// `DescribeStaleSecurityGroups`: the groups of a VPC whose rules name what is out of reach, with these rules.
pub(crate) fn describe_stale(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeStaleSecurityGroupsRequest,
) -> Result<ec2::DescribeStaleSecurityGroupsResult, Error> {
    let vpc_id = vpc::id(input.vpc_id)?;
    let limit = page_size(input.max_results, PAGE)?;
    home::read(cx, |view| {
        let of = resource::key(cx.scope(), vpc_id.as_str());
        if view.get::<Vpc>(&of).is_none() {
            return Err(Error::NotFound(Kind::Vpc, vec![vpc_id.to_string()]));
        }
        let mut groups: Vec<_> = view.by(&SecurityGroup::VPC, &of).cloned().collect();
        groups.sort_by(|one, other| one.id.cmp(&other.id));
        let stale = groups.into_iter().filter_map(|group| {
            let rules = stale_rules(view, &group);
            (!rules.is_empty()).then_some((group, rules))
        });
        let call = ["DescribeStaleSecurityGroups", &cx.scope().to_string(), vpc_id.as_str()];
        let (stale, next_token) =
            cut(cx, &call, stale, |(group, _)| group.id.to_string(), (input.next_token.clone(), limit))?;
        let stale_security_group_set = Some(stale.iter().map(|(group, rules)| shape(group, rules)).collect());
        Ok(ec2::DescribeStaleSecurityGroupsResult { stale_security_group_set, next_token })
    })
}

/// The rules of a group that name what is out of reach.
fn stale_rules(view: &View, group: &SecurityGroup) -> Vec<Arc<Rule>> {
    let mut rules = in_order(view.by(&Rule::GROUP, &group.key_text()));
    rules.retain(|rule| match &rule.peer {
        Peer::Group { owner, id } => !is_near(view, &group.scope, &group.vpc_id, *owner, id.as_str()),
        Peer::Ipv4(_) | Peer::Ipv6(_) | Peer::PrefixList(_) => false,
    });
    rules
}

fn shape(group: &SecurityGroup, rules: &[Arc<Rule>]) -> ec2::StaleSecurityGroup {
    let permissions = |egress| {
        let merged = permission::permissions(rules, egress).into_iter();
        Some(merged.map(stale_permission).collect())
    };
    ec2::StaleSecurityGroup {
        group_id: Some(group.id.to_string()),
        group_name: Some(group.name.clone()),
        description: Some(group.description.clone()),
        vpc_id: Some(group.vpc_id.to_string()),
        stale_ip_permissions: permissions(false),
        stale_ip_permissions_egress: permissions(true),
    }
}

fn stale_permission(own: ec2::IpPermission) -> ec2::StaleIpPermission {
    ec2::StaleIpPermission {
        from_port: own.from_port,
        to_port: own.to_port,
        ip_protocol: own.ip_protocol,
        ip_ranges: Some(Vec::new()),
        prefix_list_ids: Some(Vec::new()),
        user_id_group_pairs: own.user_id_group_pairs,
    }
}
