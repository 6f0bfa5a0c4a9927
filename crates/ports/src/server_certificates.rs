//! The need of load balancers: to know the certificates that listeners are given. Met by `iam`, which for its part needs to
//! know whether anybody uses one.

use base::AccountId;
use store::Tx;

/// Who uses certificates: IAM's need, met by load balancers.
pub trait CertificateUses: Send + Sync {
    /// The ARN of a load balancer, of any Region, of which a listener has the certificate of that ARN.
    fn user(&self, tx: &Tx, arn: &str) -> Option<String>;
}

/// Certificates of servers.
pub trait ServerCertificates: Send + Sync {
    /// Whether the account has the certificate of that ARN.
    fn exists(&self, tx: &Tx, account: AccountId, arn: &str) -> bool;
}
