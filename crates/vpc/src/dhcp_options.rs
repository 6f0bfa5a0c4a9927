//! DHCP options sets: the Region's own, which every VPC begins with.

use crate::Vpc;
use crate::error::{Error, Kind};
use crate::id::DhcpOptionsId;
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, tag_set};
use base::{Ids, Scope, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Record, Tx};

/// A set of options.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DhcpOptions {
    pub(crate) scope: Scope,
    pub(crate) id: DhcpOptionsId,
    /// Keys and their values, by key.
    configurations: Vec<(String, Vec<String>)>,
    tags: Tags,
}

impl DhcpOptions {
    /// The Region's own set.
    pub(crate) fn of_region(scope: &Scope, ids: &Ids) -> Self {
        let domain = match scope.region.as_str() {
            "us-east-1" => "ec2.internal".to_owned(),
            region => format!("{region}.compute.internal"),
        };
        Self {
            scope: scope.clone(),
            id: DhcpOptionsId::new(ids),
            configurations: vec![
                ("domain-name".to_owned(), vec![domain]),
                ("domain-name-servers".to_owned(), vec!["AmazonProvidedDNS".to_owned()]),
            ],
            tags: Tags::default(),
        }
    }
}

impl Record for DhcpOptions {
    const TABLE: &'static str = "vpc_dhcp_options";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for DhcpOptions {
    const TYPE: &'static str = "dhcp-options";
    const PREFIX: &'static str = DhcpOptionsId::PREFIX;
    const KIND: Kind = Kind::DhcpOptions;
    const FILTERS: &'static [&'static str] = &["dhcp-options-id", "key", "value", "owner-id"];

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn scope(&self) -> &Scope {
        &self.scope
    }
    fn tags(&self) -> &Tags {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "dhcp-options-id" => vec![self.id.to_string()],
            "key" => self.configurations.iter().map(|(key, _)| key.clone()).collect(),
            "value" => self.configurations.iter().flat_map(|(_, values)| values.clone()).collect(),
            _ => vec![self.scope.account.to_string()],
        }
    }
}

/// The Region's own set, which is there since the account was first seen.
pub(crate) fn of_region(tx: &Tx, scope: &Scope) -> Option<DhcpOptionsId> {
    tx.range::<DhcpOptions>(&resource::prefix(scope)).next().map(|options| options.id.clone())
}

/// `DescribeDhcpOptions`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Vpc,
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
