//! From a decoded request to the pairs of action and ARN that must be allowed.

use crate::pattern::{fill, fits};
use crate::row::{Evaluation, Fill, Form, Part, Path, Piece, Resource, Source, Test, Text, When};
use crate::{Action, ResourceType, attribute, ids};
use shape::{OperationMeta, Ref, Shape};

/// Where a request is made and by whom, as far as ARNs tell it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `aws`.
    pub partition: &'a str,
    /// `eu-west-1`.
    pub region: &'a str,
    /// The account whose resources are meant: the caller's.
    pub account: &'a str,
    /// Path and name of the calling IAM user, without the leading slash: `division/ann`.
    pub user: Option<&'a str>,
}

/// One pair to decide.
#[derive(Debug)]
pub struct Check {
    /// The action.
    pub action: &'static Action,
    /// The resource: an ARN, in which `*` stands for what the request does not tell, or `*` alone.
    pub arn: String,
    /// Its type, where the ARN was made from a template. Ids that are names of something else (an alias, a mount
    /// target) stand in the ARN as they were sent; whoever keeps the resources may put the true ARN there.
    pub kind: Option<&'static ResourceType>,
    /// Condition keys that the row takes from the input, with their values; those the input has no value for are left
    /// out.
    pub context: Vec<(&'static str, Vec<String>)>,
}

/// The pairs an operation asks for with this input, in the order to decide them. None: the operation has no row.
/// Evaluations that handlers ask for by themselves are not among them.
pub fn checks(operation: &OperationMeta, input: &dyn Shape, request: &Request<'_>) -> Option<Vec<Check>> {
    let row = crate::of(operation)?;
    let mut checks = Vec::new();
    for evaluation in &row.evaluations {
        if !evaluation.deferred && evaluation.when.iter().all(|when| holds(when, input)) {
            evaluate(evaluation, input, request, &mut checks);
        }
    }
    Some(checks)
}

fn evaluate(
    evaluation: &'static Evaluation,
    input: &dyn Shape,
    request: &Request<'_>,
    checks: &mut Vec<Check>,
) {
    let mut found = Found { arns: Vec::new(), foreign: Vec::new() };
    for resource in &evaluation.resources {
        found.add(evaluation.action, resource, input, request);
    }
    found.settle();
    let mut context: Vec<(&str, Vec<String>)> = evaluation
        .context
        .iter()
        .map(|(key, text)| (key.as_str(), all_written(text, input, request)))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    context.extend(attribute::keys(evaluation, input));
    for (kind, arn) in found.arns {
        checks.push(Check { action: evaluation.action, arn, kind, context: context.clone() });
    }
}

/// The ARNs of one evaluation.
struct Found {
    arns: Vec<(Option<&'static ResourceType>, String)>,
    /// ARNs in the input that were none of the type asked for.
    foreign: Vec<String>,
}

impl Found {
    fn push(&mut self, kind: Option<&'static ResourceType>, arn: String) {
        if !self.arns.iter().any(|(_, other)| *other == arn) {
            self.arns.push((kind, arn));
        }
    }

    fn add(
        &mut self,
        action: &'static Action,
        resource: &'static Resource,
        input: &dyn Shape,
        request: &Request<'_>,
    ) {
        match resource {
            Resource::Typed { kind, optional, fills } => {
                let named =
                    fills.iter().filter(|fill| self.fill(kind, fill, *optional, input, request)).count();
                if named == 0 && !optional {
                    self.push(Some(kind), fill(&kind.template, request, &[]));
                }
            }
            Resource::New(path) => {
                let service = action.name.split(':').next().and_then(crate::tables::service);
                for name in values(input, &path.0) {
                    let kind = service.and_then(|service| service.kind(&name));
                    let arn = match kind {
                        Some(kind) => fill(&kind.template, request, &[]),
                        None => ids::unknown(request, &format!("{name}/*")),
                    };
                    self.push(kind, arn);
                }
            }
            Resource::Any(path) => {
                for id in values(input, &path.0) {
                    let kind = ids::kind(&id);
                    let arn = match kind {
                        Some(kind) => fill(&kind.template, request, &[&id]),
                        None => ids::unknown(request, &format!("*/{id}")),
                    };
                    self.push(kind, arn);
                }
            }
            Resource::Arn(text) => self.push(None, written(text, input, request)),
        }
    }

    /// Fills a template in every way the input gives; false where it names none.
    fn fill(
        &mut self,
        kind: &'static ResourceType,
        fill_: &Fill,
        optional: bool,
        input: &dyn Shape,
        request: &Request<'_>,
    ) -> bool {
        let mut rows: Vec<Vec<String>> = vec![Vec::new()];
        let mut named = false;
        for part in &fill_.0 {
            let mut values = part_values(part, input, request);
            let any = matches!(part, Part::Any);
            if values.is_empty() {
                if optional && !any {
                    return false;
                }
                values.push("*".to_owned());
            } else {
                named |= !any;
            }
            rows = rows
                .iter()
                .flat_map(|row| values.iter().map(|value| [&row[..], std::slice::from_ref(value)].concat()))
                .collect();
        }
        for row in rows.iter().filter(|_| named) {
            match row.iter().find(|value| value.starts_with("arn:")) {
                Some(arn) if fits(&kind.template, arn) => self.push(Some(kind), arn.clone()),
                Some(arn) => self.foreign.push(behind(kind, arn, row)),
                None if ids::is_of_other_kind(kind, &row[0]) => {}
                None => {
                    let values: Vec<&str> = row.iter().map(String::as_str).collect();
                    self.push(Some(kind), fill(&kind.template, request, &values));
                }
            }
        }
        named
    }

