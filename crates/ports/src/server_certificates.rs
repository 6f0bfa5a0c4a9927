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
    /// The certificate of that ARN; `None` where the account has none.
    fn get(&self, tx: &Tx, account: AccountId, arn: &str) -> Option<KnownCertificate>;
}

/// What services may know of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCertificate {
    /// Its public key.
    pub key: CertificateKey,
    /// The names it is for: of the subject, and the alternative ones of DNS.
    pub names: Vec<String>,
}

/// A kind of public keys with its measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateKey {
    /// RSA, with a modulus of so many bits.
    Rsa(usize),
    /// ECDSA on the curve P-256, P-384 or P-521.
    Ecdsa(u16),
    /// Any other.
    Other,
}
