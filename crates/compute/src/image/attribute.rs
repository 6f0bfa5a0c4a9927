//! The attributes of images: what is read and changed one by one, and who may make instances of one.

use super::model::{GoneImage, OwnImage, Permissions, Viewer};
use super::own::second;
use super::protection::require_settled;
use crate::Compute;
use crate::account::Account;
use base::AccountId;
use ec2_resource::error::{Ebs, Error, Image, Kind};
use ec2_resource::event::Changed;
use ec2_resource::id::ImageId;
use ec2_resource::resource::{self, Resource, required};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Rows, Tx};

/// Permissions of one call at the most.
const MOST_ITEMS: usize = 500;

/// The image of an id, for its owner: that of another account is not his to change, and one that has gone stays so.
pub(super) fn mine(cx: &Cx, rows: &impl Rows, id: &ImageId) -> Result<Arc<OwnImage>, Error> {
    if let Some(own) = rows.row::<OwnImage>(&resource::key(cx.scope(), id.as_str())) {
        return Ok(own);
    }
    if rows.row::<GoneImage>(&GoneImage::key_of(cx.scope(), id.as_str())).is_some() {
        return Err(Image::Gone(id.to_string()).into());
    }
    let of_others = OwnImage::of_id(rows, cx.region(), id.as_str()).is_some()
        || machine_images::by_id(cx.region(), id.as_str()).is_some();
    match of_others {
        true => Err(Image::NotYours(id.to_string()).into()),
        false => Err(Error::NotFound(Kind::Image, vec![id.to_string()])),
    }
}

/// The same, to change.
pub(super) fn take(cx: &Cx, tx: &Tx, id: &ImageId) -> Result<OwnImage, Error> {
    Ok((*mine(cx, tx, id)?).clone())
}

/// Puts a changed image.
pub(super) fn put(tx: &mut Tx, own: OwnImage) {
    tx.emit(&Changed { kind: "ImageChanged", resource: own.arn() });
    tx.put(own);
}

/// `DescribeImageAttribute`: one of the caller's own images.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeImageAttributeRequest,
) -> Result<ec2::ImageAttribute, Error> {
    let id = super::id(input.image_id)?;
    let attribute = required(input.attribute, "attribute")?;
    let own = cx.read(|view| mine(cx, view, &id))?;
    let text = |value: Option<String>| Some(ec2::AttributeValue { value });
    let machine = &own.machine;
    let version = |has: bool| text(has.then(|| "v2.0".to_owned()));
    let mut answer = ec2::ImageAttribute { image_id: Some(id.to_string()), ..ec2::ImageAttribute::default() };
    match attribute.as_str() {
        "description" => answer.description = text(own.description.clone()),
        "kernel" => answer.kernel_id = text(machine.kernel.clone()),
        "ramdisk" => answer.ramdisk_id = text(machine.ramdisk.clone()),
        "launchPermission" => answer.launch_permissions = Some(items(&own.permissions)),
        "productCodes" => answer.product_codes = Some(Vec::new()),
        // AWS answers it to nobody any more. Source: EC2 API reference, DescribeImageAttribute.
        "blockDeviceMapping" => return Err(Image::Restricted.into()),
        "sriovNetSupport" => answer.sriov_net_support = text(machine.sriov.then(|| "simple".to_owned())),
        "bootMode" => answer.boot_mode = text(machine.boot_mode.clone()),
        "tpmSupport" => answer.tpm_support = version(machine.has_tpm),
        "uefiData" => answer.uefi_data = text(machine.uefi_data.clone()),
        "lastLaunchedTime" => answer.last_launched_time = text(own.launched_at.map(second)),
        "imdsSupport" => answer.imds_support = version(machine.wants_tokens),
        "deregistrationProtection" => answer.deregistration_protection = text(Some(own.protection.word())),
        _ => return Err(Ebs::Request.into()),
    }
    Ok(answer)
}

