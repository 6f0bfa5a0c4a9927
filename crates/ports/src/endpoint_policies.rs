//! The gateway's need: through which VPC endpoint a request came, and what its policy lets pass. Met by `vpc`.

use crate::World;
use base::AccountId;
use policy::compile::PolicySet;
use std::sync::Arc;

/// Knows endpoints by the names that lead to them.
pub trait EndpointPolicies: Send + Sync {
    /// The endpoint of a service of AWS that a host name leads to, without port and in lower case; `None` where it is no
    /// such name, or nothing passes the endpoint.
    fn of_host(&self, world: &World, host: &str) -> Option<Arc<PassedEndpoint>>;
}

/// An endpoint that a request came through.
#[derive(Clone, Debug)]
pub struct PassedEndpoint {
    /// `vpce-…`: `aws:SourceVpce`.
    pub id: String,
    /// `vpc-…`: `aws:SourceVpc`.
    pub vpc: String,
    /// The ARN of that VPC: `aws:SourceVpcArn`.
    pub vpc_arn: String,
    /// Whose it is: `aws:VpceAccount`.
    pub account: AccountId,
    /// Its policy; `None` where the service's endpoints have none.
    pub policy: Option<PolicySet>,
    /// What the service's own name is made of, as `s3` and `us-east-1.amazonaws.com`.
    pub service: (String, String),
    /// What stands before the endpoint's own labels in the host: `bucket`, `photos.bucket`.
    pub before: String,
}
