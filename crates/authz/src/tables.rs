//! The tables as they lie in the binary, and their typed form, made at first use.

use crate::{Access, Action, ActionResource, Authz, ResourceType, attribute};
use foldhash::{HashMap, HashMapExt};
use shape::OperationMeta;
use std::sync::OnceLock;

/// What every `expect` here rests on.
const TESTED: &str = "a test reads every table";

/// The services RCPs apply to, one a line.
pub(crate) static RESOURCE_CONTROL: &str = include_str!("../resource-control.txt");
/// The condition keys of every service, one a line.
pub(crate) static GLOBAL_KEYS: &str = include_str!("../global-keys.txt");

/// `actions/<prefix>.toml`, by prefix.
macro_rules! services {
    ($($prefix:literal)*) => { [$(($prefix, include_str!(concat!("../actions/", $prefix, ".toml")), OnceLock::new())),*] };
}
/// `rows/<api>.toml` and `overrides/<api>.toml`, by API.
macro_rules! apis {
    ($($api:literal)*) => { [$((
        $api,
        include_str!(concat!("../rows/", $api, ".toml")),
        include_str!(concat!("../overrides/", $api, ".toml")),
        OnceLock::new(),
    )),*] };
}

static SERVICES: [(&str, &str, OnceLock<Service>); 23] = services! {
    "acm" "autoscaling" "cloudformation" "ebs" "ec2" "ecr" "ecr-public" "eks" "eks-auth" "elasticfilesystem"
    "elasticloadbalancing" "iam" "kms" "organizations" "route53" "route53domains" "route53resolver" "s3" "s3-object-lambda"
    "s3-outposts" "s3express" "ssm" "sts"
};
type Rows = HashMap<String, Authz>;
static APIS: [(&str, &str, &str, OnceLock<Rows>); 23] = apis! {
    "acm" "autoscaling" "cloudformation" "ebs" "ec2" "ecr" "ecr-public" "efs" "eks" "eks-auth" "elb" "elbv2" "iam" "iam-toolbox"
    "kms" "organizations" "route53" "route53domains" "route53resolver" "s3" "s3control" "ssm" "sts"
};

/// The row of an operation. None: in `enforce` it is denied.
pub fn of(operation: &OperationMeta) -> Option<&'static Authz> {
    let (_, rows, overrides, read) = APIS.iter().find(|(api, ..)| *api == operation.api)?;
    read.get_or_init(|| self::rows(rows, overrides).expect(TESTED)).get(operation.name)
}

/// The operations that have rows, by API, and what the rows weigh.
#[cfg(test)]
pub(crate) fn contents() -> (Vec<(&'static str, Vec<&'static str>)>, usize) {
    let mut apis = Vec::new();
    let mut bytes = 0;
    for (api, rows, overrides, read) in &APIS {
        let read = read.get_or_init(|| self::rows(rows, overrides).expect(TESTED));
        let mut names: Vec<&str> = read.keys().map(String::as_str).collect();
        names.sort_unstable();
        apis.push((*api, names));
        bytes += rows.len() + overrides.len();
    }
    (apis, bytes)
}

/// What is published of a service.
pub(crate) fn service(prefix: &str) -> Option<&'static Service> {
    let (prefix, text, read) = SERVICES.iter().find(|(own, ..)| *own == prefix)?;
    Some(read.get_or_init(|| Service::parse(prefix, text).expect(TESTED)))
}

/// Reads the rows of an API, those by hand before the others.
fn rows(generated: &str, overrides: &str) -> Result<Rows, String> {
    let generated = table(generated)?;
    let overrides = table(overrides)?;
    let prefix = generated.get("prefix").and_then(toml::Value::as_str).ok_or("there is no prefix")?;
    let section = |table: &toml::Table, name: &str| -> Vec<(String, Vec<String>)> {
        let rows = table.get(name).and_then(toml::Value::as_table);
        rows.into_iter().flatten().map(|(name, row)| (name.clone(), texts(row))).collect()
    };
    let mut entries: HashMap<String, Vec<String>> = section(&generated, "rows").into_iter().collect();
    entries.extend(section(&overrides, "rows"));
    for (operation, more) in section(&overrides, "also") {
        entries.entry(operation).or_default().extend(more);
    }
    // In order, so that the first wrong row is always the same one.
    let mut sorted: Vec<_> = entries.into_iter().collect();
    sorted.sort();
    let mut rows = HashMap::new();
    for (operation, row) in sorted {
        let entries: Vec<&str> = row.iter().map(String::as_str).collect();
        let row = Authz::parse(prefix, &operation, &entries).map_err(|why| format!("{operation}: {why}"))?;
        rows.insert(operation, row);
    }
    Ok(rows)
}

