//! Analyses of Reachability Analyzer.

mod answer;
mod finding;
mod model;

pub(crate) use answer::{Whose, components};
pub(crate) use model::{Finish, Forget, NetworkInsightsAnalysis};

use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::NetworkInsightsAnalysisId;
use crate::listing::{self, Wish};
use crate::network_insights_path::{self, NetworkInsightsPath};
use crate::resource::{self, Resource, required, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use ports::Cx;
use shapes_ec2 as ec2;

/// How long AWS takes, in milliseconds.
const RUNNING_MILLIS: u32 = 30_000;
/// How long AWS keeps an analysis, in milliseconds: 120 days (Reachability Analyzer guide, "Delete the path").
const KEPT_MILLIS: i64 = 120 * 24 * 3_600_000;

/// `StartNetworkInsightsAnalysis`: answered as running; what is found is how the network stands now. The same client
/// token gives the same analysis.
pub(crate) fn start(
    cx: &Cx,
    _svc: &Service,
    input: ec2::StartNetworkInsightsAnalysisRequest,
) -> Result<ec2::StartNetworkInsightsAnalysisResult, Error> {
    let digest = token::digest(&input);
    let call = Once {
        operation: "StartNetworkInsightsAnalysis",
        token: input.client_token.as_deref(),
        digest: &digest,
    };
    let tags = tag::of_specifications(input.tag_specifications, NetworkInsightsAnalysis::TYPE)?;
    let path_id = network_insights_path::id(input.network_insights_path_id)?;
    let key = resource::key(cx.scope(), path_id.as_str());
    let unknown = || Error::NotFound(Kind::NetworkInsightsPath, vec![path_id.to_string()]);
    let filter_in = input.filter_in_arns.unwrap_or_default();
    let filter_out = input.filter_out_arns.unwrap_or_default();
    let (finding, owners) = home::read(cx, |view| {
        let path = view.get::<NetworkInsightsPath>(&key).ok_or_else(unknown)?;
        Ok(finding::find(view, &path, &filter_in, &filter_out))
    })?;
    let accounts = input.additional_accounts.unwrap_or_default();
    let analysis = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let _path: NetworkInsightsPath = take(tx, cx.scope(), path_id.as_str())?;
            let analysis = NetworkInsightsAnalysis {
                scope: cx.scope().clone(),
                id: NetworkInsightsAnalysisId::new(cx.ids()),
                path_id: path_id.clone(),
                started_at: cx.now(),
                is_running: true,
                finding: finding.clone(),
                owners: owners.clone(),
                accounts: accounts.clone(),
                filter_in: filter_in.clone(),
                filter_out: filter_out.clone(),
                tags: tags.clone(),
            };
            let (scope, id) = (cx.scope().clone(), analysis.id.clone());
            tx.at(tx.now().plus_millis(KEPT_MILLIS), &Forget { scope: scope.clone(), id: id.clone() });
            tx.after(RUNNING_MILLIS, Finish { scope, id });
            tx.emit(&Changed { kind: "NetworkInsightsAnalysisCreated", resource: analysis.arn() });
            tx.put(analysis.clone());
            Ok(analysis)
        })
    })?;
    Ok(ec2::StartNetworkInsightsAnalysisResult { network_insights_analysis: Some(answer::shape(&analysis)) })
}

/// `DescribeNetworkInsightsAnalyses`: all, those of a path, those that were started within a time.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNetworkInsightsAnalysesRequest,
) -> Result<ec2::DescribeNetworkInsightsAnalysesResult, Error> {
    let path = input.network_insights_path_id.filter(|text| !text.is_empty());
    let path = path.map(|text| network_insights_path::id(Some(text))).transpose()?;
    if let Some(id) = &path {
        home::read(cx, |view| {
            let found = view.get::<NetworkInsightsPath>(&resource::key(cx.scope(), id.as_str()));
            found.ok_or_else(|| Error::NotFound(Kind::NetworkInsightsPath, vec![id.to_string()]))
        })?;
    }
    let wish = Wish {
        ids: input.network_insights_analysis_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let (after, before) = (input.analysis_start_time, input.analysis_end_time);
    let is_asked = |row: &NetworkInsightsAnalysis| {
        let at = row.started_at.millis;
        path.as_ref().is_none_or(|path| row.path_id == *path)
            && after.is_none_or(|after| at >= after.millis)
            && before.is_none_or(|before| at <= before.millis)
    };
    let name = "DescribeNetworkInsightsAnalyses";
    let page = listing::list(cx, name, wish, |_, row: &NetworkInsightsAnalysis| {
        is_asked(row).then(|| answer::shape(row))
    })?;
    Ok(ec2::DescribeNetworkInsightsAnalysesResult {
        network_insights_analyses: Some(page.items.into_iter().flatten().collect()),
        next_token: page.next_token,
    })
}

/// `DeleteNetworkInsightsAnalysis`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteNetworkInsightsAnalysisRequest,
) -> Result<ec2::DeleteNetworkInsightsAnalysisResult, Error> {
    let text = required(input.network_insights_analysis_id, "networkInsightsAnalysisId")?;
    let id = NetworkInsightsAnalysisId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::NetworkInsightsAnalysis, error.given, error.prefix))?;
    home::write(cx, |tx| {
        let analysis: NetworkInsightsAnalysis = take(tx, cx.scope(), id.as_str())?;
        tx.delete::<NetworkInsightsAnalysis>(&resource::key(cx.scope(), id.as_str()));
        tx.emit(&Changed { kind: "NetworkInsightsAnalysisDeleted", resource: analysis.arn() });
        Ok(ec2::DeleteNetworkInsightsAnalysisResult { network_insights_analysis_id: Some(id.to_string()) })
    })
}
