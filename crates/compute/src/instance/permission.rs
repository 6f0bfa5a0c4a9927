//! What policies are asked of a launch beside what its request says: the launch as its template completes it, and the role
//! that it hands out. A dry run asks the same.

use super::launch::{Behalf, find_profile, order};
use super::wish;
use crate::Compute;
use crate::error::Error;
use crate::launch_template::{self, LaunchTemplate, Origin, document};
use crate::resource::{self, Resource};
use ports::Cx;
use serde_json::{Map, Value};
use shapes_ec2 as ec2;

/// Asks for a launch as its template completes it. `said` is what stands over the template.
///
/// Source: EC2 user guide, "Control the use of launch templates": the caller needs permission for whatever the template
/// names, and conditions may be set on the template and on whether a resource comes from it.
pub(crate) fn ask(
    cx: &Cx,
    launch: &ec2::RunInstancesRequest,
    origin: Option<&Origin>,
    said: &Map<String, Value>,
) -> Result<(), Error> {
    let keys = |arn: &str| match origin {
        Some([(_, template), _]) => of_template(cx, template, !names(said.values(), id_in(arn))),
        None => Vec::new(),
    };
    cx.decide_call::<ec2::RunInstances>(launch, &keys).map_err(Error::Denied)
}

/// The condition keys of what a template leads to.
fn of_template(cx: &Cx, template: &str, is_from_it: bool) -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("ec2:LaunchTemplate", vec![resource::arn(cx.scope(), LaunchTemplate::TYPE, template)]),
        ("ec2:IsLaunchTemplateResource", vec![is_from_it.to_string()]),
    ]
}

/// What stands behind the type in an ARN.
fn id_in(arn: &str) -> &str {
    arn.split_once('/').map_or(arn, |(_, id)| id)
}

/// Whether a text stands anywhere in values.
fn names<'v>(mut values: impl Iterator<Item = &'v Value>, text: &str) -> bool {
    values.any(|value| match value {
        Value::String(own) => own == text,
        Value::Array(list) => names(list.iter(), text),
        Value::Object(members) => names(members.values(), text),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    })
}

/// What the state knows of the template of a launch.
pub(crate) fn template_keys(
    cx: &Cx,
    _svc: &Compute,
    input: &ec2::RunInstancesRequest,
) -> Vec<(&'static str, Vec<String>)> {
    let Some(specification) = &input.launch_template else { return Vec::new() };
    let found = cx.read(|view| launch_template::id(view, cx.scope(), specification));
    found.map_or_else(|_| Vec::new(), |id| of_template(cx, id.as_str(), true))
}

/// What a dry run tells of what its handler would say: that a policy denies it, and nothing else.
pub(crate) fn denied<T>(outcome: Result<T, Error>) -> Result<(), Error> {
    match outcome {
        Err(Error::Denied(denied)) => Err(Error::Denied(denied)),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A dry run of `RunInstances`.
pub(crate) fn rehearse_run(cx: &Cx, svc: &Compute, input: ec2::RunInstancesRequest) -> Result<(), Error> {
    denied(order(cx, svc, input, Behalf::default()))
}

/// Refuses a launch that is made later, when nobody is asked, and would hand out a role that the caller may not pass. What
/// else is wrong with its profile is told by the launch.
pub(crate) fn ask_for_role(
    cx: &Cx,
    svc: &Compute,
    given: Option<ec2::IamInstanceProfileSpecification>,
) -> Result<(), Error> {
    let Ok(Some(wish)) = wish::profile(given) else { return Ok(()) };
    denied(find_profile(cx, svc, &wish))
}

/// The members of a request that stand over its template.
pub(crate) fn said(input: &ec2::RunInstancesRequest) -> Map<String, Value> {
    let mut all = document::write(input);
    all.remove("LaunchTemplate");
    all
}

#[cfg(test)]
mod tests {
    use super::{id_in, names};
    use serde_json::json;

    #[test]
    fn what_a_request_names_is_found_wherever_it_stands() {
        let said = json!({ "ImageId": "ami-1", "NetworkInterfaces": [{ "Groups": ["sg-1"] }], "KeyName": "team/key" });
        let said = said.as_object().unwrap();
        for (arn, want) in [
            ("arn:aws:ec2:us-east-1::image/ami-1", true),
            ("arn:aws:ec2:us-east-1::image/ami-2", false),
            ("arn:aws:ec2:us-east-1:000000000000:security-group/sg-1", true),
            ("arn:aws:ec2:us-east-1:000000000000:key-pair/team/key", true),
            ("arn:aws:ec2:us-east-1:000000000000:instance/*", false),
        ] {
            assert_eq!(names(said.values(), id_in(arn)), want, "{arn}");
        }
    }
}
