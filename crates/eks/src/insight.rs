//! Insights: what would be in the way of the next version, by what is known of a cluster.
//!
//! Nothing runs in a cluster yet that could be looked at: of nodes it is said that their state is not known. Source of
//! names and sentences: EKS user guide, "View cluster insights", and answers that users published.

use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Beside, Error};
use crate::listing::Asked;
use crate::{Eks, addon, key, version};
use base::{Ids, Scope, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shapes_eks as api;
use store::{Job, JobError, Record, Rows, Tx};

/// Milliseconds that a refresh takes.
const MILLIS: u32 = 60_000;

/// The last refresh that somebody asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refresh {
    scope: Scope,
    cluster: String,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl Record for Refresh {
    const TABLE: &'static str = "eks_insights_refresh";
    type Key = String;

    fn key(&self) -> String {
        key::own(&self.scope, &self.cluster)
    }
}

/// The insights there are about a cluster, by id.
fn all(rows: &impl Rows, cluster: &Cluster) -> Vec<Value> {
    let own = version::find(&cluster.config.version).map_or(0, |version| version.minor);
    let Some(next) = version::VERSIONS.iter().find(|version| version.minor == own + 1) else {
        return Vec::new();
    };
    let last = rows.row::<Refresh>(&key::own(&cluster.scope, &cluster.name));
    let refreshed = last.and_then(|refresh| refresh.ended_at).unwrap_or(cluster.created_at);
    let misfits = addon::misfits(rows, cluster, next.minor);
    let (status, reason) = if misfits.is_empty() {
        ("PASSING", "All installed EKS add-on versions are compatible with next Kubernetes version.")
    } else {
        ("ERROR", "Installed EKS add-on versions are not compatible with next Kubernetes version.")
    };
    let details: Vec<Value> = misfits
        .iter()
        .map(|(name, versions)| json!({ "name": name, "compatibleVersions": versions }))
        .collect();
    let checks = checks(next.name, (status, reason));
    let shaped = checks.into_iter().enumerate().map(|(index, (name, description, (status, reason)))| {
        let is_addons = name == "EKS add-on version compatibility";
        json!({
            "id": id(cluster, next.name, index),
            "name": name,
            "category": "UPGRADE_READINESS",
            "kubernetesVersion": next.name,
            "lastRefreshTime": refreshed,
            "lastTransitionTime": cluster.created_at,
            "description": description,
            "insightStatus": { "status": status, "reason": reason },
            "recommendation": recommendation(index),
            "additionalInfo": {
                "EKS update cluster documentation":
                    "https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html",
            },
            "resources": [],
            "categorySpecificSummary": {
                "deprecationDetails": [],
                "addonCompatibilityDetails": if is_addons { details.clone() } else { Vec::new() },
            },
        })
    });
    let mut all: Vec<Value> = shaped.collect();
    all.sort_by(|one, other| one["id"].as_str().cmp(&other["id"].as_str()));
    all
}

/// A check: its name, what it is about, and how it came out.
type Check = (String, &'static str, (&'static str, &'static str));

/// Name, description, status and reason of each check.
fn checks(next: &str, (status, reason): (&'static str, &'static str)) -> [Check; 5] {
    let unknown = "Unable to determine status of node kubelet versions.";
    let passing = "No deprecated API usage detected within the last 30 days.";
    [
        (
            format!("Deprecated APIs removed in Kubernetes v{next}"),
            "Checks for usage of deprecated APIs that are scheduled for removal in Kubernetes. Upgrading your \
             cluster before migrating to the updated APIs supported by the target version could cause \
             application impact.",
            ("PASSING", passing),
        ),
        (
            "Kubelet version skew".to_owned(),
            "Checks for kubelet versions of worker nodes in the cluster to see if upgrade would cause \
             non compliance with supported Kubernetes kubelet version skew policy.",
            ("UNKNOWN", unknown),
        ),
        (
            "kube-proxy version skew".to_owned(),
            "Checks version of kube-proxy in cluster to see if upgrade would cause non compliance with \
             supported Kubernetes kube-proxy version skew policy.",
            ("UNKNOWN", "Unable to determine status of kube-proxy versions."),
        ),
        (
            "EKS add-on version compatibility".to_owned(),
            "Checks version of installed EKS add-ons to ensure they are compatible with the next version of \
             Kubernetes.",
            (status, reason),
        ),
        (
            "Cluster health issues".to_owned(),
            "Checks for any cluster health issues that prevent successful upgrade to the next Kubernetes version \
             on EKS.",
            ("PASSING", "No cluster health issues detected."),
        ),
    ]
}

fn recommendation(index: usize) -> &'static str {
    match index {
        0 => "Update manifests and API clients to use newer Kubernetes APIs if applicable before upgrading.",
        1 => "Upgrade your worker nodes to match the Kubernetes version of your cluster control plane.",
        2 => "Upgrade kube-proxy in the cluster to match the version of your cluster control plane.",
        3 => "Upgrade your EKS add-ons to a version that is compatible with the next Kubernetes version.",
        _ => "Resolve the health issues of the cluster before upgrading.",
    }
}

/// The same for a cluster, a version and a check, whenever it is asked for.
fn id(cluster: &Cluster, version: &str, index: usize) -> String {
    Ids::seeded(0, &format!("{} {version} {index}", cluster.id)).uuid()
}

/// `ListInsights`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListInsightsRequest,
) -> Result<api::ListInsightsResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let filter = input.filter.unwrap_or_default();
    let mut found = cx.read(|view| cluster::find(view, cx.scope(), &name).map(|of| all(view, &of)))?;
    let takes = |wanted: &Option<Vec<String>>, own: &Value| {
        let wanted = wanted.as_deref().unwrap_or_default();
        wanted.is_empty() || wanted.iter().any(|name| own == name.as_str())
    };
    found.retain(|own| {
        takes(&filter.categories, &own["category"])
            && takes(&filter.kubernetes_versions, &own["kubernetesVersion"])
            && takes(&filter.statuses, &own["insightStatus"]["status"])
    });
    let asked = Asked { token: input.next_token, most: input.max_results };
    let digest = document::text(&filter);
    let (page, next_token) = asked.page(cx, &["ListInsights", &name, &digest], found, |own| {
        own["id"].as_str().unwrap_or_default().to_owned()
    })?;
    let insights = page.iter().map(document::shape).collect();
    Ok(api::ListInsightsResponse { insights: Some(insights), next_token })
}

