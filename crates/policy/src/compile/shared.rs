//! Documents are compiled once: whoever has the same document shares what came of it, for as long as one has it.

use super::{Kind, Policy, no_unique_ids};
use crate::document::Document;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

/// Documents known at the least before those that nobody has any more are looked for.
const FEWEST: usize = 1024;

/// What was compiled. A document and a kind say all there is to say of a policy whose principals have no unique ids,
/// whatever the world or the account.
static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Known {
    /// By document: one policy a kind.
    policies: BTreeMap<Arc<str>, Vec<Weak<Policy>>>,
    /// How many there may be before the next search.
    most: usize,
}

impl Known {
    fn get(&self, text: &str, kind: Kind) -> Option<Arc<Policy>> {
        self.policies.get(text)?.iter().filter_map(Weak::upgrade).find(|policy| policy.kind == kind)
    }

    fn keep(&mut self, policy: &Arc<Policy>) {
        let is_held = |policy: &Weak<Policy>| policy.strong_count() > 0;
        if self.policies.len() >= self.most {
            self.policies.retain(|_, kinds| kinds.iter().any(is_held));
            self.most = (2 * self.policies.len()).max(FEWEST);
        }
        let kinds = self.policies.entry(policy.source.clone()).or_default();
        kinds.retain(is_held);
        kinds.push(Arc::downgrade(policy));
    }
}

/// The policy of a document; `None` where that does not parse. Of a shared text it holds no copy.
pub fn shared(text: impl AsRef<str> + Into<Arc<str>>, kind: Kind) -> Option<Arc<Policy>> {
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(policy) = known().get(text.as_ref(), kind) {
        return Some(policy);
    }
    let policy = Arc::new(Policy::compile(&Document::parse(text).ok()?, kind, &no_unique_ids));
    known().keep(&policy);
    Some(policy)
}

#[cfg(test)]
mod tests {
    use super::{FEWEST, Known, shared};
    use crate::compile::Kind;
    use std::sync::Arc;

    fn document(number: usize) -> String {
        format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::shared-{number}"}}}}"#
        )
    }

    #[test]
    fn the_same_document_is_shared_by_its_kind() {
        let one = shared(document(1), Kind::Identity).unwrap();
        assert!(Arc::ptr_eq(&one, &shared(document(1), Kind::Identity).unwrap()));
        assert!(!Arc::ptr_eq(&one, &shared(document(1), Kind::Session).unwrap()));
        assert!(Arc::ptr_eq(&one, &shared(document(1), Kind::Identity).unwrap()));
        assert!(!Arc::ptr_eq(&one, &shared(document(2), Kind::Identity).unwrap()));
        assert!(shared("{", Kind::Identity).is_none());
        let text: Arc<str> = document(1_000_000).into();
        assert!(std::ptr::eq(&*text, shared(text.clone(), Kind::Identity).unwrap().source()));
    }

    #[test]
    fn what_nobody_has_is_forgotten() {
        let mut known = Known::default();
        let kept = shared(document(3), Kind::Identity).unwrap();
        known.keep(&kept);
        for number in 0..FEWEST {
            let gone = shared(document(4 + number), Kind::Identity).unwrap();
            known.keep(&gone);
        }
        assert_eq!(known.policies.len(), 2, "the one that is held, and the last");
        assert!(known.get(&document(3), Kind::Identity).is_some());
    }

    /// Each search costs as much as there is: the next one waits until there is twice as much.
    #[test]
    fn what_somebody_has_is_not_searched_again_and_again() {
        let mut known = Known::default();
        let of = |number: usize| shared(document(10_000 + number), Kind::Identity).unwrap();
        let held: Vec<_> = (0..FEWEST).map(of).collect();
        held.iter().for_each(|policy| known.keep(policy));
        known.keep(&of(FEWEST));
        assert_eq!(known.most, 2 * FEWEST);
    }
}
