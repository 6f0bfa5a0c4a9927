//! What the owners of EC2's parts ask of each other. Each trait is one need; whoever meets it changes its own tables
//! within the transaction of the one that asks.

use crate::error::Error;
use crate::id::{InstanceId, VolumeId};
use base::{Scope, Tags, Timestamp, Zone};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::any::Any;
use std::sync::Arc;
use store::{Tx, View};

/// A row of whatever kind: what was told from it holds while it is the same one.
pub type Row = Arc<dyn Any + Send + Sync>;

/// What networks and volumes need of instances. Met by `compute`.
pub trait Instances: Send + Sync {
    /// The instance of that id; `None` where there is none. One that has ended is there for a while.
    fn get(&self, tx: &Tx, scope: &Scope, id: &InstanceId) -> Option<InstanceFacts>;
}

/// Where nobody runs instances: a part of EC2 by itself.
pub struct NoInstances;

impl Instances for NoInstances {
    fn get(&self, _tx: &Tx, _scope: &Scope, _id: &InstanceId) -> Option<InstanceFacts> {
        None
    }
}

/// What others may know of an instance.
#[derive(Clone, Debug)]
pub struct InstanceFacts {
    /// What it is doing.
    pub state: InstanceState,
    /// Where it stands.
    pub zone: Zone,
    /// `t3.micro`.
    pub instance_type: String,
    /// The device it boots from: `/dev/xvda`.
    pub root_device: String,
    /// Network interfaces that its type may have.
    pub most_interfaces: usize,
    /// IPv4 addresses that each of them may have.
    pub most_addresses: usize,
    /// IPv6 addresses that each of them may have.
    pub most_ipv6_addresses: usize,
    /// Volumes that its type may have.
    pub most_volumes: usize,
}

/// The states of an instance. Source: EC2 API reference, InstanceState.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceState {
    /// It starts.
    Pending,
    /// It runs.
    Running,
    /// It ends for good.
    ShuttingDown,
    /// It has ended for good.
    Terminated,
    /// It stops.
    Stopping,
    /// It is off.
    Stopped,
}

impl InstanceState {
    /// AWS's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
        }
    }

    /// AWS's number.
    pub fn code(self) -> i32 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::ShuttingDown => 32,
            Self::Terminated => 48,
            Self::Stopping => 64,
            Self::Stopped => 80,
        }
    }
}

/// What endpoint services need of load balancers.
pub trait LoadBalancers: Send + Sync {
    /// The load balancer of that ARN, which is in the scope; `None` where there is none.
    fn get(&self, tx: &Tx, scope: &Scope, arn: &str) -> Option<LoadBalancer>;
}

/// Where nobody balances loads.
pub struct NoLoadBalancers;

impl LoadBalancers for NoLoadBalancers {
    fn get(&self, _tx: &Tx, _scope: &Scope, _arn: &str) -> Option<LoadBalancer> {
        None
    }
}

/// What load balancers need of endpoint services. Met by `vpc`.
pub trait EndpointServices: Send + Sync {
    /// Whether an endpoint service of the scope stands on the load balancer of that ARN.
    fn stand_on(&self, tx: &Tx, scope: &Scope, arn: &str) -> bool;
}

/// What others may know of a load balancer.
#[derive(Clone, Debug)]
pub struct LoadBalancer {
    /// Of which kind it is.
    pub kind: LoadBalancerKind,
    /// Whether it is active.
    pub is_active: bool,
    /// Where it stands.
    pub zones: Vec<Zone>,
    /// `ipv4`, `ipv6`: by what it is reached.
    pub ip_types: Vec<String>,
}

/// The kinds of load balancers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadBalancerKind {
    /// Of HTTP.
    Application,
    /// Of connections.
    Network,
    /// Of packets.
    Gateway,
}

/// What instances need of volumes. Met by `ebs`.
pub trait Volumes: Send + Sync {
    /// Makes a volume that is attached to a new instance from its beginning.
    fn make(&self, cx: &Cx, tx: &mut Tx, wish: &NewVolume) -> Result<VolumeId, Error>;

    /// An instance has ended: what is to go with it goes, the rest is detached.
    fn end(&self, tx: &mut Tx, scope: &Scope, instance: &InstanceId);

    /// The volumes of an instance, by device.
    fn of_instance(&self, view: &View, scope: &Scope, instance: &InstanceId) -> Vec<AttachedVolume>;

    /// Every row that these are told from.
    fn rows_of_instance(&self, view: &View, scope: &Scope, instance: &InstanceId) -> Vec<Row>;

    /// Puts a new volume in the place of the one that an instance has under the wish's device name, with its measures;
    /// without a snapshot in the wish it begins as that one did.
    fn replace(&self, cx: &Cx, tx: &mut Tx, wish: &NewVolume, delete_old: bool) -> Result<VolumeId, Error>;

