//! Analyses of Network Access Analyzer.

mod model;
mod search;

pub(crate) use model::{Finish, Forget, NetworkInsightsAccessScopeAnalysis};

use crate::error::{Error, Kind, Noun};
use crate::event::Changed;
use crate::id::NetworkInsightsAccessScopeAnalysisId;
use crate::listing::{self, Wish};
use crate::network::{Owners, compiled};
use crate::network_insights_access_scope::{self, NetworkInsightsAccessScope};
use crate::network_insights_analysis::{Whose, components};
use crate::resource::{self, Resource, named, tag_set, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;

/// How long AWS takes, in milliseconds.
const RUNNING_MILLIS: u32 = 60_000;
/// How long AWS keeps an analysis, in milliseconds: 120 days.
const KEPT_MILLIS: i64 = 120 * 24 * 3_600_000;
const KIND: Kind = Kind::Noun(Noun::ACCESS_ANALYSIS);

/// `StartNetworkInsightsAccessScopeAnalysis`: answered as running; what is found is how the networks stand now. The same
/// client token gives the same analysis.
pub(crate) fn start(
    cx: &Cx,
    _svc: &Service,
    input: ec2::StartNetworkInsightsAccessScopeAnalysisRequest,
) -> Result<ec2::StartNetworkInsightsAccessScopeAnalysisResult, Error> {
    let digest = token::digest(&input);
    let tags = tag::of_specifications(input.tag_specifications, NetworkInsightsAccessScopeAnalysis::TYPE)?;
    let scope_id = network_insights_access_scope::id(input.network_insights_access_scope_id)?;
    let call = Once {
        operation: "StartNetworkInsightsAccessScopeAnalysis",
        token: input.client_token.as_deref(),
        digest: &digest,
    };
    let (findings, owners, interfaces) = home::read(cx, |view| {
        let found = view.get::<NetworkInsightsAccessScope>(&resource::key(cx.scope(), scope_id.as_str()));
        let missing = || Error::NotFound(NetworkInsightsAccessScope::KIND, vec![scope_id.to_string()]);
        let own = found.ok_or_else(missing)?;
        let network = compiled(view, cx.scope());
        let findings = search::search(&network, &own);
        let owners = Owners::of_told(view, cx.scope(), findings.iter().flatten());
        Ok((findings, owners, network.parts.interfaces.len()))
    })?;
    let analysis = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let _scope: NetworkInsightsAccessScope = take(tx, cx.scope(), scope_id.as_str())?;
            let analysis = NetworkInsightsAccessScopeAnalysis {
                scope: cx.scope().clone(),
                id: NetworkInsightsAccessScopeAnalysisId::new(cx.ids()),
                scope_id: scope_id.clone(),
                started_at: cx.now(),
                ended_at: None,
                findings: findings.clone(),
                owners: owners.clone(),
                interfaces,
                tags: tags.clone(),
            };
            let (scope, id) = (cx.scope().clone(), analysis.id.clone());
            tx.at(tx.now().plus_millis(KEPT_MILLIS), &Forget { scope: scope.clone(), id: id.clone() });
            tx.after(RUNNING_MILLIS, Finish { scope, id });
            let kind = "NetworkInsightsAccessScopeAnalysisCreated";
            tx.emit(&Changed { kind, resource: analysis.arn() });
            tx.put(analysis.clone());
            Ok(analysis)
        })
    })?;
    Ok(ec2::StartNetworkInsightsAccessScopeAnalysisResult {
        network_insights_access_scope_analysis: Some(shape(&analysis)),
    })
}

