//! MFA devices: virtual ones, whose codes are verified against the world's clock.

mod model;
mod picture;
mod record;
mod totp;

pub(crate) use model::{Enabled, MfaDevice};

use crate::entity::{Home, path};
use crate::error::{CredentialRefusal, Error};
use crate::event::Changed;
use crate::listing::{Page, page};
use crate::owner;
use crate::user::{self, User};
use crate::{Iam, key_id, tagging};
use ports::{CallerKind, Cx};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Tx, View};

/// Devices of one user at the most.
const MOST_DEVICES: usize = 8;
/// Characters of a seed.
const SEED_LENGTH: usize = 64;

/// Why a code proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeRefused {
    /// The user has no device of that serial number.
    NoDevice,
    /// The device does not show that code now, or it was taken before.
    WrongCode,
}

/// Verifies what a device of a user shows now, and takes the code so that it is good once.
pub(crate) fn verify_code(
    tx: &mut Tx,
    home: &Home,
    user_id: &str,
    serial: &str,
    code: &str,
) -> Result<(), CodeRefused> {
    let is_own = |device: &Arc<MfaDevice>| {
        device.home == *home && device.enabled.as_ref().is_some_and(|enabled| enabled.user_id == user_id)
    };
    let found = tx.get::<MfaDevice>(serial).filter(is_own);
    let mut device = (*found.ok_or(CodeRefused::NoDevice)?).clone();
    if !device.take_code(code, tx.now()) {
        return Err(CodeRefused::WrongCode);
    }
    tx.put(device);
    Ok(())
}

/// The device of that serial number in the caller's account.
fn take(tx: &Tx, home: &Home, serial: &str) -> Result<MfaDevice, CredentialRefusal> {
    let found = tx.get::<MfaDevice>(serial).filter(|device| device.home == *home);
    found.map(|device| (*device).clone()).ok_or_else(|| CredentialRefusal::NoDevice(serial.to_owned()))
}

/// The same, if it is the user's.
fn take_own(tx: &Tx, home: &Home, user: &User, serial: &str) -> Result<MfaDevice, CredentialRefusal> {
    let is_own = |enabled: &Enabled| enabled.user_id == user.id;
    let device = take(tx, home, serial)?;
    if device.enabled.as_ref().is_some_and(is_own) {
        return Ok(device);
    }
    Err(CredentialRefusal::NoDevice(serial.to_owned()))
}

fn read(view: &View, home: &Home, serial: &str) -> Result<Arc<MfaDevice>, CredentialRefusal> {
    let found = view.get::<MfaDevice>(serial).filter(|device| device.home == *home);
    found.ok_or_else(|| CredentialRefusal::NoDevice(serial.to_owned()))
}

/// Changes a device in a transaction.
fn change(
    cx: &Cx,
    serial: Option<String>,
    change: impl Fn(&mut MfaDevice) -> Result<(), Error>,
) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let serial = serial.unwrap_or_default();
    cx.write(|tx| {
        let mut device = take(tx, &home, &serial)?;
        change(&mut device)?;
        tx.emit(&Changed { kind: "MFADeviceChanged", resource: serial.clone() });
        tx.put(device);
        Ok(Empty {})
    })
}

/// `CreateVirtualMFADevice`: the one answer that shows the seed, as text and as a picture.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateVirtualMFADeviceRequest,
) -> Result<api::CreateVirtualMFADeviceResponse, Error> {
    let device = MfaDevice {
        home: Home::of(cx),
        path: path(input.path),
        name: input.virtual_mfa_device_name.unwrap_or_default(),
        seed: cx.ids().text(key_id::BASE32, SEED_LENGTH),
        created_at: cx.now().whole_seconds(),
        enabled: None,
        tags: tagging::read(input.tags)?,
    };
    let account_name = match &cx.caller().kind {
        CallerKind::User { path_and_name, .. } => {
            path_and_name.rsplit('/').next().unwrap_or_default().to_owned()
        }
        _ => cx.account().to_string(),
    };
    let picture = picture::png(&device.uri(&account_name));
    cx.write(|tx| {
        if tx.get::<MfaDevice>(&device.serial()).is_some() {
            return Err(CredentialRefusal::DeviceExists.into());
        }
        tx.emit(&Changed { kind: "VirtualMFADeviceCreated", resource: device.serial() });
        tx.put(device.clone());
        Ok::<_, Error>(())
    })?;
    Ok(api::CreateVirtualMFADeviceResponse {
        virtual_mfa_device: Some(api::VirtualMFADevice {
            serial_number: Some(device.serial()),
            base32_string_seed: Some(device.seed.clone().into_bytes()),
            qr_code_png: picture,
            tags: tagging::some(&device.tags),
            ..api::VirtualMFADevice::default()
        }),
    })
}

