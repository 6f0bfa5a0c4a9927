//! OpenID Connect providers.

mod model;
mod record;

pub(crate) use model::OidcProvider;

use crate::Iam;
use crate::context_provider::{self, Change};
use crate::entity::Home;
use crate::error::{Error, ProviderRefusal};
use crate::event::Changed;
use crate::provider_arn::{self, Kind};
use crate::tagging;
use model::MOST_CLIENTS;
use ports::Cx;
use shape::Empty;
use shapes_iam as api;
use store::Tx;

/// Providers of one account at the most (the quota's maximum; AWS begins with 100).
const MOST_PROVIDERS: usize = 700;

/// Reads the provider of an ARN.
fn read(cx: &Cx, arn: Option<String>, action: &'static str) -> Result<OidcProvider, Error> {
    let arn = arn.unwrap_or_default();
    let name = provider_arn::name(cx, Kind::Oidc, &arn, action)?;
    let key = OidcProvider::key_of(&Home::of(cx), &name);
    let found = cx.read(|view| view.get::<OidcProvider>(&key));
    found.map(|provider| (*provider).clone()).ok_or_else(|| ProviderRefusal::NoOidcProvider(arn).into())
}

/// Changes the provider of an ARN in a transaction.
fn change(
    cx: &Cx,
    arn: Option<String>,
    action: &'static str,
    change: impl Fn(&mut OidcProvider) -> Result<(), Error>,
) -> Result<Empty, Error> {
    let arn = arn.unwrap_or_default();
    let name = provider_arn::name(cx, Kind::Oidc, &arn, action)?;
    let key = OidcProvider::key_of(&Home::of(cx), &name);
    cx.write(|tx| {
        let found = tx.get::<OidcProvider>(&key);
        let found = found.ok_or_else(|| ProviderRefusal::NoOidcProvider(arn.clone()))?;
        let mut provider = (*found).clone();
        change(&mut provider)?;
        tx.emit(&Changed { kind: "OpenIDConnectProviderChanged", resource: provider.arn() });
        tx.put(provider);
        Ok(Empty {})
    })
}

/// `CreateOpenIDConnectProvider`. Nothing is fetched from the issuer: without thumbprints it has none, and is trusted
/// by the authorities everybody trusts.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateOpenIDConnectProviderRequest,
) -> Result<api::CreateOpenIDConnectProviderResponse, Error> {
    let url = input.url.unwrap_or_default();
    let name = model::name(&url)?;
    let tags = tagging::read(input.tags)?;
    let thumbprints = model::thumbprints(input.thumbprint_list.unwrap_or_default())?;
    if let Some(instance) = input.identity_center_instance_arn {
        return Err(ProviderRefusal::NoIdentityCenter(instance).into());
    }
    let context = input.context_provider.map(context_provider::ContextProvider::read).transpose()?;
    let mut provider = OidcProvider {
        home: Home::of(cx),
        name: name.to_owned(),
        client_ids: Vec::new(),
        thumbprints,
        created_at: cx.now().whole_seconds(),
        tags,
        context,
    };
    for client in input.client_id_list.unwrap_or_default() {
        add_client(&mut provider, &client)?;
    }
    cx.write(|tx| put_new(tx, &provider, &url))?;
    Ok(api::CreateOpenIDConnectProviderResponse {
        open_id_connect_provider_arn: Some(provider.arn()),
        tags: tagging::some(&provider.tags),
    })
}

fn put_new(tx: &mut Tx, provider: &OidcProvider, url: &str) -> Result<(), Error> {
    let home = &provider.home;
    if tx.get::<OidcProvider>(&OidcProvider::key_of(home, &provider.name)).is_some() {
        return Err(ProviderRefusal::OidcProviderExists(url.to_owned()).into());
    }
    if tx.range::<OidcProvider>(&home.prefix()).count() >= MOST_PROVIDERS {
        return Err(Error::Limit("OpenIdConnectProvidersPerAccount", 700));
    }
    tx.emit(&Changed { kind: "OpenIDConnectProviderCreated", resource: provider.arn() });
    tx.put(provider.clone());
    Ok(())
}

fn add_client(provider: &mut OidcProvider, client: &str) -> Result<(), Error> {
    if provider.add_client(client) {
        return Ok(());
    }
    let most = u32::try_from(MOST_CLIENTS).unwrap_or(u32::MAX);
    Err(Error::Limit("ClientIdsPerOpenIdConnectProvider", most))
}

/// `GetOpenIDConnectProvider`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetOpenIDConnectProviderRequest,
) -> Result<api::GetOpenIDConnectProviderResponse, Error> {
    let provider = read(cx, input.open_id_connect_provider_arn, "iam:GetOpenIDConnectProvider")?;
    Ok(api::GetOpenIDConnectProviderResponse {
        url: Some(provider.name),
        client_id_list: Some(provider.client_ids),
        thumbprint_list: Some(provider.thumbprints),
        create_date: Some(provider.created_at.into()),
        tags: Some(tagging::shapes(&provider.tags)),
        context_provider: provider.context.map(|context| context.shape()),
        ..api::GetOpenIDConnectProviderResponse::default()
    })
}

