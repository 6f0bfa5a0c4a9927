//! How an instance is bought: on demand, or as spare capacity.

use super::wish::one_of;
use crate::document;
use crate::error::{Capacity, Error};
use crate::spot_request;
use base::Timestamp;
use instance_types::InstanceType;
use serde_json::{Map, Value};
use shapes_ec2 as ec2;

/// Spare capacity, and on which terms.
#[derive(Clone, Debug)]
pub(crate) struct Market {
    pub(crate) is_persistent: bool,
    pub(crate) max_price: Option<String>,
    pub(crate) valid_until: Option<Timestamp>,
    /// `terminate`, `stop` or `hibernate`.
    pub(crate) interruption: String,
    /// The launch of one such instance, as RunInstances takes it.
    pub(crate) launch: Map<String, Value>,
}

/// Whether spare capacity is asked for.
pub(super) fn is_spot(input: &ec2::RunInstancesRequest) -> bool {
    let own = input.instance_market_options.as_ref();
    own.is_some_and(|own| match own.market_type.as_deref() {
        Some(word) => word == "spot",
        None => own.spot_options.is_some(),
    })
}

/// Reads what is said of it.
pub(super) fn read(input: &ec2::RunInstancesRequest, of: &InstanceType) -> Result<Option<Market>, Error> {
    let Some(own) = &input.instance_market_options else { return Ok(None) };
    match own.market_type.as_deref() {
        Some("on-demand" | "spot") | None => {}
        Some(word @ ("capacity-block" | "interruptible-capacity-reservation")) => {
            return Err(Error::Parameter(format!("The market {word} is not built yet")));
        }
        Some(word) => one_of("marketType", word, &["spot", "capacity-block", "on-demand"])?,
    }
    if !is_spot(input) {
        return Ok(None);
    }
    if !of.usage_classes.contains("spot") {
        return Err(Capacity::NotSold.into());
    }
    let options = own.spot_options.clone().unwrap_or_default();
    if options.block_duration_minutes.is_some() {
        return Err(Capacity::SpotBlock.into());
    }
    spot_request::max_price("maxPrice", options.max_price.as_deref())?;
    let kind = options.spot_instance_type.as_deref();
    one_of("spotInstanceType", kind.unwrap_or("one-time"), &["one-time", "persistent"])?;
    let way = options.instance_interruption_behavior.as_deref().unwrap_or("terminate");
    one_of("instanceInterruptionBehavior", way, &["hibernate", "stop", "terminate"])?;
    let is_persistent = kind == Some("persistent");
    if way != "terminate" && !is_persistent {
        return Err(Capacity::Interruption(kind.unwrap_or("null").to_owned(), way.to_owned()).into());
    }
    if options.valid_until.is_some() && !is_persistent {
        let sentence = "The parameter ValidUntil can only be used with persistent requests";
        return Err(Error::Combination(sentence.to_owned()));
    }
    Ok(Some(Market {
        is_persistent,
        max_price: options.max_price.clone(),
        valid_until: options.valid_until.map(Into::into),
        interruption: way.to_owned(),
        launch: document::write(&ec2::RunInstancesRequest {
            min_count: Some(1),
            max_count: Some(1),
            client_token: None,
            ..input.clone()
        }),
    }))
}
