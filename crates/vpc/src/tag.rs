//! Tags of every resource of this crate.

use crate::address::Address;
use crate::dhcp_options::DhcpOptions;
use crate::egress_only_internet_gateway::EgressOnlyInternetGateway;
use crate::error::Error;
use crate::event::Changed;
use crate::filter::Filters;
use crate::internet_gateway::InternetGateway;
use crate::nat_gateway::NatGateway;
use crate::network_acl::NetworkAcl;
use crate::network_insights_analysis::NetworkInsightsAnalysis;
use crate::network_insights_path::NetworkInsightsPath;
use crate::network_interface::NetworkInterface;
use crate::resource::{Resource, prefix, take};
use crate::route_table::RouteTable;
use crate::security_group::{Rule, SecurityGroup};
use crate::subnet::{CidrReservation, Subnet};
use crate::vpc::Vpc;
use crate::{Vpc as Service, home};
use base::{Scope, Tags};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::{Tx, View};

/// Tags of one resource at the most.
const MOST_TAGS: usize = 50;
/// Resources of one call at the most.
const MOST_RESOURCES: usize = 1000;

/// Reads the tag specifications of a create: `kind` is the one resource type the operation makes.
pub(crate) fn of_specifications(
    specifications: Option<Vec<ec2::TagSpecification>>,
    kind: &'static str,
) -> Result<Tags, Error> {
    let mut tags = Tags::default();
    for specification in specifications.unwrap_or_default() {
        match specification.resource_type.as_deref() {
            None => {
                return Err(Error::TagTypeMissing);
            }
            Some(word) if word != kind => {
                let sentence = format!("'{word}' is not a valid taggable resource type for this operation.");
                return Err(Error::Parameter(sentence));
            }
            Some(_) => {}
        }
        let given = specification.tags.unwrap_or_default();
        if given.is_empty() {
            return Err(Error::Parameter("Tag specification must have at least one tag".to_owned()));
        }
        for tag in given {
            let (key, value) = checked(tag)?;
            if tags.0.insert(key.clone(), value).is_some() {
                return Err(Error::Parameter(format!("Duplicate tag key '{key}' specified.")));
            }
        }
    }
    if tags.0.len() > MOST_TAGS { Err(Error::TagLimit) } else { Ok(tags) }
}

/// A tag within AWS's limits.
fn checked(tag: ec2::Tag) -> Result<(String, String), Error> {
    let key = tag.key.unwrap_or_default();
    let value = tag.value.unwrap_or_default();
    let bad =
        |reason: &str| Error::Parameter(format!("Value ( {key} ) for parameter key is invalid. {reason}"));
    if key.is_empty() {
        return Err(bad("Tag keys must be between 1 and 128 characters in length."));
    }
    if key.chars().count() > 128 {
        return Err(bad("Tag keys must be between 1 and 128 characters in length."));
    }
    if key.starts_with("aws:") {
        return Err(bad("Tag keys starting with 'aws:' are reserved for internal use"));
    }
    if value.chars().count() > 256 {
        let sentence = format!(
            "Value ( {value} ) for parameter value is invalid. Tag values must be at most 256 characters in length."
        );
        return Err(Error::Parameter(sentence));
    }
    Ok((key, value))
}

/// `CreateTags`: all or nothing.
pub(crate) fn create(cx: &Cx, _svc: &Service, input: ec2::CreateTagsRequest) -> Result<Empty, Error> {
    let ids = resources(input.resources)?;
    let tags: Result<Vec<_>, _> = input.tags.unwrap_or_default().into_iter().map(checked).collect();
    let tags = tags?;
    if tags.is_empty() {
        return Err(Error::Missing("tag"));
    }
    home::write(cx, |tx| {
        for id in &ids {
            change(tx, cx.scope(), id, &|own| {
                own.0.extend(tags.iter().cloned());
                if own.0.len() > MOST_TAGS { Err(Error::TagLimit) } else { Ok(()) }
            })?;
        }
        Ok(Empty {})
    })
}

/// `DeleteTags`: a key with a value only where the value is the same; without tags all of them.
pub(crate) fn delete(cx: &Cx, _svc: &Service, input: ec2::DeleteTagsRequest) -> Result<Empty, Error> {
    let ids = resources(input.resources)?;
    let tags = input.tags.unwrap_or_default();
    home::write(cx, |tx| {
        for id in &ids {
            change(tx, cx.scope(), id, &|own| {
                if tags.is_empty() {
                    own.0.retain(|key, _| key.starts_with("aws:"));
                }
                for tag in &tags {
                    let key = tag.key.as_deref().unwrap_or_default();
                    let same = tag.value.is_none() || own.get(key) == tag.value.as_deref();
                    if same {
                        own.0.remove(key);
                    }
                }
                Ok(())
            })?;
        }
        Ok(Empty {})
    })
}

fn resources(ids: Option<Vec<String>>) -> Result<Vec<String>, Error> {
    let ids = ids.filter(|ids| !ids.is_empty()).ok_or(Error::Missing("resourceIdSet"))?;
    if ids.len() > MOST_RESOURCES {
        let sentence = format!("The maximum number of resources of one call is {MOST_RESOURCES}");
        return Err(Error::Parameter(sentence));
    }
    Ok(ids)
}

