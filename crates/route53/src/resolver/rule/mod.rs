//! Resolver rules: where questions about a domain go.

pub(super) mod association;

use super::Resolver;
use super::endpoint::Endpoint;
use super::shared::{Asked, Looks, Requested, STATE_MILLIS, again, announce, arn, filter, home, tags};
use crate::error::ResolverError as Error;
use crate::name::Name;
use association::Association;
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// The rule every VPC has: everything else is asked of the internet.
const INTERNET: &str = "rslvr-autodefined-rr-internet-resolver";
/// Whose it is.
const AWS: &str = "Route 53 Resolver";

/// Where questions go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Target {
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
    port: i32,
    protocol: Option<String>,
    server_name: Option<String>,
}

impl Target {
    fn read(given: &resolver_api::TargetAddress) -> Result<Self, Error> {
        let text = given.ip.clone().or_else(|| given.ipv6.clone()).unwrap_or_default();
        let bad = || Error::BadTarget(text.clone());
        if given.ip.is_none() && given.ipv6.is_none() {
            return Err(bad());
        }
        Ok(Self {
            ipv4: given.ip.as_deref().map(str::parse).transpose().map_err(|_| bad())?,
            ipv6: given.ipv6.as_deref().map(str::parse).transpose().map_err(|_| bad())?,
            port: given.port.unwrap_or(53),
            protocol: given.protocol.clone(),
            server_name: given.server_name_indication.clone(),
        })
    }

    fn shape(&self) -> resolver_api::TargetAddress {
        resolver_api::TargetAddress {
            ip: self.ipv4.map(|address| address.to_string()),
            port: Some(self.port),
            ipv6: self.ipv6.map(|address| address.to_string()),
            protocol: self.protocol.clone(),
            server_name_indication: self.server_name.clone(),
        }
    }
}

/// A rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) home: String,
    request: String,
    digest: String,
    pub(super) domain: Name,
    /// `FORWARD`, `SYSTEM` or `DELEGATE`.
    kind: String,
    name: Option<String>,
    targets: Vec<Target>,
    endpoint: Option<String>,
    /// It was changed, and the endpoint does not know yet.
    #[serde(default)]
    is_updating: bool,
    pub(super) tags: Tags,
    created_at: Timestamp,
    changed_at: Timestamp,
}

impl Record for Rule {
    const TABLE: &'static str = "route53_resolver_rule";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::REQUEST, Self::ENDPOINT];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Requested for Rule {
    const REQUEST: Index<Self> =
        Index { name: "request", keys: |own| vec![format!("{}/{}", own.home, own.request)] };

    fn digest(&self) -> &str {
        &self.digest
    }
}

impl Rule {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };
    /// By the endpoint it leads through.
    pub(super) const ENDPOINT: Index<Self> =
        Index { name: "endpoint", keys: |own| own.endpoint.iter().cloned().collect() };

    pub(super) fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let id = id.unwrap_or_default();
        let found = rows.row::<Self>(id).filter(|found| found.home == home(cx));
        found.ok_or_else(|| Error::NoRule(id.to_owned()))
    }

    pub(super) fn arn(&self) -> String {
        arn(&self.home, &format!("resolver-rule/{}", self.id))
    }

    /// Whether questions go to an address of the endpoint.
    fn leads_to(&self, endpoint: &Endpoint) -> bool {
        self.targets.iter().any(|target| endpoint.has_address(target.ipv4, target.ipv6))
    }

    fn shape(&self) -> resolver_api::ResolverRule {
        resolver_api::ResolverRule {
            id: Some(self.id.clone()),
            creator_request_id: Some(self.request.clone()),
            arn: Some(self.arn()),
            domain_name: Some(self.domain.to_string()),
            status: Some(if self.is_updating { "UPDATING" } else { "COMPLETE" }.to_owned()),
            status_message: Some(String::new()),
            rule_type: Some(self.kind.clone()),
            name: self.name.clone(),
            target_ips: (!self.targets.is_empty()).then(|| self.targets.iter().map(Target::shape).collect()),
            resolver_endpoint_id: self.endpoint.clone(),
            owner_id: Some(super::shared::account(&self.home).to_owned()),
            share_status: Some("NOT_SHARED".to_owned()),
            creation_time: Some(self.created_at.rfc3339()),
            modification_time: Some(self.changed_at.rfc3339()),
            delegation_record: None,
        }
    }
}

