//! Versions of launch templates.

use super::model::{LaunchTemplate, VERSION_FILTERS, Version};
use super::{caller, changed, content, document, resolve};
use crate::Compute;
use base::Tags;
use ec2_resource::error::{Error, Template, VersionKept};
use ec2_resource::filter::Filters;
use ec2_resource::listing::page_size;
use ec2_resource::resource::{self, truth};
use ec2_resource::token::digest;
use ports::Cx;
use resolve::Named;
use shapes_ec2 as ec2;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use store::{Claim, Repeatable, View};

/// What a token of CreateLaunchTemplateVersion is remembered under: the crate's tables begin so.
const SERVICE: &str = "compute";
/// How few and how many versions of a page may be asked for.
const PAGE: (i32, i32) = (1, 200);
/// Versions of one deletion at the most.
const MOST_DELETED: usize = 200;
/// More than any version's number: what versions are counted down from, newest first.
const BEYOND: i64 = 9_999_999_999;

/// A version with the template it is one of.
type Found = (Arc<LaunchTemplate>, Arc<Version>);

/// `CreateLaunchTemplateVersion`, from nothing or from another version.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CreateLaunchTemplateVersionRequest,
) -> Result<ec2::CreateLaunchTemplateVersionResult, Error> {
    let digest = digest(&input);
    let named = resolve::named(input.launch_template_id, input.launch_template_name)?;
    let given = content::parse(input.launch_template_data.as_ref())?;
    let resolves = input.resolve_alias.unwrap_or_default();
    let scope = cx.scope().to_string();
    let call = input.client_token.as_deref().map(|token| Repeatable {
        service: SERVICE,
        operation: "CreateLaunchTemplateVersion",
        scope: &scope,
        token,
        digest: &digest,
    });
    let (template, version) = cx.write(|tx| {
        let template = resolve::template(tx, cx.scope(), &named)?;
        let claim = call.as_ref().map_or(Ok(Claim::New), |call| tx.claim(call))?;
        if let Claim::Replay(number) = claim {
            let version = resolve::version(tx, &template, &number)?;
            return Ok((template, version));
        }
        let content = match input.source_version.as_deref().filter(|text| !text.is_empty()) {
            None => given.clone(),
            Some(source) => content::over(&resolve::version(tx, &template, source)?.content, given.clone()),
        };
        let number = template.last_number + 1;
        let version = Version {
            scope: cx.scope().clone(),
            template: template.id.clone(),
            number,
            description: input.version_description.clone(),
            created_at: cx.now().whole_seconds(),
            created_by: caller(cx),
            content,
        };
        require_no_alias(&version, resolves)?;
        let mut template = (*template).clone();
        (template.latest_version, template.last_number) = (number, number);
        changed(tx, &template);
        tx.put(version.clone());
        if let Some(call) = &call {
            tx.remember(call, &number.to_string());
        }
        Ok::<_, Error>((Arc::new(template), Arc::new(version)))
    })?;
    Ok(ec2::CreateLaunchTemplateVersionResult {
        launch_template_version: Some(shape(&template, &version)),
        warning: None,
    })
}

/// Images may be named by parameters of Systems Manager, which nothing here can look up.
fn require_no_alias(version: &Version, resolves: bool) -> Result<(), Error> {
    let image = version.content.get("ImageId").and_then(serde_json::Value::as_str);
    if resolves && image.is_some_and(|image| image.starts_with("resolve:")) {
        let sentence = "Aliases of images are not resolved yet: leave ResolveAlias out";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    Ok(())
}

/// Which versions a call asks for.
struct Asked {
    named: Option<Named>,
    /// `$Latest`, `$Default` and numbers; without any, all in the range.
    versions: Vec<String>,
    range: RangeInclusive<i64>,
}

/// `DescribeLaunchTemplateVersions`: of one template, newest first, or the latest and default ones of all.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeLaunchTemplateVersionsRequest,
) -> Result<ec2::DescribeLaunchTemplateVersionsResult, Error> {
    let mut known: Vec<&str> = VERSION_FILTERS.iter().map(|(name, _)| *name).collect();
    known.extend(["create-time", "is-default-version"]);
    let filters = Filters::tagless(input.filters.clone(), &known)?;
    let limit = page_size(input.max_results, PAGE)?;
    let resolves = input.resolve_alias.unwrap_or_default();
    let token = input.next_token.clone();
    let asked = asked(input)?;
    let digest = format!("{:?}{:?}{:?}{filters:?}", asked.named, asked.versions, asked.range);
    cx.read(|view| {
        let passing = find(view, cx, &asked)?.into_values().filter(|(template, version)| {
            filters.pass(&Tags::default(), |name| match name {
                "is-default-version" => truth(version.number == template.default_version),
                name => version.filter(name),
            })
        });
        let scope = cx.scope().to_string();
        let pages = cx.world().store.pages(&["DescribeLaunchTemplateVersions", &scope, &digest]);
        let place = |(template, version): &Found| place(template, version.number);
        let (found, next_token) = pages.cut(passing, place, token.as_deref(), limit)?;
        let shown = |(template, version): &Found| {
            require_no_alias(version, resolves)?;
            Ok(shape(template, version))
        };
        let versions: Result<Vec<_>, Error> = found.iter().map(shown).collect();
        Ok(ec2::DescribeLaunchTemplateVersionsResult {
            launch_template_versions: Some(versions?),
            next_token,
        })
    })
}

