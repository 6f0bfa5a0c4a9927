//! Requests for Spot Instances. Spare capacity is always there, at a price that does not change: a request is fulfilled
//! when its time has come and it offers enough, and nothing is ever interrupted.

mod answer;
mod filter;
mod model;
mod work;

pub(crate) use model::{SpotRequest, State, Status, Terms};
pub(crate) use work::{Due, Expire, Happened, evaluate, fulfilled, tell};

use crate::Compute;
use crate::document;
use crate::instance::{self, Behalf, Market};
use crate::price::Price;
use crate::repeat::{Call, many};
use base::{Scope, Tags, Timestamp};
use ec2_resource::error::{Capacity, Error, Kind};
use ec2_resource::listing::{self, Wish};
use ec2_resource::resource::{Resource, take};
use ec2_resource::tag;
use ec2_resource::token::digest;
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;
use work::put;

/// What ids are drawn from.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// A new id.
pub(crate) fn new_id(cx: &Cx) -> String {
    format!("{}{}", SpotRequest::PREFIX, cx.ids().text(LETTERS, 8))
}

/// What a request is made of, whoever makes it.
pub(crate) struct New<'a> {
    pub(crate) market: &'a Market,
    pub(crate) terms: Terms,
    pub(crate) instance_type: &'a str,
    pub(crate) is_windows: bool,
    pub(crate) tags: Tags,
}

/// A new request, not kept yet.
pub(crate) fn new(cx: &Cx, of: New<'_>) -> SpotRequest {
    SpotRequest {
        scope: cx.scope().clone(),
        id: new_id(cx),
        created_at: cx.now().whole_seconds(),
        state: State::Open,
        status: Status::PendingEvaluation,
        status_at: cx.now().whole_seconds(),
        terms: of.terms,
        launch: of.market.launch.clone(),
        instance_type: of.instance_type.to_owned(),
        is_windows: of.is_windows,
        instance: None,
        zone: None,
        fault: None,
        is_due: false,
        tags: of.tags,
    }
}

/// `RequestSpotInstances`: as many requests as instances; the same client token gives the same ones.
pub(crate) fn request(
    cx: &Cx,
    svc: &Compute,
    input: ec2::RequestSpotInstancesRequest,
) -> Result<ec2::RequestSpotInstancesResult, Error> {
    let digest = digest(&input);
    let tags = tag::of_specifications(input.tag_specifications.clone(), SpotRequest::TYPE)?;
    let terms = terms(cx, &input)?;
    let count = match input.instance_count.unwrap_or(1) {
        count if count > 0 => count,
        count => {
            let reason = "It must be a positive integer.".to_owned();
            return Err(Error::Value("instanceCount", count.to_string(), reason));
        }
    };
    let order = ordered(cx, svc, &input, &terms)?;
    let token = input.client_token.as_deref();
    let call = Call { operation: "RequestSpotInstances", token, digest: &digest };
    let ids = cx.write(|tx| {
        many(tx, cx.scope(), &call, |tx| {
            let is_windows = instance::check(cx, svc, tx, &order)?;
            let mut ids = Vec::new();
            for _ in 0..count {
                let of = New {
                    market: order.market().ok_or(Capacity::NotSold)?,
                    terms: terms.clone(),
                    instance_type: order.instance_type(),
                    is_windows,
                    tags: tags.clone(),
                };
                ids.push(begin(cx, tx, new(cx, of)));
            }
            Ok(ids)
        })
    })?;
    let requests = cx.read(|view| {
        let found = listing::of_ids::<SpotRequest>(view, cx.scope(), &ids)?;
        Ok::<_, Error>(found.iter().map(|own| answer::shape(own)).collect())
    })?;
    // What is due at once has its instance when the call is answered; the answer tells of before, as AWS's does.
    for id in &ids {
        evaluate(cx, svc, id)?;
    }
    Ok(ec2::RequestSpotInstancesResult { spot_instance_requests: Some(requests) })
}

/// The launch that a request comes to.
fn ordered(
    cx: &Cx,
    svc: &Compute,
    input: &ec2::RequestSpotInstancesRequest,
    terms: &Terms,
) -> Result<instance::Order, Error> {
    let launch = input.launch_specification.as_ref().ok_or(Error::Missing("LaunchSpecification"))?;
    let mut launch = document::write(launch);
    launch.remove("AddressingType");
    let launch = ec2::RunInstancesRequest {
        min_count: Some(1),
        max_count: Some(1),
        instance_market_options: Some(ec2::InstanceMarketOptionsRequest {
            market_type: Some("spot".to_owned()),
            spot_options: Some(ec2::SpotMarketOptions {
                max_price: terms.max_price.clone(),
                spot_instance_type: input.type_.clone(),
                instance_interruption_behavior: input.instance_interruption_behavior.clone(),
                ..ec2::SpotMarketOptions::default()
            }),
        }),
        ..document::read(&launch)
    };
    instance::order(cx, svc, launch, Behalf { request: Some(String::new()), ..Behalf::default() })
}