/// `EnableMFADevice`: gives a device to a user who shows two consecutive codes of it.
pub(crate) fn enable(cx: &Cx, _svc: &Iam, input: api::EnableMFADeviceRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let serial = input.serial_number.unwrap_or_default();
    let first = input.authentication_code1.unwrap_or_default();
    let second = input.authentication_code2.unwrap_or_default();
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let mut device = take(tx, &home, &serial)?;
        if device.enabled.is_some() {
            return Err(CredentialRefusal::DeviceInUse.into());
        }
        if tx.by(&MfaDevice::OWNER, &owner::key(&home, &user.id)).count() >= MOST_DEVICES {
            return Err(Error::Limit("MFADevicesPerUser", 8));
        }
        if !device.enable(&user.id, [&first, &second], cx.now()) {
            return Err(CredentialRefusal::DeviceCodes.into());
        }
        tx.emit(&Changed { kind: "MFADeviceEnabled", resource: serial.clone() });
        tx.put(device);
        Ok(Empty {})
    })
}

/// `ResyncMFADevice`: finds the time of a device that has drifted away.
pub(crate) fn resync(cx: &Cx, _svc: &Iam, input: api::ResyncMFADeviceRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let serial = input.serial_number.unwrap_or_default();
    let first = input.authentication_code1.unwrap_or_default();
    let second = input.authentication_code2.unwrap_or_default();
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let mut device = take_own(tx, &home, &user, &serial)?;
        if !device.resync([&first, &second], cx.now()) {
            return Err(CredentialRefusal::DeviceCodes.into());
        }
        tx.emit(&Changed { kind: "MFADeviceResynced", resource: serial.clone() });
        tx.put(device);
        Ok(Empty {})
    })
}

/// `DeactivateMFADevice`: the device stays, as nobody's.
pub(crate) fn deactivate(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeactivateMFADeviceRequest,
) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = user::named_or_own(cx, input.user_name)?;
    let serial = input.serial_number.unwrap_or_default();
    cx.write(|tx| {
        let user = owner::take(tx, &home, &name)?;
        let device = take_own(tx, &home, &user, &serial)?;
        tx.emit(&Changed { kind: "MFADeviceDeactivated", resource: serial.clone() });
        tx.put(MfaDevice { enabled: None, ..device });
        Ok(Empty {})
    })
}

/// `DeleteVirtualMFADevice`: one that is nobody's.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteVirtualMFADeviceRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let serial = input.serial_number.unwrap_or_default();
    cx.write(|tx| {
        if take(tx, &home, &serial)?.enabled.is_some() {
            return Err(CredentialRefusal::DeviceAssigned.into());
        }
        tx.delete::<MfaDevice>(&serial);
        tx.emit(&Changed { kind: "VirtualMFADeviceDeleted", resource: serial.clone() });
        Ok(Empty {})
    })
}

/// The user whose device it is.
fn owner_of(view: &View, device: &MfaDevice) -> Option<Arc<User>> {
    let id = &device.enabled.as_ref()?.user_id;
    view.range::<User>(&device.home.prefix()).find(|user| user.id == *id).cloned()
}

