//! What was asked and what was answered, so that after a kill nothing has to be forgiven.
//!
//! A change is noted twice: before it is asked for and after it was answered. In between, and only there, either
//! outcome is right.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How far the life of one thing has come, as far as its client knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    /// Its creation was answered.
    pub(crate) created: bool,
    /// Its deletion was asked for.
    pub(crate) delete_asked: bool,
    /// Its deletion was answered.
    pub(crate) deleted: bool,
}

impl Fate {
    /// Whether it has to be there.
    pub(crate) fn must_be_there(self) -> bool {
        self.created && !self.delete_asked
    }

    /// Whether it has to be gone.
    pub(crate) fn must_be_gone(self) -> bool {
        self.deleted
    }
}

/// A thing: its kind and its name or id.
pub(crate) type Thing = (Kind, String);

/// The kinds of things the load makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Vpc,
    Subnet,
    Tag,
    User,
    Object,
}

/// The notes of all clients.
#[derive(Default)]
pub(crate) struct Journal {
    things: Mutex<BTreeMap<Thing, Fate>>,
    /// Seed and size of the content of every object that was ever sent.
    contents: Mutex<BTreeMap<String, (u64, usize)>>,
}

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Journal {
    fn change(&self, kind: Kind, name: &str, change: impl Fn(&mut Fate)) {
        change(open(&self.things).entry((kind, name.to_owned())).or_default());
    }

    pub(crate) fn created(&self, kind: Kind, name: &str) {
        self.change(kind, name, |fate| fate.created = true);
    }

    pub(crate) fn delete_asked(&self, kind: Kind, name: &str) {
        self.change(kind, name, |fate| fate.delete_asked = true);
    }

    pub(crate) fn deleted(&self, kind: Kind, name: &str) {
        self.change(kind, name, |fate| fate.deleted = true);
    }

    /// Notes what an object will hold, before it is sent.
    pub(crate) fn content_asked(&self, key: &str, seed: u64, size: usize) {
        open(&self.contents).insert(key.to_owned(), (seed, size));
    }

    /// Seed and size of what was sent under a key.
    pub(crate) fn content(&self, key: &str) -> Option<(u64, usize)> {
        open(&self.contents).get(key).copied()
    }

    /// Everything of a kind.
    pub(crate) fn of(&self, kind: Kind) -> BTreeMap<String, Fate> {
        let things = open(&self.things);
        let own = things.iter().filter(|((other, _), _)| *other == kind);
        own.map(|((_, name), fate)| (name.clone(), *fate)).collect()
    }

    /// Answered changes.
    pub(crate) fn answered(&self) -> usize {
        let things = open(&self.things);
        things.values().map(|fate| usize::from(fate.created) + usize::from(fate.deleted)).sum()
    }
}
