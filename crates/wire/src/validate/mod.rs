//! The model's own constraints: required members, lengths, ranges, enums and patterns.
//!
//! [`check`] finds the violations of an input from its schema; [`fault`] says them in the service's own words
//! (wire chapter, section 6).

mod organizations;
mod pattern;
mod route53;
mod shown;

use crate::{Fault, sender};
use shape::{ApiMeta, Field, ListTy, Location, MapTy, NumberTy, Protocol, Ref, Shape, StringTy, Ty};

/// Violations that are told at the most; AWS stops somewhere too.
const MOST_VIOLATIONS: usize = 10;
/// What elements of lists are called where the model does not say.
const ITEM: &str = "member";
/// Stands for a sensitive value, which no sentence shows.
const HIDDEN: &str = "***";

/// One broken constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: `tags.1.member.key`, names beginning in lower case.
    pub path: String,
    /// The member's name as the model spells it, for services that name it so.
    pub member: &'static str,
    /// The key it is sent under in a form, for EC2.
    pub query: &'static str,
    /// Whether it is a list.
    pub is_list: bool,
    /// The elements of XML it stands in, it is, and it holds if it is a list.
    pub elements: [&'static str; 3],
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
    /// Not all its elements keep these constraints.
    Elements(String),
    /// Not all its keys do.
    Keys(String),
    /// Not all its values do.
    Values(String),
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
            Self::Elements(all) => format!("Member must satisfy constraint: [{all}]"),
            Self::Keys(all) => format!("Map keys must satisfy constraint: [{all}]"),
            Self::Values(all) => format!("Map value must satisfy constraint: [{all}]"),
        }
    }
}

/// Headers and query parameters of S3 (and one member of a document) whose values the service judges itself: it has a
/// code and a sentence for each.
const JUDGED_BY_S3: [&str; 7] = [
    "ChecksumAlgorithm",
    "CopySource",
    "EncodingType",
    "LocationConstraint",
    "ObjectOwnership",
    "ServerSideEncryption",
    "StorageClass",
];
/// All constraints of a scalar's type: AWS lists every one where an element breaks any.
fn constraints(ty: &Ty) -> String {
    let mut rules = Vec::new();
    match ty {
        Ty::String(StringTy { values, pattern, min, max }) => {
            rules.extend(max.map(Rule::MaxLength));
            rules.extend(min.map(Rule::MinLength));
            rules.extend(pattern.map(Rule::Pattern));
            rules.extend((!values.is_empty()).then_some(Rule::Enum(values)));
        }
        Ty::Integer(range) | Ty::Long(range) | Ty::Float(range) | Ty::Double(range) => {
            rules.extend(range.max.map(|most| Rule::MaxValue(most.to_string())));
            rules.extend(range.min.map(|least| Rule::MinValue(least.to_string())));
        }
        Ty::Blob(range) => {
            rules.extend(whole(range.max).map(Rule::MaxLength));
            rules.extend(whole(range.min).map(Rule::MinLength));
        }
        Ty::Boolean | Ty::Timestamp(_) | Ty::Structure(_) | Ty::List(_) | Ty::Map(_) | Ty::Document => {}
    }
    rules.iter().map(Rule::text).collect::<Vec<_>>().join(", ")
}

/// Finds what an input breaks. Closed enums are judged everywhere but in EC2, whose models lag behind its clients.
pub fn check(api: &ApiMeta, input: &dyn Shape) -> Vec<Violation> {
    let left_to_service: &[&str] = if api.id == "s3" { &JUDGED_BY_S3 } else { &[] };
    let open_enums = api.protocol == Protocol::Ec2;
    let mut checker = Checker { open_enums, left_to_service, found: Vec::new() };
    let schema = input.schema();
    checker.structure(input, "", schema.xml_name.unwrap_or(schema.name));
    checker.found
}

struct Checker {
    open_enums: bool,
    /// Members whose text the service judges in its own words.
    left_to_service: &'static [&'static str],
    found: Vec<Violation>,
}

/// Where the checker stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a str,
    field: &'static Field,
    /// The elements of XML it stands in and it is.
    within: &'static str,
    element: &'static str,
}

