//! The model's own constraints: required members, lengths, ranges, enums and patterns.
//!
//! [`check`] finds the violations of an input from its schema; [`fault`] says them in the service's own words
//! (wire chapter, section 6).

mod pattern;

use crate::{Fault, sender};
use shape::{ApiMeta, Field, ListTy, Location, MapTy, NumberTy, Protocol, Ref, Shape, StringTy, Ty};

/// Violations that are told at the most; AWS stops somewhere too.
const MOST_VIOLATIONS: usize = 10;

/// One broken constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: `tags.1.member.key`, names beginning in lower case.
    pub path: String,
    /// The member's name as the model spells it, for services that name it so.
    pub member: &'static str,
    /// How it travels, for services that name headers and query parameters.
    pub location: Location,
    /// The value as text; `None` where it is absent.
    pub value: Option<String>,
    /// Which constraint.
    pub rule: Rule,
}

/// A constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It must be there.
    Required,
    /// It must be one of these.
    Enum(&'static [&'static str]),
    /// It must match this.
    Pattern(&'static str),
    /// It is too short.
    MinLength(u64),
    /// It is too long.
    MaxLength(u64),
    /// It is too small.
    MinValue(String),
    /// It is too great.
    MaxValue(String),
}

impl Rule {
    /// The text after `failed to satisfy constraint: `.
    fn text(&self) -> String {
        match self {
            Self::Required => "Member must not be null".to_owned(),
            Self::Enum(values) => format!("Member must satisfy enum value set: [{}]", values.join(", ")),
            Self::Pattern(pattern) => format!("Member must satisfy regular expression pattern: {pattern}"),
            Self::MinLength(n) => format!("Member must have length greater than or equal to {n}"),
            Self::MaxLength(n) => format!("Member must have length less than or equal to {n}"),
            Self::MinValue(n) => format!("Member must have value greater than or equal to {n}"),
            Self::MaxValue(n) => format!("Member must have value less than or equal to {n}"),
        }
    }
}

/// Finds what an input breaks. Closed enums are judged everywhere but in EC2, whose models lag behind its clients.
pub fn check(api: &ApiMeta, input: &dyn Shape) -> Vec<Violation> {
    let mut checker = Checker { open_enums: api.protocol == Protocol::Ec2, found: Vec::new() };
    checker.structure(input, "");
    checker.found
}

struct Checker {
    open_enums: bool,
    found: Vec<Violation>,
}

/// Where the checker stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a str,
    field: &'static Field,
}

impl Checker {
    fn structure(&mut self, structure: &dyn Shape, path: &str) {
        for (index, field) in structure.schema().fields.iter().enumerate() {
            if self.found.len() >= MOST_VIOLATIONS {
                return;
            }
            let value = structure.get(index).view();
            if matches!(value, Ref::Absent) && !field.required {
                continue;
            }
            let path = join(path, &lower_first(field.name));
            let place = Place { path: &path, field };
            if matches!(value, Ref::Absent) {
                self.add(place, None, Rule::Required);
            } else {
                self.value(place, value, field.ty);
            }
        }
    }

    fn value(&mut self, place: Place<'_>, value: Ref<'_>, ty: &'static Ty) {
        match (value, ty) {
            (Ref::Str(text), Ty::String(ty)) => self.string(place, text, ty),
            (Ref::Int(number), Ty::Integer(ty) | Ty::Long(ty)) => {
                #[expect(clippy::cast_precision_loss, reason = "the models' bounds are far below 2^53")]
                self.range(place, number as f64, &number.to_string(), ty);
            }
            (Ref::Double(number), Ty::Double(ty)) => self.range(place, number, &number.to_string(), ty),
            (Ref::Float(number), Ty::Float(ty)) => {
                self.range(place, f64::from(number), &number.to_string(), ty);
            }
            (Ref::Blob(bytes), Ty::Blob(NumberTy { min, max })) => {
                let shown = "java.nio.HeapByteBuffer".to_owned();
                self.length(place, bytes.len() as u64, &shown, whole(*min), whole(*max));
            }
            (Ref::Struct(structure), _) => self.structure(structure, place.path),
            (Ref::List(list), Ty::List(ListTy { item, min, max, .. })) => {
                self.length(place, list.len() as u64, "[...]", *min, *max);
                for index in 0..list.len() {
                    let path = format!("{}.{}.member", place.path, index + 1);
                    self.value(Place { path: &path, ..place }, list.get(index), item);
                }
            }
            (Ref::Map(map), Ty::Map(MapTy { key: key_ty, value: ty, min, max, .. })) => {
                self.length(place, map.len() as u64, "{...}", *min, *max);
                for (key, value) in map.entries() {
                    let path = format!("{}.key", place.path);
                    self.value(Place { path: &path, ..place }, Ref::Str(key), key_ty);
                    let path = format!("{}.{key}.value", place.path);
                    self.value(Place { path: &path, ..place }, value, ty);
                }
            }
            _ => {}
        }
    }

