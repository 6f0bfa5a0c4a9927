//! `UpdateClusterVersion`: one minor version up, and for a week back again.

use super::network::{self, Place};
use super::update_config::wanted;
use super::{Cluster, find};
use crate::Eks;
use crate::error::{Error, Refusal};
use crate::nodegroup;
use crate::repeat::{self, Call};
use crate::update::{self, Begun, Owner};
use crate::version::{self, FIRST_WITH_COMPONENTS, Support, Version};
use base::Timestamp;
use ports::Cx;
use serde_json::{Value, json};
use shapes_eks as api;

/// Milliseconds that a change of the version takes.
const MILLIS: u32 = 540_000;
/// How long after an upgrade it may be taken back.
const ROLLBACK_MILLIS: i64 = 7 * 86_400_000;
/// Minutes that nodes may take to roll back.
const ROLLBACK_MINUTES: std::ops::RangeInclusive<i32> = 120..=10_080;

/// `UpdateClusterVersion`. Insights do not block it: AWS took that back for a time.
pub(crate) fn update(
    cx: &Cx,
    svc: &Eks,
    input: api::UpdateClusterVersionRequest,
) -> Result<api::UpdateClusterVersionResponse, Error> {
    let name = input.name.clone().unwrap_or_default();
    let asked = input.version.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "UpdateClusterVersion", token, input: &input };
    let minutes = input.rollback_config.as_ref().and_then(|rollback| rollback.timeout_minutes);
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let own = find(tx, cx.scope(), &name)?;
            let (target, kind) = target(&own, &asked, cx.now()).map_err(|error| error.of(&name))?;
            nodegroup::require_young(tx, &own, target)?;
            if minutes.is_some_and(|minutes| !ROLLBACK_MINUTES.contains(&minutes)) {
                return Err(Refusal::RollbackMinutes.about(&name));
            }
            let mut config = own.config.clone();
            target.name.clone_into(&mut config.version);
            if target.minor < FIRST_WITH_COMPONENTS {
                config.components = Value::Null;
            } else if config.components.is_null() {
                config.components = super::components::defaults();
            }
            let begun = |wanted: Value| Begun {
                owner: Owner::Cluster,
                kind,
                params: vec![("Version", target.name.to_owned()), ("PlatformVersion", target.platform())],
                wanted,
                millis: Some(MILLIS),
            };
            update::require_free(tx, &own, &begun(Value::Null))?;
            own.require_active()?;
            // The control plane that takes over has interfaces of its own.
            let place = Place::of(tx, svc, &own)?;
            let mut told = wanted(&config);
            told["interfaces"] = json!(network::make_interfaces(cx, svc, tx, &own, &place)?);
            let update = update::begin(tx, cx, &own, begun(told))?;
            Ok(api::UpdateClusterVersionResponse { update: Some(update) })
        })
    })
}

/// The version that is asked for, where the cluster may go there.
fn target(own: &Cluster, asked: &str, now: Timestamp) -> Result<(&'static Version, &'static str), Error> {
    let known = version::find(asked).filter(|version| version.support(now) != Support::Future);
    let target = known.ok_or_else(|| Refusal::Version(asked.to_owned()))?;
    let from = version::find(&own.config.version).map_or(0, |version| version.minor);
    if target.minor == from + 1 && target.is_supported(now) {
        return Ok((target, "VersionUpdate"));
    }
    let may_go_back = own
        .upgraded
        .as_ref()
        .is_some_and(|upgrade| upgrade.from == asked && now.millis_since(upgrade.at) < ROLLBACK_MILLIS);
    if target.minor + 1 == from && may_go_back {
        if target.support(now) == Support::Extended && own.config.support_type == "STANDARD" {
            return Err(Refusal::RollbackSupport(asked.to_owned()).into());
        }
        return Ok((target, "VersionRollback"));
    }
    Err(Refusal::VersionStep(own.config.version.clone(), asked.to_owned()).into())
}
