//! What is refused: a refusal, and whom it is about, as the members of the API's errors tell it.

mod access;
mod beside;
mod nodes;
mod refusal;
mod setup;
mod within;

pub(crate) use access::Access;
pub(crate) use beside::Beside;
pub(crate) use nodes::Nodes;
pub(crate) use refusal::Refusal;
pub(crate) use setup::Setup;
pub(crate) use within::Within;

use crate::document;
use serde::Serialize;
use shape::Shape;
use shapes_eks as api;
use store::{StoreError, TokenMismatch};
use wire::{AwsError, Fault};

/// Everything this crate refuses.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    why: Box<Refusal>,
    about: About,
}

/// Whom a refusal is about; a member that does not apply is `null` on the wire.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct About {
    cluster_name: Option<String>,
    nodegroup_name: Option<String>,
    fargate_profile_name: Option<String>,
    addon_name: Option<String>,
    subscription_id: Option<String>,
    valid_zones: Option<Vec<String>>,
}

impl Error {
    /// It is about a cluster.
    pub(crate) fn of(mut self, cluster: &str) -> Self {
        self.about.cluster_name = Some(cluster.to_owned());
        self
    }

    /// It is about a node group, or several.
    pub(crate) fn nodegroup(mut self, name: &str) -> Self {
        self.about.nodegroup_name = Some(name.to_owned());
        self
    }

    /// It is about an add-on.
    pub(crate) fn addon(mut self, name: &str) -> Self {
        self.about.addon_name = Some(name.to_owned());
        self
    }

    /// It is about a Fargate profile.
    pub(crate) fn profile(mut self, name: &str) -> Self {
        self.about.fargate_profile_name = Some(name.to_owned());
        self
    }

    /// It is about a subscription.
    pub(crate) fn subscription(mut self, id: &str) -> Self {
        self.about.subscription_id = Some(id.to_owned());
        self
    }
}

impl Refusal {
    /// The refusal, about a cluster.
    pub(crate) fn about(self, cluster: &str) -> Error {
        Error::from(self).of(cluster)
    }
}

impl From<Refusal> for Error {
    fn from(why: Refusal) -> Self {
        let valid_zones = match &why {
            Refusal::Zone(_, _, valid) => Some(valid.clone()),
            _ => None,
        };
        Self { why: Box::new(why), about: About { valid_zones, ..About::default() } }
    }
}

/// A refusal of some part of the API.
macro_rules! part {
    ($part:ident) => {
        impl $part {
            /// The refusal, about a cluster.
            pub(crate) fn about(self, cluster: &str) -> Error {
                Error::from(self).of(cluster)
            }
        }

        impl From<$part> for Error {
            fn from(why: $part) -> Self {
                Refusal::$part(why).into()
            }
        }
    };
}

part!(Access);
part!(Beside);
part!(Nodes);
part!(Setup);
part!(Within);

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Refusal::Store(error).into()
    }
}

impl From<TokenMismatch> for Error {
    fn from(_: TokenMismatch) -> Self {
        Refusal::TokenMismatch.into()
    }
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        let fault = self.why.fault();
        match members(&fault.code, &self.about) {
            Some(members) if !self.why.is_of_auth() => fault.members(members),
            _ => fault,
        }
    }
}

/// The modelled structure of an error, with whom it is about.
fn members(code: &str, about: &About) -> Option<Box<dyn Shape>> {
    fn of<S: Shape + Default>(about: &About) -> Option<Box<dyn Shape>> {
        Some(Box::new(document::shape::<S>(about)))
    }
    match code {
        refusal::NOT_FOUND => of::<api::ResourceNotFoundException>(about),
        refusal::PARAMETER => of::<api::InvalidParameterException>(about),
        refusal::REQUEST => of::<api::InvalidRequestException>(about),
        refusal::IN_USE => of::<api::ResourceInUseException>(about),
        refusal::LIMIT => of::<api::ResourceLimitExceededException>(about),
        refusal::ZONE => of::<api::UnsupportedAvailabilityZoneException>(about),
        _ => None,
    }
}
