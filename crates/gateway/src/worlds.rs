//! The worlds of one process: `main`, and those forked from it.

use base::{Clock, Ids, Pace};
use ports::{IamMode, IamSwitch, Operations, World};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// All worlds, by name.
pub(crate) struct Worlds {
    seed: Option<u64>,
    entries: RwLock<BTreeMap<String, Entry>>,
}

/// A world and how it is reached.
#[derive(Clone)]
pub(crate) struct Entry {
    /// The world.
    pub(crate) world: Arc<World>,
    /// The port that leads to it and to no other.
    pub(crate) port: u16,
    /// Becomes true when the world is dropped: its listener and loops stop.
    pub(crate) stop: watch::Sender<bool>,
}

/// Why a world cannot be made or dropped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WorldError {
    /// The name is no DNS label.
    BadName(String),
    /// A world of that name exists.
    Exists(String),
    /// No world has that name.
    Unknown(String),
    /// `main` stays.
    Main,
    /// The state could not be read for the copy.
    Store(String),
}

impl std::fmt::Display for WorldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BadName(name) => {
                write!(
                    f,
                    "{name:?} is no world's name: use 1 to 63 lower-case letters, digits and inner hyphens"
                )
            }
            Self::Exists(name) => write!(f, "the world {name:?} exists"),
            Self::Unknown(name) => write!(f, "there is no world {name:?}"),
            Self::Main => f.write_str("the world \"main\" cannot be dropped; POST /_angae/reset empties it"),
            Self::Store(cause) => write!(f, "the state could not be forked: {cause}"),
        }
    }
}

/// The name of the world that is always there.
pub(crate) const MAIN: &str = "main";

impl Worlds {
    /// Only `main`.
    pub(crate) fn new(main: World, port: u16, seed: Option<u64>) -> Self {
        let entry = Entry { world: Arc::new(main), port, stop: watch::Sender::new(false) };
        Self { seed, entries: RwLock::new(BTreeMap::from([(MAIN.to_owned(), entry)])) }
    }

    /// The world of that name.
    pub(crate) fn get(&self, name: &str) -> Option<Entry> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The world that is always there.
    pub(crate) fn main(&self) -> Entry {
        self.get(MAIN).expect("`main` is made with the collection and never removed")
    }

    /// All, by name.
    pub(crate) fn all(&self) -> Vec<Entry> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Copies the world `from` under the name `name`. The caller has opened `port` for it.
    pub(crate) fn fork(&self, name: &str, from: &str, port: u16) -> Result<Entry, WorldError> {
        if !is_label(name) {
            return Err(WorldError::BadName(name.to_owned()));
        }
        let source = self.get(from).ok_or_else(|| WorldError::Unknown(from.to_owned()))?.world;
        // Before the rows: what they name must not go between the two.
        let blobs = source.blobs.fork();
        let store = source.store.fork().map_err(|error| WorldError::Store(error.to_string()))?;
        let world = World {
            name: name.to_owned(),
            store,
            blobs,
            clock: source.clock.fork(),
            ids: self.seed.map_or_else(Ids::from_entropy, |seed| Ids::seeded(seed, name)),
            pace: source.pace,
            iam: source.iam.copy(),
            operations: source.operations.clone(),
        };
        let entry = Entry { world: Arc::new(world), port, stop: watch::Sender::new(false) };
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.contains_key(name) {
            return Err(WorldError::Exists(name.to_owned()));
        }
        entries.insert(name.to_owned(), entry.clone());
        Ok(entry)
    }

    /// Forgets a world and stops what serves it. The answer's `stop` is closed once nothing does any more.
    pub(crate) fn remove(&self, name: &str) -> Result<watch::Sender<bool>, WorldError> {
        if name == MAIN {
            return Err(WorldError::Main);
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.remove(name).ok_or_else(|| WorldError::Unknown(name.to_owned()))?;
        entry.stop.send_replace(true);
        Ok(entry.stop)
    }
}

/// Builds `main`.
pub(crate) fn main_world(
    store: store::Store,
    blobs: blob::Blobs,
    clock: Clock,
    ids: Ids,
    pace: Pace,
    iam: IamMode,
) -> World {
    let operations = Operations::default();
    World { name: MAIN.to_owned(), store, blobs, clock, ids, pace, iam: IamSwitch::new(iam), operations }
}

/// Whether `name` can stand before `.localhost`.
fn is_label(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::is_label;

    #[test]
    fn worlds_are_named_as_dns_labels() {
        for (name, ok) in
            [("a", true), ("ci-7", true), ("", false), ("-a", false), ("a-", false), ("A", false)]
        {
            assert_eq!(is_label(name), ok, "{name}");
        }
        assert!(!is_label(&"a".repeat(64)));
    }
}
