//! Authorizing and revoking rules.

use super::model::{Peer, Rule, SecurityGroup, add, fits, in_order};
use super::permission::{self, Flat, Wanted};
use super::reference::is_in_reach;
use super::{find, take};
use crate::error::{Addresses, Error, Kind};
use crate::event::Changed;
use crate::id::{PrefixListId, SecurityGroupId};
use crate::prefix_list;
use crate::resource::{self, Resource};
use crate::{Vpc as Service, home, tag};
use base::{AccountId, Scope, Tags};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// What an Authorize or Revoke names.
struct Call {
    group_id: Option<String>,
    group_name: Option<String>,
    permissions: Vec<ec2::IpPermission>,
    rule_ids: Vec<String>,
    egress: bool,
}

impl Call {
    fn new(
        group: (Option<String>, Option<String>),
        permissions: Option<Vec<ec2::IpPermission>>,
        flat: Flat,
        egress: bool,
    ) -> Self {
        let mut permissions = permissions.unwrap_or_default();
        permissions.extend(flat.permission());
        Self { group_id: group.0, group_name: group.1, permissions, rule_ids: Vec::new(), egress }
    }
}

/// `AuthorizeSecurityGroupIngress`.
pub(crate) fn authorize_ingress(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AuthorizeSecurityGroupIngressRequest,
) -> Result<ec2::AuthorizeSecurityGroupIngressResult, Error> {
    let flat = Flat {
        protocol: input.ip_protocol,
        from: input.from_port,
        to: input.to_port,
        cidr: input.cidr_ip,
        group: input.source_security_group_name,
        group_owner: input.source_security_group_owner_id,
    };
    let tags = tag::of_specifications(input.tag_specifications, Rule::TYPE)?;
    let call = Call::new((input.group_id, input.group_name), input.ip_permissions, flat, false);
    let rules = authorize(cx, &call, &tags)?;
    Ok(ec2::AuthorizeSecurityGroupIngressResult { return_: Some(true), security_group_rules: Some(rules) })
}

/// `AuthorizeSecurityGroupEgress`.
pub(crate) fn authorize_egress(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AuthorizeSecurityGroupEgressRequest,
) -> Result<ec2::AuthorizeSecurityGroupEgressResult, Error> {
    let flat = Flat {
        protocol: input.ip_protocol,
        from: input.from_port,
        to: input.to_port,
        cidr: input.cidr_ip,
        group: input.source_security_group_name,
        group_owner: input.source_security_group_owner_id,
    };
    let tags = tag::of_specifications(input.tag_specifications, Rule::TYPE)?;
    let call = Call::new((input.group_id, None), input.ip_permissions, flat, true);
    let rules = authorize(cx, &call, &tags)?;
    Ok(ec2::AuthorizeSecurityGroupEgressResult { return_: Some(true), security_group_rules: Some(rules) })
}

/// Adds every rule or none.
fn authorize(cx: &Cx, call: &Call, tags: &Tags) -> Result<Vec<ec2::SecurityGroupRule>, Error> {
    if call.permissions.is_empty() {
        return Err(Error::Missing("ipPermissions"));
    }
    home::write(cx, |tx| {
        let mut group = find(tx, cx, call.group_id.as_deref(), call.group_name.as_deref())?;
        let wanted = wanted(tx, cx, &call.permissions)?;
        wanted.iter().try_for_each(|own| require_reach(tx, &group, &own.peer))?;
        let mut added = Vec::new();
        for Wanted { traffic, peer, description } in wanted {
            let is_there =
                tx.by(&Rule::GROUP, &group.key_text()).any(|rule| rule.says(call.egress, &traffic, &peer));
            if is_there {
                return Err(Error::RuleDuplicate(permission::describe(&traffic, &peer)));
            }
            let mut rule = add(tx, &mut group, cx.ids(), call.egress, traffic, peer);
            rule.description = description;
            rule.tags = tags.clone();
            added.push(permission::shape(&rule));
            tx.put(rule);
        }
        if !fits(tx, &group, call.egress) {
            return Err(Error::RuleLimit);
        }
        tx.emit(&Changed { kind: "SecurityGroupChanged", resource: group.arn() });
        tx.put(group);
        Ok(added)
    })
}

/// The rules that permissions stand for.
pub(super) fn wanted(tx: &Tx, cx: &Cx, permissions: &[ec2::IpPermission]) -> Result<Vec<Wanted>, Error> {
    permission::rules(permissions, &|pair| peer_group(tx, cx, pair), &|id| peer_list(tx, cx, id))
}

/// A prefix list of the account or of AWS.
fn peer_list(tx: &Tx, cx: &Cx, id: &str) -> Result<PrefixListId, Error> {
    prefix_list::find(tx, cx.scope(), id)?;
    PrefixListId::parse(id).map_err(|error| Error::Malformed(Kind::PrefixList, error.given, error.prefix))
}

/// Refuses a rule that names a group which is neither in the VPC nor in one that is connected with it.
pub(super) fn require_reach(tx: &Tx, group: &SecurityGroup, peer: &Peer) -> Result<(), Error> {
    let Peer::Group { owner, id } = peer else { return Ok(()) };
    let there = Scope::new(*owner, group.scope.region.clone());
    let named = tx.get::<SecurityGroup>(&resource::key(&there, id.as_str()));
    let named = named.ok_or_else(|| Error::NotFound(Kind::SecurityGroup, vec![id.to_string()]))?;
    if is_in_reach(tx, &group.scope, &group.vpc_id, &named) {
        Ok(())
    } else {
        Err(Addresses::OtherNetwork.into())
    }
}

