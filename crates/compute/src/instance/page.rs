//! Instances by reservation, made while they are written: a page of a thousand is some megabytes.

use super::answer;
use super::model::Instance;
use super::texts::Texts;
use crate::Neighbours;
use shape::{Kept, Made, Shape, Text, With};
use shapes_ec2 as ec2;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use store::View;

/// The answer of DescribeInstances.
pub(crate) type Listed = With<ec2::DescribeInstancesResult, Made<Reserved>>;
/// A reservation with its instances.
type Reserved = With<ec2::Reservation, Made<Kept<ec2::Instance>>>;

/// What a page is made from.
struct Page {
    beside: Neighbours,
    /// As it was when the call was answered. What reads paged rows through it is one reader at a time.
    view: Mutex<View>,
    rows: Vec<Arc<Instance>>,
    /// Of each of them.
    texts: Vec<Arc<Text>>,
}

/// Instances that follow each other and are of one call stand in one reservation.
pub(super) fn listed(
    (beside, texts): (&Neighbours, &Texts),
    view: View,
    rows: Vec<Arc<Instance>>,
    next_token: Option<String>,
) -> Listed {
    let texts = texts.of(beside, &view, &rows);
    let mut ends = 0;
    let of_one_call = rows.chunk_by(|one, next| one.reservation == next.reservation).map(|own| {
        let start = ends;
        ends += own.len();
        start..ends
    });
    let calls: Vec<Range<usize>> = of_one_call.collect();
    let page = Arc::new(Page { beside: beside.clone(), view: Mutex::new(view), rows, texts });
    let result = ec2::DescribeInstancesResult { next_token, ..ec2::DescribeInstancesResult::default() };
    let reservations = Made::new(calls.len(), move |at| reserved(&page, calls[at].clone()));
    With::new(result, "Reservations", reservations)
}

fn reserved(page: &Arc<Page>, own: Range<usize>) -> Reserved {
    let bare = reservation(&page.rows[own.clone()], None);
    let page = page.clone();
    let schema = ec2::Instance::default().schema();
    let instances = Made::new(own.len(), move |at| {
        let (page, at) = (page.clone(), own.start + at);
        Kept::new(schema, page.texts[at].clone(), move || {
            let view = page.view.lock().unwrap_or_else(PoisonError::into_inner);
            answer::shape(&page.beside, &view, &page.rows[at])
        })
    });
    With::new(bare, "Instances", instances)
}

/// The reservation of instances of one call.
pub(super) fn reservation(own: &[Arc<Instance>], instances: Option<Vec<ec2::Instance>>) -> ec2::Reservation {
    let first = own.first();
    ec2::Reservation {
        reservation_id: first.map(|own| own.reservation.to_string()),
        owner_id: first.map(|own| own.scope.account.to_string()),
        requester_id: first.and_then(|own| own.requester.clone()),
        groups: Some(Vec::new()),
        instances,
    }
}
