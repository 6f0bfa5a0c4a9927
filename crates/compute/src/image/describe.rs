//! `DescribeImages`: the public ones, the caller's own, and those that others gave.

use super::model::{GoneImage, OwnImage, State, Viewer};
use super::{filter, own, public};
use crate::Compute;
use crate::account::Account;
use base::Tags;
use ec2_resource::error::{Error, Image, Kind};
use ec2_resource::filter::Filters;
use ec2_resource::id::ImageId;
use ec2_resource::listing::{cut, page_size};
use ec2_resource::resource::prefix;
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::View;

/// An image and what of it decides whether it is shown.
struct Seen {
    shape: ec2::Image,
    tags: Tags,
    /// The image of an account, whoever's it is.
    row: Option<Arc<OwnImage>>,
}

/// `DescribeImages`: those the caller may run, by id; those of the given owners where there are any.
///
/// Refuses ids that name nothing (`InvalidAMIID.NotFound`), those of others' images that were not given (`AuthFailure`),
/// and ids beside a page size.
pub(crate) fn describe(
    cx: &Cx,
    svc: &Compute,
    input: ec2::DescribeImagesRequest,
) -> Result<ec2::DescribeImagesResult, Error> {
    let ids = input.image_ids.unwrap_or_default();
    if input.max_results.is_some() && !ids.is_empty() {
        let sentence = "The parameter imageIdsSet cannot be used with the parameter maxResults";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let filters = Filters::parse(input.filters, &filter::NAMES)?;
    let limit = page_size(input.max_results, (5, 1_000))?;
    let viewer = super::viewer(cx, svc);
    let owners = input.owners.unwrap_or_default();
    let own = cx.account().to_string();
    let runs = input.executable_users.unwrap_or_default();
    let (deprecated, disabled) =
        (input.include_deprecated == Some(true) || !ids.is_empty(), input.include_disabled == Some(true));
    let images = cx.read(|view| {
        let mut images = if ids.is_empty() { all(view, &viewer) } else { named(view, &viewer, &ids)? };
        let allowed = Account::of(view, cx.scope()).allowed;
        images.retain_mut(|image| {
            let may = image.row.as_ref().is_some_and(|row| viewer.owns(row))
                || allowed.allows(&image.shape, cx.now());
            image.shape.image_allowed = allowed.is_told().then_some(may);
            may || !allowed.hides()
        });
        Ok::<_, Error>(images)
    })?;
    let mut images = images;
    images.sort_by(|a, b| a.shape.image_id.cmp(&b.shape.image_id));
    images.dedup_by(|a, b| a.shape.image_id == b.shape.image_id);
    let passing = images.into_iter().filter(|image| {
        let row = image.row.as_deref();
        let is_old = row.is_some_and(|row| row.is_deprecated(cx.now()) && !viewer.owns(row));
        let is_away = row.is_some_and(|row| row.state == State::Disabled);
        (deprecated || !is_old)
            && (disabled || !is_away)
            && is_of(&image.shape, &owners, &own)
            && may_be_run_by(image, &viewer, &runs)
            && filters.pass(&image.tags, |name| filter::values(&image.shape, name))
    });
    let wish = format!("{ids:?}{owners:?}{runs:?}{filters:?}{deprecated}{disabled}");
    let call = ["DescribeImages", &cx.scope().to_string(), &wish];
    let place = |image: &Seen| image.shape.image_id.clone().unwrap_or_default();
    let (images, next_token) = cut(cx, &call, passing, place, (input.next_token, limit))?;
    Ok(ec2::DescribeImagesResult {
        images: Some(images.into_iter().map(|image| image.shape).collect()),
        next_token,
    })
}

fn of_row(row: Arc<OwnImage>, viewer: &Viewer) -> Seen {
    let tags = if viewer.owns(&row) { row.tags.clone() } else { Tags::default() };
    Seen { shape: own::seen(&row, viewer), tags, row: Some(row) }
}

fn of_public(shape: ec2::Image) -> Seen {
    Seen { shape, tags: Tags::default(), row: None }
}

/// Every image that a viewer may run.
fn all(view: &View, viewer: &Viewer) -> Vec<Seen> {
    let prefix = prefix(&viewer.scope);
    let own = view.range::<OwnImage>(&prefix).cloned();
    let rows = own.chain(OwnImage::given(view, viewer)).map(|row| of_row(row, viewer));
    public::all(&viewer.scope.region).map(of_public).chain(rows).collect()
}

/// The images of these ids; the missing ones are all named, and so are those of others that were not given.
fn named(view: &View, viewer: &Viewer, ids: &[String]) -> Result<Vec<Seen>, Error> {
    let region = &viewer.scope.region;
    let (mut images, mut missing, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for text in ids {
        let id = ImageId::parse(text).map_err(|_| Error::Malformed(Kind::Image, text.clone(), "ami-"))?;
        if let Some(image) = public::by_id(region, &id) {
            images.push(of_public(image));
            continue;
        }
        match OwnImage::of_id(view, region, id.as_str()) {
            Some(row) if viewer.may_run(&row) => images.push(of_row(row, viewer)),
            Some(_) => kept.push(text.clone()),
            None => missing.push(text.clone()),
        }
    }
    match (missing.is_empty(), kept.is_empty()) {
        (true, true) => Ok(images),
        (true, false) => Err(Image::NotGiven(kept).into()),
        (false, _) => Err(Error::NotFound(Kind::Image, missing)),
    }
}

/// The image of an id that is told of an instance: whoever runs it may know it, also when it has gone.
pub(super) fn of_instance(view: &View, viewer: &Viewer, id: &str) -> Option<ec2::Image> {
    let region = &viewer.scope.region;
    let parsed = ImageId::parse(id).ok()?;
    if let Some(image) = public::by_id(region, &parsed) {
        return Some(image);
    }
    OwnImage::of_id(view, region, id).map(|row| own::seen(&row, viewer))
}

/// Whether an image of that id was the account's, and has gone.
pub(super) fn is_gone(view: &View, viewer: &Viewer, id: &str) -> bool {
    view.get::<GoneImage>(&GoneImage::key_of(&viewer.scope, id)).is_some()
}

/// Whether an image belongs to one of the owners: accounts, aliases, or `self`.
fn is_of(image: &ec2::Image, owners: &[String], own: &str) -> bool {
    let is = |owner: &String| {
        let account = if owner == "self" { own } else { owner };
        image.owner_id.as_deref() == Some(account) || image.image_owner_alias.as_ref() == Some(owner)
    };
    owners.is_empty() || owners.iter().any(is)
}

/// Whether an image is given to one of these: `all` are the public ones, `self` and accounts are those that were given
/// it by name, as far as the caller may know.
fn may_be_run_by(image: &Seen, viewer: &Viewer, users: &[String]) -> bool {
    let is = |user: &String| match (user.as_str(), &image.row) {
        ("all", _) => image.shape.public == Some(true),
        (_, None) => false,
        ("self", Some(row)) => viewer.is_given(row),
        (account, Some(row)) => {
            let is_self = viewer.scope.account.to_string() == account;
            let given = account.parse().is_ok_and(|account| row.permissions.users.contains(&account));
            (is_self && viewer.is_given(row)) || (viewer.owns(row) && given)
        }
    };
    users.is_empty() || users.iter().any(is)
}