/// The endpoint knows of a change.
#[derive(Serialize, Deserialize)]
pub(super) struct Settle {
    id: String,
}

impl Job for Settle {
    const KIND: &'static str = "route53_resolver.rule";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<Rule>(&self.id) {
            tx.put(Rule { is_updating: false, ..(*own).clone() });
        }
        Ok(())
    }
}

/// The rule that every VPC has, as it is told of.
fn internet(home: &str) -> resolver_api::ResolverRule {
    resolver_api::ResolverRule {
        id: Some(INTERNET.to_owned()),
        arn: Some(arn(home, &format!("autodefined-rule/{INTERNET}"))),
        domain_name: Some(".".to_owned()),
        status: Some("COMPLETE".to_owned()),
        rule_type: Some("RECURSIVE".to_owned()),
        name: Some("Internet Resolver".to_owned()),
        owner_id: Some(AWS.to_owned()),
        share_status: Some("NOT_SHARED".to_owned()),
        ..resolver_api::ResolverRule::default()
    }
}

fn targets(given: Option<&[resolver_api::TargetAddress]>) -> Result<Vec<Target>, Error> {
    given.unwrap_or_default().iter().map(Target::read).collect()
}

/// A rule leads through an outbound endpoint. Where that speaks several protocols, each target says which is meant.
fn require_outbound(rows: &impl Rows, cx: &Cx, id: &str, targets: &[Target]) -> Result<(), Error> {
    let endpoint = Endpoint::own(rows, cx, Some(id))?;
    if endpoint.direction != "OUTBOUND" {
        return Err(Error::NotOutbound);
    }
    if endpoint.is_leaving() {
        return Err(Error::Unavailable);
    }
    let is_open = endpoint.protocols.len() > 1 && targets.iter().any(|target| target.protocol.is_none());
    if is_open { Err(Error::WhichProtocol) } else { Ok(()) }
}

/// `CreateResolverRule`.
pub(super) fn create(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::CreateResolverRuleRequest,
) -> Result<resolver_api::CreateResolverRuleResponse, Error> {
    let kind = input.rule_type.unwrap_or_default();
    let targets = targets(input.target_ips.as_deref())?;
    let has_endpoint = input.resolver_endpoint_id.is_some();
    match kind.as_str() {
        "RECURSIVE" => return Err(Error::Recursive),
        "DELEGATE" => return Err(Error::NotBuilt("A rule of type DELEGATE")),
        "SYSTEM" if has_endpoint || !targets.is_empty() => return Err(Error::SystemTargets),
        "FORWARD" if !has_endpoint || targets.is_empty() => return Err(Error::ForwardTargets),
        _ => {}
    }
    let text = input.domain_name.unwrap_or_default();
    let domain = Name::parse(&text).map_err(|_| Error::BadDomain(text.clone()))?;
    let request = input.creator_request_id.unwrap_or_default();
    let digest = format!("{kind} {domain} {targets:?} {:?} {:?}", input.resolver_endpoint_id, input.name);
    let (id, tags) = (cx.ids().hex_id("rslvr-rr-"), tags(input.tags.as_deref())?);
    let shape = cx.write(|tx| {
        let home = home(cx);
        if let Some(found) = again::<Rule>(tx, &home, (&request, &digest), Error::RuleExists)? {
            return Ok::<_, Error>(found.shape());
        }
        if let Some(endpoint) = &input.resolver_endpoint_id {
            require_outbound(tx, cx, endpoint, &targets)?;
        }
        let rule = Rule {
            id: id.clone(),
            home,
            request: request.clone(),
            digest: digest.clone(),
            domain: domain.clone(),
            kind: kind.clone(),
            name: input.name.clone(),
            targets: targets.clone(),
            endpoint: input.resolver_endpoint_id.clone(),
            is_updating: false,
            tags: tags.clone(),
            created_at: cx.now(),
            changed_at: cx.now(),
        };
        announce(tx, "ResolverRuleCreated", rule.arn());
        let shape = rule.shape();
        tx.put(rule);
        Ok(shape)
    })?;
    Ok(resolver_api::CreateResolverRuleResponse { resolver_rule: Some(shape) })
}

