//! What the metadata service of instances needs of the owners of EC2's parts.

use crate::id::InstanceId;
use crate::neighbour::InstanceState;
use base::Scope;
use shapes_ec2 as ec2;
use store::View;

/// What the metadata service needs of instances. Met by `compute`.
pub trait MachineFacts: Send + Sync {
    /// The instance of that id, of whatever account and Region; `None` where there is none. An instance asks by its
    /// own wire, not by a signature: its id is all that is known.
    fn machine(&self, view: &View, id: &InstanceId) -> Option<Machine>;

    /// Where the instances of a world are, in the order of their accounts, Regions and ids.
    fn machines(&self, view: &View) -> Vec<Whereabouts>;
}

/// What an instance is told of itself.
#[derive(Clone)]
pub struct Machine {
    /// Whose it is and where.
    pub scope: Scope,
    /// What it is doing.
    pub state: InstanceState,
    /// The call that launched it: `r-…`.
    pub reservation: String,
    /// What DescribeInstances says of it.
    pub described: ec2::Instance,
    /// Base64, as it was given.
    pub user_data: Option<String>,
    /// The name of its key pair, and the line for `authorized_keys`.
    pub public_key: Option<(String, String)>,
    /// Who is answered, and how.
    pub access: MachineAccess,
}

/// The metadata options of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineAccess {
    /// Whether anybody is.
    pub is_on: bool,
    /// Whether only those are who show a token.
    pub requires_token: bool,
    /// How many hops the answer to a wish for a token may go.
    pub hop_limit: i32,
    /// Whether its tags are told.
    pub shows_tags: bool,
}

/// Where an instance is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// Whose and in which Region.
    pub scope: Scope,
    /// Its id.
    pub id: InstanceId,
    /// The value of its tag `Name`.
    pub name: Option<String>,
    /// `t3.micro`
    pub instance_type: String,
    /// What it is doing.
    pub state: InstanceState,
}

/// What the metadata service needs of networks. Met by `vpc`.
pub trait SubnetFacts: Send + Sync {
    /// The blocks of a subnet and of its VPC; `None` where there is no such subnet.
    fn blocks(&self, view: &View, scope: &Scope, subnet: &str) -> Option<SubnetBlocks>;
}

/// Blocks, as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubnetBlocks {
    /// That of the subnet, if it is not for IPv6 alone.
    pub subnet_ipv4: Option<String>,
    /// Those of the subnet.
    pub subnet_ipv6: Vec<String>,
    /// Those of the VPC; the first is the one it was made with.
    pub vpc_ipv4: Vec<String>,
    /// Those of the VPC.
    pub vpc_ipv6: Vec<String>,
}
