//! Which template, and which version of it, a call means.

use super::model::{LaunchTemplate, Version};
use base::Scope;
use ec2_resource::error::{Error, Kind, Template};
use ec2_resource::id::LaunchTemplateId;
use ec2_resource::resource;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Rows;

/// How a call names a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Named {
    Id(LaunchTemplateId),
    Name(String),
}

/// Reads id and name, of which one is given.
pub(super) fn named(id: Option<String>, name: Option<String>) -> Result<Named, Error> {
    asked(id, name)?.ok_or(Error::Missing("launch template ID or launch template name"))
}

/// Reads id and name, of which at most one is given.
pub(super) fn asked(id: Option<String>, name: Option<String>) -> Result<Option<Named>, Error> {
    let given = |text: &String| !text.is_empty();
    match (id.filter(given), name.filter(given)) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Template::BothGiven.into()),
        (Some(id), None) => match LaunchTemplateId::parse(&id) {
            Ok(id) => Ok(Some(Named::Id(id))),
            Err(error) => Err(Error::Malformed(Kind::LaunchTemplate, error.given, error.prefix)),
        },
        (None, Some(name)) => Ok(Some(Named::Name(name))),
    }
}

/// The template that is meant.
pub(super) fn template(
    rows: &impl Rows,
    scope: &Scope,
    named: &Named,
) -> Result<Arc<LaunchTemplate>, Template> {
    match named {
        Named::Id(id) => {
            rows.row(&resource::key(scope, id.as_str())).ok_or_else(|| Template::NoId(vec![id.to_string()]))
        }
        Named::Name(name) => {
            LaunchTemplate::of_name(rows, scope, name).ok_or_else(|| Template::NoName(name.clone()))
        }
    }
}

/// A version of a template.
pub(super) fn version(
    rows: &impl Rows,
    template: &LaunchTemplate,
    text: &str,
) -> Result<Arc<Version>, Template> {
    let number = template.number(text);
    let key = number.map(|number| Version::key_of(&template.scope, template.id.as_str(), number));
    let found = key.and_then(|key| rows.row(&key));
    found.ok_or_else(|| Template::NoVersion(text.to_owned(), template.id.to_string()))
}

/// The template that the specification of a launch means.
pub(crate) fn id(
    rows: &impl Rows,
    scope: &Scope,
    specification: &ec2::LaunchTemplateSpecification,
) -> Result<LaunchTemplateId, Error> {
    let named = named(specification.launch_template_id.clone(), specification.launch_template_name.clone())?;
    Ok(template(rows, scope, &named)?.id.clone())
}

/// The version that the specification of a launch means; without a version the default one.
pub(super) fn launch(
    rows: &impl Rows,
    scope: &Scope,
    specification: &ec2::LaunchTemplateSpecification,
) -> Result<Arc<Version>, Error> {
    let named = named(specification.launch_template_id.clone(), specification.launch_template_name.clone())?;
    let template = template(rows, scope, &named)?;
    let text = specification.version.as_deref().filter(|text| !text.is_empty()).unwrap_or("$Default");
    Ok(version(rows, &template, text)?)
}
