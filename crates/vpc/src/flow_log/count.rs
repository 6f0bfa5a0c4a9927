//! What was carried and is not delivered yet.
//!
//! It is kept in memory, as AWS keeps it: best effort. A killed process loses its last windows.

use super::deliver::Due;
use super::model::FlowLog;
use crate::network_interface::NetworkInterface;
use crate::resource;
use base::{Pace, Scope, Timestamp};
use ports::{Carried, World};
use reach::Network;
use reach::network::Direction;
use reach::packet::{Packet, TCP, UDP};
use reach::seen::Seen;
use reach::verdict::Leg;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Record, StoreError, View, WriteCall};

/// Flows of one window that are kept apart; what comes on top is skipped.
const MOST_FLOWS: usize = 100_000;
/// The window at the pace `immediate`, in milliseconds.
const SHORT_MILLIS: i64 = 1_000;

/// A flow that is counted as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) interface: String,
    pub(super) is_egress: bool,
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: u8,
    pub(super) ports: (u16, u16),
    pub(super) accepted: bool,
    /// Why it was not, where the field `reject-reason` tells that.
    pub(super) reason: Option<&'static str>,
}

/// How much of it there was.
#[derive(Clone)]
pub(super) struct Tally {
    /// The interface as it was.
    pub(super) card: Arc<NetworkInterface>,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) first_at: Timestamp,
    pub(super) last_at: Timestamp,
    pub(super) tcp_flags: u8,
    pub(super) path: Option<u8>,
}

/// What one flow log counted in one window.
#[derive(Clone)]
pub(crate) struct Window {
    pub(super) start_at: Timestamp,
    pub(super) end_at: Timestamp,
    pub(super) rows: BTreeMap<Row, Tally>,
    /// Interfaces of which something was skipped.
    pub(super) skipped: BTreeSet<String>,
}

/// By world, key of the flow log and end of the window.
#[derive(Default)]
pub(crate) struct Counts(Mutex<BTreeMap<(String, String, i64), Window>>);

impl Counts {
    /// Counts what interfaces saw, for every flow log that is about it. A window that begins is told to the schedule.
    pub(crate) fn add(
        &self,
        world: &World,
        view: &View,
        scope: &Scope,
        network: &Network,
        seen: &[Seen],
        carried: &Carried,
    ) {
        let now = world.clock.now();
        let mut begun = Vec::new();
        for own in seen {
            let id = &network.parts.interfaces[own.interface].id;
            let Some(card) = view.get::<NetworkInterface>(&resource::key(scope, id)) else { continue };
            for log in view.range::<FlowLog>(&resource::prefix(scope)) {
                if !log.is_about(&card, own.accepted) {
                    continue;
                }
                if let Some(end) = self.count(world, log, &card, own, carried, now) {
                    begun.push((Due { scope: scope.clone(), id: log.id.clone() }, end));
                }
            }
        }
        if begun.is_empty() {
            return;
        }
        let call = WriteCall { now, pace: world.pace };
        let (_, _ticket) = world.store.write::<(), StoreError>(&call, |tx| {
            begun.iter().for_each(|(due, end)| tx.at(*end, due));
            Ok(())
        });
    }

    /// Counts for one flow log; answers the window's end where it begins.
    fn count(
        &self,
        world: &World,
        log: &FlowLog,
        card: &Arc<NetworkInterface>,
        seen: &Seen,
        carried: &Carried,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let length = length(log, world.pace);
        let start_at = Timestamp::from_millis(now.millis.div_euclid(length) * length);
        let end_at = start_at.plus_millis(length);
        let key = (world.name.clone(), log.key(), end_at.millis);
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !windows.contains_key(&key);
        let empty = || Window { start_at, end_at, rows: BTreeMap::new(), skipped: BTreeSet::new() };
        windows.entry(key).or_insert_with(empty).add(card, seen, carried, now);
        is_new.then_some(end_at)
    }

    /// Takes the windows of a world that are over: the flow logs' keys, and what they counted.
    pub(super) fn take(&self, world: &str, now: Timestamp) -> Vec<(String, Window)> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |(of, _, end): &&(String, String, i64)| of == world && *end <= now.millis;
        let over: Vec<_> = windows.keys().filter(is_over).cloned().collect();
        over.into_iter().filter_map(|key| windows.remove(&key).map(|window| (key.1, window))).collect()
    }
}

/// How long a window is, in milliseconds.
fn length(log: &FlowLog, pace: Pace) -> i64 {
    match pace {
        Pace::Immediate => SHORT_MILLIS,
        Pace::Faster(factor) => {
            (i64::from(log.interval) * 1_000 / i64::from(factor.max(1))).max(SHORT_MILLIS)
        }
    }
}

/// SYN of who begins, SYN and ACK of who answers: VPC user guide, "tcp-flags".
fn tcp_flags(seen: &Seen) -> u8 {
    match (seen.packet.protocol, seen.leg) {
        (TCP, Leg::Forward) => 2,
        (TCP, Leg::Return) => 18,
        _ => 0,
    }
}

impl Window {
    fn add(&mut self, card: &Arc<NetworkInterface>, seen: &Seen, carried: &Carried, now: Timestamp) {
        let Packet { source, destination, protocol, from, to } = seen.packet;
        let row = Row {
            interface: card.id.to_string(),
            is_egress: seen.direction == Direction::Egress,
            source: source.ip(),
            destination: destination.ip(),
            protocol,
            ports: if matches!(protocol, TCP | UDP) { (from, to) } else { (0, 0) },
            accepted: seen.accepted,
            reason: seen.reason,
        };
        let (packets, bytes) = match seen.leg {
            Leg::Forward => (carried.packets, carried.bytes),
            Leg::Return => (carried.reply_packets, carried.reply_bytes),
        };
        if packets == 0 {
            return;
        }
        if let Some(tally) = self.rows.get_mut(&row) {
            tally.packets = tally.packets.saturating_add(packets);
            tally.bytes = tally.bytes.saturating_add(bytes);
            tally.last_at = now;
            tally.tcp_flags |= tcp_flags(seen);
        } else if self.rows.len() >= MOST_FLOWS {
            self.skipped.insert(row.interface);
        } else {
            let (tcp_flags, path) = (tcp_flags(seen), seen.path);
            let card = card.clone();
            let tally = Tally { card, packets, bytes, first_at: now, last_at: now, tcp_flags, path };
            self.rows.insert(row, tally);
        }
    }
}
