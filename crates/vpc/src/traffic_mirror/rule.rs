//! The rules of filters.

use super::filter::{self, TrafficMirrorFilter};
use super::{description, fields, number};
use crate::error::{Error, Kind, Mirror, Noun};
use crate::event::Changed;
use crate::id::{TrafficMirrorFilterId, TrafficMirrorFilterRuleId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, named, required, tag_set, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags};
use ports::Cx;
use reach::address::Block;
use reach::packet::{TCP, UDP};
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Record, Tx};

const KIND: Kind = Kind::Noun(Noun::MIRROR_RULE);

/// A rule.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TrafficMirrorFilterRule {
    pub(crate) scope: Scope,
    pub(crate) id: TrafficMirrorFilterRuleId,
    filter_id: TrafficMirrorFilterId,
    pub(super) way: Way,
    pub(super) number: i32,
    accepts: bool,
    /// None for all.
    protocol: Option<u8>,
    source: String,
    source_ports: Option<(u16, u16)>,
    destination: String,
    destination_ports: Option<(u16, u16)>,
    description: Option<String>,
    pub(crate) tags: Tags,
}

/// Seen from the interface that is mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    Ingress,
    Egress,
}

impl Way {
    fn word(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    fn parse(text: String) -> Result<Self, Error> {
        match text.as_str() {
            "ingress" => Ok(Self::Ingress),
            "egress" => Ok(Self::Egress),
            _ => Err(Error::Value("trafficDirection", text, "Valid values are ingress, egress.".to_owned())),
        }
    }
}

impl TrafficMirrorFilterRule {
    /// Those of a filter.
    pub(super) const FILTER: Index<Self> =
        Index { name: "filter", keys: |own| vec![resource::key(&own.scope, own.filter_id.as_str())] };

    fn action(&self) -> &'static str {
        if self.accepts { "accept" } else { "reject" }
    }

    /// What its parts must be to each other.
    fn check(&self, tx: &Tx) -> Result<(), Error> {
        let has_ports = matches!(self.protocol, Some(TCP | UDP));
        if !has_ports && (self.source_ports.is_some() || self.destination_ports.is_some()) {
            let sentence = "Port ranges can be specified only with protocol 6 (TCP) or 17 (UDP)";
            return Err(Error::Combination(sentence.to_owned()));
        }
        if self.source.contains(':') != self.destination.contains(':') {
            let sentence = "SourceCidrBlock and DestinationCidrBlock must both be IPv4 ranges or IPv6 ranges";
            return Err(Error::Combination(sentence.to_owned()));
        }
        let of = resource::key(&self.scope, self.filter_id.as_str());
        let is_like =
            |other: &Self| other.id != self.id && other.way == self.way && other.number == self.number;
        if tx.by(&Self::FILTER, &of).any(|other| is_like(other)) {
            return Err(Mirror::RuleExists(self.number, self.way.word()).into());
        }
        Ok(())
    }
}

impl Record for TrafficMirrorFilterRule {
    const TABLE: &'static str = "vpc_traffic_mirror_filter_rule";
    const INDEXES: &'static [Index<Self>] = &[Self::FILTER];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for TrafficMirrorFilterRule {
    const TYPE: &'static str = "traffic-mirror-filter-rule";
    const PREFIX: &'static str = TrafficMirrorFilterRuleId::PREFIX;
    const KIND: Kind = KIND;
    const FILTERS: &'static [&'static str] = &[
        "description",
        "destination-cidr-block",
        "protocol",
        "rule-action",
        "rule-number",
        "source-cidr-block",
        "traffic-direction",
        "traffic-mirror-filter-id",
        "traffic-mirror-filter-rule-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "description" => self.description.iter().cloned().collect(),
            "destination-cidr-block" => vec![self.destination.clone()],
            "protocol" => self.protocol.iter().map(u8::to_string).collect(),
            "rule-action" => vec![self.action().to_owned()],
            "rule-number" => vec![self.number.to_string()],
            "source-cidr-block" => vec![self.source.clone()],
            "traffic-direction" => vec![self.way.word().to_owned()],
            "traffic-mirror-filter-id" => vec![self.filter_id.to_string()],
            "traffic-mirror-filter-rule-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }
}

