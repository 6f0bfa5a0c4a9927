//! What one client of the load asked for and what it was answered.
//!
//! A change is noted before it is asked for and settled once it is answered. In between, and only there, either state
//! is right, and never a mixture of both.

use std::collections::BTreeMap;

/// Bytes of a block: what tells two contents apart stands at the head of each.
const BLOCK: usize = 4096;

/// What an object holds: runs of content, and its ETag as far as it was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    /// Seeds and sizes, in order.
    pub(crate) runs: Vec<(u64, usize)>,
    pub(crate) e_tag: Option<String>,
}

impl Body {
    pub(crate) fn new(seed: u64, size: usize) -> Self {
        Self { runs: vec![(seed, size)], e_tag: None }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (seed, size) in &self.runs {
            let end = bytes.len() + size;
            let mut block = crate::content(*seed, BLOCK);
            let mut number = 0_u64;
            while bytes.len() < end {
                block[..8].copy_from_slice(&number.to_le_bytes());
                bytes.extend_from_slice(&block[..BLOCK.min(end - bytes.len())]);
                number += 1;
            }
        }
        bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.runs.iter().map(|(_, size)| size).sum()
    }

    /// Whether that is what was read.
    pub(crate) fn is(&self, e_tag: &str, bytes: &[u8]) -> bool {
        self.e_tag.as_deref().is_none_or(|own| own == e_tag)
            && self.len() == bytes.len()
            && self.bytes() == bytes
    }
}

/// A key of a bucket without versions.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    /// What it holds by the last answer.
    pub(crate) is: Option<Body>,
    /// What was asked for since; `Some(None)` is a deletion.
    pub(crate) asked: Option<Option<Body>>,
}

/// A key of a bucket with versions.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Ids, and what each holds: nothing is a delete marker. The newest comes last.
    pub(crate) versions: Vec<(String, Option<Body>)>,
    pub(crate) asked: Option<Asked>,
}

/// What was asked of a key with versions and was not answered.
#[derive(Debug)]
pub(crate) enum Asked {
    /// A version, or a marker.
    Add(Option<Body>),
    /// The end of a version.
    Remove(String),
}

/// Everything one client did.
#[derive(Debug, Default)]
pub(crate) struct Diary {
    pub(crate) plain: BTreeMap<String, Slot>,
    pub(crate) versioned: BTreeMap<String, History>,
    /// Seeds that were used up.
    pub(crate) seed: u64,
    /// Changes that were answered.
    pub(crate) answered: u64,
    /// Bytes of objects and parts that were answered.
    pub(crate) bytes: u64,
}

impl Diary {
    pub(crate) fn ask(&mut self, key: &str, body: Option<Body>) {
        self.plain.entry(key.to_owned()).or_default().asked = Some(body);
    }

    /// What was asked for is so.
    pub(crate) fn settle(&mut self, key: &str, e_tag: Option<&str>) {
        let slot = self.plain.entry(key.to_owned()).or_default();
        let Some(asked) = slot.asked.take() else { return };
        slot.is = asked.map(|body| Body { e_tag: e_tag.map(str::to_owned), ..body });
    }

    pub(crate) fn ask_version(&mut self, key: &str, asked: Asked) {
        self.versioned.entry(key.to_owned()).or_default().asked = Some(asked);
    }

    pub(crate) fn settle_version(&mut self, key: &str, id: &str, e_tag: Option<&str>) {
        let history = self.versioned.entry(key.to_owned()).or_default();
        match history.asked.take() {
            None => {}
            Some(Asked::Add(body)) => {
                let body = body.map(|body| Body { e_tag: e_tag.map(str::to_owned), ..body });
                history.versions.push((id.to_owned(), body));
            }
            Some(Asked::Remove(id)) => history.versions.retain(|(own, _)| *own != id),
        }
    }
}
