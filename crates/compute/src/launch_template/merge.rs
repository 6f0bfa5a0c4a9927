//! A launch from a template: what the call says stands over what the template says.

use super::document;
use super::resolve::launch;
use base::Scope;
use ec2_resource::error::Error;
use serde_json::{Map, Value};
use shapes_ec2 as ec2;
use store::Rows;

/// The tags by which an instance tells what it was launched from. Source: EC2 user guide, "Launch instances from a launch
/// template".
const TAG_OF_ID: &str = "aws:ec2launchtemplate:id";
const TAG_OF_VERSION: &str = "aws:ec2launchtemplate:version";

/// The template and the version of it that a launch is from.
pub(crate) type Origin = [(&'static str, String); 2];

/// The call as it would be without its template.
pub(crate) fn merged(
    rows: &impl Rows,
    scope: &Scope,
    input: ec2::RunInstancesRequest,
) -> Result<(ec2::RunInstancesRequest, Option<Origin>), Error> {
    let Some(specification) = &input.launch_template else { return Ok((input, None)) };
    let version = launch(rows, scope, specification)?;
    let mut all = version.content.clone();
    // The one member that the two structures spell differently.
    if let Some(ramdisk) = all.remove("RamDiskId") {
        all.insert("RamdiskId".to_owned(), ramdisk);
    }
    for (name, value) in document::write(&input) {
        let over = match (name.as_str(), all.remove(&name), value) {
            ("BlockDeviceMappings", Some(Value::Array(below)), Value::Array(own)) => {
                below.into_iter().chain(own).collect()
            }
            ("NetworkInterfaces", Some(Value::Array(below)), Value::Array(own)) => {
                over(below, own, "DeviceIndex")
            }
            ("TagSpecifications", Some(Value::Array(below)), Value::Array(own)) => tags_over(below, own),
            (_, _, own) => own,
        };
        all.insert(name, over);
    }
    all.remove("LaunchTemplate");
    let origin = [(TAG_OF_ID, version.template.to_string()), (TAG_OF_VERSION, version.number.to_string())];
    Ok((document::read(&all), Some(origin)))
}

/// What the version that a specification means was given.
pub(crate) fn content(
    rows: &impl Rows,
    scope: &Scope,
    specification: &ec2::LaunchTemplateSpecification,
) -> Result<Map<String, Value>, Error> {
    Ok(launch(rows, scope, specification)?.content.clone())
}

/// Entries of a list; one of the call takes the place of the template's with the same value of a member.
fn over(below: Vec<Value>, own: Vec<Value>, member: &str) -> Value {
    let stays = |entry: &Value| !own.iter().any(|own| own[member] == entry[member]);
    let kept: Vec<Value> = below.into_iter().filter(stays).collect();
    kept.into_iter().chain(own).collect()
}

/// Tags by the type of resource; one of the call takes the place of the template's with the same key.
pub(crate) fn tags_over(below: Vec<Value>, own: Vec<Value>) -> Value {
    let mut all = below;
    for specification in own {
        let kind = &specification["ResourceType"];
        let tags = specification["Tags"].as_array().cloned().unwrap_or_default();
        match all.iter_mut().find(|known| known["ResourceType"] == *kind) {
            Some(known) => {
                let before = known["Tags"].as_array().cloned().unwrap_or_default();
                let mut merged = Map::new();
                merged.insert("ResourceType".to_owned(), kind.clone());
                merged.insert("Tags".to_owned(), over(before, tags, "Key"));
                *known = Value::Object(merged);
            }
            None => all.push(specification),
        }
    }
    Value::Array(all)
}
