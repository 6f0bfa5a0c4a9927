//! The need of load balancers: to know the certificates that listeners are given. Met by `iam`.

use base::AccountId;
use store::Tx;

/// Certificates of servers.
pub trait ServerCertificates: Send + Sync {
    /// Whether the account has the certificate of that ARN.
    fn exists(&self, tx: &Tx, account: AccountId, arn: &str) -> bool;
}
