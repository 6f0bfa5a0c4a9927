//! Peering connections.

mod answer;
mod model;
mod work;

pub(crate) use model::{Side, VpcPeeringConnection};

use crate::error::{Connect, Error, Kind};
use crate::event::Changed;
use crate::id::{VpcId, VpcPeeringConnectionId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, take};
use crate::shared;
use crate::staged::step_after;
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag};
use answer::{options, shape};
use base::{Region, Scope};
use model::State;
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// How long AWS looks at a request, and makes or ends a connection, in milliseconds.
const STEP_MILLIS: u32 = 2_000;
/// How long a request waits to be accepted. Source: VPC peering guide, "VPC peering connection lifecycle".
const EXPIRES_MILLIS: i64 = 7 * 24 * 3_600_000;

/// `CreateVpcPeeringConnection`: answered as `initiating-request`; what is wrong with the other side is told by the
/// state, `failed`. A second request for the same networks gives the connection that is there.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpcPeeringConnectionRequest,
) -> Result<ec2::CreateVpcPeeringConnectionResult, Error> {
    if input.requester_peering_connection_options.is_some() {
        return Err(Error::Parameter(
            "Multipath resilience of peering connections is not built yet".to_owned(),
        ));
    }
    let tags = tag::of_specifications(input.tag_specifications, VpcPeeringConnection::TYPE)?;
    let mine = vpc::id(input.vpc_id)?;
    let theirs = vpc::id(Some(required(input.peer_vpc_id, "peerVpcId")?))?;
    let peer = peer(cx, input.peer_owner_id, input.peer_region)?;
    let side = |scope: &Scope, vpc_id: &VpcId| Side {
        scope: scope.clone(),
        vpc_id: vpc_id.clone(),
        resolves_dns: false,
    };
    let connection = home::write(cx, |tx| {
        let own: Vpc = take(tx, cx.scope(), mine.as_str())?;
        if peer == *cx.scope() {
            let other: Vpc = take(tx, &peer, theirs.as_str())?;
            if own.id == other.id {
                let sentence = format!("The VPC {mine} cannot be peered with itself");
                return Err(Error::Parameter(sentence));
            }
        }
        let (requester, accepter) = (side(cx.scope(), &mine), side(&peer, &theirs));
        let is_same = |row: &VpcPeeringConnection| {
            let across = row.across(cx.scope(), &mine);
            across.is_some_and(|across| across.scope == peer && across.vpc_id == theirs)
        };
        let of = resource::key(cx.scope(), mine.as_str());
        let there = tx.by(&VpcPeeringConnection::VPC, &of).find(|row| row.state.lives() && is_same(row));
        if let Some(there) = there {
            return Ok((**there).clone());
        }
        let connection = VpcPeeringConnection {
            scope: cx.scope().clone(),
            id: VpcPeeringConnectionId::new(cx.ids()),
            requester,
            accepter,
            state: State::Initiating,
            ended_by: None,
            expires_at: cx.now().plus_millis(EXPIRES_MILLIS),
            tags: tags.clone(),
        };
        step_after(tx, &connection, STEP_MILLIS);
        tx.emit(&Changed { kind: "VpcPeeringConnectionCreated", resource: connection.arn() });
        shared::put(tx, &connection);
        Ok(connection)
    })?;
    let connection = cx.read(|view| shape(view, &connection));
    Ok(ec2::CreateVpcPeeringConnectionResult { vpc_peering_connection: Some(connection) })
}

/// The account and the Region of the other side: the caller's own where none is said.
fn peer(cx: &Cx, owner: Option<String>, region: Option<String>) -> Result<Scope, Error> {
    let account = match owner {
        None => cx.account(),
        Some(text) => text.parse().map_err(|_| {
            Error::Value("peerOwnerId", text.clone(), "Account ids are twelve digits.".to_owned())
        })?,
    };
    let region = match region {
        None => cx.region().clone(),
        Some(text) => Region::parse(&text)
            .ok_or_else(|| Error::Value("peerRegion", text, "The Region does not exist.".to_owned()))?,
    };
    Ok(Scope::new(account, region))
}

