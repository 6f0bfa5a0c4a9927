//! What many rows have in common, held in memory once.
//!
//! A hundred thousand instances differ in few things: most of what each was made from, and of what is switched on, is the
//! same in all. Equal values share their place while they are among the last that were seen; stored they are as they
//! always were, each with its row.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// Values of a type that are remembered at the most.
const REMEMBERED: usize = 64;

/// The values of a type that were seen last.
pub(crate) type Seen<T> = Mutex<VecDeque<Arc<T>>>;

/// What can be shared.
pub(crate) trait Share: Clone + PartialEq + 'static {
    /// The values of this type that were seen last.
    fn seen() -> &'static Seen<Self>;
}

/// Makes a type one that can be shared.
macro_rules! share {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::shared::Share for $name {
            fn seen() -> &'static $crate::shared::Seen<Self> {
                static SEEN: $crate::shared::Seen<$name> =
                    std::sync::Mutex::new(std::collections::VecDeque::new());
                &SEEN
            }
        }
    )*};
}

pub(crate) use share;

/// A value that rows have in common. To change it makes it the row's own, until it is shared again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shared<T>(Arc<T>);

impl<T: Share> Shared<T> {
    /// The value, where an equal one stands if there is one.
    pub(crate) fn new(value: T) -> Self {
        Self::settled(Arc::new(value))
    }

    /// Shares it again after a change.
    pub(crate) fn settle(&mut self) {
        *self = Self::settled(self.0.clone());
    }

    fn settled(value: Arc<T>) -> Self {
        let mut seen = T::seen().lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen.iter().find(|known| Arc::ptr_eq(known, &value) || **known == value) {
            return Self(known.clone());
        }
        if seen.len() == REMEMBERED {
            seen.pop_front();
        }
        seen.push_back(value.clone());
        Self(value)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de, T: Share + Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::deserialize(from).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;

    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Word {
        text: String,
    }

    share!(Word);

    fn word(text: &str) -> Shared<Word> {
        Shared::new(Word { text: text.to_owned() })
    }

    fn is_one(a: &Shared<Word>, b: &Shared<Word>) -> bool {
        std::ptr::eq::<Word>(&**a, &**b)
    }

    #[test]
    fn equal_values_stand_at_one_place_until_one_changes() {
        let (one, mut two) = (word("a"), word("a"));
        assert!(is_one(&one, &two));
        two.text.push('b');
        assert_eq!((one.text.as_str(), two.text.as_str()), ("a", "ab"));
        two.text.pop();
        assert!(!is_one(&one, &two));
        two.settle();
        assert!(is_one(&one, &two));
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(text, "{\"text\":\"a\"}");
        assert!(is_one(&one, &serde_json::from_str(&text).unwrap()));
    }
}