impl Checker {
    fn structure(&mut self, structure: &dyn Shape, path: &str, within: &'static str) {
        for (index, field) in structure.schema().fields.iter().enumerate() {
            if self.found.len() >= MOST_VIOLATIONS {
                return;
            }
            let value = structure.get(index).view();
            if matches!(value, Ref::Absent) && !field.required {
                continue;
            }
            let path = join(path, &lower_first(field.name));
            let place = Place { path: &path, field, within, element: field.wire };
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
                self.length(place, bytes.len() as u64, shown::BUFFER, whole(*min), whole(*max));
            }
            (Ref::Struct(structure), _) => self.structure(structure, place.path, place.element),
            (Ref::List(list), Ty::List(ListTy { item, item_name, min, max, .. })) => {
                self.length(place, list.len() as u64, &shown::list(list, item), *min, *max);
                if shown::is_scalar(item) {
                    let broken = (0..list.len()).any(|index| self.breaks(place, list.get(index), item));
                    if broken {
                        self.add(place, Some(shown::list(list, item)), Rule::Elements(constraints(item)));
                    }
                    return;
                }
                for index in 0..list.len() {
                    let path = format!("{}.{}.member", place.path, index + 1);
                    let (within, element) = (place.element, item_name.unwrap_or(ITEM));
                    self.value(Place { path: &path, within, element, ..place }, list.get(index), item);
                }
            }
            (Ref::Map(map), Ty::Map(MapTy { key: key_ty, value: ty, min, max, .. })) => {
                self.length(place, map.len() as u64, &shown::map(map, ty), *min, *max);
                if map.entries().any(|(key, _)| self.breaks(place, Ref::Str(key), key_ty)) {
                    self.add(place, Some(shown::map(map, ty)), Rule::Keys(constraints(key_ty)));
                }
                if shown::is_scalar(ty) {
                    if map.entries().any(|(_, value)| self.breaks(place, value, ty)) {
                        self.add(place, Some(shown::map(map, ty)), Rule::Values(constraints(ty)));
                    }
                    return;
                }
                for (key, value) in map.entries() {
                    let path = format!("{}.{key}.member", place.path);
                    self.value(Place { path: &path, ..place }, value, ty);
                }
            }
            _ => {}
        }
    }

    /// Whether a scalar breaks any constraint of its type.
    fn breaks(&self, place: Place<'_>, value: Ref<'_>, ty: &'static Ty) -> bool {
        let mut alone = Checker { found: Vec::new(), ..*self };
        alone.value(place, value, ty);
        !alone.found.is_empty()
    }

    fn string(&mut self, place: Place<'_>, text: &str, ty: &'static StringTy) {
        let in_document = place.field.location == Location::Body && place.field.name != "LocationConstraint";
        if self.left_to_service.contains(&place.field.name) && !in_document {
            return;
        }
        if !ty.values.is_empty() && !self.open_enums && !ty.values.contains(&text) {
            self.add(place, Some(text.to_owned()), Rule::Enum(ty.values));
        }
        // The pattern before the length (recorded for CloudFormation).
        if let Some(pattern) = ty.pattern.filter(|pattern| !pattern::matches(pattern, text)) {
            self.add(place, Some(text.to_owned()), Rule::Pattern(pattern));
        }
        if ty.min.is_some() || ty.max.is_some() {
            self.length(place, text.chars().count() as u64, text, ty.min, ty.max);
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
        // NaN lies in no range: the first bound says so.
        if let Some(min) = ty.min.filter(|min| number < *min || number.is_nan()) {
            self.add(place, Some(shown.to_owned()), Rule::MinValue(min.to_string()));
        }
        if let Some(max) = ty.max.filter(|max| number > *max || number.is_nan() && ty.min.is_none()) {
            self.add(place, Some(shown.to_owned()), Rule::MaxValue(max.to_string()));
        }
    }

    fn add(&mut self, place: Place<'_>, value: Option<String>, rule: Rule) {
        if self.found.len() < MOST_VIOLATIONS {
            let Place { path, field, within, element } = place;
            let (path, location) = (path.to_owned(), field.location);
            let value = value.map(|value| if field.sensitive { HIDDEN.to_owned() } else { value });
            let (member, query, is_list) = (field.name, field.query, matches!(field.ty, Ty::List(_)));
            let item = match field.ty {
                Ty::List(list) => list.item_name.unwrap_or(ITEM),
                _ => "",
            };
            let elements = [within, element, item];
            self.found.push(Violation { path, member, query, is_list, elements, location, value, rule });
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
            let rule = ecr_rule(&first.rule);
            let path = &first.path;
            let sentence = format!("Invalid parameter at '{path}' failed to satisfy constraint: '{rule}'");
            sender(400, "InvalidParameterException", sentence)
        }
        "route53" => route53::fault(violations),
        "route53domains" => sender(400, "InvalidInput", common(violations)),
        "eks" | "eks-auth" => sender(400, "InvalidParameterException", common(violations)),
        // Recorded; the model requires the code in the body too.
        "efs" => {
            sender(400, "ValidationException", common(violations)).with("ErrorCode", "ValidationException")
        }
        "ebs" => {
            sender(400, "ValidationException", common(violations)).with("Reason", "INVALID_PARAMETER_VALUE")
        }
        "iam" => sender(400, "ValidationError", iam(violations)),
        "organizations" => organizations::fault(first),
        "sts" | "cloudformation" | "elb" | "elbv2" | "autoscaling" => {
            sender(400, "ValidationError", common(violations))
        }
        _ => sender(400, "ValidationException", common(violations)),
    }
}