/// `CreateTrafficMirrorFilterRule`: the same client token gives the same rule.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTrafficMirrorFilterRuleRequest,
) -> Result<ec2::CreateTrafficMirrorFilterRuleResult, Error> {
    let digest = token::digest(&input);
    let tags = tag::of_specifications(input.tag_specifications, TrafficMirrorFilterRule::TYPE)?;
    let number = input.rule_number.ok_or(Error::Missing("ruleNumber"))?;
    let asked = TrafficMirrorFilterRule {
        scope: cx.scope().clone(),
        id: TrafficMirrorFilterRuleId::new(cx.ids()),
        filter_id: filter::id(input.traffic_mirror_filter_id)?,
        way: Way::parse(required(input.traffic_direction, "trafficDirection")?)?,
        number: self::number("ruleNumber", number)?,
        accepts: accepts(required(input.rule_action, "ruleAction")?)?,
        protocol: input.protocol.map(protocol).transpose()?,
        source: block("sourceCidrBlock", required(input.source_cidr_block, "sourceCidrBlock")?)?,
        source_ports: ports("sourcePortRange", input.source_port_range)?,
        destination: block(
            "destinationCidrBlock",
            required(input.destination_cidr_block, "destinationCidrBlock")?,
        )?,
        destination_ports: ports("destinationPortRange", input.destination_port_range)?,
        description: description(input.description)?,
        tags,
    };
    let client_token = input.client_token;
    let call =
        Once { operation: "CreateTrafficMirrorFilterRule", token: client_token.as_deref(), digest: &digest };
    let rule = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let _filter: TrafficMirrorFilter = take(tx, cx.scope(), asked.filter_id.as_str())?;
            asked.check(tx)?;
            tx.emit(&Changed { kind: "TrafficMirrorFilterRuleCreated", resource: asked.arn() });
            tx.put(asked.clone());
            Ok(asked.clone())
        })
    })?;
    Ok(ec2::CreateTrafficMirrorFilterRuleResult {
        traffic_mirror_filter_rule: Some(shape(&rule)),
        client_token,
    })
}

fn accepts(text: String) -> Result<bool, Error> {
    match text.as_str() {
        "accept" => Ok(true),
        "reject" => Ok(false),
        _ => Err(Error::Value("ruleAction", text, "Valid values are accept, reject.".to_owned())),
    }
}

fn protocol(number: i32) -> Result<u8, Error> {
    let reason = || "Valid values are 0 to 255.".to_owned();
    u8::try_from(number).map_err(|_| Error::Value("protocol", number.to_string(), reason()))
}

fn block(name: &'static str, text: String) -> Result<String, Error> {
    match text.parse::<Block>() {
        Ok(block) => Ok(block.to_string()),
        Err(_) => Err(Error::Value(name, text, "This is not a valid CIDR block.".to_owned())),
    }
}

/// A range of ports; one that is half said is one port.
fn ports(
    name: &'static str,
    range: Option<ec2::TrafficMirrorPortRangeRequest>,
) -> Result<Option<(u16, u16)>, Error> {
    let Some(range) = range else { return Ok(None) };
    let (Some(from), Some(to)) = (range.from_port.or(range.to_port), range.to_port.or(range.from_port))
    else {
        return Ok(None);
    };
    match (u16::try_from(from), u16::try_from(to)) {
        (Ok(from), Ok(to)) if from <= to => Ok(Some((from, to))),
        _ => {
            let reason = "Ports are 0 to 65535, the first not above the last.".to_owned();
            Err(Error::Value(name, format!("{from}-{to}"), reason))
        }
    }
}

