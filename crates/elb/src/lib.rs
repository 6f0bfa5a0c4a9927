//! Load balancers: application, network, gateway and classic ones.

mod action;
mod arn;
mod attribute;
mod authority;
mod certificate_uses;
mod classic;
mod error;
mod event;
mod limit;
mod listener;
mod listing;
mod load_balancer;
mod names;
mod operations;
mod rule;
mod ssl_policy;
mod tag;
mod target;
mod target_group;
mod trust_store;

use ec2_resource::neighbour::{EndpointServices, Instances, LoadBalancers, Networks};
use ports::{
    AddressZones, CertificateUses, Cx, HandedOut, LogBuckets, Registry, Resources, ServerCertificates,
    Service, ServiceGroups, ServiceInterfaces, ServiceNetworks, ServiceRoles, StoredObjects,
};
use std::sync::Arc;

/// What load balancers need of others.
pub struct Neighbours {
    /// The networks that they stand in.
    pub networks: Arc<dyn ServiceNetworks>,
    /// The interfaces that they put there.
    pub interfaces: Arc<dyn ServiceInterfaces>,
    /// The zones of addresses.
    pub zones: Arc<dyn AddressZones>,
    /// The groups that classic ones are in where none is named.
    pub groups: Arc<dyn ServiceGroups>,
    /// The endpoint services that stand on them.
    pub endpoint_services: Arc<dyn EndpointServices>,
    /// The interfaces of instances.
    pub cards: Arc<dyn Networks>,
    /// The instances that are targets.
    pub instances: Arc<dyn Instances>,
    /// The certificates of listeners.
    pub certificates: Arc<dyn ServerCertificates>,
    /// The buckets of logs.
    pub buckets: Arc<dyn LogBuckets>,
    /// The objects that trust stores are made of.
    pub objects: Arc<dyn StoredObjects>,
    /// The role that the service has in the accounts of its users.
    pub roles: Arc<dyn ServiceRoles>,
}

/// The service.
pub struct Elb {
    networks: Arc<dyn ServiceNetworks>,
    interfaces: Arc<dyn ServiceInterfaces>,
    zones: Arc<dyn AddressZones>,
    groups: Arc<dyn ServiceGroups>,
    endpoint_services: Arc<dyn EndpointServices>,
    cards: Arc<dyn Networks>,
    instances: Arc<dyn Instances>,
    certificates: Arc<dyn ServerCertificates>,
    buckets: Arc<dyn LogBuckets>,
    objects: Arc<dyn StoredObjects>,
    roles: Arc<dyn ServiceRoles>,
}

impl Elb {
    /// Makes the role of the service in the caller's account, unless it is there: the first load balancer needs it. Source:
    /// Elastic Load Balancing user guide, "Service-linked role".
    fn ensure_role(&self, cx: &Cx) -> Result<(), error::Error> {
        self.roles.ensure_linked(cx, "elasticloadbalancing.amazonaws.com").map_err(error::Error::Denied)
    }
}

impl Service for Elb {
    type Error = error::Error;
}

/// What endpoint services ask of load balancers.
pub fn load_balancers() -> Arc<dyn LoadBalancers> {
    Arc::new(load_balancer::OfEndpoints)
}

/// What IAM asks before a certificate goes.
pub fn certificate_uses() -> Arc<dyn CertificateUses> {
    Arc::new(certificate_uses::OfListeners)
}

/// What the gateway asks about addresses that were handed out.
pub fn handed_out() -> Arc<dyn HandedOut> {
    Arc::new(trust_store::OfTrustStores)
}

/// Registers the tables, the jobs and the operations; the answer knows the tags of resources.
pub fn install(registry: &mut Registry, beside: Neighbours) -> Arc<dyn Resources> {
    let Neighbours { networks, interfaces, zones, groups, endpoint_services, .. } = beside;
    let Neighbours { cards, instances, certificates, buckets, objects, roles, .. } = beside;
    let elb = Elb {
        networks,
        interfaces,
        zones,
        groups,
        endpoint_services,
        cards,
        instances,
        certificates,
        buckets,
        objects,
        roles,
    };
    let mut ops = registry.service(Arc::new(elb));
    ops.tables()
        .record::<load_balancer::LoadBalancer>()
        .record::<listener::Listener>()
        .record::<rule::Rule>()
        .record::<target_group::TargetGroup>()
        .record::<target::Target>()
        .record::<classic::Classic>()
        .record::<trust_store::TrustStore>()
        .paged::<trust_store::Content>()
        .job::<load_balancer::Activate>()
        .job::<target::Settle>()
        .job::<target::Drained>()
        .job::<trust_store::Activate>()
        .job::<classic::instance::Settle>()
        .job::<classic::instance::Drained>();
    operations::register(&mut ops);
    Arc::new(authority::Known)
}
