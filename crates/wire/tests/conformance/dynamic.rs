//! Shapes without a compiler: a structure whose schema is made at run time from a lowered model.
//!
//! Schemas are `'static`, so they are leaked. A leaked schema cannot refer to itself, so a recursive shape is
//! unrolled as deep as the suites nest; the level below has no members, and a value that reaches it compares unequal.

use codegen::model::{self, Api, Member, Namespace, Segment, Type};
use serde_json::Value as Json;
use shape::{
    ApiMeta, Document, Empty, Field, List, ListTy, Map, MapTy, NumberTy, OperationMeta, PathSegment, Ref,
    Schema, Shape, Slot, StringTy, Timestamp, Ty, Value, XmlNamespace,
};
use std::collections::BTreeMap;
use std::path::Path;
use wire::codec::document;

/// How often a structure may stand in itself.
const MOST_RECURSION: usize = 4;

/// An API whose schemas live as long as the program. Inputs and outputs are made with [`Structure::new`]: the
/// operations' own constructors are plain functions and cannot know their schema.
pub(crate) fn leak_api(api: &Api) -> &'static ApiMeta {
    let mut leaker = Leaker { api, types: BTreeMap::new(), open: Vec::new() };
    let operations = api.operations.iter().map(|operation| leaker.operation(operation)).collect();
    leak(ApiMeta {
        id: text(&api.id),
        protocol: api.protocol,
        version: text(&api.version),
        signing_name: text(&api.signing_name),
        endpoint_prefix: text(&api.endpoint_prefix),
        service_id: text(&api.service_id),
        target_prefix: api.target_prefix.as_deref().map(text),
        json_version: api.json_version.as_deref().map(text),
        namespace: api.namespace.as_deref().map(text),
        operations: list(operations),
        waiters: &[],
    })
}

/// One structure of an API: an error, say.
pub(crate) fn leak_structure(api: &Api, name: &str) -> &'static Schema {
    Leaker { api, types: BTreeMap::new(), open: Vec::new() }.schema(name)
}

/// The lowered model of one of the APIs in scope, with no operation but these.
#[expect(clippy::disallowed_methods, reason = "cargo tells tests by environment where their crate lies")]
pub(crate) fn model(id: &str, operations: &[&str]) -> Api {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests where their crate lies");
    let folder = Path::new(&own).join("../shapes").join(id);
    let mut api = codegen::load(id, &folder).unwrap_or_else(|error| panic!("{error}"));
    api.operations.retain(|operation| operations.contains(&operation.name.as_str()));
    assert_eq!(api.operations.len(), operations.len(), "{id} has {operations:?}");
    api
}

struct Leaker<'a> {
    api: &'a Api,
    /// Types that are whole: those that were not cut off by the bound on recursion.
    types: BTreeMap<&'a str, &'static Ty>,
    /// The structures around the one that is being made.
    open: Vec<&'a str>,
}

impl<'a> Leaker<'a> {
    fn operation(&mut self, operation: &'a model::Operation) -> &'static OperationMeta {
        let errors = operation.errors.iter().map(|name| self.schema(name)).collect();
        leak(OperationMeta {
            name: text(&operation.name),
            api: text(&self.api.id),
            method: text(&operation.method),
            path: list(operation.path.iter().map(segment).collect()),
            trailing_slash: operation.trailing_slash,
            query: list(
                operation.query.iter().map(|(key, value)| (text(key), value.as_deref().map(text))).collect(),
            ),
            status: operation.status,
            input: operation.input.as_deref().map_or(&Empty::SCHEMA, |name| self.schema(name)),
            has_input: operation.input.is_some(),
            output: operation.output.as_deref().map_or(&Empty::SCHEMA, |name| self.schema(name)),
            has_output: operation.output.is_some(),
            result_wrapper: operation.result_wrapper.as_deref().map(text),
            input_root: operation.input_root.as_deref().map(text),
            input_namespace: operation.input_namespace.as_ref().map(namespace),
            errors: list(errors),
            auth: operation.auth,
            host_prefix: operation.host_prefix.as_deref().map(text),
            checksum_required: operation.checksum_required,
            deprecated: operation.deprecated,
            paginator: None,
            new_input: || Box::new(Empty::default()),
            new_output: || Box::new(Empty::default()),
        })
    }

    fn schema(&mut self, name: &str) -> &'static Schema {
        let (name, _) = self.api.structures.get_key_value(name).expect("the model has the structure");
        match self.ty(name) {
            Ty::Structure(schema) => schema,
            _ => panic!("{name} is no structure"),
        }
    }

