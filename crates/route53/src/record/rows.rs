//! How sets of records are stored: one row a set, in the order in which Route 53 lists them.
//!
//! The text of a row is `zone / name from the root down U+0001 type U+0001 identifier U+0001`. Names are ASCII with
//! their dots; the rows at a name and below it therefore lie together. Identifiers may hold any character: U+0000 to
//! U+0002 are written as U+0002 and a letter.

use crate::name::Name;
use crate::record::model::{Body, RecordSet, RecordType, Routing};
use crate::zone::Zone;
use std::sync::Arc;
use store::{Paged, PagedMut, Record, StoreError, Tx};

/// Ends a part of a row's text.
const END: char = '\u{1}';
/// Sets of one zone that are taken away at once, at the most; a zone that is deleted has two.
const FORGOTTEN: usize = 16;
/// Seconds the records of a new zone may be kept.
const NAME_SERVER_TTL: i64 = 172_800;
const AUTHORITY_TTL: i64 = 900;

impl Record for RecordSet {
    const TABLE: &'static str = "route53_record_set";
    type Key = String;

    fn key(&self) -> String {
        text(&self.zone, &self.name, self.kind, self.identifier.as_deref())
    }
}

/// The text of a row.
pub(crate) fn text(zone: &str, name: &Name, kind: RecordType, identifier: Option<&str>) -> String {
    let mut text = of_type(zone, name, kind);
    push(&mut text, identifier.unwrap_or_default());
    text.push(END);
    text
}

fn push(text: &mut String, identifier: &str) {
    for character in identifier.chars() {
        match character {
            '\0' => text.push_str("\u{2}a"),
            '\u{1}' => text.push_str("\u{2}b"),
            '\u{2}' => text.push_str("\u{2}c"),
            character => text.push(character),
        }
    }
}

/// What the texts of all sets in a zone begin with.
pub(crate) fn of_zone(zone: &str) -> String {
    format!("{zone}/")
}

/// What the texts of all sets at a name begin with.
pub(crate) fn of_name(zone: &str, name: &Name) -> String {
    format!("{zone}/{}{END}", name.reversed())
}

/// What the texts of all sets at a name and below it begin with.
pub(crate) fn below(zone: &str, name: &Name) -> String {
    format!("{zone}/{}", name.reversed())
}

/// What the texts of all sets of a name and type begin with.
pub(crate) fn of_type(zone: &str, name: &Name, kind: RecordType) -> String {
    format!("{zone}/{}{END}{}{END}", name.reversed(), kind.as_str())
}

/// A text before that of the first set at or after these, in the order of lists.
pub(crate) fn before(zone: &str, name: &str, kind: Option<&str>, identifier: Option<&str>) -> String {
    let mut text = format!("{zone}/{name}");
    if let Some(kind) = kind {
        text.push(END);
        text.push_str(kind);
    }
    if let Some(identifier) = identifier {
        text.push(END);
        push(&mut text, identifier);
    }
    text
}

/// Reading sets, within a transaction or without.
pub(crate) trait RecordRows {
    /// At most `limit` sets whose texts begin with `prefix` and come after `after`.
    fn sets(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Arc<RecordSet>>, StoreError>;
}

macro_rules! record_rows {
    ($of:ty) => {
        impl RecordRows for $of {
            fn sets(
                &self,
                prefix: &str,
                after: Option<&str>,
                limit: usize,
            ) -> Result<Vec<Arc<RecordSet>>, StoreError> {
                Ok(self.range(prefix, after, limit)?.into_iter().map(|(_, set)| set).collect())
            }
        }
    };
}

record_rows!(Paged<'_, RecordSet>);
record_rows!(PagedMut<'_, RecordSet>);

/// The two sets that a zone is made with.
pub(crate) fn of_new_zone(zone: &Zone) -> [RecordSet; 2] {
    let set = |kind, ttl_seconds, values| RecordSet {
        zone: zone.id.clone(),
        name: zone.name.clone(),
        kind,
        identifier: None,
        routing: Routing::Simple,
        body: Body::Values { ttl_seconds, values },
        health_check: None,
    };
    let servers: Vec<String> = zone.name_servers.iter().map(|server| format!("{server}.")).collect();
    let first = servers.first().cloned().unwrap_or_default();
    let authority = format!("{first} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400");
    [set(RecordType::Ns, NAME_SERVER_TTL, servers), set(RecordType::Soa, AUTHORITY_TTL, vec![authority])]
}

/// Takes the last sets of a zone away.
pub(crate) fn forget(tx: &mut Tx, zone: &Zone) -> Result<(), StoreError> {
    for set in tx.paged::<RecordSet>().sets(&of_zone(&zone.id), None, FORGOTTEN)? {
        tx.paged::<RecordSet>().delete(&set.key());
    }
    Ok(())
}
