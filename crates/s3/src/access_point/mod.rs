//! Access points: further names of a bucket, each with its own policy. S3 Control makes them; data calls use them
//! where a bucket's name stands, by alias, by ARN or by the host SDKs make of an ARN.

mod model;
mod policy;
pub(crate) mod record;
#[cfg(test)]
mod tests;

pub(crate) use policy::{
    delete as delete_policy, get as get_policy, put as put_policy, status as policy_status,
};

use crate::S3;
use crate::bucket::record::{self as buckets};
use crate::error::{AccessPointFault, Error};
use base::AccountId;
use ports::Cx;
use record::{AccessPointRow, Block};
use shape::Empty;
use shapes_s3control as api;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Access points of one page at the most.
const MOST_LISTED: usize = 1000;

/// The account a call of S3 Control is about: the caller's own.
fn check_account(cx: &Cx, named: Option<&str>) -> Result<(), Error> {
    let named = named.and_then(|named| named.parse::<AccountId>().ok());
    if named == Some(cx.account()) { Ok(()) } else { Err(Error::AccessDenied) }
}

/// The text of the row a call is about.
fn text(cx: &Cx, name: &str) -> String {
    record::text(cx.partition(), cx.account(), cx.region().as_str(), name)
}

fn find(cx: &Cx, name: Option<&str>) -> Result<Arc<AccessPointRow>, Error> {
    let name = name.unwrap_or_default();
    let found = cx.read(|view| view.get::<AccessPointRow>(&text(cx, name)));
    found.ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Error {
    Error::AccessPoint(AccessPointFault::Missing(name.to_owned()))
}

/// `CreateAccessPoint`: for a bucket of this Region; another account's must be named with its owner.
pub(crate) fn create(
    cx: &Cx,
    _svc: &S3,
    input: api::CreateAccessPointRequest,
) -> Result<api::CreateAccessPointResult, Error> {
    check_account(cx, input.account_id.as_deref())?;
    // Scopes are directory buckets' business; tags would have to be listed.
    for (member, is_sent) in
        [("Scope", input.scope.is_some()), ("Tags", input.tags.is_some_and(|tags| !tags.is_empty()))]
    {
        if is_sent {
            return Err(Error::NotImplemented { header: member, additional: None });
        }
    }
    let name = input.name.unwrap_or_default();
    if !model::name_is_valid(&name) {
        return Err(Error::AccessPoint(AccessPointFault::InvalidName(name)));
    }
    let bucket_name = input.bucket.unwrap_or_default();
    let bucket_account = input.bucket_account_id.as_deref().map(str::parse::<AccountId>);
    let bucket_account = bucket_account.transpose().map_err(|_| Error::AccessDenied)?.unwrap_or(cx.account());
    let block = block(input.public_access_block_configuration.as_ref());
    let vpc = input.vpc_configuration.and_then(|vpc| vpc.vpc_id);
    let alias = model::alias(&name, &cx.ids().text(model::ALIAS_ALPHABET, model::ALIAS_RANDOM));
    cx.write(|tx| {
        let bucket = buckets::in_tx(tx, cx.partition(), &bucket_name);
        let bucket = bucket.filter(|bucket| bucket.region == *cx.region());
        let bucket = bucket.ok_or(Error::AccessPoint(AccessPointFault::NoBucket))?;
        if bucket.account != bucket_account {
            return Err(Error::AccessDenied);
        }
        if tx.get::<AccessPointRow>(&text(cx, &name)).is_some() {
            return Err(Error::AccessPoint(AccessPointFault::Exists));
        }
        tx.put(AccessPointRow {
            partition: cx.partition(),
            account: cx.account(),
            region: cx.region().clone(),
            name: name.clone(),
            alias: alias.clone(),
            bucket_id: bucket.id.clone(),
            bucket: bucket.name.clone(),
            bucket_account,
            vpc: vpc.clone(),
            block,
            created_at: tx.now(),
            policy: None,
            principals: BTreeMap::new(),
        });
        Ok(api::CreateAccessPointResult {
            access_point_arn: Some(model::arn(cx.partition(), cx.region(), cx.account(), &name)),
            alias: Some(alias.clone()),
        })
    })
}

/// All four flags where nothing is said; where something is, what is not said is off.
fn block(sent: Option<&api::PublicAccessBlockConfiguration>) -> Block {
    let Some(sent) = sent else {
        return Block { public_acls: true, ignored_acls: true, public_policy: true, public_buckets: true };
    };
    let on = |flag: Option<bool>| flag.unwrap_or(false);
    Block {
        public_acls: on(sent.block_public_acls),
        ignored_acls: on(sent.ignore_public_acls),
        public_policy: on(sent.block_public_policy),
        public_buckets: on(sent.restrict_public_buckets),
    }
}

fn origin(point: &AccessPointRow) -> String {
    if point.vpc.is_some() { "VPC".to_owned() } else { "Internet".to_owned() }
}

fn vpc(point: &AccessPointRow) -> Option<api::VpcConfiguration> {
    point.vpc.clone().map(|vpc| api::VpcConfiguration { vpc_id: Some(vpc) })
}

/// `GetAccessPoint`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetAccessPointRequest,
) -> Result<api::GetAccessPointResult, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let point = find(cx, input.name.as_deref())?;
    let host = |label: &str| format!("{label}.{}.{}", point.region, point.partition.dns_suffix());
    let endpoints: BTreeMap<String, String> = [
        ("ipv4", host("s3-accesspoint")),
        ("dualstack", host("s3-accesspoint.dualstack")),
        ("fips", host("s3-accesspoint-fips")),
        ("fips_dualstack", host("s3-accesspoint-fips.dualstack")),
    ]
    .map(|(kind, host)| (kind.to_owned(), host))
    .into();
    Ok(api::GetAccessPointResult {
        name: Some(point.name.clone()),
        bucket: Some(point.bucket.clone()),
        network_origin: Some(origin(&point)),
        vpc_configuration: vpc(&point),
        public_access_block_configuration: Some(api::PublicAccessBlockConfiguration {
            block_public_acls: Some(point.block.public_acls),
            ignore_public_acls: Some(point.block.ignored_acls),
            block_public_policy: Some(point.block.public_policy),
            restrict_public_buckets: Some(point.block.public_buckets),
        }),
        creation_date: Some(point.created_at.whole_seconds().into()),
        alias: Some(point.alias.clone()),
        access_point_arn: Some(point.arn()),
        endpoints: Some(endpoints),
        bucket_account_id: Some(point.bucket_account.to_string()),
        ..api::GetAccessPointResult::default()
    })
}

