//! Places that records may be for: continents, countries, the states of the United States and the parts of Ukraine.

mod places;
pub(crate) mod regions;

use crate::Route53;
use crate::error::Error;
use crate::listing::{PAGE, cut, limit};
use crate::record::model::Place;
use places::{CONTINENTS, COUNTRIES, SUBDIVISIONS};
use ports::Cx;
use shapes_route53 as api;

/// The country that stands for everybody else.
const EVERYWHERE: &str = "*";

/// Whether there is such a place.
pub(crate) fn is_known(place: &Place) -> bool {
    details(place).is_some()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// What is told of a place.
fn details(place: &Place) -> Option<api::GeoLocationDetails> {
    let none = api::GeoLocationDetails::default();
    match place {
        Place::Continent(code) => {
            let (code, name) = CONTINENTS.iter().find(|(known, _)| known == code)?;
            Some(api::GeoLocationDetails { continent_code: text(code), continent_name: text(name), ..none })
        }
        Place::Country(code) if code == EVERYWHERE => Some(api::GeoLocationDetails {
            country_code: text(EVERYWHERE),
            country_name: text("Default"),
            ..none
        }),
        Place::Country(code) => {
            let (code, name) = COUNTRIES.iter().find(|(known, _)| known == code)?;
            Some(api::GeoLocationDetails { country_code: text(code), country_name: text(name), ..none })
        }
        Place::Subdivision { country, code } => {
            let (country_code, country_name) = COUNTRIES.iter().find(|(known, _)| known == country)?;
            let (_, code, name) =
                SUBDIVISIONS.iter().find(|(of, known, _)| of == country && known == code)?;
            Some(api::GeoLocationDetails {
                country_code: text(country_code),
                country_name: text(country_name),
                subdivision_code: text(code),
                subdivision_name: text(name),
                ..none
            })
        }
    }
}

/// A place as a request names it; `None` where it names nothing that can be one.
fn place(continent: Option<&str>, country: Option<&str>, subdivision: Option<&str>) -> Option<Place> {
    match (continent, country, subdivision) {
        (Some(code), None, None) => Some(Place::Continent(code.to_owned())),
        (None, Some(code), None) => Some(Place::Country(code.to_owned())),
        (None, Some(country), Some(code)) => {
            Some(Place::Subdivision { country: country.to_owned(), code: code.to_owned() })
        }
        _ => None,
    }
}

/// `GetGeoLocation`; without a place, everywhere.
pub(crate) fn get(
    _cx: &Cx,
    _svc: &Route53,
    input: api::GetGeoLocationRequest,
) -> Result<api::GetGeoLocationResponse, Error> {
    let (continent, country) = (input.continent_code.as_deref(), input.country_code.as_deref());
    let subdivision = input.subdivision_code.as_deref();
    let found = match (continent, country, subdivision) {
        (None, None, None) => details(&Place::Country(EVERYWHERE.to_owned())),
        _ => place(continent, country, subdivision).and_then(|place| details(&place)),
    };
    let geo_location_details = Some(found.ok_or(Error::NoLocation)?);
    Ok(api::GetGeoLocationResponse { geo_location_details })
}

/// Every place: continents, everywhere, countries, and behind each country its parts.
fn all() -> Vec<Place> {
    let mut all: Vec<Place> =
        CONTINENTS.iter().map(|(code, _)| Place::Continent((*code).to_owned())).collect();
    all.push(Place::Country(EVERYWHERE.to_owned()));
    for (country, _) in COUNTRIES {
        all.push(Place::Country((*country).to_owned()));
        let parts = SUBDIVISIONS.iter().filter(|(of, _, _)| of == country);
        all.extend(
            parts.map(|(of, code, _)| Place::Subdivision {
                country: (*of).to_owned(),
                code: (*code).to_owned(),
            }),
        );
    }
    all
}

/// Where a place stands in the list.
fn rank(place: &Place) -> (u8, String, String) {
    match place {
        Place::Continent(code) => (0, code.clone(), String::new()),
        Place::Country(code) => (1, code.clone(), String::new()),
        Place::Subdivision { country, code } => (1, country.clone(), code.clone()),
    }
}

/// `ListGeoLocations`.
pub(crate) fn list(
    _cx: &Cx,
    _svc: &Route53,
    input: api::ListGeoLocationsRequest,
) -> Result<api::ListGeoLocationsResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let (continent, country) = (input.start_continent_code.as_deref(), input.start_country_code.as_deref());
    let subdivision = input.start_subdivision_code.as_deref();
    let start = match (continent, country, subdivision) {
        (None, None, None) => None,
        _ => {
            let place = place(continent, country, subdivision);
            Some(place.ok_or_else(|| Error::Input("The input is not valid".to_owned()))?)
        }
    };
    let start = start.map(|start| rank(&start));
    let page = cut(all(), |place| start.as_ref().is_none_or(|start| rank(place) >= *start), limit);
    let next = page.next.as_ref().map(rank);
    let (is_continent, next_code, next_part) = match next {
        None => (false, None, None),
        Some((kind, code, part)) => (kind == 0, Some(code), Some(part).filter(|part| !part.is_empty())),
    };
    Ok(api::ListGeoLocationsResponse {
        geo_location_details_list: Some(page.items.iter().filter_map(details).collect()),
        is_truncated: Some(next_code.is_some()),
        next_continent_code: next_code.clone().filter(|_| is_continent),
        next_country_code: next_code.filter(|_| !is_continent),
        next_subdivision_code: next_part,
        max_items: Some(limit.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::{all, details, rank};

    #[test]
    fn every_place_is_told_of_and_the_list_is_in_order() {
        let all = all();
        assert!(all.iter().all(|place| details(place).is_some()));
        assert!(all.windows(2).all(|pair| rank(&pair[0]) < rank(&pair[1])));
    }
}
