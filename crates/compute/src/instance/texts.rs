//! Texts of instances in answers, kept while the rows that they are told from stay: whoever waits for something asks for
//! the same instances over and over.

use super::model::Instance;
use crate::Neighbours;
use ec2_resource::neighbour::Row;
use shape::Text;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::View;

/// Texts kept at the most, some kilobytes each; then all are forgotten.
const KEPT: usize = 4096;

/// Texts by where the row of their instance lies in memory: it lies there as long as it stands here.
#[derive(Default)]
pub(crate) struct Texts(Mutex<BTreeMap<usize, Told>>);

/// What an instance is told from, and its text.
struct Told {
    rows: Vec<Row>,
    text: Arc<Text>,
}

impl Texts {
    /// The text of each of these instances: the one of the last answer, where every row is the same as then.
    pub(super) fn of(&self, beside: &Neighbours, view: &View, instances: &[Arc<Instance>]) -> Vec<Arc<Text>> {
        if instances.len() > KEPT {
            return instances.iter().map(|_| Arc::default()).collect();
        }
        let told: Vec<Vec<Row>> = instances.iter().map(|own| rows(beside, view, own)).collect();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = |(own, rows): (&Arc<Instance>, Vec<Row>)| {
            let place = Arc::as_ptr(own).addr();
            if let Some(told) = kept.get(&place).filter(|told| same(&told.rows, &rows)) {
                return told.text.clone();
            }
            if kept.len() >= KEPT {
                kept.clear();
            }
            let text = Arc::new(Text::new());
            kept.insert(place, Told { rows, text: text.clone() });
            text
        };
        instances.iter().zip(told).map(text).collect()
    }
}

/// Every row that an instance's answer is told from.
fn rows(beside: &Neighbours, view: &View, own: &Arc<Instance>) -> Vec<Row> {
    let mut rows: Vec<Row> = vec![own.clone()];
    rows.extend(beside.networks.rows_of_instance(view, &own.scope, &own.id));
    rows.extend(beside.volumes.rows_of_instance(view, &own.scope, &own.id));
    rows
}

fn same(one: &[Row], other: &[Row]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
}