    fn ty(&mut self, name: &'a str) -> &'static Ty {
        if let Some(&ty) = self.types.get(name) {
            return ty;
        }
        let number = |min: &Option<f64>, max: &Option<f64>| NumberTy { min: *min, max: *max };
        let ty = leak(match &self.api.types[name] {
            Type::String { values, pattern, min, max } => Ty::String(StringTy {
                values: list(values.iter().map(|value| text(value)).collect()),
                pattern: pattern.as_deref().map(text),
                min: *min,
                max: *max,
            }),
            Type::Boolean => Ty::Boolean,
            Type::Integer { min, max } => Ty::Integer(number(min, max)),
            Type::Long { min, max } => Ty::Long(number(min, max)),
            Type::Float { min, max } => Ty::Float(number(min, max)),
            Type::Double { min, max } => Ty::Double(number(min, max)),
            Type::Blob { min, max } => Ty::Blob(number(min, max)),
            Type::Timestamp(format) => Ty::Timestamp(*format),
            Type::Structure => Ty::Structure(self.structure(name)),
            Type::Document => Ty::Document,
            Type::List { item, item_name, flattened, sparse: _, min, max } => Ty::List(ListTy {
                item: self.ty(item),
                item_name: item_name.as_deref().map(text),
                flattened: *flattened,
                min: *min,
                max: *max,
            }),
            Type::Map(map) => Ty::Map(MapTy {
                key: self.ty(&map.key),
                value: self.ty(&map.value),
                key_name: map.key_name.as_deref().map(text),
                value_name: map.value_name.as_deref().map(text),
                flattened: map.flattened,
                min: map.min,
                max: map.max,
            }),
        });
        if self.open.is_empty() {
            self.types.insert(name, ty);
        }
        ty
    }

    fn structure(&mut self, name: &'a str) -> &'static Schema {
        let structure = &self.api.structures[name];
        let mut fields = Vec::new();
        if self.open.iter().filter(|open| **open == name).count() < MOST_RECURSION {
            self.open.push(name);
            fields = structure.members.iter().map(|member| self.field(member)).collect();
            self.open.pop();
        }
        leak(Schema {
            name: text(&structure.name),
            fields: list(fields),
            stream: structure.stream.as_deref().map(text),
            payload: structure.payload,
            xml_name: structure.xml_name.as_deref().map(text),
            namespace: structure.namespace.as_ref().map(namespace),
            has_attributes: structure.members.iter().any(|member| member.attribute),
            error: structure.error.as_ref().map(model::ErrorOf::leak),
            union: structure.union,
        })
    }

    fn field(&mut self, member: &'a Member) -> Field {
        Field {
            name: text(&member.name),
            wire: text(&member.wire),
            element: format!("<{0}></{0}>", member.wire).leak(),
            query: text(&member.query),
            location: member.location,
            required: member.required,
            idempotency_token: member.idempotency_token,
            attribute: member.attribute,
            sensitive: member.sensitive,
            host_label: member.host_label,
            ty: self.ty(&member.ty),
            flattened: member.flattened,
            timestamp: member.timestamp,
            namespace: member.namespace.as_ref().map(namespace),
        }
    }
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn list<T>(values: Vec<T>) -> &'static [T] {
    values.leak()
}

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn segment(segment: &Segment) -> PathSegment {
    match segment {
        Segment::Literal(literal) => PathSegment::Literal(text(literal)),
        Segment::Label(name) => PathSegment::Label(text(name)),
        Segment::Greedy(name) => PathSegment::Greedy(text(name)),
    }
}

fn namespace(namespace: &Namespace) -> XmlNamespace {
    XmlNamespace { uri: text(&namespace.uri), prefix: namespace.prefix.as_deref().map(text) }
}

/// A structure of any schema.
pub(crate) struct Structure {
    schema: &'static Schema,
    members: Vec<Place>,
}

impl Structure {
    /// One whose members are all absent.
    pub(crate) fn new(schema: &'static Schema) -> Self {
        Self {
            schema,
            members: schema.fields.iter().map(|field| Place { ty: field.ty, held: None }).collect(),
        }
    }

    /// One with the values of a suite: times in epoch seconds, blobs as plain text, `null` for what is absent.
    pub(crate) fn of(schema: &'static Schema, values: &Json) -> Self {
        let mut structure = Self::new(schema);
        for (name, value) in values.as_object().expect("a structure is an object") {
            let index = schema.fields.iter().position(|field| field.name == name);
            let index = index.unwrap_or_else(|| panic!("{} has no member {name}", schema.name));
            structure.members[index].fill(value);
        }
        structure
    }
}

impl Shape for Structure {
    fn schema(&self) -> &'static Schema {
        self.schema
    }
    fn get(&self, index: usize) -> &dyn Value {
        self.members.get(index).map_or(&(), |member| member)
    }
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn Value> {
        self.members.get_mut(index).map(|member| member as &mut dyn Value)
    }
}

/// Where a value of one type may lie.
struct Place {
    ty: &'static Ty,
    held: Option<Held>,
}

enum Held {
    Str(String),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    Bool(bool),
    Blob(Vec<u8>),
    Time(Timestamp),
    Struct(Structure),
    List(Elements),
    Map(Entries),
    Document(Document),
}

struct Elements {
    item: &'static Ty,
    places: Vec<Place>,
}

struct Entries {
    value: &'static Ty,
    places: BTreeMap<String, Place>,
}

impl Place {
    fn empty(ty: &'static Ty) -> Self {
        let held = match ty {
            Ty::String(_) => Held::Str(String::new()),
            Ty::Boolean => Held::Bool(false),
            Ty::Integer(_) => Held::Int(0),
            Ty::Long(_) => Held::Long(0),
            Ty::Float(_) => Held::Float(0.0),
            Ty::Double(_) => Held::Double(0.0),
            Ty::Blob(_) => Held::Blob(Vec::new()),
            Ty::Timestamp(_) => Held::Time(Timestamp::default()),
            Ty::Structure(schema) => Held::Struct(Structure::new(schema)),
            Ty::List(list) => Held::List(Elements { item: list.item, places: Vec::new() }),
            Ty::Map(map) => Held::Map(Entries { value: map.value, places: BTreeMap::new() }),
            Ty::Document => Held::Document(Document::Null),
        };
        Self { ty, held: Some(held) }
    }

