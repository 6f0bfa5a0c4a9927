//! What an analysis is.

use crate::error::Kind;
use crate::event::Changed;
use crate::id::{NetworkInsightsAnalysisId, NetworkInsightsPathId};
use crate::network::Owners;
use crate::resource::{self, Resource, truth};
use base::{Scope, Tags, Timestamp};
use reach::told::Told;
use serde::{Deserialize, Serialize};
use store::{Index, Job, JobError, Record, Tx};

/// What became of a path at a moment.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NetworkInsightsAnalysis {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInsightsAnalysisId,
    pub(crate) path_id: NetworkInsightsPathId,
    pub(crate) started_at: Timestamp,
    /// Whether the finding may be told yet.
    pub(crate) is_running: bool,
    pub(crate) finding: Finding,
    /// Whose that is which the finding names.
    #[serde(default)]
    pub(crate) owners: Owners,
    pub(crate) accounts: Vec<String>,
    /// ARNs of what the path has to pass, and of what it must not.
    pub(crate) filter_in: Vec<String>,
    pub(crate) filter_out: Vec<String>,
    pub(crate) tags: Tags,
}

/// What was found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Finding {
    /// A path was walked.
    Walked {
        /// How.
        told: Box<Told>,
        /// Why it is none of those that are asked for: explanation code, and the component's kind and id.
        unfit: Option<(String, Option<(String, String)>)>,
    },
    /// None can be: explanation code, and the component's kind and id.
    NoPath(String, Option<(String, String)>),
    /// It could not be analysed: why.
    Failed(String),
}

impl NetworkInsightsAnalysis {
    /// Those of a path.
    pub(crate) const PATH: Index<Self> = Index {
        name: "path",
        keys: |analysis| vec![resource::key(&analysis.scope, analysis.path_id.as_str())],
    };

    /// AWS's word.
    pub(crate) fn status(&self) -> &'static str {
        match (&self.finding, self.is_running) {
            (_, true) => "running",
            (Finding::Failed(_), false) => "failed",
            (Finding::Walked { .. } | Finding::NoPath(..), false) => "succeeded",
        }
    }

    /// Whether a path was found; none while nothing can be said.
    pub(crate) fn is_found(&self) -> Option<bool> {
        match (&self.finding, self.is_running) {
            (_, true) | (Finding::Failed(_), false) => None,
            (Finding::Walked { told, unfit }, false) => Some(told.allowed && unfit.is_none()),
            (Finding::NoPath(..), false) => Some(false),
        }
    }
}

impl Record for NetworkInsightsAnalysis {
    const TABLE: &'static str = "vpc_network_insights_analysis";
    const INDEXES: &'static [Index<Self>] = &[Self::PATH];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for NetworkInsightsAnalysis {
    const TYPE: &'static str = "network-insights-analysis";
    const PREFIX: &'static str = NetworkInsightsAnalysisId::PREFIX;
    const KIND: Kind = Kind::NetworkInsightsAnalysis;
    const PAGE: (i32, i32) = (1, 100);
    const FILTERS: &'static [&'static str] = &["path-found", "status"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "path-found" => self.is_found().map(truth).unwrap_or_default(),
            "status" => vec![self.status().to_owned()],
            _ => Vec::new(),
        }
    }
}

/// The end of `running`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Finish {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInsightsAnalysisId,
}

impl Job for Finish {
    const KIND: &'static str = "vpc.network-insights-analysis-finish";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let key = resource::key(&self.scope, self.id.as_str());
        if let Some(own) = tx.get::<NetworkInsightsAnalysis>(&key) {
            tx.emit(&Changed { kind: "NetworkInsightsAnalysisChanged", resource: own.arn() });
            tx.put(NetworkInsightsAnalysis { is_running: false, ..(*own).clone() });
        }
        Ok(())
    }
}

/// The analysis is kept no longer.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forget {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInsightsAnalysisId,
}

impl Job for Forget {
    const KIND: &'static str = "vpc.network-insights-analysis-forget";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        tx.delete::<NetworkInsightsAnalysis>(&resource::key(&self.scope, self.id.as_str()));
        Ok(())
    }
}
