//! Security groups and their rules.

mod association;
mod change;
mod crossing;
mod model;
mod modify;
mod permission;
mod reference;

pub(crate) use association::{
    Turned, VpcAssociation, associate as associate_vpc, describe as describe_vpc_associations,
    disassociate as disassociate_vpc, for_vpc, forget, serves,
};
pub(crate) use change::{authorize_egress, authorize_ingress, revoke_egress, revoke_ingress};
pub(crate) use model::{
    Peer, Rule, SecurityGroup, Words, fits, make_closed, make_default, make_open, meet_ipv6,
};
pub(crate) use modify::{describe_egress, describe_ingress, modify_rules};
pub(crate) use permission::group_id;
pub(crate) use reference::{describe as describe_references, describe_stale};

use crate::error::{Attach, Error};
use crate::event::Changed;
use crate::filter::Filters;
use crate::id::SecurityGroupId;
use crate::listing::{self, Wish};
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource, required, tag_set, take};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag};
use model::{RULE_FILTERS, in_order, let_out};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Tx, View};

/// Characters of a name or a description at the most.
const LONGEST_TEXT: usize = 255;

/// `CreateSecurityGroup`: in the default VPC where none is named. Everything may leave, nothing may enter.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateSecurityGroupRequest,
) -> Result<ec2::CreateSecurityGroupResult, Error> {
    let name = group_name(required(input.group_name, "groupName")?)?;
    let description = description(required(input.description, "GroupDescription")?)?;
    let tags = tag::of_specifications(input.tag_specifications, SecurityGroup::TYPE)?;
    let vpc_id = input.vpc_id.map(|text| vpc::id(Some(text))).transpose()?;
    let group = home::write(cx, |tx| {
        let parent: Vpc = match &vpc_id {
            Some(id) => take(tx, cx.scope(), id.as_str())?,
            None => vpc::default(tx, cx).ok_or(Error::NoDefaultVpc)?,
        };
        let of = resource::key(cx.scope(), parent.id.as_str());
        if tx.by(&SecurityGroup::VPC, &of).any(|sibling| sibling.name.eq_ignore_ascii_case(&name)) {
            return Err(Error::GroupDuplicate(name.clone(), parent.id.to_string()));
        }
        let mut group = SecurityGroup {
            scope: cx.scope().clone(),
            id: SecurityGroupId::new(cx.ids()),
            vpc_id: parent.id.clone(),
            name: name.clone(),
            description: description.clone(),
            next_rule: 0,
            tags: tags.clone(),
        };
        let_out(tx, &mut group, cx.ids(), &parent);
        tx.emit(&Changed { kind: "SecurityGroupCreated", resource: group.arn() });
        tx.put(group.clone());
        Ok(group)
    })?;
    Ok(ec2::CreateSecurityGroupResult {
        group_id: Some(group.id.to_string()),
        security_group_arn: Some(group.arn()),
        tags: tag_set(&group.tags),
    })
}

fn group_name(name: String) -> Result<String, Error> {
    if name.eq_ignore_ascii_case("default") {
        return Err(Error::Parameter("Cannot use reserved security group name: default".to_owned()));
    }
    if name.starts_with("sg-") || name.chars().count() > LONGEST_TEXT {
        let reason = "Names are at most 255 characters and do not begin with sg-.".to_owned();
        return Err(Error::Value("groupName", name, reason));
    }
    // EC2 API reference, CreateSecurityGroup: the characters of a name.
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if !name.chars().all(allowed) {
        let reason = "Character sets beyond ASCII are not supported.".to_owned();
        return Err(Error::Value("groupName", name, reason));
    }
    Ok(name)
}

fn description(text: String) -> Result<String, Error> {
    if !text.is_ascii() {
        let reason = "Character sets beyond ASCII are not supported.".to_owned();
        return Err(Error::Value("GroupDescription", text, reason));
    }
    if text.len() > LONGEST_TEXT {
        let reason = "Descriptions are at most 255 characters.".to_owned();
        return Err(Error::Value("GroupDescription", text, reason));
    }
    Ok(text)
}

/// `DescribeSecurityGroups`, also by the names of groups in the default VPC and by what their rules say.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeSecurityGroupsRequest,
) -> Result<ec2::DescribeSecurityGroupsResult, Error> {
    let (of_rules, of_groups): (Vec<_>, Vec<_>) = input
        .filters
        .unwrap_or_default()
        .into_iter()
        .partition(|filter| rule_filter(filter.name.as_deref().unwrap_or_default()).is_some());
    let known: Vec<String> = ["ip-permission.", "egress.ip-permission."]
        .iter()
        .flat_map(|prefix| RULE_FILTERS.map(|name| format!("{prefix}{name}")))
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let rule_filters = Filters::parse(Some(of_rules), &known)?;
    let mut ids = input.group_ids.unwrap_or_default();
    ids.extend(by_name(cx, input.group_names.unwrap_or_default())?);
    let wish = Wish {
        ids: Some(ids),
        filters: Some(of_groups),
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeSecurityGroups", wish, |view, group: &SecurityGroup| {
        let rules = in_order(view.by(&Rule::GROUP, &group.key_text()));
        let passes = rule_filters.pass(&base::Tags::default(), |name| rule_values(view, &rules, name));
        passes.then(|| {
            let mut shape = shape(group, &rules);
            crossing::tell(view, group, &mut shape);
            shape
        })
    })?;
    let security_groups = page.items.into_iter().flatten().collect();
    Ok(ec2::DescribeSecurityGroupsResult {
        security_groups: Some(security_groups),
        next_token: page.next_token,
    })
}

