//! What spare capacity costs, and where it is likely to be had. The prices are our own (`price`), and never change.

use crate::Compute;
use crate::error::{Error, Launch};
use crate::instance::one_of;
use crate::instance_type::{self, Requirements};
use crate::price::Price;
use base::{Region, Tags, Timestamp, Zone};
use ec2_resource::filter::{Filters, moment};
use ec2_resource::listing::{cut, page_size};
use instance_types::InstanceType;
use ports::Cx;
use shapes_ec2 as ec2;

/// Milliseconds of a day.
const DAY_MILLIS: i64 = 86_400_000;
/// Prices of a page at the most, and where nothing is asked for.
const MOST: usize = 1_000;
/// The best score there is. Source: EC2 API reference, SpotPlacementScore.
const BEST: i32 = 10;

/// A price of a type in a zone.
struct Row {
    own: InstanceType,
    zone: Zone,
    is_windows: bool,
}

impl Row {
    fn price(&self) -> String {
        Price::spot(&self.own, self.is_windows).to_string()
    }

    /// As filters may call what runs on it: with the network that every instance is in, or without.
    fn products(&self) -> Vec<String> {
        let product = instance_type::product(self.is_windows);
        vec![product.to_owned(), format!("{product} (Amazon VPC)")]
    }

    fn place(&self) -> String {
        format!("{} {} {}", self.own.name, self.zone.name, self.is_windows)
    }
}

/// Every price of the Region.
fn rows(cx: &Cx) -> impl Iterator<Item = Row> {
    let types = instance_types::offered(cx.region()).filter(|own| own.usage_classes.contains("spot"));
    types.flat_map(|own| {
        let zones = instance_types::zones(own.name, cx.region()).into_iter();
        zones
            .flat_map(move |zone| [false, true].map(|is_windows| Row { own, zone: zone.clone(), is_windows }))
    })
}

/// Filters of prices, which have no tags.
fn filters(given: Option<Vec<ec2::Filter>>) -> Result<Filters, Error> {
    let known = [
        "availability-zone",
        "availability-zone-id",
        "instance-type",
        "product-description",
        "spot-price",
        "timestamp",
    ];
    Ok(Filters::tagless(given, &known)?)
}

