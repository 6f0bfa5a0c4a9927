//! Sessions: whose traffic goes where, by which filter.

use super::filter::{self, TrafficMirrorFilter};
use super::target::{self, End, TrafficMirrorTarget};
use super::{description, fields, number};
use crate::error::{Error, Kind, Mirror, Noun};
use crate::event::Changed;
use crate::id::{NetworkInterfaceId, TrafficMirrorFilterId, TrafficMirrorSessionId, TrafficMirrorTargetId};
use crate::listing::{self, Wish};
use crate::network_interface::{self, NetworkInterface};
use crate::resource::{self, Resource, named, tag_set, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::{Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Record, Tx};

const KIND: Kind = Kind::Noun(Noun::MIRROR_SESSION);
/// Sessions of one source at the most: Traffic Mirroring guide, "Quotas".
const MOST_OF_SOURCE: usize = 3;
/// VXLAN network ids have 24 bits.
const MOST_NETWORKS: u64 = 1 << 24;
/// Bytes of a packet, at the most.
const LONGEST_PACKET: i32 = 8_500;

/// A session.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TrafficMirrorSession {
    pub(crate) scope: Scope,
    pub(crate) id: TrafficMirrorSessionId,
    target_id: TrafficMirrorTargetId,
    filter_id: TrafficMirrorFilterId,
    source: NetworkInterfaceId,
    /// Bytes of each packet that are mirrored; none for all.
    packet_length: Option<i32>,
    number: i32,
    network: i32,
    description: Option<String>,
    pub(crate) tags: Tags,
}

impl TrafficMirrorSession {
    /// Those that use a target.
    pub(super) const TARGET: Index<Self> =
        Index { name: "target", keys: |own| vec![resource::key(&own.scope, own.target_id.as_str())] };
    /// Those that use a filter.
    pub(super) const FILTER: Index<Self> =
        Index { name: "filter", keys: |own| vec![resource::key(&own.scope, own.filter_id.as_str())] };
    /// Those of an interface.
    const SOURCE: Index<Self> =
        Index { name: "source", keys: |own| vec![resource::key(&own.scope, own.source.as_str())] };

    /// What it names must be there, and fit.
    fn check(&self, tx: &Tx) -> Result<(), Error> {
        let interface: NetworkInterface = take(tx, &self.scope, self.source.as_str())?;
        let target: TrafficMirrorTarget = take(tx, &self.scope, self.target_id.as_str())?;
        let _filter: TrafficMirrorFilter = take(tx, &self.scope, self.filter_id.as_str())?;
        if target.end == End::NetworkInterface(self.source.clone()) {
            let reason = "The source and the target of a session cannot be the same network interface.";
            return Err(Error::Value("networkInterfaceId", self.source.to_string(), reason.to_owned()));
        }
        let of = resource::key(&self.scope, interface.id.as_str());
        let others: Vec<_> = tx.by(&Self::SOURCE, &of).filter(|other| other.id != self.id).collect();
        if others.iter().any(|other| other.number == self.number) {
            let reason = format!("{} has a session with that number.", self.source);
            return Err(Error::Value("sessionNumber", self.number.to_string(), reason));
        }
        if others.len() >= MOST_OF_SOURCE {
            return Err(Mirror::SessionLimit(self.source.to_string()).into());
        }
        Ok(())
    }
}

impl Record for TrafficMirrorSession {
    const TABLE: &'static str = "vpc_traffic_mirror_session";
    const INDEXES: &'static [Index<Self>] = &[Self::TARGET, Self::FILTER, Self::SOURCE];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for TrafficMirrorSession {
    const TYPE: &'static str = "traffic-mirror-session";
    const PREFIX: &'static str = TrafficMirrorSessionId::PREFIX;
    const KIND: Kind = KIND;
    const FILTERS: &'static [&'static str] = &[
        "description",
        "network-interface-id",
        "owner-id",
        "packet-length",
        "session-number",
        "traffic-mirror-filter-id",
        "traffic-mirror-session-id",
        "traffic-mirror-target-id",
        "virtual-network-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "description" => self.description.iter().cloned().collect(),
            "network-interface-id" => vec![self.source.to_string()],
            "owner-id" => vec![self.scope.account.to_string()],
            "packet-length" => self.packet_length.iter().map(i32::to_string).collect(),
            "session-number" => vec![self.number.to_string()],
            "traffic-mirror-filter-id" => vec![self.filter_id.to_string()],
            "traffic-mirror-session-id" => vec![self.id.to_string()],
            "traffic-mirror-target-id" => vec![self.target_id.to_string()],
            "virtual-network-id" => vec![self.network.to_string()],
            _ => Vec::new(),
        }
    }
}

/// `CreateTrafficMirrorSession`: the same client token gives the same session. A network id that is not said is drawn.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTrafficMirrorSessionRequest,
) -> Result<ec2::CreateTrafficMirrorSessionResult, Error> {
    let digest = token::digest(&input);
    let tags = tag::of_specifications(input.tag_specifications, TrafficMirrorSession::TYPE)?;
    let number = input.session_number.ok_or(Error::Missing("sessionNumber"))?;
    let drawn = || i32::try_from(cx.ids().below(MOST_NETWORKS)).unwrap_or_default();
    let asked = TrafficMirrorSession {
        scope: cx.scope().clone(),
        id: TrafficMirrorSessionId::new(cx.ids()),
        source: network_interface::id(input.network_interface_id)?,
        target_id: target::id(input.traffic_mirror_target_id)?,
        filter_id: filter::id(input.traffic_mirror_filter_id)?,
        packet_length: input.packet_length.map(packet_length).transpose()?,
        number: self::number("sessionNumber", number)?,
        network: input.virtual_network_id.map(network).transpose()?.unwrap_or_else(drawn),
        description: description(input.description)?,
        tags,
    };
    let client_token = input.client_token;
    let call =
        Once { operation: "CreateTrafficMirrorSession", token: client_token.as_deref(), digest: &digest };
    let session = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            asked.check(tx)?;
            tx.emit(&Changed { kind: "TrafficMirrorSessionCreated", resource: asked.arn() });
            tx.put(asked.clone());
            Ok(asked.clone())
        })
    })?;
    Ok(ec2::CreateTrafficMirrorSessionResult { traffic_mirror_session: Some(shape(&session)), client_token })
}