/// `GetMFADevice`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetMFADeviceRequest,
) -> Result<api::GetMFADeviceResponse, Error> {
    let home = Home::of(cx);
    let serial = input.serial_number.unwrap_or_default();
    cx.read(|view| {
        let device = match &input.user_name {
            None => read(view, &home, &serial)?,
            Some(name) => {
                let user = owner::find(view, &home, name)?;
                let own = view.by(&MfaDevice::OWNER, &owner::key(&home, &user.id)).cloned();
                let mut own = own.filter(|device| device.serial() == serial);
                own.next().ok_or_else(|| CredentialRefusal::NoDevice(serial.clone()))?
            }
        };
        Ok(api::GetMFADeviceResponse {
            user_name: owner_of(view, &device).map(|user| user.name.clone()),
            serial_number: Some(serial.clone()),
            enable_date: device.enabled.as_ref().map(|enabled| enabled.at.into()),
            certifications: None,
        })
    })
}

/// `ListMFADevices` of a user, by serial number.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListMFADevicesRequest,
) -> Result<api::ListMFADevicesResponse, Error> {
    let home = Home::of(cx);
    let page: Page<api::MFADevice> = match owner::listed(cx, input.user_name)? {
        None => Page { items: Vec::new(), marker: None },
        Some(name) => cx.read(|view| {
            let user = owner::find(view, &home, &name)?;
            let own = view.by(&MfaDevice::OWNER, &owner::key(&home, &user.id));
            let own = own.map(|device| api::MFADevice {
                user_name: Some(user.name.clone()),
                serial_number: Some(device.serial()),
                enable_date: device.enabled.as_ref().map(|enabled| enabled.at.into()),
            });
            let serial = |own: &api::MFADevice| own.serial_number.clone().unwrap_or_default();
            let call = ["ListMFADevices", name.as_str()];
            page(cx, &call, own, serial, input.marker.as_deref(), input.max_items)
        })?,
    };
    let is_truncated = page.truncated();
    Ok(api::ListMFADevicesResponse { mfa_devices: Some(page.items), is_truncated, marker: page.marker })
}

/// `ListVirtualMFADevices`, by serial number: all, or those that are somebody's, or nobody's.
pub(crate) fn list_virtual(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListVirtualMFADevicesRequest,
) -> Result<api::ListVirtualMFADevicesResponse, Error> {
    let home = Home::of(cx);
    let prefix = home.arn("mfa/");
    let wanted = input.assignment_status.unwrap_or_else(|| "Any".to_owned());
    let is_wanted = |device: &&Arc<MfaDevice>| match wanted.as_str() {
        "Assigned" => device.enabled.is_some(),
        "Unassigned" => device.enabled.is_none(),
        _ => true,
    };
    cx.read(|view| {
        let devices = view.range::<MfaDevice>(&prefix).filter(is_wanted);
        let serial = |device: &&Arc<MfaDevice>| device.serial();
        let call = ["ListVirtualMFADevices", wanted.as_str()];
        let page = page(cx, &call, devices, serial, input.marker.as_deref(), input.max_items)?;
        let is_truncated = page.truncated();
        // Neither the seed nor tags are part of a list's answer.
        let shape = |device: &&Arc<MfaDevice>| api::VirtualMFADevice {
            serial_number: Some(device.serial()),
            user: owner_of(view, device).map(|user| user::brief(&user)),
            enable_date: device.enabled.as_ref().map(|enabled| enabled.at.into()),
            ..api::VirtualMFADevice::default()
        };
        let devices = page.items.iter().map(shape).collect();
        Ok(api::ListVirtualMFADevicesResponse {
            virtual_mfa_devices: Some(devices),
            is_truncated,
            marker: page.marker,
        })
    })
}

/// `TagMFADevice`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagMFADeviceRequest) -> Result<Empty, Error> {
    change(cx, input.serial_number, |device| Ok(tagging::merge(&mut device.tags, input.tags.clone())?))
}

/// `UntagMFADevice`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagMFADeviceRequest) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, input.serial_number, |device| {
        tagging::remove(&mut device.tags, &keys);
        Ok(())
    })
}

/// `ListMFADeviceTags`, by key.
pub(crate) fn list_tags(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListMFADeviceTagsRequest,
) -> Result<api::ListMFADeviceTagsResponse, Error> {
    let home = Home::of(cx);
    let serial = input.serial_number.unwrap_or_default();
    let device = cx.read(|view| read(view, &home, &serial))?;
    let call = ["ListMFADeviceTags", serial.as_str()];
    let page = tagging::list(cx, call, &device.tags, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(api::ListMFADeviceTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}
