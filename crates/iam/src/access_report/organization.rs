//! Which services an organization's policies leave to an entity of it, and when its accounts last used them.
//!
//! A report is finished when it is asked for, and kept. It knows the uses of users and roles; those of root users leave
//! no trace. Source: IAM API Reference, GenerateOrganizationsAccessReport.

use super::grants::Grants;
use super::names;
use crate::Iam;
use crate::entity::Home;
use crate::error::{AccountRefusal, Error};
use crate::listing::Asked;
use crate::usage::Usage;
use base::{AccountId, Timestamp};
use ports::{Cx, NoSubtree, Subtree};
use serde::{Deserialize, Serialize};
use shapes_iam as api;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Record, View};

/// A report.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    home: Home,
    id: String,
    made_at: Timestamp,
    /// By namespace.
    services: Vec<Service>,
}

/// What it says of one service.
#[derive(Clone, Serialize, Deserialize)]
struct Service {
    namespace: String,
    /// How many accounts have used it.
    accounts: i32,
    last: Option<Last>,
}

/// The last use.
#[derive(Clone, Serialize, Deserialize)]
struct Last {
    at: Timestamp,
    region: String,
    /// The account it was in.
    path: String,
}

impl Record for Job {
    const TABLE: &'static str = "iam_organizations_access_report";
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// `GenerateOrganizationsAccessReport`: for the management account, while service control policies are enabled.
pub(crate) fn generate(
    cx: &Cx,
    svc: &Iam,
    input: api::GenerateOrganizationsAccessReportRequest,
) -> Result<api::GenerateOrganizationsAccessReportResponse, Error> {
    let place = svc.organizations.of(cx.world(), cx.account()).ok_or(AccountRefusal::NoOrganization)?;
    if !place.is_management {
        return Err(AccountRefusal::NotManagement.into());
    }
    if place.service_control.is_empty() {
        return Err(AccountRefusal::NoServiceControl.into());
    }
    let path = input.entity_path.unwrap_or_default();
    let policy = input.organizations_policy_id;
    let found = svc.organizations.subtree(cx.world(), cx.account(), &path, policy.as_deref());
    let subtree = found.map_err(|missing| match missing {
        NoSubtree::Entity => AccountRefusal::NoEntity(path),
        NoSubtree::Policy => AccountRefusal::NoServiceControlPolicy(policy.unwrap_or_default()),
    })?;
    let job = Job {
        home: Home::of(cx),
        id: cx.ids().uuid(),
        made_at: cx.now(),
        services: cx.read(|view| services(view, &subtree)),
    };
    cx.write(|tx| {
        tx.put(job.clone());
        Ok::<_, Error>(())
    })?;
    Ok(api::GenerateOrganizationsAccessReportResponse { job_id: Some(job.id) })
}

/// The services that every level leaves, with what the accounts did.
fn services(view: &View, subtree: &Subtree) -> Vec<Service> {
    let used = used(view, &subtree.accounts);
    let unused = |namespace| Service { namespace, accounts: 0, last: None };
    accessible(&subtree.levels)
        .into_iter()
        .map(|namespace| used.get(&namespace).cloned().unwrap_or_else(|| unused(namespace)))
        .collect()
}

fn accessible(levels: &[Vec<String>]) -> BTreeSet<String> {
    let levels: Vec<Grants> = levels.iter().map(|documents| Grants::of_all(documents)).collect();
    let mut namespaces: BTreeSet<String> = names::namespaces().map(str::to_owned).collect();
    namespaces.extend(levels.iter().flat_map(|level| level.services.iter().cloned()));
    namespaces.retain(|namespace| levels.iter().all(|level| level.includes(namespace)));
    namespaces
}

/// What the accounts have used, by namespace.
fn used(view: &View, accounts: &[(AccountId, String)]) -> BTreeMap<String, Service> {
    let paths: BTreeMap<AccountId, &str> = accounts.iter().map(|(id, path)| (*id, path.as_str())).collect();
    let mut by_account: BTreeMap<(&str, AccountId), &Usage> = BTreeMap::new();
    let usages: Vec<Arc<Usage>> = view.range::<Usage>("").cloned().collect();
    for usage in usages.iter().filter(|usage| paths.contains_key(&usage.account)) {
        let last = by_account.entry((&usage.service, usage.account)).or_insert(usage);
        if usage.at > last.at {
            *last = usage;
        }
    }
    let mut services = BTreeMap::new();
    for ((namespace, account), usage) in by_account {
        let service = services.entry(namespace.to_owned()).or_insert_with(|| Service {
            namespace: namespace.to_owned(),
            accounts: 0,
            last: None,
        });
        service.accounts += 1;
        if service.last.as_ref().is_none_or(|last| usage.at > last.at) {
            let path = paths.get(&account).copied().unwrap_or_default().to_owned();
            service.last = Some(Last { at: usage.at, region: usage.region.clone(), path });
        }
    }
    services
}

/// `GetOrganizationsAccessReport`, by namespace where no other order is asked for.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetOrganizationsAccessReportRequest,
) -> Result<api::GetOrganizationsAccessReportResponse, Error> {
    let id = input.job_id.unwrap_or_default();
    let found = cx.read(|view| view.get::<Job>(&id)).filter(|job| job.home == Home::of(cx));
    let job = found.ok_or(AccountRefusal::NoJob(id))?;
    let order = input.sort_key.as_deref().unwrap_or_default();
    let mut services: Vec<&Service> = job.services.iter().collect();
    if order.starts_with("LAST_AUTHENTICATED_TIME") {
        services.sort_by_key(|service| service.last.as_ref().map(|last| last.at));
    }
    if order.ends_with("DESCENDING") {
        services.reverse();
    }
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let call = ["GetOrganizationsAccessReport", job.id.as_str(), order];
    let places = services.into_iter().enumerate();
    let page = asked.page(cx, &call, places, |(place, _)| format!("{place:05}"))?;
    let is_truncated = page.truncated();
    let count = |services: usize| Some(i32::try_from(services).unwrap_or(i32::MAX));
    Ok(api::GetOrganizationsAccessReportResponse {
        job_status: Some("COMPLETED".to_owned()),
        job_creation_date: Some(job.made_at.into()),
        job_completion_date: Some(job.made_at.into()),
        number_of_services_accessible: count(job.services.len()),
        number_of_services_not_accessed: count(job.services.iter().filter(|one| one.last.is_none()).count()),
        access_details: Some(page.items.into_iter().map(|(_, service)| shape(service)).collect()),
        is_truncated,
        marker: page.marker,
        error_details: None,
    })
}

