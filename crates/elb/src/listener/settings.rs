//! What a listener is to be, read from a request and checked as a whole.

use super::record::{Filter, Listener, Mutual, is_secure};
use crate::Elb;
use crate::error::{Configuration, Error, Missing, Refused, Validation};
use crate::load_balancer::{Kind, LoadBalancer};
use crate::ssl_policy;
use crate::trust_store;
use ports::{CertificateKey, Cx, KnownCertificate};
use shapes_elbv2 as api;
use store::Tx;

/// The policy where none is named. Source: ELB user guide, "Security policies".
const POLICY: &str = "ELBSecurityPolicy-2016-08";
const APPLICATION: [&str; 2] = ["HTTPS", "HTTP"];
const NETWORK: [&str; 6] = ["TLS", "TCP", "TCP_UDP", "UDP", "QUIC", "TCP_QUIC"];
const ALPN: [&str; 5] = ["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"];

/// What a request says of a listener.
pub(super) struct Given {
    pub(super) port: Option<i32>,
    pub(super) protocol: Option<String>,
    pub(super) ssl_policy: Option<String>,
    pub(super) certificates: Option<Vec<api::Certificate>>,
    pub(super) alpn: Option<Vec<String>>,
    pub(super) mutual: Option<api::MutualAuthenticationAttributes>,
}

impl Given {
    /// Puts what is given into a listener; what is not stays as it is.
    pub(super) fn put(&self, own: &mut Listener) -> Result<(), Error> {
        if self.port.is_some() {
            own.port = self.port;
        }
        if let Some(protocol) = &self.protocol {
            own.protocol = Some(protocol.clone());
        }
        if !own.is_secure() {
            self.refuse_secure(own)?;
            own.ssl_policy = None;
            own.certificate = None;
            own.certificates.clear();
            own.mutual = None;
            own.alpn = None;
        }
        if let Some(policy) = &self.ssl_policy {
            own.ssl_policy = Some(policy.clone());
        }
        if let Some(certificates) = &self.certificates {
            own.certificate = default_certificate(certificates)?;
        }
        if let Some(alpn) = &self.alpn {
            own.alpn = alpn.first().filter(|policy| *policy != "None").cloned();
        }
        if let Some(mutual) = &self.mutual {
            own.mutual = Some(read_mutual(mutual)?);
        }
        if own.is_secure() {
            own.ssl_policy.get_or_insert_with(|| POLICY.to_owned());
        }
        if own.protocol.as_deref() == Some("HTTPS") {
            own.mutual.get_or_insert_with(off);
        }
        Ok(())
    }

    /// What only a listener that speaks TLS can be given.
    fn refuse_secure(&self, own: &Listener) -> Result<(), Error> {
        let protocol = || own.protocol.clone().unwrap_or_default();
        if self.ssl_policy.as_ref().is_some_and(|policy| !policy.is_empty()) {
            return Err(Validation::PolicyOfPlain(protocol()).into());
        }
        if self.certificates.as_ref().is_some_and(|list| !list.is_empty()) {
            return Err(Validation::CertificateOfPlain(protocol()).into());
        }
        if self.mutual.as_ref().is_some_and(|mutual| mutual.mode.as_deref() != Some("off")) {
            return Err(Configuration::MutualOfPlain.into());
        }
        Ok(())
    }
}

fn off() -> Mutual {
    Mutual {
        mode: "off".to_owned(),
        trust_store: None,
        ignores_expiry: None,
        advertises: None,
        filters: Vec::new(),
    }
}

fn default_certificate(given: &[api::Certificate]) -> Result<Option<String>, Error> {
    if given.iter().any(|own| own.is_default.is_some()) {
        return Err(Validation::IsDefault.into());
    }
    match given {
        [one] => Ok(one.certificate_arn.clone()),
        [] => Ok(None),
        _ => Err(Validation::OneCertificate.into()),
    }
}

fn read_mutual(given: &api::MutualAuthenticationAttributes) -> Result<Mutual, Error> {
    let mode = given.mode.clone().unwrap_or_else(|| "off".to_owned());
    if !["off", "passthrough", "verify"].contains(&mode.as_str()) {
        return Err(Validation::MutualMode(mode).into());
    }
    let is_verify = mode == "verify";
    if !is_verify && given.trust_store_arn.is_some() {
        return Err(Validation::TrustStoreOfMode(mode).into());
    }
    if is_verify && given.trust_store_arn.is_none() {
        return Err(Validation::VerifyNeedsStore.into());
    }
    let filter = |own: &api::ClientCertificateIdentityFilter| Filter {
        field: own.field.clone(),
        action: own.action.clone(),
        match_type: own.match_type.clone(),
        value: own.value.clone(),
    };
    let filters = given.client_certificate_identity_filters.iter().flatten().map(filter).collect();
    Ok(Mutual {
        trust_store: given.trust_store_arn.clone(),
        ignores_expiry: is_verify.then(|| given.ignore_client_certificate_expiry.unwrap_or(false)),
        advertises: is_verify
            .then(|| given.advertise_trust_store_ca_names.clone().unwrap_or_else(|| "off".to_owned())),
        mode,
        filters,
    })
}