fn asked(input: ec2::DescribeLaunchTemplateVersionsRequest) -> Result<Asked, Error> {
    let named = resolve::asked(input.launch_template_id, input.launch_template_name)?;
    let versions = input.versions.unwrap_or_default();
    if named.is_none() {
        if versions.is_empty() {
            return Err(Template::NothingAsked.into());
        }
        if versions.iter().any(|text| !text.starts_with('$')) {
            return Err(Template::NumbersOfAll.into());
        }
    }
    let bounds = [("minVersion", input.min_version), ("maxVersion", input.max_version)];
    if !versions.is_empty() && bounds.iter().any(|(_, bound)| bound.is_some()) {
        let sentence =
            "The parameter launchTemplateVersion cannot be used with the parameter minVersion or maxVersion";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let [least, most] = bounds.map(|(name, bound)| {
        let number = |text: String| {
            let bad = |_| Error::Value(name, text.clone(), "It must be a version number.".to_owned());
            text.parse::<i64>().map_err(bad)
        };
        bound.map(number).transpose()
    });
    Ok(Asked { named, versions, range: least?.unwrap_or(1)..=most?.unwrap_or(BEYOND) })
}

/// Where a version stands in a list: by template, newest first.
fn place(template: &LaunchTemplate, number: i64) -> String {
    format!("{}/{:010}", template.id, BEYOND - number)
}

/// What is asked for, in the order of a list.
fn find(view: &View, cx: &Cx, asked: &Asked) -> Result<BTreeMap<String, Found>, Error> {
    let mut found = BTreeMap::new();
    let mut add = |template: &Arc<LaunchTemplate>, version: Arc<Version>| {
        found.insert(place(template, version.number), (template.clone(), version));
    };
    let Some(named) = &asked.named else {
        for template in view.range::<LaunchTemplate>(&resource::prefix(cx.scope())) {
            for text in &asked.versions {
                add(template, resolve::version(view, template, text)?);
            }
        }
        return Ok(found);
    };
    let template = resolve::template(view, cx.scope(), named)?;
    for text in &asked.versions {
        add(&template, resolve::version(view, &template, text)?);
    }
    if asked.versions.is_empty() {
        let prefix = Version::prefix(cx.scope(), template.id.as_str());
        let all = view.range::<Version>(&prefix);
        all.filter(|version| asked.range.contains(&version.number))
            .for_each(|version| add(&template, version.clone()));
    }
    Ok(found)
}

/// `DeleteLaunchTemplateVersions`: what cannot be deleted is told beside what was.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DeleteLaunchTemplateVersionsRequest,
) -> Result<ec2::DeleteLaunchTemplateVersionsResult, Error> {
    let named = resolve::named(input.launch_template_id, input.launch_template_name)?;
    let texts = input.versions.unwrap_or_default();
    if texts.len() > MOST_DELETED {
        let sentence = format!("The maximum number of versions of one call is {MOST_DELETED}");
        return Err(Error::Parameter(sentence));
    }
    cx.write(|tx| {
        let mut template = (*resolve::template(tx, cx.scope(), &named)?).clone();
        let id = template.id.to_string();
        let (mut deleted, mut kept) = (Vec::new(), Vec::new());
        for text in &texts {
            let number = text.parse::<i64>().map_err(|_| Template::NoVersion(text.clone(), id.clone()))?;
            let refusal = if number == template.default_version {
                Some(VersionKept::IsDefault)
            } else if tx.delete::<Version>(&Version::key_of(cx.scope(), &id, number)).is_none() {
                Some(VersionKept::Missing)
            } else {
                None
            };
            match refusal {
                None => deleted.push(ec2::DeleteLaunchTemplateVersionsResponseSuccessItem {
                    launch_template_id: Some(id.clone()),
                    launch_template_name: Some(template.name.clone()),
                    version_number: Some(number),
                }),
                Some(refusal) => kept.push(ec2::DeleteLaunchTemplateVersionsResponseErrorItem {
                    launch_template_id: Some(id.clone()),
                    launch_template_name: Some(template.name.clone()),
                    version_number: Some(number),
                    response_error: Some(response_error(refusal)),
                }),
            }
        }
        if !deleted.is_empty() {
            let prefix = Version::prefix(cx.scope(), &id);
            let latest = tx.range::<Version>(&prefix).map(|version| version.number).max();
            template.latest_version = latest.unwrap_or(template.default_version);
            changed(tx, &template);
        }
        Ok(ec2::DeleteLaunchTemplateVersionsResult {
            successfully_deleted_launch_template_versions: Some(deleted),
            unsuccessfully_deleted_launch_template_versions: Some(kept),
        })
    })
}

fn response_error(refusal: VersionKept) -> ec2::ResponseError {
    let (code, sentence) = refusal.said();
    ec2::ResponseError { code: Some(code.to_owned()), message: Some(sentence.to_owned()) }
}

fn shape(template: &LaunchTemplate, version: &Version) -> ec2::LaunchTemplateVersion {
    ec2::LaunchTemplateVersion {
        launch_template_id: Some(template.id.to_string()),
        launch_template_name: Some(template.name.clone()),
        version_number: Some(version.number),
        version_description: version.description.clone(),
        create_time: Some(version.created_at.into()),
        created_by: Some(version.created_by.clone()),
        default_version: Some(version.number == template.default_version),
        launch_template_data: Some(document::read(&version.content)),
        operator: None,
    }
}
