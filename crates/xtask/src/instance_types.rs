//! `cargo xtask instance-types`: packs the instance types of EC2 into `crates/instance-types`. The form is told in that
//! crate's `pack.rs`.
//!
//! moto publishes recordings of DescribeInstanceTypes and DescribeInstanceTypeOfferings. Types that AWS closed to new
//! accounts vanish from them, so older ones are asked for what the newest lacks. Of the Regions moto has no recording
//! of, cfn-lint knows which types they have. Versions are pinned: the command writes what is committed.

use crate::published::{self, Package};
use crate::workspace;
use anyhow::{Context, Result, bail};
use base::Region;
use instance_types::FIELDS;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Recordings, newest first.
const MOTO: [&str; 4] = ["5.2.5", "5.2.0", "5.1.16", "5.1.0"];
/// The lists of the other Regions.
const CFN_LINT: &str = "1.58.0";
/// Members that follow from others; [`check`] sees to that.
const IMPLIED: [&str; 7] = [
    "InstanceType",
    "InstanceStorageSupported",
    "SupportedInRegion",
    "EbsInfo.EbsCards.EbsCardIndex",
    "NetworkInfo.EfaSupported",
    "NetworkInfo.MaximumNetworkCards",
    "NetworkInfo.NetworkCards.NetworkCardIndex",
];

/// The file, before it is packed.
#[derive(Debug, Default, PartialEq)]
struct Catalogue {
    /// The values of [`FIELDS`] by type.
    types: BTreeMap<String, Vec<String>>,
    /// The digits of zone ids by Region.
    regions: BTreeMap<String, String>,
    /// The zones of a type in a Region, as bits.
    places: BTreeMap<(String, String), u8>,
}

/// Fetches the packages and writes the file.
pub(crate) fn run() -> Result<()> {
    let mut catalogue = Catalogue::default();
    let mut sources = Vec::new();
    for version in MOTO {
        let package = published::pypi_at("moto", version)?;
        catalogue.add_recording(&package).with_context(|| package.source.clone())?;
        sources.push(package.source);
    }
    let package = published::pypi_at("cfn-lint", CFN_LINT)?;
    // Its module is not called as the package is.
    let module = package.folder.with_file_name("cfnlint");
    let lists = module.join("data/schemas/extensions/aws_ec2_instance/instancetype_enum.json");
    let lists = published::read_json(&lists)?;
    catalogue.add_lists(&lists).context("cfn-lint")?;
    sources.push(package.source);
    let packed = pack(&catalogue)?;
    let folder = workspace::root().join("crates/instance-types");
    std::fs::write(folder.join("src/types.bin"), &packed)?;
    std::fs::write(folder.join("SOURCE"), format!("{}\n", sources.join("\n")))?;
    println!("{} types, {} Regions, {} bytes", catalogue.types.len(), catalogue.regions.len(), packed.len());
    Ok(())
}

impl Catalogue {
    /// Adds what a recording has and none before it had.
    fn add_recording(&mut self, package: &Package) -> Result<()> {
        let all = package.json("ec2/resources/instance_types.json")?;
        let mut new = BTreeSet::new();
        for (name, answer) in all.as_object().context("no object of types")? {
            if !self.types.contains_key(name) {
                check(answer).with_context(|| name.clone())?;
                let values = FIELDS.iter().map(|field| value(answer, field)).collect::<Result<_>>();
                self.types.insert(name.clone(), values.with_context(|| name.clone())?);
                new.insert(name.clone());
            }
        }
        let zones = package.folder.join("ec2/resources/instance_type_offerings/availability-zone-id");
        for entry in std::fs::read_dir(&zones)? {
            let file = entry?.file_name().into_string().ok().context("a name that is no text")?;
            let region = file.split('.').next().unwrap_or_default().to_owned();
            let offers = published::read_json(&zones.join(&file))?;
            self.add_offers(&region, &offers, &new).with_context(|| file.clone())?;
        }
        Ok(())
    }

    fn add_offers(&mut self, region: &str, offers: &Value, new: &BTreeSet<String>) -> Result<()> {
        let offers = offers.as_array().context("no list of offers")?;
        let pair = |offer: &Value| {
            let (name, zone) = (offer["InstanceType"].as_str()?, offer["Location"].as_str()?);
            Some((name.to_owned(), zone.rsplit_once("-az")?.1.to_owned()))
        };
        let offers: Vec<(String, String)> =
            offers.iter().map(pair).collect::<Option<_>>().context("an odd offer")?;
        let digits: BTreeSet<&str> = offers.iter().map(|(_, digit)| digit.as_str()).collect();
        let digits: String = digits.into_iter().collect();
        let digits = self.regions.entry(region.to_owned()).or_insert(digits);
        for (name, digit) in offers.iter().filter(|(name, _)| new.contains(name)) {
            let bit = digits.find(digit).with_context(|| format!("a new zone: {digit}"))?;
            *self.places.entry((name.clone(), region.to_owned())).or_default() |= 1 << bit;
        }
        Ok(())
    }

