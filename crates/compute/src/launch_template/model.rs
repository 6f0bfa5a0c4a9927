//! What a launch template and a version of one are.

use base::{Scope, Tags, Timestamp};
use ec2_resource::error::Kind;
use ec2_resource::filter::moment;
use ec2_resource::id::LaunchTemplateId;
use ec2_resource::resource::{self, Resource};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::Rows;
use store::{Index, Record};

/// A template: a name for versions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LaunchTemplate {
    pub(crate) scope: Scope,
    pub(crate) id: LaunchTemplateId,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    /// Who made it, as an ARN.
    pub(crate) created_by: String,
    pub(crate) default_version: i64,
    /// The highest number that a version has.
    pub(crate) latest_version: i64,
    /// The highest number that a version ever had: none comes twice.
    pub(crate) last_number: i64,
    pub(crate) tags: Tags,
}

impl LaunchTemplate {
    /// By name; no two of a scope share one.
    pub(crate) const NAME: Index<Self> =
        Index { name: "name", keys: |own| vec![resource::key(&own.scope, &own.name)] };

    /// The template of that name.
    pub(crate) fn of_name(rows: &impl Rows, scope: &Scope, name: &str) -> Option<Arc<Self>> {
        rows.first(&Self::NAME, &resource::key(scope, name))
    }

    /// The number that a text means: `$Latest`, `$Default`, or the number itself.
    pub(crate) fn number(&self, text: &str) -> Option<i64> {
        match text {
            "$Latest" => Some(self.latest_version),
            "$Default" => Some(self.default_version),
            _ => text.parse().ok(),
        }
    }
}

impl Record for LaunchTemplate {
    const TABLE: &'static str = "compute_launch_template";
    const INDEXES: &'static [Index<Self>] = &[Self::NAME];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for LaunchTemplate {
    const TYPE: &'static str = "launch-template";
    const PREFIX: &'static str = LaunchTemplateId::PREFIX;
    const KIND: Kind = Kind::LaunchTemplate;
    const FILTERS: &'static [&'static str] = &["create-time", "launch-template-name"];
    const PAGE: (i32, i32) = (1, 200);

    resource::own_members!();

    /// Calls may name it by its name.
    fn of_arn(rows: &impl Rows, scope: &Scope, text: &str) -> Option<Arc<Self>> {
        rows.row(&resource::key(scope, text)).or_else(|| Self::of_name(rows, scope, text))
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "create-time" => moment(self.created_at),
            "launch-template-name" => vec![self.name.clone()],
            _ => Vec::new(),
        }
    }
}

/// A version: what instances are launched with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) scope: Scope,
    pub(crate) template: LaunchTemplateId,
    pub(crate) number: i64,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
    /// Who made it, as an ARN.
    pub(crate) created_by: String,
    /// `RequestLaunchTemplateData`, members by their names in the model.
    pub(crate) content: Map<String, Value>,
}

/// The names of the filters of versions, and where in their content each looks.
pub(super) const VERSION_FILTERS: &[(&str, &[&str])] = &[
    ("ebs-optimized", &["EbsOptimized"]),
    ("host-resource-group-arn", &["Placement", "HostResourceGroupArn"]),
    ("http-endpoint", &["MetadataOptions", "HttpEndpoint"]),
    // The model has no such member; the filter is documented and finds nothing.
    ("http-protocol-ipv4", &["MetadataOptions", "HttpProtocolIpv4"]),
    ("http-tokens", &["MetadataOptions", "HttpTokens"]),
    ("iam-instance-profile", &["IamInstanceProfile", "Arn"]),
    ("image-id", &["ImageId"]),
    ("instance-type", &["InstanceType"]),
    ("kernel-id", &["KernelId"]),
    ("license-configuration-arn", &["LicenseSpecifications", "LicenseConfigurationArn"]),
    ("network-card-index", &["NetworkInterfaces", "NetworkCardIndex"]),
    ("ram-disk-id", &["RamDiskId"]),
];

impl Version {
    /// The key of a version: numbers of one width, so that keys have their order.
    pub(crate) fn key_of(scope: &Scope, template: &str, number: i64) -> String {
        format!("{}/{number:010}", resource::key(scope, template))
    }

    /// What the keys of a template's versions begin with.
    pub(crate) fn prefix(scope: &Scope, template: &str) -> String {
        format!("{}/", resource::key(scope, template))
    }

    /// What it has under a filter's name, but for whether it is the default one.
    pub(super) fn filter(&self, name: &str) -> Vec<String> {
        if name == "create-time" {
            return moment(self.created_at);
        }
        let path = VERSION_FILTERS.iter().find(|(own, _)| *own == name).map_or(&[][..], |(_, path)| path);
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut found = Vec::new();
        if let Some(value) = self.content.get(*first) {
            collect(value, rest, &mut found);
        }
        found
    }
}

/// The texts at a path, in every element of the lists on the way.
fn collect(value: &Value, path: &[&str], found: &mut Vec<String>) {
    match (value, path.split_first()) {
        (Value::Array(values), _) => values.iter().for_each(|value| collect(value, path, found)),
        (Value::Object(members), Some((name, rest))) => {
            if let Some(value) = members.get(*name) {
                collect(value, rest, found);
            }
        }
        (Value::String(text), None) => found.push(text.clone()),
        (Value::Bool(_) | Value::Number(_), None) => found.push(value.to_string()),
        _ => {}
    }
}

impl Record for Version {
    const TABLE: &'static str = "compute_launch_template_version";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.scope, self.template.as_str(), self.number)
    }
}