    /// Says whether a volume goes with its instance; false where the instance has none under that device name.
    fn go_with(&self, tx: &mut Tx, scope: &Scope, instance: &InstanceId, device: &str, goes: bool) -> bool;
}

/// Where nobody keeps volumes: instances by themselves.
pub struct NoVolumes;

impl Volumes for NoVolumes {
    fn make(&self, cx: &Cx, _tx: &mut Tx, _wish: &NewVolume) -> Result<VolumeId, Error> {
        Ok(VolumeId::new(cx.ids()))
    }

    fn end(&self, _tx: &mut Tx, _scope: &Scope, _instance: &InstanceId) {}

    fn of_instance(&self, _view: &View, _scope: &Scope, _instance: &InstanceId) -> Vec<AttachedVolume> {
        Vec::new()
    }

    fn rows_of_instance(&self, _view: &View, _scope: &Scope, _instance: &InstanceId) -> Vec<Row> {
        Vec::new()
    }

    fn replace(
        &self,
        _cx: &Cx,
        _tx: &mut Tx,
        wish: &NewVolume,
        _delete_old: bool,
    ) -> Result<VolumeId, Error> {
        Err(crate::error::Launch::NoDevice(wish.instance.to_string(), wish.device.clone()).into())
    }

    fn go_with(
        &self,
        _tx: &mut Tx,
        _scope: &Scope,
        _instance: &InstanceId,
        _device: &str,
        _goes: bool,
    ) -> bool {
        false
    }
}

/// A volume of a new instance. Source: EC2 API reference, EbsBlockDevice.
#[derive(Clone, Debug)]
pub struct NewVolume {
    /// Whose it is to be.
    pub instance: InstanceId,
    /// Under which name: `/dev/xvda`.
    pub device: String,
    /// Where.
    pub zone: Zone,
    /// GiB; those of the snapshot where nothing is asked.
    pub size_gib: Option<i32>,
    /// `gp3`.
    pub volume_type: Option<String>,
    /// Operations a second.
    pub iops: Option<i32>,
    /// MiB a second.
    pub throughput: Option<i32>,
    /// The snapshot it begins as.
    pub snapshot: Option<String>,
    /// The size of that snapshot, in GiB, where it belongs to a public image and is nobody's row.
    pub public_snapshot_gib: Option<i32>,
    /// Whether it is asked to be encrypted.
    pub encrypted: Option<bool>,
    /// By which key.
    pub kms_key_id: Option<String>,
    /// Whether it goes with the instance.
    pub delete_on_termination: bool,
    /// Its tags.
    pub tags: Tags,
}

/// A volume that an instance has.
#[derive(Clone, Debug)]
pub struct AttachedVolume {
    /// Its id.
    pub id: VolumeId,
    /// Under which name.
    pub device: String,
    /// `attached`.
    pub status: &'static str,
    /// Since when.
    pub attached_at: Timestamp,
    /// Whether it goes with the instance.
    pub delete_on_termination: bool,
    /// GiB.
    pub size_gib: i32,
    /// `gp3`.
    pub volume_type: &'static str,
    /// Operations a second, where they are asked for.
    pub iops: Option<i32>,
    /// MiB a second, where the type tells it.
    pub throughput: Option<i32>,
    /// Whether it is encrypted.
    pub is_encrypted: bool,
    /// The snapshot it began as.
    pub snapshot: Option<String>,
}

/// What instances need of networks. Met by `vpc`.
pub trait Networks: Send + Sync {
    /// Where an instance is to stand: in a named subnet, or in the default one of a zone, or of any.
    fn place(&self, cx: &Cx, tx: &mut Tx, wish: &PlaceWish) -> Result<Place, Error>;

    /// Plugs an interface into an instance: a new one, or one that is there.
    fn plug(&self, cx: &Cx, tx: &mut Tx, card: &Card) -> Result<(), Error>;

    /// Changes the interfaces of an instance.
    fn change(&self, cx: &Cx, tx: &mut Tx, instance: &InstanceId, change: &CardChange) -> Result<(), Error>;

    /// An instance has ended: what is to go with it goes, the rest is unplugged.
    fn end(&self, tx: &mut Tx, scope: &Scope, instance: &InstanceId);

    /// The interfaces of an instance, by device index.
    fn of_instance(
        &self,
        view: &View,
        scope: &Scope,
        instance: &InstanceId,
    ) -> Vec<ec2::InstanceNetworkInterface>;

    /// Every row that these are told from.
    fn rows_of_instance(&self, view: &View, scope: &Scope, instance: &InstanceId) -> Vec<Row>;
}

/// Where there are no networks: nothing can stand anywhere.
pub struct NoNetworks;

impl Networks for NoNetworks {
    fn place(&self, _cx: &Cx, _tx: &mut Tx, _wish: &PlaceWish) -> Result<Place, Error> {
        Err(Error::NoDefaultVpc)
    }

    fn plug(&self, _cx: &Cx, _tx: &mut Tx, _card: &Card) -> Result<(), Error> {
        Err(Error::NoDefaultVpc)
    }

