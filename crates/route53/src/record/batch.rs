//! A batch of changes as one transaction: applied in order to what is stored, judged by what would be there then, and
//! written only if nothing at all is wrong.

use crate::name::Name;
use crate::record::ahead::Ahead;
use crate::record::model::{Body, RecordSet};
use crate::record::parse::{Action, Batch, Change};
use crate::record::rows::{RecordRows, of_name};
use crate::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Record, StoreError, Tx};

/// Sets at one name that are read at once: more than there can be.
const AT_A_NAME: usize = 4096;

/// The sets at one name.
#[derive(Debug, Default)]
pub(crate) struct AtName {
    before: Vec<Arc<RecordSet>>,
    pub(crate) after: Vec<Arc<RecordSet>>,
    /// What the batch did to which set, in order.
    touched: Vec<(Action, Arc<RecordSet>)>,
}

/// What is stored at the names of a batch that lie in the zone.
fn stored(tx: &mut Tx, zone: &Zone, batch: &Batch) -> Result<BTreeMap<Name, AtName>, StoreError> {
    let names: BTreeSet<&Name> = batch.changes.iter().map(|change| &change.set.name).collect();
    let within = names.into_iter().filter(|name| name.is_within(&zone.name));
    let mut places: Vec<(String, &Name)> = within.map(|name| (of_name(&zone.id, name), name)).collect();
    places.sort();
    let mut ahead = Ahead::new(&zone.id);
    let mut stored = BTreeMap::new();
    for (prefix, name) in places {
        let before = ahead.sets(tx, &prefix)?;
        let after = before.clone();
        stored.insert(name.clone(), AtName { before, after, touched: Vec::new() });
    }
    Ok(stored)
}

/// A batch on its way.
pub(crate) struct Applied<'z> {
    pub(crate) zone: &'z Zone,
    pub(crate) names: BTreeMap<Name, AtName>,
    /// The sets it makes or replaces, in order.
    pub(crate) made: Vec<Arc<RecordSet>>,
    /// What is wrong, in the order of the changes.
    pub(crate) wrong: Vec<String>,
}

impl<'z> Applied<'z> {
    /// Applies a batch to what is stored, without writing anything.
    pub(crate) fn new(tx: &mut Tx, zone: &'z Zone, batch: Batch) -> Result<Self, StoreError> {
        let made = Vec::with_capacity(batch.changes.len());
        let names = stored(tx, zone, &batch)?;
        let mut applied = Self { zone, names, made, wrong: batch.wrong };
        for change in batch.changes {
            if change.set.name.is_within(&zone.name) {
                applied.apply(change);
            } else {
                let Change { set: RecordSet { name, .. }, .. } = change;
                let sentence = format!("RRSet with DNS name {name} is not permitted in zone {}", zone.name);
                applied.wrong.push(sentence);
            }
        }
        Ok(applied)
    }

    fn apply(&mut self, Change { action, set }: Change) {
        let set = Arc::new(set);
        let at = self.names.entry(set.name.clone()).or_default();
        let earlier = at.touched.iter().filter(|(_, other)| other.is_same_place(&set));
        let earlier: Vec<Action> = earlier.map(|(action, _)| *action).collect();
        at.touched.push((action, set.clone()));
        // A set may be deleted and made anew; nothing else is done to one set twice.
        let makes_anew = earlier == [Action::Delete] && action != Action::Delete;
        if !earlier.is_empty() && !makes_anew {
            let (kind, name) = (set.kind.as_str(), &set.name);
            self.wrong.push(format!(
                "The request contains an invalid set of changes for a resource record set '{kind} {name}'"
            ));
            return;
        }
        let found = at.after.iter().position(|other| other.is_same_place(&set));
        match (action, found) {
            (Action::Create, Some(_)) => {
                let label = set.label();
                self.wrong.push(format!("Tried to create resource record set {label} but it already exists"));
            }
            (Action::Create | Action::Upsert, None) => {
                at.after.push(set.clone());
                self.made.push(set);
            }
            (Action::Upsert, Some(place)) if matches!(at.after[place].body, Body::Policy { .. }) => {
                let label = set.label();
                self.wrong.push(format!(
                    "Tried to update resource record set {label} but it was created by a traffic policy instance"
                ));
            }
            (Action::Upsert, Some(place)) => {
                at.after[place] = set.clone();
                self.made.push(set);
            }
            (Action::Delete, None) => {
                let label = set.label();
                self.wrong.push(format!("Tried to delete resource record set {label} but it was not found"));
            }
            (Action::Delete, Some(place)) if at.after[place].says_same(&set) => {
                at.after.remove(place);
            }
            (Action::Delete, Some(_)) => {
                let label = set.label();
                self.wrong.push(format!(
                    "Tried to delete resource record set {label} but the values provided do not match the current values"
                ));
            }
        }
    }

    /// The sets there will be at a name.
    pub(crate) fn at(&self, tx: &mut Tx, name: &Name) -> Result<Vec<Arc<RecordSet>>, StoreError> {
        match self.names.get(name) {
            Some(at) => Ok(at.after.clone()),
            None => tx.paged::<RecordSet>().sets(&of_name(&self.zone.id, name), None, AT_A_NAME),
        }
    }

    /// Whether the batch made the set or replaced it.
    pub(crate) fn has_made(&self, set: &Arc<RecordSet>) -> bool {
        let at = self.names.get(&set.name);
        at.is_some_and(|at| at.touched.iter().any(|(_, touched)| Arc::ptr_eq(touched, set)))
    }

    /// Writes the difference. Answers how many sets there are more, and how many fewer.
    pub(crate) fn write(self, tx: &mut Tx) -> (u64, u64) {
        let (mut more, mut fewer) = (0, 0);
        let mut rows = tx.paged::<RecordSet>();
        for at in self.names.into_values() {
            for gone in at.before.iter().filter(|old| !at.after.iter().any(|new| new.is_same_place(old))) {
                rows.delete(&gone.key());
                fewer += 1;
            }
            for new in at.after {
                match at.before.iter().find(|old| old.is_same_place(&new)) {
                    Some(old) if *old == new => continue,
                    Some(_) => {}
                    None => more += 1,
                }
                rows.put(Arc::unwrap_or_clone(new));
            }
        }
        (more, fewer)
    }
}