fn table(text: &str) -> Result<toml::Table, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

fn texts(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect(),
    }
}

/// `actions/<prefix>.toml`, read. Its parts live as long as the program, so they are given away for good.
#[derive(Debug)]
pub(crate) struct Service {
    /// By lower-case name.
    actions: &'static [Action],
    kinds: &'static [ResourceType],
    keys: HashMap<String, String>,
}

impl Service {
    fn parse(prefix: &str, text: &str) -> Result<Self, String> {
        let table = table(text)?;
        let section = |name: &str| -> Vec<(String, String)> {
            let entries = table.get(name).and_then(toml::Value::as_table).into_iter().flatten();
            entries.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
        };
        let long = |key: &str| if key.starts_with(':') { format!("{prefix}{key}") } else { key.to_owned() };
        let kinds: Vec<ResourceType> = section("types")
            .into_iter()
            .map(|(name, template)| ResourceType { service: prefix.to_owned(), name, template })
            .collect();
        let kinds: &'static [ResourceType] = kinds.leak();
        let mut sets: HashMap<String, &'static [String]> = HashMap::new();
        for (number, keys) in section("sets") {
            sets.insert(number, keys.split(' ').map(long).collect::<Vec<_>>().leak());
        }
        let mut actions = Vec::new();
        for (name, words) in section("actions") {
            let action = read_action(format!("{prefix}:{name}"), &words, kinds, &sets);
            actions.push(action.map_err(|why| format!("{prefix}:{name}: {why}"))?);
        }
        actions.sort_by_cached_key(|action| action.name.to_ascii_lowercase());
        let keys = section("keys").into_iter().map(|(key, kind)| (long(&key), kind)).collect();
        Ok(Self { actions: actions.leak(), kinds, keys })
    }

    pub(crate) fn actions(&self) -> &'static [Action] {
        self.actions
    }

    pub(crate) fn action(&self, name: &str) -> Option<&'static Action> {
        let bare =
            |action: &Action| action.name.split_once(':').map_or("", |(_, name)| name).to_ascii_lowercase();
        let wanted = name.to_ascii_lowercase();
        let position = self.actions.binary_search_by_key(&wanted, bare).ok()?;
        Some(&self.actions[position])
    }

    pub(crate) fn kind(&self, name: &str) -> Option<&'static ResourceType> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// Condition keys and their types, `*` for any tag.
    pub(crate) fn keys(&self) -> &HashMap<String, String> {
        &self.keys
    }
}

/// Every service with a table of actions.
pub(crate) fn services() -> impl Iterator<Item = &'static Service> {
    SERVICES.iter().filter_map(|(prefix, ..)| service(prefix))
}

fn read_action(
    name: String,
    words: &str,
    kinds: &'static [ResourceType],
    sets: &HashMap<String, &'static [String]>,
) -> Result<Action, String> {
    let split = |word: &str| -> Result<(String, &'static [String]), String> {
        match word.split_once('@') {
            Some((word, set)) => {
                Ok((word.to_owned(), *sets.get(set).ok_or(format!("there is no set {set}"))?))
            }
            None => Ok((word.to_owned(), &[])),
        }
    };
    let mut words = words.split(' ');
    let (level, keys) = split(words.next().unwrap_or_default())?;
    let access = match level.as_str() {
        "list" => Some(Access::List),
        "read" => Some(Access::Read),
        "write" => Some(Access::Write),
        "permissions" => Some(Access::Permissions),
        "tagging" => Some(Access::Tagging),
        "unpublished" => None,
        other => return Err(format!("there is no access level {other}")),
    };
    let (mut resources, mut dependents) = (Vec::new(), Vec::new());
    for word in words {
        if let Some(name) = word.strip_prefix('+') {
            dependents.push(name.to_owned());
            continue;
        }
        let (kind, keys) = split(word)?;
        let (kind, required) = kind.strip_suffix('!').map_or((kind.as_str(), false), |kind| (kind, true));
        let found = kinds.iter().find(|own| own.name == kind);
        let kind = found.ok_or_else(|| format!("there is no resource type {kind}"))?;
        resources.push(ActionResource { kind, required, keys });
    }
    let has_attributes = attribute::among(&name, keys, &resources);
    Ok(Action { name, access, resources, keys, has_attributes, dependents })
}