    /// Adds the Regions of which only a list of types is known: each is offered in every zone.
    fn add_lists(&mut self, lists: &Value) -> Result<()> {
        for facts in base::regions() {
            if self.regions.contains_key(facts.name) {
                continue;
            }
            let zones = Region::parse(facts.name).context("no Region")?.zones();
            let digit = |zone: &base::Zone| zone.id.rsplit_once("-az").map(|(_, digit)| digit.to_owned());
            let mut digits: Vec<String> = zones.iter().filter_map(digit).collect();
            digits.sort();
            self.regions.insert(facts.name.to_owned(), digits.concat());
            let all = u8::MAX >> (8 - digits.len());
            for name in lists[facts.name]["enum"].as_array().with_context(|| facts.name.to_owned())? {
                let name = name.as_str().context("no name")?.to_owned();
                if self.types.contains_key(&name) {
                    self.places.insert((name, facts.name.to_owned()), all);
                }
            }
        }
        Ok(())
    }
}

/// Fails where an answer has a member that nothing of ours keeps, or one we derive and would derive wrongly.
fn check(answer: &Value) -> Result<()> {
    let mut leaves = BTreeSet::new();
    collect(answer, String::new(), &mut leaves);
    for field in FIELDS {
        let (path, members) = split(field);
        if members.is_empty() {
            leaves.remove(path);
        }
        for member in members {
            leaves.remove(&format!("{path}.{member}"));
        }
    }
    leaves.retain(|leaf| !IMPLIED.contains(&leaf.as_str()));
    if !leaves.is_empty() {
        bail!("members nobody keeps: {leaves:?}");
    }
    let network = &answer["NetworkInfo"];
    let cards = network["NetworkCards"].as_array().context("no cards")?;
    let in_order = |cards: &Value, name: &str| {
        cards.as_array().is_none_or(|cards| cards.iter().zip(0u64..).all(|(card, place)| card[name] == place))
    };
    let holds = [
        answer["InstanceStorageSupported"] == answer.get("InstanceStorageInfo").is_some(),
        network["EfaSupported"] == network.get("EfaInfo").is_some(),
        network["MaximumNetworkCards"] == cards.len(),
        in_order(&network["NetworkCards"], "NetworkCardIndex"),
        in_order(&answer["EbsInfo"]["EbsCards"], "EbsCardIndex"),
    ];
    if holds != [true; 5] {
        bail!("storage, EFA, cards or their order do not follow: {holds:?}");
    }
    Ok(())
}

/// The paths of all values in an answer.
fn collect(value: &Value, path: String, leaves: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let dot = if path.is_empty() { "" } else { "." };
            for (name, member) in members {
                collect(member, format!("{path}{dot}{name}"), leaves);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, path.clone(), leaves)),
        _ => {
            leaves.insert(path);
        }
    }
}

/// `path[a,b]` as `path` and its members.
fn split(field: &str) -> (&str, Vec<&str>) {
    match field.strip_suffix(']').and_then(|field| field.split_once('[')) {
        Some((path, members)) => (path, members.split(',').collect()),
        None => (field, Vec::new()),
    }
}

/// The text of a field of an answer.
fn value(answer: &Value, field: &str) -> Result<String> {
    let (path, members) = split(field);
    let value = at(answer, path);
    let structures: &[Value] = match value {
        Value::Null => return Ok(String::new()),
        Value::Array(items) if !members.is_empty() => items,
        _ if !members.is_empty() => std::slice::from_ref(value),
        _ => return scalar(value),
    };
    let structure = |structure: &Value| {
        let texts = members.iter().map(|member| scalar(at(structure, member))).collect::<Result<Vec<_>>>()?;
        anyhow::Ok(texts.join("|"))
    };
    Ok(structures.iter().map(structure).collect::<Result<Vec<_>>>()?.join(";"))
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, name| &value[name])
}

/// A value, or the values of a list.
fn scalar(value: &Value) -> Result<String> {
    let text = match value {
        Value::Null => String::new(),
        Value::Array(items) => items.iter().map(scalar).collect::<Result<Vec<_>>>()?.join(","),
        Value::String(text) if text.contains([',', ';', '|', '\t', '\n']) => bail!("{text:?} cannot be kept"),
        Value::String(text) => text.clone(),
        // 19.0 is 19; what is no whole number is written as short as it can be.
        Value::Number(number) => number.as_f64().context("no number")?.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Object(_) => bail!("a structure where a value was expected"),
    };
    Ok(text)
}