/// `DescribeNetworkInsightsAccessScopeAnalyses`: all, those of a scope, those that were started within a time.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNetworkInsightsAccessScopeAnalysesRequest,
) -> Result<ec2::DescribeNetworkInsightsAccessScopeAnalysesResult, Error> {
    let of = input.network_insights_access_scope_id.filter(|text| !text.is_empty());
    let of = of.map(|text| network_insights_access_scope::id(Some(text))).transpose()?;
    if let Some(id) = &of {
        let key = resource::key(cx.scope(), id.as_str());
        cx.read(|view| view.get::<NetworkInsightsAccessScope>(&key))
            .ok_or_else(|| Error::NotFound(NetworkInsightsAccessScope::KIND, vec![id.to_string()]))?;
    }
    let wish = Wish {
        ids: input.network_insights_access_scope_analysis_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let (after, before) = (input.analysis_start_time_begin, input.analysis_start_time_end);
    let is_asked = |row: &NetworkInsightsAccessScopeAnalysis| {
        let at = row.started_at.millis;
        of.as_ref().is_none_or(|id| row.scope_id == *id)
            && after.is_none_or(|after| at >= after.millis)
            && before.is_none_or(|before| at <= before.millis)
    };
    let name = "DescribeNetworkInsightsAccessScopeAnalyses";
    let page = listing::list(cx, name, wish, |_, row: &NetworkInsightsAccessScopeAnalysis| {
        is_asked(row).then(|| shape(row))
    })?;
    Ok(ec2::DescribeNetworkInsightsAccessScopeAnalysesResult {
        network_insights_access_scope_analyses: Some(page.items.into_iter().flatten().collect()),
        next_token: page.next_token,
    })
}

/// `GetNetworkInsightsAccessScopeAnalysisFindings`: nothing while it runs.
pub(crate) fn get_findings(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetNetworkInsightsAccessScopeAnalysisFindingsRequest,
) -> Result<ec2::GetNetworkInsightsAccessScopeAnalysisFindingsResult, Error> {
    let id = id(input.network_insights_access_scope_analysis_id)?;
    let limit = page_size(input.max_results, (1, 1_000))?;
    let key = resource::key(cx.scope(), id.as_str());
    let found = cx.read(|view| view.get::<NetworkInsightsAccessScopeAnalysis>(&key));
    let own = found.ok_or_else(|| Error::NotFound(KIND, vec![id.to_string()]))?;
    let rows = own.told().iter().zip(1_usize..).map(|(told, number)| (number, told));
    let operation = "GetNetworkInsightsAccessScopeAnalysisFindings";
    let call = [operation, &cx.scope().to_string(), id.as_str()];
    let place = |row: &(usize, _)| format!("{:08}", row.0);
    let (rows, next_token) = cut(cx, &call, rows, place, (input.next_token, limit))?;
    let finding = |(number, told)| ec2::AccessScopeAnalysisFinding {
        network_insights_access_scope_analysis_id: Some(id.to_string()),
        network_insights_access_scope_id: Some(own.scope_id.to_string()),
        finding_id: Some(format!("AnalysisFinding-{number}")),
        finding_components: Some(components(
            Whose { asking: &own.scope, owners: &own.owners },
            told,
            "forward",
        )),
    };
    Ok(ec2::GetNetworkInsightsAccessScopeAnalysisFindingsResult {
        network_insights_access_scope_analysis_id: Some(id.to_string()),
        analysis_status: Some(own.status().to_owned()),
        analysis_findings: Some(rows.into_iter().map(finding).collect()),
        next_token,
    })
}

/// `DeleteNetworkInsightsAccessScopeAnalysis`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteNetworkInsightsAccessScopeAnalysisRequest,
) -> Result<ec2::DeleteNetworkInsightsAccessScopeAnalysisResult, Error> {
    let id = id(input.network_insights_access_scope_analysis_id)?;
    home::write(cx, |tx| {
        let kind = "NetworkInsightsAccessScopeAnalysisDeleted";
        resource::remove::<NetworkInsightsAccessScopeAnalysis>(tx, cx.scope(), id.as_str(), kind)?;
        Ok(ec2::DeleteNetworkInsightsAccessScopeAnalysisResult {
            network_insights_access_scope_analysis_id: Some(id.to_string()),
        })
    })
}

fn id(text: Option<String>) -> Result<NetworkInsightsAccessScopeAnalysisId, Error> {
    let name = "networkInsightsAccessScopeAnalysisId";
    named(text, name, KIND, NetworkInsightsAccessScopeAnalysisId::parse)
}

fn shape(own: &NetworkInsightsAccessScopeAnalysis) -> ec2::NetworkInsightsAccessScopeAnalysis {
    let found = match (own.status(), own.told().is_empty()) {
        ("succeeded", false) => "true",
        ("succeeded", true) => "false",
        _ => "unknown",
    };
    ec2::NetworkInsightsAccessScopeAnalysis {
        network_insights_access_scope_analysis_id: Some(own.id.to_string()),
        network_insights_access_scope_analysis_arn: Some(own.arn()),
        network_insights_access_scope_id: Some(own.scope_id.to_string()),
        status: Some(own.status().to_owned()),
        status_message: own.findings.as_ref().err().filter(|_| own.ended_at.is_some()).cloned(),
        start_date: Some(own.started_at.into()),
        end_date: own.ended_at.map(Into::into),
        findings_found: Some(found.to_owned()),
        analyzed_eni_count: own.ended_at.and_then(|_| i32::try_from(own.interfaces).ok()),
        tags: tag_set(&own.tags),
        ..ec2::NetworkInsightsAccessScopeAnalysis::default()
    }
}
