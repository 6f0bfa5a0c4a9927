//! Structures whose text in an answer is kept for the next one.

use crate::{Ref, Schema, Shape, Slot, Value};
use std::sync::{Arc, OnceLock};

/// The text of a structure, without the element around it, once it was written.
pub type Text = OnceLock<Box<str>>;

/// A structure that is made where its text is not there yet. Whoever keeps the text answers for that the structure would
/// still be written so, and in one format of one protocol only.
pub struct Kept<S> {
    schema: &'static Schema,
    text: Arc<Text>,
    make: Box<dyn Fn() -> S + Send + Sync>,
    made: OnceLock<Box<S>>,
}

impl<S: Shape> Kept<S> {
    /// What `make` makes, the same each time, and its text. The schema is that of `S`: only a structure knows it, and none
    /// is made for it here.
    pub fn new(
        schema: &'static Schema,
        text: Arc<Text>,
        make: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        Self { schema, text, make: Box::new(make), made: OnceLock::new() }
    }

    fn made(&self) -> &S {
        self.made.get_or_init(|| Box::new((self.make)()))
    }
}

impl<S: Shape> Shape for Kept<S> {
    fn schema(&self) -> &'static Schema {
        self.schema
    }
    fn get(&self, index: usize) -> &dyn Value {
        self.made().get(index)
    }
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
        self.made();
        self.made.get_mut()?.get_mut(index)
    }
    fn text(&self) -> Option<&Text> {
        Some(&self.text)
    }
}

impl<S: Shape + Default> Value for Kept<S> {
    fn view(&self) -> Ref<'_> {
        Ref::Struct(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Struct(self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, Text};
    use crate::{Empty, Shape};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn it_is_made_when_it_is_read_and_has_its_text() {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let text = Arc::new(Text::new());
        let kept = Kept::new(Empty {}.schema(), text.clone(), move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Empty::default()
        });
        assert_eq!(kept.text().and_then(Text::get), None);
        text.get_or_init(|| "<a/>".into());
        assert_eq!(kept.text().and_then(Text::get).map(|text| &**text), Some("<a/>"));
        assert_eq!((kept.schema().name, count.load(Ordering::Relaxed)), (Empty::default().schema().name, 0));
        kept.get(0);
        kept.get(1);
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }
}