/// Writes the file.
fn pack(catalogue: &Catalogue) -> Result<Vec<u8>> {
    let mut tables: Vec<Vec<&str>> = Vec::new();
    for index in 0..FIELDS.len() {
        let values: BTreeSet<&str> = catalogue.types.values().map(|values| values[index].as_str()).collect();
        tables.push(values.into_iter().collect());
    }
    let names: Vec<&str> = catalogue.types.keys().map(String::as_str).collect();
    let regions: Vec<String> =
        catalogue.regions.iter().map(|(region, digits)| format!("{region}:{digits}")).collect();
    let mut lines = vec![names.join(" "), regions.join(" ")];
    lines.extend(tables.iter().map(|table| table.join("\t")));
    let text = lines.join("\n");
    let mut file = u32::try_from(text.len())?.to_le_bytes().to_vec();
    file.extend(text.as_bytes());
    for (name, values) in &catalogue.types {
        for (table, value) in tables.iter().zip(values) {
            let index = table.binary_search(&value.as_str()).ok().context("a table lacks a value")?;
            match table.len() {
                0..=256 => file.push(u8::try_from(index)?),
                _ => file.extend(u16::try_from(index)?.to_le_bytes()),
            }
        }
        for region in catalogue.regions.keys() {
            file.push(catalogue.places.get(&(name.clone(), region.clone())).copied().unwrap_or_default());
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, check, pack, value};
    use instance_types::FIELDS;
    use serde_json::json;

    /// Takes the file apart without the crate's reader.
    fn unpack(file: &[u8]) -> Catalogue {
        let (length, rest) = file.split_first_chunk().unwrap();
        let (text, mut rows) = rest.split_at(u32::from_le_bytes(*length) as usize);
        let lines: Vec<&str> = std::str::from_utf8(text).unwrap().lines().collect();
        let mut catalogue = Catalogue::default();
        let regions: Vec<(&str, &str)> =
            lines[1].split(' ').map(|region| region.split_once(':').unwrap()).collect();
        let mut take = |count: usize| {
            let (taken, rest) = rows.split_at(count);
            rows = rest;
            taken.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
        };
        for name in lines[0].split(' ') {
            let tables = lines[2..].iter().map(|line| line.split('\t').collect::<Vec<_>>());
            let values = tables.map(|table| table[take(if table.len() > 256 { 2 } else { 1 })].to_owned());
            catalogue.types.insert(name.to_owned(), values.collect());
            for (region, digits) in &regions {
                catalogue.regions.insert((*region).to_owned(), (*digits).to_owned());
                match u8::try_from(take(1)).unwrap() {
                    0 => {}
                    places => {
                        catalogue.places.insert((name.to_owned(), (*region).to_owned()), places);
                    }
                }
            }
        }
        assert!(rows.is_empty());
        catalogue
    }

    #[test]
    fn the_file_is_what_the_command_would_write() {
        let file = include_bytes!("../../instance-types/src/types.bin");
        let catalogue = unpack(file);
        assert!(catalogue.types.values().all(|values| values.len() == FIELDS.len()));
        assert!(pack(&catalogue).unwrap() == file);
    }

    #[test]
    fn values_are_texts_lists_and_structures() {
        let answer = json!({
            "A": { "B": 19.0, "C": [1, 2], "D": true },
            "Cards": [{ "X": "one", "Y": { "Z": 0.5 }, "W": ["a", "b"] }, { "X": "two" }],
            "One": { "X": 1 },
        });
        for (field, want) in [
            ("A.B", "19"),
            ("A.C", "1,2"),
            ("A.D", "true"),
            ("A.E", ""),
            ("No.Such", ""),
            ("Cards[X,Y.Z,W]", "one|0.5|a,b;two||"),
            ("One[X]", "1"),
        ] {
            assert_eq!(value(&answer, field).unwrap(), want, "{field}");
        }
        assert!(value(&json!({ "A": "x;y" }), "A").is_err());
    }

    #[test]
    fn members_nobody_keeps_are_noticed() {
        let mut answer = json!({
            "BareMetal": false,
            "InstanceStorageSupported": false,
            "NetworkInfo": { "EfaSupported": false, "MaximumNetworkCards": 1, "NetworkCards": [{ "NetworkCardIndex": 0 }] },
        });
        check(&answer).unwrap();
        answer["NetworkInfo"]["MaximumNetworkCards"] = 2.into();
        assert!(check(&answer).is_err());
        answer["NetworkInfo"]["MaximumNetworkCards"] = 1.into();
        answer["NetworkInfo"]["NewMember"] = true.into();
        assert!(check(&answer).unwrap_err().to_string().contains("NetworkInfo.NewMember"));
    }
}
