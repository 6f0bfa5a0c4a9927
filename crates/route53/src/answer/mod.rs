//! What a zone answers: rows of a zone and a question in, an answer out. Nothing here knows the store, the API or the
//! wire; `TestDNSAnswer` asks it, and so can a DNS server.
//!
//! Sources: RFC 1034, 4.3.2 (the algorithm), RFC 4592 (wildcards), Route 53 Developer Guide, "Choosing a routing policy".

mod choose;
mod policy;
#[cfg(test)]
mod tests;

use crate::geo::regions::{Degrees, degrees};
use crate::name::Name;
use crate::record::model::{Body, Place, RecordSet, RecordType};
use crate::traffic::document::Document;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use store::StoreError;

/// Aliases and CNAMEs that are followed, one after another, at the most.
const DEEPEST: usize = 16;

/// What an answer is made of.
pub(crate) trait Facts {
    /// The sets at a name of a zone.
    fn at(&self, zone: &str, name: &Name) -> Result<Vec<Arc<RecordSet>>, StoreError>;
    /// Whether there are sets at a name of a zone or below it.
    fn has_within(&self, zone: &str, name: &Name) -> Result<bool, StoreError>;
    /// Whether a health check says that what it watches is healthy.
    fn is_healthy(&self, check: &str) -> bool;
    /// The location of a CIDR collection that an address is in.
    fn location(&self, collection: &str, address: IpAddr) -> Option<String>;
    /// The document that an instance of a traffic policy follows, and for how many seconds its answers may be kept.
    fn policy(&self, instance: &str) -> Option<(Document, i64)>;
    /// What a name of a service's zone answers; `None` where nobody knows.
    fn service(&self, zone: &str, name: &Name, kind: RecordType) -> Option<Vec<String>>;
    /// A random number below `bound`.
    fn draw(&self, bound: u64) -> u64;
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    /// The address of its network, or of its resolver.
    pub(crate) address: Option<IpAddr>,
    /// The places it is in, the smallest first.
    pub(crate) places: Vec<Place>,
    /// Where it is.
    pub(crate) degrees: Option<Degrees>,
}

impl Client {
    /// Somebody in us-east-1, which is in Virginia.
    pub(crate) fn in_us_east_1() -> Self {
        let country = "US".to_owned();
        Self {
            address: None,
            places: vec![
                Place::Subdivision { country: country.clone(), code: "VA".to_owned() },
                Place::Country(country),
                Place::Continent("NA".to_owned()),
            ],
            degrees: degrees("us-east-1"),
        }
    }

    /// Somebody of whom nothing is known but an address.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self { address: Some(address), ..Self::default() }
    }
}

/// A zone, as far as answers need it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ZoneOf<'z> {
    pub(crate) id: &'z str,
    pub(crate) name: &'z Name,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// With records: those of the name, or CNAMEs and what they lead to.
    Records(Vec<Answered>),
    /// The name is there, without records of the type.
    NoData,
    /// The name is not there.
    NoName,
    /// By other name servers.
    Referral(Answered),
}

/// Records of one name and type within an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) name: Name,
    pub(crate) kind: RecordType,
    pub(crate) ttl_seconds: i64,
    pub(crate) values: Vec<String>,
}

/// One question on its way.
pub(crate) struct Asking<'a> {
    facts: &'a dyn Facts,
    zone: ZoneOf<'a>,
    client: &'a Client,
    /// Whether anything that an alias leads to is healthy, by zone, name and type: found out once for a question, however
    /// many aliases lead there.
    targets: RefCell<BTreeMap<(String, Name, RecordType), bool>>,
}

impl<'a> Asking<'a> {
    /// A question about names of a zone.
    pub(crate) fn new(facts: &'a dyn Facts, zone: ZoneOf<'a>, client: &'a Client) -> Self {
        Self { facts, zone, client, targets: RefCell::default() }
    }

    /// Answers a question about a name within the zone.
    pub(crate) fn answer(&self, name: &Name, kind: RecordType) -> Result<Answer, StoreError> {
        let mut chain = Vec::new();
        let mut name = name.clone();
        loop {
            match self.one(&name, kind)? {
                Answer::Records(found) => {
                    let target = found.first().filter(|set| set.kind == RecordType::Cname);
                    let target = target.filter(|_| kind != RecordType::Cname);
                    let next = target.and_then(|set| Name::parse(set.values.first()?).ok());
                    chain.extend(found);
                    match next.filter(|next| next.is_within(self.zone.name) && chain.len() < DEEPEST) {
                        Some(next) => name = next,
                        None => return Ok(Answer::Records(chain)),
                    }
                }
                // What a CNAME leads to need not be there.
                _ if !chain.is_empty() => return Ok(Answer::Records(chain)),
                other => return Ok(other),
            }
        }
    }

    /// Answers about one name, CNAMEs as they are.
    fn one(&self, name: &Name, kind: RecordType) -> Result<Answer, StoreError> {
        if let Some(cut) = self.delegation(name, kind)? {
            return Ok(Answer::Referral(cut));
        }
        let Some(sets) = self.sets(name)? else { return Ok(Answer::NoName) };
        let of_type = |wanted| sets.iter().filter(|set| set.kind == wanted).cloned().collect::<Vec<_>>();
        let mut found = of_type(kind);
        if found.is_empty() {
            found = of_type(RecordType::Cname);
        }
        let answered = self.choose(&found, 0)?;
        Ok(match answered {
            Some((kind, ttl_seconds, values)) if !values.is_empty() => {
                Answer::Records(vec![Answered { name: name.clone(), kind, ttl_seconds, values }])
            }
            _ => Answer::NoData,
        })
    }

    /// The name servers that a name was handed over to, the highest cut first. The zone above answers for DS itself.
    fn delegation(&self, name: &Name, kind: RecordType) -> Result<Option<Answered>, StoreError> {
        let mut found = None;
        let mut at = Some(name.clone());
        while let Some(here) = at.filter(|here| here != self.zone.name && here.is_within(self.zone.name)) {
            let is_own = here == *name && matches!(kind, RecordType::Ds | RecordType::Ns);
            let servers = self.facts.at(self.zone.id, &here)?;
            let servers = servers.iter().find(|set| set.kind == RecordType::Ns);
            if let (Some(set), false) = (servers, is_own)
                && let Body::Values { ttl_seconds, values } = &set.body
            {
                found = Some(Answered {
                    name: here.clone(),
                    kind: RecordType::Ns,
                    ttl_seconds: *ttl_seconds,
                    values: values.clone(),
                });
            }
            at = here.parent();
        }
        Ok(found)
    }

    /// The sets that answer for a name: its own, or those of the wildcard that covers it. `None` where neither the name
    /// nor a wildcard is there.
    fn sets(&self, name: &Name) -> Result<Option<Vec<Arc<RecordSet>>>, StoreError> {
        let zone = self.zone.id;
        let own = self.facts.at(zone, name)?;
        if !own.is_empty() || self.facts.has_within(zone, name)? {
            return Ok(Some(own));
        }
        let mut at = name.parent();
        while let Some(encloser) = at.filter(|at| at.is_within(self.zone.name)) {
            if encloser == *self.zone.name || self.facts.has_within(zone, &encloser)? {
                let covering = self.facts.at(zone, &encloser.wildcard())?;
                return Ok(Some(covering).filter(|covering| !covering.is_empty()));
            }
            at = encloser.parent();
        }
        Ok(None)
    }
}
