//! The public parameters of Systems Manager that lead to images.
//!
//! Two forms are in use. A single parameter is an image's id. A group, as EKS, ECS and Bottlerocket have it, is one
//! parameter for each fact under a common path, and some groups are a JSON object of all of them too.

use crate::template::Template;
use base::Region;

/// A public parameter in a Region. Its ARN has no account: `arn:aws:ssm:REGION::parameter/aws/service/…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64`.
    pub name: String,
    /// An image's id, mostly.
    pub value: String,
    /// `text`, or `aws:ec2:image`.
    pub data_type: &'static str,
}

/// What leads to an image.
#[derive(Clone, Debug)]
pub(crate) enum Lead {
    /// A parameter that is its id.
    Id(String),
    /// The same, whose data type says so.
    TypedId(String),
    /// One parameter for each fact, under a path.
    Group {
        path: String,
        /// Whether the path itself is a parameter, all facts as JSON.
        has_json: bool,
        facts: Vec<(&'static str, Fact)>,
    },
}

/// A fact of an image.
#[derive(Clone, Debug)]
pub(crate) enum Fact {
    Id,
    Name,
    Text(String),
    Number(u32),
}

impl Lead {
    /// The parameter that is the image's id.
    pub(crate) fn to_id(&self) -> Option<String> {
        match self {
            Self::Id(name) | Self::TypedId(name) => Some(name.clone()),
            Self::Group { path, facts, .. } => {
                let fact = facts.iter().find(|(_, fact)| matches!(fact, Fact::Id));
                fact.map(|(key, _)| format!("{path}/{key}"))
            }
        }
    }

    /// Adds its parameters in a Region.
    fn add(&self, template: &Template, region: &Region, all: &mut Vec<Parameter>) {
        let mut text = |name: String, value: String| all.push(Parameter { name, value, data_type: "text" });
        match self {
            Self::Id(name) => text(name.clone(), template.id(region)),
            Self::TypedId(name) => {
                let (name, value) = (name.clone(), template.id(region));
                all.push(Parameter { name, value, data_type: "aws:ec2:image" });
            }
            Self::Group { path, has_json, facts } => {
                let mut members = Vec::new();
                for (key, fact) in facts {
                    let (value, quote) = match fact {
                        Fact::Id => (template.id(region), "\""),
                        Fact::Name => (template.name_in(region), "\""),
                        Fact::Text(text) => (text.clone(), "\""),
                        Fact::Number(number) => (number.to_string(), ""),
                    };
                    // No fact has a character that JSON would escape.
                    members.push(format!("\"{key}\":{quote}{value}{quote}"));
                    text(format!("{path}/{key}"), value);
                }
                if *has_json {
                    text(path.clone(), format!("{{{}}}", members.join(",")));
                }
            }
        }
    }
}

/// The parameters of a Region, by name.
pub(crate) fn all(region: &Region) -> Vec<Parameter> {
    let mut all = Vec::new();
    for template in Template::all() {
        for lead in &template.leads {
            lead.add(template, region, &mut all);
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}