/// A dry run of `RequestSpotInstances`.
pub(crate) fn rehearse(cx: &Cx, svc: &Compute, input: ec2::RequestSpotInstancesRequest) -> Result<(), Error> {
    instance::permission::denied(terms(cx, &input).and_then(|terms| ordered(cx, svc, &input, &terms)))
}

/// Keeps a new request, and sees to its time.
fn begin(cx: &Cx, tx: &mut Tx, mut own: SpotRequest) -> String {
    let of = |own: &SpotRequest| Due { scope: own.scope.clone(), id: own.id.clone() };
    match own.terms.valid_from.filter(|from| *from > cx.now()) {
        Some(from) => {
            own.status = Status::NotScheduledYet;
            tx.at(from, &of(&own));
        }
        None => tx.after(work::EVALUATION_MILLIS, of(&own)),
    }
    if let Some(until) = own.terms.valid_until {
        tx.at(until, &Expire { scope: own.scope.clone(), id: own.id.clone() });
    }
    let id = own.id.clone();
    put(tx, own);
    id
}

fn terms(cx: &Cx, input: &ec2::RequestSpotInstancesRequest) -> Result<Terms, Error> {
    if input.block_duration_minutes.is_some() {
        return Err(Capacity::SpotBlock.into());
    }
    let kind = input.type_.as_deref();
    instance::one_of("type", kind.unwrap_or("one-time"), &["one-time", "persistent"])?;
    let way = input.instance_interruption_behavior.as_deref().unwrap_or("terminate");
    instance::one_of("instanceInterruptionBehavior", way, &["hibernate", "stop", "terminate"])?;
    if way != "terminate" && kind != Some("persistent") {
        return Err(Capacity::Interruption(kind.unwrap_or("null").to_owned(), way.to_owned()).into());
    }
    max_price("spotPrice", input.spot_price.as_deref())?;
    let valid_until = until(cx, input.valid_from.map(Into::into), input.valid_until.map(Into::into))?;
    Ok(Terms {
        is_persistent: kind == Some("persistent"),
        max_price: input.spot_price.clone(),
        valid_from: input.valid_from.map(Into::into),
        valid_until,
        interruption: way.to_owned(),
        launch_group: input.launch_group.clone(),
        zone_group: input.availability_zone_group.clone(),
    })
}

/// Refuses what is no price.
pub(crate) fn max_price(name: &'static str, text: Option<&str>) -> Result<(), Error> {
    match text {
        Some(text) if Price::parse(text).is_none() => {
            Err(Error::Value(name, text.to_owned(), "It must be a price in dollars.".to_owned()))
        }
        _ => Ok(()),
    }
}

/// An end that is not over, and not before its beginning.
pub(crate) fn until(
    cx: &Cx,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<Option<Timestamp>, Error> {
    let Some(end) = until else { return Ok(None) };
    let begins = from.unwrap_or_else(|| cx.now());
    if end <= begins || end <= cx.now() {
        let reason = "It must be in the future, and after the beginning.".to_owned();
        return Err(Error::Value("validUntil", end.rfc3339(), reason));
    }
    Ok(Some(end))
}

/// `DescribeSpotInstanceRequests`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeSpotInstanceRequestsRequest,
) -> Result<ec2::DescribeSpotInstanceRequestsResult, Error> {
    let wish = Wish {
        ids: input.spot_instance_request_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page =
        listing::list(cx, "DescribeSpotInstanceRequests", wish, |_, own: &SpotRequest| answer::shape(own))?;
    Ok(ec2::DescribeSpotInstanceRequestsResult {
        spot_instance_requests: Some(page.items),
        next_token: page.next_token,
    })
}

/// `CancelSpotInstanceRequests`: their instances go on.
pub(crate) fn cancel(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CancelSpotInstanceRequestsRequest,
) -> Result<ec2::CancelSpotInstanceRequestsResult, Error> {
    let ids = input.spot_instance_request_ids.filter(|ids| !ids.is_empty());
    let ids = ids.ok_or(Error::Missing("SpotInstanceRequestId"))?;
    if let Some(id) = ids.iter().find(|id| !id.starts_with(SpotRequest::PREFIX)) {
        return Err(Error::Malformed(Kind::SpotRequest, id.clone(), SpotRequest::PREFIX));
    }
    let cancelled = cx.write(|tx| ids.iter().map(|id| cancel_one(tx, cx.scope(), id)).collect())?;
    Ok(ec2::CancelSpotInstanceRequestsResult { cancelled_spot_instance_requests: Some(cancelled) })
}

fn cancel_one(tx: &mut Tx, scope: &Scope, id: &str) -> Result<ec2::CancelledSpotInstanceRequest, Error> {
    let mut own: SpotRequest = take(tx, scope, id)?;
    let now = tx.now();
    match own.state {
        State::Open => own.turn(State::Cancelled, Status::CanceledBeforeFulfillment, now),
        State::Active | State::Disabled => {
            own.turn(State::Cancelled, Status::RequestCanceledAndInstanceRunning, now);
        }
        State::Closed | State::Cancelled | State::Failed => {}
    }
    let state = own.state.word();
    put(tx, own);
    Ok(ec2::CancelledSpotInstanceRequest {
        spot_instance_request_id: Some(id.to_owned()),
        state: Some(state.to_owned()),
    })
}
