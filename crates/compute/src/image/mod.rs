//! Machine images: the public ones, and those that accounts make, give and copy.

mod allowed;
mod attribute;
mod birth;
mod copy;
mod create;
mod describe;
mod device;
mod filter;
mod launched;
mod machine;
mod model;
mod own;
mod protection;
mod public;
mod recycle_bin;
mod register;
mod sharing;

pub(crate) use allowed::{
    Allowed, disable as disable_allowed, enable as enable_allowed, get as get_allowed,
    replace as replace_allowed,
};
pub(crate) use attribute::{
    cancel as cancel_permission, describe as describe_attribute, modify as modify_attribute,
    reset as reset_attribute,
};
pub(crate) use birth::{Ready, deregister};
pub(crate) use copy::copy;
pub(crate) use create::create;
pub(crate) use describe::describe;
pub(crate) use launched::describe as describe_launched;
pub(crate) use machine::{Machine, Volume, machine, note_launch};
pub(crate) use model::{GoneImage, OwnImage, Permissions, State, Viewer};
pub(crate) use protection::{deprecate, disable, enable, protect, undeprecate, unprotect};
pub(crate) use recycle_bin::{list as list_in_bin, restore as restore_from_bin};
pub(crate) use register::register;
pub(crate) use sharing::{OfSnapshots, block as block_public, get as get_public, unblock as unblock_public};

use crate::Compute;
use ec2_resource::error::{Error, Kind};
use ec2_resource::id::ImageId;
use ec2_resource::resource::required;
use own::date;
use ports::Cx;

/// An image's id, of a required member.
fn id_of(text: Option<String>, name: &'static str) -> Result<ImageId, Error> {
    let text = required(text, name)?;
    ImageId::parse(&text).map_err(|error| Error::Malformed(Kind::Image, error.given, error.prefix))
}

/// The same, of the member that most calls have.
fn id(text: Option<String>) -> Result<ImageId, Error> {
    id_of(text, "imageId")
}

/// Who looks at images in this call.
pub(crate) fn viewer(cx: &Cx, svc: &Compute) -> Viewer {
    Viewer { scope: cx.scope().clone(), place: svc.organizations.of(cx.world(), cx.account()) }
}
