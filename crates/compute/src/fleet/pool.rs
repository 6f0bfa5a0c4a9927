//! From what a fleet can launch: every type of every offer, with its launch read.

use super::model::{Offer, Plan};
use super::share::Choice;
use crate::Compute;
use crate::error::{Capacity, Error, Launch};
use crate::image::{self, Viewer};
use crate::instance::permission::{self, ask_for_role};
use crate::instance_type::Requirements;
use crate::launch_template::{self, Origin, document};
use crate::price::Price;
use crate::zone;
use base::{Region, Scope, Timestamp};
use instance_types::InstanceType;
use ports::Cx;
use serde_json::{Map, Value};
use shapes_ec2 as ec2;
use store::Rows;

/// A type of an offer.
pub(super) struct Pool {
    /// Which offer.
    pub(super) offer: usize,
    pub(super) instance_type: &'static str,
    pub(super) launch: (ec2::RunInstancesRequest, Option<Origin>),
    pub(super) choice: Choice,
    /// Where it stands, as far as the launch says.
    pub(super) place: Option<String>,
}

/// Who looks at the images of launches, and when.
pub(super) struct Eyes {
    pub(super) viewer: Viewer,
    pub(super) now: Timestamp,
}

/// An offer, of all types or of one, that cannot be launched: which, and why.
pub(super) struct Refused {
    pub(super) offer: usize,
    pub(super) instance_type: Option<String>,
    pub(super) error: Error,
}

/// The pools of a market of a plan, and the offers that make none.
pub(super) fn pools(rows: &impl Rows, plan: &Plan, is_spot: bool, eyes: &Eyes) -> (Vec<Pool>, Vec<Refused>) {
    let (mut pools, mut refused) = (Vec::new(), Vec::new());
    for (index, offer) in plan.offers.iter().enumerate() {
        match of_offer(rows, plan, (index, offer), is_spot, eyes) {
            Ok(found) => pools.extend(found),
            Err(error) => refused.push(Refused { offer: index, instance_type: None, error }),
        }
    }
    (pools, refused)
}

fn of_offer(
    rows: &impl Rows,
    plan: &Plan,
    (index, offer): (usize, &Offer),
    is_spot: bool,
    eyes: &Eyes,
) -> Result<Vec<Pool>, Error> {
    let (mut input, origin) = launch(rows, &eyes.viewer.scope, offer)?;
    tag(&mut input, &plan.launch_tags);
    input.instance_market_options = is_spot.then(|| ec2::InstanceMarketOptionsRequest {
        market_type: Some("spot".to_owned()),
        spot_options: Some(ec2::SpotMarketOptions {
            max_price: offer.max_price.clone(),
            ..ec2::SpotMarketOptions::default()
        }),
    });
    let types = types(rows, eyes, offer, &input)?;
    let place = place(&eyes.viewer.scope.region, &input);
    // Whether Windows runs is not known before the image is; prices are compared without it.
    let pool = |known: InstanceType| {
        let price = if is_spot { Price::spot(&known, false) } else { Price::on_demand(&known, false) };
        let weight = offer.weight.unwrap_or_else(|| super::model::by_unit(&plan.unit, known.name));
        let input = ec2::RunInstancesRequest { instance_type: Some(known.name.to_owned()), ..input.clone() };
        Pool {
            offer: index,
            instance_type: known.name,
            launch: (input, origin.clone()),
            choice: Choice {
                weight,
                priority: offer.priority.unwrap_or(f64::INFINITY),
                price: price.per_unit(weight),
            },
            place: place.clone(),
        }
    };
    Ok(types.into_iter().map(pool).collect())
}

/// Refuses a plan that comes to launches which the caller may not make, or which would hand out roles that it may not pass:
/// a fleet that lasts makes them by itself, when nobody is asked.
///
/// Source: EC2 user guide, "EC2 Fleet prerequisites" and "Spot Fleet permissions": users need `ec2:RunInstances` and
/// `iam:PassRole` beside the call of the fleet.
pub(super) fn ask_for_launches(cx: &Cx, svc: &Compute, plan: &Plan) -> Result<(), Error> {
    if cx.world().iam.is_off() {
        return Ok(());
    }
    let eyes = Eyes { viewer: image::viewer(cx, svc), now: cx.now() };
    for offer in &plan.offers {
        if let Ok((input, _)) = cx.read(|view| launch(view, cx.scope(), offer)) {
            ask_for_role(cx, svc, input.iam_instance_profile)?;
        }
    }
    for is_spot in [false, true] {
        if plan.target[usize::from(is_spot)] <= 0 {
            continue;
        }
        let (found, _) = cx.read(|view| pools(view, plan, is_spot, &eyes));
        found.iter().try_for_each(|pool| ask_for_launch(cx, plan, pool))?;
    }
    Ok(())
}

/// Whether the caller may launch from a pool.
pub(super) fn ask_for_launch(cx: &Cx, plan: &Plan, pool: &Pool) -> Result<(), Error> {
    let (input, origin) = &pool.launch;
    permission::ask(cx, input, origin.as_ref(), &plan.offers[pool.offer].launch)
}

