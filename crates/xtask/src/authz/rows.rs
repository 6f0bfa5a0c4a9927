//! `rows/<api>.toml`: what each operation asks for, told from names.
//!
//! The parts of an ARN are looked for among the members of the input: by the name the template gives them, by the name
//! of the resource type, and where the map of 2022 says. A required type that is not found is a new resource, or any:
//! `*`. An optional one that is not found is left out. Either is called doubtful unless the operation makes it.

use super::model::{Member, Model, normal};
use super::names::{ALIASES, MAKING, NAMELESS, SDK, TAGGING};
use super::service::{Action, Resource, Service};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What Route 53 writes before the ids of some types.
const PREFIXED: [&str; 3] = ["change", "delegationset", "hostedzone"];
/// Structures a name is looked for in.
const DEEP: usize = 3;

/// The rows of one API.
pub(super) struct Table {
    pub(super) rows: BTreeMap<String, Vec<String>>,
    /// Actions used here of which nothing is published.
    pub(super) unpublished: BTreeSet<String>,
    /// What somebody should look at.
    pub(super) doubtful: Vec<String>,
}

impl Table {
    pub(super) fn make(
        api: &str,
        service: &Service,
        model: &Model,
        methods: &Value,
        overridden: &BTreeSet<String>,
    ) -> Self {
        let mut table = Self { rows: BTreeMap::new(), unpublished: BTreeSet::new(), doubtful: Vec::new() };
        let sdk = SDK.iter().find(|(ours, _)| *ours == api).map_or("", |(_, sdk)| sdk);
        for operation in model.operations().into_iter().filter(|name| !overridden.contains(*name)) {
            let members = model.members(operation);
            let Some(action) = service.actions.get(&operation.to_ascii_lowercase()) else {
                table.unpublished.insert(operation.to_owned());
                table.rows.insert(operation.to_owned(), vec![".".to_owned()]);
                continue;
            };
            let method = &methods["sdk_method_iam_mappings"][format!("{sdk}.{operation}")][0];
            let (words, open) =
                Search { api, service, operation, members: &members, method }.resources(action);
            let own = if action.name == operation { "." } else { action.name.as_str() };
            let mut row = vec![[&[own.to_owned()], &words[..]].concat().join(" ")];
            row.extend(tags_on_creation(api, service, operation, &words, &members));
            table.doubtful.extend(open.into_iter().map(|word| format!("{operation} {word}")));
            table.rows.insert(operation.to_owned(), row);
        }
        table
    }

    pub(super) fn toml(&self, prefix: &str) -> String {
        let mut text = format!("# Written by `cargo xtask authz`.\n\nprefix = {prefix:?}\n\n[rows]\n");
        for (operation, row) in &self.rows {
            let entries: Vec<String> = row.iter().map(|entry| format!("{entry:?}")).collect();
            match &entries[..] {
                [one] => writeln!(text, "{operation} = {one}"),
                more => writeln!(text, "{operation} = [{}]", more.join(", ")),
            }
            .expect("writing to a String cannot fail");
        }
        text
    }
}

/// The evaluation that tags on creation add. `words` are those of the action that creates.
fn tags_on_creation(
    api: &str,
    service: &Service,
    operation: &str,
    words: &[String],
    members: &[Member],
) -> Option<String> {
    let noun = MAKING.iter().find_map(|verb| operation.strip_prefix(verb))?;
    let has = |path: &str| members.iter().any(|member| member.path == path);
    if api == "ec2" {
        return has("TagSpecifications[].ResourceType").then(|| "+tags".to_owned());
    }
    let (member, tagging) = match api {
        "iam" => ("Tags", format!("Tag{}", noun.trim_start_matches("Virtual"))),
        _ => TAGGING
            .iter()
            .find(|(ours, ..)| *ours == api)
            .map(|(_, member, name)| (*member, (*name).to_owned()))?,
    };
    let key = [format!("{member}[].Key"), format!("{member}[].TagKey")];
    let has_tags = key.iter().any(|path| has(path)) || api.starts_with("eks");
    let tagging =
        service.actions.get(&tagging.to_ascii_lowercase()).filter(|tagging| tagging.name != operation)?;
    let made: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| {
            let kind = word.split(['=', '?']).next().unwrap_or_default();
            let taggable = tagging.resources.iter().any(|resource| resource.kind == kind);
            taggable && normal(operation).contains(&base(kind))
        })
        .collect();
    (has_tags && !made.is_empty()).then(|| format!("{} ?{member} {}", tagging.name, made.join(" ")))
}

