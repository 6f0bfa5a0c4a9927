//! Instance profiles of instances.

use super::attribute::{id, put, take};
use super::launch::find_profile;
use super::model::{Instance, Profile};
use super::wish::ProfileWish;
use crate::Compute;
use crate::error::{Error, Launch};
use crate::filter::Filters;
use crate::id::{InstanceId, ProfileAssociationId};
use crate::resource::{self, required};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

fn wish(input: Option<ec2::IamInstanceProfileSpecification>) -> Result<ProfileWish, Error> {
    super::wish::profile(input)?.ok_or(Error::Missing("IamInstanceProfile"))
}

/// An association in one of its states.
fn shape(instance: &InstanceId, own: &Profile, state: &str) -> ec2::IamInstanceProfileAssociation {
    ec2::IamInstanceProfileAssociation {
        association_id: Some(own.association.clone()),
        instance_id: Some(instance.to_string()),
        iam_instance_profile: Some(ec2::IamInstanceProfile {
            arn: Some(own.arn.clone()),
            id: Some(own.id.clone()),
        }),
        state: Some(state.to_owned()),
        timestamp: None,
    }
}

fn made(cx: &Cx, found: &ports::InstanceProfile) -> Profile {
    Profile {
        association: ProfileAssociationId::new(cx.ids()).to_string(),
        arn: found.arn.clone(),
        id: found.id.clone(),
        since: cx.now(),
    }
}

/// `AssociateIamInstanceProfile`: with an instance that has none.
pub(crate) fn associate(
    cx: &Cx,
    svc: &Compute,
    input: ec2::AssociateIamInstanceProfileRequest,
) -> Result<ec2::AssociateIamInstanceProfileResult, Error> {
    let id = id(input.instance_id)?;
    let found = find_profile(cx, svc, &wish(input.iam_instance_profile)?)?;
    let association = cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        if own.profile.is_some() {
            return Err(Launch::HasProfile(id.to_string()).into());
        }
        let profile = made(cx, &found);
        let association = shape(&id, &profile, "associating");
        own.profile = Some(profile);
        put(tx, own);
        Ok::<_, Error>(association)
    })?;
    Ok(ec2::AssociateIamInstanceProfileResult { iam_instance_profile_association: Some(association) })
}

/// The instance of an association, to change.
fn of_association(cx: &Cx, tx: &Tx, association: &str) -> Result<(Instance, Profile), Error> {
    let key = resource::key(cx.scope(), association);
    let found = tx.by(&Instance::PROFILE, &key).next().map(|own| (**own).clone());
    let found = found.and_then(|own| own.profile.clone().map(|profile| (own, profile)));
    found.ok_or_else(|| Launch::NoProfileAssociation(association.to_owned()).into())
}

/// `DisassociateIamInstanceProfile`.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DisassociateIamInstanceProfileRequest,
) -> Result<ec2::DisassociateIamInstanceProfileResult, Error> {
    let association = required(input.association_id, "AssociationId")?;
    let gone = cx.write(|tx| {
        let (mut own, profile) = of_association(cx, tx, &association)?;
        own.profile = None;
        let gone = shape(&own.id, &profile, "disassociating");
        put(tx, own);
        Ok::<_, Error>(gone)
    })?;
    Ok(ec2::DisassociateIamInstanceProfileResult { iam_instance_profile_association: Some(gone) })
}

/// `ReplaceIamInstanceProfileAssociation`: another association takes the place.
pub(crate) fn replace(
    cx: &Cx,
    svc: &Compute,
    input: ec2::ReplaceIamInstanceProfileAssociationRequest,
) -> Result<ec2::ReplaceIamInstanceProfileAssociationResult, Error> {
    let association = required(input.association_id, "AssociationId")?;
    let found = find_profile(cx, svc, &wish(input.iam_instance_profile)?)?;
    let replaced = cx.write(|tx| {
        let (mut own, _) = of_association(cx, tx, &association)?;
        let profile = made(cx, &found);
        let replaced = shape(&own.id, &profile, "associating");
        own.profile = Some(profile);
        put(tx, own);
        Ok::<_, Error>(replaced)
    })?;
    Ok(ec2::ReplaceIamInstanceProfileAssociationResult { iam_instance_profile_association: Some(replaced) })
}

/// `DescribeIamInstanceProfileAssociations`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeIamInstanceProfileAssociationsRequest,
) -> Result<ec2::DescribeIamInstanceProfileAssociationsResult, Error> {
    let filters = Filters::tagless(input.filters, &["instance-id", "state"])?;
    let ids = input.association_ids.filter(|ids| !ids.is_empty());
    let limit = page_size(input.max_results, (5, 1000))?;
    cx.read(|view| {
        let prefix = resource::prefix(cx.scope());
        let associated = view.range::<Instance>(&prefix).filter_map(|own| Some((own, own.profile.as_ref()?)));
        let mut rows: Vec<_> = associated
            .filter(|(_, profile)| ids.as_ref().is_none_or(|ids| ids.contains(&profile.association)))
            .filter(|(own, _)| {
                filters.pass(&own.tags, |name| match name {
                    "instance-id" => vec![own.id.to_string()],
                    _ => vec!["associated".to_owned()],
                })
            })
            .collect();
        rows.sort_by(|(_, one), (_, other)| one.association.cmp(&other.association));
        let found = |id: &&String| !view.by(&Instance::PROFILE, &resource::key(cx.scope(), id)).any(|_| true);
        if let Some(missing) = ids.iter().flatten().find(found) {
            return Err(Launch::NoProfileAssociation(missing.clone()).into());
        }
        let call = [
            "DescribeIamInstanceProfileAssociations",
            &cx.scope().to_string(),
            &format!("{ids:?}{filters:?}"),
        ];
        let place = |(_, profile): &(_, &Profile)| profile.association.clone();
        let (rows, next_token) = cut(cx, &call, rows, place, (input.next_token, limit))?;
        let associations = rows.iter().map(|(own, profile)| shape(&own.id, profile, "associated")).collect();
        Ok(ec2::DescribeIamInstanceProfileAssociationsResult {
            iam_instance_profile_associations: Some(associations),
            next_token,
        })
    })
}
