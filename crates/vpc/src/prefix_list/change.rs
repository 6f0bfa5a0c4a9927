//! Making, changing and deleting prefix lists. What is asked for holds at once only at the pace `immediate`; until then
//! the list has its old version and a state that says what is being done.

use super::model::{AnyList, Doing, Entry, Family, PrefixList, State, Step, find};
use super::work::{Change, begin};
use super::{at_least_one, list_id, shape};
use crate::error::{Error, PrefixList as Refusal};
use crate::id::PrefixListId;
use crate::resource::{Resource, required};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// Entries that one call adds or removes at the most.
const MOST_OF_CALL: usize = 100;
/// Characters of a name or a description at the most.
const LONGEST_TEXT: usize = 255;
/// What names of AWS's own lists begin with; the dots belong to it.
const RESERVED: [&str; 3] = ["com.amazonaws.", "com.amazon.", "com.aws."];

/// `CreateManagedPrefixList`: the first version. The same client token gives the same list.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateManagedPrefixListRequest,
) -> Result<ec2::CreateManagedPrefixListResult, Error> {
    let digest = token::digest(&input);
    let name = name(required(input.prefix_list_name, "PrefixListName")?)?;
    let family = match required(input.address_family, "AddressFamily")?.as_str() {
        "IPv4" => Family::V4,
        "IPv6" => Family::V6,
        word => {
            let reason = "Valid values are IPv4 and IPv6.".to_owned();
            return Err(Error::Value("AddressFamily", word.to_owned(), reason));
        }
    };
    let max_entries = maximum(input.max_entries.ok_or(Error::Missing("MaxEntries"))?)?;
    let asked = input.entries.unwrap_or_default();
    require_few(asked.len())?;
    let entries = with(Vec::new(), added(family, asked)?)?;
    require_room(&entries, max_entries)?;
    let tags = tag::of_specifications(input.tag_specifications, PrefixList::TYPE)?;
    let call =
        Once { operation: "CreateManagedPrefixList", token: input.client_token.as_deref(), digest: &digest };
    let list = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let list = PrefixList {
                scope: cx.scope().clone(),
                id: PrefixListId::new(cx.ids()),
                name: name.clone(),
                family,
                max_entries,
                version: 1,
                entries: entries.clone(),
                past: Vec::new(),
                state: State::begun(Doing::Create),
                failure: None,
                tags: tags.clone(),
            };
            Ok(begin(tx, list, Doing::Create, vec![Change::Made]))
        })
    })?;
    Ok(ec2::CreateManagedPrefixListResult { prefix_list: Some(shape(&list)) })
}

/// `ModifyManagedPrefixList`: entries, with the version that they are a change of; or the maximum; or the name.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyManagedPrefixListRequest,
) -> Result<ec2::ModifyManagedPrefixListResult, Error> {
    let id = list_id(input.prefix_list_id)?;
    let (add, remove) = (input.add_entries.unwrap_or_default(), input.remove_entries.unwrap_or_default());
    let has_entries = !add.is_empty() || !remove.is_empty();
    if has_entries && input.max_entries.is_some() {
        return Err(Refusal::EntriesAndMaximum.into());
    }
    require_few(add.len())?;
    require_few(remove.len())?;
    let max_entries = input.max_entries.map(maximum).transpose()?;
    let new_name = input.prefix_list_name.map(name).transpose()?;
    if has_entries && input.current_version.is_none() {
        return Err(Error::Missing("CurrentVersion"));
    }
    let current = input.current_version.map(at_least_one).transpose()?;
    if input.ipam_prefix_list_resolver_sync_enabled == Some(true) {
        let reason = "The prefix list is the target of no IPAM prefix list resolver.".to_owned();
        return Err(Error::Value("IpamPrefixListResolverSyncEnabled", "true".to_owned(), reason));
    }
    let list = home::write(cx, |tx| {
        let list = settled(tx, cx, &id)?;
        if current.is_some_and(|version| version != list.version) {
            return Err(Refusal::VersionMismatch.into());
        }
        let mut changes = Vec::new();
        if has_entries {
            let entries = without(&list, &remove)?;
            let entries = with(entries, added(list.family, add.clone())?)?;
            require_room(&entries, list.max_entries)?;
            changes.push(Change::Entries(entries));
        }
        if let Some(maximum) = max_entries {
            require_room(&list.entries, maximum)?;
            changes.push(Change::Maximum(maximum));
        }
        changes.extend(new_name.clone().map(Change::Name));
        if changes.is_empty() {
            return Err(Error::MissingOneOf(
                "The request must contain at least one of: PrefixListName, AddEntries, RemoveEntries or MaxEntries",
            ));
        }
        Ok(begin(tx, list, Doing::Modify, changes))
    })?;
    Ok(ec2::ModifyManagedPrefixListResult { prefix_list: Some(shape(&list)) })
}

