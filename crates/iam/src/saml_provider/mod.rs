//! SAML providers.

mod metadata;
mod model;
mod record;
#[cfg(test)]
mod tests;

pub(crate) use model::SamlProvider;

use crate::certificate;
use crate::context_provider::{self, Change, ContextProvider};
use crate::entity::Home;
use crate::error::{Error, ProviderRefusal};
use crate::event::Changed;
use crate::provider_arn::{self, Kind};
use crate::{Iam, key_id, tagging};
use metadata::Metadata;
use model::{Encryption, MOST_KEYS, PrivateKey};
use ports::Cx;
use shape::Empty;
use shapes_iam as api;

/// Providers of one account at the most.
const MOST_PROVIDERS: usize = 100;
/// Characters of a provider's or a key's id.
const ID_LENGTH: usize = 22;

/// Reads the provider of an ARN.
fn read(cx: &Cx, arn: Option<String>, action: &'static str) -> Result<SamlProvider, Error> {
    let arn = arn.unwrap_or_default();
    let name = provider_arn::name(cx, Kind::Saml, &arn, action)?;
    let key = SamlProvider::key_of(&Home::of(cx), &name);
    let found = cx.read(|view| view.get::<SamlProvider>(&key));
    found.map(|provider| (*provider).clone()).ok_or_else(|| ProviderRefusal::NoSamlProvider(arn).into())
}

/// Changes the provider of an ARN in a transaction.
fn change(
    cx: &Cx,
    arn: Option<String>,
    action: &'static str,
    change: impl Fn(&mut SamlProvider) -> Result<(), Error>,
) -> Result<SamlProvider, Error> {
    let arn = arn.unwrap_or_default();
    let name = provider_arn::name(cx, Kind::Saml, &arn, action)?;
    let key = SamlProvider::key_of(&Home::of(cx), &name);
    cx.write(|tx| {
        let found = tx.get::<SamlProvider>(&key);
        let found = found.ok_or_else(|| ProviderRefusal::NoSamlProvider(arn.clone()))?;
        let mut provider = (*found).clone();
        change(&mut provider)?;
        tx.emit(&Changed { kind: "SAMLProviderChanged", resource: provider.arn() });
        tx.put(provider.clone());
        Ok(provider)
    })
}

fn metadata(document: &str) -> Result<Metadata, ProviderRefusal> {
    metadata::read(document).ok_or(ProviderRefusal::SamlMetadata)
}

/// A new private key.
fn private_key(cx: &Cx, pem: String) -> Result<PrivateKey, ProviderRefusal> {
    if certificate::private_key(&pem).is_none() {
        return Err(ProviderRefusal::SamlKey);
    }
    let id = cx.ids().text(key_id::BASE32, ID_LENGTH);
    Ok(PrivateKey { id, pem, added_at: cx.now().whole_seconds() })
}

/// `CreateSAMLProvider`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateSAMLProviderRequest,
) -> Result<api::CreateSAMLProviderResponse, Error> {
    let document = input.saml_metadata_document.unwrap_or_default();
    let Metadata { entity_id, certificates, valid_until } = metadata(&document)?;
    let tags = tagging::read(input.tags)?;
    if let Some(instance) = input.identity_center_instance_arn {
        return Err(ProviderRefusal::NoIdentityCenter(instance).into());
    }
    let keys = input.add_private_key.map(|pem| private_key(cx, pem)).transpose()?;
    let provider = SamlProvider {
        home: Home::of(cx),
        name: input.name.unwrap_or_default(),
        uuid: cx.ids().text(key_id::BASE32, ID_LENGTH),
        document,
        entity_id,
        certificates,
        valid_until,
        created_at: cx.now().whole_seconds(),
        encryption: input
            .assertion_encryption_mode
            .map_or(Encryption::Allowed, |word| Encryption::read(&word)),
        keys: keys.into_iter().collect(),
        context: input.context_provider.map(ContextProvider::read).transpose()?,
        tags,
    };
    require_key(&provider)?;
    cx.write(|tx| {
        let home = &provider.home;
        if tx.get::<SamlProvider>(&SamlProvider::key_of(home, &provider.name)).is_some() {
            return Err(ProviderRefusal::SamlProviderExists(provider.name.clone()).into());
        }
        if tx.range::<SamlProvider>(&home.prefix()).count() >= MOST_PROVIDERS {
            return Err(Error::Limit("SAMLProvidersPerAccount", 100));
        }
        tx.emit(&Changed { kind: "SAMLProviderCreated", resource: provider.arn() });
        tx.put(provider.clone());
        Ok(())
    })?;
    Ok(api::CreateSAMLProviderResponse {
        saml_provider_arn: Some(provider.arn()),
        tags: tagging::some(&provider.tags),
    })
}

/// Nobody could open what has to be encrypted.
fn require_key(provider: &SamlProvider) -> Result<(), ProviderRefusal> {
    match provider.encryption {
        Encryption::Required if provider.keys.is_empty() => Err(ProviderRefusal::SamlNoKey),
        Encryption::Required | Encryption::Allowed => Ok(()),
    }
}

