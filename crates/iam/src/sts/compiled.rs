//! Documents are compiled once: principals with the same document share what came of it, for as long as one has it.

use policy::compile::{Kind, Policy, no_unique_ids};
use policy::document::Document;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

/// Documents known at the least before those that nobody has any more are looked for.
const FEWEST: usize = 1024;

/// What was compiled. A document and a kind say all there is to say of a policy, whatever the world or the account.
static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Compiled {
    policies: BTreeMap<Id, Weak<Policy>>,
    /// How many there may be before the next search.
    most: usize,
}

/// A document's digest, and what it is compiled for.
type Id = ([u8; 32], u8);

impl Compiled {
    fn keep(&mut self, id: Id, policy: &Arc<Policy>) {
        if self.policies.len() >= self.most {
            self.policies.retain(|_, policy| policy.strong_count() > 0);
            self.most = (2 * self.policies.len()).max(FEWEST);
        }
        self.policies.insert(id, Arc::downgrade(policy));
    }
}

/// The policy of a document. One that was taken is one that parses; one that does not allows nothing.
pub(super) fn compiled(text: &str, kind: Kind) -> Option<Arc<Policy>> {
    let id = (Sha256::digest(text).into(), kind as u8);
    let locked = || COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = locked().policies.get(&id).and_then(Weak::upgrade) {
        return Some(known);
    }
    let document = Document::parse(text).ok()?;
    let policy = Arc::new(Policy::compile(&document, kind, &no_unique_ids));
    locked().keep(id, &policy);
    Some(policy)
}

#[cfg(test)]
mod tests {
    use super::{Compiled, FEWEST, compiled};
    use policy::compile::Kind;
    use std::sync::Arc;

    fn document(number: usize) -> String {
        format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::shared-{number}"}}}}"#
        )
    }

    #[test]
    fn the_same_document_is_shared_by_its_kind() {
        let one = compiled(&document(1), Kind::Identity).unwrap();
        assert!(Arc::ptr_eq(&one, &compiled(&document(1), Kind::Identity).unwrap()));
        assert!(!Arc::ptr_eq(&one, &compiled(&document(1), Kind::Session).unwrap()));
        assert!(!Arc::ptr_eq(&one, &compiled(&document(2), Kind::Identity).unwrap()));
        assert!(compiled("{", Kind::Identity).is_none());
    }

    #[test]
    fn what_nobody_has_is_forgotten() {
        let mut known = Compiled::default();
        let kept = compiled(&document(3), Kind::Identity).unwrap();
        known.keep(([0; 32], 0), &kept);
        for number in 0..FEWEST {
            let mut id = [1; 32];
            id[..8].copy_from_slice(&number.to_be_bytes());
            let gone = compiled(&document(4 + number), Kind::Identity).unwrap();
            known.keep((id, 0), &gone);
        }
        assert_eq!(known.policies.len(), 2, "the one that is held, and the last");
        assert!(known.policies.contains_key(&([0; 32], 0)));
    }
}
