//! `DescribeInstanceImageMetadata`: what instances were made of, also when that has gone.

use super::describe::{is_gone, of_instance};
use super::model::Viewer;
use crate::Compute;
use crate::instance::{self, Instance};
use crate::resource::{Resource, prefix, tag_set};
use ec2_resource::error::Error;
use ec2_resource::filter::Filters;
use ec2_resource::listing::{cut, of_ids, page_size};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::View;

/// The filters of the call, tags aside. Source: EC2 API reference, DescribeInstanceImageMetadata.
const FILTERS: &[&str] = &[
    "availability-zone",
    "availability-zone-id",
    "image-allowed",
    "instance-id",
    "instance-state-name",
    "instance-type",
    "launch-time",
    "owner-alias",
    "owner-id",
    "tag-key",
    "zone-id",
];

/// `DescribeInstanceImageMetadata`.
pub(crate) fn describe(
    cx: &Cx,
    svc: &Compute,
    input: ec2::DescribeInstanceImageMetadataRequest,
) -> Result<ec2::DescribeInstanceImageMetadataResult, Error> {
    let filters = Filters::parse(input.filters, FILTERS)?;
    let ids = instance::ids(input.instance_ids)?;
    if ids.is_some() && input.max_results.is_some() {
        let sentence = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let limit = page_size(input.max_results, (1, 1_000))?;
    let viewer = super::viewer(cx, svc);
    cx.read(|view| {
        let scope = cx.scope();
        let allowed = crate::account::Account::of(view, scope).allowed;
        let rows: Vec<Arc<Instance>> = match &ids {
            None => view.range::<Instance>(&prefix(scope)).cloned().collect(),
            Some(ids) => of_ids(view, scope, ids)?,
        };
        let shapes = rows.into_iter().map(|own| {
            let mut image = image(view, &viewer, &own);
            if allowed.is_told() {
                let may = image.owner_id == Some(scope.account.to_string())
                    || of_instance(view, &viewer, &own.image.id)
                        .is_some_and(|image| allowed.allows(&image, cx.now()));
                image.image_allowed = Some(may);
            }
            (own, image)
        });
        let passing = shapes.filter(|(own, image)| filters.pass(&own.tags, |name| value(own, image, name)));
        let call = ["DescribeInstanceImageMetadata", &scope.to_string(), &format!("{ids:?}{filters:?}")];
        let place = |(own, _): &(Arc<Instance>, ec2::ImageMetadata)| own.id().to_owned();
        let (rows, next_token) = cut(cx, &call, passing, place, (input.next_token, limit))?;
        let shapes = rows.into_iter().map(|(own, image)| shape(&own, image)).collect();
        Ok(ec2::DescribeInstanceImageMetadataResult { instance_image_metadata: Some(shapes), next_token })
    })
}

/// What is known of the image of an instance: of one that has gone no more than its id and that it has.
fn image(view: &View, viewer: &Viewer, own: &Instance) -> ec2::ImageMetadata {
    let image_id = Some(own.image.id.to_string());
    match of_instance(view, viewer, &own.image.id) {
        Some(image) => ec2::ImageMetadata {
            image_id,
            name: image.name,
            owner_id: image.owner_id,
            state: image.state,
            image_owner_alias: image.image_owner_alias,
            creation_date: image.creation_date,
            deprecation_time: image.deprecation_time,
            is_public: image.public,
            ..ec2::ImageMetadata::default()
        },
        None => {
            let is_own = is_gone(view, viewer, &own.image.id);
            ec2::ImageMetadata {
                image_id,
                owner_id: is_own.then(|| viewer.scope.account.to_string()),
                state: Some("deregistered".to_owned()),
                is_public: Some(false),
                ..ec2::ImageMetadata::default()
            }
        }
    }
}

fn value(own: &Instance, image: &ec2::ImageMetadata, name: &str) -> Vec<String> {
    match name {
        "zone-id" => own.filter("availability-zone-id"),
        "owner-alias" => image.image_owner_alias.iter().cloned().collect(),
        "owner-id" => vec![own.scope.account.to_string()],
        "image-allowed" => image.image_allowed.iter().map(bool::to_string).collect(),
        name => own.filter(name),
    }
}

fn shape(own: &Instance, image: ec2::ImageMetadata) -> ec2::InstanceImageMetadata {
    ec2::InstanceImageMetadata {
        instance_id: Some(own.id.to_string()),
        instance_type: Some(own.instance_type.to_string()),
        launch_time: Some(own.launched_at.into()),
        availability_zone: Some(own.zone.name.to_string()),
        zone_id: Some(own.zone.id.to_string()),
        state: Some(instance::state(own.state)),
        owner_id: Some(own.scope.account.to_string()),
        tags: tag_set(&own.tags),
        image_metadata: Some(image),
        ..ec2::InstanceImageMetadata::default()
    }
}
