//! Prefix lists: those of accounts, and those of AWS.

mod associations;
mod aws;
mod change;
mod model;
mod work;

pub(crate) use associations::{routes_fit, weight_of_rule};
pub(crate) use change::{create, delete, modify, restore};
pub(crate) use model::{AnyList, Family, PrefixList, all, find};
pub(crate) use work::Settle;

use crate::error::{Error, Kind, PrefixList as Refusal};
use crate::filter::Filters;
use crate::id::PrefixListId;
use crate::listing::Wish;
use crate::resource::{Resource, required, tag_set};
use crate::{Vpc as Service, home};
use aws::AwsList;
use base::{Scope, Tags};
use ec2_resource::listing::{cut, page_size};
use model::Entry;
use ports::Cx;
use shapes_ec2 as ec2;

/// The gateway lists of a Region, by the service's name.
pub(crate) fn of_service(scope: &Scope, name: &str) -> Option<String> {
    aws::lists(&scope.region)
        .into_iter()
        .find(|list| list.is_gateway && list.name == name)
        .map(|list| list.id)
}

/// `DescribeManagedPrefixLists`: the account's own and AWS's, by id.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeManagedPrefixListsRequest,
) -> Result<ec2::DescribeManagedPrefixListsResult, Error> {
    let wish = Wish {
        ids: input.prefix_list_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let named = |list: &AnyList, name: &str| match list {
        AnyList::Own(own) => own.filter(name),
        AnyList::Aws(list) => vec![match name {
            "owner-id" => AwsList::OWNER.to_owned(),
            "prefix-list-id" => list.id.clone(),
            _ => list.name.clone(),
        }],
    };
    let listed = Listed { known: PrefixList::FILTERS, bounds: PrefixList::PAGE, named, only_gateways: false };
    let (lists, next_token) = listed.page(cx, "DescribeManagedPrefixLists", wish)?;
    let prefix_lists = lists.iter().map(|list| shape_any(cx.scope(), list)).collect();
    Ok(ec2::DescribeManagedPrefixListsResult { prefix_lists: Some(prefix_lists), next_token })
}

/// `DescribePrefixLists`: AWS's lists that gateway endpoints lead to, with their blocks.
pub(crate) fn describe_gateways(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribePrefixListsRequest,
) -> Result<ec2::DescribePrefixListsResult, Error> {
    let wish = Wish {
        ids: input.prefix_list_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let named = |list: &AnyList, name: &str| match list {
        AnyList::Own(own) => own.filter(name),
        AnyList::Aws(list) => {
            vec![if name == "prefix-list-id" { list.id.clone() } else { list.name.clone() }]
        }
    };
    let known = &["prefix-list-id", "prefix-list-name"];
    let listed = Listed { known, bounds: (5, 1000), named, only_gateways: true };
    let (lists, next_token) = listed.page(cx, "DescribePrefixLists", wish)?;
    let shape = |list: &AnyList| {
        let AnyList::Aws(own) = list else { return None };
        let prefix_list_name = Some(own.name.clone());
        Some(ec2::PrefixList {
            cidrs: Some(list.blocks()),
            prefix_list_id: Some(own.id.clone()),
            prefix_list_name,
        })
    };
    let prefix_lists = lists.iter().filter_map(shape).collect();
    Ok(ec2::DescribePrefixListsResult { prefix_lists: Some(prefix_lists), next_token })
}

/// How lists are listed, which are partly no rows.
struct Listed<N> {
    known: &'static [&'static str],
    bounds: (i32, i32),
    /// What a list has under a filter's name.
    named: N,
    only_gateways: bool,
}

impl<N: Fn(&AnyList, &str) -> Vec<String>> Listed<N> {
    fn page(&self, cx: &Cx, operation: &str, wish: Wish) -> Result<(Vec<AnyList>, Option<String>), Error> {
        // The blocks of AWS's own lists are told without tags.
        let parse = if self.only_gateways { Filters::tagless } else { Filters::parse };
        let filters = parse(wish.filters, self.known)?;
        let limit = page_size(wish.max_results, self.bounds)?;
        let ids = wish.ids.filter(|ids| !ids.is_empty());
        for id in ids.iter().flatten() {
            list_id(Some(id.clone()))?;
        }
        let of_kind = |list: &AnyList| match list {
            AnyList::Own(_) => !self.only_gateways,
            AnyList::Aws(own) => own.is_gateway || !self.only_gateways,
        };
        let lists: Vec<AnyList> = home::read(cx, |view| Ok(all(view, cx.scope())))?;
        let lists: Vec<AnyList> = lists.into_iter().filter(of_kind).collect();
        let missing = ids.iter().flatten().filter(|id| !lists.iter().any(|list| list.id() == id.as_str()));
        let missing: Vec<String> = missing.cloned().collect();
        if !missing.is_empty() {
            return Err(Error::NotFound(Kind::PrefixList, missing));
        }
        let none = Tags::default();
        let passing = lists.into_iter().filter(|list| {
            let tags = match list {
                AnyList::Own(own) => &own.tags,
                AnyList::Aws(_) => &none,
            };
            ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id == list.id()))
                && filters.pass(tags, |name| (self.named)(list, name))
        });
        let call = [operation, &cx.scope().to_string(), &format!("{ids:?}{filters:?}")];
        cut(cx, &call, passing, |list| list.id().to_owned(), (wish.next_token, limit))
    }
}

