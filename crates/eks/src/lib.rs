//! EKS and EKS Auth: clusters, node groups, add-ons, who may enter, and what their pods may do.

mod access_entry;
mod addon;
mod authority;
mod capability;
mod cluster;
mod connector;
mod document;
mod error;
mod event;
mod fargate_profile;
mod identity_provider;
mod insight;
mod issuer;
mod key;
mod listing;
mod nodegroup;
mod pod_identity;
mod repeat;
mod role;
mod subscription;
mod tag;
mod update;
mod version;

use ports::{
    ClusterRoles, Issuers, Registrar, Registry, Service, ServiceGroups, ServiceInterfaces, ServiceNetworks,
};
use shapes_eks as api;
use std::sync::Arc;

/// The service.
pub struct Eks {
    /// The networks that clusters stand in.
    networks: Arc<dyn ServiceNetworks>,
    /// The interfaces that they have there.
    interfaces: Arc<dyn ServiceInterfaces>,
    /// The groups of theirs.
    groups: Arc<dyn ServiceGroups>,
    /// Whom they know.
    roles: Arc<dyn ClusterRoles>,
}

/// What stands around the service.
pub struct Neighbours {
    /// The networks that clusters stand in.
    pub networks: Arc<dyn ServiceNetworks>,
    /// The interfaces that they have there.
    pub interfaces: Arc<dyn ServiceInterfaces>,
    /// The groups of theirs.
    pub groups: Arc<dyn ServiceGroups>,
    /// Whom they know.
    pub roles: Arc<dyn ClusterRoles>,
}

/// What jobs ask of networks.
struct Ports {
    networks: Arc<dyn ServiceNetworks>,
    interfaces: Arc<dyn ServiceInterfaces>,
    groups: Arc<dyn ServiceGroups>,
}

impl Service for Eks {
    type Error = error::Error;
}

/// Registers the tables, the jobs and the operations. The issuers of clusters are added to `issuers`.
pub fn install(registry: &mut Registry, issuers: &Issuers, beside: Neighbours) -> Arc<Eks> {
    issuers.add(Arc::new(issuer::Hosted));
    let Neighbours { networks, interfaces, groups, roles } = beside;
    let given = Ports { networks: networks.clone(), interfaces: interfaces.clone(), groups: groups.clone() };
    let eks = Arc::new(Eks { networks, interfaces, groups, roles });
    let mut ops = registry.service(eks.clone());
    ops.repeat(nodegroup::Tend(eks.clone()));
    ops.tables()
        .give(given)
        .record::<cluster::Cluster>()
        .record::<cluster::authority::Authority>()
        .record::<issuer::IssuerKey>()
        .record::<update::Update>()
        .record::<addon::Addon>()
        .record::<access_entry::AccessEntry>()
        .record::<pod_identity::Association>()
        .record::<identity_provider::IdentityProvider>()
        .record::<fargate_profile::FargateProfile>()
        .record::<nodegroup::Nodegroup>()
        .record::<capability::Capability>()
        .record::<subscription::Subscription>()
        .record::<insight::Refresh>()
        .job::<cluster::Arrive>()
        .job::<cluster::Leave>()
        .job::<update::Finish>()
        .job::<addon::Settle>()
        .job::<fargate_profile::Settle>()
        .job::<capability::Settle>()
        .job::<subscription::Settle>()
        .job::<insight::Finish>();
    clusters(&mut ops);
    nodes(&mut ops);
    within(&mut ops);
    access(&mut ops);
    beside_clusters(&mut ops);
    eks
}

fn clusters(ops: &mut Registrar<'_, Eks>) {
    ops.keys::<api::CreateCluster>("", authority::keys_of_new)
        .keys::<api::UpdateClusterConfig>("cluster", authority::keys_of_change)
        .answer::<api::CreateCluster>(cluster::create)
        .answer::<api::DescribeCluster>(cluster::describe)
        .answer::<api::ListClusters>(cluster::list)
        .answer::<api::DeleteCluster>(cluster::delete)
        .answer::<api::UpdateClusterConfig>(cluster::update_config::update)
        .answer::<api::UpdateClusterVersion>(cluster::version::update)
        .answer::<api::AssociateEncryptionConfig>(cluster::encryption::associate)
        .answer::<api::DescribeClusterVersions>(version::describe)
        .answer::<api::ListUpdates>(update::list)
        .answer::<api::DescribeUpdate>(update::describe)
        .answer::<api::CancelUpdate>(update::cancel)
        .answer::<api::CreateCertificateAuthority>(cluster::authority::create)
        .answer::<api::DescribeCertificateAuthority>(cluster::authority::describe)
        .answer::<api::ListCertificateAuthorities>(cluster::authority::list)
        .answer::<api::ActivateCertificateAuthority>(cluster::authority::activate)
        .answer::<api::DeleteCertificateAuthority>(cluster::authority::delete)
        .answer::<api::RegisterCluster>(connector::register)
        .answer::<api::DeregisterCluster>(connector::deregister);
}

