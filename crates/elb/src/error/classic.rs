//! Refusals of classic load balancers.

use wire::{Fault, sender};

/// What the older API refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Classic {
    /// No load balancer of that name.
    NoBalancer(String),
    /// The name is another's.
    Exists(String),
    /// Too many load balancers.
    TooManyBalancers,
    /// Too many listeners of one load balancer.
    TooManyListeners,
    /// Too many instances of one load balancer.
    TooManyInstances,
    /// No name of a load balancer.
    Name(String),
    /// No listener is given.
    NoListeners,
    /// No such protocol.
    Protocol(String),
    /// Front and back speak in different layers.
    Layers(String, String),
    /// A port lies outside.
    Port(i32),
    /// TLS needs a certificate.
    NoCertificate,
    /// No such certificate.
    Certificate(String),
    /// The port is another listener's.
    ListenerExists(String, i32),
    /// No listener on the port.
    NoListener(String, i32),
    /// The listener does not speak TLS.
    PlainListener(String, i32),
    /// Subnets and zones are named, or neither.
    Places(bool),
    /// No subnet is named.
    NoSubnets,
    /// No such subnet.
    Subnet(String),
    /// The VPC has no internet gateway.
    NoGateway(String),
    /// No address is free.
    SubnetFull(String),
    /// The subnets lie in several VPCs.
    SeveralVpcs,
    /// Two subnets lie in one zone.
    ZoneTwice,
    /// No such zone, or no default subnet there.
    Zone(String),
    /// One zone has to stay.
    LastZone,
    /// No such group.
    Group,
    /// The group is of another VPC.
    GroupVpc(String, String),
    /// No group is named.
    NoGroups,
    /// What networks say.
    Networks(String),
    /// No such scheme.
    Scheme(String),
    /// The check has no known protocol.
    CheckProtocol,
    /// The check of HTTP has no path.
    CheckPath(String),
    /// The check of a connection has one, or no port.
    CheckPort(String),
    /// A check takes longer than the time to the next.
    CheckTimeout,
    /// No such policy.
    NoPolicy(String, String),
    /// No such policy of the samples.
    NoSamplePolicy(String),
    /// No such type of policies.
    NoPolicyType(String),
    /// The name is another policy's.
    PolicyExists,
    /// Too many policies.
    TooManyPolicies,
    /// Something uses the policy.
    PolicyInUse(String),
    /// The type has no such attribute.
    PolicyAttribute(String, String),
    /// The value is none of the attribute's.
    PolicyValue(String, String),
    /// The type needs the attribute.
    PolicyNeeds(String, &'static str),
    /// The policy is not for this.
    PolicyPlace(String),
    /// Two policies of one type.
    PolicyTwice(&'static str),
    /// No listener leads to the port.
    NoBackend(i32),
    /// No such instance, or not registered.
    Instance(String),
    /// The instance is of another VPC.
    InstanceVpc(String),
    /// A log is on and has no bucket.
    NoBucket,
    /// The bucket cannot be written into.
    BucketAccess(String),
    /// The bucket is in another Region than the load balancer of that name.
    BucketRegion(String, String),
    /// A number lies outside.
    Range(&'static str, i32, i32),
    /// The interval of logs is one of two.
    EmitInterval,
    /// No such attribute.
    Attribute,
    /// No such mode.
    Mode(String),
    /// Too many names.
    TooManyNames(usize),
}

impl Classic {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        let (code, sentence) = self.parts();
        let status = if code == "InvalidConfigurationRequest" { 409 } else { 400 };
        sender(status, code, sentence)
    }

    fn parts(&self) -> (&'static str, String) {
        match self {
            Self::NoBalancer(name) => {
                ("LoadBalancerNotFound", format!("There is no ACTIVE Load Balancer named '{name}'"))
            }
            Self::Exists(name) => (
                "DuplicateLoadBalancerName",
                format!("Load balancer {name} already exists and it is configured with different parameters."),
            ),
            Self::TooManyBalancers => {
                ("TooManyLoadBalancers", "The quota for the number of load balancers has been reached.".to_owned())
            }
            Self::NoPolicy(name, balancer) => {
                ("PolicyNotFound", format!("There is no policy with name {name} for load balancer {balancer}"))
            }
            Self::NoSamplePolicy(name) => ("PolicyNotFound", format!("There is no policy with name {name}")),
            Self::NoPolicyType(name) => ("PolicyTypeNotFound", format!("Policy type {name} not found")),
            Self::PolicyExists => (
                "DuplicatePolicyName",
                "A policy with the specified name already exists for this load balancer.".to_owned(),
            ),
            Self::TooManyPolicies => (
                "TooManyPolicies",
                "The quota for the number of policies for this load balancer has been reached.".to_owned(),
            ),
            Self::ListenerExists(balancer, port) => (
                "DuplicateListener",
                format!(
                    "A listener already exists for {balancer} with LoadBalancerPort {port}, but with a different InstancePort, Protocol, or SSLCertificateId"
                ),
            ),
            Self::NoListener(balancer, port) => (
                "ListenerNotFound",
                format!("There is no listener for load balancer {balancer} on port {port}"),
            ),
            Self::Certificate(arn) => {
                ("CertificateNotFound", format!("Server Certificate not found for the key: {arn}"))
            }
            Self::Subnet(id) => ("SubnetNotFound", format!("Could not find subnets: {id}")),
            Self::NoGateway(vpc) => ("InvalidSubnet", format!("VPC {vpc} has no internet gateway")),
            Self::SubnetFull(id) => {
                ("InvalidSubnet", format!("Not enough IP space available in {id}."))
            }
            Self::Group => (
                "InvalidSecurityGroup",
                "One or more of the specified security groups do not exist.".to_owned(),
            ),
            Self::Scheme(_) => (
                "InvalidScheme",
                "The specified value for the schema is not valid. You can only specify a scheme for load balancers in a VPC.".to_owned(),
            ),
            Self::Attribute => (
                "LoadBalancerAttributeNotFound",
                "The specified load balancer attribute does not exist.".to_owned(),
            ),
            Self::Instance(id) => ("InvalidInstance", format!("Could not find EC2 instance {id}.")),
            Self::InstanceVpc(id) => ("InvalidInstance", format!("EC2 instance {id} is not in the same VPC as ELB.")),
            _ => self.together().unwrap_or_else(|| ("ValidationError", self.form())),
        }
    }

    /// What cannot be together.
    fn together(&self) -> Option<(&'static str, String)> {
        let sentence = match self {
            Self::ZoneTwice => {
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone."
                    .to_owned()
            }
            Self::SeveralVpcs => "The subnets must belong to the same VPC.".to_owned(),
            Self::LastZone => "A load balancer must stay in at least one Availability Zone.".to_owned(),
            Self::PlainListener(balancer, port) => {
                format!("The listener for load balancer {balancer} on port {port} is not a secure listener")
            }
            Self::Layers(front, back) => {
                format!("Protocols {front} and {back} do not operate on the same layer")
            }
            Self::PolicyInUse(name) => {
                format!("Policy {name} is in use by a listener, a back-end server or another policy")
            }
            Self::PolicyPlace(name) => format!("Policy {name} cannot be set here"),
            Self::PolicyTwice(kind) => format!("Only one policy of type {kind} can be set"),
            Self::NoBackend(port) => format!("No listener has the instance port {port}"),
            Self::PolicyAttribute(kind, name) => format!("Policy type {kind} has no attribute {name}"),
            Self::PolicyValue(name, value) => {
                format!("The value {value} is not valid for the attribute {name}")
            }
            Self::PolicyNeeds(kind, name) => format!("Policy type {kind} requires the attribute {name}"),
            Self::BucketAccess(bucket) => {
                format!("Access Denied for bucket: {bucket}. Please check S3bucket permission")
            }
            // Recorded: hashicorp/terraform issue 12010.
            Self::BucketRegion(bucket, name) => {
                format!("S3Bucket: {bucket} is not located in the same region with ELB: {name}")
            }
            // Recorded: chef-boneyard/chef-provisioning-aws issue 24.
            Self::GroupVpc(group, vpc) => {
                format!("Security group \"{group}\" does not belong to VPC \"{vpc}\"")
            }
            Self::Networks(sentence) => sentence.clone(),
            _ => return None,
        };
        Some(("InvalidConfigurationRequest", sentence))
    }

    /// What is not of its form.
    fn form(&self) -> String {
        match self {
            Self::Name(name) => format!("The load balancer name '{name}' is not valid"),
            Self::NoListeners => "Listeners cannot be empty".to_owned(),
            Self::TooManyListeners => {
                "The quota for the number of listeners for this load balancer has been reached.".to_owned()
            }
            Self::TooManyInstances => {
                "The quota for the number of instances for this load balancer has been reached.".to_owned()
            }
            Self::Protocol(protocol) => {
                format!("Listener protocol '{protocol}' must be one of 'HTTP, HTTPS, TCP, SSL'")
            }
            Self::Port(port) => format!("Port {port} must be in the range of 1-65535"),
            Self::NoCertificate => "Secure Listeners need to specify a SSLCertificateId".to_owned(),
            Self::Places(true) => "Only one of SubnetIds or AvailabilityZones may be specified".to_owned(),
            Self::Places(false) => "Either AvailabilityZones or SubnetIds must be specified".to_owned(),
            Self::NoSubnets => "Subnets cannot be empty".to_owned(),
            Self::Zone(zone) => format!("Invalid Availability Zone: {zone}"),
            Self::NoGroups => "SecurityGroups cannot be empty".to_owned(),
            Self::CheckProtocol => {
                "HealthCheck Target must begin with one of HTTP, TCP, HTTPS, SSL".to_owned()
            }
            Self::CheckPath(protocol) => format!(
                "HealthCheck {protocol} Target must specify a port followed by a path that begins with a slash. e.g. {protocol}:80/ping/this/path"
            ),
            Self::CheckPort(protocol) => {
                format!("HealthCheck {protocol} Target must specify a port and no path. e.g. {protocol}:80")
            }
            Self::CheckTimeout => "HealthCheck timeout must be less than interval".to_owned(),
            Self::NoBucket => "S3Bucket name cannot be empty".to_owned(),
            Self::Range(name, least, most) => format!("{name} must be between {least} and {most}"),
            Self::EmitInterval => "EmitInterval must be 5 or 60".to_owned(),
            Self::Mode(mode) => {
                format!("The desync mitigation mode '{mode}' must be one of 'monitor, defensive, strictest'")
            }
            Self::TooManyNames(count) => format!(
                "1 validation error detected: Value '{count} items' at 'loadBalancerNames' failed to satisfy constraint: Member must have length less than or equal to 20"
            ),
            other => format!("{other:?}"),
        }
    }
}
