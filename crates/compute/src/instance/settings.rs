//! What an account sets for all its instances, and reads of them.

use super::wish::one_of;
use crate::Compute;
use crate::account::{self, Account, MetadataDefaults};
use crate::error::{Error, Launch};
use crate::resource::required;
use ports::Cx;
use shapes_ec2 as ec2;

/// The word that takes a default away.
const NO_PREFERENCE: &str = "no-preference";
/// The same of a hop limit.
const NO_HOP_LIMIT: i32 = -1;
/// The burstable families, and how AWS has them pay.
const FAMILIES: [(&str, &str); 4] =
    [("t2", "standard"), ("t3", "unlimited"), ("t3a", "unlimited"), ("t4g", "unlimited")];

/// `GetInstanceMetadataDefaults`.
pub(crate) fn metadata(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::GetInstanceMetadataDefaultsRequest,
) -> Result<ec2::GetInstanceMetadataDefaultsResult, Error> {
    let own = cx.read(|view| Account::of(view, cx.scope())).metadata;
    let switch = |on: Option<bool>| on.map(|on| if on { "enabled" } else { "disabled" }.to_owned());
    let level = ec2::InstanceMetadataDefaultsResponse {
        http_tokens: own.tokens.clone(),
        http_put_response_hop_limit: own.hop_limit,
        http_endpoint: switch(own.endpoint),
        instance_metadata_tags: switch(own.tags),
        http_tokens_enforced: switch(own.enforces_tokens),
        managed_by: (own != MetadataDefaults::default()).then(|| "account".to_owned()),
        ..ec2::InstanceMetadataDefaultsResponse::default()
    };
    Ok(ec2::GetInstanceMetadataDefaultsResult { account_level: Some(level) })
}

/// `ModifyInstanceMetadataDefaults`: what the call does not name stays.
pub(crate) fn modify_metadata(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyInstanceMetadataDefaultsRequest,
) -> Result<ec2::ModifyInstanceMetadataDefaultsResult, Error> {
    for (name, word, words) in [
        ("httpTokens", &input.http_tokens, &["optional", "required", NO_PREFERENCE][..]),
        ("httpEndpoint", &input.http_endpoint, &["enabled", "disabled", NO_PREFERENCE]),
        ("instanceMetadataTags", &input.instance_metadata_tags, &["enabled", "disabled", NO_PREFERENCE]),
        ("httpTokensEnforced", &input.http_tokens_enforced, &["enabled", "disabled", NO_PREFERENCE]),
    ] {
        if let Some(word) = word {
            one_of(name, word, words)?;
        }
    }
    let limit = input.http_put_response_hop_limit;
    if let Some(limit) = limit.filter(|limit| *limit != NO_HOP_LIMIT && !(1..=64).contains(limit)) {
        let reason = "It must be between 1 and 64, or -1 for no preference.".to_owned();
        return Err(Error::Value("httpPutResponseHopLimit", limit.to_string(), reason));
    }
    let switch = |word: &Option<String>, before: Option<bool>| match word.as_deref() {
        None => before,
        Some(NO_PREFERENCE) => None,
        Some(word) => Some(word == "enabled"),
    };
    account::change(cx, |own| {
        let before = own.metadata.clone();
        own.metadata = MetadataDefaults {
            tokens: match &input.http_tokens {
                None => before.tokens,
                Some(word) => Some(word.clone()).filter(|word| word != NO_PREFERENCE),
            },
            hop_limit: limit.or(before.hop_limit).filter(|limit| *limit != NO_HOP_LIMIT),
            endpoint: switch(&input.http_endpoint, before.endpoint),
            tags: switch(&input.instance_metadata_tags, before.tags),
            enforces_tokens: switch(&input.http_tokens_enforced, before.enforces_tokens),
        };
    })?;
    Ok(ec2::ModifyInstanceMetadataDefaultsResult { return_: Some(true) })
}

