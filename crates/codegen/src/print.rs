//! The lowered API as Rust source.
//!
//! Structures and operations lie side by side in the crate's root; a structure that has the name of an operation
//! gets the suffix `Shape`. Statics carry the shapes' own names, in the modules `schema`, `ty` and `op`, so that a
//! reader finds by search what the model calls a thing.

use crate::model::{Api, MapOf, Member, Namespace, Operation, Segment, Structure, Type};
use crate::names;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Enums with more values get no constants: nobody writes EC2's 1,200 instance types in code.
const MOST_CONSTANTS: usize = 64;

/// Appends a line; writing to a `String` cannot fail.
macro_rules! line {
    ($out:expr, $($argument:tt)*) => {
        writeln!($out, $($argument)*).expect("writing to a String cannot fail")
    };
}

/// The whole file.
pub fn api(api: &Api) -> String {
    let printer = Printer::new(api);
    let mut out = String::new();
    line!(out, "// Generated from model.json and patch.json. Never edited.");
    printer.structures(&mut out);
    printer.operations(&mut out);
    printer.schemas(&mut out);
    printer.types(&mut out);
    printer.constants(&mut out);
    printer.api(&mut out);
    out
}

struct Printer<'a> {
    api: &'a Api,
    /// Shapes that an operation reaches.
    reached: BTreeSet<&'a str>,
    /// Those of them that a member, an element or an entry has.
    referred: BTreeSet<&'a str>,
    /// Rust names of the structures.
    rust_names: BTreeMap<&'a str, String>,
}

