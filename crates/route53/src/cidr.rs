//! CIDR collections: blocks of addresses under names, which records choose their askers by.

use crate::Route53;
use crate::error::Error;
use crate::event::Changed;
use crate::home::{arn, home, location};
use crate::listing::{PAGE, Token, limit};
use crate::record::model::{RecordSet, Routing};
use crate::record::rows::{RecordRows, of_zone};
use crate::zone::Zone;
use base::{Ipv4Block, Ipv6Block};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use store::{Index, Record, Rows, Tx};

/// Blocks of one collection at the most, and the longest prefixes.
/// Source: Route 53 Developer Guide, "Quotas" and "IP-based routing".
const MOST_BLOCKS: usize = 1000;
const LONGEST_V4: u8 = 24;
const LONGEST_V6: u8 = 48;
/// Records that are looked through at once for one that names a collection.
const CHUNK: usize = 1000;

/// A collection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Collection {
    id: String,
    pub(crate) home: String,
    arn: String,
    name: String,
    reference: String,
    /// Counts its changes.
    version: i64,
    /// The location of each block.
    blocks: BTreeMap<String, String>,
}

impl Record for Collection {
    const TABLE: &'static str = "route53_cidr_collection";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Collection {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };

    fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let found = rows.row::<Self>(id.unwrap_or_default()).filter(|found| found.home == home(cx));
        found.ok_or(Error::NoCollection)
    }

    pub(crate) fn has_location(&self, name: &str) -> bool {
        self.blocks.values().any(|location| location == name)
    }

    /// The location with the smallest block around an address.
    pub(crate) fn location_of(&self, address: IpAddr) -> Option<&str> {
        let around = self.blocks.iter().filter_map(|(text, location)| {
            let block = Block::parse(text)?;
            block.contains(address).then_some((block.prefix(), location))
        });
        around.max_by_key(|(prefix, _)| *prefix).map(|(_, location)| location.as_str())
    }

    fn locations(&self) -> Vec<&String> {
        let mut names: Vec<&String> = self.blocks.values().collect();
        names.sort();
        names.dedup();
        names
    }
}

/// A block of either kind.
enum Block {
    V4(Ipv4Block),
    V6(Ipv6Block),
}

impl Block {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let prefix = prefix.parse::<u8>().ok().filter(|prefix| *prefix > 0)?;
        match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(address) if prefix <= LONGEST_V4 => Ipv4Block::new(address, prefix).map(Self::V4),
            IpAddr::V6(address) if prefix <= LONGEST_V6 => Ipv6Block::new(address, prefix).map(Self::V6),
            IpAddr::V4(_) | IpAddr::V6(_) => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::V4(block) => block.to_string(),
            Self::V6(block) => block.to_string(),
        }
    }

    fn prefix(&self) -> u8 {
        match self {
            Self::V4(block) => block.prefix(),
            Self::V6(block) => block.prefix(),
        }
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::V4(block), IpAddr::V4(address)) => block.contains(address),
            (Self::V6(block), IpAddr::V6(address)) => block.contains(address),
            _ => false,
        }
    }
}

/// `CreateCidrCollection`: the same reference answers the same collection.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateCidrCollectionRequest,
) -> Result<api::CreateCidrCollectionResponse, Error> {
    let (name, reference) = (input.name.unwrap_or_default(), input.caller_reference.unwrap_or_default());
    let id = cx.ids().uuid();
    let made = cx.write(|tx| {
        let home = home(cx);
        let mut own = tx.by(&Collection::OWNER, &home);
        if let Some(found) = own.find(|found| found.name == name) {
            let is_same = found.reference == reference;
            return if is_same { Ok((**found).clone()) } else { Err(Error::CollectionExists) };
        }
        drop(own);
        let made = Collection {
            id: id.clone(),
            home,
            arn: arn(cx, "cidrcollection", &id),
            name: name.clone(),
            reference: reference.clone(),
            version: 1,
            blocks: BTreeMap::new(),
        };
        tx.emit(&Changed { kind: "CidrCollectionCreated", resource: made.arn.clone() });
        tx.put(made.clone());
        Ok(made)
    })?;
    Ok(api::CreateCidrCollectionResponse {
        location: Some(location(&format!("cidrcollection/{}", made.id))),
        collection: Some(api::CidrCollection {
            arn: Some(made.arn),
            id: Some(made.id),
            name: Some(made.name),
            version: Some(made.version),
        }),
    })
}

/// `ChangeCidrCollection`: all of the changes or none.
pub(crate) fn change(
    cx: &Cx,
    _svc: &Route53,
    input: api::ChangeCidrCollectionRequest,
) -> Result<api::ChangeCidrCollectionResponse, Error> {
    let changes = input.changes.unwrap_or_default();
    let change = cx.ids().uuid();
    cx.write(|tx| {
        let mut collection = (*Collection::own(tx, cx, input.id.as_deref())?).clone();
        if input.collection_version.is_some_and(|version| version != collection.version) {
            return Err(Error::CollectionVersion);
        }
        for change in &changes {
            apply(&mut collection, change)?;
        }
        if collection.blocks.len() > MOST_BLOCKS {
            return Err(Error::TooMany);
        }
        collection.version += 1;
        tx.emit(&Changed { kind: "CidrCollectionChanged", resource: collection.arn.clone() });
        tx.put(collection);
        Ok(api::ChangeCidrCollectionResponse { id: Some(change.clone()) })
    })
}

