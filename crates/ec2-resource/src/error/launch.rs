//! What is refused of instances that are to be made, started, stopped or changed.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Launch {
    /// No instance type has that name.
    NoType(String),
    /// The type is not offered in the zone: type, zone, and the zones where it is.
    NotOffered(String, String, Vec<String>),
    /// Type and image are of different architectures: those of the type, and that of the image.
    Architecture(String, String),
    /// No key pair has that name.
    NoKeyPair(String),
    /// No instance profile has that name.
    NoProfileName(String),
    /// No instance profile has that ARN.
    NoProfileArn(String),
    /// The user data is too long.
    LongUserData,
    /// The user data is no base64.
    BadUserData,
    /// A volume is smaller than what it begins as: its size, the snapshot and that one's size.
    SmallVolume(i32, String, i32),
    /// A volume neither has a size nor begins as anything.
    VolumeWithoutSize,
    /// A device is mapped to nothing.
    NoVolume(String),
    /// Fewer at the most than at the least.
    Counts,
    /// The token's instances have ended.
    TokenEnded,
    /// The type earns no CPU credits.
    NoCredits(String),
    /// The type has no such cores or threads.
    CpuOptions(String),
    /// The account wants tokens of all metadata services.
    TokensEnforced,
    /// The account wants tokens, and a metadata service is asked to do without.
    TokensKept,
    /// The type does not tell the newest of its console.
    NoLatestOutput,
    /// The type takes no diagnostic interrupts.
    NoInterrupt(String),
    /// No burstable family has that name.
    NoFamily(String),
    /// The window for scheduled events is associated.
    WindowInUse(String),
    /// No scheduled event has that id.
    NoEvent(String),
    /// No ids are given.
    NoInstances,
    /// It cannot be started from its state.
    NotStartable(String),
    /// It has never run.
    NeverRan(String),
    /// It was not made to hibernate.
    NoHibernation(String),
    /// Its state is none that the call can be made in: id and what it would have to be.
    NotInState(String, &'static str),
    /// It is kept from being terminated, by an attribute: id and attribute.
    KeptFromTermination(String, &'static str),
    /// It is kept from being stopped.
    KeptFromStop(String),
    /// The interfaces of an instance are named, and something beside them that would be theirs.
    BesideInterfaces(&'static str),
    /// A public address is asked for where there are several interfaces.
    PublicOfSeveral,
    /// A public address is asked for at another place than the first.
    PublicElsewhere,
    /// The instance has no volume under that device name: id and name.
    NoDevice(String, String),
    /// The instance has an instance profile.
    HasProfile(String),
    /// No association of an instance profile has that id.
    NoProfileAssociation(String),
}

impl Launch {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::NoType(name) => ("InvalidParameterValue", format!("Invalid value '{name}' for InstanceType.")),
            Self::NotOffered(name, zone, zones) => ("Unsupported", not_offered(name, zone, zones)),
            Self::Architecture(of_type, of_image) => (
                "InvalidParameterValue",
                format!(
                    "The architecture '{of_type}' of the specified instance type does not match the architecture '{of_image}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI."
                ),
            ),
            Self::NoKeyPair(name) => {
                ("InvalidKeyPair.NotFound", format!("The key pair '{name}' does not exist"))
            }
            Self::NoProfileName(name) => (
                "InvalidParameterValue",
                format!(
                    "Value ({name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
                ),
            ),
            Self::NoProfileArn(arn) => (
                "InvalidParameterValue",
                format!(
                    "Value ({arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN"
                ),
            ),
            Self::LongUserData => {
                ("InvalidParameterValue", "User data is limited to 16384 bytes".to_owned())
            }
            Self::BadUserData => {
                ("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.".to_owned())
            }
            // AWS writes two spaces.
            Self::SmallVolume(size, snapshot, least) => (
                "InvalidBlockDeviceMapping",
                format!("Volume of size {size}GB is smaller than  snapshot '{snapshot}', expect size >= {least}GB"),
            ),
            Self::VolumeWithoutSize => {
                ("MissingParameter", "The request must contain the parameter size or snapshotId".to_owned())
            }
            Self::NoVolume(_) => {
                ("MissingParameter", "The request must contain the parameter ebs".to_owned())
            }
            Self::Counts => (
                "InvalidParameterCombination",
                "The minCount value must not be greater than the maxCount value".to_owned(),
            ),
            Self::TokenEnded => (
                "IdempotentInstanceTerminated",
                "The client token you have provided is associated with a terminated instance. Please use a different client token."
                    .to_owned(),
            ),
            Self::NoCredits(name) => (
                "InvalidParameterCombination",
                format!("The {name} instance type does not support CPU credit specifications."),
            ),
            Self::CpuOptions(name) => (
                "InvalidParameterCombination",
                format!("The specified CpuOptions are not valid for the {name} instance type."),
            ),
            Self::TokensEnforced => (
                "UnsupportedOperation",
                "You can't launch instances with IMDSv1 because httpTokensEnforced is enabled for this account. Either launch the instance with httpTokens=required or contact your account owner to disable httpTokensEnforced using the ModifyInstanceMetadataDefaults API or the account settings in the EC2 console.".to_owned(),
            ),
            Self::TokensKept => (
                "UnsupportedOperation",
                "You can't modify instances to use IMDSv1 because httpTokensEnforced is enabled for this account.".to_owned(),
            ),
            Self::NoLatestOutput => (
                "UnsupportedOperation",
                "This instance type does not support retrieving the latest console logs. Only supported on Nitro-based instances.".to_owned(),
            ),
            Self::NoInterrupt(name) => (
                "UnsupportedOperation",
                format!("The instance type {name} does not support diagnostic interrupts."),
            ),
            Self::NoFamily(name) => (
                "InvalidInstanceFamily",
                format!("The instance family '{name}' is not supported for this request."),
            ),
            Self::WindowInUse(id) => (
                "IncorrectState",
                format!("The instance event window '{id}' is associated and can only be deleted by force."),
            ),
            Self::NoEvent(id) => (
                "InvalidInstanceEventIDNotFound",
                format!("The instance event ID '{id}' does not exist"),
            ),
            Self::NoInstances => ("InvalidParameterCombination", "No instances specified".to_owned()),
            Self::NotStartable(id) => (
                "IncorrectInstanceState",
                format!("The instance '{id}' is not in a state from which it can be started."),
            ),
            Self::NeverRan(id) => (
                "IncorrectInstanceState",
                format!("Instance '{id}' cannot be stopped as it has never reached the 'running' state."),
            ),
            Self::NoHibernation(id) => (
                "UnsupportedHibernationConfiguration",
                format!("The instance can't be hibernated because it was not configured at launch for hibernation: {id}"),
            ),
            Self::NotInState(id, state) => {
                ("IncorrectInstanceState", format!("The instance '{id}' is not in the '{state}' state."))
            }
            Self::KeptFromTermination(id, attribute) => (
                "OperationNotPermitted",
                format!(
                    "The instance '{id}' may not be terminated. Modify its '{attribute}' instance attribute and try again."
                ),
            ),
            Self::KeptFromStop(id) => (
                "OperationNotPermitted",
                format!(
                    "The instance '{id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again."
                ),
            ),
            Self::BesideInterfaces(what) => (
                "InvalidParameterCombination",
                format!(
                    "Network interfaces and an instance-level {what} may not be specified on the same request"
                ),
            ),
            Self::PublicOfSeveral => (
                "InvalidParameterCombination",
                "The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces."
                    .to_owned(),
            ),
            Self::PublicElsewhere => (
                "InvalidParameterCombination",
                "The associatePublicIPAddress parameter can only be specified for the network interface with DeviceIndex 0."
                    .to_owned(),
            ),
            Self::NoDevice(id, device) => (
                "InvalidInstanceAttributeValue",
                format!("No device is currently mapped at {device} of the instance '{id}'"),
            ),
            Self::HasProfile(id) => {
                ("IncorrectState", format!("There is an existing association for instance {id}"))
            }
            Self::NoProfileAssociation(id) => {
                ("InvalidAssociationID.NotFound", format!("An invalid association-id of '{id}' was given"))
            }
        }
    }
}

fn not_offered(name: &str, zone: &str, zones: &[String]) -> String {
    match zones {
        [] => "The requested configuration is currently not supported. Please check the documentation for supported configurations.".to_owned(),
        zones => format!(
            "Your requested instance type ({name}) is not supported in your requested Availability Zone ({zone}). Please retry your request by not specifying an Availability Zone or choosing {}.",
            zones.join(", ")
        ),
    }
}