fn shape(service: &Service) -> api::AccessDetail {
    let last = service.last.as_ref();
    api::AccessDetail {
        service_name: Some(names::of(&service.namespace).to_owned()),
        service_namespace: Some(service.namespace.clone()),
        region: last.map(|last| last.region.clone()),
        entity_path: last.map(|last| last.path.clone()),
        last_authenticated_time: last.map(|last| last.at.into()),
        total_authenticated_entities: Some(service.accounts),
    }
}

#[cfg(test)]
mod tests {
    use super::accessible;

    fn allow(actions: &str) -> String {
        format!(r#"{{"Statement":{{"Effect":"Allow","Action":{actions},"Resource":"*"}}}}"#)
    }

    #[test]
    fn a_service_is_accessible_where_every_level_allows_something_of_it() {
        let all = || vec![allow(r#""*""#)];
        for (levels, want) in [
            (vec![vec![allow(r#""s3:*""#)]], &["s3"][..]),
            (vec![all(), vec![allow(r#"["s3:Get*","ec2:*"]"#)]], &["ec2", "s3"]),
            (vec![vec![allow(r#""s3:*""#), allow(r#""lambda:*""#)], all()], &["lambda", "s3"]),
            (vec![vec![allow(r#""s3:*""#)], vec![allow(r#""ec2:*""#)]], &[]),
            (vec![all(), vec![]], &[]),
        ] {
            assert_eq!(accessible(&levels).iter().collect::<Vec<_>>(), want, "{levels:?}");
        }
        for unbound in [vec![], vec![all(), all()]] {
            assert_eq!(accessible(&unbound).len(), super::names::namespaces().count());
        }
    }
}
