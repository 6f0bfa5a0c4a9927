//! Tags of domains.

use super::Domains;
use super::domain::Domain;
use crate::error::DomainsError as Error;
use crate::event::Changed;
use base::Tags;
use ports::Cx;
use shapes_route53domains as domains_api;

/// Tags of a domain at the most.
const MOST: usize = 50;

fn change(cx: &Cx, name: Option<&str>, change: impl Fn(&mut Tags)) -> Result<(), Error> {
    cx.write(|tx| {
        let mut domain = (*Domain::own(tx, cx, name)?).clone();
        change(&mut domain.tags);
        if domain.tags.0.len() > MOST {
            return Err(Error::Input(format!("A domain can have up to {MOST} tags")));
        }
        tx.emit(&Changed { kind: "TagsChanged", resource: domain.name.clone() });
        tx.put(domain);
        Ok(())
    })
}

/// `UpdateTagsForDomain`.
pub(super) fn add(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::UpdateTagsForDomainRequest,
) -> Result<domains_api::UpdateTagsForDomainResponse, Error> {
    change(cx, input.domain_name.as_deref(), |tags| {
        for tag in input.tags_to_update.iter().flatten() {
            tags.0.insert(tag.key.clone().unwrap_or_default(), tag.value.clone().unwrap_or_default());
        }
    })?;
    Ok(domains_api::UpdateTagsForDomainResponse {})
}

/// `DeleteTagsForDomain`: keys that are not there are no error.
pub(super) fn remove(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::DeleteTagsForDomainRequest,
) -> Result<domains_api::DeleteTagsForDomainResponse, Error> {
    change(cx, input.domain_name.as_deref(), |tags| {
        for key in input.tags_to_delete.iter().flatten() {
            tags.0.remove(key);
        }
    })?;
    Ok(domains_api::DeleteTagsForDomainResponse {})
}

/// `ListTagsForDomain`, by key.
pub(super) fn list(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::ListTagsForDomainRequest,
) -> Result<domains_api::ListTagsForDomainResponse, Error> {
    let domain = cx.read(|view| Domain::own(view, cx, input.domain_name.as_deref()))?;
    let tag = |(key, value): (&str, &str)| domains_api::Tag {
        key: Some(key.to_owned()),
        value: Some(value.to_owned()),
    };
    Ok(domains_api::ListTagsForDomainResponse { tag_list: Some(domain.tags.iter().map(tag).collect()) })
}
