//! Answers that are made while they are written.
//!
//! An answer of a thousand elements with all that is in them is some megabytes of small allocations: made whole, each
//! part has left the processor's caches before it is written. Here a part is made, written and dropped.

use crate::{List, Ref, Schema, Shape, Slot, Value};
use std::sync::OnceLock;

/// A list whose elements are made when they are read.
pub struct Made<T> {
    make: Box<dyn Fn(usize) -> T + Send + Sync>,
    /// What was asked for by its place, as that is handed out by reference.
    kept: Vec<OnceLock<Box<T>>>,
}

impl<T> Made<T> {
    /// A list of `len` elements; `make` makes the one of a place, the same each time.
    pub fn new(len: usize, make: impl Fn(usize) -> T + Send + Sync + 'static) -> Self {
        Self { make: Box::new(make), kept: (0..len).map(|_| OnceLock::new()).collect() }
    }
}

impl<T: Value> Value for Made<T> {
    fn view(&self) -> Ref<'_> {
        Ref::List(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Nothing
    }
}

impl<T: Value> List for Made<T> {
    fn len(&self) -> usize {
        self.kept.len()
    }
    fn get(&self, index: usize) -> Ref<'_> {
        self.kept[index].get_or_init(|| Box::new((self.make)(index))).view()
    }
    fn each(&self, visit: &mut dyn FnMut(Ref<'_>)) {
        for index in 0..self.kept.len() {
            visit((self.make)(index).view());
        }
    }
    fn push(&mut self) -> Slot<'_> {
        Slot::Nothing
    }
}

/// A structure, one member of which is another value than the structure has: a list that is [`Made`].
pub struct With<S, V> {
    of: S,
    at: usize,
    value: V,
}

impl<S: Shape, V: Value> With<S, V> {
    /// `of`, in which the member called `member` in the model is `value`.
    ///
    /// # Panics
    ///
    /// Where the structure has no such member.
    pub fn new(of: S, member: &str, value: V) -> Self {
        let at = of.schema().fields.iter().position(|field| field.name == member);
        let at = at.unwrap_or_else(|| panic!("{} has no member {member}", of.schema().name));
        Self { of, at, value }
    }
}

impl<S: Shape, V: Value + Send + Sync + 'static> Shape for With<S, V> {
    fn schema(&self) -> &'static Schema {
        self.of.schema()
    }
    fn get(&self, index: usize) -> &dyn Value {
        if index == self.at { &self.value } else { self.of.get(index) }
    }
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
        if index == self.at { Some(&mut self.value) } else { self.of.get_mut(index) }
    }
}

impl<S: Shape, V: Value + Send + Sync + 'static> Value for With<S, V> {
    fn view(&self) -> Ref<'_> {
        Ref::Struct(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Struct(self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Made, With};
    use crate::{Field, ListTy, Ref, Schema, Shape, Ty, Value};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static SCHEMA: Schema = Schema {
        name: "Page",
        fields: &[
            Field { name: "Names", ty: &Ty::List(NAMES), ..Field::NEW },
            Field { name: "Next", ty: &Ty::STRING, ..Field::NEW },
        ],
        ..Schema::NEW
    };
    const NAMES: ListTy =
        ListTy { item: &Ty::STRING, item_name: None, flattened: false, min: None, max: None };

    struct Page {
        names: Option<Vec<String>>,
        next: Option<String>,
    }

    impl Shape for Page {
        fn schema(&self) -> &'static Schema {
            &SCHEMA
        }
        fn get(&self, index: usize) -> &dyn Value {
            if index == 0 { &self.names } else { &self.next }
        }
        fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
            Some(if index == 0 { &mut self.names } else { &mut self.next })
        }
    }

    fn text(value: Ref<'_>) -> String {
        let Ref::Str(text) = value else { panic!("no text") };
        text.to_owned()
    }

    #[test]
    fn elements_are_made_as_they_are_read() {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let made = Made::new(3, move |index| {
            counted.fetch_add(1, Ordering::Relaxed);
            format!("name {index}")
        });
        let page = With::new(Page { names: None, next: Some("more".to_owned()) }, "Names", made);
        assert_eq!(count.load(Ordering::Relaxed), 0);
        let Ref::List(list) = page.get(0).view() else { panic!("no list") };
        let mut seen = Vec::new();
        list.each(&mut |name| seen.push(text(name)));
        assert_eq!(seen, ["name 0", "name 1", "name 2"]);
        assert_eq!(
            (list.len(), text(list.get(1)), text(list.get(1))),
            (3, "name 1".to_owned(), "name 1".to_owned())
        );
        // Once each, and once for what is kept.
        assert_eq!(count.load(Ordering::Relaxed), 4);
        assert_eq!(text(page.get(1).view()), "more");
    }
}