/// `DescribeInsight`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeInsightRequest,
) -> Result<api::DescribeInsightResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let id = input.id.unwrap_or_default();
    cx.read(|view| {
        let of = cluster::find(view, cx.scope(), &name)?;
        let own = all(view, &of).into_iter().find(|own| own["id"] == id.as_str());
        let own = own.ok_or_else(|| Beside::NoInsight(id).about(&name))?;
        Ok(api::DescribeInsightResponse { insight: Some(document::shape(&own)) })
    })
}

/// A refresh is done.
#[derive(Serialize, Deserialize)]
pub(crate) struct Finish {
    key: String,
}

impl Job for Finish {
    const KIND: &'static str = "eks.insights-refreshed";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let running = tx.get::<Refresh>(self.key.as_str()).filter(|own| own.ended_at.is_none());
        if let Some(own) = running {
            let now = tx.now();
            tx.put(Refresh { ended_at: Some(now), ..(*own).clone() });
        }
        Ok(())
    }
}

/// `StartInsightsRefresh`.
pub(crate) fn start_refresh(
    cx: &Cx,
    _svc: &Eks,
    input: api::StartInsightsRefreshRequest,
) -> Result<api::StartInsightsRefreshResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    cx.write(|tx| {
        let of = cluster::find(tx, cx.scope(), &name)?;
        of.require_active()?;
        let key = key::own(&of.scope, &of.name);
        if tx.get::<Refresh>(&key).is_some_and(|own| own.ended_at.is_none()) {
            return Err(Beside::Refreshing.about(&name));
        }
        tx.put(Refresh {
            scope: of.scope.clone(),
            cluster: of.name.clone(),
            started_at: cx.now(),
            ended_at: None,
        });
        tx.after(MILLIS, Finish { key });
        Ok(api::StartInsightsRefreshResponse {
            message: Some("Insights refresh has been started".to_owned()),
            status: Some("IN_PROGRESS".to_owned()),
        })
    })
}

/// `DescribeInsightsRefresh`.
pub(crate) fn describe_refresh(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeInsightsRefreshRequest,
) -> Result<api::DescribeInsightsRefreshResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    cx.read(|view| {
        let of = cluster::find(view, cx.scope(), &name)?;
        let own = view.get::<Refresh>(&key::own(&of.scope, &of.name));
        let own = own.ok_or_else(|| Beside::NoRefresh.about(&name))?;
        let (status, message) = match own.ended_at {
            Some(_) => ("COMPLETED", "Insights refresh has completed"),
            None => ("IN_PROGRESS", "Insights refresh is in progress"),
        };
        Ok(api::DescribeInsightsRefreshResponse {
            message: Some(message.to_owned()),
            status: Some(status.to_owned()),
            started_at: Some(own.started_at.into()),
            ended_at: own.ended_at.map(Into::into),
        })
    })
}

/// The cluster is gone.
pub(crate) fn forget(tx: &mut Tx, cluster: &Cluster) {
    tx.delete::<Refresh>(key::own(&cluster.scope, &cluster.name).as_str());
}
