//! DHCP options sets: the Region's own, which every VPC begins with, and those of users. None changes.

use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::DhcpOptionsId;
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, dns, home, tag};
use base::{Ids, Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shape::Empty;
use shapes_ec2 as ec2;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use store::{Record, Tx};

/// What a VPC without a set is said to have.
const NONE: &str = "default";
/// Servers of one kind at the most.
const MOST_SERVERS: usize = 4;

/// A set of options.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DhcpOptions {
    pub(crate) scope: Scope,
    pub(crate) id: DhcpOptionsId,
    /// Keys and their values, by key.
    configurations: Vec<(String, Vec<String>)>,
    /// It is the Region's own, which new VPCs get.
    is_of_region: bool,
    tags: Tags,
}

impl DhcpOptions {
    /// The Region's own set.
    pub(crate) fn of_region(scope: &Scope, ids: &Ids) -> Self {
        Self {
            scope: scope.clone(),
            id: DhcpOptionsId::new(ids),
            configurations: vec![
                ("domain-name".to_owned(), vec![dns::domain(scope)]),
                ("domain-name-servers".to_owned(), vec!["AmazonProvidedDNS".to_owned()]),
            ],
            is_of_region: true,
            tags: Tags::default(),
        }
    }
}

impl Record for DhcpOptions {
    const TABLE: &'static str = "vpc_dhcp_options";
    /// Version 1 had the Regions' own only.
    const VERSION: u16 = 2;
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    fn upgrade(from: u16, mut document: Value) -> Result<Value, String> {
        if from != 1 {
            return Err(format!("there is no version {from} of DHCP options"));
        }
        document["is_of_region"] = Value::Bool(true);
        Ok(document)
    }
}

impl Resource for DhcpOptions {
    const TYPE: &'static str = "dhcp-options";
    const PREFIX: &'static str = DhcpOptionsId::PREFIX;
    const KIND: Kind = Kind::DhcpOptions;
    const FILTERS: &'static [&'static str] = &["dhcp-options-id", "key", "value", "owner-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "dhcp-options-id" => vec![self.id.to_string()],
            "key" => self.configurations.iter().map(|(key, _)| key.clone()).collect(),
            "value" => self.configurations.iter().flat_map(|(_, values)| values.clone()).collect(),
            _ => vec![self.scope.account.to_string()],
        }
    }
}

/// The Region's own set, which is there since the account was first seen until somebody deletes it.
pub(crate) fn of_region(tx: &Tx, scope: &Scope) -> Option<DhcpOptionsId> {
    let prefix = resource::prefix(scope);
    let found = tx.range::<DhcpOptions>(&prefix).find(|options| options.is_of_region);
    found.map(|options| options.id.clone())
}

/// `DescribeDhcpOptions`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeDhcpOptionsRequest,
) -> Result<ec2::DescribeDhcpOptionsResult, Error> {
    let wish = Wish {
        ids: input.dhcp_options_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeDhcpOptions", wish, |_, row: &DhcpOptions| shape(row))?;
    Ok(ec2::DescribeDhcpOptionsResult { dhcp_options: Some(page.items), next_token: page.next_token })
}

/// `CreateDhcpOptions`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateDhcpOptionsRequest,
) -> Result<ec2::CreateDhcpOptionsResult, Error> {
    let configurations = configurations(input.dhcp_configurations.unwrap_or_default())?;
    let tags = tag::of_specifications(input.tag_specifications, DhcpOptions::TYPE)?;
    let options = home::write(cx, |tx| {
        let options = DhcpOptions {
            scope: cx.scope().clone(),
            id: DhcpOptionsId::new(cx.ids()),
            configurations: configurations.clone(),
            is_of_region: false,
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "DhcpOptionsCreated", resource: options.arn() });
        tx.put(options.clone());
        Ok(options)
    })?;
    Ok(ec2::CreateDhcpOptionsResult { dhcp_options: Some(shape(&options)) })
}

/// Options by key, each with what it may say.
fn configurations(given: Vec<ec2::NewDhcpConfiguration>) -> Result<Vec<(String, Vec<String>)>, Error> {
    let mut options: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for configuration in given {
        let key = required(configuration.key, "dhcpConfiguration")?;
        let values = configuration.values.unwrap_or_default();
        let may = allowed(&key).ok_or_else(|| {
            Error::Value("dhcpConfiguration", key.clone(), "Unknown DHCP option.".to_owned())
        })?;
        let bad = values.iter().find(|value| !may.is(value));
        if let Some(bad) = bad {
            return Err(Error::Value("value", bad.clone(), "Invalid DHCP option value.".to_owned()));
        }
        let own = options.entry(key).or_default();
        own.extend(values);
        if own.is_empty() || own.len() > may.most() {
            let all = own.join(", ");
            return Err(Error::Value("value", all, "Invalid DHCP option value.".to_owned()));
        }
    }
    if options.is_empty() {
        return Err(Error::Missing("dhcpConfiguration"));
    }
    Ok(options.into_iter().collect())
}

/// What an option may say.
#[derive(Clone, Copy)]
enum May {
    /// A name of a domain; Linux takes several, separated by spaces.
    Name,
    /// Addresses of servers, or AWS's own.
    NameServers,
    /// Addresses of servers.
    Servers,
    /// IPv4 addresses of servers.
    Ipv4Servers,
    /// A kind of NetBIOS node.
    NodeType,
    /// Seconds.
    LeaseTime,
}

/// EC2 API reference, CreateDhcpOptions.
fn allowed(key: &str) -> Option<May> {
    Some(match key {
        "domain-name" => May::Name,
        "domain-name-servers" => May::NameServers,
        "ntp-servers" => May::Servers,
        "netbios-name-servers" => May::Ipv4Servers,
        "netbios-node-type" => May::NodeType,
        "ipv6-address-preferred-lease-time" => May::LeaseTime,
        _ => return None,
    })
}

