//! Refused about certificates, SSH keys, service-specific credentials and MFA devices.
//!
//! The sentences were recorded from AWS by public test suites and bug reports. Where none is known, the sentence says
//! what the API reference says of the error; the README names those.

use wire::{Fault, sender};

/// Refused about certificates, SSH keys, service-specific credentials and MFA devices.
#[derive(Clone, Debug, PartialEq)]
pub enum CredentialRefusal {
    /// No server certificate of that name.
    NoServerCertificate(String),
    /// There is one of that name.
    ServerCertificateExists(String),
    /// A load balancer has the certificate of that id.
    ServerCertificateInUse(String, String),
    /// The text is no certificate in PEM.
    CertificateText,
    /// The text is no private key in PEM.
    KeyText,
    /// Key and certificate are no pair.
    KeyPair,
    /// The certificate of this index in the chain was not signed by the next; -1 is the leaf.
    Chain(i64),
    /// No signing certificate of that id.
    NoSigningCertificate(String),
    /// The text is no signing certificate.
    SigningCertificateText(String),
    /// The signing certificate is not in force.
    SigningCertificateExpired,
    /// The signing certificate belongs to a user already.
    SigningCertificateTwice,
    /// No SSH public key of that id.
    NoSshKey(String),
    /// The text is in neither of the two encodings.
    SshEncoding,
    /// The key is none that SSH may use here.
    SshKey,
    /// The user has that key already.
    SshKeyTwice,
    /// Status `Expired` is nothing a caller may set.
    Status,
    /// The service takes no credentials of its own.
    NoSuchService(String),
    /// No service-specific credential of that id.
    NoCredential(String),
    /// The service's credentials have no age.
    CredentialAge(String),
    /// No MFA device of that serial number.
    NoDevice(String),
    /// There is a virtual device of that name.
    DeviceExists,
    /// The device belongs to a user already.
    DeviceInUse,
    /// The codes are not two consecutive ones of the device.
    DeviceCodes,
    /// A device in use is not deleted.
    DeviceAssigned,
}

impl CredentialRefusal {
    /// Code, status and sentence.
    pub(super) fn fault(&self) -> Fault {
        let input = |sentence: &str| sender(400, "InvalidInput", sentence);
        let missing = |sentence: String| sender(404, "NoSuchEntity", sentence);
        let malformed = |sentence: String| sender(400, "MalformedCertificate", sentence);
        match self {
            Self::NoServerCertificate(name) => {
                missing(format!("The Server Certificate with name {name} cannot be found."))
            }
            Self::ServerCertificateExists(name) => sender(
                409,
                "EntityAlreadyExists",
                format!("The Server Certificate with name {name} already exists."),
            ),
            // Recorded: hashicorp/terraform issue 3746.
            Self::ServerCertificateInUse(id, by) => sender(
                409,
                "DeleteConflict",
                format!(
                    "Certificate: {id} is currently in use by {by}. Please remove it first before deleting it from IAM."
                ),
            ),
            Self::CertificateText => malformed(
                "Unable to parse certificate. Please ensure the certificate is in PEM format.".to_owned(),
            ),
            Self::KeyText => {
                malformed("Unable to parse key. Please ensure the key is in PEM format.".to_owned())
            }
            Self::KeyPair => {
                sender(400, "KeyPairMismatch", "Public key certificate and private key doesn't match.")
            }
            Self::Chain(index) => malformed(format!(
                "Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: {index}"
            )),
            Self::NoSigningCertificate(id) => {
                missing(format!("The Certificate with id {id} cannot be found."))
            }
            Self::SigningCertificateText(text) => malformed(format!("Certificate {text} is malformed.")),
            Self::SigningCertificateExpired => {
                sender(400, "InvalidCertificate", "The certificate is invalid.")
            }
            Self::SigningCertificateTwice => sender(
                409,
                "DuplicateCertificate",
                "The same certificate is associated with an IAM user in the account.",
            ),
            Self::NoSshKey(id) => missing(format!("The Public Key with id {id} cannot be found.")),
            Self::SshEncoding => sender(400, "UnrecognizedPublicKeyEncoding", "Invalid public key uploaded."),
            Self::SshKey => {
                sender(400, "InvalidPublicKey", "The public key is malformed or otherwise invalid.")
            }
            Self::SshKeyTwice => sender(
                400,
                "DuplicateSSHPublicKey",
                "The SSH public key is already associated with the specified IAM user.",
            ),
            Self::Status => input("The status Expired cannot be set."),
            Self::NoSuchService(name) => {
                missing(format!("No such service {name} is supported for Service Specific Credentials"))
            }
            Self::NoCredential(id) => missing(format!("No such credential {id} exists")),
            Self::CredentialAge(name) => sender(
                400,
                "ValidationError",
                format!("CredentialAgeDays is not supported for the service {name}"),
            ),
            Self::NoDevice(serial) => {
                missing(format!("MFA Device with serial number {serial} does not exist."))
            }
            Self::DeviceExists => sender(409, "EntityAlreadyExists", "MFA device already exists."),
            Self::DeviceInUse => sender(409, "EntityAlreadyExists", "MFA Device is already in use."),
            Self::DeviceCodes => {
                sender(403, "InvalidAuthenticationCode", "Authentication code for device is not valid.")
            }
            Self::DeviceAssigned => {
                sender(409, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.")
            }
        }
    }
}
