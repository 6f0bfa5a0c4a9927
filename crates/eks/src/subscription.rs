//! Subscriptions of EKS Anywhere.

use crate::document;
use crate::error::{Beside, Error};
use crate::event::Changed;
use crate::listing::Asked;
use crate::repeat::{self, Call};
use crate::{Eks, key, tag};
use base::{Scope, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shapes_eks as api;
use std::sync::Arc;
use store::{Job, JobError, Record, Rows, Tx};

/// Milliseconds until a subscription counts.
const MILLIS: u32 = 60_000;
/// Items of a page where none is asked for.
const PAGE: i32 = 10;
/// Milliseconds of a month, as terms are counted.
const MONTH_MILLIS: i64 = 30 * 86_400_000;

/// A subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Subscription {
    scope: Scope,
    id: String,
    name: String,
    created_at: Timestamp,
    effective_date: Timestamp,
    expiration_date: Timestamp,
    license_quantity: i32,
    license_type: String,
    duration: i32,
    status: Status,
    auto_renew: bool,
    license_arns: Vec<String>,
    licenses: Vec<License>,
    pub(crate) tags: Tags,
}

/// A licence of a subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct License {
    id: String,
    token: String,
}

/// The states of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Creating,
    Active,
    Expired,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Expired => "EXPIRED",
        }
    }
}

impl Record for Subscription {
    const TABLE: &'static str = "eks_anywhere_subscription";
    type Key = String;

    fn key(&self) -> String {
        key::own(&self.scope, &self.id)
    }
}

impl Subscription {
    pub(crate) fn arn(&self) -> String {
        key::arn(&self.scope, &format!("eks-anywhere-subscription/{}", self.id))
    }

    /// It at a time: one that renews itself begins another term where one ends.
    fn at(&self, now: Timestamp) -> Self {
        let mut own = self.clone();
        let term = i64::from(own.duration) * MONTH_MILLIS;
        let over = now.millis_since(own.expiration_date);
        if own.status == Status::Active && own.auto_renew && over >= 0 && term > 0 {
            own.expiration_date = own.expiration_date.plus_millis((over / term + 1) * term);
        }
        own
    }

    /// Where it stands at a time.
    fn status(&self, now: Timestamp) -> Status {
        if self.status == Status::Active && now >= self.expiration_date && !self.auto_renew {
            Status::Expired
        } else {
            self.status
        }
    }
}

fn find(rows: &impl Rows, scope: &Scope, id: &str) -> Result<Arc<Subscription>, Error> {
    let found = rows.row::<Subscription>(&key::own(scope, id));
    found.ok_or_else(|| Error::from(Beside::NoSubscription(id.to_owned())).subscription(id))
}

/// `CreateEksAnywhereSubscription`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Eks,
    input: api::CreateEksAnywhereSubscriptionRequest,
) -> Result<api::CreateEksAnywhereSubscriptionResponse, Error> {
    let tags = tag::read(input.tags.as_ref())?;
    let term = input.term.clone().unwrap_or_default();
    let duration = term.duration.unwrap_or_default();
    if ![12, 36].contains(&duration) || term.unit.as_deref().is_some_and(|unit| unit != "MONTHS") {
        return Err(Beside::SubscriptionTerm.into());
    }
    let quantity = input.license_quantity.unwrap_or(1);
    if !(1..=100).contains(&quantity) {
        return Err(Beside::LicenseQuantity.into());
    }
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "CreateEksAnywhereSubscription", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let partition = cx.partition().as_str();
            let drawn: Vec<License> = (0..quantity)
                .map(|_| License {
                    id: format!("l-{}", hex::encode(cx.ids().bytes::<16>())),
                    token: hex::encode(cx.ids().bytes::<32>()),
                })
                .collect();
            let license_arns = drawn
                .iter()
                .map(|license| {
                    format!("arn:{partition}:license-manager::{}:license:{}", cx.account(), license.id)
                })
                .collect();
            let own = Subscription {
                scope: cx.scope().clone(),
                id: cx.ids().uuid(),
                name: input.name.clone().unwrap_or_default(),
                created_at: cx.now(),
                effective_date: cx.now(),
                expiration_date: cx.now().plus_millis(i64::from(duration) * MONTH_MILLIS),
                license_quantity: quantity,
                license_type: input.license_type.clone().unwrap_or_else(|| "Cluster".to_owned()),
                duration,
                status: Status::Creating,
                auto_renew: input.auto_renew == Some(true),
                license_arns,
                licenses: drawn,
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "SubscriptionCreated", resource: own.arn() });
            tx.after(MILLIS, Settle { key: own.key() });
            let subscription = Some(shape(&own, cx.now()));
            tx.put(own);
            Ok(api::CreateEksAnywhereSubscriptionResponse { subscription })
        })
    })
}