impl<'a> Printer<'a> {
    fn new(api: &'a Api) -> Self {
        let mut reached = BTreeSet::new();
        for operation in &api.operations {
            for root in operation.input.iter().chain(&operation.output).chain(&operation.errors) {
                reach(api, root, &mut reached);
            }
        }
        // Every modelled error, also those no operation names: handlers raise them.
        for structure in api.structures.values().filter(|structure| structure.error.is_some()) {
            reach(api, &structure.name, &mut reached);
        }
        let taken: BTreeSet<&str> = api.operations.iter().map(|operation| operation.name.as_str()).collect();
        let rust_name = |name: &&'a str| {
            let rust = names::capitalised(name);
            let clash =
                taken.contains(rust.as_str()) || matches!(rust.as_str(), "Option" | "Vec" | "String" | "Box");
            (*name, if clash { format!("{rust}Shape") } else { rust })
        };
        let structures = reached.iter().filter(|name| api.structures.contains_key(**name));
        let rust_names = structures.map(rust_name).collect();
        let referred = reached.iter().flat_map(|name| targets(api, name)).collect();
        Self { api, reached, referred, rust_names }
    }

    fn reached_structures(&self) -> impl Iterator<Item = (&Structure, &str)> {
        self.rust_names.iter().map(|(name, rust)| (&self.api.structures[*name], rust.as_str()))
    }

    fn structures(&self, out: &mut String) {
        for (structure, rust) in self.reached_structures() {
            line!(out, "/// `{}`.", structure.name);
            line!(out, "#[derive(Clone, Default)]");
            line!(out, "pub struct {rust} {{");
            for member in &structure.members {
                let field = names::snake(&member.name);
                line!(out, "    /// `{}`.", member.name);
                let ty = self.rust_type(&member.ty);
                // A structure that holds itself other than through a list or map needs a box.
                let boxed = holds(self.api, &member.ty, &structure.name, &mut BTreeSet::new());
                let ty = if boxed { format!("Box<{ty}>") } else { ty };
                line!(out, "    pub {field}: Option<{ty}>,");
            }
            line!(out, "}}");
            line!(out, "impl shape::Shape for {rust} {{");
            line!(
                out,
                "    fn schema(&self) -> &'static shape::Schema {{ &schema::{} }}",
                ident(&structure.name)
            );
            line!(out, "    fn get(&self, index: usize) -> &dyn shape::Value {{");
            line!(out, "        match index {{");
            for (index, member) in structure.members.iter().enumerate() {
                line!(out, "            {index} => &self.{},", names::snake(&member.name));
            }
            line!(out, "            _ => &(),\n        }}\n    }}");
            line!(out, "    fn get_mut(&mut self, index: usize) -> Option<&mut dyn shape::Value> {{");
            if structure.members.is_empty() {
                line!(out, "        let _ = index;\n        None\n    }}");
            } else {
                line!(out, "        Some(match index {{");
                for (index, member) in structure.members.iter().enumerate() {
                    line!(out, "            {index} => &mut self.{},", names::snake(&member.name));
                }
                line!(out, "            _ => return None,\n        }})\n    }}");
            }
            line!(out, "}}");
            line!(out, "impl shape::Value for {rust} {{");
            line!(out, "    fn view(&self) -> shape::Ref<'_> {{ shape::Ref::Struct(self) }}");
            line!(out, "    fn slot(&mut self) -> shape::Slot<'_> {{ shape::Slot::Struct(self) }}");
            line!(out, "}}");
        }
    }

    fn rust_type(&self, name: &str) -> String {
        match &self.api.types[name] {
            Type::String { .. } => "String".to_owned(),
            Type::Boolean => "bool".to_owned(),
            Type::Integer { .. } => "i32".to_owned(),
            Type::Long { .. } => "i64".to_owned(),
            Type::Float { .. } => "f32".to_owned(),
            Type::Double { .. } => "f64".to_owned(),
            Type::Blob { .. } => "Vec<u8>".to_owned(),
            Type::Timestamp(_) => "shape::Timestamp".to_owned(),
            Type::Structure => self.rust_names[name].clone(),
            Type::Document => "shape::Document".to_owned(),
            Type::List { item, sparse, .. } => format!("Vec<{}>", optional(*sparse, self.rust_type(item))),
            Type::Map(map) => {
                format!(
                    "std::collections::BTreeMap<String, {}>",
                    optional(map.sparse, self.rust_type(&map.value))
                )
            }
        }
    }

    fn operations(&self, out: &mut String) {
        for operation in &self.api.operations {
            let rust = |name: &Option<String>| match name {
                Some(name) => self.rust_names[name.as_str()].clone(),
                None => "shape::Empty".to_owned(),
            };
            line!(out, "/// The operation `{}`.", operation.name);
            line!(out, "pub struct {};", operation.name);
            line!(out, "impl shape::Operation for {} {{", operation.name);
            line!(out, "    type Input = {};", rust(&operation.input));
            line!(out, "    type Output = {};", rust(&operation.output));
            line!(out, "    const META: &'static shape::OperationMeta = &op::{};", operation.name);
            line!(out, "}}");
        }
        line!(out, "pub(crate) mod op {{\n#[allow(unused_imports, reason = \"not every API uses all\")]");
        line!(out, "use shape::{{Auth, OperationMeta, Paginator, PathSegment, XmlNamespace}};");
        for operation in &self.api.operations {
            self.operation(out, operation);
        }
        line!(out, "}}");
    }

    fn operation(&self, out: &mut String, operation: &Operation) {
        let schema = |name: &Option<String>| match name {
            Some(name) => format!("&super::schema::{}", ident(name)),
            None => "&shape::Empty::SCHEMA".to_owned(),
        };
        let new = |name: &Option<String>| match name {
            Some(name) => format!("|| Box::new(super::{}::default())", self.rust_names[name.as_str()]),
            None => "|| Box::new(shape::Empty::default())".to_owned(),
        };
        let path: Vec<String> = operation.path.iter().map(segment).collect();
        let query: Vec<String> =
            operation.query.iter().map(|(key, value)| format!("({key:?}, {})", quoted(value))).collect();
        let errors: Vec<String> =
            operation.errors.iter().map(|name| format!("&super::schema::{}", ident(name))).collect();
        line!(out, "pub(crate) static {}: OperationMeta = OperationMeta {{", operation.name);
        line!(out, "    name: {:?}, api: {:?}, method: {:?},", operation.name, self.api.id, operation.method);
        line!(out, "    path: &[{}], trailing_slash: {},", path.join(", "), operation.trailing_slash);
        line!(out, "    query: &[{}], status: {},", query.join(", "), operation.status);
        line!(out, "    input: {}, has_input: {},", schema(&operation.input), operation.input.is_some());
        line!(out, "    output: {}, has_output: {},", schema(&operation.output), operation.output.is_some());
        line!(out, "    result_wrapper: {},", quoted(&operation.result_wrapper));
        line!(out, "    input_root: {},", quoted(&operation.input_root));
        line!(out, "    input_namespace: {},", namespace(operation.input_namespace.as_ref()));
        line!(out, "    errors: &[{}], auth: Auth::{:?},", errors.join(", "), operation.auth);
        line!(out, "    host_prefix: {},", quoted(&operation.host_prefix));
        line!(
            out,
            "    checksum_required: {}, deprecated: {},",
            operation.checksum_required,
            operation.deprecated
        );
        line!(out, "    paginator: {},", paginator(operation.paginator.as_ref()));
        line!(out, "    new_input: {}, new_output: {},", new(&operation.input), new(&operation.output));
        line!(out, "}};");
    }

    fn schemas(&self, out: &mut String) {
        line!(
            out,
            "#[allow(non_upper_case_globals, reason = \"named as the shapes are\")]\npub(crate) mod schema {{"
        );
        line!(out, "#[allow(unused_imports, reason = \"not every API uses all\")]");
        line!(out, "use shape::{{ErrorMeta, Field, Location, Schema, TimestampFormat, XmlNamespace}};");
        for (structure, _) in self.reached_structures() {
            line!(out, "pub(crate) static {}: Schema = Schema {{", ident(&structure.name));
            line!(out, "    name: {:?}, fields: &[", structure.name);
            for member in &structure.members {
                line!(out, "        {},", self.field(member));
            }
            line!(out, "    ],");
            if structure.stream.is_some() {
                line!(out, "    stream: {},", quoted(&structure.stream));
            }
            if let Some(payload) = structure.payload {
                line!(out, "    payload: Some({payload}),");
            }
            if structure.xml_name.is_some() {
                line!(out, "    xml_name: {},", quoted(&structure.xml_name));
            }
            if structure.namespace.is_some() {
                line!(out, "    namespace: {},", namespace(structure.namespace.as_ref()));
            }
            if structure.members.iter().any(|member| member.attribute) {
                line!(out, "    has_attributes: true,");
            }
            if let Some(error) = &structure.error {
                let (code, status, fault) = (&error.code, error.status, error.server_fault);
                line!(
                    out,
                    "    error: Some(ErrorMeta {{ code: {code:?}, status: {status}, server_fault: {fault} }}),"
                );
            }
            line!(out, "    union: {}, ..Schema::NEW\n}};", structure.union);
        }
        line!(out, "}}");
    }

    fn field(&self, member: &Member) -> String {
        let mut text = format!(
            "Field {{ name: {:?}, wire: {:?}, query: {:?}, ty: {}",
            member.name,
            member.wire,
            member.query,
            self.ty_path(&member.ty)
        );
        let mut add = |field: std::fmt::Arguments<'_>| {
            write!(text, ", {field}").expect("writing to a String cannot fail");
        };
        if self.has_xml() && member.location == shape::Location::Body && !member.attribute {
            add(format_args!("element: \"<{0}></{0}>\"", member.wire));
        }
        if member.location != shape::Location::Body {
            add(format_args!("location: Location::{:?}", member.location));
        }
        for (name, on) in [
            ("required", member.required),
            ("idempotency_token", member.idempotency_token),
            ("attribute", member.attribute),
            ("sensitive", member.sensitive),
            ("host_label", member.host_label),
            ("flattened", member.flattened),
        ] {
            if on {
                add(format_args!("{name}: true"));
            }
        }
        if let Some(format) = member.timestamp {
            add(format_args!("timestamp: Some(TimestampFormat::{format:?})"));
        }
        if member.namespace.is_some() {
            add(format_args!("namespace: {}", namespace(member.namespace.as_ref())));
        }
        text + ", ..Field::NEW }"
    }

    /// Whether bodies are XML, at least one way.
    fn has_xml(&self) -> bool {
        use shape::Protocol::{Ec2, Query, RestXml};
        matches!(self.api.protocol, Ec2 | Query | RestXml)
    }

    /// Where the static of a type lies: shapes without constraints share one.
    fn ty_path(&self, name: &str) -> String {
        if let Some(plain) = plain(&self.api.types[name]) {
            return format!("&shape::Ty::{plain}");
        }
        format!("&crate::ty::{}", ident(name))
    }

    fn types(&self, out: &mut String) {
        line!(
            out,
            "#[allow(non_upper_case_globals, reason = \"named as the shapes are\")]\npub(crate) mod ty {{"
        );
        line!(out, "#[allow(unused_imports, reason = \"not every API uses all\")]");
        line!(out, "use shape::{{ListTy, MapTy, NumberTy, StringTy, TimestampFormat, Ty}};");
        for name in &self.referred {
            let ty = &self.api.types[*name];
            if plain(ty).is_none() {
                line!(out, "pub(crate) static {}: Ty = {};", ident(name), self.ty(name, ty));
            }
        }
        line!(out, "}}");
    }

    fn ty(&self, name: &str, ty: &Type) -> String {
        match ty {
            Type::String { values, pattern, min, max } => format!(
                "Ty::String(StringTy {{ values: &{values:?}, pattern: {}, min: {min:?}, max: {max:?} }})",
                quoted(pattern)
            ),
            Type::Boolean => "Ty::Boolean".to_owned(),
            Type::Integer { min, max } => number("Integer", *min, *max),
            Type::Long { min, max } => number("Long", *min, *max),
            Type::Float { min, max } => number("Float", *min, *max),
            Type::Double { min, max } => number("Double", *min, *max),
            Type::Blob { min, max } => number("Blob", *min, *max),
            Type::Timestamp(None) => "Ty::Timestamp(None)".to_owned(),
            Type::Timestamp(Some(format)) => format!("Ty::Timestamp(Some(TimestampFormat::{format:?}))"),
            Type::Structure => format!("Ty::Structure(&super::schema::{})", ident(name)),
            Type::Document => "Ty::Document".to_owned(),
            Type::List { item, item_name, flattened, sparse: _, min, max } => format!(
                "Ty::List(ListTy {{ item: {}, item_name: {}, flattened: {flattened}, min: {min:?}, max: {max:?} }})",
                self.ty_path(item),
                quoted(item_name)
            ),
            Type::Map(MapOf { key, value, key_name, value_name, flattened, sparse: _, min, max }) => format!(
                "Ty::Map(MapTy {{ key: {}, value: {}, key_name: {}, value_name: {}, flattened: {flattened}, \
                 min: {min:?}, max: {max:?} }})",
                self.ty_path(key),
                self.ty_path(value),
                quoted(key_name),
                quoted(value_name)
            ),
        }
    }

    fn constants(&self, out: &mut String) {
        line!(out, "/// The values of the enums, a module each.\npub mod consts {{");
        for name in &self.reached {
            let Type::String { values, .. } = &self.api.types[*name] else { continue };
            if values.is_empty() || values.len() > MOST_CONSTANTS {
                continue;
            }
            line!(out, "    /// `{name}`.\n    pub mod {} {{", names::snake(name));
            let mut seen = BTreeSet::new();
            for value in values {
                let constant = names::screaming(value);
                if seen.insert(constant.clone()) {
                    line!(out, "        /// `{value}`.\n        pub const {constant}: &str = {value:?};");
                }
            }
            line!(out, "    }}");
        }
        line!(out, "}}");
    }

    fn api(&self, out: &mut String) {
        let api = self.api;
        line!(out, "/// The API.\npub static API: shape::ApiMeta = shape::ApiMeta {{");
        line!(
            out,
            "    id: {:?}, protocol: shape::Protocol::{:?}, version: {:?},",
            api.id,
            api.protocol,
            api.version
        );
        line!(out, "    signing_name: {:?}, endpoint_prefix: {:?},", api.signing_name, api.endpoint_prefix);
        line!(out, "    service_id: {:?}, target_prefix: {},", api.service_id, quoted(&api.target_prefix));
        line!(out, "    json_version: {},", quoted(&api.json_version));
        line!(out, "    namespace: {},", quoted(&api.namespace));
        line!(out, "    operations: &[");
        for operation in &api.operations {
            line!(out, "        &op::{},", operation.name);
        }
        line!(out, "    ],\n    waiters: &[");
        for (name, waiter) in api.waiters.as_object().into_iter().flatten() {
            line!(out, "        {},", self::waiter(name, waiter));
        }
        line!(out, "    ],\n}};");
    }
}

