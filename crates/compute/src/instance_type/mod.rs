//! Instance types, and where they are offered. What is known of them stands in the crate `instance-types`.

mod filter;
mod requirements;
mod shape;

use crate::Compute;
use base::{Region, Tags};
use ec2_resource::error::Error;
use ec2_resource::filter::Filters;
use ec2_resource::listing::{cut, page_size};
use instance_types::InstanceType;
use ports::Cx;
pub(crate) use requirements::Requirements;
use shapes_ec2 as ec2;

/// Types of a page, where the caller does not say. AWS shows a part then too.
const TYPES: usize = 100;
/// Offerings of a page, where the caller does not say.
const OFFERINGS: usize = 1_000;

/// `DescribeInstanceTypes`: those of the Region, by name.
///
/// A name that the Region does not offer is refused as one that does not exist (`InvalidInstanceType`), unless the
/// caller asks for what other Regions have.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeInstanceTypesRequest,
) -> Result<ec2::DescribeInstanceTypesResult, Error> {
    let filters = Filters::tagless(input.filters, &filter::OF_TYPES)?;
    let limit = page_size(input.max_results, (5, 100))?.min(TYPES);
    let everywhere = input.include_unsupported_in_region == Some(true);
    let is_here = |it: &InstanceType| !instance_types::zones(it.name, cx.region()).is_empty();
    let named = input.instance_types.unwrap_or_default();
    let types: Vec<InstanceType> = if named.is_empty() {
        if everywhere {
            instance_types::all().collect()
        } else {
            instance_types::offered(cx.region()).collect()
        }
    } else {
        let known = |name: &String| instance_types::by_name(name).filter(|it| everywhere || is_here(it));
        let missing: Vec<String> = named.iter().filter(|name| known(name).is_none()).cloned().collect();
        if !missing.is_empty() {
            return Err(Error::NoTypes(missing));
        }
        let mut types: Vec<InstanceType> = named.iter().filter_map(known).collect();
        types.sort_by_key(|it| it.name);
        types.dedup_by_key(|it| it.name);
        types
    };
    let passing =
        types.into_iter().filter(|it| filters.pass(&Tags::default(), |name| filter::of_type(it, name)));
    let call =
        ["DescribeInstanceTypes", &cx.scope().to_string(), &format!("{named:?}{filters:?}{everywhere}")];
    let (page, next_token) = cut(cx, &call, passing, |it| it.name.to_owned(), (input.next_token, limit))?;
    // Whether it is offered here is told to those who asked for what is not.
    let told = |it: &InstanceType| shape::info(it, everywhere.then(|| is_here(it)));
    Ok(ec2::DescribeInstanceTypesResult { instance_types: Some(page.iter().map(told).collect()), next_token })
}

/// `DescribeInstanceTypeOfferings`: by type, then by place.
pub(crate) fn offerings(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeInstanceTypeOfferingsRequest,
) -> Result<ec2::DescribeInstanceTypeOfferingsResult, Error> {
    let filters = Filters::tagless(input.filters, &filter::OF_OFFERINGS)?;
    let limit = page_size(input.max_results, (5, 1_000))?.min(OFFERINGS);
    let kind = Places::parse(input.location_type.as_deref())?;
    let all = instance_types::offered(cx.region())
        .flat_map(|it| kind.of(it.name, cx.region()).into_iter().map(move |location| (it.name, location)));
    let passing = all.filter(|(name, location)| {
        filters.pass(&Tags::default(), |filter| match filter {
            "instance-type" => vec![(*name).to_owned()],
            _ => vec![location.clone()],
        })
    });
    let call =
        ["DescribeInstanceTypeOfferings", &cx.scope().to_string(), &format!("{}{filters:?}", kind.as_str())];
    // A space comes before whatever a name may have, so this is the order of names too.
    let place = |(name, location): &(&str, String)| format!("{name} {location}");
    let (page, next_token) = cut(cx, &call, passing, place, (input.next_token, limit))?;
    let shape = |(name, location): (&str, String)| ec2::InstanceTypeOffering {
        instance_type: Some(name.to_owned()),
        location_type: Some(kind.as_str().to_owned()),
        location: Some(location),
    };
    Ok(ec2::DescribeInstanceTypeOfferingsResult {
        instance_type_offerings: Some(page.into_iter().map(shape).collect()),
        next_token,
    })
}

/// `GetInstanceTypesFromInstanceRequirements`: those of the Region that have what is asked for, by name. Capacity is
/// not considered, as AWS does not either.
pub(crate) fn from_requirements(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::GetInstanceTypesFromInstanceRequirementsRequest,
) -> Result<ec2::GetInstanceTypesFromInstanceRequirementsResult, Error> {
    let required = Requirements::parse(
        input.architecture_types,
        input.virtualization_types,
        input.instance_requirements,
    )?;
    let limit = page_size(input.max_results, (1, 1_000))?.min(OFFERINGS);
    let passing = instance_types::offered(cx.region()).filter(|it| required.hold(it));
    let call = ["GetInstanceTypesFromInstanceRequirements", &cx.scope().to_string(), &required.digest()];
    let (page, next_token) = cut(cx, &call, passing, |it| it.name.to_owned(), (input.next_token, limit))?;
    let shape = |it: InstanceType| ec2::InstanceTypeInfoFromInstanceRequirements {
        instance_type: Some(it.name.to_owned()),
    };
    Ok(ec2::GetInstanceTypesFromInstanceRequirementsResult {
        instance_types: Some(page.into_iter().map(shape).collect()),
        next_token,
    })
}

/// AWS's word for what runs on an instance, where it tells prices.
pub(crate) const fn product(is_windows: bool) -> &'static str {
    if is_windows { "Windows" } else { "Linux/UNIX" }
}

/// By what places are told.
#[derive(Clone, Copy)]
enum Places {
    Region,
    ZoneNames,
    ZoneIds,
    /// There are none.
    Outposts,
}

impl Places {
    fn parse(word: Option<&str>) -> Result<Self, Error> {
        match word {
            None | Some("region") => Ok(Self::Region),
            Some("availability-zone") => Ok(Self::ZoneNames),
            Some("availability-zone-id") => Ok(Self::ZoneIds),
            Some("outpost") => Ok(Self::Outposts),
            Some(other) => {
                Err(Error::Value("locationType", other.to_owned(), "Unknown location type.".to_owned()))
            }
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::ZoneNames => "availability-zone",
            Self::ZoneIds => "availability-zone-id",
            Self::Outposts => "outpost",
        }
    }

    /// The places of a Region where a type is offered, sorted.
    fn of(self, name: &str, region: &Region) -> Vec<String> {
        let zones = || instance_types::zones(name, region).into_iter();
        let mut places: Vec<String> = match self {
            Self::Region => vec![region.to_string()],
            Self::ZoneNames => zones().map(|zone| zone.name).collect(),
            Self::ZoneIds => zones().map(|zone| zone.id).collect(),
            Self::Outposts => Vec::new(),
        };
        places.sort();
        places
    }
}
