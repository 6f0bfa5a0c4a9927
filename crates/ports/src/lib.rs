//! What services are given and what they ask of each other.
//!
//! [`Cx`] is the context of one call: who calls, where, when, and the world's state. [`Registry`] is where a
//! service crate says which operations it answers and which tables it owns. Every further file is one need of one
//! service that another one meets; this folder therefore lists every coupling there is.

mod access_log;
mod account_roles;
mod address_zones;
mod authority;
mod body;
mod browsers;
mod caller;
mod cluster_roles;
mod context;
mod courier;
mod credentials;
mod cx;
mod denials;
mod endpoint_policies;
mod flows;
mod handed_out;
mod health_probes;
mod iam_mode;
mod instance_profiles;
mod instance_roles;
mod issuers;
mod log_buckets;
mod naming;
mod network_maps;
mod operations;
mod organizations;
mod policy_principals;
mod principals;
mod registry;
mod resources;
mod server_certificates;
mod service_groups;
mod service_interfaces;
mod service_networks;
mod service_roles;
mod session;
mod stored_objects;
mod work;
mod world;

pub use access_log::{AccessLog, Answered};
pub use account_roles::{AccessRole, AccountRoles};
pub use address_zones::AddressZones;
pub use authority::{Asked, AskedCall, Authority, Denied, unauthorized};
pub use body::{BodyIn, BodyOut, BodyStream};
pub use browsers::{Browsers, Headers, Page, PageFuture};
pub use caller::{Caller, CallerKind};
pub use cluster_roles::{ClusterRoles, KnownPrincipal, PodCredentials, PodSession};
pub use context::{CallContext, Places, RequestTags, call_keys};
pub use courier::{Carrying, Courier};
pub use credentials::{Credentials, Found, KnownKey, Refusal};
pub use cx::{Cx, Request};
pub use denials::{Checked, DENY_ID, Denial, Denials, Evaluated, Evaluation, Hit, Judged, KeyValue};
pub use endpoint_policies::{EndpointPolicies, PassedEndpoint};
pub use flows::{AskedFlow, Carried, FlowProblem, Flows};
pub use handed_out::{Handed, HandedOut};
pub use health_probes::{HealthProbes, NoHealthProbes, Probed};
pub use iam_mode::{IamMode, IamSwitch};
pub use instance_profiles::{InstanceProfile, InstanceProfiles};
pub use instance_roles::{Delivered, InstanceRoles, NotDelivered, WishedRole};
pub use issuers::{Fetch, FetchError, Fetching, Issuer, Issuers};
pub use log_buckets::{LogBuckets, LogObject, NoLogBuckets, Writing};
pub use naming::{Each, Named, NamesBlobs, Naming};
pub use network_maps::NetworkMaps;
pub use operations::{Acting, Answering, Operations, Pipeline, ServiceCalls};
pub use organizations::{NoSubtree, Organizations, Placement, Subtree};
pub use policy_principals::{Nobody, PolicyPrincipals};
pub use principals::{Principal, Principals};
pub use registry::{
    DocumentCheck, Handler, KeysOf, Plain, Precheck, Registrar, Registry, Rehearsal, Service, Stream,
    StreamAnswer, StreamFuture,
};
pub use resources::{Behind, ResourceFacts, Resources};
pub use server_certificates::{CertificateKey, CertificateUses, KnownCertificate, ServerCertificates};
pub use service_groups::{ServiceGroups, WishedGroup};
pub use service_interfaces::{MadeInterface, NotPlaced, PublicAddress, ServiceInterfaces, WishedInterface};
pub use service_networks::{KnownGroup, KnownSubnet, KnownVpc, ServiceNetworks};
pub use service_roles::ServiceRoles;
pub use session::{FederatedBy, Session, SessionPolicies, SessionTag};
pub use stored_objects::{NamedObject, NoObject, NoStoredObjects, StoredObjects};
pub use work::{Loop, Next, Step, StepError};
pub use world::World;
