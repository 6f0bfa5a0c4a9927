//! A node group: what it is meant to be, and what was seen of it.

use super::image::AmiType;
use super::wish::Wish;
use crate::cluster::Cluster;
use crate::error::{Error, Refusal};
use crate::key;
use base::{Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Record, Rows};

/// A managed node group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Nodegroup {
    pub(crate) scope: Scope,
    pub(crate) cluster: String,
    pub(crate) name: String,
    /// The end of its ARN, which everything made for it is named by.
    pub(crate) mark: String,
    pub(crate) status: Status,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) role: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) capacity_type: String,
    pub(crate) ami_type: AmiType,
    /// `None` where a launch template says the type.
    pub(crate) instance_types: Option<Vec<String>>,
    /// `None` where a launch template says the size.
    pub(crate) disk_size_gib: Option<i32>,
    /// The key and the source groups of SSH, as they were given.
    pub(crate) remote_access: Option<Value>,
    /// What UpdateNodegroupConfig changes.
    pub(crate) wish: Wish,
    /// What its nodes are made of.
    pub(crate) release: Release,
    /// The number of that release.
    pub(crate) rollout: u32,
    /// What its nodes are to be made of, and the number of it: an update of the version is running.
    pub(crate) next: Option<(u32, Release)>,
    /// The last number given to a release.
    pub(crate) last_rollout: u32,
    /// How often what its launch template says has changed.
    pub(crate) revision: u32,
    /// What was made beside its nodes.
    pub(crate) beside: Beside,
    pub(crate) nodes: Vec<Node>,
    pub(crate) issues: Vec<Issue>,
}

/// What nodes are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Release {
    /// `1.34`.
    pub(crate) version: String,
    /// `1.34.1-20251112`; of an image of the user's own its id.
    pub(crate) release_version: String,
    /// The image.
    pub(crate) image: String,
    /// The user's launch template.
    pub(crate) template: Option<UserTemplate>,
    /// The version of EKS's own launch template that launches it, once that is made.
    pub(crate) own_version: Option<i64>,
}

/// A version of a launch template of the user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserTemplate {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
}

/// What is made beside nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Beside {
    /// Whether the instance profile is made, with the role in it.
    pub(crate) has_profile: bool,
    /// The security group that lets SSH in.
    pub(crate) remote_group: Option<String>,
    /// The launch template.
    pub(crate) template: Option<String>,
}

/// A place for a node. It is kept before its instance is made, whose client token is of it: however often that is tried,
/// there is one instance at the most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Node {
    pub(crate) token: String,
    pub(crate) subnet: String,
    /// Which of the instance types it is tried with.
    pub(crate) choice: usize,
    /// The number of the release that it is made of.
    pub(crate) rollout: u32,
    /// The version of EKS's own launch template that it is launched with.
    pub(crate) template_version: i64,
    pub(crate) instance: Option<String>,
    pub(crate) state: NodeState,
}

/// The states of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NodeState {
    /// It has no instance, or one that does not run yet.
    Starting,
    /// Its instance runs.
    Running,
    /// Its instance is to end.
    Leaving,
    /// Its instance has ended.
    Gone,
}

/// Something that is wrong with a node group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Issue {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) resource_ids: Vec<String>,
}

/// The states of a node group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Creating,
    Active,
    Updating,
    Degraded,
    Deleting,
    CreateFailed,
    DeleteFailed,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating => "UPDATING",
            Self::Degraded => "DEGRADED",
            Self::Deleting => "DELETING",
            Self::CreateFailed => "CREATE_FAILED",
            Self::DeleteFailed => "DELETE_FAILED",
        }
    }
}

impl Record for Nodegroup {
    const TABLE: &'static str = "eks_nodegroup";
    type Key = String;

    fn key(&self) -> String {
        key::child(&self.scope, &self.cluster, &self.name)
    }
}

impl Nodegroup {
    pub(crate) fn arn(&self) -> String {
        key::arn(&self.scope, &format!("nodegroup/{}/{}/{}", self.cluster, self.name, self.mark))
    }

    /// The Auto Scaling group that AWS would keep its nodes with.
    pub(crate) fn scaling_group(&self) -> String {
        format!("eks-{}-{}", self.name, self.mark)
    }

    /// What its launch template and its instance profile are called.
    pub(crate) fn own_name(&self) -> String {
        format!("eks-{}", self.mark)
    }

    /// What nodes are to be made of now, and the number of it.
    pub(crate) fn target(&self) -> (u32, &Release) {
        self.next.as_ref().map_or((self.rollout, &self.release), |(number, release)| (*number, release))
    }

    /// Nodes that are there and do not leave.
    pub(crate) fn present(&self) -> usize {
        let stays = |node: &&Node| matches!(node.state, NodeState::Starting | NodeState::Running);
        self.nodes.iter().filter(stays).count()
    }

    /// Whether all nodes run that are wanted, of the release that is wanted, and no others.
    pub(crate) fn is_whole(&self) -> bool {
        let rollout = self.target().0;
        let is_right = |node: &Node| node.state == NodeState::Running && node.rollout == rollout;
        let present = self.present();
        present == self.wish.scaling_config.count()
            && self.nodes.iter().filter(|node| is_right(node)).count() == present
    }

    /// The tags by which AWS finds what belongs to the group.
    pub(crate) fn own_tags(&self) -> BTreeMap<String, String> {
        [("eks:cluster-name", &self.cluster), ("eks:nodegroup-name", &self.name)]
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect()
    }
}

/// The node groups of a cluster, by name.
pub(crate) fn all(rows: &impl Rows, cluster: &Cluster) -> Vec<Arc<Nodegroup>> {
    rows.below::<Nodegroup>(&key::below(&cluster.scope, &cluster.name))
}

/// The node group of that name.
pub(crate) fn find(rows: &impl Rows, cluster: &Cluster, name: &str) -> Result<Arc<Nodegroup>, Error> {
    let found = rows.row::<Nodegroup>(&key::child(&cluster.scope, &cluster.name, name));
    found.ok_or_else(|| Refusal::NoNodegroup(name.to_owned()).about(&cluster.name).nodegroup(name))
}
