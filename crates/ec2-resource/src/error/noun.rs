//! Kinds of things that AWS speaks of by one pattern: a code with `.NotFound` and one with `.Malformed`, and a noun.

/// How AWS speaks of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noun {
    /// The code of ids that name nothing.
    pub(super) missing: &'static str,
    /// The code of texts that are no id.
    pub(super) malformed: &'static str,
    /// The noun, one and many.
    pub(super) words: (&'static str, &'static str),
    /// The sentence about ids that name nothing.
    pub(super) saying: Saying,
}

/// A pattern of sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    /// `The ipam-pool ID 'x' does not exist`.
    Quoted,
    /// `The IPAM pool allocation (x) does not exist.`
    Bracketed,
    /// `These flow log ids in the input list are not found: [TotalCount: 1] x`.
    Counted,
}

/// The codes and nouns of a kind.
macro_rules! noun {
    ($code:literal, $one:literal, $saying:ident) => {
        Noun {
            missing: concat!($code, ".NotFound"),
            malformed: concat!($code, ".Malformed"),
            words: ($one, concat!($one, "s")),
            saying: Saying::$saying,
        }
    };
}

impl Noun {
    /// A flow log.
    pub const FLOW_LOG: Self = noun!("InvalidFlowLogId", "flow log id", Counted);
    /// An IPAM.
    pub const IPAM: Self = noun!("InvalidIpamId", "ipam ID", Quoted);
    /// A scope of an IPAM.
    pub const IPAM_SCOPE: Self = noun!("InvalidIpamScopeId", "ipam-scope ID", Quoted);
    /// A pool of an IPAM.
    pub const IPAM_POOL: Self = noun!("InvalidIpamPoolId", "ipam-pool ID", Quoted);
    /// An allocation of a pool.
    pub const IPAM_ALLOCATION: Self = noun!("InvalidIpamPoolAllocationId", "IPAM pool allocation", Bracketed);
    /// A scope of Network Access Analyzer.
    pub const ACCESS_SCOPE: Self =
        noun!("InvalidNetworkInsightsAccessScopeId", "networkInsightsAccessScope ID", Quoted);
    /// An analysis of such a scope.
    pub const ACCESS_ANALYSIS: Self =
        noun!("InvalidNetworkInsightsAccessScopeAnalysisId", "networkInsightsAccessScopeAnalysis ID", Quoted);
    /// A filter of mirrored traffic.
    pub const MIRROR_FILTER: Self = noun!("InvalidTrafficMirrorFilterId", "trafficMirrorFilter ID", Quoted);
    /// A rule of such a filter.
    pub const MIRROR_RULE: Self =
        noun!("InvalidTrafficMirrorFilterRuleId", "trafficMirrorFilterRule ID", Quoted);
    /// A session of mirrored traffic.
    pub const MIRROR_SESSION: Self =
        noun!("InvalidTrafficMirrorSessionId", "trafficMirrorSession ID", Quoted);
    /// Where mirrored traffic goes.
    pub const MIRROR_TARGET: Self = noun!("InvalidTrafficMirrorTargetId", "trafficMirrorTarget ID", Quoted);

    /// Code and sentence of ids that name nothing.
    pub(super) fn not_found(&self, ids: &[String]) -> (&'static str, String) {
        let (one, many) = self.words;
        let sentence = match (self.saying, ids) {
            (Saying::Quoted, [id]) => format!("The {one} '{id}' does not exist"),
            (Saying::Quoted, ids) => format!("The {many} '{}' do not exist", ids.join(", ")),
            (Saying::Bracketed, [id]) => format!("The {one} ({id}) does not exist."),
            (Saying::Bracketed, ids) => format!("The {many} ({}) do not exist.", ids.join(", ")),
            (Saying::Counted, ids) => format!(
                "These {many} in the input list are not found: [TotalCount: {}] {}",
                ids.len(),
                ids.join(" ")
            ),
        };
        (self.missing, sentence)
    }
}