fn packet_length(length: i32) -> Result<i32, Error> {
    if (1..=LONGEST_PACKET).contains(&length) {
        return Ok(length);
    }
    Err(Error::Value("packetLength", length.to_string(), "Valid values are 1 to 8500.".to_owned()))
}

fn network(id: i32) -> Result<i32, Error> {
    if u64::try_from(id).is_ok_and(|id| id < MOST_NETWORKS) {
        return Ok(id);
    }
    Err(Error::Value("virtualNetworkId", id.to_string(), "Valid values are 0 to 16777215.".to_owned()))
}

/// `DescribeTrafficMirrorSessions`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTrafficMirrorSessionsRequest,
) -> Result<ec2::DescribeTrafficMirrorSessionsResult, Error> {
    let wish = Wish {
        ids: input.traffic_mirror_session_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let name = "DescribeTrafficMirrorSessions";
    let page = listing::list(cx, name, wish, |_, row: &TrafficMirrorSession| shape(row))?;
    Ok(ec2::DescribeTrafficMirrorSessionsResult {
        traffic_mirror_sessions: Some(page.items),
        next_token: page.next_token,
    })
}

/// `ModifyTrafficMirrorSession`: what is not said stays; `RemoveFields` go back to what they are by default.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyTrafficMirrorSessionRequest,
) -> Result<ec2::ModifyTrafficMirrorSessionResult, Error> {
    let id = id(input.traffic_mirror_session_id)?;
    let removed = fields(input.remove_fields, &["packet-length", "description", "virtual-network-id"])?;
    let goes = |field: &str| removed.iter().any(|own| own == field);
    let target = input.traffic_mirror_target_id.map(|text| target::id(Some(text))).transpose()?;
    let filter = input.traffic_mirror_filter_id.map(|text| filter::id(Some(text))).transpose()?;
    let length = input.packet_length.map(packet_length).transpose()?;
    let number = input.session_number.map(|number| self::number("sessionNumber", number)).transpose()?;
    let drawn = i32::try_from(cx.ids().below(MOST_NETWORKS)).unwrap_or_default();
    let network = input.virtual_network_id.map(network).transpose()?;
    let description = description(input.description)?;
    let session = home::write(cx, |tx| {
        let old: TrafficMirrorSession = take(tx, cx.scope(), id.as_str())?;
        let session = TrafficMirrorSession {
            target_id: target.clone().unwrap_or(old.target_id),
            filter_id: filter.clone().unwrap_or(old.filter_id),
            packet_length: length.or(old.packet_length).filter(|_| !goes("packet-length")),
            number: number.unwrap_or(old.number),
            network: if goes("virtual-network-id") { drawn } else { network.unwrap_or(old.network) },
            description: description.clone().or(old.description).filter(|_| !goes("description")),
            ..old
        };
        session.check(tx)?;
        tx.emit(&Changed { kind: "TrafficMirrorSessionChanged", resource: session.arn() });
        tx.put(session.clone());
        Ok::<_, Error>(session)
    })?;
    Ok(ec2::ModifyTrafficMirrorSessionResult { traffic_mirror_session: Some(shape(&session)) })
}

/// `DeleteTrafficMirrorSession`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTrafficMirrorSessionRequest,
) -> Result<ec2::DeleteTrafficMirrorSessionResult, Error> {
    let id = id(input.traffic_mirror_session_id)?;
    home::write(cx, |tx| {
        let kind = "TrafficMirrorSessionDeleted";
        resource::remove::<TrafficMirrorSession>(tx, cx.scope(), id.as_str(), kind)?;
        Ok(ec2::DeleteTrafficMirrorSessionResult { traffic_mirror_session_id: Some(id.to_string()) })
    })
}

/// The sessions of an interface go with it.
pub(crate) fn leave_interface(tx: &mut Tx, interface: &NetworkInterface) {
    let sessions: Vec<_> = tx.by(&TrafficMirrorSession::SOURCE, &interface.key_text()).cloned().collect();
    for session in sessions {
        tx.delete::<TrafficMirrorSession>(&session.key());
        tx.emit(&Changed { kind: "TrafficMirrorSessionDeleted", resource: session.arn() });
    }
}

fn id(text: Option<String>) -> Result<TrafficMirrorSessionId, Error> {
    named(text, "trafficMirrorSessionId", KIND, TrafficMirrorSessionId::parse)
}

fn shape(session: &TrafficMirrorSession) -> ec2::TrafficMirrorSession {
    ec2::TrafficMirrorSession {
        traffic_mirror_session_id: Some(session.id.to_string()),
        traffic_mirror_target_id: Some(session.target_id.to_string()),
        traffic_mirror_filter_id: Some(session.filter_id.to_string()),
        network_interface_id: Some(session.source.to_string()),
        owner_id: Some(session.scope.account.to_string()),
        packet_length: session.packet_length,
        session_number: Some(session.number),
        virtual_network_id: Some(session.network),
        description: session.description.clone(),
        tags: tag_set(&session.tags),
    }
}