/// Checks a listener as it would be, for its load balancer.
pub(super) fn check(
    cx: &Cx,
    svc: &Elb,
    tx: &Tx,
    balancer: &LoadBalancer,
    own: &Listener,
) -> Result<(), Error> {
    if balancer.kind == Kind::Gateway {
        return match (own.port, &own.protocol) {
            (Some(_), _) => Err(Validation::GatewayPort.into()),
            (None, Some(_)) => Err(Validation::GatewayProtocol.into()),
            (None, None) => Ok(()),
        };
    }
    let Some(protocol) = own.protocol.as_deref() else { return Err(Validation::NoProtocol.into()) };
    if own.port.is_none() {
        return Err(Validation::NoPort.into());
    }
    let allowed = if balancer.kind == Kind::Application { &APPLICATION[..] } else { &NETWORK[..] };
    if !allowed.contains(&protocol) {
        return Err(Validation::ProtocolOfKind(protocol.to_owned(), balancer.kind).into());
    }
    let is_dualstack = balancer.kind == Kind::Network && balancer.has_ipv6();
    if is_dualstack && protocol.contains("UDP") && !balancer.translates_sources {
        return Err(Configuration::UdpWithoutTranslation.into());
    }
    if let Some(policy) = &own.alpn {
        if !ALPN.contains(&policy.as_str()) {
            return Err(Refused::NoAlpnPolicy.into());
        }
        if protocol != "TLS" {
            return Err(Validation::AlpnOfProtocol(protocol.to_owned()).into());
        }
    }
    if is_secure(protocol) { check_secure(cx, svc, tx, own) } else { Ok(()) }
}

fn check_secure(cx: &Cx, svc: &Elb, tx: &Tx, own: &Listener) -> Result<(), Error> {
    let protocol = || own.protocol.clone().unwrap_or_default();
    match own.ssl_policy.as_deref() {
        Some("") => return Err(Validation::NoPolicy(protocol()).into()),
        Some(policy) if ssl_policy::find(policy).is_none() => {
            return Err(Missing::SslPolicy(policy.to_owned()).into());
        }
        Some(_) | None => {}
    }
    let Some(certificate) = &own.certificate else {
        return Err(Validation::NoCertificate(protocol()).into());
    };
    check_certificate(cx, svc, tx, certificate)?;
    let Some(mutual) = own.mutual.as_ref() else { return Ok(()) };
    if own.protocol.as_deref() != Some("HTTPS") && mutual.mode != "off" {
        return Err(Configuration::MutualOfPlain.into());
    }
    match &mutual.trust_store {
        Some(store) => trust_store::check_ready(tx, cx.scope(), store),
        None => Ok(()),
    }
}

/// Checks that a certificate is there and can serve.
pub(super) fn check_certificate(cx: &Cx, svc: &Elb, tx: &Tx, arn: &str) -> Result<(), Error> {
    let found = svc.certificates.get(tx, cx.account(), arn);
    let found = found.ok_or_else(|| Missing::Certificate(arn.to_owned()))?;
    if serves(&found) { Ok(()) } else { Err(Refused::Certificate(arn.to_owned()).into()) }
}

/// Whether listeners can have a certificate. Source: ELB user guide, "SSL certificates for your Application Load
/// Balancer", which lists the keys, and the sentence of the refusal, which asks for a name with dots.
fn serves(own: &KnownCertificate) -> bool {
    let has_key = match own.key {
        CertificateKey::Rsa(bits) => (2048..=4096).contains(&bits),
        CertificateKey::Ecdsa(_) => true,
        CertificateKey::Other => false,
    };
    has_key && own.names.iter().any(|name| name.trim_matches('.').contains('.'))
}

#[cfg(test)]
mod tests {
    use super::serves;
    use ports::{CertificateKey, KnownCertificate};

    #[test]
    fn listeners_have_certificates_of_known_keys_for_whole_names() {
        for (key, name, want) in [
            (CertificateKey::Rsa(1024), "www.example.com", false),
            (CertificateKey::Rsa(2048), "www.example.com", true),
            (CertificateKey::Rsa(4096), "*.example.com", true),
            (CertificateKey::Rsa(8192), "www.example.com", false),
            (CertificateKey::Ecdsa(521), "www.example.com", true),
            (CertificateKey::Other, "www.example.com", false),
            (CertificateKey::Ecdsa(256), "localhost", false),
        ] {
            let own = KnownCertificate { key, names: vec![name.to_owned()] };
            assert_eq!(serves(&own), want, "{own:?}");
        }
    }
}