fn items(own: &Permissions) -> Vec<ec2::LaunchPermission> {
    let item = ec2::LaunchPermission::default;
    let all = own.all.then(|| ec2::LaunchPermission { group: Some("all".to_owned()), ..item() });
    let users = own.users.iter().map(|id| ec2::LaunchPermission { user_id: Some(id.to_string()), ..item() });
    let organizations = own
        .organizations
        .iter()
        .map(|arn| ec2::LaunchPermission { organization_arn: Some(arn.clone()), ..item() });
    let units = own
        .units
        .iter()
        .map(|arn| ec2::LaunchPermission { organizational_unit_arn: Some(arn.clone()), ..item() });
    all.into_iter().chain(users).chain(organizations).chain(units).collect()
}

/// What a call changes.
enum Change {
    Description(String),
    WantsTokens,
    Permissions { adds: bool, items: Permissions },
}

/// `ModifyImageAttribute`: one of them.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyImageAttributeRequest,
) -> Result<Empty, Error> {
    let id = super::id(input.image_id.clone())?;
    let change = read(input)?;
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        match &change {
            Change::Description(text) => own.description = Some(text.clone()),
            Change::WantsTokens => own.machine.wants_tokens = true,
            Change::Permissions { adds, items } => {
                require_settled(&own)?;
                if own.state != super::State::Available && *adds {
                    return Err(Image::NotUsable(id.to_string(), own.state.word()).into());
                }
                if *adds && items.all && Account::of(tx, cx.scope()).blocks_public_images {
                    return Err(Image::PublicBlocked.into());
                }
                apply(&mut own.permissions, *adds, items);
            }
        }
        put(tx, own);
        Ok(Empty {})
    })
}

fn apply(own: &mut Permissions, adds: bool, items: &Permissions) {
    match adds {
        true => {
            own.all |= items.all;
            own.users.extend(&items.users);
            own.organizations.extend(items.organizations.iter().cloned());
            own.units.extend(items.units.iter().cloned());
        }
        false => {
            own.all &= !items.all;
            own.users.retain(|user| !items.users.contains(user));
            own.organizations.retain(|arn| !items.organizations.contains(arn));
            own.units.retain(|arn| !items.units.contains(arn));
        }
    }
}

/// Reads both forms: a member of its own, and an attribute with a value.
fn read(input: ec2::ModifyImageAttributeRequest) -> Result<Change, Error> {
    let refused = |sentence: &str| Err(Error::Combination(sentence.to_owned()));
    if let Some(text) = input.description.and_then(|own| own.value) {
        return Ok(Change::Description(text));
    }
    if let Some(word) = input.imds_support.and_then(|own| own.value) {
        return imds(&word);
    }
    let lists = input.launch_permission.unwrap_or_default();
    let (add, remove) = (lists.add.unwrap_or_default(), lists.remove.unwrap_or_default());
    let (adds, given) = match (add.is_empty(), remove.is_empty()) {
        (false, false) => {
            return refused("One and only one operation type may be specified for launchPermissions");
        }
        (false, true) => (true, add),
        (true, false) => (false, remove),
        (true, true) => match input.attribute.as_deref() {
            Some("description") => {
                return Ok(Change::Description(input.value.ok_or(Error::Missing("value"))?));
            }
            Some("imdsSupport") => return imds(&required(input.value, "value")?),
            Some("launchPermission") => {
                let adds = match input.operation_type.as_deref() {
                    Some("add") => true,
                    Some("remove") => false,
                    _ => return refused("No operation specified for launchPermission attribute."),
                };
                (
                    adds,
                    named(
                        input.user_ids,
                        input.user_groups,
                        input.organization_arns,
                        input.organizational_unit_arns,
                    ),
                )
            }
            Some(_) => return Err(Error::Parameter("Unrecognized attribute.".to_owned())),
            None => return refused("No attributes specified."),
        },
    };
    if given.len() > MOST_ITEMS {
        return Err(Error::Parameter("Modification size must not be greater than 500.".to_owned()));
    }
    Ok(Change::Permissions { adds, items: permissions(given)? })
}

