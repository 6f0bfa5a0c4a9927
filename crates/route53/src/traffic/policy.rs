//! Traffic policies and their versions.

use crate::Route53;
use crate::error::Error;
use crate::event::Changed;
use crate::home::{arn, home, location};
use crate::listing::{PAGE, cut, limit};
use crate::traffic::document::Document;
use crate::traffic::instance::Instance;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use std::sync::Arc;
use store::{Index, Record, Rows, Tx};

/// Versions of a policy at the most.
const MOST_VERSIONS: i32 = 1000;

/// One version of a policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PolicyVersion {
    id: String,
    pub(crate) version: i32,
    pub(crate) home: String,
    name: String,
    pub(crate) kind: String,
    pub(crate) document: String,
    comment: Option<String>,
    /// The greatest version its policy ever had; a deleted one does not come back.
    latest: i32,
}

impl Record for PolicyVersion {
    const TABLE: &'static str = "route53_traffic_policy";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.id, self.version)
    }
}

impl PolicyVersion {
    const OWNER: Index<Self> = Index { name: "owner", keys: |policy| vec![policy.home.clone()] };

    pub(crate) fn key_of(id: &str, version: i32) -> String {
        format!("{id}/{version:04}")
    }

    pub(crate) fn own(rows: &impl Rows, cx: &Cx, id: &str, version: i32) -> Result<Arc<Self>, Error> {
        let found = rows.row::<Self>(&Self::key_of(id, version));
        found.filter(|found| found.home == home(cx)).ok_or(Error::NoPolicy)
    }

    /// All versions of a policy, the first one first.
    fn versions(rows: &impl Rows, cx: &Cx, id: &str) -> Result<Vec<Arc<Self>>, Error> {
        let mut found = rows.below::<Self>(&format!("{id}/"));
        found.retain(|found| found.home == home(cx));
        if found.is_empty() { Err(Error::NoPolicy) } else { Ok(found) }
    }

    /// How many policies a home has.
    pub(crate) fn policies(rows: &impl Rows, home: &str) -> usize {
        let mut ids: Vec<String> =
            rows.listed(&Self::OWNER, home).iter().map(|policy| policy.id.clone()).collect();
        ids.dedup();
        ids.len()
    }

    fn shape(&self) -> api::TrafficPolicy {
        api::TrafficPolicy {
            id: Some(self.id.clone()),
            version: Some(self.version),
            name: Some(self.name.clone()),
            type_: Some(self.kind.clone()),
            document: Some(self.document.clone()),
            comment: self.comment.clone(),
        }
    }

    fn location(&self) -> String {
        location(&format!("trafficpolicy/{}/{}", self.id, self.version))
    }
}

fn announce(tx: &mut Tx, cx: &Cx, kind: &'static str, id: &str) {
    tx.emit(&Changed { kind, resource: arn(cx, "trafficpolicy", id) });
}

/// `CreateTrafficPolicy`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateTrafficPolicyRequest,
) -> Result<api::CreateTrafficPolicyResponse, Error> {
    let document = input.document.unwrap_or_default();
    let kind = Document::read(&document)?.record_type()?.as_str().to_owned();
    let (id, name) = (cx.ids().uuid(), input.name.unwrap_or_default());
    let policy = cx.write(|tx| {
        let home = home(cx);
        if tx.by(&PolicyVersion::OWNER, &home).any(|other| other.name == name) {
            return Err(Error::PolicyExists);
        }
        let policy = PolicyVersion {
            id: id.clone(),
            version: 1,
            home,
            name: name.clone(),
            kind: kind.clone(),
            document: document.clone(),
            comment: input.comment.clone(),
            latest: 1,
        };
        announce(tx, cx, "TrafficPolicyCreated", &id);
        tx.put(policy.clone());
        Ok(policy)
    })?;
    let location = Some(policy.location());
    Ok(api::CreateTrafficPolicyResponse { traffic_policy: Some(policy.shape()), location })
}

/// `CreateTrafficPolicyVersion`.
pub(crate) fn create_version(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateTrafficPolicyVersionRequest,
) -> Result<api::CreateTrafficPolicyVersionResponse, Error> {
    let document = input.document.unwrap_or_default();
    let id = input.id.unwrap_or_default();
    // Nobody waits while a document is read; whether the policy is there is told first.
    let kind = Document::read(&document).and_then(|read| read.record_type());
    let policy = cx.write(|tx| {
        let versions = PolicyVersion::versions(tx, cx, &id)?;
        let kind = kind.clone()?.as_str().to_owned();
        let latest = versions.iter().map(|version| version.latest).max().unwrap_or_default();
        if latest >= MOST_VERSIONS {
            return Err(Error::TooManyVersions);
        }
        let first = versions.first().ok_or(Error::NoPolicy)?;
        let policy = PolicyVersion {
            version: latest + 1,
            kind,
            document: document.clone(),
            comment: input.comment.clone(),
            latest: latest + 1,
            ..(**first).clone()
        };
        announce(tx, cx, "TrafficPolicyVersionCreated", &id);
        tx.put(policy.clone());
        Ok(policy)
    })?;
    let location = Some(policy.location());
    Ok(api::CreateTrafficPolicyVersionResponse { traffic_policy: Some(policy.shape()), location })
}

