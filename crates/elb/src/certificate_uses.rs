//! What IAM asks about server certificates before they go.

use crate::arn;
use crate::classic::Classic;
use crate::listener::Listener;
use ports::CertificateUses;
use store::Tx;

/// The certificates of listeners. An ARN of IAM names its account, and is the same in every Region.
pub(crate) struct OfListeners;

impl CertificateUses for OfListeners {
    fn user(&self, tx: &Tx, text: &str) -> Option<String> {
        let listener = tx.by(&Listener::CERTIFICATE, text).next();
        let newer = listener.map(|own| arn::arn(&own.scope, &format!("loadbalancer/{}", own.load_balancer)));
        newer.or_else(|| tx.by(&Classic::CERTIFICATE, text).next().map(|own| own.arn()))
    }
}