/// The launch of an offer: its template, and over it what the override says.
fn launch(
    rows: &impl Rows,
    scope: &Scope,
    offer: &Offer,
) -> Result<(ec2::RunInstancesRequest, Option<Origin>), Error> {
    let base = ec2::RunInstancesRequest {
        launch_template: offer.template.as_ref().map(document::read),
        min_count: Some(1),
        max_count: Some(1),
        ..ec2::RunInstancesRequest::default()
    };
    let (merged, origin) = launch_template::merged(rows, scope, base)?;
    let mut all = document::write(&merged);
    for (name, value) in &offer.launch {
        let over = match (name.as_str(), all.remove(name), value.clone()) {
            ("BlockDeviceMappings", Some(Value::Array(below)), Value::Array(own)) => {
                below.into_iter().chain(own).collect()
            }
            ("Placement", Some(Value::Object(below)), Value::Object(own)) => placement_over(below, own),
            ("MetadataOptions", Some(Value::Object(below)), Value::Object(own)) => {
                Value::Object(below.into_iter().chain(own).collect())
            }
            (_, _, own) => own,
        };
        all.insert(name.clone(), over);
    }
    let mut input: ec2::RunInstancesRequest = document::read(&all);
    input.launch_template = None;
    // An override's subnet is where the template's interface stands.
    if let Some(card) = input.network_interfaces.as_mut().and_then(|cards| cards.first_mut())
        && let Some(subnet) = input.subnet_id.take()
    {
        card.subnet_id = Some(subnet);
    }
    Ok((input, origin))
}

/// What goes by name or by id takes the place of the template's, however that names it.
fn placement_over(mut below: Map<String, Value>, own: Map<String, Value>) -> Value {
    for ways in [["AvailabilityZone", "AvailabilityZoneId"], ["GroupName", "GroupId"]] {
        if ways.iter().any(|name| own.contains_key(*name)) {
            below.retain(|name, _| !ways.contains(&name.as_str()));
        }
    }
    Value::Object(below.into_iter().chain(own).collect())
}

/// Where a launch says that it stands: in a subnet, or in a zone, by name whichever way it is meant.
fn place(region: &Region, input: &ec2::RunInstancesRequest) -> Option<String> {
    let card = input.network_interfaces.as_ref().and_then(|cards| cards.first());
    let subnet = input.subnet_id.as_ref().or_else(|| card.and_then(|card| card.subnet_id.as_ref()));
    if let Some(subnet) = subnet {
        return Some(subnet.clone());
    }
    let own = input.placement.as_ref()?;
    let (name, id) = (own.availability_zone.as_deref(), own.availability_zone_id.as_deref());
    // What is no zone is for the launch to refuse.
    zone::of_launch(region, name, id).ok().flatten().map(|zone| zone.name)
}

fn tag(input: &mut ec2::RunInstancesRequest, tags: &Value) {
    let Value::Array(own) = tags else { return };
    if own.is_empty() {
        return;
    }
    let mut all = document::write(input);
    let below = all.remove("TagSpecifications").and_then(|list| list.as_array().cloned()).unwrap_or_default();
    all.insert("TagSpecifications".to_owned(), launch_template::tags_over(below, own.clone()));
    *input = document::read(&all);
}

/// The types of an offer: the one it names, or those that have what it wants.
fn types(
    rows: &impl Rows,
    eyes: &Eyes,
    offer: &Offer,
    input: &ec2::RunInstancesRequest,
) -> Result<Vec<InstanceType>, Error> {
    let scope = &eyes.viewer.scope;
    let of_template = || {
        let specification = document::read(offer.template.as_ref()?);
        let content = launch_template::content(rows, scope, &specification).ok()?;
        content.get("InstanceRequirements").and_then(Value::as_object).cloned()
    };
    let required: Option<Map<String, Value>> = match (&offer.requirements, &input.instance_type) {
        (Some(own), _) => Some(own.clone()),
        (None, Some(_)) => None,
        (None, None) => of_template(),
    };
    let Some(required) = required else {
        let name = input.instance_type.clone().ok_or_else(|| {
            Capacity::FleetConfig("No instance type or instance requirements are specified.".to_owned())
        })?;
        return Ok(vec![instance_types::by_name(&name).ok_or(Launch::NoType(name))?]);
    };
    let image = input.image_id.as_deref().unwrap_or_default();
    let architecture = image::machine(rows, &eyes.viewer, image, eyes.now)?.image.architecture;
    let required = Requirements::parse(Some(vec![architecture]), None, Some(document::read(&required)))?;
    let found: Vec<InstanceType> =
        instance_types::offered(&scope.region).filter(|own| required.hold(own)).collect();
    if found.is_empty() {
        let sentence = "No instance types satisfy the specified instance requirements.";
        return Err(Capacity::FleetConfig(sentence.to_owned()).into());
    }
    Ok(found)
}
