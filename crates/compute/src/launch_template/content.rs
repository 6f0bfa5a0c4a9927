//! What a template may hold. It is kept as it was given; only what AWS refuses at once is looked at.

use super::document;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ec2_resource::error::{Error, Template};
use serde_json::{Map, Value};
use shapes_ec2 as ec2;

/// Bytes of user data at the most, before they are base64.
const MOST_USER_DATA: usize = 16_384;
/// What tags in a template are for. Source: EC2 API reference, LaunchTemplateTagSpecificationRequest.
const TAGGED: [&str; 5] =
    ["elastic-gpu", "instance", "network-interface", "spot-instances-request", "volume"];

/// What a call gives, in the form that is kept.
pub(super) fn parse(given: Option<&ec2::RequestLaunchTemplateData>) -> Result<Map<String, Value>, Error> {
    let given = given.ok_or(Template::NoContent)?;
    let content = document::write(given);
    if content.is_empty() {
        return Err(Template::NoContent.into());
    }
    if let Some(user_data) = &given.user_data {
        let joined: String = user_data.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(joined).map_err(|_| Template::UserDataEncoding)?;
        if bytes.len() > MOST_USER_DATA {
            return Err(Template::UserDataLength.into());
        }
    }
    for specification in given.tag_specifications.iter().flatten() {
        let kind = specification.resource_type.as_deref().filter(|kind| !kind.is_empty());
        let kind = kind.ok_or(Template::TagType)?;
        if !TAGGED.contains(&kind) {
            let sentence = format!("'{kind}' is not a valid taggable resource type for this operation.");
            return Err(Error::Parameter(sentence));
        }
        if specification.tags.as_ref().is_none_or(Vec::is_empty) {
            return Err(Template::NoTags.into());
        }
        for tag in specification.tags.iter().flatten() {
            ec2_resource::tag::checked(tag.clone())?;
        }
    }
    Ok(content)
}

/// The content of a version that is made from another one: members that are given take the place of its own.
/// Snapshots of its devices are not taken over (EC2 API reference, CreateLaunchTemplateVersion).
pub(super) fn over(source: &Map<String, Value>, given: Map<String, Value>) -> Map<String, Value> {
    let mut content = source.clone();
    if let Some(Value::Array(devices)) = content.get_mut("BlockDeviceMappings") {
        for ebs in devices.iter_mut().filter_map(|device| device.get_mut("Ebs")) {
            if let Value::Object(members) = ebs {
                members.remove("SnapshotId");
            }
        }
    }
    content.extend(given);
    content
}