/// Adds `name` and everything it refers to.
fn reach<'a>(api: &'a Api, name: &str, reached: &mut BTreeSet<&'a str>) {
    let Some((name, _)) = api.types.get_key_value(name) else { return };
    if !reached.insert(name) {
        return;
    }
    for target in targets(api, name) {
        reach(api, target, reached);
    }
}

/// Whether a value of the structure `name` holds one of the structure `wanted` (or is one) in its own memory.
fn holds<'a>(api: &'a Api, name: &'a str, wanted: &str, seen: &mut BTreeSet<&'a str>) -> bool {
    let Some(structure) = api.structures.get(name) else { return false };
    name == wanted
        || (seen.insert(name) && structure.members.iter().any(|member| holds(api, &member.ty, wanted, seen)))
}

/// The shapes that `name` refers to directly.
fn targets<'a>(api: &'a Api, name: &str) -> Vec<&'a str> {
    match &api.types[name] {
        Type::Structure => api.structures[name].members.iter().map(|member| member.ty.as_str()).collect(),
        Type::List { item, .. } => vec![item],
        Type::Map(map) => vec![&map.key, &map.value],
        Type::String { .. }
        | Type::Boolean
        | Type::Integer { .. }
        | Type::Long { .. }
        | Type::Float { .. }
        | Type::Double { .. }
        | Type::Blob { .. }
        | Type::Timestamp(_)
        | Type::Document => Vec::new(),
    }
}