    fn change(
        &self,
        _cx: &Cx,
        _tx: &mut Tx,
        _instance: &InstanceId,
        _change: &CardChange,
    ) -> Result<(), Error> {
        Err(Error::NoDefaultVpc)
    }

    fn end(&self, _tx: &mut Tx, _scope: &Scope, _instance: &InstanceId) {}

    fn of_instance(
        &self,
        _view: &View,
        _scope: &Scope,
        _instance: &InstanceId,
    ) -> Vec<ec2::InstanceNetworkInterface> {
        Vec::new()
    }

    fn rows_of_instance(&self, _view: &View, _scope: &Scope, _instance: &InstanceId) -> Vec<Row> {
        Vec::new()
    }
}

/// Where an instance is wished to stand.
#[derive(Clone, Debug, Default)]
pub struct PlaceWish {
    /// A subnet's id.
    pub subnet: Option<String>,
    /// An interface's id, whose subnet it is.
    pub interface: Option<String>,
    /// A zone's name.
    pub zone: Option<String>,
    /// The names of the zones that are preferred where none is named: all are where there are none.
    pub zones: Vec<String>,
    /// Ids of groups.
    pub groups: Vec<String>,
    /// Names of groups of the default VPC.
    pub group_names: Vec<String>,
}

/// Where it stands.
#[derive(Clone, Debug)]
pub struct Place {
    /// The subnet.
    pub subnet: String,
    /// Its VPC.
    pub vpc: String,
    /// Its zone.
    pub zone: Zone,
    /// The groups that are asked for, by id.
    pub groups: Vec<String>,
    /// Whether it lends public addresses to what starts in it.
    pub lends_public: bool,
    /// Whether it has private names of instance ids, `i-….ec2.internal`, in the place of those of addresses.
    pub names_by_id: bool,
    /// Whether those of instance ids lead to IPv4 addresses.
    pub names_by_a: bool,
    /// Whether they lead to IPv6 addresses.
    pub names_by_aaaa: bool,
}

/// What becomes of the interfaces of an instance.
#[derive(Clone, Debug)]
pub enum CardChange {
    /// It begins to run: AWS lends it public addresses.
    On,
    /// It stops: what AWS has lent goes back.
    Off,
    /// The groups of its one interface, by id.
    Groups(Vec<String>),
    /// Whether its one interface takes only what is addressed to it.
    SourceDestCheck(bool),
}

/// What a call asks of IPv6 for an interface, in its own words; nothing where all is left open.
#[derive(Clone, Debug, Default)]
pub struct CardIpv6 {
    /// Addresses.
    pub addresses: Vec<String>,
    /// So many addresses.
    pub address_count: Option<i32>,
    /// Prefixes.
    pub prefixes: Vec<String>,
    /// So many prefixes.
    pub prefix_count: Option<i32>,
    /// Whether the first address is the primary one.
    pub primary: bool,
}

impl CardIpv6 {
    /// Addresses as creates list them: one that is said to be the primary one comes first. `primary` is whether the call
    /// says that there is one.
    pub fn of(listed: Vec<ec2::InstanceIpv6Address>, primary: Option<bool>) -> Self {
        let (first, rest): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|own| own.is_primary_ipv6 == Some(true));
        let primary = primary == Some(true) || !first.is_empty();
        let addresses = first.into_iter().chain(rest).filter_map(|own| own.ipv6_address).collect();
        Self { addresses, primary, ..Self::default() }
    }
}

/// An interface of an instance.
#[derive(Clone, Debug)]
pub struct Card {
    /// Whose.
    pub instance: InstanceId,
    /// The interface that is there already; else one is made.
    pub interface: Option<String>,
    /// In which subnet.
    pub subnet: String,
    /// At which place: 0 is the primary one.
    pub device_index: i32,
    /// On which card of the machine.
    pub network_card_index: i32,
    /// IPv4 addresses that the instance's type lets an interface have.
    pub most_addresses: usize,
    /// IPv6 addresses that it lets an interface have.
    pub most_ipv6_addresses: usize,
    /// Whether it goes with the instance.
    pub delete_on_termination: bool,
    /// Its groups, by id; the default one of its VPC where there are none.
    pub groups: Vec<String>,
    /// Whether AWS lends it a public address.
    pub public: bool,
    /// Its primary address; the lowest free one where none is given.
    pub primary: Option<String>,
    /// Further addresses.
    pub secondary: Vec<String>,
    /// So many further ones.
    pub secondary_count: Option<i32>,
    /// Prefixes.
    pub prefixes: Vec<String>,
    /// So many prefixes.
    pub prefix_count: Option<i32>,
    /// What is asked of IPv6.
    pub ipv6: CardIpv6,
    /// `interface`, `efa` and so on.
    pub kind: Option<String>,
    /// What it is for.
    pub description: String,
    /// Its tags.
    pub tags: Tags,
}