fn nodes(ops: &mut Registrar<'_, Eks>) {
    ops.answer::<api::CreateNodegroup>(nodegroup::create)
        .answer::<api::DescribeNodegroup>(nodegroup::describe)
        .answer::<api::ListNodegroups>(nodegroup::list)
        .answer::<api::UpdateNodegroupConfig>(nodegroup::update_config)
        .answer::<api::UpdateNodegroupVersion>(nodegroup::update_version)
        .answer::<api::DeleteNodegroup>(nodegroup::delete)
        .answer::<api::CreateFargateProfile>(fargate_profile::create)
        .answer::<api::DescribeFargateProfile>(fargate_profile::describe)
        .answer::<api::ListFargateProfiles>(fargate_profile::list)
        .answer::<api::DeleteFargateProfile>(fargate_profile::delete);
}

fn within(ops: &mut Registrar<'_, Eks>) {
    ops.answer::<api::CreateAddon>(addon::create)
        .answer::<api::DescribeAddon>(addon::describe)
        .answer::<api::ListAddons>(addon::list)
        .answer::<api::UpdateAddon>(addon::update)
        .answer::<api::DeleteAddon>(addon::delete)
        .answer::<api::DescribeAddonVersions>(addon::versions)
        .answer::<api::DescribeAddonConfiguration>(addon::configuration)
        .answer::<api::CreateCapability>(capability::create)
        .answer::<api::DescribeCapability>(capability::describe)
        .answer::<api::ListCapabilities>(capability::list)
        .answer::<api::UpdateCapability>(capability::update)
        .answer::<api::DeleteCapability>(capability::delete)
        .answer::<api::ListInsights>(insight::list)
        .answer::<api::DescribeInsight>(insight::describe)
        .answer::<api::StartInsightsRefresh>(insight::start_refresh)
        .answer::<api::DescribeInsightsRefresh>(insight::describe_refresh);
}

fn access(ops: &mut Registrar<'_, Eks>) {
    ops.answer::<api::CreateAccessEntry>(access_entry::create)
        .answer::<api::DescribeAccessEntry>(access_entry::describe)
        .answer::<api::ListAccessEntries>(access_entry::list)
        .answer::<api::UpdateAccessEntry>(access_entry::update)
        .answer::<api::DeleteAccessEntry>(access_entry::delete)
        .answer::<api::ListAccessPolicies>(access_entry::policy::list)
        .answer::<api::AssociateAccessPolicy>(access_entry::policy::associate)
        .answer::<api::DisassociateAccessPolicy>(access_entry::policy::disassociate)
        .answer::<api::ListAssociatedAccessPolicies>(access_entry::policy::list_associated)
        .answer::<api::CreatePodIdentityAssociation>(pod_identity::create)
        .answer::<api::DescribePodIdentityAssociation>(pod_identity::describe)
        .answer::<api::ListPodIdentityAssociations>(pod_identity::list)
        .answer::<api::UpdatePodIdentityAssociation>(pod_identity::update)
        .answer::<api::DeletePodIdentityAssociation>(pod_identity::delete)
        .answer::<shapes_eks_auth::AssumeRoleForPodIdentity>(pod_identity::assume::assume)
        .answer::<api::AssociateIdentityProviderConfig>(identity_provider::associate)
        .answer::<api::DisassociateIdentityProviderConfig>(identity_provider::disassociate)
        .answer::<api::DescribeIdentityProviderConfig>(identity_provider::describe)
        .answer::<api::ListIdentityProviderConfigs>(identity_provider::list);
}

fn beside_clusters(ops: &mut Registrar<'_, Eks>) {
    ops.answer::<api::CreateEksAnywhereSubscription>(subscription::create)
        .answer::<api::DescribeEksAnywhereSubscription>(subscription::describe)
        .answer::<api::ListEksAnywhereSubscriptions>(subscription::list)
        .answer::<api::UpdateEksAnywhereSubscription>(subscription::update)
        .answer::<api::DeleteEksAnywhereSubscription>(subscription::delete)
        .answer::<api::TagResource>(tag::add)
        .answer::<api::UntagResource>(tag::remove)
        .answer::<api::ListTagsForResource>(tag::list);
}
