//! `DescribeImages`.

use super::{filter, public};
use crate::Compute;
use base::{Region, Tags};
use ec2_resource::error::{Error, Kind};
use ec2_resource::filter::Filters;
use ec2_resource::id::ImageId;
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;

/// `DescribeImages`: those the caller may run, by id; those of the given owners where there are any.
///
/// Refuses ids that name nothing (`InvalidAMIID.NotFound`) and ids beside a page size.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeImagesRequest,
) -> Result<ec2::DescribeImagesResult, Error> {
    let ids = input.image_ids.unwrap_or_default();
    if input.max_results.is_some() && !ids.is_empty() {
        let sentence = "The parameter imageIdsSet cannot be used with the parameter maxResults";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let filters = Filters::parse(input.filters, &filter::NAMES)?;
    let limit = page_size(input.max_results, (5, 1_000))?;
    let mut images =
        if ids.is_empty() { public::all(cx.region()).collect() } else { named(cx.region(), &ids)? };
    images.sort_by(|a, b| a.image_id.cmp(&b.image_id));
    images.dedup_by(|a, b| a.image_id == b.image_id);

    let owners = input.owners.unwrap_or_default();
    let own = cx.account().to_string();
    let runs = input.executable_users.unwrap_or_default();
    let passing = images.into_iter().filter(|image| {
        is_of(image, &owners, &own)
            && may_be_run_by(image, &runs)
            && filters.pass(&Tags::default(), |name| filter::values(image, name))
    });
    let wish = format!("{ids:?}{owners:?}{runs:?}{filters:?}");
    let call = ["DescribeImages", &cx.scope().to_string(), &wish];
    let place = |image: &ec2::Image| image.image_id.clone().unwrap_or_default();
    let (images, next_token) = cut(cx, &call, passing, place, (input.next_token, limit))?;
    Ok(ec2::DescribeImagesResult { images: Some(images), next_token })
}

/// The images of these ids; the missing ones are all named.
fn named(region: &Region, ids: &[String]) -> Result<Vec<ec2::Image>, Error> {
    let mut images = Vec::new();
    let mut missing = Vec::new();
    for text in ids {
        let id = ImageId::parse(text).map_err(|_| Error::Malformed(Kind::Image, text.clone(), "ami-"))?;
        match public::by_id(region, &id) {
            Some(image) => images.push(image),
            None => missing.push(text.clone()),
        }
    }
    if missing.is_empty() { Ok(images) } else { Err(Error::NotFound(Kind::Image, missing)) }
}

/// Whether an image belongs to one of the owners: accounts, aliases, or `self`.
fn is_of(image: &ec2::Image, owners: &[String], own: &str) -> bool {
    let is = |owner: &String| {
        let account = if owner == "self" { own } else { owner };
        image.owner_id.as_deref() == Some(account) || image.image_owner_alias.as_ref() == Some(owner)
    };
    owners.is_empty() || owners.iter().any(is)
}

/// Whether an image is given to one of these: `all` are the public ones. To an account of its own no public image is
/// given.
fn may_be_run_by(image: &ec2::Image, users: &[String]) -> bool {
    users.is_empty() || (image.public == Some(true) && users.iter().any(|user| user == "all"))
}