fn imds(word: &str) -> Result<Change, Error> {
    match word {
        "v2.0" => Ok(Change::WantsTokens),
        _ => Err(Error::Value("imdsSupport", word.to_owned(), "Valid values are v2.0.".to_owned())),
    }
}

/// The items that four lists of names stand for.
fn named(
    users: Option<Vec<String>>,
    groups: Option<Vec<String>>,
    organizations: Option<Vec<String>>,
    units: Option<Vec<String>>,
) -> Vec<ec2::LaunchPermission> {
    let item = ec2::LaunchPermission::default;
    let users = users.into_iter().flatten().map(|id| ec2::LaunchPermission { user_id: Some(id), ..item() });
    let groups =
        groups.into_iter().flatten().map(|word| ec2::LaunchPermission { group: Some(word), ..item() });
    let organizations = organizations
        .into_iter()
        .flatten()
        .map(|arn| ec2::LaunchPermission { organization_arn: Some(arn), ..item() });
    let units = units
        .into_iter()
        .flatten()
        .map(|arn| ec2::LaunchPermission { organizational_unit_arn: Some(arn), ..item() });
    users.chain(groups).chain(organizations).chain(units).collect()
}

fn permissions(given: Vec<ec2::LaunchPermission>) -> Result<Permissions, Error> {
    let mut own = Permissions::default();
    let bad = |item: String, kind: &'static str| Error::from(Image::Item(item, kind));
    for item in given {
        match item.group {
            Some(word) if word != "all" => return Err(bad(word, "userGroup")),
            Some(_) => own.all = true,
            None => {}
        }
        if let Some(user) = item.user_id {
            own.users.insert(user.parse::<AccountId>().map_err(|_| bad(user, "userId"))?);
        }
        for (arn, word, kind, list) in [
            (item.organization_arn, "organization/", "organizationArn", &mut own.organizations),
            (item.organizational_unit_arn, "ou/", "organizationalUnitArn", &mut own.units),
        ] {
            if let Some(arn) = arn {
                let parsed = arn.parse::<base::Arn>().ok();
                if !parsed.is_some_and(|own| own.service == "organizations" && own.resource.starts_with(word))
                {
                    return Err(bad(arn, kind));
                }
                list.insert(arn);
            }
        }
    }
    Ok(own)
}

/// `ResetImageAttribute`: nobody else may make instances of it.
pub(crate) fn reset(cx: &Cx, _svc: &Compute, input: ec2::ResetImageAttributeRequest) -> Result<Empty, Error> {
    let id = super::id(input.image_id)?;
    if input.attribute.as_deref() != Some("launchPermission") {
        return Err(Ebs::Request.into());
    }
    cx.write(|tx| {
        let mut own = take(cx, tx, &id)?;
        own.permissions = Permissions::default();
        put(tx, own);
        Ok(Empty {})
    })
}

/// `CancelImageLaunchPermission`: the caller gives back what it was given by name.
pub(crate) fn cancel(
    cx: &Cx,
    svc: &Compute,
    input: ec2::CancelImageLaunchPermissionRequest,
) -> Result<ec2::CancelImageLaunchPermissionResult, Error> {
    let id = super::id(input.image_id)?;
    let viewer: Viewer = super::viewer(cx, svc);
    cx.write(|tx| {
        let found = OwnImage::of_id(tx, cx.region(), id.as_str()).filter(|own| viewer.may_run(own));
        let found = found.ok_or_else(|| Error::NotFound(Kind::Image, vec![id.to_string()]))?;
        let mut own = (*found).clone();
        if !own.permissions.users.remove(&cx.account()) {
            return Err(Image::NotYours(id.to_string()).into());
        }
        put(tx, own);
        Ok(ec2::CancelImageLaunchPermissionResult { return_: Some(true) })
    })
}
