//! Values and how codecs reach into them.

use crate::{Document, Schema, Text, Timestamp};
use std::any::Any;
use std::collections::BTreeMap;

/// Anything a member may hold.
pub trait Value {
    /// Reads the value; an unset `Option` is [`Ref::Absent`].
    fn view(&self) -> Ref<'_>;
    /// Opens the value for writing; an unset `Option` becomes its default first.
    fn slot(&mut self) -> Slot<'_>;
}

/// A value seen for reading.
#[derive(Clone, Copy)]
pub enum Ref<'a> {
    /// An unset member.
    Absent,
    /// A string or an enum value.
    Str(&'a str),
    /// `integer` and `long`.
    Int(i64),
    /// `float`: kept apart so that it prints with its own shortest digits.
    Float(f32),
    /// `double`.
    Double(f64),
    /// `boolean`.
    Bool(bool),
    /// `blob`.
    Blob(&'a [u8]),
    /// `timestamp`; the format stands in the schema.
    Time(Timestamp),
    /// A structure or a union.
    Struct(&'a dyn Shape),
    /// A list.
    List(&'a dyn List),
    /// A map with string keys.
    Map(&'a dyn Map),
    /// A document.
    Document(&'a Document),
}

/// A value opened for writing.
pub enum Slot<'a> {
    /// A place that takes nothing (the unit value).
    Nothing,
    /// A string or an enum value.
    Str(&'a mut String),
    /// `integer`.
    Int(&'a mut i32),
    /// `long`.
    Long(&'a mut i64),
    /// `float`.
    Float(&'a mut f32),
    /// `double`.
    Double(&'a mut f64),
    /// `boolean`.
    Bool(&'a mut bool),
    /// `blob`.
    Blob(&'a mut Vec<u8>),
    /// `timestamp`.
    Time(&'a mut Timestamp),
    /// A structure or a union.
    Struct(&'a mut dyn Shape),
    /// A list; decoding appends.
    List(&'a mut dyn List),
    /// A map; decoding inserts.
    Map(&'a mut dyn Map),
    /// A document.
    Document(&'a mut Document),
}

/// A generated structure: members by position, in the order of `schema().fields`.
pub trait Shape: Any + Send + Sync {
    /// The static description.
    fn schema(&self) -> &'static Schema;
    /// The member at `index`; the unit value past the end.
    fn get(&self, index: usize) -> &dyn Value;
    /// The member at `index` for writing; `None` past the end.
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value>;
    /// Where its text is kept for further answers.
    fn text(&self) -> Option<&Text> {
        None
    }
}

/// A list of values.
pub trait List {
    /// How many elements there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The element at `index`; panics past the end.
    fn get(&self, index: usize) -> Ref<'_>;
    /// Shows every element in turn. A list that makes its elements as they are read keeps none of them.
    fn each(&self, visit: &mut dyn FnMut(Ref<'_>)) {
        for index in 0..self.len() {
            visit(self.get(index));
        }
    }
    /// Appends a default element and opens it.
    fn push(&mut self) -> Slot<'_>;
}

/// A map from strings to values, iterated in key order.
pub trait Map {
    /// How many entries there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The entries, by key.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, Ref<'_>)> + '_>;
    /// Inserts a default value under `key` (replacing an older one) and opens it.
    fn insert(&mut self, key: String) -> Slot<'_>;
}

impl<T: Value + Default> Value for Option<T> {
    fn view(&self) -> Ref<'_> {
        match self {
            Some(value) => value.view(),
            None => Ref::Absent,
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        self.get_or_insert_default().slot()
    }
}

impl<T: Value> Value for Box<T> {
    fn view(&self) -> Ref<'_> {
        (**self).view()
    }
    fn slot(&mut self) -> Slot<'_> {
        (**self).slot()
    }
}

impl<T: Value + Default> Value for Vec<T> {
    fn view(&self) -> Ref<'_> {
        Ref::List(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Value + Default> List for Vec<T> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }
    fn get(&self, index: usize) -> Ref<'_> {
        self[index].view()
    }
    fn push(&mut self) -> Slot<'_> {
        self.push(T::default());
        let last = self.as_slice().len() - 1;
        self[last].slot()
    }
}

impl<T: Value + Default> Value for BTreeMap<String, T> {
    fn view(&self) -> Ref<'_> {
        Ref::Map(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
}

impl<T: Value + Default> Map for BTreeMap<String, T> {
    fn len(&self) -> usize {
        BTreeMap::len(self)
    }
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, Ref<'_>)> + '_> {
        Box::new(self.iter().map(|(key, value)| (key.as_str(), value.view())))
    }
    fn insert(&mut self, key: String) -> Slot<'_> {
        let value = self.entry(key).or_default();
        *value = T::default();
        value.slot()
    }
}

/// Writes `Value` for a scalar type: how it is read and which slot opens it.
macro_rules! scalar {
    ($($type:ty: $self:ident => $view:expr, $slot:ident;)*) => {$(
        impl Value for $type {
            fn view(&self) -> Ref<'_> {
                let $self = self;
                $view
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::$slot(self)
            }
        }
    )*};
}

scalar! {
    String: s => Ref::Str(s), Str;
    i32: n => Ref::Int(i64::from(*n)), Int;
    i64: n => Ref::Int(*n), Long;
    f32: x => Ref::Float(*x), Float;
    f64: x => Ref::Double(*x), Double;
    bool: b => Ref::Bool(*b), Bool;
    Vec<u8>: b => Ref::Blob(b), Blob;
    Timestamp: t => Ref::Time(*t), Time;
    Document: d => Ref::Document(d), Document;
}

impl Value for () {
    fn view(&self) -> Ref<'_> {
        Ref::Absent
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Nothing
    }
}
