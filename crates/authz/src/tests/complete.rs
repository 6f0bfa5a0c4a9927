//! Nothing is missing, and nothing is named that does not exist.

use crate::pattern::holes;
use crate::row::{Fill, Part, Path, Piece, Resource, Test, Text};
use crate::{Evaluation, KeySource, key_source, key_type, keys, of, supports_resource_control, tables};
use shape::{OperationMeta, Schema, Ty};

fn operations() -> impl Iterator<Item = &'static OperationMeta> {
    apis::APIS.iter().flat_map(|api| api.operations.iter().copied())
}

fn evaluations() -> impl Iterator<Item = (&'static OperationMeta, &'static Evaluation)> {
    operations().flat_map(|operation| {
        of(operation).into_iter().flat_map(move |row| row.evaluations.iter().map(move |one| (operation, one)))
    })
}

#[track_caller]
fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "{} breaches:\n{}", breaches.len(), breaches.join("\n"));
}

#[test]
fn each_operation_has_a_row_and_each_row_an_operation() {
    let (rows, bytes) = tables::contents();
    let apis: Vec<&str> = apis::APIS.iter().map(|api| api.id).collect();
    assert_eq!(rows.iter().map(|(api, _)| *api).collect::<Vec<_>>(), apis);
    for (api, (_, names)) in apis::APIS.iter().zip(&rows) {
        let operations: Vec<&str> = api.operations.iter().map(|operation| operation.name).collect();
        assert_eq!(*names, operations, "{}", api.id);
    }
    assert!(bytes <= 350_000, "the rows weigh {bytes} bytes");
}

/// Reading a row looks its action up. What is not published may only be asked for by the operation of that name.
#[test]
fn each_action_is_published_or_too_new_to_be() {
    let strange = evaluations().filter(|(operation, one)| {
        one.action.access.is_none() && one.action.name.split(':').nth(1) != Some(operation.name)
    });
    none(
        &strange
            .map(|(operation, one)| format!("{}: {}", operation.name, one.action.name))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn each_variable_leads_to_a_member_of_the_input() {
    let mut breaches = Vec::new();
    for (operation, one) in evaluations() {
        let mut need = |path: &Path, scalar: bool| {
            let found = resolve(operation.input, &path.0);
            if found.is_none_or(|ty| scalar && matches!(ty, Ty::Structure(_) | Ty::Map(_) | Ty::Blob(_))) {
                breaches.push(format!("{} {}: {}", operation.api, operation.name, path.0.join(".")));
            }
        };
        for when in &one.when {
            when.paths.iter().for_each(|path| need(path, !matches!(when.test, Test::Sent)));
        }
        let context = one.context.iter().flat_map(|(_, text)| variables(text));
        context.for_each(|path| need(path, true));
        for resource in &one.resources {
            resource_paths(resource).into_iter().for_each(|path| need(path, true));
        }
    }
    none(&breaches);
}

/// The type at a path; lists are walked.
fn resolve(schema: &'static Schema, names: &[String]) -> Option<&'static Ty> {
    let (name, rest) = names.split_first()?;
    let mut ty = schema.fields.iter().find(|field| field.name == name)?.ty;
    while let Ty::List(list) = ty {
        ty = list.item;
    }
    match (ty, rest) {
        (ty, []) => Some(ty),
        (Ty::Structure(schema), rest) => resolve(schema, rest),
        _ => None,
    }
}

fn variables(text: &Text) -> Vec<&Path> {
    let places = ["Partition", "Region", "Account"];
    let mut paths = Vec::new();
    for piece in &text.0 {
        match piece {
            Piece::Variable(path, _) => paths.extend((!places.contains(&path.0[0].as_str())).then_some(path)),
            Piece::Literal(_) => {}
        }
    }
    paths
}

fn resource_paths(resource: &Resource) -> Vec<&Path> {
    match resource {
        Resource::Typed { fills, .. } => fills.iter().flat_map(fill_paths).collect(),
        Resource::New(path) | Resource::Any(path) => vec![path],
        Resource::Arn(text) => variables(text),
    }
}

fn fill_paths(fill: &Fill) -> Vec<&Path> {
    let mut paths = Vec::new();
    for part in &fill.0 {
        match part {
            Part::Any => {}
            // The calling user alone is no member.
            Part::OrCaller(path) => paths.extend((path.0 != [""]).then_some(path)),
            Part::Joined(sources) => paths.extend(sources.iter().map(|source| &source.path)),
        }
    }
    paths
}

#[test]
fn each_fill_has_a_part_for_each_hole() {
    let mut breaches = Vec::new();
    for (operation, one) in evaluations() {
        for resource in &one.resources {
            let Resource::Typed { kind, fills, .. } = resource else { continue };
            for fill in fills.iter().filter(|fill| fill.0.len() > 1) {
                if fill.0.len() != holes(&kind.template) {
                    breaches.push(format!("{} {}: {}", operation.api, operation.name, kind.name));
                }
            }
        }
    }
    none(&breaches);
}

/// Load balancers share a prefix between two APIs, and the published data does not keep them apart.
#[test]
fn no_required_resource_is_forgotten() {
    let mut breaches = Vec::new();
    for operation in operations().filter(|operation| !operation.api.starts_with("elb")) {
        let row = of(operation).map(|row| &row.evaluations[..]).unwrap_or_default();
        for one in row.iter().filter(|one| !one.deferred) {
            let own = row.iter().filter(|other| other.action.name == one.action.name);
            let resources: Vec<&Resource> = own.flat_map(|other| &other.resources).collect();
            for required in one.action.resources.iter().filter(|resource| resource.required) {
                let named = resources.iter().any(|resource| match resource {
                    Resource::Typed { kind, .. } => kind.name == required.kind.name,
                    Resource::New(_) | Resource::Any(_) | Resource::Arn(_) => true,
                });
                if !named {
                    let names = [operation.api, operation.name, &one.action.name, &required.kind.name];
                    breaches.push(names.join(" "));
                }
            }
        }
    }
    breaches.dedup();
    none(&breaches);
}

/// Who fills it is seen to by the gateway, which knows those who could.
#[test]
fn each_condition_key_has_a_source() {
    let mut breaches = Vec::new();
    let keys = keys();
    assert!(keys.len() > 500, "{} keys", keys.len());
    for key in keys {
        match key_source(key) {
            None => breaches.push(key.to_owned()),
            Some(KeySource::Missing(reason))
                if reason.len() < 10 || reason.starts_with("there is no source") =>
            {
                breaches.push(format!("{key}: {reason}"));
            }
            Some(_) => {}
        }
    }
    none(&breaches);
}

#[test]
fn each_key_a_row_fills_is_one_of_its_action() {
    let mut breaches = Vec::new();
    for (operation, one) in evaluations() {
        for (key, _) in &one.context {
            if key_type(key).is_none() {
                breaches.push(format!("{} {}: there is no key {key}", operation.api, operation.name));
            }
        }
    }
    none(&breaches);
}

/// Source: spec of IAM, "Newer than most memories"; AWS, "Resource control policies".
#[test]
fn resource_control_policies_reach_some_services() {
    for (prefix, want) in [
        ("s3", true),
        ("sts", true),
        ("autoscaling", true),
        ("kms", true),
        ("ecr", true),
        ("logs", true),
        ("ec2", false),
        ("elasticloadbalancing", false),
        ("route53", false),
        ("elasticfilesystem", false),
        ("eks", false),
        ("iam", false),
        ("", false),
    ] {
        assert_eq!(supports_resource_control(prefix), want, "{prefix}");
    }
}
