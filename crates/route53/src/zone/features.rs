//! What can be switched on for a zone. Accelerated recovery is written down and nothing else: there is one place only
//! that answers.

use crate::Route53;
use crate::error::Error;
use crate::event::Changed;
use crate::zone::{Zone, own};
use ports::Cx;
use shapes_route53 as api;

/// Refuses what is not built.
pub(crate) fn require_built(
    fallback: Option<bool>,
    guardrails: Option<&[api::ChangeGuardrail]>,
) -> Result<(), Error> {
    if fallback == Some(true) {
        return Err(Error::NotBuilt("EnablePublicDNSFallback"));
    }
    if guardrails.is_some() {
        return Err(Error::NotBuilt("ChangeGuardrails"));
    }
    Ok(())
}

/// `UpdateHostedZoneFeatures`.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Route53,
    input: api::UpdateHostedZoneFeaturesRequest,
) -> Result<api::UpdateHostedZoneFeaturesResponse, Error> {
    require_built(input.enable_public_dns_fallback, input.change_guardrails.as_deref())?;
    cx.write(|tx| {
        let mut zone = (*own(tx, cx, input.hosted_zone_id.as_deref())?).clone();
        if zone.is_private && input.enable_accelerated_recovery.is_some() {
            let sentence = "Accelerated recovery is not supported for private hosted zones.";
            return Err(Error::Input(sentence.to_owned()));
        }
        if let (Some(wanted), false) = (input.enable_accelerated_recovery, input.dry_run == Some(true)) {
            zone.is_accelerated = wanted;
            tx.emit(&Changed { kind: "HostedZoneChanged", resource: zone.arn(cx) });
            tx.put(zone);
        }
        Ok(api::UpdateHostedZoneFeaturesResponse {})
    })
}

/// The features that are on; `None` where there are none.
pub(crate) fn shape(zone: &Zone) -> Option<api::HostedZoneFeatures> {
    zone.is_accelerated.then(|| api::HostedZoneFeatures {
        accelerated_recovery_status: Some("ENABLED".to_owned()),
        ..api::HostedZoneFeatures::default()
    })
}