/// `DescribeTrafficMirrorFilterRules`: all, those of a filter.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTrafficMirrorFilterRulesRequest,
) -> Result<ec2::DescribeTrafficMirrorFilterRulesResult, Error> {
    let mut filters = input.filters.unwrap_or_default();
    if let Some(text) = input.traffic_mirror_filter_id.filter(|text| !text.is_empty()) {
        let id = filter::id(Some(text))?;
        cx.read(|view| {
            let found = view.get::<TrafficMirrorFilter>(&resource::key(cx.scope(), id.as_str()));
            found.ok_or_else(|| Error::NotFound(TrafficMirrorFilter::KIND, vec![id.to_string()]))
        })?;
        let name = Some("traffic-mirror-filter-id".to_owned());
        filters.push(ec2::Filter { name, values: Some(vec![id.to_string()]) });
    }
    let wish = Wish {
        ids: input.traffic_mirror_filter_rule_ids,
        filters: Some(filters),
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let name = "DescribeTrafficMirrorFilterRules";
    let page = listing::list(cx, name, wish, |_, row: &TrafficMirrorFilterRule| shape(row))?;
    Ok(ec2::DescribeTrafficMirrorFilterRulesResult {
        traffic_mirror_filter_rules: Some(page.items),
        next_token: page.next_token,
    })
}

/// `ModifyTrafficMirrorFilterRule`: what is not said stays; `RemoveFields` go back to what they are by default.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyTrafficMirrorFilterRuleRequest,
) -> Result<ec2::ModifyTrafficMirrorFilterRuleResult, Error> {
    let id = id(input.traffic_mirror_filter_rule_id)?;
    let known = ["destination-port-range", "source-port-range", "protocol", "description"];
    let removed = fields(input.remove_fields, &known)?;
    let goes = |field: &str| removed.iter().any(|own| own == field);
    let way = input.traffic_direction.map(Way::parse).transpose()?;
    let number = input.rule_number.map(|number| self::number("ruleNumber", number)).transpose()?;
    let accepts = input.rule_action.map(accepts).transpose()?;
    let protocol = input.protocol.map(protocol).transpose()?;
    let source = input.source_cidr_block.map(|text| block("sourceCidrBlock", text)).transpose()?;
    let destination =
        input.destination_cidr_block.map(|text| block("destinationCidrBlock", text)).transpose()?;
    let source_ports = ports("sourcePortRange", input.source_port_range)?;
    let destination_ports = ports("destinationPortRange", input.destination_port_range)?;
    let description = description(input.description)?;
    let rule = home::write(cx, |tx| {
        let old: TrafficMirrorFilterRule = take(tx, cx.scope(), id.as_str())?;
        let rule = TrafficMirrorFilterRule {
            way: way.unwrap_or(old.way),
            number: number.unwrap_or(old.number),
            accepts: accepts.unwrap_or(old.accepts),
            protocol: protocol.or(old.protocol).filter(|_| !goes("protocol")),
            source: source.clone().unwrap_or(old.source),
            destination: destination.clone().unwrap_or(old.destination),
            source_ports: source_ports.or(old.source_ports).filter(|_| !goes("source-port-range")),
            destination_ports: destination_ports
                .or(old.destination_ports)
                .filter(|_| !goes("destination-port-range")),
            description: description.clone().or(old.description).filter(|_| !goes("description")),
            ..old
        };
        rule.check(tx)?;
        tx.emit(&Changed { kind: "TrafficMirrorFilterRuleChanged", resource: rule.arn() });
        tx.put(rule.clone());
        Ok::<_, Error>(rule)
    })?;
    Ok(ec2::ModifyTrafficMirrorFilterRuleResult { traffic_mirror_filter_rule: Some(shape(&rule)) })
}

/// `DeleteTrafficMirrorFilterRule`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTrafficMirrorFilterRuleRequest,
) -> Result<ec2::DeleteTrafficMirrorFilterRuleResult, Error> {
    let id = id(input.traffic_mirror_filter_rule_id)?;
    home::write(cx, |tx| {
        let kind = "TrafficMirrorFilterRuleDeleted";
        resource::remove::<TrafficMirrorFilterRule>(tx, cx.scope(), id.as_str(), kind)?;
        Ok(ec2::DeleteTrafficMirrorFilterRuleResult { traffic_mirror_filter_rule_id: Some(id.to_string()) })
    })
}

fn id(text: Option<String>) -> Result<TrafficMirrorFilterRuleId, Error> {
    named(text, "trafficMirrorFilterRuleId", KIND, TrafficMirrorFilterRuleId::parse)
}

pub(super) fn shape(rule: &TrafficMirrorFilterRule) -> ec2::TrafficMirrorFilterRule {
    let range = |ports: Option<(u16, u16)>| {
        ports.map(|(from, to)| ec2::TrafficMirrorPortRange {
            from_port: Some(from.into()),
            to_port: Some(to.into()),
        })
    };
    ec2::TrafficMirrorFilterRule {
        traffic_mirror_filter_rule_id: Some(rule.id.to_string()),
        traffic_mirror_filter_id: Some(rule.filter_id.to_string()),
        traffic_direction: Some(rule.way.word().to_owned()),
        rule_number: Some(rule.number),
        rule_action: Some(rule.action().to_owned()),
        protocol: rule.protocol.map(Into::into),
        destination_port_range: range(rule.destination_ports),
        source_port_range: range(rule.source_ports),
        destination_cidr_block: Some(rule.destination.clone()),
        source_cidr_block: Some(rule.source.clone()),
        description: rule.description.clone(),
        tags: tag_set(&rule.tags),
    }
}