/// `ListAccessPoints`: the account's in this Region, by name; of one bucket where it is named.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListAccessPointsRequest,
) -> Result<api::ListAccessPointsResult, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let wanted = input.bucket.as_deref();
    let found: Vec<Arc<AccessPointRow>> = cx.read(|view| {
        let own = record::all_of(cx.scope());
        let points = view.range::<AccessPointRow>(&own);
        points.filter(|point| wanted.is_none_or(|bucket| bucket == point.bucket)).cloned().collect()
    });
    let limit = input.max_results.and_then(|most| usize::try_from(most).ok()).filter(|most| *most > 0);
    let limit = limit.unwrap_or(MOST_LISTED).min(MOST_LISTED);
    let account = cx.account();
    let call = ["ListAccessPoints", account.as_str(), cx.region().as_str(), wanted.unwrap_or_default()];
    let token = input.next_token.as_deref().filter(|token| !token.is_empty());
    let (page, next_token) = cx
        .world()
        .store
        .pages(&call)
        .cut(found, |point| point.name.clone(), token, limit)
        .map_err(|_| Error::AccessPoint(AccessPointFault::Token))?;
    let shown = |point: Arc<AccessPointRow>| api::AccessPoint {
        name: Some(point.name.clone()),
        network_origin: Some(origin(&point)),
        vpc_configuration: vpc(&point),
        bucket: Some(point.bucket.clone()),
        access_point_arn: Some(point.arn()),
        alias: Some(point.alias.clone()),
        bucket_account_id: Some(point.bucket_account.to_string()),
        ..api::AccessPoint::default()
    };
    Ok(api::ListAccessPointsResult {
        access_point_list: Some(page.into_iter().map(shown).collect()),
        next_token,
    })
}

/// `DeleteAccessPoint`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteAccessPointRequest) -> Result<Empty, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let name = input.name.unwrap_or_default();
    cx.write(|tx| match tx.delete::<AccessPointRow>(&text(cx, &name)) {
        Some(_) => Ok(Empty {}),
        None => Err(missing(&name)),
    })
}