    /// Puts a suite's value in.
    fn fill(&mut self, value: &Json) {
        if value.is_null() {
            return;
        }
        let number = || match value {
            Json::String(text) => text.parse().expect("NaN or an infinity"),
            number => number.as_f64().expect("a number"),
        };
        let text = || value.as_str().expect("a text").to_owned();
        #[expect(clippy::cast_possible_truncation, reason = "the suites' numbers fit their members")]
        let held = match self.ty {
            Ty::String(_) => Held::Str(text()),
            Ty::Boolean => Held::Bool(value.as_bool().expect("a boolean")),
            Ty::Integer(_) => Held::Int(value.as_i64().expect("an integer") as i32),
            Ty::Long(_) => Held::Long(value.as_i64().expect("an integer")),
            Ty::Float(_) => Held::Float(number() as f32),
            Ty::Double(_) => Held::Double(number()),
            Ty::Blob(_) => Held::Blob(text().into_bytes()),
            Ty::Timestamp(_) => Held::Time(Timestamp::from_millis((number() * 1000.0).round() as i64)),
            Ty::Structure(schema) => Held::Struct(Structure::of(schema, value)),
            Ty::List(list) => {
                let elements = value.as_array().expect("a list");
                let places = elements.iter().map(|element| Self::of(list.item, element)).collect();
                Held::List(Elements { item: list.item, places })
            }
            Ty::Map(map) => {
                let entries = value.as_object().expect("a map");
                let places =
                    entries.iter().map(|(key, value)| (key.clone(), Self::of(map.value, value))).collect();
                Held::Map(Entries { value: map.value, places })
            }
            Ty::Document => Held::Document(document::parse(&value.to_string()).expect("any value is one")),
        };
        self.held = Some(held);
    }

    fn of(ty: &'static Ty, value: &Json) -> Self {
        let mut place = Self { ty, held: None };
        place.fill(value);
        place
    }
}

impl Value for Place {
    fn view(&self) -> Ref<'_> {
        match &self.held {
            None => Ref::Absent,
            Some(Held::Str(text)) => Ref::Str(text),
            Some(Held::Int(number)) => Ref::Int(i64::from(*number)),
            Some(Held::Long(number)) => Ref::Int(*number),
            Some(Held::Float(number)) => Ref::Float(*number),
            Some(Held::Double(number)) => Ref::Double(*number),
            Some(Held::Bool(value)) => Ref::Bool(*value),
            Some(Held::Blob(bytes)) => Ref::Blob(bytes),
            Some(Held::Time(at)) => Ref::Time(*at),
            Some(Held::Struct(structure)) => Ref::Struct(structure),
            Some(Held::List(elements)) => Ref::List(elements),
            Some(Held::Map(entries)) => Ref::Map(entries),
            Some(Held::Document(document)) => Ref::Document(document),
        }
    }

    fn slot(&mut self) -> Slot<'_> {
        if self.held.is_none() {
            *self = Self::empty(self.ty);
        }
        match self.held.as_mut().expect("it was just filled") {
            Held::Str(text) => Slot::Str(text),
            Held::Int(number) => Slot::Int(number),
            Held::Long(number) => Slot::Long(number),
            Held::Float(number) => Slot::Float(number),
            Held::Double(number) => Slot::Double(number),
            Held::Bool(value) => Slot::Bool(value),
            Held::Blob(bytes) => Slot::Blob(bytes),
            Held::Time(at) => Slot::Time(at),
            Held::Struct(structure) => Slot::Struct(structure),
            Held::List(elements) => Slot::List(elements),
            Held::Map(entries) => Slot::Map(entries),
            Held::Document(document) => Slot::Document(document),
        }
    }
}

impl List for Elements {
    fn len(&self) -> usize {
        self.places.len()
    }
    fn get(&self, index: usize) -> Ref<'_> {
        self.places[index].view()
    }
    fn push(&mut self) -> Slot<'_> {
        self.places.push(Place::empty(self.item));
        self.places.last_mut().expect("one was just pushed").slot()
    }
}

impl Map for Entries {
    fn len(&self) -> usize {
        self.places.len()
    }
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, Ref<'_>)> + '_> {
        Box::new(self.places.iter().map(|(key, place)| (key.as_str(), place.view())))
    }
    fn insert(&mut self, key: String) -> Slot<'_> {
        let place = self.places.entry(key).or_insert(Place { ty: self.value, held: None });
        *place = Place::empty(self.value);
        place.slot()
    }
}