/// A resource type's name without the part that tells variants.
fn base(kind: &str) -> String {
    normal(kind.split('/').next().unwrap_or(kind))
}

/// The search for one operation.
struct Search<'a> {
    api: &'a str,
    service: &'a Service,
    operation: &'a str,
    members: &'a [Member],
    /// What the map of 2022 says.
    method: &'a Value,
}

impl Search<'_> {
    /// The words for the resources of an action, and those among them that are doubtful.
    fn resources(&self, action: &Action) -> (Vec<String>, Vec<String>) {
        let (mut words, mut open) = (Vec::new(), Vec::new());
        for resource in action.resources.iter().filter(|resource| self.belongs(&resource.kind)) {
            let mark = if resource.required { "" } else { "?" };
            let only = action.resources.len() == 1;
            let Some(template) = self.service.types.get(&resource.kind) else {
                open.push(format!("{}: the type is not published", resource.kind));
                continue;
            };
            match self.fill(resource, template, only) {
                Some(fill) => words.push(format!("{}{mark}={fill}", resource.kind)),
                None if resource.required => words.push(resource.kind.clone()),
                None if self.makes(&resource.kind) => words.push(resource.kind.clone()),
                None => {}
            }
            let found =
                words.last().is_some_and(|word| word.contains('=') && word.starts_with(&resource.kind));
            if !found && !self.makes(&resource.kind) {
                open.push(format!("{}{}", resource.kind, if resource.required { "!" } else { "" }));
            }
        }
        (words, open)
    }

    /// Classic load balancers and the others share a prefix, not an API.
    fn belongs(&self, kind: &str) -> bool {
        match self.api {
            "elb" => kind == "loadbalancer",
            "elbv2" => kind != "loadbalancer",
            _ => true,
        }
    }

    fn makes(&self, kind: &str) -> bool {
        let verb = MAKING.iter().find(|verb| self.operation.starts_with(**verb));
        let named = normal(self.operation).contains(base(kind).trim_end_matches('s'));
        verb.is_some() && (named || self.operation.starts_with("Run"))
    }

    /// The word that fills the holes of a type's template; nothing where none is found.
    fn fill(&self, resource: &Resource, template: &str, only: bool) -> Option<String> {
        let kind = base(&resource.kind);
        let mut arns = vec![format!("{kind}arn"), format!("{kind}arns")];
        let aliases = ALIASES.iter().filter(|(of, _)| *of == kind).flat_map(|(_, names)| names.split(' '));
        arns.extend(aliases.filter(|name| name.contains("arn")).map(str::to_owned));
        if let Some(path) = self.find(&arns, DEEP) {
            return Some(path);
        }
        let holes = holes(template);
        let (last, parents) = holes.split_last()?;
        let whose = self.last(&kind, last, only && parents.is_empty());
        let arns =
            ["resourcearn", "resourcearns", "arn", "resource", "resourceidentifier"].map(str::to_owned);
        if let (None, Some(path)) = (&whose, self.find(&arns, 0)) {
            return Some(path);
        }
        let mut fills: Vec<Option<String>> = parents.iter().map(|hole| self.parent(hole)).collect();
        let found = match parents {
            [] => whose.is_some(),
            // A parent alone tells a resource only where its own name is not among the parts.
            more => {
                let own = NAMELESS.contains(&normal(last).as_str()) && more.len() > 1;
                let named = fills.last().is_some_and(Option::is_some);
                whose.is_some() || (named && (own || resource.required))
            }
        };
        fills.push(whose);
        let words = fills.into_iter().map(|fill| fill.unwrap_or_else(|| "*".to_owned()));
        found.then(|| words.collect::<Vec<_>>().join(","))
    }

    /// A hole before the last.
    fn parent(&self, hole: &str) -> Option<String> {
        if hole == "ClusterName" {
            return self.find(&["clustername".to_owned(), "name".to_owned()], 0);
        }
        self.find(&names(hole), DEEP)
    }

    /// The hole that names the resource itself.
    fn last(&self, kind: &str, hole: &str, only: bool) -> Option<String> {
        let mapped = self.method["resource_mappings"][hole]["template"].as_str();
        let mapped = mapped.and_then(|template| template.strip_prefix("${")?.strip_suffix('}'));
        let nameless = NAMELESS.contains(&normal(hole).as_str());
        let mapped = mapped.filter(|_| only || !nameless);
        if let Some(path) = mapped.filter(|path| self.members.iter().any(|member| member.path == *path)) {
            return Some(self.as_written(kind, path));
        }
        let mut wanted = Vec::new();
        if !nameless {
            wanted.extend(names(hole));
        }
        wanted.extend(["id", "ids"].map(|end| format!("{kind}{end}")));
        if !nameless || only {
            let ends = ["name", "names", "identifier", ""];
            wanted.extend(ends.map(|end| format!("{kind}{end}")));
        }
        let aliases = ALIASES.iter().filter(|(of, _)| *of == kind);
        wanted.extend(aliases.flat_map(|(_, names)| names.split(' ').map(str::to_owned)));
        // What is made has no id yet, whatever it is called; EC2 knows nothing by its name but what its ARN says.
        let id = nameless && self.makes(kind);
        let by_name = !id && self.api != "ec2";
        let surface = || {
            let generic = ["resourceid", "resourceids", "id"].map(str::to_owned);
            let named = ["resourcename", "name", "names"].map(str::to_owned);
            let found = self.find(&generic, 0).filter(|_| !id);
            found.or_else(|| self.find(&named, 0).filter(|_| by_name)).filter(|_| only)
        };
        if self.api == "ec2" && hole.ends_with("Id") {
            wanted.retain(|name| !name.ends_with("name") && !name.ends_with("names"));
        }
        self.find(&wanted, DEEP).or_else(surface).map(|path| self.as_written(kind, &path))
    }

    /// IAM names its resources with their path where it makes them, and means the caller where no user is named; Route 53
    /// takes ids with the path its answers have before them.
    fn as_written(&self, kind: &str, path: &str) -> String {
        let surface =
            |name: &str| self.members.iter().find(|member| member.depth == 0 && member.path == name);
        let makes = self.operation.starts_with("Create") || self.operation.starts_with("Upload");
        match surface(path) {
            Some(_) if self.api == "iam" && makes && surface("Path").is_some() => format!("Path+{path}"),
            Some(member) if self.api == "iam" && path == "UserName" && !member.required => format!("{path}~"),
            _ if self.api == "route53" && PREFIXED.contains(&kind) => format!("{path}#/{kind}/"),
            _ => path.to_owned(),
        }
    }

    /// The least deep member that has one of the names, the first name that has one.
    fn find(&self, names: &[String], depth: usize) -> Option<String> {
        for name in names {
            let named = self.members.iter().find(|member| member.depth <= depth && member.name == *name);
            if let Some(member) = named {
                return Some(member.path.clone());
            }
        }
        None
    }
}