/// The shared static of a type without constraints.
fn plain(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::String { values, pattern: None, min: None, max: None } if values.is_empty() => Some("STRING"),
        Type::Boolean => Some("Boolean"),
        Type::Integer { min: None, max: None } => Some("INTEGER"),
        Type::Long { min: None, max: None } => Some("LONG"),
        Type::Float { min: None, max: None } => Some("FLOAT"),
        Type::Double { min: None, max: None } => Some("DOUBLE"),
        Type::Blob { min: None, max: None } => Some("BLOB"),
        Type::Timestamp(None) => Some("Timestamp(None)"),
        Type::Document => Some("Document"),
        _ => None,
    }
}

fn number(kind: &str, min: Option<f64>, max: Option<f64>) -> String {
    format!("Ty::{kind}(NumberTy {{ min: {min:?}, max: {max:?} }})")
}

fn optional(sparse: bool, ty: String) -> String {
    if sparse { format!("Option<{ty}>") } else { ty }
}

/// A shape's name as an identifier.
fn ident(name: &str) -> String {
    if matches!(name, "String" | "Option" | "Box" | "Vec") { format!("{name}_") } else { name.to_owned() }
}

fn quoted(value: &Option<String>) -> String {
    format!("{value:?}")
}

fn namespace(namespace: Option<&Namespace>) -> String {
    match namespace {
        None => "None".to_owned(),
        Some(Namespace { uri, prefix }) => {
            format!("Some(XmlNamespace {{ uri: {uri:?}, prefix: {} }})", quoted(prefix))
        }
    }
}

