//! Clusters that run elsewhere and are shown here.

use crate::cluster::config::Config;
use crate::cluster::{self, Cluster, Connector, Seen, Status, shape_of};
use crate::error::{Error, Refusal};
use crate::event::Changed;
use crate::repeat::{self, Call};
use crate::{Eks, key, role, tag};
use ports::Cx;
use shapes_eks as api;

/// Such clusters of a Region at the most.
const MOST: usize = 10;
/// How long the code that activates one counts: three days.
const ACTIVATION_MILLIS: i64 = 3 * 86_400_000;

/// `RegisterCluster`: it waits for its agent.
pub(crate) fn register(
    cx: &Cx,
    svc: &Eks,
    input: api::RegisterClusterRequest,
) -> Result<api::RegisterClusterResponse, Error> {
    let name = input.name.clone().unwrap_or_default();
    let asked = input.connector_config.clone().unwrap_or_default();
    let role = asked.role_arn.unwrap_or_default();
    let tags = tag::read(input.tags.as_ref()).map_err(|error| error.of(&name))?;
    role::require_form(cx, &role).map_err(|error| error.of(&name))?;
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "RegisterCluster", token, input: &input };
    role::ensure_linked(cx, svc, &role::OF_CONNECTORS).map_err(|error| error.of(&name))?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            if tx.get::<Cluster>(&key::own(cx.scope(), &name)).is_some() {
                return Err(Refusal::ClusterExists(name.clone()).about(&name));
            }
            let home = key::home(cx.scope());
            let others = tx.range::<Cluster>(&home);
            if others.filter(|other| other.connector.is_some()).count() >= MOST {
                return Err(Refusal::TooManyRegistered.about(&name));
            }
            let own = Cluster {
                scope: cx.scope().clone(),
                name: name.clone(),
                id: cx.ids().text(b"0123456789ABCDEF", 32),
                cell: String::new(),
                created_at: cx.now(),
                role: role.clone(),
                status: Status::Pending,
                config: Config::default(),
                seen: Seen { reason: Some("its agent has not called".to_owned()), ..Seen::default() },
                upgraded: None,
                connector: Some(Connector {
                    activation_id: cx.ids().uuid(),
                    activation_code: cx
                        .ids()
                        .text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 20),
                    activation_expiry: cx.now().plus_millis(ACTIVATION_MILLIS),
                    provider: asked.provider.clone().unwrap_or_default(),
                    role_arn: role.clone(),
                }),
                has_self_managed_addons: false,
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "ClusterRegistered", resource: own.arn() });
            let answer = api::RegisterClusterResponse { cluster: Some(shape_of(tx, &own)) };
            tx.put(own);
            Ok(answer)
        })
    })
}

/// `DeregisterCluster`.
pub(crate) fn deregister(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeregisterClusterRequest,
) -> Result<api::DeregisterClusterResponse, Error> {
    let name = input.name.unwrap_or_default();
    cx.write(|tx| {
        let own = cluster::any(tx, cx.scope(), &name)?;
        if own.connector.is_none() {
            return Err(Refusal::NotRegistered(name.clone()).about(&name));
        }
        tx.emit(&Changed { kind: "ClusterDeregistered", resource: own.arn() });
        tx.delete::<Cluster>(key::own(&own.scope, &own.name).as_str());
        let own = Cluster { status: Status::Deleting, ..(*own).clone() };
        Ok(api::DeregisterClusterResponse { cluster: Some(shape_of(tx, &own)) })
    })
}