/// The ids of groups of the default VPC.
fn by_name(cx: &Cx, names: Vec<String>) -> Result<Vec<String>, Error> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    home::write(cx, |tx| names.iter().map(|name| Ok(named(tx, cx, name)?.id.to_string())).collect())
}

/// The group of that name in the default VPC.
fn named(tx: &Tx, cx: &Cx, name: &str) -> Result<SecurityGroup, Error> {
    let default = vpc::default(tx, cx).ok_or(Attach::NoDefaultVpc)?;
    let of = resource::key(cx.scope(), default.id.as_str());
    let found = tx.by(&SecurityGroup::VPC, &of).find(|group| group.name == name);
    let missing = || Attach::NoGroup(name.to_owned(), default.id.to_string()).into();
    found.map(|group| (**group).clone()).ok_or_else(missing)
}

/// Direction and name of a filter over rules.
fn rule_filter(name: &str) -> Option<(bool, &str)> {
    let (egress, rest) = match name.strip_prefix("egress.") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    rest.strip_prefix("ip-permission.").map(|rest| (egress, rest))
}

fn rule_values(view: &View, rules: &[Arc<Rule>], name: &str) -> Vec<String> {
    let Some((egress, name)) = rule_filter(name) else { return Vec::new() };
    let value = |rule: &Arc<Rule>| match (name, &rule.peer) {
        ("protocol", _) => Some(rule.traffic.protocol.clone()),
        ("from-port", _) => rule.traffic.ports.map(|(from, _)| from.to_string()),
        ("to-port", _) => rule.traffic.ports.map(|(_, to)| to.to_string()),
        ("cidr", Peer::Ipv4(block)) | ("ipv6-cidr", Peer::Ipv6(block)) => Some(block.clone()),
        ("group-id", Peer::Group { id, .. }) => Some(id.to_string()),
        ("user-id", Peer::Group { owner, .. }) => Some(owner.to_string()),
        ("prefix-list-id", Peer::PrefixList(id)) => Some(id.to_string()),
        ("group-name", Peer::Group { id, .. }) => {
            let group = view.get::<SecurityGroup>(&resource::key(&rule.scope, id.as_str()));
            group.map(|group| group.name.clone())
        }
        _ => None,
    };
    rules.iter().filter(|rule| rule.egress == egress).filter_map(value).collect()
}

/// `DeleteSecurityGroup`: not the default one, and none that another group's rules or an interface name.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteSecurityGroupRequest,
) -> Result<ec2::DeleteSecurityGroupResult, Error> {
    let id = home::write(cx, |tx| {
        let group = find(tx, cx, input.group_id.as_deref(), input.group_name.as_deref())?;
        if group.is_default() {
            return Err(Error::DefaultGroup(group.id.to_string()));
        }
        if is_needed(tx, &group) {
            return Err(Error::DependentObject(group.id.to_string()));
        }
        remove(tx, &group);
        Ok(group.id.to_string())
    })?;
    Ok(ec2::DeleteSecurityGroupResult { return_: Some(true), group_id: Some(id) })
}

/// Whether an interface or an association with another VPC stands on a group, or rules of another one name it.
pub(crate) fn is_needed(tx: &Tx, group: &SecurityGroup) -> bool {
    let key = group.key_text();
    tx.by(&Rule::PEER, &key).any(|rule| rule.group_id != group.id)
        || tx.by(&NetworkInterface::GROUP, &key).next().is_some()
        || tx.by(&VpcAssociation::GROUP, &key).next().is_some()
}

/// Takes a group away that nothing stands on.
pub(crate) fn remove(tx: &mut Tx, group: &SecurityGroup) {
    let key = group.key_text();
    let rules: Vec<_> = tx.by(&Rule::GROUP, &key).map(|rule| rule.key_text()).collect();
    for rule in rules {
        tx.delete::<Rule>(&rule);
    }
    tx.delete::<SecurityGroup>(&key);
    tx.emit(&Changed { kind: "SecurityGroupDeleted", resource: group.arn() });
}

/// `DescribeSecurityGroupRules`.
pub(crate) fn describe_rules(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeSecurityGroupRulesRequest,
) -> Result<ec2::DescribeSecurityGroupRulesResult, Error> {
    let wish = Wish {
        ids: input.security_group_rule_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeSecurityGroupRules", wish, |view, rule: &Rule| {
        let mut shape = permission::shape(rule);
        crossing::tell_rule(view, &rule.scope, &mut shape);
        shape
    })?;
    Ok(ec2::DescribeSecurityGroupRulesResult {
        security_group_rules: Some(page.items),
        next_token: page.next_token,
    })
}

/// The group by id, or by its name in the default VPC.
fn find(tx: &Tx, cx: &Cx, id: Option<&str>, name: Option<&str>) -> Result<SecurityGroup, Error> {
    match (id, name) {
        (Some(id), _) => take(tx, cx.scope(), permission::group_id(id)?.as_str()),
        (None, Some(name)) => named(tx, cx, name),
        (None, None) => Err(Error::Missing("groupName or groupId")),
    }
}

fn shape(group: &SecurityGroup, rules: &[Arc<Rule>]) -> ec2::SecurityGroup {
    ec2::SecurityGroup {
        group_id: Some(group.id.to_string()),
        group_name: Some(group.name.clone()),
        description: Some(group.description.clone()),
        vpc_id: Some(group.vpc_id.to_string()),
        owner_id: Some(group.scope.account.to_string()),
        security_group_arn: Some(group.arn()),
        ip_permissions: Some(permission::permissions(rules, false)),
        ip_permissions_egress: Some(permission::permissions(rules, true)),
        tags: tag_set(&group.tags),
    }
}