    fn string(&mut self, place: Place<'_>, text: &str, ty: &'static StringTy) {
        if !ty.values.is_empty() && !self.open_enums && !ty.values.contains(&text) {
            self.add(place, Some(text.to_owned()), Rule::Enum(ty.values));
        }
        if ty.min.is_some() || ty.max.is_some() {
            self.length(place, text.chars().count() as u64, text, ty.min, ty.max);
        }
        if let Some(pattern) = ty.pattern.filter(|pattern| !pattern::matches(pattern, text)) {
            self.add(place, Some(text.to_owned()), Rule::Pattern(pattern));
        }
    }

    fn length(&mut self, place: Place<'_>, length: u64, shown: &str, min: Option<u64>, max: Option<u64>) {
        if let Some(min) = min.filter(|min| length < *min) {
            self.add(place, Some(shown.to_owned()), Rule::MinLength(min));
        }
        if let Some(max) = max.filter(|max| length > *max) {
            self.add(place, Some(shown.to_owned()), Rule::MaxLength(max));
        }
    }

    fn range(&mut self, place: Place<'_>, number: f64, shown: &str, ty: &NumberTy) {
        if let Some(min) = ty.min.filter(|min| number < *min) {
            self.add(place, Some(shown.to_owned()), Rule::MinValue(min.to_string()));
        }
        if let Some(max) = ty.max.filter(|max| number > *max) {
            self.add(place, Some(shown.to_owned()), Rule::MaxValue(max.to_string()));
        }
    }

    fn add(&mut self, place: Place<'_>, value: Option<String>, rule: Rule) {
        if self.found.len() < MOST_VIOLATIONS {
            let Place { path, field } = place;
            let (path, location) = (path.to_owned(), field.location);
            let value = value.map(|value| if field.sensitive { "***".to_owned() } else { value });
            self.found.push(Violation { path, member: field.name, location, value, rule });
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths in models are small and positive"
)]
fn whole(bound: Option<f64>) -> Option<u64> {
    bound.map(|bound| bound as u64)
}

fn join(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}

fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().to_string() + chars.as_str())
}

/// The violations in the service's words; there is at least one.
pub fn fault(api: &ApiMeta, violations: &[Violation]) -> Fault {
    let Some(first) = violations.first() else {
        return sender(400, "ValidationError", "1 validation error detected");
    };
    match api.id {
        "ec2" => ec2(first),
        "s3" | "s3control" => s3(first),
        "ecr" | "ecr-public" => {
            let sentence = format!(
                "Invalid parameter at '{}' failed to satisfy constraint: '{}'",
                first.path,
                first.rule.text().replacen("Member ", "", 1)
            );
            sender(400, "InvalidParameterException", sentence)
        }
        "route53" | "route53domains" => sender(400, "InvalidInput", common(violations)),
        "eks" | "eks-auth" => sender(400, "InvalidParameterException", common(violations)),
        "efs" => sender(400, "BadRequest", common(violations)),
        "iam" | "sts" | "cloudformation" | "elb" | "elbv2" | "autoscaling" => {
            sender(400, "ValidationError", common(violations))
        }
        _ => sender(400, "ValidationException", common(violations)),
    }
}

/// The text most services share (recorded for sts, iam, kms, cloudformation).
fn common(violations: &[Violation]) -> String {
    let count = violations.len();
    let errors = if count == 1 { "error" } else { "errors" };
    let texts: Vec<String> = violations
        .iter()
        .map(|violation| {
            let value = violation.value.as_ref().map_or("null".to_owned(), |value| format!("'{value}'"));
            let (path, rule) = (&violation.path, violation.rule.text());
            format!("Value {value} at '{path}' failed to satisfy constraint: {rule}")
        })
        .collect();
    format!("{count} validation {errors} detected: {}", texts.join("; "))
}

/// EC2 has its own two sentences and names parameters as they are sent.
fn ec2(violation: &Violation) -> Fault {
    let path = violation.path.replace(".member", "");
    match &violation.value {
        None => {
            let name = lower_first(path.rsplit('.').next().unwrap_or(&path));
            sender(400, "MissingParameter", format!("The request must contain the parameter {name}"))
        }
        Some(value) => {
            let rule = violation.rule.text();
            let sentence = format!("Value ({value}) for parameter {path} is invalid. {rule}");
            sender(400, "InvalidParameterValue", sentence)
        }
    }
}

/// A body is missing, or breaks the schema; headers and query parameters are named.
fn s3(violation: &Violation) -> Fault {
    let absent = violation.rule == Rule::Required && !violation.path.contains('.');
    if violation.location == Location::Payload && absent {
        return sender(400, "MissingRequestBodyError", "Request Body is empty");
    }
    if matches!(violation.location, Location::Body | Location::Payload) {
        return sender(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
        .because(format!("{}: {}", violation.path, violation.rule.text()));
    }
    let value = violation.value.clone().unwrap_or_default();
    sender(400, "InvalidArgument", format!("Invalid argument: {}", violation.rule.text()))
        .with("ArgumentName", violation.member)
        .with("ArgumentValue", value)
}