fn apply(collection: &mut Collection, change: &api::CidrCollectionChange) -> Result<(), Error> {
    let location = change.location_name.clone().unwrap_or_default();
    for text in change.cidr_list.iter().flatten() {
        let block = Block::parse(text);
        let block = block.ok_or_else(|| Error::Input(format!("Invalid CIDR block: {text}")))?.text();
        let holder = collection.blocks.get(&block);
        if change.action.as_deref() == Some("PUT") {
            if holder.is_some_and(|holder| *holder != location) {
                return Err(Error::BlockInUse);
            }
            collection.blocks.insert(block, location.clone());
        } else if holder == Some(&location) {
            collection.blocks.remove(&block);
        }
    }
    Ok(())
}

/// `DeleteCidrCollection`: of one that is empty and that no record names.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteCidrCollectionRequest,
) -> Result<api::DeleteCidrCollectionResponse, Error> {
    cx.write(|tx| {
        let collection = Collection::own(tx, cx, input.id.as_deref())?;
        if !collection.blocks.is_empty() || is_named(tx, &collection)? {
            return Err(Error::CollectionInUse);
        }
        tx.delete::<Collection>(&collection.id);
        tx.emit(&Changed { kind: "CidrCollectionDeleted", resource: collection.arn.clone() });
        Ok(api::DeleteCidrCollectionResponse {})
    })
}

/// Whether a record of the account names the collection.
fn is_named(tx: &mut Tx, collection: &Collection) -> Result<bool, Error> {
    let names = |set: &RecordSet| matches!(&set.routing, Routing::Cidr { collection: id, .. } if *id == collection.id);
    for zone in tx.listed(&Zone::OWNER, &collection.home) {
        let mut after: Option<String> = None;
        loop {
            let sets = tx.paged::<RecordSet>().sets(&of_zone(&zone.id), after.as_deref(), CHUNK)?;
            if sets.iter().any(|set| names(set)) {
                return Ok(true);
            }
            match sets.last() {
                Some(last) if sets.len() == CHUNK => after = Some(last.key()),
                _ => break,
            }
        }
    }
    Ok(false)
}

/// `ListCidrCollections`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListCidrCollectionsRequest,
) -> Result<api::ListCidrCollectionsResponse, Error> {
    let own = cx.read(|view| view.listed(&Collection::OWNER, &home(cx)));
    let token = Token {
        call: &["ListCidrCollections"],
        given: input.next_token.as_deref(),
        limit: limit(input.max_results.as_deref(), PAGE)?,
    };
    let (page, next_token) = token.page(cx, own, |collection| collection.id.clone())?;
    let summary = |collection: &Arc<Collection>| api::CollectionSummary {
        arn: Some(collection.arn.clone()),
        id: Some(collection.id.clone()),
        name: Some(collection.name.clone()),
        version: Some(collection.version),
    };
    let cidr_collections = Some(page.iter().map(summary).collect());
    Ok(api::ListCidrCollectionsResponse { next_token, cidr_collections })
}

/// `ListCidrLocations`, by name.
pub(crate) fn list_locations(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListCidrLocationsRequest,
) -> Result<api::ListCidrLocationsResponse, Error> {
    let collection = cx.read(|view| Collection::own(view, cx, input.collection_id.as_deref()))?;
    let token = Token {
        call: &["ListCidrLocations", &collection.id],
        given: input.next_token.as_deref(),
        limit: limit(input.max_results.as_deref(), PAGE)?,
    };
    let (page, next_token) = token.page(cx, collection.locations(), |name| (*name).clone())?;
    let summary = |name: &&String| api::LocationSummary { location_name: Some((*name).clone()) };
    Ok(api::ListCidrLocationsResponse {
        next_token,
        cidr_locations: Some(page.iter().map(summary).collect()),
    })
}

/// `ListCidrBlocks` of a collection or of one of its locations, by the blocks' text.
pub(crate) fn list_blocks(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListCidrBlocksRequest,
) -> Result<api::ListCidrBlocksResponse, Error> {
    let collection = cx.read(|view| Collection::own(view, cx, input.collection_id.as_deref()))?;
    let wanted = input.location_name.as_deref();
    if wanted.is_some_and(|wanted| !collection.has_location(wanted)) {
        return Err(Error::NoCidrLocation);
    }
    let blocks =
        collection.blocks.iter().filter(|(_, location)| wanted.is_none_or(|wanted| wanted == *location));
    let token = Token {
        call: &["ListCidrBlocks", &collection.id, wanted.unwrap_or_default()],
        given: input.next_token.as_deref(),
        limit: limit(input.max_results.as_deref(), PAGE)?,
    };
    let (page, next_token) = token.page(cx, blocks, |(block, _)| (*block).clone())?;
    let summary = |(block, location): &(&String, &String)| api::CidrBlockSummary {
        cidr_block: Some((*block).clone()),
        location_name: Some((*location).clone()),
    };
    Ok(api::ListCidrBlocksResponse { next_token, cidr_blocks: Some(page.iter().map(summary).collect()) })
}
