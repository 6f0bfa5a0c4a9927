//! A cluster: what it is meant to be, and what was seen of it.

use crate::cluster::config::Config;
use crate::error::{Access, Error, Refusal};
use crate::key;
use crate::version;
use base::{Partition, Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Record, Rows};

/// A cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cluster {
    pub(crate) scope: Scope,
    pub(crate) name: String,
    /// 32 hexadecimal digits in capitals: its endpoint and its issuer are named by them, and a cluster that is made
    /// again under the name has others.
    pub(crate) id: String,
    /// The part of its endpoint that says in which cell of AWS it lives: `gr7`.
    pub(crate) cell: String,
    pub(crate) created_at: Timestamp,
    pub(crate) role: String,
    pub(crate) status: Status,
    /// What it is set to.
    pub(crate) config: Config,
    /// What was seen of it.
    pub(crate) seen: Seen,
    /// When it came to its version, and from which: it may go back for a while.
    pub(crate) upgraded: Option<Upgrade>,
    /// Of one that runs elsewhere.
    pub(crate) connector: Option<Connector>,
    /// Whether software that every cluster needs was put into it at first.
    pub(crate) has_self_managed_addons: bool,
    pub(crate) tags: Tags,
}

/// What was seen of a cluster, as against what it is meant to be.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    /// The security group that its interfaces stand in.
    pub(crate) group: Option<String>,
    /// Its interfaces in the user's subnets.
    pub(crate) interfaces: Vec<String>,
    /// Where its Kubernetes endpoint listens; `None` while nothing does.
    pub(crate) listens_at: Option<String>,
    /// Why nothing listens, or what else is wrong with it.
    pub(crate) reason: Option<String>,
}

/// A change of the version within the place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upgrade {
    pub(crate) from: String,
    pub(crate) at: Timestamp,
}

/// What registers a cluster that runs elsewhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Connector {
    pub(crate) activation_id: String,
    pub(crate) activation_code: String,
    pub(crate) activation_expiry: Timestamp,
    pub(crate) provider: String,
    pub(crate) role_arn: String,
}

/// The states of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Creating,
    Active,
    Deleting,
    Updating,
    Pending,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Deleting => "DELETING",
            Self::Updating => "UPDATING",
            Self::Pending => "PENDING",
        }
    }
}

impl Record for Cluster {
    const TABLE: &'static str = "eks_cluster";
    type Key = String;

    fn key(&self) -> String {
        key::own(&self.scope, &self.name)
    }
}

impl Cluster {
    pub(crate) fn arn(&self) -> String {
        key::arn(&self.scope, &format!("cluster/{}", self.name))
    }

    /// Its endpoint, as AWS names it.
    pub(crate) fn endpoint(&self) -> String {
        let region = self.scope.region.as_str();
        if self.config.kubernetes_network_config.ip_family == "ipv6" {
            return format!("https://{}.{}.eks-cluster.{region}.api.aws", self.id, self.cell);
        }
        let suffix = self.scope.partition.dns_suffix();
        format!("https://{}.{}.{region}.eks.{suffix}", self.id, self.cell)
    }

    /// The issuer of its service accounts' tokens.
    pub(crate) fn issuer(&self) -> String {
        format!("https://{}", issuer_place(&self.scope, &self.id))
    }

    /// The platform of its version.
    pub(crate) fn platform(&self) -> Option<String> {
        version::find(&self.config.version).map(version::Version::platform)
    }

    /// Whether changes may begin.
    pub(crate) fn require_active(&self) -> Result<(), Error> {
        match self.status {
            Status::Active => Ok(()),
            Status::Creating | Status::Deleting | Status::Updating | Status::Pending => {
                Err(Refusal::ClusterNotActive(self.name.clone()).about(&self.name))
            }
        }
    }

    /// Whether access entries count in it.
    pub(crate) fn require_access_entries(&self) -> Result<(), Error> {
        if self.config.has_access_entries() { Ok(()) } else { Err(Access::NoAccessEntries.about(&self.name)) }
    }
}

/// Host and path of an issuer.
pub(crate) fn issuer_place(scope: &Scope, id: &str) -> String {
    let suffix = match scope.partition {
        Partition::AwsCn => "amazonaws.com.cn",
        Partition::Aws | Partition::AwsUsGov => "amazonaws.com",
    };
    format!("oidc.eks.{}.{suffix}/id/{id}", scope.region)
}

/// The cluster of that name, whatever it is. One that runs elsewhere is found too.
pub(crate) fn any(rows: &impl Rows, scope: &Scope, name: &str) -> Result<Arc<Cluster>, Error> {
    let found = rows.row::<Cluster>(&key::own(scope, name));
    found.ok_or_else(|| Refusal::NoCluster(name.to_owned()).into())
}

/// The cluster of that name that runs here.
pub(crate) fn find(rows: &impl Rows, scope: &Scope, name: &str) -> Result<Arc<Cluster>, Error> {
    any(rows, scope, name).map_err(|error| error.of(name)).and_then(|cluster| {
        if cluster.connector.is_none() {
            Ok(cluster)
        } else {
            Err(Refusal::Connected(name.to_owned()).about(name))
        }
    })
}
