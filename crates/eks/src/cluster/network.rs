//! Where a cluster stands: its subnets and groups, its own group, and its interfaces.
//!
//! Source: EKS user guide, "View Amazon EKS networking requirements for VPC and subnets" and "View Amazon EKS security
//! group requirements for clusters".

use crate::cluster::Cluster;
use crate::cluster::config::VpcConfig;
use crate::error::{Error, Refusal};
use crate::{Eks, Ports};
use base::{Ids, Ipv4Block, Partition, Scope, Tags};
use ports::{Cx, KnownSubnet, KnownVpc, NotPlaced, PublicAddress, WishedGroup, WishedInterface};
use store::Tx;

/// Zones that have no room for control planes.
const EXCLUDED: [&str; 3] = ["use1-az3", "usw1-az2", "cac1-az3"];
/// Addresses that a subnet has to have left.
const LEAST_ADDRESSES: u32 = 6;
/// Groups that are given beside the cluster's own, at the most.
const MOST_GROUPS: usize = 4;
/// Interfaces of a control plane.
const INTERFACES: usize = 2;
/// Whose interfaces they are: AWS's account for EKS.
const OWNER: &str = "602401143452";

/// Subnets and groups that a cluster may stand in.
pub(crate) struct Place {
    pub(crate) partition: Partition,
    pub(crate) vpc: KnownVpc,
    subnets: Vec<KnownSubnet>,
    groups: Vec<String>,
}

impl Place {
    /// Looks at what is asked for.
    pub(crate) fn look(
        tx: &Tx,
        svc: &Eks,
        scope: &Scope,
        (name, is_ipv6): (&str, bool),
        (subnets, groups): (&[String], &[String]),
    ) -> Result<Self, Error> {
        let mut known = Vec::new();
        for id in subnets {
            let subnet = svc.networks.subnet(tx, scope, id);
            known.push(subnet.ok_or_else(|| Refusal::NoSubnet(id.clone()).about(name))?);
        }
        let vpc = known.first().ok_or_else(|| Refusal::TwoZones.about(name))?.vpc.clone();
        if known.iter().any(|subnet| subnet.vpc != vpc) {
            return Err(Refusal::SubnetsApart.about(name));
        }
        if let Some(subnet) = known.iter().find(|subnet| EXCLUDED.contains(&subnet.zone.id.as_str())) {
            let valid = scope.region.zones().into_iter().filter(|zone| !EXCLUDED.contains(&zone.id.as_str()));
            let valid = valid.map(|zone| zone.name).collect();
            return Err(Refusal::Zone(name.to_owned(), subnet.zone.name.clone(), valid).about(name));
        }
        if known.iter().all(|subnet| subnet.zone == known[0].zone) {
            return Err(Refusal::TwoZones.about(name));
        }
        if let Some(full) = known.iter().find(|subnet| subnet.free_addresses < LEAST_ADDRESSES) {
            return Err(Refusal::SubnetFull(full.id.clone()).about(name));
        }
        if is_ipv6 && known.iter().any(|subnet| subnet.ipv6_block.is_none() || subnet.block.is_none()) {
            return Err(Refusal::NotDualStack.about(name));
        }
        if groups.len() > MOST_GROUPS {
            return Err(Refusal::TooManyGroups.about(name));
        }
        let mut elsewhere = Vec::new();
        for id in groups {
            match svc.networks.group(tx, scope, id) {
                Some(group) if group.vpc == vpc => {}
                Some(_) => elsewhere.push(id.clone()),
                None => return Err(Refusal::NoGroup(id.clone()).about(name)),
            }
        }
        if !elsewhere.is_empty() {
            return Err(Refusal::GroupsElsewhere(elsewhere, vpc).about(name));
        }
        let vpc = svc.networks.vpc(tx, scope, &vpc);
        let vpc = vpc.ok_or_else(|| Refusal::NoSubnet(known[0].id.clone()).about(name))?;
        Ok(Self { partition: scope.partition, vpc, subnets: known, groups: groups.to_vec() })
    }

    /// Where a cluster stands now.
    pub(crate) fn of(tx: &Tx, svc: &Eks, own: &Cluster) -> Result<Self, Error> {
        let network = &own.config.resources_vpc_config;
        let is_ipv6 = own.config.kubernetes_network_config.ip_family == "ipv6";
        let asked = (&*network.subnet_ids, &*network.security_group_ids);
        Self::look(tx, svc, &own.scope, (&own.name, is_ipv6), asked)
    }

    /// The blocks of the network around.
    pub(crate) fn blocks(&self) -> &[Ipv4Block] {
        &self.vpc.blocks
    }

    /// The zones by name, sorted.
    pub(crate) fn zones(&self) -> Vec<String> {
        let mut zones: Vec<String> = self.subnets.iter().map(|subnet| subnet.zone.name.clone()).collect();
        zones.sort();
        zones.dedup();
        zones
    }

    /// The subnets, by id.
    pub(crate) fn subnet_ids(&self) -> Vec<String> {
        self.subnets.iter().map(|subnet| subnet.id.clone()).collect()
    }