/// `ListOpenIDConnectProviders`, by name; not in pages.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    _input: api::ListOpenIDConnectProvidersRequest,
) -> Result<api::ListOpenIDConnectProvidersResponse, Error> {
    let prefix = Home::of(cx).prefix();
    let entry = |provider: &std::sync::Arc<OidcProvider>| api::OpenIDConnectProviderListEntry {
        arn: Some(provider.arn()),
        is_trusted_identity_propagation_enabled: provider.context.is_some().then_some(true),
    };
    let list = cx.read(|view| view.range::<OidcProvider>(&prefix).map(entry).collect());
    Ok(api::ListOpenIDConnectProvidersResponse { open_id_connect_provider_list: Some(list) })
}

/// `DeleteOpenIDConnectProvider`. Roles that trust it stay. Deleting what is not there is refused (recorded; the API
/// reference says otherwise).
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeleteOpenIDConnectProviderRequest,
) -> Result<Empty, Error> {
    let arn = input.open_id_connect_provider_arn.unwrap_or_default();
    let name = provider_arn::name(cx, Kind::Oidc, &arn, "iam:DeleteOpenIDConnectProvider")?;
    let key = OidcProvider::key_of(&Home::of(cx), &name);
    cx.write(|tx| {
        let gone = tx.delete::<OidcProvider>(&key);
        let gone = gone.ok_or_else(|| ProviderRefusal::NoOidcProviderToDelete(arn.clone()))?;
        tx.emit(&Changed { kind: "OpenIDConnectProviderDeleted", resource: gone.arn() });
        Ok(Empty {})
    })
}

/// `AddClientIDToOpenIDConnectProvider`: adding twice is no error.
pub(crate) fn add_client_id(
    cx: &Cx,
    _svc: &Iam,
    input: api::AddClientIDToOpenIDConnectProviderRequest,
) -> Result<Empty, Error> {
    let client = input.client_id.unwrap_or_default();
    let arn = input.open_id_connect_provider_arn;
    change(cx, arn, "iam:AddClientIDToOpenIDConnectProvider", |provider| add_client(provider, &client))
}

/// `RemoveClientIDFromOpenIDConnectProvider`: removing what is not there is no error.
pub(crate) fn remove_client_id(
    cx: &Cx,
    _svc: &Iam,
    input: api::RemoveClientIDFromOpenIDConnectProviderRequest,
) -> Result<Empty, Error> {
    let client = input.client_id.unwrap_or_default();
    let arn = input.open_id_connect_provider_arn;
    change(cx, arn, "iam:RemoveClientIDFromOpenIDConnectProvider", |provider| {
        provider.client_ids.retain(|own| *own != client);
        Ok(())
    })
}

/// `UpdateOpenIDConnectProviderThumbprint`: the new list replaces the old one.
pub(crate) fn update_thumbprints(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateOpenIDConnectProviderThumbprintRequest,
) -> Result<Empty, Error> {
    let thumbprints = model::thumbprints(input.thumbprint_list.unwrap_or_default())?;
    if thumbprints.is_empty() {
        return Err(ProviderRefusal::NoThumbprint.into());
    }
    let arn = input.open_id_connect_provider_arn;
    change(cx, arn, "iam:UpdateOpenIDConnectProviderThumbprint", |provider| {
        provider.thumbprints.clone_from(&thumbprints);
        Ok(())
    })
}

/// `UpdateOpenIDConnectProvider`: sets or takes away the trusted context.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateOpenIDConnectProviderRequest,
) -> Result<Empty, Error> {
    let context = context_provider::change(
        input.context_provider,
        input.remove_context_provider,
        input.identity_center_instance_arn,
        input.remove_identity_center_instance,
    )?;
    change(cx, input.open_id_connect_provider_arn, "iam:UpdateOpenIDConnectProvider", |provider| {
        match &context {
            Change::Keep => {}
            Change::Set(new) => provider.context = Some(new.clone()),
            Change::Remove => provider.context = None,
        }
        Ok(())
    })
}

/// `TagOpenIDConnectProvider`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagOpenIDConnectProviderRequest) -> Result<Empty, Error> {
    change(cx, input.open_id_connect_provider_arn, "iam:TagOpenIDConnectProvider", |provider| {
        Ok(tagging::merge(&mut provider.tags, input.tags.clone())?)
    })
}

/// `UntagOpenIDConnectProvider`.
pub(crate) fn untag(
    cx: &Cx,
    _svc: &Iam,
    input: api::UntagOpenIDConnectProviderRequest,
) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, input.open_id_connect_provider_arn, "iam:UntagOpenIDConnectProvider", |provider| {
        tagging::remove(&mut provider.tags, &keys);
        Ok(())
    })
}

/// `ListOpenIDConnectProviderTags`, by key.
pub(crate) fn list_tags(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListOpenIDConnectProviderTagsRequest,
) -> Result<api::ListOpenIDConnectProviderTagsResponse, Error> {
    let provider = read(cx, input.open_id_connect_provider_arn, "iam:ListOpenIDConnectProviderTags")?;
    let call = ["ListOpenIDConnectProviderTags", provider.name.as_str()];
    let page = tagging::list(cx, call, &provider.tags, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(api::ListOpenIDConnectProviderTagsResponse {
        tags: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}
