//! Changing rules that exist. Their ids stay.

use super::change::{require_reach, wanted};
use super::model::{Peer, Rule, SecurityGroup, fits};
use super::permission::{self, Wanted};
use super::{find, take};
use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::resource::{Resource, required};
use crate::{Vpc as Service, home};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// `ModifySecurityGroupRules`: all of them or none. A rule keeps the kind of its source.
pub(crate) fn modify_rules(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifySecurityGroupRulesRequest,
) -> Result<ec2::ModifySecurityGroupRulesResult, Error> {
    let group_id = permission::group_id(&required(input.group_id, "groupId")?)?;
    let mut updates = Vec::new();
    for update in input.security_group_rules.unwrap_or_default() {
        let id = required(update.security_group_rule_id, "securityGroupRuleId")?;
        updates.push((id, asked(update.security_group_rule.unwrap_or_default())?));
    }
    if updates.is_empty() {
        return Err(Error::Missing("securityGroupRule"));
    }
    home::write(cx, |tx| {
        let group: SecurityGroup = take(tx, cx.scope(), group_id.as_str())?;
        for (id, permission) in &updates {
            let mut rule: Rule = take(tx, cx.scope(), id)?;
            if rule.group_id != group.id {
                return Err(Error::NotFound(Kind::Rule, vec![id.clone()]));
            }
            for Wanted { traffic, peer, description } in wanted(tx, cx, std::slice::from_ref(permission))? {
                require_same_kind(id, &rule.peer, &peer)?;
                require_reach(tx, &group, &peer)?;
                let mut others = tx.by(&Rule::GROUP, &group.key_text()).filter(|other| other.id != rule.id);
                if others.any(|other| other.says(rule.egress, &traffic, &peer)) {
                    return Err(Error::RuleDuplicate(permission::describe(&traffic, &peer)));
                }
                rule.traffic = traffic;
                rule.peer = peer;
                rule.description = description;
            }
            tx.put(rule);
        }
        if ![false, true].iter().all(|egress| fits(tx, &group, *egress)) {
            return Err(Error::RuleLimit);
        }
        tx.emit(&Changed { kind: "SecurityGroupChanged", resource: group.arn() });
        Ok(ec2::ModifySecurityGroupRulesResult { return_: Some(true) })
    })
}

/// What a rule is to say, as a permission with one source.
fn asked(wish: ec2::SecurityGroupRuleRequest) -> Result<ec2::IpPermission, Error> {
    let sources = [&wish.cidr_ipv4, &wish.cidr_ipv6, &wish.prefix_list_id, &wish.referenced_group_id];
    match sources.into_iter().flatten().count() {
        1 => {}
        0 => {
            return Err(Error::MissingOneOf(
                "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId",
            ));
        }
        _ => {
            let sentence =
                "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified";
            return Err(Error::Combination(sentence.to_owned()));
        }
    }
    let description = wish.description;
    let ipv4 = |cidr| ec2::IpRange { cidr_ip: Some(cidr), description: description.clone() };
    let ipv6 = |cidr| ec2::Ipv6Range { cidr_ipv6: Some(cidr), description: description.clone() };
    let list = |id| ec2::PrefixListId { prefix_list_id: Some(id), description: description.clone() };
    let group = |id| ec2::UserIdGroupPair {
        group_id: Some(id),
        description: description.clone(),
        ..ec2::UserIdGroupPair::default()
    };
    Ok(ec2::IpPermission {
        ip_protocol: wish.ip_protocol,
        from_port: wish.from_port,
        to_port: wish.to_port,
        ip_ranges: wish.cidr_ipv4.map(|cidr| vec![ipv4(cidr)]),
        ipv6_ranges: wish.cidr_ipv6.map(|cidr| vec![ipv6(cidr)]),
        prefix_list_ids: wish.prefix_list_id.map(|id| vec![list(id)]),
        user_id_group_pairs: wish.referenced_group_id.map(|id| vec![group(id)]),
    })
}

