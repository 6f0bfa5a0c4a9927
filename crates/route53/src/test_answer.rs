//! `TestDNSAnswer`: asks a zone as a resolver would.
//!
//! Where a client is follows from its address on AWS; here nobody has tables of addresses, so a client of whom an
//! address is told is nowhere in particular: it gets the answers for everybody else.

use crate::Route53;
use crate::answer::{Answer, Asking, Client, Facts, ZoneOf};
use crate::cidr::Collection;
use crate::error::Error;
use crate::health_check::status;
use crate::name::Name;
use crate::record::model::{RecordSet, RecordType};
use crate::record::rows::{RecordRows, below, of_name};
use crate::traffic::document::Document;
use crate::traffic::instance::Instance;
use crate::traffic::policy::PolicyVersion;
use crate::zone;
use base::Ids;
use ports::{Cx, HealthProbes};
use shapes_route53 as api;
use std::net::IpAddr;
use std::sync::Arc;
use store::{Rows, StoreError, View};

/// Sets at one name that are read.
const AT_A_NAME: usize = 4096;

/// What is stored, as answers ask for it.
struct Stored<'v> {
    view: &'v View,
    probes: &'v dyn HealthProbes,
    ids: &'v Ids,
}

impl Facts for Stored<'_> {
    fn at(&self, zone: &str, name: &Name) -> Result<Vec<Arc<RecordSet>>, StoreError> {
        self.view.paged::<RecordSet>().sets(&of_name(zone, name), None, AT_A_NAME)
    }

    fn has_within(&self, zone: &str, name: &Name) -> Result<bool, StoreError> {
        Ok(!self.view.paged::<RecordSet>().sets(&below(zone, name), None, 1)?.is_empty())
    }

    fn is_healthy(&self, check: &str) -> bool {
        status::is_healthy(self.view, self.probes, check)
    }

    fn location(&self, collection: &str, address: IpAddr) -> Option<String> {
        self.view.row::<Collection>(collection)?.location_of(address).map(str::to_owned)
    }

    fn policy(&self, instance: &str) -> Option<(Document, i64)> {
        let instance = self.view.row::<Instance>(instance)?;
        let version =
            self.view.row::<PolicyVersion>(&PolicyVersion::key_of(&instance.policy, instance.version))?;
        Some((Document::read(&version.document).ok()?, instance.ttl_seconds))
    }

    /// What load balancers and other services answer is not known until they have planes.
    fn service(&self, _zone: &str, _name: &Name, _kind: RecordType) -> Option<Vec<String>> {
        None
    }

    fn draw(&self, bound: u64) -> u64 {
        self.ids.below(bound)
    }
}

/// Who is said to ask.
fn client(input: &api::TestDNSAnswerRequest) -> Result<Client, Error> {
    let given = input.edns0_client_subnet_ip.as_ref().or(input.resolver_ip.as_ref());
    let Some(text) = given.filter(|text| !text.is_empty()) else { return Ok(Client::in_us_east_1()) };
    let address = text.parse::<IpAddr>();
    let address = address.map_err(|_| Error::Input(format!("Invalid IP address: {text}")))?;
    if let Some(mask) = &input.edns0_client_subnet_mask {
        let most = if address.is_ipv4() { 32 } else { 128 };
        if mask.parse::<u8>().is_ok_and(|bits| bits > most) || mask.parse::<u8>().is_err() {
            return Err(Error::Input(format!("Invalid subnet mask: {mask}")));
        }
    }
    Ok(Client::at(address))
}

/// `TestDNSAnswer`.
pub(crate) fn test(
    cx: &Cx,
    svc: &Route53,
    input: api::TestDNSAnswerRequest,
) -> Result<api::TestDNSAnswerResponse, Error> {
    let client = client(&input)?;
    let given = input.record_name.clone().unwrap_or_default();
    let name = Name::parse(&given).map_err(|_| Error::Input(format!("Invalid record name: {given}")))?;
    let kind = input.record_type.as_deref().and_then(RecordType::parse);
    let kind = kind.ok_or_else(|| Error::Input("The input is not valid".to_owned()))?;
    cx.read(|view| {
        let zone = zone::own(view, cx, input.hosted_zone_id.as_deref())?;
        if zone.is_private {
            return Err(Error::Input("TestDNSAnswer is not supported for private hosted zones".to_owned()));
        }
        if !name.is_within(&zone.name) {
            return Err(Error::Input(format!(
                "The record name {name} is not in the hosted zone {}",
                zone.name
            )));
        }
        let facts = Stored { view, probes: &*svc.probes, ids: cx.ids() };
        let of = ZoneOf { id: &zone.id, name: &zone.name };
        let answer = Asking::new(&facts, of, &client).answer(&name, kind)?;
        let (code, data) = match answer {
            Answer::Records(found) => ("NOERROR", found.into_iter().flat_map(|set| set.values).collect()),
            Answer::NoData | Answer::Referral(_) => ("NOERROR", Vec::new()),
            Answer::NoName => ("NXDOMAIN", Vec::new()),
        };
        let server =
            usize::try_from(cx.ids().below(zone.name_servers.len().max(1) as u64)).unwrap_or_default();
        Ok(api::TestDNSAnswerResponse {
            nameserver: zone.name_servers.get(server).cloned(),
            record_name: Some(given.clone()),
            record_type: input.record_type.clone(),
            record_data: Some(data),
            response_code: Some(code.to_owned()),
            protocol: Some("UDP".to_owned()),
        })
    })
}