/// `RestoreManagedPrefixListVersion`: the entries of a version before, as a new version.
pub(crate) fn restore(
    cx: &Cx,
    _svc: &Service,
    input: ec2::RestoreManagedPrefixListVersionRequest,
) -> Result<ec2::RestoreManagedPrefixListVersionResult, Error> {
    let id = list_id(input.prefix_list_id)?;
    let previous = at_least_one(input.previous_version.ok_or(Error::Missing("PreviousVersion"))?)?;
    let current = at_least_one(input.current_version.ok_or(Error::Missing("CurrentVersion"))?)?;
    let list = home::write(cx, |tx| {
        let list = settled(tx, cx, &id)?;
        if current != list.version {
            return Err(Refusal::VersionMismatch.into());
        }
        let entries = list.of_version(previous).ok_or(Refusal::NoVersion(previous))?.to_vec();
        require_room(&entries, list.max_entries)?;
        Ok(begin(tx, list, Doing::Restore, vec![Change::Entries(entries)]))
    })?;
    Ok(ec2::RestoreManagedPrefixListVersionResult { prefix_list: Some(shape(&list)) })
}

/// `DeleteManagedPrefixList`: it fails, after its answer, where something names the list.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteManagedPrefixListRequest,
) -> Result<ec2::DeleteManagedPrefixListResult, Error> {
    let id = list_id(input.prefix_list_id)?;
    let list = home::write(cx, |tx| {
        let list = settled(tx, cx, &id)?;
        Ok(begin(tx, list, Doing::Delete, vec![Change::Gone]))
    })?;
    Ok(ec2::DeleteManagedPrefixListResult { prefix_list: Some(shape(&list)) })
}

/// A list of the account to which nothing is being done.
fn settled(tx: &Tx, cx: &Cx, id: &PrefixListId) -> Result<PrefixList, Error> {
    match find(tx, cx.scope(), id.as_str())? {
        AnyList::Aws(_) => Err(Refusal::OfAws(id.to_string()).into()),
        AnyList::Own(own) if own.state.step == Step::InProgress => {
            Err(Refusal::Busy(id.to_string(), own.state.word()).into())
        }
        AnyList::Own(own) => Ok((*own).clone()),
    }
}

fn name(text: String) -> Result<String, Error> {
    if RESERVED.iter().any(|prefix| text.starts_with(prefix)) {
        return Err(Refusal::ReservedName.into());
    }
    if text.is_empty() || text.chars().count() > LONGEST_TEXT {
        let reason = "Names have 1 to 255 characters.".to_owned();
        return Err(Error::Value("PrefixListName", text, reason));
    }
    Ok(text)
}

fn maximum(asked: i32) -> Result<i32, Refusal> {
    if (1..=1_000).contains(&asked) { Ok(asked) } else { Err(Refusal::MaxEntries) }
}

fn require_few(entries: usize) -> Result<(), Refusal> {
    if entries > MOST_OF_CALL { Err(Refusal::PerRequest) } else { Ok(()) }
}

fn require_room(entries: &[Entry], maximum: i32) -> Result<(), Refusal> {
    let fits = i32::try_from(entries.len()).is_ok_and(|count| count <= maximum);
    if fits { Ok(()) } else { Err(Refusal::Full) }
}

/// The entries that are asked for, in their canonical form.
fn added(family: Family, asked: Vec<ec2::AddPrefixListEntry>) -> Result<Vec<Entry>, Error> {
    let entry = |wish: ec2::AddPrefixListEntry| {
        let cidr = block(family, required(wish.cidr, "Cidr")?)?;
        let description = wish.description.filter(|text| !text.is_empty());
        if description.as_ref().is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
            let reason = "Descriptions have at most 255 characters.".to_owned();
            return Err(Error::Value("Description", description.unwrap_or_default(), reason));
        }
        Ok(Entry { cidr, description })
    };
    asked.into_iter().map(entry).collect()
}

fn block(family: Family, text: String) -> Result<String, Error> {
    let found = family.block(&text);
    found.ok_or_else(|| Error::Value("Cidr", text, format!("It is no {} block.", family.word())))
}

/// Adds entries; one whose block is there gives it another description.
fn with(mut entries: Vec<Entry>, added: Vec<Entry>) -> Result<Vec<Entry>, Error> {
    let mut new: Vec<Entry> = Vec::new();
    for own in added {
        if entries.contains(&own) || new.iter().any(|other| other.cidr == own.cidr) {
            return Err(Refusal::EntryExists(own.cidr, own.description.unwrap_or_default()).into());
        }
        new.push(own);
    }
    entries.retain(|own| !new.iter().any(|other| other.cidr == own.cidr));
    entries.extend(new);
    entries.sort();
    Ok(entries)
}

/// The list's entries but for those that are to go.
fn without(list: &PrefixList, remove: &[ec2::RemovePrefixListEntry]) -> Result<Vec<Entry>, Error> {
    let mut entries = list.entries.clone();
    for own in remove {
        let cidr = block(list.family, required(own.cidr.clone(), "Cidr")?)?;
        let position = entries.iter().position(|entry| entry.cidr == cidr);
        entries.remove(position.ok_or(Refusal::EntryMissing(cidr))?);
    }
    Ok(entries)
}