/// The text most services share (recorded for sts, kms, cloudformation).
fn common(violations: &[Violation]) -> String {
    told(violations, common_text)
}

fn told(violations: &[Violation], text: fn(&Violation) -> String) -> String {
    let count = violations.len();
    let errors = if count == 1 { "error" } else { "errors" };
    let texts: Vec<String> = violations.iter().map(text).collect();
    format!("{count} validation {errors} detected: {}", texts.join("; "))
}

fn common_text(violation: &Violation) -> String {
    let value = match violation.value.as_deref() {
        None => " null".to_owned(),
        Some(HIDDEN) => String::new(),
        Some(value) => format!(" '{value}'"),
    };
    let (path, rule) = (&violation.path, violation.rule.text());
    format!("Value{value} at '{path}' failed to satisfy constraint: {rule}")
}

/// IAM shows no value, and of an enum not its set either (recorded).
fn iam_text(violation: &Violation) -> String {
    let path = &violation.path;
    let rule = match &violation.rule {
        Rule::Enum(_) => "Member must satisfy enum value set".to_owned(),
        rule => rule.text(),
    };
    format!("Value at '{path}' failed to satisfy constraint: {rule}")
}

/// IAM judges the form of names, paths and documents after everything else, one at a time and in words of its own.
/// Source: recorded for paths; reports of AWS's answers for the others.
fn iam(violations: &[Violation]) -> String {
    let form = |violation: &Violation| match violation.rule {
        Rule::Pattern(pattern) => iam_form(pattern),
        _ => None,
    };
    let first: Vec<Violation> = violations.iter().filter(|one| form(one).is_none()).cloned().collect();
    match violations.first() {
        Some(violation) if first.is_empty() => {
            let (path, form) = (&violation.path, form(violation).unwrap_or_default());
            format!("The specified value for {path} is invalid. It must {form}")
        }
        _ => told(&first, iam_text),
    }
}

/// What IAM says of the values of a pattern.
fn iam_form(pattern: &str) -> Option<&'static str> {
    match pattern {
        r"[\w+=,.@-]+" => Some("contain only alphanumeric characters and/or the following: +=,.@_-"),
        r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)" => {
            Some("begin and end with / and contain only alphanumeric characters and/or / characters.")
        }
        r"\u002F[\u0021-\u007F]*" => {
            Some("begin with the / character and contain only alphanumeric characters and/or / characters.")
        }
        r"[\u0009\u000A\u000D\u0020-\u00FF]+" => Some("contain only printable ASCII characters."),
        _ => None,
    }
}

/// ECR leaves the subject out, but for elements (recorded for `registryIds`), and quotes patterns.
fn ecr_rule(rule: &Rule) -> String {
    match rule {
        Rule::Pattern(pattern) => format!("must satisfy regular expression '{pattern}'"),
        Rule::Elements(_) | Rule::Keys(_) | Rule::Values(_) => rule.text(),
        _ => rule.text().replacen("Member ", "", 1),
    }
}

/// EC2 has its own sentences and names parameters as they are sent.
fn ec2(violation: &Violation) -> Fault {
    let path = violation.path.replace(".member", "");
    let value = match &violation.value {
        None => {
            let name = ec2_name(violation);
            return sender(400, "MissingParameter", format!("The request must contain the parameter {name}"));
        }
        Some(value) => value,
    };
    let sentence = match &violation.rule {
        // Recorded for the lower bound of a page; the upper one follows it.
        Rule::MinValue(least) => {
            format!(
                "Value ( {value} ) for parameter {path} is invalid. Expecting a value greater than {least}."
            )
        }
        Rule::MaxValue(most) => {
            format!(
                "Value ( {value} ) for parameter {path} is invalid. Expecting a value less than or equal to {most}"
            )
        }
        rule => format!("Value ({value}) for parameter {path} is invalid. {}", rule.text()),
    };
    sender(400, "InvalidParameterValue", sentence)
}

/// How EC2 calls a parameter that is missing. One that travels under another name than the model's is called by that
/// name (`GroupDescription`), a list of them a set (`resourceIdSet`); the others are spelled in lower camel case.
fn ec2_name(violation: &Violation) -> String {
    match (violation.query == violation.member, violation.is_list) {
        (true, _) => lower_first(violation.member),
        (false, true) => format!("{}Set", lower_first(violation.query)),
        (false, false) => violation.query.to_owned(),
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