/// A peer group, by id or by its name in the default VPC; one of another account goes by its id.
fn peer_group(tx: &Tx, cx: &Cx, pair: &ec2::UserIdGroupPair) -> Result<(AccountId, SecurityGroupId), Error> {
    let owner = match pair.user_id.as_deref() {
        None => cx.account(),
        Some(text) => text.parse().map_err(|_| {
            Error::Value("userId", text.to_owned(), "Account ids are twelve digits.".to_owned())
        })?,
    };
    if owner != cx.account() {
        let missing = || pair.group_name.clone().into_iter().collect();
        let id = pair.group_id.as_ref().ok_or_else(|| Error::NotFound(Kind::SecurityGroup, missing()))?;
        return Ok((owner, permission::group_id(id)?));
    }
    let group = find(tx, cx, pair.group_id.as_deref(), pair.group_name.as_deref())?;
    Ok((owner, group.id))
}

/// `RevokeSecurityGroupIngress`.
pub(crate) fn revoke_ingress(
    cx: &Cx,
    _svc: &Service,
    input: ec2::RevokeSecurityGroupIngressRequest,
) -> Result<ec2::RevokeSecurityGroupIngressResult, Error> {
    let flat = Flat {
        protocol: input.ip_protocol,
        from: input.from_port,
        to: input.to_port,
        cidr: input.cidr_ip,
        group: input.source_security_group_name,
        group_owner: input.source_security_group_owner_id,
    };
    let mut call = Call::new((input.group_id, input.group_name), input.ip_permissions, flat, false);
    call.rule_ids = input.security_group_rule_ids.unwrap_or_default();
    let revoked = revoke(cx, &call)?;
    Ok(ec2::RevokeSecurityGroupIngressResult {
        return_: Some(true),
        unknown_ip_permissions: Some(Vec::new()),
        revoked_security_group_rules: Some(revoked),
    })
}

/// `RevokeSecurityGroupEgress`.
pub(crate) fn revoke_egress(
    cx: &Cx,
    _svc: &Service,
    input: ec2::RevokeSecurityGroupEgressRequest,
) -> Result<ec2::RevokeSecurityGroupEgressResult, Error> {
    let flat = Flat {
        protocol: input.ip_protocol,
        from: input.from_port,
        to: input.to_port,
        cidr: input.cidr_ip,
        group: input.source_security_group_name,
        group_owner: input.source_security_group_owner_id,
    };
    let mut call = Call::new((input.group_id, None), input.ip_permissions, flat, true);
    call.rule_ids = input.security_group_rule_ids.unwrap_or_default();
    let revoked = revoke(cx, &call)?;
    Ok(ec2::RevokeSecurityGroupEgressResult {
        return_: Some(true),
        unknown_ip_permissions: Some(Vec::new()),
        revoked_security_group_rules: Some(revoked),
    })
}

/// Removes every rule that is named, or none.
fn revoke(cx: &Cx, call: &Call) -> Result<Vec<ec2::RevokedSecurityGroupRule>, Error> {
    if call.permissions.is_empty() && call.rule_ids.is_empty() {
        return Err(Error::Missing("ipPermissions"));
    }
    home::write(cx, |tx| {
        let group = find(tx, cx, call.group_id.as_deref(), call.group_name.as_deref())?;
        let mut revoked = Vec::new();
        for id in &call.rule_ids {
            let rule: Rule = take(tx, cx.scope(), id)?;
            if rule.group_id != group.id || rule.egress != call.egress {
                return Err(Error::NotFound(Kind::Rule, vec![id.clone()]));
            }
            revoked.push(remove(tx, &rule));
        }
        for Wanted { traffic, peer, .. } in wanted(tx, cx, &call.permissions)? {
            let own = in_order(tx.by(&Rule::GROUP, &group.key_text()));
            let rule =
                own.iter().find(|rule| rule.says(call.egress, &traffic, &peer)).ok_or(Error::RuleMissing)?;
            revoked.push(remove(tx, rule));
        }
        let group: SecurityGroup = group;
        tx.emit(&Changed { kind: "SecurityGroupChanged", resource: group.arn() });
        Ok(revoked)
    })
}

fn remove(tx: &mut Tx, rule: &Rule) -> ec2::RevokedSecurityGroupRule {
    tx.delete::<Rule>(&rule.key_text());
    let shape = permission::shape(rule);
    ec2::RevokedSecurityGroupRule {
        security_group_rule_id: shape.security_group_rule_id,
        group_id: shape.group_id,
        is_egress: shape.is_egress,
        ip_protocol: shape.ip_protocol,
        from_port: shape.from_port,
        to_port: shape.to_port,
        cidr_ipv4: shape.cidr_ipv4,
        cidr_ipv6: shape.cidr_ipv6,
        prefix_list_id: shape.prefix_list_id,
        referenced_group_id: shape.referenced_group_info.and_then(|group| group.group_id),
        description: shape.description,
    }
}