/// `GetResolverRule`.
pub(super) fn get(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetResolverRuleRequest,
) -> Result<resolver_api::GetResolverRuleResponse, Error> {
    let id = input.resolver_rule_id.as_deref();
    let shape = if id == Some(INTERNET) {
        internet(&home(cx))
    } else {
        cx.read(|view| Rule::own(view, cx, id))?.shape()
    };
    Ok(resolver_api::GetResolverRuleResponse { resolver_rule: Some(shape) })
}

/// `UpdateResolverRule`: what is not given stays as it is. While one change is under way there is no other: recorded.
pub(super) fn update(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::UpdateResolverRuleRequest,
) -> Result<resolver_api::UpdateResolverRuleResponse, Error> {
    let config = input.config.unwrap_or_default();
    let targets = config.target_ips.as_deref().map(|given| targets(Some(given))).transpose()?;
    let shape = cx.write(|tx| {
        let mut rule = (*Rule::own(tx, cx, input.resolver_rule_id.as_deref())?).clone();
        if rule.is_updating {
            return Err(Error::RuleUpdating);
        }
        if rule.kind == "SYSTEM" && (targets.is_some() || config.resolver_endpoint_id.is_some()) {
            return Err(Error::SystemTargets);
        }
        let is_led_elsewhere = targets.is_some() || config.resolver_endpoint_id.is_some();
        rule.endpoint = config.resolver_endpoint_id.clone().or(rule.endpoint);
        rule.targets = targets.clone().unwrap_or(rule.targets);
        if let (true, Some(endpoint)) = (is_led_elsewhere, &rule.endpoint) {
            require_outbound(tx, cx, endpoint, &rule.targets)?;
        }
        rule.name = config.name.clone().or(rule.name);
        rule.changed_at = cx.now();
        rule.is_updating = true;
        announce(tx, "ResolverRuleChanged", rule.arn());
        tx.after(STATE_MILLIS, Settle { id: rule.id.clone() });
        let shape = rule.shape();
        tx.put(rule);
        Ok(shape)
    })?;
    Ok(resolver_api::UpdateResolverRuleResponse { resolver_rule: Some(shape) })
}

/// `DeleteResolverRule`: of one that no VPC has.
pub(super) fn delete(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DeleteResolverRuleRequest,
) -> Result<resolver_api::DeleteResolverRuleResponse, Error> {
    let shape = cx.write(|tx| {
        let rule = Rule::own(tx, cx, input.resolver_rule_id.as_deref())?;
        if tx.by(&Association::RULE, &rule.id).next().is_some() {
            return Err(Error::RuleInUse);
        }
        tx.delete::<Rule>(&rule.id);
        announce(tx, "ResolverRuleDeleted", rule.arn());
        Ok(rule.shape())
    })?;
    let shape = resolver_api::ResolverRule { status: Some("DELETING".to_owned()), ..shape };
    Ok(resolver_api::DeleteResolverRuleResponse { resolver_rule: Some(shape) })
}

/// `ListResolverRules`, by id, the one that every VPC has among them.
pub(super) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListResolverRulesRequest,
) -> Result<resolver_api::ListResolverRulesResponse, Error> {
    type Shape = resolver_api::ResolverRule;
    fn one(text: &Option<String>) -> Vec<String> {
        text.iter().cloned().collect()
    }
    const LOOKS: [Looks<Shape>; 6] = [
        (&["CreatorRequestId", "CREATOR_REQUEST_ID"], |own| one(&own.creator_request_id)),
        (&["DomainName", "DOMAIN_NAME"], |own| one(&own.domain_name)),
        (&["Name", "NAME"], |own| one(&own.name)),
        (&["ResolverEndpointId", "RESOLVER_ENDPOINT_ID"], |own| one(&own.resolver_endpoint_id)),
        (&["Status", "STATUS"], |own| one(&own.status)),
        (&["Type", "TYPE"], |own| one(&own.rule_type)),
    ];
    let home = home(cx);
    let mut all: Vec<Shape> =
        cx.read(|view| view.listed(&Rule::OWNER, &home)).iter().map(|rule| rule.shape()).collect();
    all.push(internet(&home));
    all.sort_by(|one, other| one.id.cmp(&other.id));
    filter(&mut all, input.filters.as_deref(), &LOOKS)?;
    let asked =
        Asked { call: &["ListResolverRules"], token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.id.clone().unwrap_or_default())?;
    Ok(resolver_api::ListResolverRulesResponse {
        next_token,
        max_results: i32::try_from(asked.limit()).ok(),
        resolver_rules: Some(page),
    })
}