/// Calls `$of::<R>($…)` for the resource whose ids begin as `$id` does.
macro_rules! by_prefix {
    ($id:expr, $of:ident($($argument:expr),*), else $other:expr) => {
        match $id {
            id if id.starts_with(Vpc::PREFIX) => $of::<Vpc>($($argument),*),
            id if id.starts_with(Subnet::PREFIX) => $of::<Subnet>($($argument),*),
            id if id.starts_with(RouteTable::PREFIX) => $of::<RouteTable>($($argument),*),
            id if id.starts_with(InternetGateway::PREFIX) => $of::<InternetGateway>($($argument),*),
            id if id.starts_with(SecurityGroup::PREFIX) => $of::<SecurityGroup>($($argument),*),
            id if id.starts_with(Rule::PREFIX) => $of::<Rule>($($argument),*),
            id if id.starts_with(NetworkAcl::PREFIX) => $of::<NetworkAcl>($($argument),*),
            id if id.starts_with(DhcpOptions::PREFIX) => $of::<DhcpOptions>($($argument),*),
            id if id.starts_with(CidrReservation::PREFIX) => $of::<CidrReservation>($($argument),*),
            id if id.starts_with(NetworkInterface::PREFIX) => $of::<NetworkInterface>($($argument),*),
            id if id.starts_with(Address::PREFIX) => $of::<Address>($($argument),*),
            id if id.starts_with(NatGateway::PREFIX) => $of::<NatGateway>($($argument),*),
            id if id.starts_with(NetworkInsightsPath::PREFIX) => $of::<NetworkInsightsPath>($($argument),*),
            id if id.starts_with(NetworkInsightsAnalysis::PREFIX) => {
                $of::<NetworkInsightsAnalysis>($($argument),*)
            }
            id if id.starts_with(EgressOnlyInternetGateway::PREFIX) => {
                $of::<EgressOnlyInternetGateway>($($argument),*)
            }
            _ => $other,
        }
    };
}

pub(crate) use by_prefix;

type TagChange<'a> = &'a dyn Fn(&mut Tags) -> Result<(), Error>;

fn change(tx: &mut Tx, scope: &Scope, id: &str, change: TagChange<'_>) -> Result<(), Error> {
    by_prefix!(id, change_of(tx, scope, id, change), else Err(Error::UnknownId(id.to_owned())))
}

fn change_of<R: Resource>(tx: &mut Tx, scope: &Scope, id: &str, change: TagChange<'_>) -> Result<(), Error> {
    let mut row: R = take(tx, scope, id)?;
    change(row.tags_mut())?;
    tx.emit(&Changed { kind: "TagsChanged", resource: row.arn() });
    tx.put(row);
    Ok(())
}

/// `DescribeTags`: one row a tag, by resource id and key.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTagsRequest,
) -> Result<ec2::DescribeTagsResult, Error> {
    let known = ["key", "resource-id", "resource-type", "value"];
    let filters = Filters::parse(input.filters, &known)?;
    home::read(cx, |view| {
        let mut rows: Vec<ec2::TagDescription> = Vec::new();
        let scope = cx.scope();
        collect::<Vpc>(view, scope, &mut rows);
        collect::<Subnet>(view, scope, &mut rows);
        collect::<RouteTable>(view, scope, &mut rows);
        collect::<InternetGateway>(view, scope, &mut rows);
        collect::<SecurityGroup>(view, scope, &mut rows);
        collect::<Rule>(view, scope, &mut rows);
        collect::<NetworkAcl>(view, scope, &mut rows);
        collect::<DhcpOptions>(view, scope, &mut rows);
        collect::<CidrReservation>(view, scope, &mut rows);
        collect::<NetworkInterface>(view, scope, &mut rows);
        collect::<Address>(view, scope, &mut rows);
        collect::<NatGateway>(view, scope, &mut rows);
        collect::<EgressOnlyInternetGateway>(view, scope, &mut rows);
        collect::<NetworkInsightsPath>(view, scope, &mut rows);
        collect::<NetworkInsightsAnalysis>(view, scope, &mut rows);
        rows.retain(|row| {
            let tag = row.key.clone().zip(row.value.clone());
            filters.pass(&tag.into_iter().collect(), |name| {
                let value = match name {
                    "key" => &row.key,
                    "resource-id" => &row.resource_id,
                    "resource-type" => &row.resource_type,
                    _ => &row.value,
                };
                value.iter().cloned().collect()
            })
        });
        rows.sort_by(|a, b| (&a.resource_id, &a.key).cmp(&(&b.resource_id, &b.key)));
        let digest = format!("{filters:?}");
        let pages = cx.world().store.pages(&["DescribeTags", &scope.to_string(), &digest]);
        let limit = input.max_results.and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
        let name = |row: &ec2::TagDescription| {
            format!(
                "{} {}",
                row.resource_id.as_deref().unwrap_or_default(),
                row.key.as_deref().unwrap_or_default()
            )
        };
        let (tags, next_token) =
            pages.cut(rows, name, input.next_token.as_deref(), limit.unwrap_or(usize::MAX))?;
        Ok(ec2::DescribeTagsResult { tags: Some(tags), next_token })
    })
}

fn collect<R: Resource>(view: &View, scope: &Scope, rows: &mut Vec<ec2::TagDescription>) {
    for row in view.range::<R>(&prefix(scope)) {
        for (tag, value) in row.tags().iter() {
            rows.push(ec2::TagDescription {
                key: Some(tag.to_owned()),
                value: Some(value.to_owned()),
                resource_id: Some(row.id().to_owned()),
                resource_type: Some(R::TYPE.to_owned()),
            });
        }
    }
}
