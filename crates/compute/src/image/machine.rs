//! What instances take from their images.

use super::model::{DeviceVolume, GoneImage, OwnImage, State, Viewer};
use super::{own, public};
use crate::account::Account;
use crate::error::{Error, Image as Refused, Kind};
use crate::id::ImageId;
use crate::instance::Image;
use base::Timestamp;
use store::{Rows, Tx};

/// What an instance takes from its image.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// What stays with the instance when the image has gone.
    pub(crate) image: Image,
    /// Its metadata service answers nobody without a token.
    pub(crate) wants_tokens: bool,
    pub(crate) volumes: Vec<Volume>,
}

impl Machine {
    /// Whether Windows is on it.
    pub(crate) fn is_windows(&self) -> bool {
        self.image.platform.as_deref() == Some("windows")
    }
}

/// A volume that an image describes.
#[derive(Clone, Debug)]
pub(crate) struct Volume {
    pub(crate) device: String,
    pub(crate) size_gib: i32,
    pub(crate) volume_type: String,
    pub(crate) iops: Option<i32>,
    pub(crate) throughput: Option<i32>,
    pub(crate) snapshot: Option<String>,
    /// Its snapshot belongs to a public image, or to somebody who gave the image and not the snapshot.
    pub(crate) is_public: bool,
    pub(crate) encrypted: bool,
    pub(crate) delete_on_termination: bool,
}

/// The image of an id, as instances are made from it.
pub(crate) fn machine(
    rows: &impl Rows,
    viewer: &Viewer,
    text: &str,
    now: Timestamp,
) -> Result<Machine, Error> {
    let id =
        ImageId::parse(text).map_err(|error| Error::Malformed(Kind::Image, error.given, error.prefix))?;
    let missing = || Error::NotFound(Kind::Image, vec![id.to_string()]);
    let scope = &viewer.scope;
    let allowed = &Account::of(rows, scope).allowed;
    if let Some(public) = machine_images::by_id(&scope.region, id.as_str()) {
        // One that is not allowed is hidden.
        if allowed.hides() && !public::by_id(&scope.region, &id).is_some_and(|own| allowed.allows(&own, now))
        {
            return Err(missing());
        }
        return Ok(of_public(public));
    }
    let Some(row) = OwnImage::of_id(rows, &scope.region, id.as_str()) else {
        return Err(match rows.row::<GoneImage>(&GoneImage::key_of(scope, id.as_str())) {
            Some(_) => Refused::Gone(id.to_string()).into(),
            None => missing(),
        });
    };
    if !viewer.may_run(&row) {
        return Err(Refused::NotGiven(vec![id.to_string()]).into());
    }
    if allowed.hides() && !viewer.owns(&row) && !allowed.allows(&own::seen(&row, viewer), now) {
        return Err(missing());
    }
    match row.state {
        State::Available => Ok(of_row(&row, viewer)),
        State::Pending | State::Disabled => {
            Err(Refused::NotRunnable(id.to_string(), row.state.word()).into())
        }
    }
}

/// Remembers that instances were made of an image of an account.
pub(crate) fn note_launch(tx: &mut Tx, viewer: &Viewer, id: &str, now: Timestamp) {
    let now = now.whole_seconds();
    if let Some(row) = OwnImage::of_id(tx, &viewer.scope.region, id)
        && row.launched_at != Some(now)
    {
        tx.put(OwnImage { launched_at: Some(now), ..(*row).clone() });
    }
}

/// One of an account.
fn of_row(own: &OwnImage, viewer: &Viewer) -> Machine {
    let is_given = !viewer.owns(own);
    let volume = |(device, own): (&str, &DeviceVolume)| Volume {
        device: device.to_owned(),
        size_gib: own.size_gib,
        volume_type: own.kind.clone(),
        iops: own.iops,
        throughput: own.throughput,
        snapshot: own.snapshot.clone(),
        is_public: is_given && own.snapshot.is_some(),
        encrypted: own.encrypted,
        delete_on_termination: own.delete_on_termination,
    };
    let machine = &own.machine;
    Machine {
        image: Image {
            id: own.id.to_string(),
            architecture: machine.architecture.clone(),
            root_device: machine.root_device.clone(),
            platform: machine.platform.clone(),
            platform_details: machine.platform_details.clone(),
            usage_operation: machine.usage_operation.clone(),
            boot_mode: machine.boot_mode.clone(),
            has_tpm: machine.has_tpm,
            ena: machine.ena,
            kernel: machine.kernel.clone(),
            ramdisk: machine.ramdisk.clone(),
        },
        wants_tokens: machine.wants_tokens,
        volumes: own.volumes().map(volume).collect(),
    }
}

/// One of the public catalogue.
fn of_public(own: machine_images::Image) -> Machine {
    let int = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let volume = |own: &machine_images::Volume| Volume {
        device: own.device.to_owned(),
        size_gib: int(own.size_gib),
        volume_type: own.volume_type.to_owned(),
        iops: own.iops().map(int),
        throughput: own.throughput_mib_s().map(int),
        snapshot: Some(own.snapshot_id.clone()),
        is_public: true,
        encrypted: false,
        delete_on_termination: true,
    };
    Machine {
        image: Image {
            id: own.id.clone(),
            architecture: own.architecture.to_owned(),
            root_device: own.root_device.to_owned(),
            platform: own.platform.platform().map(str::to_owned),
            platform_details: own.platform.details().to_owned(),
            usage_operation: own.platform.usage_operation().to_owned(),
            boot_mode: own.boot_mode.map(str::to_owned),
            has_tpm: false,
            ena: true,
            kernel: None,
            ramdisk: None,
        },
        wants_tokens: own.wants_tokens,
        volumes: own.volumes.iter().map(volume).collect(),
    }
}
