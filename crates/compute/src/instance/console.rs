//! What an instance says: on its console, on its screen, and of its password. Nothing runs in an instance yet, so that
//! it has printed nothing and its screen is black.

use super::attribute::{id, look};
use super::model::Instance;
use super::screen;
use crate::Compute;
use crate::error::{Error, Launch};
use crate::key_pair::KeyPair;
use base::Ids;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ec2_resource::neighbour::InstanceState;
use key_material::{RsaPublicKey, SshKey};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::View;

/// Characters of the password of an administrator, and what they are.
const PASSWORD_LENGTH: usize = 32;
const PASSWORD_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!@#$%&*()-=?";

/// `GetConsoleOutput`: without `output`, as AWS answers of an instance that has printed nothing.
pub(crate) fn output(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::GetConsoleOutputRequest,
) -> Result<ec2::GetConsoleOutputResult, Error> {
    let id = id(input.instance_id)?;
    let own = cx.read(|view| look(cx, view, &id))?;
    if input.latest == Some(true) && !is_nitro(&own) {
        return Err(Launch::NoLatestOutput.into());
    }
    Ok(ec2::GetConsoleOutputResult {
        instance_id: Some(id.to_string()),
        timestamp: Some(own.launched_at.into()),
        output: None,
    })
}

/// `GetConsoleScreenshot`: of one that runs.
pub(crate) fn screenshot(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::GetConsoleScreenshotRequest,
) -> Result<ec2::GetConsoleScreenshotResult, Error> {
    let id = id(input.instance_id)?;
    let own = cx.read(|view| look(cx, view, &id))?;
    require_running(&own)?;
    Ok(ec2::GetConsoleScreenshotResult {
        image_data: Some(STANDARD.encode(screen::black())),
        instance_id: Some(id.to_string()),
    })
}

/// `SendDiagnosticInterrupt`: nothing is there that it could reach.
pub(crate) fn interrupt(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::SendDiagnosticInterruptRequest,
) -> Result<Empty, Error> {
    let id = id(input.instance_id)?;
    let own = cx.read(|view| look(cx, view, &id))?;
    require_running(&own)?;
    match is_nitro(&own) {
        true => Ok(Empty {}),
        false => Err(Launch::NoInterrupt(own.instance_type.to_string()).into()),
    }
}

fn require_running(own: &Instance) -> Result<(), Launch> {
    match own.state {
        InstanceState::Running => Ok(()),
        _ => Err(Launch::NotInState(own.id.to_string(), "running")),
    }
}

fn is_nitro(own: &Instance) -> bool {
    instance_types::by_name(&own.instance_type).is_some_and(|known| known.hypervisor != Some("xen"))
}

/// `GetPasswordData`: of Windows with an RSA key, the administrator's password as only that key can read it.
pub(crate) fn password(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::GetPasswordDataRequest,
) -> Result<ec2::GetPasswordDataResult, Error> {
    let id = id(input.instance_id)?;
    cx.read(|view| {
        let own = look(cx, view, &id)?;
        Ok(ec2::GetPasswordDataResult {
            instance_id: Some(id.to_string()),
            timestamp: Some(own.launched_at.into()),
            password_data: Some(sealed(cx, view, &own).unwrap_or_default()),
        })
    })
}

/// The password of a Windows instance, sealed by its key; none before it has started, nor where there is no such key.
/// It is made of the instance's id, and the same each time: there is no machine that it could open.
fn sealed(cx: &Cx, view: &View, own: &Instance) -> Option<String> {
    if own.image.platform.as_deref() != Some("windows") || own.state == InstanceState::Pending {
        return None;
    }
    let pair = KeyPair::of_name(view, cx.scope(), own.key_name.as_deref()?)?;
    let key = RsaPublicKey::from_ssh(&SshKey::from_line(&pair.line)?)?;
    let ids = Ids::seeded(0, &format!("password {}", own.id));
    let password = ids.text(PASSWORD_ALPHABET, PASSWORD_LENGTH);
    Some(STANDARD.encode(key.sealed(password.as_bytes(), &ids)?))
}