/// A subscription counts.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
}

impl Job for Settle {
    const KIND: &'static str = "eks.subscription";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Subscription>(self.key.as_str());
        if let Some(own) = found.filter(|own| own.status == Status::Creating) {
            tx.put(Subscription { status: Status::Active, ..(*own).clone() });
        }
        Ok(())
    }
}

/// `DescribeEksAnywhereSubscription`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeEksAnywhereSubscriptionRequest,
) -> Result<api::DescribeEksAnywhereSubscriptionResponse, Error> {
    let own = cx.read(|view| find(view, cx.scope(), &input.id.unwrap_or_default()))?;
    Ok(api::DescribeEksAnywhereSubscriptionResponse { subscription: Some(shape(&own, cx.now())) })
}

/// `ListEksAnywhereSubscriptions`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListEksAnywhereSubscriptionsRequest,
) -> Result<api::ListEksAnywhereSubscriptionsResponse, Error> {
    let wanted = input.include_status.unwrap_or_default();
    let mut found =
        cx.read(|view| view.range::<Subscription>(&key::home(cx.scope())).cloned().collect::<Vec<_>>());
    found
        .retain(|own| wanted.is_empty() || wanted.iter().any(|status| status == own.status(cx.now()).name()));
    let asked = Asked { token: input.next_token, most: input.max_results.or(Some(PAGE)) };
    let call = ["ListEksAnywhereSubscriptions", &wanted.join(",")];
    let (page, next_token) = asked.page(cx, &call, found, |own| own.id.clone())?;
    let subscriptions = page.iter().map(|own| shape(own, cx.now())).collect();
    Ok(api::ListEksAnywhereSubscriptionsResponse { subscriptions: Some(subscriptions), next_token })
}

/// `UpdateEksAnywhereSubscription`: only whether it renews itself.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Eks,
    input: api::UpdateEksAnywhereSubscriptionRequest,
) -> Result<api::UpdateEksAnywhereSubscriptionResponse, Error> {
    let id = input.id.clone().unwrap_or_default();
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "UpdateEksAnywhereSubscription", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let own = find(tx, cx.scope(), &id)?;
            let own = Subscription { auto_renew: input.auto_renew == Some(true), ..own.at(cx.now()) };
            let subscription = Some(shape(&own, cx.now()));
            tx.put(own);
            Ok(api::UpdateEksAnywhereSubscriptionResponse { subscription })
        })
    })
}

/// `DeleteEksAnywhereSubscription`: only one that is over.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeleteEksAnywhereSubscriptionRequest,
) -> Result<api::DeleteEksAnywhereSubscriptionResponse, Error> {
    let id = input.id.unwrap_or_default();
    cx.write(|tx: &mut Tx| {
        let own = find(tx, cx.scope(), &id)?;
        if own.status(cx.now()) != Status::Expired {
            return Err(Error::from(Beside::SubscriptionActive(id.clone())).subscription(&id));
        }
        tx.delete::<Subscription>(&own.key());
        let mut told: api::EksAnywhereSubscription = shape(&own, cx.now());
        told.status = Some("DELETING".to_owned());
        Ok(api::DeleteEksAnywhereSubscriptionResponse { subscription: Some(told) })
    })
}

fn shape(own: &Subscription, now: Timestamp) -> api::EksAnywhereSubscription {
    let own = own.at(now);
    let mut told = json!(own);
    told["arn"] = json!(own.arn());
    told["status"] = json!(own.status(now).name());
    told["term"] = json!({ "duration": own.duration, "unit": "MONTHS" });
    document::shape(&told)
}
