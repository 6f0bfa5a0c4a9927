//! The condition keys that policies name.

use super::sources::{self, Given};
use crate::Iam;
use crate::entity::Home;
use crate::error::Error;
use policy::explain::context_keys;
use ports::Cx;
use shapes_iam as api;
use std::collections::BTreeMap;

/// Each key once, as it is first written, sorted.
pub(super) fn of<'a>(policies: impl Iterator<Item = &'a Given>) -> Vec<String> {
    let mut keys = BTreeMap::new();
    for key in policies.flat_map(|given| context_keys(&given.document)) {
        keys.entry(key.to_lowercase()).or_insert(key);
    }
    keys.into_values().collect()
}

/// `GetContextKeysForCustomPolicy`.
pub(crate) fn of_custom(
    _cx: &Cx,
    _svc: &Iam,
    input: api::GetContextKeysForCustomPolicyRequest,
) -> Result<api::GetContextKeysForPolicyResponse, Error> {
    let given = sources::inputs(input.policy_input_list)?;
    Ok(api::GetContextKeysForPolicyResponse { context_key_names: Some(of(given.iter())) })
}

/// `GetContextKeysForPrincipalPolicy`: those of its policies, a user's groups' included, and of those given beside
/// them.
pub(crate) fn of_principal(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetContextKeysForPrincipalPolicyRequest,
) -> Result<api::GetContextKeysForPolicyResponse, Error> {
    let given = sources::inputs(input.policy_input_list)?;
    let home = Home::of(cx);
    let arn = input.policy_source_arn.unwrap_or_default();
    let found = cx.read(|view| sources::find(view, &home, &arn))?;
    let names = of(found.policies.iter().chain(&given));
    Ok(api::GetContextKeysForPolicyResponse { context_key_names: Some(names) })
}
