//! A batch of changes as one transaction: applied in order to what is stored, judged by what would be there then, and
//! written only if nothing at all is wrong.

use crate::name::Name;
use crate::record::model::{Body, RecordSet, RecordType};
use crate::record::parse::{Action, Batch, Change};
use crate::record::rows::{RecordRows, of_name};
use crate::zone::Zone;
use std::collections::BTreeMap;
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
    pub(crate) fn new(tx: &mut Tx, zone: &'z Zone, batch: &Batch) -> Result<Self, StoreError> {
        let (made, wrong) = (Vec::with_capacity(batch.changes.len()), batch.wrong.clone());
        let mut applied = Self { zone, names: BTreeMap::new(), made, wrong };
        for change in &batch.changes {
            if change.set.name.is_within(&zone.name) {
                applied.apply(tx, change)?;
            } else {
                let Change { set: RecordSet { name, .. }, .. } = change;
                let sentence = format!("RRSet with DNS name {name} is not permitted in zone {}", zone.name);
                applied.wrong.push(sentence);
            }
        }
        Ok(applied)
    }

    fn apply(&mut self, tx: &mut Tx, Change { action, set }: &Change) -> Result<(), StoreError> {
        if !self.names.contains_key(&set.name) {
            let prefix = of_name(&self.zone.id, &set.name);
            let before = tx.paged::<RecordSet>().sets(&prefix, None, AT_A_NAME)?;
            let after = before.clone();
            self.names.insert(set.name.clone(), AtName { before, after, touched: Vec::new() });
        }
        let at = self.names.entry(set.name.clone()).or_default();
        let earlier = at.touched.iter().filter(|(_, other)| other.is_same_place(set));
        let earlier: Vec<Action> = earlier.map(|(action, _)| *action).collect();
        let set = Arc::new(set.clone());
        at.touched.push((*action, set.clone()));
        // A set may be deleted and made anew; nothing else is done to one set twice.
        let makes_anew = earlier == [Action::Delete] && *action != Action::Delete;
        if !earlier.is_empty() && !makes_anew {
            let (kind, name) = (set.kind.as_str(), &set.name);
            self.wrong.push(format!(
                "The request contains an invalid set of changes for a resource record set '{kind} {name}'"
            ));
            return Ok(());
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
        Ok(())
    }

    /// The sets there will be at a name.
    pub(crate) fn at(&self, tx: &mut Tx, name: &Name) -> Result<Vec<Arc<RecordSet>>, StoreError> {
        match self.names.get(name) {
            Some(at) => Ok(at.after.clone()),
            None => tx.paged::<RecordSet>().sets(&of_name(&self.zone.id, name), None, AT_A_NAME),
        }
    }

    /// Whether the batch touched a set of this type at a name.
    pub(crate) fn touches(&self, name: &Name, kind: RecordType) -> bool {
        let at = self.names.get(name);
        at.is_some_and(|at| at.touched.iter().any(|(_, set)| set.kind == kind))
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
