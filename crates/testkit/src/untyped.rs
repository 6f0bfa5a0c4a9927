//! A structure of any schema, without its generated type.
//!
//! Generated code makes inputs and outputs by their operation; a modelled error is made by the service that refuses,
//! which names its type. A test that walks through all errors has only their schemas: for those is this.

use shape::{Document, List, Map, Ref, Schema, Shape, Slot, Timestamp, Ty, Value};
use std::collections::BTreeMap;

/// A structure whose members are found by its schema alone.
pub struct Untyped {
    schema: &'static Schema,
    members: Vec<Member>,
}

impl Untyped {
    /// One whose members are all absent.
    pub fn new(schema: &'static Schema) -> Self {
        let members = schema.fields.iter().map(|field| Member { ty: field.ty, held: None }).collect();
        Self { schema, members }
    }
}

impl Shape for Untyped {
    fn schema(&self) -> &'static Schema {
        self.schema
    }
    fn get(&self, index: usize) -> &dyn Value {
        self.members.get(index).map_or(&() as &dyn Value, |member| member)
    }
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
        self.members.get_mut(index).map(|member| member as &mut dyn Value)
    }
}

struct Member {
    ty: &'static Ty,
    held: Option<Held>,
}

impl Value for Member {
    fn view(&self) -> Ref<'_> {
        self.held.as_ref().map_or(Ref::Absent, Held::view)
    }
    fn slot(&mut self) -> Slot<'_> {
        self.held.get_or_insert_with(|| Held::empty(self.ty)).slot()
    }
}

enum Held {
    Str(String),
    Bool(bool),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    Blob(Vec<u8>),
    Time(Timestamp),
    Struct(Untyped),
    List(Items),
    Map(Entries),
    Document(Document),
}

impl Held {
    fn empty(ty: &'static Ty) -> Self {
        match ty {
            Ty::String(_) => Self::Str(String::new()),
            Ty::Boolean => Self::Bool(false),
            Ty::Integer(_) => Self::Int(0),
            Ty::Long(_) => Self::Long(0),
            Ty::Float(_) => Self::Float(0.0),
            Ty::Double(_) => Self::Double(0.0),
            Ty::Blob(_) => Self::Blob(Vec::new()),
            Ty::Timestamp(_) => Self::Time(Timestamp::default()),
            Ty::Structure(schema) => Self::Struct(Untyped::new(schema)),
            Ty::List(list) => Self::List(Items { ty: list.item, items: Vec::new() }),
            Ty::Map(map) => Self::Map(Entries { ty: map.value, entries: BTreeMap::new() }),
            Ty::Document => Self::Document(Document::Null),
        }
    }

    fn view(&self) -> Ref<'_> {
        match self {
            Self::Str(text) => Ref::Str(text),
            Self::Bool(value) => Ref::Bool(*value),
            Self::Int(number) => Ref::Int(i64::from(*number)),
            Self::Long(number) => Ref::Int(*number),
            Self::Float(number) => Ref::Float(*number),
            Self::Double(number) => Ref::Double(*number),
            Self::Blob(bytes) => Ref::Blob(bytes),
            Self::Time(at) => Ref::Time(*at),
            Self::Struct(structure) => Ref::Struct(structure),
            Self::List(list) => Ref::List(list),
            Self::Map(map) => Ref::Map(map),
            Self::Document(document) => Ref::Document(document),
        }
    }

    fn slot(&mut self) -> Slot<'_> {
        match self {
            Self::Str(text) => Slot::Str(text),
            Self::Bool(value) => Slot::Bool(value),
            Self::Int(number) => Slot::Int(number),
            Self::Long(number) => Slot::Long(number),
            Self::Float(number) => Slot::Float(number),
            Self::Double(number) => Slot::Double(number),
            Self::Blob(bytes) => Slot::Blob(bytes),
            Self::Time(at) => Slot::Time(at),
            Self::Struct(structure) => Slot::Struct(structure),
            Self::List(list) => Slot::List(list),
            Self::Map(map) => Slot::Map(map),
            Self::Document(document) => Slot::Document(document),
        }
    }
}

struct Items {
    ty: &'static Ty,
    items: Vec<Held>,
}

impl List for Items {
    fn len(&self) -> usize {
        self.items.len()
    }
    fn get(&self, index: usize) -> Ref<'_> {
        self.items[index].view()
    }
    fn push(&mut self) -> Slot<'_> {
        self.items.push(Held::empty(self.ty));
        let last = self.items.len() - 1;
        self.items[last].slot()
    }
}

struct Entries {
    ty: &'static Ty,
    entries: BTreeMap<String, Held>,
}

impl Map for Entries {
    fn len(&self) -> usize {
        self.entries.len()
    }
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, Ref<'_>)> + '_> {
        Box::new(self.entries.iter().map(|(key, held)| (key.as_str(), held.view())))
    }
    fn insert(&mut self, key: String) -> Slot<'_> {
        let held = self.entries.entry(key).insert_entry(Held::empty(self.ty)).into_mut();
        held.slot()
    }
}
