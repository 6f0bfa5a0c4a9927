//! Listeners as answers show them.

use super::record::{Filter, Listener, Mutual};
use crate::action;
use crate::arn;
use shapes_elbv2 as api;

/// A listener.
pub(super) fn listener(own: &Listener) -> api::Listener {
    let certificate =
        |arn: &String| api::Certificate { certificate_arn: Some(arn.clone()), is_default: None };
    api::Listener {
        listener_arn: Some(own.arn()),
        load_balancer_arn: Some(arn::arn(&own.scope, &format!("loadbalancer/{}", own.load_balancer))),
        port: own.port,
        protocol: own.protocol.clone(),
        certificates: own.certificate.as_ref().map(|arn| vec![certificate(arn)]),
        ssl_policy: own.ssl_policy.clone(),
        default_actions: Some(action::shapes(&own.actions)),
        alpn_policy: own.alpn.clone().map(|policy| vec![policy]),
        mutual_authentication: own.mutual.as_ref().map(mutual),
    }
}

fn mutual(own: &Mutual) -> api::MutualAuthenticationAttributes {
    let filter = |own: &Filter| api::ClientCertificateIdentityFilter {
        field: own.field.clone(),
        action: own.action.clone(),
        match_type: own.match_type.clone(),
        value: own.value.clone(),
    };
    let filters: Vec<_> = own.filters.iter().map(filter).collect();
    api::MutualAuthenticationAttributes {
        mode: Some(own.mode.clone()),
        trust_store_arn: own.trust_store.clone(),
        ignore_client_certificate_expiry: own.ignores_expiry,
        trust_store_association_status: own.trust_store.as_ref().map(|_| "active".to_owned()),
        advertise_trust_store_ca_names: own.advertises.clone(),
        client_certificate_identity_filters: (!filters.is_empty()).then_some(filters),
    }
}