/// The variables of a template that name no place.
fn holes(template: &str) -> Vec<&str> {
    let variables = template.split("${").skip(1).filter_map(|rest| rest.split('}').next());
    variables.filter(|name| !["Partition", "Region", "Account"].contains(name)).collect()
}

/// The names a member for that variable may have.
fn names(hole: &str) -> [String; 3] {
    let hole = normal(hole.trim_end_matches("WithPath").trim_end_matches("WithoutLeadingSlash"));
    [hole.clone(), format!("{hole}s"), format!("{hole}arn")]
}

#[cfg(test)]
mod tests {
    use super::{Model, Service, Table};
    use serde_json::json;
    use std::collections::BTreeSet;

    /// The row of `operation`, whose input has `members`, for an action of that name with `resources` (`!` required).
    #[track_caller]
    fn check(api: &str, operation: &str, members: &[&str], resources: &[&str], want: &[&str]) {
        let shape = |name: &&str| {
            let shape = if name.ends_with('s') { "List" } else { "Text" };
            ((*name).to_owned(), json!({"shape": shape}))
        };
        let members: serde_json::Map<_, _> = members.iter().map(shape).collect();
        let model = Model::of(json!({
            "operations": {operation: {"input": {"shape": "In"}}},
            "shapes": {
                "In": {"type": "structure", "members": members},
                "List": {"type": "list", "member": {"shape": "Text"}},
                "Text": {"type": "string"}}}));
        let service = Service::of(operation, resources);
        let table = Table::make(api, &service, &model, &json!({}), &BTreeSet::new());
        assert_eq!(table.rows[operation], want);
    }

