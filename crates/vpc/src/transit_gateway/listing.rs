//! The Describes of attachments, and of what there is none of.

use super::attachment::{Association, TransitGatewayAttachment, What, id};
use crate::error::{Error, Kind};
use crate::filter::Filters;
use crate::listing::{Page, Wish};
use crate::resource::{self, Resource, tag_set};
use crate::{Vpc as Service, home};
use ec2_resource::listing::{cut, of_ids, page_size};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;

/// One of several Describes of attachments.
pub(super) struct Listing<'c> {
    pub(super) operation: &'c str,
    pub(super) filters: &'c [&'c str],
    pub(super) keep: fn(&What) -> bool,
}

/// Lists attachments of some kind.
pub(super) fn list<T>(
    cx: &Cx,
    listing: &Listing<'_>,
    wish: Wish,
    shape: impl Fn(&TransitGatewayAttachment) -> T,
) -> Result<Page<T>, Error> {
    home::read(cx, |_| Ok(()))?;
    let filters = Filters::parse(wish.filters, listing.filters)?;
    let limit = page_size(wish.max_results, TransitGatewayAttachment::PAGE)?;
    let ids = wish.ids.filter(|ids| !ids.is_empty());
    for text in ids.iter().flatten() {
        id(Some(text.clone()))?;
    }
    let scope = cx.scope();
    cx.read(|view| {
        let rows: Vec<Arc<TransitGatewayAttachment>> = match &ids {
            None => view.range(&resource::prefix(scope)).cloned().collect(),
            Some(ids) => of_ids(view, scope, ids)?,
        };
        if let Some(other) = rows.iter().find(|row| ids.is_some() && !(listing.keep)(&row.what)) {
            return Err(Error::NotFound(Kind::TransitGatewayAttachment, vec![other.id.to_string()]));
        }
        let passing = rows.into_iter().filter(|row| {
            (listing.keep)(&row.what) && filters.pass(&row.tags, |name| row.filter_within(view, name))
        });
        let call = [listing.operation, &scope.to_string(), &format!("{ids:?}{filters:?}")];
        let (rows, next_token) = cut(cx, &call, passing, |row| row.id.to_string(), (wish.next_token, limit))?;
        Ok(Page { items: rows.iter().map(|row| shape(row)).collect(), next_token })
    })
}

/// `DescribeTransitGatewayAttachments`: of every kind.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTransitGatewayAttachmentsRequest,
) -> Result<ec2::DescribeTransitGatewayAttachmentsResult, Error> {
    let wish = Wish {
        ids: input.transit_gateway_attachment_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let listing = Listing {
        operation: "DescribeTransitGatewayAttachments",
        filters: TransitGatewayAttachment::FILTERS,
        keep: |_| true,
    };
    let page = list(cx, &listing, wish, shape)?;
    Ok(ec2::DescribeTransitGatewayAttachmentsResult {
        transit_gateway_attachments: Some(page.items),
        next_token: page.next_token,
    })
}

fn shape(own: &TransitGatewayAttachment) -> ec2::TransitGatewayAttachment {
    let association = |held: &Association| ec2::TransitGatewayAttachmentAssociation {
        transit_gateway_route_table_id: Some(held.table.to_string()),
        state: Some(held.state.word().to_owned()),
        ..ec2::TransitGatewayAttachmentAssociation::default()
    };
    // Tables are the gateway's owner's business.
    let is_owners = own.scope == own.gateway_scope;
    ec2::TransitGatewayAttachment {
        transit_gateway_attachment_id: Some(own.id.to_string()),
        transit_gateway_id: Some(own.gateway_id.to_string()),
        transit_gateway_owner_id: Some(own.gateway_scope.account.to_string()),
        resource_owner_id: Some(own.resource_owner().account.to_string()),
        resource_type: Some(own.word().to_owned()),
        resource_id: Some(own.resource_id()),
        state: Some(own.state.word().to_owned()),
        association: own.association.as_ref().filter(|_| is_owners).map(association),
        creation_time: Some(own.created_at.into()),
        tags: tag_set(&own.tags),
        ..ec2::TransitGatewayAttachment::default()
    }
}

/// `DescribeTransitGatewayConnects`: there are none.
pub(crate) fn connects(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTransitGatewayConnectsRequest,
) -> Result<ec2::DescribeTransitGatewayConnectsResult, Error> {
    let wish = Wish {
        ids: input.transit_gateway_attachment_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let listing = Listing {
        operation: "DescribeTransitGatewayConnects",
        filters: &[
            "options.protocol",
            "state",
            "transit-gateway-attachment-id",
            "transit-gateway-id",
            "transport-transit-gateway-attachment-id",
        ],
        keep: |_| false,
    };
    let page = list(cx, &listing, wish, |_| ec2::TransitGatewayConnect::default())?;
    Ok(ec2::DescribeTransitGatewayConnectsResult {
        transit_gateway_connects: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DescribeTransitGatewayMulticastDomains`: there are none.
pub(crate) fn multicast_domains(
    _cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTransitGatewayMulticastDomainsRequest,
) -> Result<ec2::DescribeTransitGatewayMulticastDomainsResult, Error> {
    page_size(input.max_results, TransitGatewayAttachment::PAGE)?;
    Filters::parse(input.filters, &["state", "transit-gateway-id", "transit-gateway-multicast-domain-id"])?;
    let asked = input.transit_gateway_multicast_domain_ids.unwrap_or_default();
    if !asked.is_empty() {
        return Err(Error::NotFound(Kind::TransitGatewayMulticastDomain, asked));
    }
    if input.next_token.is_some() {
        return Err(Error::PageToken);
    }
    Ok(ec2::DescribeTransitGatewayMulticastDomainsResult {
        transit_gateway_multicast_domains: Some(Vec::new()),
        next_token: None,
    })
}