fn segment(segment: &Segment) -> String {
    match segment {
        Segment::Literal(text) => format!("PathSegment::Literal({text:?})"),
        Segment::Label(name) => format!("PathSegment::Label({name:?})"),
        Segment::Greedy(name) => format!("PathSegment::Greedy({name:?})"),
    }
}

/// One text or a list of them, as a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn paginator(paginator: Option<&Value>) -> String {
    let Some(paginator) = paginator else { return "None".to_owned() };
    format!(
        "Some(&Paginator {{ input_tokens: &{:?}, output_tokens: &{:?}, limit_key: {:?}, result_keys: &{:?}, \
         more_results: {:?} }})",
        texts(&paginator["input_token"]),
        texts(&paginator["output_token"]),
        paginator["limit_key"].as_str(),
        texts(&paginator["result_key"]),
        paginator["more_results"].as_str()
    )
}

fn waiter(name: &str, waiter: &Value) -> String {
    let acceptors: Vec<String> = waiter["acceptors"].as_array().into_iter().flatten().map(acceptor).collect();
    format!(
        "shape::Waiter {{ name: {name:?}, operation: {:?}, delay_seconds: {}, max_attempts: {}, acceptors: &[{}] }}",
        waiter["operation"].as_str().unwrap_or_default(),
        waiter["delay"],
        waiter["maxAttempts"],
        acceptors.join(", ")
    )
}

fn acceptor(acceptor: &Value) -> String {
    let expected = match &acceptor["expected"] {
        Value::String(text) => format!("Text({text:?})"),
        Value::Bool(value) => format!("Bool({value})"),
        number => format!("Number({number})"),
    };
    format!(
        "shape::Acceptor {{ state: {:?}, matcher: {:?}, argument: {:?}, expected: shape::Expected::{expected} }}",
        acceptor["state"].as_str().unwrap_or_default(),
        acceptor["matcher"].as_str().unwrap_or_default(),
        acceptor["argument"].as_str()
    )
}
