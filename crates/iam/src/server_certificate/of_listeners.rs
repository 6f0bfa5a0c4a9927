//! What load balancers ask of server certificates.

use super::ServerCertificate;
use crate::entity::Home;
use base::{AccountId, Arn};
use ports::ServerCertificates;
use store::Tx;

/// Server certificates as listeners see them.
pub(crate) struct OfListeners;

impl ServerCertificates for OfListeners {
    fn exists(&self, tx: &Tx, account: AccountId, text: &str) -> bool {
        let Ok(arn) = text.parse::<Arn>() else { return false };
        let Some(home) = Home::of_arn(&arn).filter(|home| home.account == account) else { return false };
        let name = arn.resource.rsplit('/').next().unwrap_or_default();
        tx.get::<ServerCertificate>(&home.key(name)).is_some_and(|own| own.arn() == text)
    }
}