/// `GetSerialConsoleAccessStatus`.
pub(crate) fn serial_console(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::GetSerialConsoleAccessStatusRequest,
) -> Result<ec2::GetSerialConsoleAccessStatusResult, Error> {
    let account = cx.read(|view| Account::of(view, cx.scope()));
    Ok(ec2::GetSerialConsoleAccessStatusResult {
        serial_console_access_enabled: Some(account.has_serial_console),
        managed_by: Some("account".to_owned()),
    })
}

/// `EnableSerialConsoleAccess`.
pub(crate) fn enable_serial_console(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::EnableSerialConsoleAccessRequest,
) -> Result<ec2::EnableSerialConsoleAccessResult, Error> {
    let account = account::change(cx, |own| own.has_serial_console = true)?;
    let serial_console_access_enabled = Some(account.has_serial_console);
    Ok(ec2::EnableSerialConsoleAccessResult { serial_console_access_enabled })
}

/// `DisableSerialConsoleAccess`.
pub(crate) fn disable_serial_console(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::DisableSerialConsoleAccessRequest,
) -> Result<ec2::DisableSerialConsoleAccessResult, Error> {
    let account = account::change(cx, |own| own.has_serial_console = false)?;
    let serial_console_access_enabled = Some(account.has_serial_console);
    Ok(ec2::DisableSerialConsoleAccessResult { serial_console_access_enabled })
}

/// A burstable family, and how AWS has it pay.
fn family(text: Option<String>) -> Result<(&'static str, &'static str), Error> {
    let word = required(text, "instanceFamily")?;
    let found = FAMILIES.into_iter().find(|(name, _)| *name == word);
    found.ok_or_else(|| Launch::NoFamily(word).into())
}

fn shape(name: &str, word: String) -> ec2::InstanceFamilyCreditSpecification {
    ec2::InstanceFamilyCreditSpecification { instance_family: Some(name.to_owned()), cpu_credits: Some(word) }
}

/// `GetDefaultCreditSpecification`.
pub(crate) fn credits(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::GetDefaultCreditSpecificationRequest,
) -> Result<ec2::GetDefaultCreditSpecificationResult, Error> {
    let (name, own) = family(input.instance_family)?;
    let account = cx.read(|view| Account::of(view, cx.scope()));
    let word = account.credits.get(name).cloned().unwrap_or_else(|| own.to_owned());
    Ok(ec2::GetDefaultCreditSpecificationResult {
        instance_family_credit_specification: Some(shape(name, word)),
    })
}

/// `ModifyDefaultCreditSpecification`: of instances that are made from now on.
pub(crate) fn modify_credits(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyDefaultCreditSpecificationRequest,
) -> Result<ec2::ModifyDefaultCreditSpecificationResult, Error> {
    let (name, _) = family(input.instance_family)?;
    let word = required(input.cpu_credits, "cpuCredits")?;
    one_of("cpuCredits", &word, &["standard", "unlimited"])?;
    account::change(cx, |own| {
        own.credits.insert(name.to_owned(), word.clone());
    })?;
    Ok(ec2::ModifyDefaultCreditSpecificationResult {
        instance_family_credit_specification: Some(shape(name, word)),
    })
}

/// `ModifyAvailabilityZoneGroup`: the zones here need no opting in, and there is no opting out of them.
pub(crate) fn zone_group(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ModifyAvailabilityZoneGroupRequest,
) -> Result<ec2::ModifyAvailabilityZoneGroupResult, Error> {
    let name = required(input.group_name, "groupName")?;
    let status = required(input.opt_in_status, "optInStatus")?;
    one_of("optInStatus", &status, &["opted-in", "not-opted-in"])?;
    if name != format!("{}-zg-1", cx.region()) {
        return Err(Error::Value("groupName", name, "No such group of zones.".to_owned()));
    }
    match status.as_str() {
        "opted-in" => Ok(ec2::ModifyAvailabilityZoneGroupResult { return_: Some(true) }),
        _ => {
            let reason = "There is no opting out of this group of zones.".to_owned();
            Err(Error::Value("optInStatus", status, reason))
        }
    }
}
