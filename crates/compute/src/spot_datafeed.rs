//! The data feed of an account's Spot Instances: where AWS would write what they cost. It is kept; nothing costs anything
//! here, and nothing is written.

use crate::Compute;
use crate::error::{Capacity, Error};
use crate::resource::required;
use base::AccountId;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_ec2 as ec2;
use store::Record;

/// The feed: one of an account, in whatever Region it is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SpotDatafeed {
    account: AccountId,
    bucket: String,
    prefix: Option<String>,
}

impl Record for SpotDatafeed {
    const TABLE: &'static str = "compute_spot_datafeed";
    type Key = String;

    fn key(&self) -> String {
        self.account.to_string()
    }
}

fn shape(own: &SpotDatafeed) -> ec2::SpotDatafeedSubscription {
    ec2::SpotDatafeedSubscription {
        bucket: Some(own.bucket.clone()),
        owner_id: Some(own.account.to_string()),
        prefix: own.prefix.clone(),
        state: Some("Active".to_owned()),
        fault: None,
    }
}

/// `CreateSpotDatafeedSubscription`: in the place of one that is there.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CreateSpotDatafeedSubscriptionRequest,
) -> Result<ec2::CreateSpotDatafeedSubscriptionResult, Error> {
    let bucket = required(input.bucket, "Bucket")?;
    let own = SpotDatafeed { account: cx.account(), bucket, prefix: input.prefix };
    cx.write(|tx| {
        tx.put(own.clone());
        Ok::<_, Error>(())
    })?;
    Ok(ec2::CreateSpotDatafeedSubscriptionResult { spot_datafeed_subscription: Some(shape(&own)) })
}

/// `DescribeSpotDatafeedSubscription`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::DescribeSpotDatafeedSubscriptionRequest,
) -> Result<ec2::DescribeSpotDatafeedSubscriptionResult, Error> {
    let found = cx.read(|view| view.get::<SpotDatafeed>(&cx.account().to_string()));
    let own = found.ok_or(Capacity::NoDatafeed)?;
    Ok(ec2::DescribeSpotDatafeedSubscriptionResult { spot_datafeed_subscription: Some(shape(&own)) })
}

/// `DeleteSpotDatafeedSubscription`: nothing is said of one that is not there.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::DeleteSpotDatafeedSubscriptionRequest,
) -> Result<Empty, Error> {
    cx.write(|tx| {
        tx.delete::<SpotDatafeed>(&cx.account().to_string());
        Ok(Empty {})
    })
}
