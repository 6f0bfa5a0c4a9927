//! Filters of mirrored traffic.

use super::description;
use super::rule::{self, TrafficMirrorFilterRule};
use super::session::TrafficMirrorSession;
use crate::error::{Error, Kind, Mirror, Noun};
use crate::event::Changed;
use crate::id::TrafficMirrorFilterId;
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, named, tag_set, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Record, View};

const KIND: Kind = Kind::Noun(Noun::MIRROR_FILTER);
/// The one service whose traffic is mirrored only where a filter says so.
const DNS: &str = "amazon-dns";

/// A filter.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TrafficMirrorFilter {
    pub(crate) scope: Scope,
    pub(crate) id: TrafficMirrorFilterId,
    description: Option<String>,
    /// Whether Amazon's DNS is mirrored too.
    has_dns: bool,
    pub(crate) tags: Tags,
}

impl Record for TrafficMirrorFilter {
    const TABLE: &'static str = "vpc_traffic_mirror_filter";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for TrafficMirrorFilter {
    const TYPE: &'static str = "traffic-mirror-filter";
    const PREFIX: &'static str = TrafficMirrorFilterId::PREFIX;
    const KIND: Kind = KIND;
    const FILTERS: &'static [&'static str] = &["description", "traffic-mirror-filter-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "description" => self.description.iter().cloned().collect(),
            "traffic-mirror-filter-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }
}

/// `CreateTrafficMirrorFilter`: without rules, which is without any traffic. The same client token gives the same filter.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTrafficMirrorFilterRequest,
) -> Result<ec2::CreateTrafficMirrorFilterResult, Error> {
    let digest = token::digest(&input);
    let description = description(input.description)?;
    let tags = tag::of_specifications(input.tag_specifications, TrafficMirrorFilter::TYPE)?;
    let client_token = input.client_token;
    let call =
        Once { operation: "CreateTrafficMirrorFilter", token: client_token.as_deref(), digest: &digest };
    let filter = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let filter = TrafficMirrorFilter {
                scope: cx.scope().clone(),
                id: TrafficMirrorFilterId::new(cx.ids()),
                description: description.clone(),
                has_dns: false,
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "TrafficMirrorFilterCreated", resource: filter.arn() });
            tx.put(filter.clone());
            Ok(filter)
        })
    })?;
    let shape = cx.read(|view| shape(view, &filter));
    Ok(ec2::CreateTrafficMirrorFilterResult { traffic_mirror_filter: Some(shape), client_token })
}

/// `DescribeTrafficMirrorFilters`: with their rules, by number.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTrafficMirrorFiltersRequest,
) -> Result<ec2::DescribeTrafficMirrorFiltersResult, Error> {
    let wish = Wish {
        ids: input.traffic_mirror_filter_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeTrafficMirrorFilters", wish, shape)?;
    Ok(ec2::DescribeTrafficMirrorFiltersResult {
        traffic_mirror_filters: Some(page.items),
        next_token: page.next_token,
    })
}

/// `ModifyTrafficMirrorFilterNetworkServices`: Amazon's DNS is the one there is.
pub(crate) fn modify_network_services(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyTrafficMirrorFilterNetworkServicesRequest,
) -> Result<ec2::ModifyTrafficMirrorFilterNetworkServicesResult, Error> {
    let id = id(input.traffic_mirror_filter_id)?;
    let asked = |name: &'static str, services: Option<Vec<String>>| match services.unwrap_or_default() {
        list if list.iter().all(|service| service == DNS) => Ok(!list.is_empty()),
        list => Err(Error::Value(name, list.join(", "), "Valid values are amazon-dns.".to_owned())),
    };
    let adds = asked("addNetworkService", input.add_network_services)?;
    let removes = asked("removeNetworkService", input.remove_network_services)?;
    if adds && removes {
        let sentence = "A network service cannot be added and removed in one request";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let filter = home::write(cx, |tx| {
        let mut filter: TrafficMirrorFilter = take(tx, cx.scope(), id.as_str())?;
        filter.has_dns = (filter.has_dns || adds) && !removes;
        tx.emit(&Changed { kind: "TrafficMirrorFilterChanged", resource: filter.arn() });
        tx.put(filter.clone());
        Ok(filter)
    })?;
    let shape = cx.read(|view| shape(view, &filter));
    Ok(ec2::ModifyTrafficMirrorFilterNetworkServicesResult { traffic_mirror_filter: Some(shape) })
}

/// `DeleteTrafficMirrorFilter`: with its rules, and not while a session uses it.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTrafficMirrorFilterRequest,
) -> Result<ec2::DeleteTrafficMirrorFilterResult, Error> {
    let id = id(input.traffic_mirror_filter_id)?;
    home::write(cx, |tx| {
        let filter: TrafficMirrorFilter =
            resource::remove(tx, cx.scope(), id.as_str(), "TrafficMirrorFilterDeleted")?;
        if let Some(session) = tx.by(&TrafficMirrorSession::FILTER, &filter.key()).next() {
            return Err(Mirror::FilterInUse(id.to_string(), session.id.to_string()).into());
        }
        let rules: Vec<_> =
            tx.by(&TrafficMirrorFilterRule::FILTER, &filter.key()).map(|rule| rule.key()).collect();
        for rule in rules {
            tx.delete::<TrafficMirrorFilterRule>(&rule);
        }
        Ok(ec2::DeleteTrafficMirrorFilterResult { traffic_mirror_filter_id: Some(id.to_string()) })
    })
}

/// A filter's id.
pub(super) fn id(text: Option<String>) -> Result<TrafficMirrorFilterId, Error> {
    named(text, "trafficMirrorFilterId", KIND, TrafficMirrorFilterId::parse)
}

fn shape(view: &View, filter: &TrafficMirrorFilter) -> ec2::TrafficMirrorFilter {
    let mut rules: Vec<_> = view.by(&TrafficMirrorFilterRule::FILTER, &filter.key()).collect();
    rules.sort_by_key(|rule| rule.number);
    let of = |way| Some(rules.iter().filter(|rule| rule.way == way).map(|rule| rule::shape(rule)).collect());
    ec2::TrafficMirrorFilter {
        traffic_mirror_filter_id: Some(filter.id.to_string()),
        ingress_filter_rules: of(rule::Way::Ingress),
        egress_filter_rules: of(rule::Way::Egress),
        network_services: Some(filter.has_dns.then(|| DNS.to_owned()).into_iter().collect()),
        description: filter.description.clone(),
        tags: tag_set(&filter.tags),
    }
}