/// `GetManagedPrefixListEntries`: those of the current version, or of one before.
pub(crate) fn get_entries(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetManagedPrefixListEntriesRequest,
) -> Result<ec2::GetManagedPrefixListEntriesResult, Error> {
    let id = list_id(input.prefix_list_id)?;
    let limit = page_size(input.max_results, (1, 100))?;
    let entries: Vec<Entry> = home::read(cx, |view| match find(view, cx.scope(), id.as_str())? {
        AnyList::Own(own) => {
            let version = input.target_version.unwrap_or(own.version);
            let entries = own.of_version(at_least_one(version)?).ok_or(Refusal::NoVersion(version))?;
            Ok(entries.to_vec())
        }
        AnyList::Aws(_) if input.target_version.is_some() => Err(Refusal::OfAws(id.to_string()).into()),
        AnyList::Aws(list) => {
            let entry = |block: &&str| Entry { cidr: (*block).to_owned(), description: None };
            Ok(list.blocks.iter().map(entry).collect())
        }
    })?;
    let version = format!("{id}{:?}", input.target_version);
    let call = ["GetManagedPrefixListEntries", &cx.scope().to_string(), &version];
    let mut sorted = entries;
    sorted.sort();
    let (entries, next_token) =
        cut(cx, &call, sorted, |entry| entry.cidr.clone(), (input.next_token, limit))?;
    let shape =
        |entry: Entry| ec2::PrefixListEntry { cidr: Some(entry.cidr), description: entry.description };
    let entries = Some(entries.into_iter().map(shape).collect());
    Ok(ec2::GetManagedPrefixListEntriesResult { entries, next_token })
}

/// `GetManagedPrefixListAssociations`: what names the list.
pub(crate) fn get_associations(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetManagedPrefixListAssociationsRequest,
) -> Result<ec2::GetManagedPrefixListAssociationsResult, Error> {
    let id = list_id(input.prefix_list_id)?;
    let limit = page_size(input.max_results, (5, 255))?;
    let ids = home::read(cx, |view| {
        find(view, cx.scope(), id.as_str())?;
        Ok(associations::of(view, cx.scope(), id.as_str()))
    })?;
    let call = ["GetManagedPrefixListAssociations", &cx.scope().to_string(), id.as_str()];
    let (ids, next_token) = cut(cx, &call, ids, Clone::clone, (input.next_token, limit))?;
    let shape = |id: String| ec2::PrefixListAssociation {
        resource_id: Some(id),
        resource_owner: Some(cx.account().to_string()),
    };
    let prefix_list_associations = Some(ids.into_iter().map(shape).collect());
    Ok(ec2::GetManagedPrefixListAssociationsResult { prefix_list_associations, next_token })
}

/// A list's id.
fn list_id(text: Option<String>) -> Result<PrefixListId, Error> {
    let text = required(text, "PrefixListId")?;
    PrefixListId::parse(&text).map_err(|error| Error::Malformed(Kind::PrefixList, error.given, error.prefix))
}

/// Versions are counted from one.
fn at_least_one(version: i64) -> Result<i64, Refusal> {
    if version < 1 { Err(Refusal::VersionTooLow) } else { Ok(version) }
}

fn shape_any(scope: &Scope, list: &AnyList) -> ec2::ManagedPrefixList {
    match list {
        AnyList::Own(own) => shape(own),
        AnyList::Aws(own) => ec2::ManagedPrefixList {
            prefix_list_id: Some(own.id.clone()),
            prefix_list_arn: Some(own.arn(scope)),
            prefix_list_name: Some(own.name.clone()),
            address_family: Some(AwsList::FAMILY.word().to_owned()),
            state: Some("create-complete".to_owned()),
            owner_id: Some(AwsList::OWNER.to_owned()),
            tags: Some(Vec::new()),
            ..ec2::ManagedPrefixList::default()
        },
    }
}

fn shape(own: &PrefixList) -> ec2::ManagedPrefixList {
    ec2::ManagedPrefixList {
        prefix_list_id: Some(own.id.to_string()),
        prefix_list_arn: Some(own.arn()),
        prefix_list_name: Some(own.name.clone()),
        address_family: Some(own.family.word().to_owned()),
        max_entries: Some(own.max_entries),
        version: Some(own.version),
        state: Some(own.state.word().to_owned()),
        state_message: own.failure.clone(),
        owner_id: Some(own.scope.account.to_string()),
        tags: tag_set(&own.tags),
        ..ec2::ManagedPrefixList::default()
    }
}
