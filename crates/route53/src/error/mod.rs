//! What is refused, in AWS's words. Where no answer of AWS's is known, the sentence says what the API reference says of
//! the error; the README names those.

mod domains;
mod resolver;

pub(crate) use domains::Error as DomainsError;
pub(crate) use resolver::Error as ResolverError;

use store::StoreError;
use wire::{AwsError, Fault, receiver, sender};

/// Everything the operations of route53 refuse.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// No change of that id.
    NoChange,
    /// No hosted zone of that id.
    NoZone(String),
    /// It is another account's; who asked.
    NotOwner(String),
    /// The caller reference is another hosted zone's.
    ZoneExists,
    /// Records of the user's are left.
    ZoneHasRecords,
    /// Key-signing keys are left.
    ZoneHasKeys,
    /// The name belongs to AWS.
    Reserved(String),
    /// The name is none.
    BadName(String),
    /// There is no such VPC in the account.
    BadVpc,
    /// A private zone was asked for without a VPC.
    PrivateWithoutVpc,
    /// A private zone cannot have a delegation set.
    SetWithVpc,
    /// Zones of one delegation set lie within each other.
    SetConflict {
        /// The set's id.
        set: String,
        /// The zone's name.
        name: String,
    },
    /// Another private zone of the same name is in the VPC.
    VpcConflict {
        /// The VPC's id.
        vpc: String,
        /// Its Region.
        region: String,
        /// The other zone's id.
        zone: String,
    },
    /// A public zone has no VPCs.
    PublicZone,
    /// The zone's owner has not let the VPC in.
    NotAuthorized(String),
    /// A private zone keeps one VPC.
    LastVpc,
    /// The VPC is not among the zone's.
    NotAssociated,
    /// The VPC was not let in.
    NoAuthorization,
    /// Too many VPCs are let in.
    TooManyAuthorizations,
    /// Only private zones have VPCs.
    NotPrivate,
    /// No reusable delegation set of that id.
    NoSet(String),
    /// The caller reference is another delegation set's.
    SetExists,
    /// The zone's set is reusable already.
    SetReusable,
    /// Zones use the set.
    SetInUse,
    /// The zone whose set was to be reusable is not there.
    NoZoneForSet,
    /// What is wrong with a change batch, sentence by sentence.
    Batch(Vec<String>),
    /// What is wrong with a change batch as a whole.
    BatchAlone(String),
    /// What is wrong with a request, as the sentence says.
    Input(String),
    /// Not a number of items.
    BadMaxItems(String),
    /// The token leads to no page.
    BadToken,
    /// No health check of that id.
    NoCheck(String),
    /// The caller reference is another health check's.
    CheckExists,
    /// The health check was changed meanwhile.
    CheckVersion,
    /// No such place.
    NoLocation,
    /// No CIDR collection of that id.
    NoCollection,
    /// No such location in the collection.
    NoCidrLocation,
    /// The name is another collection's.
    CollectionExists,
    /// The collection is not empty, or records name it.
    CollectionInUse,
    /// The collection was changed meanwhile.
    CollectionVersion,
    /// The block is in another location.
    BlockInUse,
    /// A hard limit.
    TooMany,
    /// The ARN is no log group's.
    BadLogGroup,
    /// Queries of private zones are not logged.
    LogsOfPrivateZone,
    /// The zone logs already.
    LogsExist,
    /// No query logging configuration of that id.
    NoLogs,
    /// No traffic policy of that id and version.
    NoPolicy,
    /// The name is another traffic policy's.
    PolicyExists,
    /// Instances use the version.
    PolicyInUse,
    /// The document is no traffic policy.
    BadPolicy(String),
    /// The versions of a policy are used up.
    TooManyVersions,
    /// No traffic policy instance of that id.
    NoInstance,
    /// Something of that name and type is in the zone.
    InstanceExists,
    /// The version answers another type.
    TypesDiffer,
    /// No key-signing key of that name.
    NoKey,
    /// The name or the KMS key is another key-signing key's.
    KeyExists,
    /// A zone has two keys at the most.
    TooManyKeys,
    /// The name of a key has other characters.
    BadKeyName,
    /// The ARN is no KMS key's of us-east-1.
    BadKmsArn,
    /// Only an inactive key goes.
    KeyActive(String),
    /// A key is active or inactive.
    BadKeyStatus,
    /// The last active key of a zone that signs.
    KeyInUse,
    /// The zone above names the key.
    KeyInParent,
    /// Nothing to sign with.
    NoActiveKey(String),
    /// The zone has no keys.
    NoDnssec,
    /// Private zones are not signed.
    SigningOfPrivateZone,
    /// A part of AWS's that is not built; its name.
    NotBuilt(&'static str),
    /// The store failed; the log says why.
    Store(StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::NoChange => {
                sender(404, "NoSuchChange", "A change with the specified change ID does not exist.")
            }
            Self::NoZone(text) => {
                sender(404, "NoSuchHostedZone", format!("No hosted zone found with ID: {text}"))
            }
            Self::NotOwner(text) => {
                sender(403, "AccessDenied", format!("User: {text} is not authorized to access this resource"))
            }
            Self::ZoneExists => sender(
                409,
                "HostedZoneAlreadyExists",
                "A hosted zone has already been created with the specified caller reference.",
            ),
            Self::ZoneHasRecords => sender(
                400,
                "HostedZoneNotEmpty",
                "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
            ),
            Self::ZoneHasKeys => sender(
                400,
                "HostedZoneNotEmpty",
                "The specified hosted zone contains DNSSEC Key Signing Keys and so cannot be deleted.",
            ),
            Self::Reserved(text) => sender(400, "InvalidDomainName", format!("{text} is reserved by AWS!")),
            Self::BadName(text) => {
                sender(400, "InvalidDomainName", format!("The domain name {text} is not valid"))
            }
            Self::BadVpc => sender(400, "InvalidVPCId", "The VPC ID is invalid."),
            Self::PrivateWithoutVpc => sender(
                400,
                "InvalidInput",
                "When you're creating a private hosted zone (when you specify true for PrivateZone), you must also specify values for VPCId and VPCRegion.",
            ),
            Self::SetWithVpc => {
                sender(400, "InvalidInput", "You cannot specify both a delegation set ID and a VPC.")
            }
            Self::SetConflict { set, name } => sender(
                400,
                "ConflictingDomainExists",
                format!(
                    "Cannot create hosted zone with DelegationSetId DelegationSetId:{set} as the DNSName {name} conflicts with existing ones sharing the delegation set"
                ),
            ),
            Self::VpcConflict { vpc, region, zone } => sender(
                400,
                "ConflictingDomainExists",
                format!(
                    "The VPC {vpc} in region {region} has already been associated with the hosted zone {zone} with the same domain name."
                ),
            ),
            Self::PublicZone => sender(
                400,
                "PublicZoneVPCAssociation",
                "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.",
            ),
            Self::NotAuthorized(text) => sender(
                401,
                "NotAuthorizedException",
                format!("The VPC: {text} has not authorized to associate with your hosted zone."),
            ),
            Self::LastVpc => sender(
                400,
                "LastVPCAssociation",
                "The VPC that you're trying to disassociate from the private hosted zone is the last VPC that is associated with the hosted zone. Amazon Route 53 doesn't support disassociating the last VPC from a hosted zone.",
            ),
            Self::NotAssociated => sender(
                404,
                "VPCAssociationNotFound",
                "The specified VPC and hosted zone are not currently associated.",
            ),
            Self::NoAuthorization => sender(
                404,
                "VPCAssociationAuthorizationNotFound",
                "The VPC that you specified is not authorized to be associated with the hosted zone.",
            ),
            Self::TooManyAuthorizations => sender(
                400,
                "TooManyVPCAssociationAuthorizations",
                "You've created the maximum number of authorizations that can be created for the specified hosted zone. To authorize another VPC to be associated with the hosted zone, submit a DeleteVPCAssociationAuthorization request to remove an existing authorization. To get a list of existing authorizations, submit a ListVPCAssociationAuthorizations request.",
            ),
            Self::NotPrivate => sender(
                400,
                "HostedZoneNotPrivate",
                "The specified hosted zone is a public hosted zone, not a private hosted zone.",
            ),
            Self::NoSet(text) => sender(400, "NoSuchDelegationSet", text.clone()),
            Self::SetExists => sender(
                400,
                "DelegationSetAlreadyCreated",
                "A delegation set with the same owner and caller reference combination has already been created.",
            ),
            Self::SetReusable => sender(
                400,
                "DelegationSetAlreadyReusable",
                "The specified delegation set has already been marked as reusable.",
            ),
            Self::SetInUse => sender(
                400,
                "DelegationSetInUse",
                "The specified delegation contains associated hosted zones which must be deleted before the reusable delegation set can be deleted.",
            ),
            Self::NoZoneForSet => {
                sender(400, "HostedZoneNotFound", "The specified HostedZone can't be found.")
            }
            Self::Batch(found) => sender(400, "InvalidChangeBatch", format!("[{}]", found.join(", "))),
            Self::BatchAlone(text) => sender(400, "InvalidChangeBatch", text.clone()),
            Self::Input(text) => sender(400, "InvalidInput", text.clone()),
            Self::BadMaxItems(text) => {
                sender(400, "InvalidInput", format!("Invalid value for MaxItems: {text}"))
            }
            Self::BadToken => sender(
                400,
                "InvalidPaginationToken",
                "The value that you specified to get the second or subsequent page of results is invalid.",
            ),
            Self::NoCheck(text) => {
                sender(404, "NoSuchHealthCheck", format!("A health check with id {text} does not exist."))
            }
            Self::CheckExists => sender(
                409,
                "HealthCheckAlreadyExists",
                "The health check you're attempting to create already exists.",
            ),
            Self::CheckVersion => sender(
                409,
                "HealthCheckVersionMismatch",
                "The value of HealthCheckVersion in the request doesn't match the value of HealthCheckVersion in the health check.",
            ),
            Self::NoLocation => sender(
                404,
                "NoSuchGeoLocation",
                "Amazon Route 53 doesn't support the specified geographic location. For a list of supported geolocation codes, see the GeoLocation data type.",
            ),
            Self::NoCollection => sender(
                404,
                "NoSuchCidrCollectionException",
                "The CIDR collection you specified, doesn't exist.",
            ),
            Self::NoCidrLocation => sender(
                404,
                "NoSuchCidrLocationException",
                "The CIDR collection location doesn't match any locations in your account.",
            ),
            Self::CollectionExists => sender(
                400,
                "CidrCollectionAlreadyExistsException",
                "A CIDR collection with this name and a different caller reference already exists in this account.",
            ),
            Self::CollectionInUse => sender(
                400,
                "CidrCollectionInUseException",
                "This CIDR collection is in use, and isn't empty.",
            ),
            Self::CollectionVersion => sender(
                409,
                "CidrCollectionVersionMismatchException",
                "The CIDR collection version you provided, doesn't match the one in the ListCidrCollections operation.",
            ),
            Self::BlockInUse => sender(400, "CidrBlockInUseException", "This CIDR block is already in use."),
            Self::TooMany => sender(
                400,
                "LimitsExceeded",
                "This operation can't be completed because the current account has reached the limit on the resource you are trying to create. To request a higher limit, create a case with the Amazon Web Services Support Center.",
            ),
            Self::BadLogGroup => {
                sender(400, "InvalidInput", "The ARN for the CloudWatch Logs log group is invalid")
            }
            Self::LogsOfPrivateZone => {
                sender(400, "InvalidInput", "Query logging is not supported for private hosted zones")
            }
            Self::LogsExist => sender(
                409,
                "QueryLoggingConfigAlreadyExists",
                "A query logging configuration already exists for this hosted zone",
            ),
            Self::NoLogs => {
                sender(404, "NoSuchQueryLoggingConfig", "The query logging configuration does not exist")
            }
            Self::NoPolicy => {
                sender(404, "NoSuchTrafficPolicy", "No traffic policy exists with the specified ID.")
            }
            Self::PolicyExists => sender(
                409,
                "TrafficPolicyAlreadyExists",
                "A traffic policy that has the same value for Name already exists.",
            ),
            Self::PolicyInUse => sender(
                400,
                "TrafficPolicyInUse",
                "One or more traffic policy instances were created by using the specified traffic policy.",
            ),
            Self::BadPolicy(text) => sender(
                400,
                "InvalidTrafficPolicyDocument",
                format!(
                    "The format of the traffic policy document that you specified in the Document element is not valid. {text}"
                ),
            ),
            Self::TooManyVersions => sender(
                400,
                "TooManyTrafficPolicyVersionsForCurrentPolicy",
                "This traffic policy version can't be created because you've reached the limit of 1000 on the number of versions that you can create for the current traffic policy.",
            ),
            Self::NoInstance => sender(
                404,
                "NoSuchTrafficPolicyInstance",
                "No traffic policy instance exists with the specified ID.",
            ),
            Self::InstanceExists => sender(
                409,
                "TrafficPolicyInstanceAlreadyExists",
                "There is already a traffic policy instance with the specified ID.",
            ),
            Self::TypesDiffer => sender(
                400,
                "ConflictingTypes",
                "You tried to update a traffic policy instance by using a traffic policy version that has a different DNS type than the current type for the instance.",
            ),
            Self::NoKey => {
                sender(404, "NoSuchKeySigningKey", "The specified key-signing key (KSK) doesn't exist.")
            }
            Self::KeyExists => sender(
                409,
                "KeySigningKeyAlreadyExists",
                "You've already created a key-signing key (KSK) with this name or with the same customer managed key ARN.",
            ),
            Self::TooManyKeys => sender(
                400,
                "TooManyKeySigningKeys",
                "You've reached the limit for the number of key-signing keys (KSKs). Remove at least one KSK, and then try again.",
            ),
            Self::BadKeyName => sender(
                400,
                "InvalidKeySigningKeyName",
                "The key-signing key (KSK) name that you specified isn't a valid name.",
            ),
            Self::BadKmsArn => sender(
                400,
                "InvalidKMSArn",
                "The KeyManagementServiceArn that you specified isn't valid to use with DNSSEC signing.",
            ),
            Self::KeyActive(text) => sender(
                400,
                "InvalidKeySigningKeyStatus",
                format!(
                    "Key Signing Key with name {text} cannot be deleted because current status is not INACTIVE."
                ),
            ),
            Self::BadKeyStatus => sender(
                400,
                "InvalidKeySigningKeyStatus",
                "The key-signing key (KSK) status isn't valid or another KSK has the status INTERNAL_FAILURE.",
            ),
            Self::KeyInUse => sender(
                400,
                "KeySigningKeyInUse",
                "The key-signing key (KSK) that you specified can't be deactivated because it's the only KSK for a currently-enabled DNSSEC. Disable DNSSEC signing, or add or enable another KSK.",
            ),
            Self::KeyInParent => sender(
                400,
                "KeySigningKeyInParentDSRecord",
                "The key-signing key (KSK) is specified in a parent DS record.",
            ),
            Self::NoActiveKey(text) => sender(
                400,
                "KeySigningKeyWithActiveStatusNotFound",
                format!("Hosted zone with ID '{text}' does not have a Key Signing Key in ACTIVE status."),
            ),
            Self::NoDnssec => {
                sender(400, "DNSSECNotFound", "The hosted zone doesn't have any DNSSEC resources.")
            }
            // Recorded: turbot/steampipe-plugin-aws, issue 587.
            Self::SigningOfPrivateZone => {
                sender(400, "InvalidArgument", "Operation is unsupported for private hosted zones.")
            }
            Self::NotBuilt(what) => receiver(501, "NotImplemented", format!("{what} is not implemented")),
            Self::Store(error) => {
                receiver(500, "InternalError", "An internal error has occurred").because(error)
            }
        }
    }
}