fn require_same_kind(id: &str, old: &Peer, new: &Peer) -> Result<(), Error> {
    let parameter = |peer: &Peer| match peer {
        Peer::Ipv4(_) => ("CidrIpv4", "IPv4 CIDR"),
        Peer::Ipv6(_) => ("CidrIpv6", "IPv6 CIDR"),
        Peer::Group { .. } => ("ReferencedGroupId", "referenced group"),
        Peer::PrefixList(_) => ("PrefixListId", "prefix list"),
    };
    let ((_, old), (new, word)) = (parameter(old), parameter(new));
    if old == word {
        return Ok(());
    }
    let sentence = format!(
        "Invalid rule type for security group rule '{id}'. You may not specify {new} for an existing {old} rule."
    );
    Err(Error::Parameter(sentence))
}

/// `UpdateSecurityGroupRuleDescriptionsIngress`.
pub(crate) fn describe_ingress(
    cx: &Cx,
    _svc: &Service,
    input: ec2::UpdateSecurityGroupRuleDescriptionsIngressRequest,
) -> Result<ec2::UpdateSecurityGroupRuleDescriptionsIngressResult, Error> {
    let update = Update {
        group: (input.group_id, input.group_name),
        permissions: input.ip_permissions.unwrap_or_default(),
        descriptions: input.security_group_rule_descriptions.unwrap_or_default(),
        egress: false,
    };
    update.run(cx)?;
    Ok(ec2::UpdateSecurityGroupRuleDescriptionsIngressResult { return_: Some(true) })
}

/// `UpdateSecurityGroupRuleDescriptionsEgress`.
pub(crate) fn describe_egress(
    cx: &Cx,
    _svc: &Service,
    input: ec2::UpdateSecurityGroupRuleDescriptionsEgressRequest,
) -> Result<ec2::UpdateSecurityGroupRuleDescriptionsEgressResult, Error> {
    let update = Update {
        group: (input.group_id, input.group_name),
        permissions: input.ip_permissions.unwrap_or_default(),
        descriptions: input.security_group_rule_descriptions.unwrap_or_default(),
        egress: true,
    };
    update.run(cx)?;
    Ok(ec2::UpdateSecurityGroupRuleDescriptionsEgressResult { return_: Some(true) })
}

/// New descriptions: of rules that permissions name, or of rules by their ids.
struct Update {
    group: (Option<String>, Option<String>),
    permissions: Vec<ec2::IpPermission>,
    descriptions: Vec<ec2::SecurityGroupRuleDescription>,
    egress: bool,
}

impl Update {
    /// A description that is not given is taken away.
    fn run(&self, cx: &Cx) -> Result<(), Error> {
        if self.permissions.is_empty() && self.descriptions.is_empty() {
            return Err(Error::Missing("ipPermissions"));
        }
        home::write(cx, |tx| {
            let group = find(tx, cx, self.group.0.as_deref(), self.group.1.as_deref())?;
            let named = self.by_permission(tx, cx, &group)?;
            let by_id = self.by_id(tx, cx, &group)?;
            for (rule, description) in named.into_iter().chain(by_id) {
                tx.put(Rule { description, ..rule });
            }
            tx.emit(&Changed { kind: "SecurityGroupChanged", resource: group.arn() });
            Ok(())
        })
    }

    fn by_permission(
        &self,
        tx: &Tx,
        cx: &Cx,
        group: &SecurityGroup,
    ) -> Result<Vec<(Rule, Option<String>)>, Error> {
        let mut named = Vec::new();
        for wanted in wanted(tx, cx, &self.permissions)? {
            let mut own = tx.by(&Rule::GROUP, &group.key_text());
            let rule = own.find(|rule| rule.says(self.egress, &wanted.traffic, &wanted.peer));
            let rule = rule.ok_or(Error::RuleMissing)?;
            named.push(((**rule).clone(), wanted.description));
        }
        Ok(named)
    }

    fn by_id(&self, tx: &Tx, cx: &Cx, group: &SecurityGroup) -> Result<Vec<(Rule, Option<String>)>, Error> {
        let mut named = Vec::new();
        for own in &self.descriptions {
            let id = required(own.security_group_rule_id.clone(), "securityGroupRuleId")?;
            let rule: Rule = take(tx, cx.scope(), &id)?;
            if rule.group_id != group.id || rule.egress != self.egress {
                return Err(Error::NotFound(Kind::Rule, vec![id]));
            }
            named.push((rule, own.description.clone()));
        }
        Ok(named)
    }
}
