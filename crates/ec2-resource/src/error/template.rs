//! What is refused of launch templates.

/// What the versions of templates are asked for by, where the call names neither.
const HOW_TO_ASK: &str = "To describe the launch template data for all your launch templates, for ‘--versions’ specify ‘$Latest’, ‘$Default’, or both, and omit ‘--launch-template-id’, ‘--launch-template-name’, and version numbers. To describe the launch template data for a specific launch template, specify ‘--launch-template-id’ or ‘--launch-template-name’, and for ‘--versions’ specify one or more of the following values: ‘$Latest’, ‘$Default’, or one or more version numbers.";

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Template {
    /// A template of that name exists.
    NameTaken,
    /// The name has characters, or a length, that names have not.
    NameMalformed,
    /// No template has that name.
    NoName(String),
    /// Some of the names of a list are no template's.
    NoneOfNames,
    /// No template has these ids.
    NoId(Vec<String>),
    /// The template has no such version: version and id.
    NoVersion(String, String),
    /// The same, where it was to become the default one.
    NoDefault(String),
    /// Both an id and a name are given.
    BothGiven,
    /// There is nothing in it.
    NoContent,
    /// Neither a template nor versions are named.
    NothingAsked,
    /// Versions are named by number, and no template.
    NumbersOfAll,
    /// User data is not base64.
    UserDataEncoding,
    /// User data is too long.
    UserDataLength,
    /// Tags for instances do not say what they are for.
    TagType,
    /// Tags for instances are none.
    NoTags,
}

impl Template {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        let (code, sentence) = match self {
            Self::NoName(name) => {
                let sentence =
                    format!("The specified launch template, with template name {name}, does not exist.");
                return ("InvalidLaunchTemplateName.NotFoundException", sentence);
            }
            Self::NoId(ids) => {
                let ids = ids.join(", ");
                let sentence =
                    format!("The specified launch template, with template ID {ids}, does not exist.");
                return ("InvalidLaunchTemplateId.NotFound", sentence);
            }
            Self::NoVersion(version, id) => {
                let sentence = format!(
                    "Could not find the specified version {version} for the launch template with ID {id}."
                );
                return ("InvalidLaunchTemplateId.VersionNotFound", sentence);
            }
            Self::NoDefault(version) => {
                let sentence = format!(
                    "The launch template version {version} is not found for the specified launch template."
                );
                return ("InvalidLaunchTemplateId.VersionNotFound", sentence);
            }
            Self::NameTaken => {
                ("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.")
            }
            Self::NameMalformed => (
                "InvalidLaunchTemplateName.MalformedException",
                "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.",
            ),
            Self::NoneOfNames => (
                "InvalidLaunchTemplateName.NotFoundException",
                "At least one of the launch templates specified in the request does not exist.",
            ),
            Self::BothGiven => (
                "InvalidParameterCombination",
                "Either provide launch template ID or launch template name to modify the template.",
            ),
            Self::NoContent => (
                "MissingParameter",
                "No launch template data was provided. Launch template data is required to create a launch template.",
            ),
            Self::NothingAsked => ("MissingParameter", HOW_TO_ASK),
            Self::NumbersOfAll => ("InvalidParameterValue", HOW_TO_ASK),
            Self::UserDataEncoding => ("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data."),
            Self::UserDataLength => ("InvalidUserData.Malformed", "User data is limited to 16384 bytes"),
            Self::TagType => {
                ("InvalidTagSpecification.Malformed", "The resource type cannot be null or empty.")
            }
            Self::NoTags => ("InvalidTagSpecification.Malformed", "The tags cannot be null or empty."),
        };
        (code, sentence.to_owned())
    }
}

/// Why a version was not deleted while others were. Source: EC2 API reference, ResponseError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionKept {
    /// It does not exist.
    Missing,
    /// It is the default one.
    IsDefault,
}

impl VersionKept {
    /// Code and sentence.
    pub fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::Missing => {
                ("launchTemplateVersionDoesNotExist", "The launch template version does not exist.")
            }
            Self::IsDefault => (
                "unexpectedError",
                "The default version of a launch template cannot be deleted; assign another default version first.",
            ),
        }
    }
}
