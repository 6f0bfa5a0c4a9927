//! Launch templates: what instances are launched with, in versions. What is given is kept and told as it was given.

mod content;
pub(crate) mod document;
mod from_instance;
mod merge;
mod model;
mod resolve;
#[cfg(test)]
mod tests;
mod version;

pub(crate) use from_instance::data;
pub(crate) use merge::{Origin, content, merged, tags_over};
pub(crate) use model::{LaunchTemplate, Version};
pub(crate) use resolve::id;
pub(crate) use version::{
    create as create_version, delete as delete_versions, describe as describe_versions,
};

use crate::Compute;
use ec2_resource::error::{Error, Template};
use ec2_resource::event::Changed;
use ec2_resource::id::LaunchTemplateId;
use ec2_resource::listing::{self, Names, Wish};
use ec2_resource::resource::{self, Resource, required, tag_set};
use ec2_resource::tag;
use ec2_resource::token::{Once, digest, once};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// Characters of a name.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=128;

/// `CreateLaunchTemplate`: the template and its first version. The same client token gives the same template.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CreateLaunchTemplateRequest,
) -> Result<ec2::CreateLaunchTemplateResult, Error> {
    let digest = digest(&input);
    if input.operator.is_some() {
        let sentence = "Launch templates that belong to an operator are not built yet";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    let name = required(input.launch_template_name, "launchTemplateName")?;
    let may = |c: u8| c.is_ascii_alphanumeric() || b"().-/_".contains(&c);
    if !NAME_LENGTH.contains(&name.len()) || !name.bytes().all(may) {
        return Err(Template::NameMalformed.into());
    }
    let content = content::parse(input.launch_template_data.as_ref())?;
    let tags = tag::of_specifications(input.tag_specifications, LaunchTemplate::TYPE)?;
    let call =
        Once { operation: "CreateLaunchTemplate", token: input.client_token.as_deref(), digest: &digest };
    let template = cx.write(|tx| {
        once(tx, cx.scope(), &call, |tx| {
            if LaunchTemplate::of_name(tx, cx.scope(), &name).is_some() {
                return Err(Template::NameTaken.into());
            }
            let template = LaunchTemplate {
                scope: cx.scope().clone(),
                id: LaunchTemplateId::new(cx.ids()),
                name: name.clone(),
                created_at: cx.now().whole_seconds(),
                created_by: caller(cx),
                default_version: 1,
                latest_version: 1,
                last_number: 1,
                tags: tags.clone(),
            };
            tx.put(Version {
                scope: cx.scope().clone(),
                template: template.id.clone(),
                number: 1,
                description: input.version_description.clone(),
                created_at: template.created_at,
                created_by: template.created_by.clone(),
                content: content.clone(),
            });
            tx.emit(&Changed { kind: "LaunchTemplateCreated", resource: template.arn() });
            tx.put(template.clone());
            Ok(template)
        })
    })?;
    Ok(ec2::CreateLaunchTemplateResult { launch_template: Some(shape(&template)), warning: None })
}

/// Who calls, as an ARN.
fn caller(cx: &Cx) -> String {
    cx.caller().arn(cx.partition()).unwrap_or_default()
}

/// `DescribeLaunchTemplates`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeLaunchTemplatesRequest,
) -> Result<ec2::DescribeLaunchTemplatesResult, Error> {
    let wish = Wish {
        ids: input.launch_template_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let names = Names {
        names: input.launch_template_names.unwrap_or_default(),
        find: LaunchTemplate::of_name,
        missing: |_| Template::NoneOfNames.into(),
    };
    let page =
        listing::list_named(cx, "DescribeLaunchTemplates", wish, Some(names), |_, row: &LaunchTemplate| {
            shape(row)
        })?;
    Ok(ec2::DescribeLaunchTemplatesResult { launch_templates: Some(page.items), next_token: page.next_token })
}

/// `ModifyLaunchTemplate`: another default version.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyLaunchTemplateRequest,
) -> Result<ec2::ModifyLaunchTemplateResult, Error> {
    let digest = digest(&input);
    let named = resolve::named(input.launch_template_id, input.launch_template_name)?;
    let wanted = required(input.default_version, "SetDefaultVersion")?;
    let call =
        Once { operation: "ModifyLaunchTemplate", token: input.client_token.as_deref(), digest: &digest };
    let template = cx.write(|tx| {
        once(tx, cx.scope(), &call, |tx| {
            let mut template = (*resolve::template(tx, cx.scope(), &named)?).clone();
            let number = wanted.parse().ok().filter(|number| {
                tx.get::<Version>(&Version::key_of(cx.scope(), template.id.as_str(), *number)).is_some()
            });
            template.default_version = number.ok_or_else(|| Template::NoDefault(wanted.clone()))?;
            changed(tx, &template);
            Ok(template)
        })
    })?;
    Ok(ec2::ModifyLaunchTemplateResult { launch_template: Some(shape(&template)) })
}

/// Keeps a template that has changed.
fn changed(tx: &mut Tx, template: &LaunchTemplate) {
    tx.emit(&Changed { kind: "LaunchTemplateChanged", resource: template.arn() });
    tx.put(template.clone());
}

/// `DeleteLaunchTemplate`: with all its versions.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DeleteLaunchTemplateRequest,
) -> Result<ec2::DeleteLaunchTemplateResult, Error> {
    let named = resolve::named(input.launch_template_id, input.launch_template_name)?;
    cx.write(|tx| {
        let template = resolve::template(tx, cx.scope(), &named)?;
        let prefix = Version::prefix(cx.scope(), template.id.as_str());
        let numbers: Vec<i64> = tx.range::<Version>(&prefix).map(|version| version.number).collect();
        for number in numbers {
            tx.delete::<Version>(&Version::key_of(cx.scope(), template.id.as_str(), number));
        }
        tx.delete::<LaunchTemplate>(&resource::key(cx.scope(), template.id.as_str()));
        tx.emit(&Changed { kind: "LaunchTemplateDeleted", resource: template.arn() });
        Ok(ec2::DeleteLaunchTemplateResult { launch_template: Some(shape(&template)) })
    })
}

fn shape(template: &LaunchTemplate) -> ec2::LaunchTemplate {
    ec2::LaunchTemplate {
        launch_template_id: Some(template.id.to_string()),
        launch_template_name: Some(template.name.clone()),
        create_time: Some(template.created_at.into()),
        created_by: Some(template.created_by.clone()),
        default_version_number: Some(template.default_version),
        latest_version_number: Some(template.latest_version),
        tags: tag_set(&template.tags),
        operator: None,
    }
}
