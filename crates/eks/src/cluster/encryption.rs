//! `AssociateEncryptionConfig`: secrets wrapped with a key of the user's, once and for good.

use crate::Eks;
use crate::cluster;
use crate::cluster::update_config::wanted;
use crate::document;
use crate::error::{Error, Setup};
use crate::repeat::{self, Call};
use crate::update::{self, Begun, Owner};
use base::Arn;
use ports::Cx;
use serde_json::Value;
use shapes_eks as api;

/// Milliseconds that it takes.
const MILLIS: u32 = 900_000;

/// Reads the block of a call: the key, where one is named.
pub(crate) fn read(cx: &Cx, blocks: Option<&[api::EncryptionConfig]>) -> Result<Option<String>, Error> {
    let Some(block) = blocks.and_then(|blocks| blocks.first()) else { return Ok(None) };
    let resources = block.resources.as_deref().unwrap_or_default();
    if resources != ["secrets"] {
        return Err(Setup::EncryptedResources.into());
    }
    let key = block.provider.as_ref().and_then(|provider| provider.key_arn.clone()).unwrap_or_default();
    let is_key = |arn: &Arn| {
        arn.service == "kms" && (arn.resource.starts_with("key/") || arn.resource.starts_with("alias/"))
    };
    let Some(arn) = key.parse::<Arn>().ok().filter(is_key) else { return Err(Setup::KeyArn(key).into()) };
    let is_here = arn.partition == cx.partition().as_str() && arn.region == cx.region().as_str();
    if is_here { Ok(Some(key)) } else { Err(Setup::KeyRegion.into()) }
}

/// `AssociateEncryptionConfig`.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Eks,
    input: api::AssociateEncryptionConfigRequest,
) -> Result<api::AssociateEncryptionConfigResponse, Error> {
    let name = input.cluster_name.clone().unwrap_or_default();
    let blocks = input.encryption_config.clone().unwrap_or_default();
    let key = read(cx, Some(&blocks)).map_err(|error| error.of(&name))?;
    let key = key.ok_or_else(|| Setup::EncryptionMissing.about(&name))?;
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "AssociateEncryptionConfig", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let own = cluster::find(tx, cx.scope(), &name)?;
            if own.config.encryption_key.is_some() {
                return Err(Setup::Encrypted.about(&name));
            }
            let told: Value = blocks.iter().map(|block| Value::Object(document::members(block))).collect();
            let mut config = own.config.clone();
            config.encryption_key = Some(key.clone());
            let begun = Begun {
                owner: Owner::Cluster,
                kind: "AssociateEncryptionConfig",
                params: vec![("EncryptionConfig", told.to_string())],
                wanted: wanted(&config),
                millis: Some(MILLIS),
            };
            update::require_free(tx, &own, &begun)?;
            own.require_active()?;
            let update = update::begin(tx, cx, &own, begun)?;
            Ok(api::AssociateEncryptionConfigResponse { update: Some(update) })
        })
    })
}
