//! What is refused of volumes and snapshots.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ebs {
    /// No such type of volume.
    UnknownType(String),
    /// No such zone in the Region.
    NoZone(String),
    /// A parameter that needs another one: the parameter and the other.
    Needs(&'static str, &'static str),
    /// The volume is attached: volume and instance.
    InUse(String, String),
    /// An image is made of the snapshot: snapshot and image.
    InUseByImage(String, String),
    /// The volume is attached, and asked to be attached.
    AlreadyAttached(String),
    /// Volume and instance stand in different zones.
    ZoneMismatch(String, String),
    /// The instance neither runs nor is stopped.
    NotRunning(String),
    /// Something is not in the state that the call needs, in a sentence.
    State(String),
    /// It is not permitted, in a sentence.
    NotPermitted(String),
    /// The instance has as many volumes as its type may have.
    AttachmentLimit(usize),
    /// As many copies of snapshots are under way as there may be.
    CopyLimit(usize),
    /// The volume is not attached there: volume, instance, and the device that was named.
    NotAttached(String, String, Option<String>),
    /// A modification is on its way: volume and state.
    Modifying(String, &'static str),
    /// Too many modifications of a day; when the next may come.
    ModificationRate(String),
    /// The volume was never modified.
    NoModification(String),
    /// The snapshot that something shall be made of is not there.
    NoSource,
    /// An item of a permission is no good, in a sentence.
    PermissionItem(String),
    /// The request names no attribute that there is.
    Request,
    /// What it asks for is not built, in a sentence.
    Unsupported(String),
}

impl Ebs {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::UnknownType(word) => {
                ("UnknownVolumeType", format!("Unsupported volume type '{word}' for volume creation. "))
            }
            Self::NoZone(zone) => ("InvalidZone.NotFound", format!("The zone '{zone}' does not exist.")),
            Self::Needs(parameter, other) => (
                "InvalidParameterDependency",
                format!("The parameter {parameter} requires the parameter {other} to be set."),
            ),
            Self::InUse(volume, instance) => {
                ("VolumeInUse", format!("Volume {volume} is currently attached to {instance}"))
            }
            Self::InUseByImage(snapshot, image) => {
                ("InvalidSnapshot.InUse", format!("The snapshot {snapshot} is currently in use by {image}"))
            }
            Self::AlreadyAttached(volume) => {
                ("VolumeInUse", format!("{volume} is already attached to an instance"))
            }
            Self::ZoneMismatch(volume, instance) => (
                "InvalidVolume.ZoneMismatch",
                format!(
                    "The volume '{volume}' is not in the same availability zone as instance '{instance}'"
                ),
            ),
            Self::NotRunning(instance) => {
                ("IncorrectState", format!("Instance '{instance}' is not 'running'."))
            }
            Self::State(sentence) => ("IncorrectState", sentence.clone()),
            Self::NotPermitted(sentence) => ("OperationNotPermitted", sentence.clone()),
            Self::AttachmentLimit(most) => (
                "AttachmentLimitExceeded",
                format!(
                    "You may attach up to {most} devices for this instance type. Please use a larger instance size to attach more volumes."
                ),
            ),
            // Recorded, of five: aws-samples/copy-encrypted-ami issue 3.
            Self::CopyLimit(most) => (
                "ResourceLimitExceeded",
                format!(
                    "Too many snapshot copies in progress. The limit is {most} for this destination region."
                ),
            ),
            Self::NotAttached(volume, instance, device) => {
                let device = device.as_ref().map(|name| format!(" as device {name}")).unwrap_or_default();
                (
                    "InvalidAttachment.NotFound",
                    format!("The volume {volume} is not attached to instance {instance}{device}"),
                )
            }
            Self::Modifying(volume, state) => (
                "IncorrectModificationState",
                format!("Volume {volume} cannot be modified in modification state {state}"),
            ),
            Self::ModificationRate(until) => (
                "VolumeModificationRateExceeded",
                format!(
                    "You've reached the maximum modification rate per volume limit. Wait until {until} before you can issue the next modification request for this volume."
                ),
            ),
            Self::NoModification(volume) => (
                "InvalidVolumeModification.NotFound",
                format!("Modification for volume '{volume}' does not exist."),
            ),
            Self::NoSource => ("InvalidSnapshot.NotFound", "Snapshot does not exist".to_owned()),
            Self::PermissionItem(sentence) => ("InvalidAMIAttributeItemValue", sentence.clone()),
            Self::Request => ("InvalidRequest", "The request received was invalid.".to_owned()),
            Self::Unsupported(sentence) => ("UnsupportedOperation", sentence.clone()),
        }
    }
}