    /// ARNs of no type that was asked for are resources all the same; where there is none at all, `*`.
    fn settle(&mut self) {
        for arn in std::mem::take(&mut self.foreign) {
            self.push(None, arn);
        }
        if self.arns.is_empty() {
            self.push(None, "*".to_owned());
        }
    }
}

/// An object named by its access point's ARN instead of a bucket is a resource of the access point.
fn behind(kind: &ResourceType, arn: &str, row: &[String]) -> String {
    match row {
        [bucket, key] if kind.service == "s3" && kind.name == "object" && bucket == arn => {
            format!("{arn}/object/{key}")
        }
        _ => arn.to_owned(),
    }
}

fn part_values(part: &Part, input: &dyn Shape, request: &Request<'_>) -> Vec<String> {
    match part {
        Part::Any => vec!["*".to_owned()],
        Part::OrCaller(path) => {
            let sent = values(input, &path.0);
            if sent.is_empty() { request.user.map(str::to_owned).into_iter().collect() } else { sent }
        }
        Part::Joined(sources) => joined(sources, input),
    }
}

/// The last source gives the values, those before it what stands in front.
fn joined(sources: &[Source], input: &dyn Shape) -> Vec<String> {
    let read = |source: &Source| -> Vec<String> {
        let cut = |value: String| match &source.without {
            Some(prefix) => value.strip_prefix(prefix.as_str()).map_or(value.clone(), str::to_owned),
            None => value,
        };
        values(input, &source.path.0).into_iter().map(cut).collect()
    };
    let Some((last, before)) = sources.split_last() else { return Vec::new() };
    let front: String = before.iter().filter_map(|source| read(source).into_iter().next()).collect();
    read(last).into_iter().map(|value| format!("{front}{value}")).collect()
}

fn written(text: &Text, input: &dyn Shape, request: &Request<'_>) -> String {
    let mut out = String::new();
    for piece in &text.0 {
        match piece {
            Piece::Literal(literal) => out.push_str(literal),
            Piece::Variable(path, _) => match place(path, request) {
                Some(place) => out.push_str(place),
                None => out.push_str(values(input, &path.0).first().map_or("*", String::as_str)),
            },
        }
    }
    out
}

fn place<'a>(path: &Path, request: &Request<'a>) -> Option<&'a str> {
    match path.0[0].as_str() {
        "Partition" => Some(request.partition),
        "Region" => Some(request.region),
        "Account" => Some(request.account),
        _ => None,
    }
}

/// The values of a condition key: all of a member's where the text is that member alone.
fn all_written(text: &Text, input: &dyn Shape, request: &Request<'_>) -> Vec<String> {
    match &text.0[..] {
        [Piece::Variable(path, form)] if place(path, request).is_none() => {
            let sent = values(input, &path.0);
            match form {
                Form::Sent => sent,
                Form::Dns => sent.iter().map(|name| crate::dns::normalized(name)).collect(),
                Form::QueryKeys => sent.iter().flat_map(|text| query_keys(text)).collect(),
            }
        }
        _ => vec![written(text, input, request)],
    }
}

/// The keys of `a=1&b=2`, as they were sent.
fn query_keys(text: &str) -> Vec<String> {
    text.split('&').filter_map(|pair| pair.split('=').next()).map(str::to_owned).collect()
}

fn holds(when: &When, input: &dyn Shape) -> bool {
    let any = |path: &Path| match &when.test {
        Test::Sent => sent(Ref::Struct(input), &path.0),
        Test::Equals(want) => values(input, &path.0).iter().any(|value| value == want),
        Test::Begins(prefix) => values(input, &path.0).iter().any(|value| value.starts_with(prefix.as_str())),
    };
    when.paths.iter().any(any) != when.negated
}

/// The texts at a path, lists walked, empty ones left out.
fn values(input: &dyn Shape, names: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    visit(Ref::Struct(input), names, &mut |value| {
        let text = match value {
            Ref::Str(text) => text.to_owned(),
            Ref::Int(number) => number.to_string(),
            Ref::Bool(truth) => truth.to_string(),
            Ref::Time(at) => at.millis.div_euclid(1000).to_string(),
            _ => String::new(),
        };
        found.extend((!text.is_empty()).then_some(text));
    });
    found
}

/// Whether there is something at a path.
fn sent(value: Ref<'_>, names: &[String]) -> bool {
    let mut any = false;
    visit(value, names, &mut |value| {
        any |= match value {
            Ref::Absent => false,
            Ref::Str(text) => !text.is_empty(),
            Ref::Bool(truth) => truth,
            Ref::Map(map) => !map.is_empty(),
            _ => true,
        };
    });
    any
}

fn visit(value: Ref<'_>, names: &[String], found: &mut dyn FnMut(Ref<'_>)) {
    match (value, names) {
        (Ref::List(list), names) => (0..list.len()).for_each(|index| visit(list.get(index), names, found)),
        (value, []) => found(value),
        (Ref::Struct(shape), [name, rest @ ..]) => {
            let fields = shape.schema().fields;
            if let Some(index) = fields.iter().position(|field| field.name == name) {
                visit(shape.get(index).view(), rest, found);
            }
        }
        _ => {}
    }
}
