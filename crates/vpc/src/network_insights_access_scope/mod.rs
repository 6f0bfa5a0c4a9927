//! Scopes of Network Access Analyzer: which paths through the networks are looked for.
//! Source: Network Access Analyzer guide, "How Network Access Analyzer works".

mod model;
mod statement;

pub(crate) use model::{End, Header, NetworkInsightsAccessScope, Path, Resources};
pub(crate) use statement::{block, ports};

use crate::error::{Error, Kind, Noun};
use crate::event::Changed;
use crate::id::NetworkInsightsAccessScopeId;
use crate::listing::{self, Wish};
use crate::network_insights_access_scope_analysis::NetworkInsightsAccessScopeAnalysis;
use crate::resource::{self, Resource, named, tag_set};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Record;

/// `CreateNetworkInsightsAccessScope`: the same client token gives the same scope.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateNetworkInsightsAccessScopeRequest,
) -> Result<ec2::CreateNetworkInsightsAccessScopeResult, Error> {
    let digest = token::digest(&input);
    let tags = tag::of_specifications(input.tag_specifications, NetworkInsightsAccessScope::TYPE)?;
    let matches = statement::parse("matchPath", input.match_paths)?;
    let excludes = statement::parse("excludePath", input.exclude_paths)?;
    if matches.is_empty() {
        return Err(Error::Missing("matchPath"));
    }
    let call = Once {
        operation: "CreateNetworkInsightsAccessScope",
        token: input.client_token.as_deref(),
        digest: &digest,
    };
    let own = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let own = NetworkInsightsAccessScope {
                scope: cx.scope().clone(),
                id: NetworkInsightsAccessScopeId::new(cx.ids()),
                matches: matches.clone(),
                excludes: excludes.clone(),
                created_at: cx.now(),
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "NetworkInsightsAccessScopeCreated", resource: own.arn() });
            tx.put(own.clone());
            Ok(own)
        })
    })?;
    Ok(ec2::CreateNetworkInsightsAccessScopeResult {
        network_insights_access_scope: Some(shape(&own)),
        network_insights_access_scope_content: Some(content(&own)),
    })
}

/// `DescribeNetworkInsightsAccessScopes`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNetworkInsightsAccessScopesRequest,
) -> Result<ec2::DescribeNetworkInsightsAccessScopesResult, Error> {
    let wish = Wish {
        ids: input.network_insights_access_scope_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let name = "DescribeNetworkInsightsAccessScopes";
    let page = listing::list(cx, name, wish, |_, row: &NetworkInsightsAccessScope| shape(row))?;
    Ok(ec2::DescribeNetworkInsightsAccessScopesResult {
        network_insights_access_scopes: Some(page.items),
        next_token: page.next_token,
    })
}

/// `GetNetworkInsightsAccessScopeContent`.
pub(crate) fn get_content(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetNetworkInsightsAccessScopeContentRequest,
) -> Result<ec2::GetNetworkInsightsAccessScopeContentResult, Error> {
    let id = id(input.network_insights_access_scope_id)?;
    let found =
        cx.read(|view| view.get::<NetworkInsightsAccessScope>(&resource::key(cx.scope(), id.as_str())));
    let own = found.ok_or_else(|| Error::NotFound(NetworkInsightsAccessScope::KIND, vec![id.to_string()]))?;
    Ok(ec2::GetNetworkInsightsAccessScopeContentResult {
        network_insights_access_scope_content: Some(content(&own)),
    })
}

/// `DeleteNetworkInsightsAccessScope`: once its analyses are gone.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteNetworkInsightsAccessScopeRequest,
) -> Result<ec2::DeleteNetworkInsightsAccessScopeResult, Error> {
    let id = id(input.network_insights_access_scope_id)?;
    home::write(cx, |tx| {
        let kind = "NetworkInsightsAccessScopeDeleted";
        let own: NetworkInsightsAccessScope = resource::remove(tx, cx.scope(), id.as_str(), kind)?;
        if tx.by(&NetworkInsightsAccessScopeAnalysis::OF, &own.key()).next().is_some() {
            return Err(Error::ScopeAnalysed(id.to_string()));
        }
        Ok(ec2::DeleteNetworkInsightsAccessScopeResult {
            network_insights_access_scope_id: Some(id.to_string()),
        })
    })
}

/// A scope's id.
pub(crate) fn id(text: Option<String>) -> Result<NetworkInsightsAccessScopeId, Error> {
    let kind = Kind::Noun(Noun::ACCESS_SCOPE);
    named(text, "networkInsightsAccessScopeId", kind, NetworkInsightsAccessScopeId::parse)
}

fn shape(own: &NetworkInsightsAccessScope) -> ec2::NetworkInsightsAccessScope {
    ec2::NetworkInsightsAccessScope {
        network_insights_access_scope_id: Some(own.id.to_string()),
        network_insights_access_scope_arn: Some(own.arn()),
        created_date: Some(own.created_at.into()),
        updated_date: Some(own.created_at.into()),
        tags: tag_set(&own.tags),
    }
}

fn content(own: &NetworkInsightsAccessScope) -> ec2::NetworkInsightsAccessScopeContent {
    let shapes = |paths: &[Path]| Some(paths.iter().map(statement::shape).collect());
    ec2::NetworkInsightsAccessScopeContent {
        network_insights_access_scope_id: Some(own.id.to_string()),
        match_paths: shapes(&own.matches),
        exclude_paths: shapes(&own.excludes),
    }
}
