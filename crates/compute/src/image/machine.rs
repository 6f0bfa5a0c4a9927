//! What instances take from their images.

use crate::error::{Error, Kind};
use crate::id::ImageId;
use crate::instance::Image;
use base::Scope;
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
    /// Its snapshot belongs to a public image.
    pub(crate) is_public: bool,
    pub(crate) encrypted: bool,
    pub(crate) delete_on_termination: bool,
}

/// The image of an id, as instances are made from it.
pub(crate) fn machine(_tx: &Tx, scope: &Scope, text: &str) -> Result<Machine, Error> {
    let id =
        ImageId::parse(text).map_err(|error| Error::Malformed(Kind::Image, error.given, error.prefix))?;
    let public = machine_images::by_id(&scope.region, id.as_str());
    public.map(of_public).ok_or_else(|| Error::NotFound(Kind::Image, vec![id.to_string()]))
}

/// The architecture of the image of an id.
pub(crate) fn architecture(_rows: &impl Rows, scope: &Scope, id: &str) -> Result<String, Error> {
    let public = machine_images::by_id(&scope.region, id).map(|own| own.architecture.to_owned());
    public.ok_or_else(|| Error::NotFound(Kind::Image, vec![id.to_owned()]))
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
            ena: true,
            kernel: None,
            ramdisk: None,
        },
        wants_tokens: own.wants_tokens,
        volumes: own.volumes.iter().map(volume).collect(),
    }
}
