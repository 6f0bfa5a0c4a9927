//! The tracer that hears everything.

use super::miss::Missed;
use crate::compile::{Attached, Condition, Statement};
use crate::context::{Key, Values};
use crate::decide::{Gate, Reach, Tracer};
use crate::document::Effect;
use crate::pattern::Steps;
use std::collections::BTreeSet;

/// One statement that was compared.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) gate: Gate,
    pub(super) level: usize,
    pub(super) effect: Effect,
    pub(super) reach: Option<Reach>,
    /// How many parts a request has to fit.
    pub(super) parts: usize,
    pub(super) missed: Vec<Missed>,
}

/// Writes down every comparison.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    notes: Vec<Note>,
    /// Keys missing in the statement at hand: in lower case, and as written.
    keys: Vec<(String, String)>,
    /// How many of them its resources asked for.
    keys_of_resources: Option<usize>,
    missing: BTreeSet<(String, String)>,
}

impl Recorder {
    pub(super) fn finish(self) -> (Vec<Note>, Vec<String>) {
        (self.notes, super::once(self.missing))
    }

    fn miss(&mut self, missed: Missed) {
        if let Some(note) = self.notes.last_mut() {
            note.missed.push(missed);
        }
    }
}

impl Steps for Recorder {
    fn count(&mut self, _bytes: usize) {}
}

impl Tracer for Recorder {
    const EXHAUSTIVE: bool = true;

    fn begin(&mut self, gate: Gate, level: usize, _attached: &Attached, statement: &Statement) {
        let effect = statement.effect();
        self.keys.clear();
        self.keys_of_resources = None;
        let parts = statement.parts();
        self.notes.push(Note { gate, level, effect, reach: None, parts, missed: Vec::new() });
    }

    fn end(&mut self, reach: Option<Reach>) {
        let Some(note) = self.notes.last_mut() else { return };
        note.reach = reach;
        if note.missed.iter().any(|missed| matches!(missed, Missed::Action)) {
            return;
        }
        // Of a statement about another resource only the variables in its resources may be why.
        self.keys.truncate(self.keys_of_resources.unwrap_or(usize::MAX));
        self.missing.extend(self.keys.drain(..));
    }

    fn missed_action(&mut self, _statement: &Statement) {
        self.miss(Missed::Action);
    }

    fn missed_principal(&mut self, _statement: &Statement) {
        self.miss(Missed::Principal);
    }

    fn missed_resource(&mut self, _statement: &Statement) {
        self.keys_of_resources = Some(self.keys.len());
        self.miss(Missed::Resource);
    }

    fn condition(&mut self, condition: &Condition, values: Option<&Values<'_>>, holds: bool) {
        if holds {
            return;
        }
        let had = values.map(|values| values.iter().map(|value| value.text().into_owned()).collect());
        self.miss(Missed::Condition {
            operator: condition.operator(),
            key: condition.key.written().to_owned(),
            wanted: condition.wanted(),
            had,
            origin: values.map(|values| values.origin),
            at: condition.at,
        });
    }

    fn missing(&mut self, key: &Key) {
        self.keys.push((key.name().to_owned(), key.written().to_owned()));
    }
}
