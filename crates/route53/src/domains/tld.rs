//! Top-level domains that can be had, what they would cost with AWS, and what their registries let be done. The prices are
//! near AWS's; nothing is charged.

use super::Domains;
use crate::error::DomainsError as Error;
use ports::Cx;
use shapes_route53domains as domains_api;

/// A top-level domain: what it costs in dollars (registration and renewal, transfer, another owner, restoration), and what
/// its registry lets be done.
/// Source of the latter: Route 53 Developer Guide, the page of each top-level domain.
pub(super) struct Tld {
    pub(super) name: &'static str,
    pub(super) year: f64,
    transfer: f64,
    owner: f64,
    restoration: f64,
    /// Years of a registration at the most.
    pub(super) most_years: i32,
    /// Whether contacts can be hidden. Where the registry decides, and where only AWS's support does it, they cannot.
    pub(super) has_privacy: bool,
    /// Whether a domain can be locked against transfers.
    pub(super) has_lock: bool,
    /// Whether the registry publishes signers.
    pub(super) has_signers: bool,
    /// Whether a registration can be given up before it runs out.
    pub(super) is_deletable: bool,
    /// Days in which a domain that is gone can be had back; none where the registry does not give it back.
    pub(super) restorable_days: i64,
}

/// One as most are.
const fn tld(name: &'static str, year: f64, restoration: f64) -> Tld {
    Tld {
        name,
        year,
        transfer: year,
        owner: 0.0,
        restoration,
        most_years: 10,
        has_privacy: true,
        has_lock: true,
        has_signers: true,
        is_deletable: true,
        restorable_days: 30,
    }
}

/// One of a country whose registry neither hides nor locks.
const fn plain(name: &'static str, year: f64, restoration: f64) -> Tld {
    Tld { has_privacy: false, has_lock: false, ..tld(name, year, restoration) }
}

/// By name. Of `app` and `dev` no page was read; they are taken to be as most are. The page of `org` (2022) had no signers;
/// its registry has.
const TLDS: [Tld; 24] = [
    tld("app", 19.0, 100.0),
    Tld { most_years: 1, has_privacy: false, restorable_days: 40, ..tld("be", 10.0, 40.0) },
    tld("biz", 24.0, 87.0),
    Tld { is_deletable: false, ..tld("ca", 15.0, 60.0) },
    Tld { has_privacy: false, ..tld("click", 5.0, 84.0) },
    tld("cloud", 25.0, 86.0),
    Tld { has_lock: false, is_deletable: false, restorable_days: 0, ..tld("co.uk", 11.0, 20.0) },
    tld("com", 15.0, 68.0),
    Tld { most_years: 1, restorable_days: 0, ..plain("de", 11.0, 40.0) },
    tld("dev", 17.0, 100.0),
    Tld { restorable_days: 40, ..plain("eu", 15.0, 40.0) },
    Tld { has_privacy: false, ..tld("fr", 14.0, 40.0) },
    tld("info", 28.0, 90.0),
    tld("io", 71.0, 120.0),
    Tld { most_years: 1, has_signers: false, ..plain("it", 17.0, 45.0) },
    Tld { has_privacy: false, ..tld("link", 5.0, 84.0) },
    tld("me", 22.0, 100.0),
    tld("net", 17.0, 76.0),
    tld("ninja", 25.0, 100.0),
    Tld { most_years: 1, restorable_days: 40, ..plain("nl", 11.0, 40.0) },
    tld("org", 15.0, 86.0),
    Tld { restorable_days: 60, ..plain("se", 26.0, 60.0) },
    tld("tv", 35.0, 68.0),
    tld("xyz", 16.0, 86.0),
];

/// Every one there is.
pub(super) fn all() -> &'static [Tld] {
    &TLDS
}

/// What a name that can be registered consists of: its own label and its top-level domain.
pub(super) fn split(name: &str) -> Result<(&str, &'static Tld), Error> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let longest = TLDS.iter().filter_map(|tld| {
        let label = name.strip_suffix(tld.name)?.strip_suffix('.')?;
        Some((label, tld))
    });
    match longest.min_by_key(|(label, _)| label.len()) {
        Some((label, tld)) => Ok((label, tld)),
        None => {
            let suffix = name.split_once('.').map_or(name, |(_, suffix)| suffix);
            Err(Error::UnsupportedTld(suffix.to_owned()))
        }
    }
}

/// What a registry lets be done with a domain, or that it does not.
pub(super) fn require(name: &str, allows: fn(&Tld) -> bool) -> Result<(), Error> {
    let (_, tld) = split(name)?;
    if allows(tld) { Ok(()) } else { Err(Error::NotOfTld) }
}

/// Whether a label can be registered: letters, digits and hyphens, none at its ends, and no dot.
pub(super) fn is_label(label: &str) -> bool {
    let fits = (1..=63).contains(&label.len());
    let is_plain = label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
    fits && is_plain && !label.starts_with('-') && !label.ends_with('-')
}

pub(super) fn dollars(price: f64) -> domains_api::PriceWithCurrency {
    domains_api::PriceWithCurrency { price: Some(price), currency: Some("USD".to_owned()), price_type: None }
}

fn shape(tld: &Tld, name: &str) -> domains_api::DomainPrice {
    domains_api::DomainPrice {
        name: Some(name.to_owned()),
        registration_price: Some(dollars(tld.year)),
        transfer_price: Some(dollars(tld.transfer)),
        renewal_price: Some(dollars(tld.year)),
        change_ownership_price: Some(dollars(tld.owner)),
        restoration_price: Some(dollars(tld.restoration)),
    }
}

/// `ListPrices`, by name.
pub(super) fn list(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::ListPricesRequest,
) -> Result<domains_api::ListPricesResponse, Error> {
    let wanted = input.tld.as_deref();
    let found: Vec<&Tld> = TLDS.iter().filter(|tld| wanted.is_none_or(|wanted| wanted == tld.name)).collect();
    if let (Some(wanted), true) = (wanted, found.is_empty()) {
        return Err(Error::UnsupportedTld(wanted.to_owned()));
    }
    let asked = super::listing::Asked { call: "ListPrices", marker: input.marker, most: input.max_items };
    let (page, next_page_marker) = asked.page(cx, found)?;
    let prices = Some(page.iter().map(|tld| shape(tld, tld.name)).collect());
    Ok(domains_api::ListPricesResponse { prices, next_page_marker })
}

/// `GetDomainPrices`.
pub(super) fn of_domain(
    _cx: &Cx,
    _svc: &Domains,
    input: domains_api::GetDomainPricesRequest,
) -> Result<domains_api::GetDomainPricesResponse, Error> {
    let name = input.domain_name.unwrap_or_default();
    let (_, tld) = split(&name)?;
    Ok(domains_api::GetDomainPricesResponse { domain_price: Some(shape(tld, &name)) })
}

#[cfg(test)]
mod tests {
    use super::{is_label, split};

    #[test]
    fn names_end_in_what_can_be_had() {
        for (name, want) in [
            ("example.com", Some(("example", "com"))),
            ("example.co.uk", Some(("example", "co.uk"))),
            ("a.example.com", Some(("a.example", "com"))),
            ("example.invalid", None),
            ("com", None),
        ] {
            assert_eq!(split(name).ok().map(|(label, tld)| (label, tld.name)), want, "{name}");
        }
        assert!(is_label("a-1") && !is_label("-a") && !is_label("a.b") && !is_label(""));
    }
}
