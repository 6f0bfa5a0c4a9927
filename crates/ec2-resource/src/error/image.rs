//! What is refused of machine images.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Image {
    /// The image has gone.
    Gone(String),
    /// The image is not what something can be done with yet, or any more: id and state.
    NotUsable(String, &'static str),
    /// The image is not what instances can be made of yet, or any more: id and state.
    NotRunnable(String, &'static str),
    /// The image is another account's.
    NotYours(String),
    /// The images are others', who have not given them.
    NotGiven(Vec<String>),
    /// An attribute that nobody may read.
    Restricted,
    /// An image of the account has that name: name and image.
    NameTaken(String, String),
    /// The name is none.
    NameMalformed,
    /// The instance is in no state to make an image of.
    SourceState(String),
    /// No device is the root, or it begins as nothing.
    NoRoot,
    /// A device is mapped twice.
    TwiceMapped(String),
    /// A mapping says what only the snapshot decides.
    OfSnapshot(&'static str),
    /// An item of an attribute is no good: item and its type.
    Item(String, &'static str),
    /// Images are not to be made public in that account.
    PublicBlocked,
    /// The image is kept from being deregistered.
    Protected(String),
    /// The image was kept from being deregistered less than a day ago.
    Cooling(String),
    /// The time is not one that the image may be deprecated at.
    DeprecationTime,
    /// Another replacement of the root volume is on its way.
    Replacing(String),
}

impl Image {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::Gone(id) => {
                ("InvalidAMIID.Unavailable", format!("The image id '[{id}]' is no longer available"))
            }
            Self::NotUsable(id, state) => (
                "InvalidAMIID.Unavailable",
                format!("The AMI ID '{id}' is currently {state} and may not be used for this operation"),
            ),
            Self::NotRunnable(id, state) => {
                ("InvalidAMIID.Unavailable", format!("AMI '{id}' is {state}, and cannot be run"))
            }
            Self::NotYours(id) => ("AuthFailure", format!("Not authorized for image:{id}")),
            Self::NotGiven(ids) => {
                ("AuthFailure", format!("Not authorized for images: [{}]", ids.join(", ")))
            }
            Self::Restricted => {
                ("AuthFailure", "Unauthorized attempt to access restricted resource".to_owned())
            }
            Self::NameTaken(name, id) => {
                ("InvalidAMIName.Duplicate", format!("AMI name {name} is already in use by AMI {id}"))
            }
            Self::NameMalformed => (
                "InvalidAMIName.Malformed",
                "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'".to_owned(),
            ),
            Self::SourceState(id) => (
                "InvalidParameterValue",
                format!(
                    "Invalid value '{id}' for instanceId. Instance is not in state 'running' or 'stopping' or 'stopped'"
                ),
            ),
            Self::NoRoot => (
                "InvalidBlockDeviceMapping",
                "No root snapshot specified in device mapping.".to_owned(),
            ),
            Self::TwiceMapped(device) => (
                "InvalidBlockDeviceMapping",
                format!("The device '{device}' is used in more than one block-device mapping"),
            ),
            Self::OfSnapshot(parameter) => (
                "InvalidBlockDeviceMapping",
                format!("the {parameter} parameter cannot be specified for a device that begins as a snapshot"),
            ),
            Self::Item(item, kind) => (
                "InvalidAMIAttributeItemValue",
                format!("Invalid attribute item value \"{item}\" for {kind} item type."),
            ),
            Self::PublicBlocked => (
                "OperationNotPermitted",
                "You can't publicly share this image because block public access for AMIs is enabled in this Region.".to_owned(),
            ),
            Self::Protected(id) => (
                "OperationNotPermitted",
                format!("The image {id} can't be deregistered because deregistration protection is enabled."),
            ),
            Self::Cooling(id) => (
                "OperationNotPermitted",
                format!("The image {id} can't be deregistered before 24 hours have passed since deregistration protection was disabled."),
            ),
            Self::DeprecationTime => (
                "InvalidParameterValue",
                "The deprecation date must be in the future and at most 10 years from now.".to_owned(),
            ),
            Self::Replacing(id) => (
                "IncorrectState",
                format!("The instance '{id}' has a replacement of its root volume in progress."),
            ),
        }
    }
}
