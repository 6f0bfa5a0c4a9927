//! `ListResourceRecordSets`: by name from the root down, then by type, then by identifier.

use crate::Route53;
use crate::error::Error;
use crate::listing::limit;
use crate::name::Name;
use crate::record::model::RecordSet;
use crate::record::rows::{RecordRows, before, of_zone};
use crate::record::shape::shape;
use crate::zone;
use ports::Cx;
use shapes_route53 as api;

/// Sets of a page at the most.
const PAGE: usize = 300;

/// `ListResourceRecordSets`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListResourceRecordSetsRequest,
) -> Result<api::ListResourceRecordSetsResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let (name, kind) = (input.start_record_name.as_deref(), input.start_record_type.as_deref());
    let identifier = input.start_record_identifier.as_deref();
    let is_given = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    if (is_given(kind) && !is_given(name)) || (is_given(identifier) && !is_given(kind)) {
        return Err(Error::Input("The input is not valid".to_owned()));
    }
    let start = match name.filter(|name| !name.is_empty()) {
        None => None,
        Some(given) => {
            let name = Name::parse(given).map_err(|bad| {
                Error::Input(format!("FATAL problem: {} encountered with '{given}'", bad.words()))
            })?;
            Some(name.reversed())
        }
    };
    cx.read(|view| {
        let zone = zone::own(view, cx, input.hosted_zone_id.as_deref())?;
        let after = start.as_ref().map(|name| before(&zone.id, name, kind, identifier));
        let rows = view.paged::<RecordSet>();
        let mut sets = rows.sets(&of_zone(&zone.id), after.as_deref(), limit + 1)?;
        let next = if sets.len() > limit { sets.pop() } else { None };
        Ok(api::ListResourceRecordSetsResponse {
            resource_record_sets: Some(sets.iter().map(|set| shape(set)).collect()),
            is_truncated: Some(next.is_some()),
            next_record_name: next.as_ref().map(|set| set.name.to_string()),
            next_record_type: next.as_ref().map(|set| set.kind.as_str().to_owned()),
            next_record_identifier: next.as_ref().and_then(|set| set.identifier.clone()),
            max_items: Some(limit.to_string()),
        })
    })
}