/// `DescribeSpotPriceHistory`: the price that holds at the beginning, since the day it was on.
pub(crate) fn history(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeSpotPriceHistoryRequest,
) -> Result<ec2::DescribeSpotPriceHistoryResult, Error> {
    let filters = filters(input.filters)?;
    let limit = page_size(input.max_results.filter(|most| *most > 0), (1, 1_000))?.min(MOST);
    let wanted = input.instance_types.unwrap_or_default();
    if let Some(name) = wanted.iter().find(|name| instance_types::by_name(name).is_none()) {
        return Err(Launch::NoType(name.clone()).into());
    }
    let products = input.product_descriptions.unwrap_or_default();
    let start = input.start_time.map_or_else(|| cx.now(), Timestamp::from);
    let end = input.end_time.map_or_else(|| cx.now(), Timestamp::from);
    if end < start {
        let sentence = "The parameter StartTime must not be later than the parameter EndTime";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let since = Timestamp::from_millis(start.millis.div_euclid(DAY_MILLIS) * DAY_MILLIS);
    let is_wanted = |row: &Row| {
        let zone = |asked: &Option<String>, own: &str| asked.as_deref().is_none_or(|asked| asked == own);
        (products.is_empty() || row.products().iter().any(|own| products.contains(own)))
            && zone(&input.availability_zone, &row.zone.name)
            && zone(&input.availability_zone_id, &row.zone.id)
            && filters.pass(&Tags::default(), |name| match name {
                "availability-zone" => vec![row.zone.name.clone()],
                "availability-zone-id" => vec![row.zone.id.clone()],
                "instance-type" => vec![row.own.name.to_owned()],
                "product-description" => row.products(),
                "spot-price" => vec![row.price()],
                _ => moment(since),
            })
    };
    let rows = rows(cx)
        .filter(|row| wanted.is_empty() || wanted.iter().any(|name| name == row.own.name))
        .filter(is_wanted);
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_cached_key(Row::place);
    let asked = format!(
        "{wanted:?}{products:?}{filters:?}{:?}{:?}{}",
        input.availability_zone, input.availability_zone_id, since.millis
    );
    // The last page's token is empty, and clients may send it back.
    let next = input.next_token.filter(|token| !token.is_empty());
    let call = ["DescribeSpotPriceHistory", &cx.scope().to_string(), &asked];
    let (rows, next_token) = cut(cx, &call, rows, Row::place, (next, limit))?;
    let shape = |row: &Row| ec2::SpotPrice {
        availability_zone: Some(row.zone.name.clone()),
        availability_zone_id: Some(row.zone.id.clone()),
        instance_type: Some(row.own.name.to_owned()),
        product_description: Some(instance_type::product(row.is_windows).to_owned()),
        spot_price: Some(row.price()),
        timestamp: Some(since.into()),
    };
    Ok(ec2::DescribeSpotPriceHistoryResult {
        next_token: Some(next_token.unwrap_or_default()),
        spot_price_history: Some(rows.iter().map(shape).collect()),
    })
}

/// `GetSpotPlacementScores`: spare capacity is always there, so that every place that offers one of the types has the
/// best score; places that offer none are left out.
pub(crate) fn scores(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::GetSpotPlacementScoresRequest,
) -> Result<ec2::GetSpotPlacementScoresResult, Error> {
    match input.target_capacity {
        None => return Err(Error::Missing("TargetCapacity")),
        Some(target) if target < 1 => {
            let reason = "It must be a positive integer.".to_owned();
            return Err(Error::Value("targetCapacity", target.to_string(), reason));
        }
        Some(_) => {}
    }
    if let Some(unit) = &input.target_capacity_unit_type {
        one_of("targetCapacityUnitType", unit, &["vcpu", "memory-mib", "units"])?;
    }
    let limit = page_size(input.max_results, (10, 1_000))?;
    let named = input.instance_types.unwrap_or_default();
    let required = required(&named, input.instance_requirements_with_metadata)?;
    if let Some(name) = named.iter().find(|name| instance_types::by_name(name).is_none()) {
        return Err(Launch::NoType(name.clone()).into());
    }
    let regions = regions(cx, input.region_names.unwrap_or_default())?;
    let by_zone = input.single_availability_zone == Some(true);
    let is_wanted = |own: &InstanceType| match &required {
        Some(required) => required.hold(own),
        None => named.iter().any(|name| name == own.name),
    };
    let mut places: Vec<(String, Option<String>)> = Vec::new();
    for region in &regions {
        places.extend(places_of(region, by_zone, &is_wanted));
    }
    places.sort();
    let digest = required.map(|own| own.digest());
    let asked = format!("{named:?}{digest:?}{by_zone}{regions:?}");
    let call = ["GetSpotPlacementScores", &cx.scope().to_string(), &asked];
    let place = |(region, zone): &(String, Option<String>)| format!("{region} {zone:?}");
    let (places, next_token) = cut(cx, &call, places, place, (input.next_token, limit))?;
    let shape = |(region, zone): (String, Option<String>)| ec2::SpotPlacementScore {
        region: Some(region),
        availability_zone_id: zone,
        score: Some(BEST),
    };
    Ok(ec2::GetSpotPlacementScoresResult {
        spot_placement_scores: Some(places.into_iter().map(shape).collect()),
        next_token,
    })
}

/// What types must have, where none are named.
fn required(
    named: &[String],
    own: Option<ec2::InstanceRequirementsWithMetadataRequest>,
) -> Result<Option<Requirements>, Error> {
    match (named.is_empty(), own) {
        (true, None) => Err(Error::MissingOneOf(
            "The request must contain the parameter InstanceTypes or InstanceRequirementsWithMetadata",
        )),
        (false, Some(_)) => Err(Error::Combination(
            "The parameter InstanceTypes cannot be used with the parameter InstanceRequirementsWithMetadata"
                .to_owned(),
        )),
        (false, None) => Ok(None),
        (true, Some(own)) => {
            let (architectures, virtualizations) = (own.architecture_types, own.virtualization_types);
            Requirements::parse(architectures, virtualizations, own.instance_requirements).map(Some)
        }
    }
}

/// A Region, or its zones, where one of the types is offered.
fn places_of(
    region: &Region,
    by_zone: bool,
    is_wanted: &impl Fn(&InstanceType) -> bool,
) -> Vec<(String, Option<String>)> {
    let types: Vec<InstanceType> = instance_types::offered(region).filter(is_wanted).collect();
    let offers = |zone: &Zone| types.iter().any(|own| instance_types::zones(own.name, region).contains(zone));
    match by_zone {
        false if types.is_empty() => Vec::new(),
        false => vec![(region.to_string(), None)],
        true => {
            let zones = region.zones().into_iter().filter(offers);
            zones.map(|zone| (region.to_string(), Some(zone.id))).collect()
        }
    }
}

/// The Regions that are asked for, or all of the partition.
fn regions(cx: &Cx, names: Vec<String>) -> Result<Vec<Region>, Error> {
    if names.is_empty() {
        let all = base::regions().iter().filter_map(|facts| Region::parse(facts.name));
        return Ok(all.filter(|region| region.partition() == cx.partition()).collect());
    }
    let known = |name: String| {
        let region = Region::parse(&name).filter(|region| region.facts().is_some());
        region.ok_or_else(|| Error::Value("regionName", name, "It is no Region.".to_owned()))
    };
    names.into_iter().map(known).collect()
}