/// `GetSAMLProvider`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetSAMLProviderRequest,
) -> Result<api::GetSAMLProviderResponse, Error> {
    let provider = read(cx, input.saml_provider_arn, "iam:GetSAMLProvider")?;
    let key =
        |key: PrivateKey| api::SAMLPrivateKey { key_id: Some(key.id), timestamp: Some(key.added_at.into()) };
    Ok(api::GetSAMLProviderResponse {
        saml_provider_uuid: Some(provider.uuid),
        saml_metadata_document: Some(provider.document),
        context_provider: provider.context.map(|context| context.shape()),
        create_date: Some(provider.created_at.into()),
        valid_until: Some(provider.valid_until.into()),
        tags: Some(tagging::shapes(&provider.tags)),
        assertion_encryption_mode: Some(provider.encryption.word().to_owned()),
        private_key_list: Some(provider.keys.into_iter().map(key).collect()),
        ..api::GetSAMLProviderResponse::default()
    })
}

/// `ListSAMLProviders`, by name; not in pages.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    _input: api::ListSAMLProvidersRequest,
) -> Result<api::ListSAMLProvidersResponse, Error> {
    let prefix = Home::of(cx).prefix();
    let entry = |provider: &std::sync::Arc<SamlProvider>| api::SAMLProviderListEntry {
        arn: Some(provider.arn()),
        valid_until: Some(provider.valid_until.into()),
        create_date: Some(provider.created_at.into()),
        is_trusted_identity_propagation_enabled: provider.context.is_some().then_some(true),
    };
    let list = cx.read(|view| view.range::<SamlProvider>(&prefix).map(entry).collect());
    Ok(api::ListSAMLProvidersResponse { saml_provider_list: Some(list) })
}

/// `UpdateSAMLProvider`: the document, the keys, whether assertions are encrypted, or the trusted context.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateSAMLProviderRequest,
) -> Result<api::UpdateSAMLProviderResponse, Error> {
    let context = context_provider::change(
        input.context_provider,
        input.remove_context_provider,
        input.identity_center_instance_arn,
        input.remove_identity_center_instance,
    )?;
    let document = input.saml_metadata_document;
    let read = document.as_deref().map(metadata).transpose()?;
    let added = input.add_private_key.map(|pem| private_key(cx, pem)).transpose()?;
    let encryption = input.assertion_encryption_mode.as_deref().map(Encryption::read);
    let provider = change(cx, input.saml_provider_arn, "iam:UpdateSAMLProvider", |provider| {
        if let (Some(document), Some(read)) = (&document, &read) {
            provider.document.clone_from(document);
            provider.entity_id.clone_from(&read.entity_id);
            provider.certificates.clone_from(&read.certificates);
            provider.valid_until = read.valid_until;
        }
        if let Some(id) = &input.remove_private_key {
            let before = provider.keys.len();
            provider.keys.retain(|key| key.id != *id);
            if provider.keys.len() == before {
                return Err(ProviderRefusal::NoSamlKey(id.clone()).into());
            }
        }
        if let Some(added) = &added {
            if provider.keys.len() >= MOST_KEYS {
                return Err(ProviderRefusal::SamlKeys.into());
            }
            provider.keys.push(added.clone());
        }
        provider.encryption = encryption.unwrap_or(provider.encryption);
        match &context {
            Change::Keep => {}
            Change::Set(new) => provider.context = Some(new.clone()),
            Change::Remove => provider.context = None,
        }
        Ok(require_key(provider)?)
    })?;
    Ok(api::UpdateSAMLProviderResponse { saml_provider_arn: Some(provider.arn()) })
}

/// `DeleteSAMLProvider`. Roles that trust it stay.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteSAMLProviderRequest) -> Result<Empty, Error> {
    let arn = input.saml_provider_arn.unwrap_or_default();
    let name = provider_arn::name(cx, Kind::Saml, &arn, "iam:DeleteSAMLProvider")?;
    let key = SamlProvider::key_of(&Home::of(cx), &name);
    cx.write(|tx| {
        let gone = tx.delete::<SamlProvider>(&key);
        let gone = gone.ok_or_else(|| ProviderRefusal::NoSamlProvider(arn.clone()))?;
        tx.emit(&Changed { kind: "SAMLProviderDeleted", resource: gone.arn() });
        Ok(Empty {})
    })
}

/// `TagSAMLProvider`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagSAMLProviderRequest) -> Result<Empty, Error> {
    change(cx, input.saml_provider_arn, "iam:TagSAMLProvider", |provider| {
        Ok(tagging::merge(&mut provider.tags, input.tags.clone())?)
    })?;
    Ok(Empty {})
}

/// `UntagSAMLProvider`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagSAMLProviderRequest) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, input.saml_provider_arn, "iam:UntagSAMLProvider", |provider| {
        tagging::remove(&mut provider.tags, &keys);
        Ok(())
    })?;
    Ok(Empty {})
}

/// `ListSAMLProviderTags`, by key.
pub(crate) fn list_tags(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListSAMLProviderTagsRequest,
) -> Result<api::ListSAMLProviderTagsResponse, Error> {
    let provider = read(cx, input.saml_provider_arn, "iam:ListSAMLProviderTags")?;
    let call = ["ListSAMLProviderTags", provider.name.as_str()];
    let page = tagging::list(cx, call, &provider.tags, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(api::ListSAMLProviderTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}