    #[test]
    fn resources_are_found_by_name() {
        let (subnet, group) =
            ("subnet arn:${Region}:subnet/${SubnetId}", "security-group arn:sg/${SecurityGroupId}");
        let node = "nodegroup arn:nodegroup/${ClusterName}/${NodegroupName}/${UUID}";
        for (api, operation, members, resource, want) in [
            // By the template's name, by an alias, by the type's name, in a list.
            ("ec2", "DeleteSubnet", &["SubnetId"][..], subnet, ". subnet?=SubnetId"),
            ("ec2", "DeleteSecurityGroup", &["GroupId"], group, ". security-group?=GroupId"),
            ("ec2", "DeleteSubnets", &["SubnetIds"], subnet, ". subnet?=SubnetIds[]"),
            (
                "elb",
                "Delete",
                &["LoadBalancerName"],
                "loadbalancer arn:${Id}",
                ". loadbalancer?=LoadBalancerName",
            ),
            // By ARN, before all else.
            (
                "elbv2",
                "Delete",
                &["TargetGroupArn", "Name"],
                "targetgroup arn:${Name}/${Id}",
                ". targetgroup?=TargetGroupArn",
            ),
            (
                "ecr",
                "TagResource",
                &["resourceArn"],
                "repository arn:${RepositoryName}",
                ". repository?=resourceArn",
            ),
            // Each hole by itself, what nobody tells is any.
            (
                "eks",
                "DeleteNodegroup",
                &["clusterName", "nodegroupName"],
                node,
                ". nodegroup?=clusterName,nodegroupName,*",
            ),
            // What is made is new; what is optional and not told is left out; what is required is any.
            ("ec2", "CreateSubnet", &["VpcId"], subnet, ". subnet"),
            ("ec2", "DetachSubnet", &["AttachmentId"], subnet, "."),
            ("ec2", "DetachSubnet", &["AttachmentId"], "subnet! arn:subnet/${SubnetId}", ". subnet"),
            // IAM's users and paths, Route 53's ids.
            ("iam", "GetUser", &["UserName"], "user! arn:user/${UserNameWithPath}", ". user=UserName~"),
            (
                "iam",
                "CreateUser",
                &["Path", "UserName"],
                "user! arn:user/${UserNameWithPath}",
                ". user=Path+UserName",
            ),
            (
                "route53",
                "GetHostedZone",
                &["Id"],
                "hostedzone! arn:hostedzone/${Id}",
                ". hostedzone=Id#/hostedzone/",
            ),
        ] {
            check(api, operation, members, &[resource], &[want]);
        }
    }

    #[test]
    fn an_operation_newer_than_its_action_asks_for_its_name() {
        let model = Model::of(json!({"operations": {"Invent": {}, "Known": {}}, "shapes": {}}));
        let service = Service::of("Known", &[]);
        let table = Table::make("ec2", &service, &model, &json!({}), &BTreeSet::new());
        assert_eq!(table.rows["Invent"], ["."]);
        assert_eq!(table.unpublished, ["Invent".to_owned()].into());
    }
}