    /// The groups that were given, by id.
    pub(crate) fn group_ids(&self) -> Vec<String> {
        self.groups.clone()
    }

    /// One subnet of each of the first zones.
    fn spread(&self) -> impl Iterator<Item = &KnownSubnet> {
        let first_of = |zone: &String| self.subnets.iter().find(|subnet| subnet.zone.id == *zone);
        let mut zones: Vec<&String> = self.subnets.iter().map(|subnet| &subnet.zone.id).collect();
        zones.sort();
        zones.dedup();
        zones.into_iter().filter_map(first_of).take(INTERFACES)
    }
}

/// Makes the group of a cluster.
pub(crate) fn make_group(cx: &Cx, svc: &Eks, tx: &mut Tx, cluster: &mut Cluster) -> Result<(), Error> {
    let name = format!("eks-cluster-sg-{}-{}", cluster.name, number(cx.ids()));
    let tags = tags_of_group(cluster, &name);
    let wish = WishedGroup {
        vpc: cluster.config.resources_vpc_config.vpc_id.clone(),
        name,
        description:
            "EKS created security group applied to ENI that is attached to EKS Control Plane master \
            nodes, as well as any managed workloads."
                .to_owned(),
        tags,
    };
    let made = svc.groups.make_closed(cx.ids(), tx, &cluster.scope, &wish);
    cluster.seen.group = Some(made.map_err(|problem| not_placed(problem, cluster))?);
    Ok(())
}

fn tags_of_group(cluster: &Cluster, name: &str) -> Tags {
    [
        ("Name".to_owned(), name.to_owned()),
        (format!("kubernetes.io/cluster/{}", cluster.name), "owned".to_owned()),
        ("aws:eks:cluster-name".to_owned(), cluster.name.clone()),
    ]
    .into_iter()
    .collect()
}

/// An update of the cluster puts back what users took away of its group: the rule that lets in everything from itself, and its
/// tags. What it lets out stays as it is. Source: EKS user guide, "View Amazon EKS security group requirements for clusters".
pub(crate) fn restore_group(tx: &mut Tx, cluster: &Cluster, ids: &Ids) {
    let ports = tx.given::<Ports>();
    let Some(id) = &cluster.seen.group else { return };
    let Some(group) = ports.networks.group(tx, &cluster.scope, id) else { return };
    let tags = tags_of_group(cluster, &group.name);
    ports.groups.restore(ids, tx, &cluster.scope, (id, &tags));
}

/// Up to ten decimal digits.
fn number(ids: &Ids) -> u64 {
    ids.below(2_147_483_648)
}

/// Puts the interfaces of a cluster into a place and answers them.
pub(crate) fn make_interfaces(
    cx: &Cx,
    svc: &Eks,
    tx: &mut Tx,
    cluster: &Cluster,
    place: &Place,
) -> Result<Vec<String>, Error> {
    let groups: Vec<String> = cluster.seen.group.iter().cloned().chain(place.groups.clone()).collect();
    let has_ipv6 = cluster.config.kubernetes_network_config.ip_family == "ipv6";
    let mut made = Vec::new();
    for subnet in place.spread() {
        let wish = WishedInterface {
            subnet: subnet.id.clone(),
            groups: groups.clone(),
            kind: "interface",
            description: format!("Amazon EKS {}", cluster.name),
            requester: OWNER.to_owned(),
            instance_owner: OWNER.to_owned(),
            address: None,
            ipv6_address: None,
            has_ipv6,
            public: PublicAddress::None,
            tags: Tags::default(),
        };
        let interface = svc.interfaces.make(cx.ids(), tx, &cluster.scope, &wish);
        made.push(interface.map_err(|problem| not_placed(problem, cluster))?.id);
    }
    Ok(made)
}

/// Why networks take no cluster, in this API's words.
fn not_placed(problem: NotPlaced, cluster: &Cluster) -> Error {
    let vpc = cluster.config.resources_vpc_config.vpc_id.clone();
    let refusal = match problem {
        NotPlaced::NoSubnet(id) => Refusal::NoSubnet(id),
        NotPlaced::NoGroup(id) => Refusal::NoGroup(id),
        NotPlaced::GroupElsewhere(id) => Refusal::GroupsElsewhere(vec![id], vpc),
        NotPlaced::TooManyGroups => Refusal::TooManyGroups,
        NotPlaced::SubnetFull(id) => Refusal::SubnetFull(id),
        NotPlaced::WrongFamily(_) => Refusal::NotDualStack,
        NotPlaced::AddressInUse(text)
        | NotPlaced::AddressOutside(text)
        | NotPlaced::NoAllocation(text)
        | NotPlaced::AllocationInUse(text)
        | NotPlaced::Other(text) => Refusal::Network(text),
    };
    refusal.about(&cluster.name)
}

/// What of the network changes with an update.
pub(crate) fn with(own: &VpcConfig, place: &Place) -> VpcConfig {
    VpcConfig { subnet_ids: place.subnet_ids(), security_group_ids: place.group_ids(), ..own.clone() }
}
