//! What an analysis of a scope is.

use crate::error::{Kind, Noun};
use crate::event::Changed;
use crate::id::{NetworkInsightsAccessScopeAnalysisId, NetworkInsightsAccessScopeId};
use crate::network::Owners;
use crate::resource::{self, Resource};
use base::{Scope, Tags, Timestamp};
use reach::told::Told;
use serde::{Deserialize, Serialize};
use store::{Index, Job, JobError, Record, Tx};

/// What was found of a scope at a moment.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NetworkInsightsAccessScopeAnalysis {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInsightsAccessScopeAnalysisId,
    pub(super) scope_id: NetworkInsightsAccessScopeId,
    pub(super) started_at: Timestamp,
    /// None while it runs.
    pub(super) ended_at: Option<Timestamp>,
    /// Paths, or why none are known.
    pub(super) findings: Result<Vec<Told>, String>,
    /// Whose that is which the paths pass.
    #[serde(default)]
    pub(super) owners: Owners,
    /// Interfaces that were looked at.
    pub(super) interfaces: usize,
    pub(crate) tags: Tags,
}

impl NetworkInsightsAccessScopeAnalysis {
    /// Those of a scope.
    pub(crate) const OF: Index<Self> =
        Index { name: "of", keys: |own| vec![resource::key(&own.scope, own.scope_id.as_str())] };

    pub(super) fn status(&self) -> &'static str {
        match (self.ended_at, &self.findings) {
            (None, _) => "running",
            (Some(_), Ok(_)) => "succeeded",
            (Some(_), Err(_)) => "failed",
        }
    }

    /// What may be told already.
    pub(super) fn told(&self) -> &[Told] {
        match &self.findings {
            Ok(findings) if self.ended_at.is_some() => findings,
            Ok(_) | Err(_) => &[],
        }
    }
}

impl Record for NetworkInsightsAccessScopeAnalysis {
    const TABLE: &'static str = "vpc_network_insights_access_scope_analysis";
    const INDEXES: &'static [Index<Self>] = &[Self::OF];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for NetworkInsightsAccessScopeAnalysis {
    const TYPE: &'static str = "network-insights-access-scope-analysis";
    const PREFIX: &'static str = NetworkInsightsAccessScopeAnalysisId::PREFIX;
    const KIND: Kind = Kind::Noun(Noun::ACCESS_ANALYSIS);
    const PAGE: (i32, i32) = (1, 100);
    const FILTERS: &'static [&'static str] = &[];

    crate::resource::own_members!();

    fn filter(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }
}

/// The end of `running`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Finish {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInsightsAccessScopeAnalysisId,
}

impl Job for Finish {
    const KIND: &'static str = "vpc.network-insights-access-scope-analysis-finish";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let key = resource::key(&self.scope, self.id.as_str());
        if let Some(own) = tx.get::<NetworkInsightsAccessScopeAnalysis>(&key) {
            let ended_at = Some(tx.now());
            tx.emit(&Changed { kind: "NetworkInsightsAccessScopeAnalysisChanged", resource: own.arn() });
            tx.put(NetworkInsightsAccessScopeAnalysis { ended_at, ..(*own).clone() });
        }
        Ok(())
    }
}

/// The analysis is kept no longer.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forget {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInsightsAccessScopeAnalysisId,
}

impl Job for Forget {
    const KIND: &'static str = "vpc.network-insights-access-scope-analysis-forget";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        tx.delete::<NetworkInsightsAccessScopeAnalysis>(&resource::key(&self.scope, self.id.as_str()));
        Ok(())
    }
}