/// `GetTrafficPolicy`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetTrafficPolicyRequest,
) -> Result<api::GetTrafficPolicyResponse, Error> {
    let (id, version) = (input.id.unwrap_or_default(), input.version.unwrap_or_default());
    let policy = cx.read(|view| PolicyVersion::own(view, cx, &id, version))?;
    Ok(api::GetTrafficPolicyResponse { traffic_policy: Some(policy.shape()) })
}

/// `UpdateTrafficPolicyComment`.
pub(crate) fn update_comment(
    cx: &Cx,
    _svc: &Route53,
    input: api::UpdateTrafficPolicyCommentRequest,
) -> Result<api::UpdateTrafficPolicyCommentResponse, Error> {
    let (id, version) = (input.id.unwrap_or_default(), input.version.unwrap_or_default());
    cx.write(|tx| {
        let found = PolicyVersion::own(tx, cx, &id, version)?;
        let policy = PolicyVersion { comment: input.comment.clone(), ..(*found).clone() };
        announce(tx, cx, "TrafficPolicyChanged", &id);
        let traffic_policy = Some(policy.shape());
        tx.put(policy);
        Ok(api::UpdateTrafficPolicyCommentResponse { traffic_policy })
    })
}

/// `DeleteTrafficPolicy`: of a version that no instance uses.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteTrafficPolicyRequest,
) -> Result<api::DeleteTrafficPolicyResponse, Error> {
    let (id, version) = (input.id.unwrap_or_default(), input.version.unwrap_or_default());
    cx.write(|tx| {
        let policy = PolicyVersion::own(tx, cx, &id, version)?;
        if tx.by(&Instance::POLICY, &Instance::policy_key(&id, version)).next().is_some() {
            return Err(Error::PolicyInUse);
        }
        // What remains remembers which versions there were.
        let versions = PolicyVersion::versions(tx, cx, &id)?;
        if let Some(other) = versions.iter().rfind(|other| other.version != version) {
            tx.put(PolicyVersion { latest: policy.latest.max(other.latest), ..(**other).clone() });
        }
        tx.delete::<PolicyVersion>(&policy.key());
        announce(tx, cx, "TrafficPolicyVersionDeleted", &id);
        Ok(api::DeleteTrafficPolicyResponse {})
    })
}

/// `ListTrafficPolicies`, by id: of each its newest version.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListTrafficPoliciesRequest,
) -> Result<api::ListTrafficPoliciesResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let versions = cx.read(|view| view.listed(&PolicyVersion::OWNER, &home(cx)));
    let mut summaries: Vec<api::TrafficPolicySummary> = Vec::new();
    for version in versions {
        match summaries.last_mut().filter(|last| last.id.as_ref() == Some(&version.id)) {
            Some(last) => {
                last.latest_version = Some(version.version);
                last.type_ = Some(version.kind.clone());
                last.traffic_policy_count = last.traffic_policy_count.map(|count| count + 1);
            }
            None => summaries.push(api::TrafficPolicySummary {
                id: Some(version.id.clone()),
                name: Some(version.name.clone()),
                type_: Some(version.kind.clone()),
                latest_version: Some(version.version),
                traffic_policy_count: Some(1),
            }),
        }
    }
    let start = input.traffic_policy_id_marker;
    let page = cut(summaries, |summary| summary.id >= start, limit);
    Ok(api::ListTrafficPoliciesResponse {
        traffic_policy_summaries: Some(page.items),
        is_truncated: Some(page.next.is_some()),
        traffic_policy_id_marker: Some(page.next.and_then(|next| next.id).unwrap_or_default()),
        max_items: Some(limit.to_string()),
    })
}

/// `ListTrafficPolicyVersions`, the first one first.
pub(crate) fn list_versions(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListTrafficPolicyVersionsRequest,
) -> Result<api::ListTrafficPolicyVersionsResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let start = match input.traffic_policy_version_marker.as_deref().filter(|marker| !marker.is_empty()) {
        None => 0,
        Some(marker) => {
            marker.parse::<i32>().map_err(|_| Error::Input("The input is not valid".to_owned()))?
        }
    };
    let versions = cx.read(|view| PolicyVersion::versions(view, cx, &input.id.unwrap_or_default()))?;
    let page = cut(versions, |version| version.version >= start, limit);
    let next = page.next.map(|next| next.version.to_string());
    Ok(api::ListTrafficPolicyVersionsResponse {
        traffic_policies: Some(page.items.iter().map(|version| version.shape()).collect()),
        is_truncated: Some(next.is_some()),
        traffic_policy_version_marker: Some(next.unwrap_or_default()),
        max_items: Some(limit.to_string()),
    })
}