/// `DescribeVpcPeeringConnections`: those that the account requested or is asked for.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcPeeringConnectionsRequest,
) -> Result<ec2::DescribeVpcPeeringConnectionsResult, Error> {
    let wish = Wish {
        ids: input.vpc_peering_connection_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeVpcPeeringConnections", wish, shape)?;
    Ok(ec2::DescribeVpcPeeringConnectionsResult {
        vpc_peering_connections: Some(page.items),
        next_token: page.next_token,
    })
}

/// `AcceptVpcPeeringConnection`: by the owner of the other network, in its Region.
pub(crate) fn accept(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AcceptVpcPeeringConnectionRequest,
) -> Result<ec2::AcceptVpcPeeringConnectionResult, Error> {
    let id = id(input.vpc_peering_connection_id)?;
    let connection = home::write(cx, |tx| {
        let mut connection = as_accepter(tx, cx, &id, ("accept", "accepted"))?;
        require(&connection, &[State::Pending], State::Provisioning)?;
        connection.state = State::Provisioning;
        step_after(tx, &connection, STEP_MILLIS);
        work::change(tx, &connection);
        Ok(connection)
    })?;
    let connection = cx.read(|view| shape(view, &connection));
    Ok(ec2::AcceptVpcPeeringConnectionResult { vpc_peering_connection: Some(connection) })
}

/// `RejectVpcPeeringConnection`.
pub(crate) fn reject(
    cx: &Cx,
    _svc: &Service,
    input: ec2::RejectVpcPeeringConnectionRequest,
) -> Result<ec2::RejectVpcPeeringConnectionResult, Error> {
    let id = id(input.vpc_peering_connection_id)?;
    home::write(cx, |tx| {
        let mut connection = as_accepter(tx, cx, &id, ("reject", "accepted or rejected"))?;
        require(&connection, &[State::Pending], State::Rejected)?;
        connection.state = State::Rejected;
        connection.ended_by = Some(cx.scope().clone());
        work::end(tx, &connection);
        Ok(ec2::RejectVpcPeeringConnectionResult { return_: Some(true) })
    })
}

/// `DeleteVpcPeeringConnection`: an active one by either side, a request by who made it. Routes to it stay, as
/// blackholes.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteVpcPeeringConnectionRequest,
) -> Result<ec2::DeleteVpcPeeringConnectionResult, Error> {
    let id = id(input.vpc_peering_connection_id)?;
    home::write(cx, |tx| {
        let mut connection: VpcPeeringConnection = take(tx, cx.scope(), id.as_str())?;
        require(&connection, &[State::Active, State::Provisioning, State::Pending], State::Deleting)?;
        if connection.state == State::Pending && connection.requester.scope.account != cx.account() {
            return Err(Connect::NotYours(cx.account().to_string(), "delete", id.to_string()).into());
        }
        connection.state = State::Deleting;
        connection.ended_by = Some(cx.scope().clone());
        step_after(tx, &connection, STEP_MILLIS);
        work::change(tx, &connection);
        Ok(ec2::DeleteVpcPeeringConnectionResult { return_: Some(true) })
    })
}

/// `ModifyVpcPeeringConnectionOptions`: each side's by its owner, in its Region.
pub(crate) fn modify_options(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpcPeeringConnectionOptionsRequest,
) -> Result<ec2::ModifyVpcPeeringConnectionOptionsResult, Error> {
    let id = id(input.vpc_peering_connection_id)?;
    let requester = input.requester_peering_connection_options.map(wished).transpose()?;
    let accepter = input.accepter_peering_connection_options.map(wished).transpose()?;
    if requester.is_none() && accepter.is_none() {
        return Err(Error::MissingOneOf(
            "The request must contain accepterPeeringConnectionOptions or requesterPeeringConnectionOptions",
        ));
    }
    let connection = home::write(cx, |tx| {
        let mut connection: VpcPeeringConnection = take(tx, cx.scope(), id.as_str())?;
        if !connection.is_active() {
            return Err(Connect::NotActive(id.to_string()).into());
        }
        let account = cx.account().to_string();
        for (wish, side, what) in [
            (requester, &mut connection.requester, "modify the requester options of"),
            (accepter, &mut connection.accepter, "modify the accepter options of"),
        ] {
            let Some(wish) = wish else { continue };
            if side.scope != *cx.scope() {
                return Err(Connect::NotYours(account, what, id.to_string()).into());
            }
            side.resolves_dns = wish.unwrap_or(side.resolves_dns);
        }
        work::change(tx, &connection);
        Ok(connection)
    })?;
    Ok(ec2::ModifyVpcPeeringConnectionOptionsResult {
        requester_peering_connection_options: requester.map(|_| options(&connection.requester)),
        accepter_peering_connection_options: accepter.map(|_| options(&connection.accepter)),
    })
}

/// What is asked of one side: whether it resolves names.
fn wished(given: ec2::PeeringConnectionOptionsRequest) -> Result<Option<bool>, Error> {
    let classic = [
        given.allow_egress_from_local_classic_link_to_remote_vpc,
        given.allow_egress_from_local_vpc_to_remote_classic_link,
    ];
    if classic.contains(&Some(true)) {
        return Err(Error::Parameter("ClassicLink is no longer available".to_owned()));
    }
    if given.allow_multipath_resilience == Some(true) {
        return Err(Error::Parameter(
            "Multipath resilience of peering connections is not built yet".to_owned(),
        ));
    }
    Ok(given.allow_dns_resolution_from_remote_vpc)
}

/// The connection, where the caller is who it is asked of.
fn as_accepter(
    tx: &Tx,
    cx: &Cx,
    id: &VpcPeeringConnectionId,
    (what, done): (&'static str, &'static str),
) -> Result<VpcPeeringConnection, Error> {
    let connection: VpcPeeringConnection = take(tx, cx.scope(), id.as_str())?;
    let accepter = &connection.accepter.scope;
    if accepter.account != cx.account() {
        return Err(Connect::NotYours(cx.account().to_string(), what, id.to_string()).into());
    }
    if accepter.region != *cx.region() {
        let (asked, right) = (cx.region().to_string(), accepter.region.to_string());
        return Err(Connect::WrongRegion(asked, id.to_string(), right, done).into());
    }
    Ok(connection)
}

fn require(own: &VpcPeeringConnection, from: &[State], to: State) -> Result<(), Connect> {
    if from.contains(&own.state) {
        return Ok(());
    }
    Err(Connect::Transition(own.id.to_string(), own.state.word(), to.word()))
}

fn id(text: Option<String>) -> Result<VpcPeeringConnectionId, Error> {
    let text = required(text, "vpcPeeringConnectionId")?;
    VpcPeeringConnectionId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::VpcPeeringConnection, error.given, error.prefix))
}