impl May {
    fn is(self, value: &str) -> bool {
        match self {
            Self::Name => !value.is_empty() && value.len() <= 253,
            Self::NameServers => value == "AmazonProvidedDNS" || value.parse::<IpAddr>().is_ok(),
            Self::Servers => value.parse::<IpAddr>().is_ok(),
            Self::Ipv4Servers => value.parse::<Ipv4Addr>().is_ok(),
            Self::NodeType => matches!(value, "1" | "2" | "4" | "8"),
            Self::LeaseTime => {
                value.parse::<u32>().is_ok_and(|seconds| (140..=2_147_483_647).contains(&seconds))
            }
        }
    }

    fn most(self) -> usize {
        match self {
            Self::NameServers | Self::Servers | Self::Ipv4Servers => MOST_SERVERS,
            Self::Name | Self::NodeType | Self::LeaseTime => 1,
        }
    }
}

/// `DeleteDhcpOptions`: not while a VPC has them.
pub(crate) fn delete(cx: &Cx, _svc: &Service, input: ec2::DeleteDhcpOptionsRequest) -> Result<Empty, Error> {
    let id = id(required(input.dhcp_options_id, "dhcpOptionsId")?)?;
    home::write(cx, |tx| {
        let options: DhcpOptions = take(tx, cx.scope(), id.as_str())?;
        let prefix = resource::prefix(cx.scope());
        if tx.range::<Vpc>(&prefix).any(|vpc| vpc.dhcp_options == id.as_str()) {
            return Err(Error::Dependency("dhcpOptions", id.to_string()));
        }
        tx.delete::<DhcpOptions>(&resource::key(cx.scope(), id.as_str()));
        tx.emit(&Changed { kind: "DhcpOptionsDeleted", resource: options.arn() });
        Ok(Empty {})
    })
}

/// `AssociateDhcpOptions`: gives a VPC another set, or none: `default`.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateDhcpOptionsRequest,
) -> Result<Empty, Error> {
    let wanted = required(input.dhcp_options_id, "dhcpOptionsId")?;
    let wanted = if wanted == NONE { None } else { Some(id(wanted)?) };
    let vpc_id = vpc::id(input.vpc_id)?;
    home::write(cx, |tx| {
        let mut vpc: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
        vpc.dhcp_options = match &wanted {
            Some(id) => take::<DhcpOptions>(tx, cx.scope(), id.as_str())?.id.to_string(),
            None => NONE.to_owned(),
        };
        tx.emit(&Changed { kind: "VpcChanged", resource: vpc.arn() });
        tx.put(vpc);
        Ok(Empty {})
    })
}

fn id(text: String) -> Result<DhcpOptionsId, Error> {
    DhcpOptionsId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::DhcpOptions, error.given, error.prefix))
}

fn shape(options: &DhcpOptions) -> ec2::DhcpOptions {
    let value = |value: &String| ec2::AttributeValue { value: Some(value.clone()) };
    let configuration = |(key, values): &(String, Vec<String>)| ec2::DhcpConfiguration {
        key: Some(key.clone()),
        values: Some(values.iter().map(value).collect()),
    };
    ec2::DhcpOptions {
        dhcp_options_id: Some(options.id.to_string()),
        owner_id: Some(options.scope.account.to_string()),
        dhcp_configurations: Some(options.configurations.iter().map(configuration).collect()),
        tags: tag_set(&options.tags),
    }
}

#[cfg(test)]
mod tests {
    use super::{DhcpOptions, configurations};
    use base::{AccountId, Region, Scope};
    use serde_json::json;
    use shapes_ec2::NewDhcpConfiguration;
    use store::Record;

    #[test]
    fn options_say_what_they_may() {
        let long = "d".repeat(254);
        for (key, values, want) in [
            ("domain-name", vec!["example.com"], true),
            ("domain-name", vec![""], false),
            ("domain-name", vec![long.as_str()], false),
            ("domain-name", vec!["a.example", "b.example"], false),
            ("domain-name-servers", vec!["AmazonProvidedDNS"], true),
            ("domain-name-servers", vec!["10.0.0.2", "fd00:ec2::253"], true),
            ("domain-name-servers", vec!["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"], false),
            ("domain-name-servers", vec!["ns.example"], false),
            ("domain-name-servers", vec![], false),
            ("ntp-servers", vec!["169.254.169.123"], true),
            ("ntp-servers", vec!["AmazonProvidedDNS"], false),
            ("netbios-name-servers", vec!["fd00::1"], false),
            ("netbios-node-type", vec!["2"], true),
            ("netbios-node-type", vec!["3"], false),
            ("ipv6-address-preferred-lease-time", vec!["140"], true),
            ("ipv6-address-preferred-lease-time", vec!["139"], false),
            ("router", vec!["10.0.0.1"], false),
        ] {
            let what = format!("{key} {values:?}");
            let values = values.into_iter().map(str::to_owned).collect();
            let given = NewDhcpConfiguration { key: Some(key.to_owned()), values: Some(values) };
            assert_eq!(configurations(vec![given]).is_ok(), want, "{what}");
        }
    }

    #[test]
    fn a_set_of_version_1_is_the_regions_own() {
        let document = json!({
            "scope": Scope::new(AccountId::DEFAULT, Region::us_east_1()),
            "id": "dopt-00000000000000001", "configurations": [["domain-name", ["ec2.internal"]]], "tags": {}
        });
        let options: DhcpOptions =
            serde_json::from_value(DhcpOptions::upgrade(1, document).unwrap()).unwrap();
        assert!(options.is_of_region);
        assert!(DhcpOptions::upgrade(2, json!({})).is_err());
    }
}
