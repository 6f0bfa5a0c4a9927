//! `cargo xtask machine-images`: writes the recorded images of `crates/machine-images`, those of Amazon Linux and of
//! ECS. The form is told in that crate's `recorded.rs`.
//!
//! moto publishes, for each Region, recordings of DescribeImages and of the public parameters that lead to the newest
//! images. A few Regions were recorded at other times and have older ones; of each image the name most Regions have is
//! kept, and where a Region has it not, the crate makes an id up.

use crate::published::{self, Package};
use crate::workspace;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The recording.
const MOTO: &str = "5.2.5";

/// What is known of one image.
#[derive(Default)]
struct Image {
    publisher: &'static str,
    architecture: String,
    description: String,
    /// By Region.
    ids: BTreeMap<String, String>,
}

/// All images, and what leads to them.
#[derive(Default)]
struct Catalogue {
    regions: Vec<String>,
    /// By publisher and Region.
    owners: BTreeMap<(&'static str, String), String>,
    /// By name.
    images: BTreeMap<String, Image>,
    /// By name: the image, and further facts as `key=value`.
    parameters: BTreeMap<String, (String, Vec<String>)>,
}

/// Fetches the package and writes the file.
pub(crate) fn run() -> Result<()> {
    let package = published::pypi_at("moto", MOTO)?;
    let mut catalogue = Catalogue { regions: regions(&package)?, ..Catalogue::default() };
    catalogue.add_amazon_linux(&package).context("Amazon Linux")?;
    catalogue.add_ecs(&package).context("ECS")?;
    let text = catalogue.text();
    let folder = workspace::root().join("crates/machine-images");
    std::fs::write(folder.join("src/recorded.txt"), &text)?;
    std::fs::write(folder.join("SOURCE"), format!("{}\n", package.source))?;
    println!(
        "{} images, {} parameters, {} Regions, {} bytes",
        catalogue.images.len(),
        catalogue.parameters.len(),
        catalogue.regions.len(),
        text.len()
    );
    Ok(())
}

fn regions(package: &Package) -> Result<Vec<String>> {
    let mut regions = Vec::new();
    for entry in std::fs::read_dir(package.folder.join("ec2/resources/latest_amis"))? {
        let name = entry?.file_name().into_string().ok().context("a name that is no text")?;
        regions.push(name.split('.').next().unwrap_or_default().to_owned());
    }
    regions.sort();
    Ok(regions)
}

impl Catalogue {
    fn add_amazon_linux(&mut self, package: &Package) -> Result<()> {
        // The names each parameter leads to, one for each Region.
        let mut leads: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for region in self.regions.clone() {
            let images = package.json(&format!("ec2/resources/latest_amis/{region}.json"))?;
            let mut names = BTreeMap::new();
            for image in images.as_array().context("no list of images")? {
                let (id, name) = (text(image, "ami_id")?, text(image, "name")?);
                self.add_image("amazon-linux", &region, image)?;
                names.insert(id, name);
            }
            let parameters = package.json(&format!("ssm/resources/ami-amazon-linux-latest/{region}.json"))?;
            for parameter in parameters.as_array().context("no list of parameters")? {
                if let Some(name) = names.get(&text(parameter, "Value")?) {
                    leads.entry(text(parameter, "Name")?).or_default().push(name.clone());
                }
            }
        }
        let most = self.regions.len() / 2;
        self.images.retain(|_, image| image.ids.len() > most);
        for (parameter, names) in leads {
            let name = commonest(&names);
            if self.images.contains_key(&name) {
                self.parameters.insert(parameter, (name, Vec::new()));
            }
        }
        Ok(())
    }

    /// Adds one image of one Region.
    fn add_image(&mut self, publisher: &'static str, region: &str, image: &Value) -> Result<()> {
        self.owners.insert((publisher, region.to_owned()), text(image, "owner_id")?);
        let known = self.images.entry(text(image, "name")?).or_default();
        known.publisher = publisher;
        known.architecture = text(image, "architecture")?;
        known.description = text(image, "description")?;
        known.ids.insert(region.to_owned(), text(image, "ami_id")?);
        Ok(())
    }

    fn add_ecs(&mut self, package: &Package) -> Result<()> {
        // What each Region recommends, by parameter.
        let mut recommended: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
        for region in self.regions.clone() {
            let tree = package.json(&format!("ssm/resources/ecs/optimized_amis/{region}.json"))?;
            let mut found = Vec::new();
            collect(&tree, String::new(), &mut found);
            for (parameter, value) in found {
                recommended.entry(parameter).or_default().insert(region.clone(), value);
            }
        }
        // What not every Region has is no longer made.
        recommended.retain(|_, values| values.len() == self.regions.len());
        let mut wanted = BTreeSet::new();
        for (parameter, values) in recommended {
            let names = values.values().map(|value| text(value, "image_name")).collect::<Result<Vec<_>>>()?;
            let name = commonest(&names);
            let one =
                values.values().find(|value| value["image_name"] == name.as_str()).context("no such name")?;
            let facts = one.as_object().context("no facts")?.iter();
            let facts = facts.filter(|(key, _)| !["image_id", "image_name"].contains(&key.as_str()));
            let fact = |(key, value): (&String, &Value)| match value {
                Value::String(text) => format!("{key}={text}"),
                other => format!("{key}={other}"),
            };
            self.parameters.insert(parameter, (name.clone(), facts.map(fact).collect()));
            wanted.insert(name);
        }
        for region in self.regions.clone() {
            let images = package.json(&format!("ec2/resources/ecs/optimized_amis/{region}.json"))?;
            for image in images.as_array().context("no list of images")? {
                if wanted.contains(&text(image, "name")?) {
                    self.add_image("ecs", &region, image)?;
                }
            }
        }
        Ok(())
    }

    /// The file.
    fn text(&self) -> String {
        let mut text = format!("regions\t{}\n", self.regions.join(" "));
        for publisher in ["amazon-linux", "ecs"] {
            let owner = |region: &String| self.owners[&(publisher, region.clone())].as_str();
            let owners: Vec<&str> = self.regions.iter().map(owner).collect();
            writeln!(text, "owners\t{publisher}\t{}", owners.join(" "))
                .expect("writing to a String cannot fail");
        }
        for (name, Image { publisher, architecture, description, ids }) in &self.images {
            let id = |region: &String| ids.get(region).map_or("-", |id| id.trim_start_matches("ami-"));
            let ids: Vec<&str> = self.regions.iter().map(id).collect();
            let ids = ids.join(" ");
            writeln!(text, "image\t{publisher}\t{name}\t{architecture}\t{description}\t{ids}")
                .expect("writing to a String cannot fail");
        }
        for (parameter, (name, facts)) in &self.parameters {
            let facts: String = facts.iter().map(|fact| format!("\t{fact}")).collect();
            writeln!(text, "parameter\t{parameter}\t{name}{facts}").expect("writing to a String cannot fail");
        }
        text
    }
}

/// The parameters called `recommended` in a tree, with their values.
fn collect(tree: &Value, path: String, found: &mut Vec<(String, Value)>) {
    let Some(nodes) = tree.as_object() else { return };
    for (name, node) in nodes {
        let path = format!("{path}/{name}");
        match node.get("Value") {
            Some(value) if name == "recommended" => found.push((path, value.clone())),
            Some(_) => {}
            None => collect(node, path, found),
        }
    }
}

/// The text most of them are.
fn commonest(texts: &[String]) -> String {
    let count = |text: &&String| texts.iter().filter(|other| other == text).count();
    texts.iter().max_by_key(count).cloned().unwrap_or_default()
}

fn text(value: &Value, member: &str) -> Result<String> {
    Ok(value[member].as_str().with_context(|| format!("{member} is no text: {value}"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, Image, collect, commonest};
    use serde_json::json;
    use std::collections::BTreeMap;

    /// Takes the file apart without the crate's reader.
    fn read(text: &str) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for line in text.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let publisher = if columns[1] == "ecs" { "ecs" } else { "amazon-linux" };
            let regions = catalogue.regions.clone();
            let each = |words: &str| {
                regions.into_iter().zip(words.split(' ').map(str::to_owned).collect::<Vec<_>>())
            };
            match columns[0] {
                "regions" => catalogue.regions = columns[1].split(' ').map(str::to_owned).collect(),
                "owners" => {
                    let owners = each(columns[2]).map(|(region, owner)| ((publisher, region), owner));
                    catalogue.owners.extend(owners);
                }
                "image" => {
                    let ids: BTreeMap<_, _> = each(columns[5]).filter(|(_, id)| id != "-").collect();
                    let (architecture, description) = (columns[3].to_owned(), columns[4].to_owned());
                    let image = Image { publisher, architecture, description, ids };
                    catalogue.images.insert(columns[2].to_owned(), image);
                }
                _ => {
                    let facts = columns[3..].iter().map(|fact| (*fact).to_owned()).collect();
                    catalogue.parameters.insert(columns[1].to_owned(), (columns[2].to_owned(), facts));
                }
            }
        }
        catalogue
    }

    #[test]
    fn the_file_is_what_the_command_would_write() {
        let text = include_str!("../../machine-images/src/recorded.txt");
        let catalogue = read(text);
        assert!(catalogue.images.len() >= 40 && catalogue.parameters.len() >= 55);
        assert!(catalogue.text() == text);
    }

    #[test]
    fn what_most_regions_have_is_kept() {
        let texts = ["new", "old", "new"].map(str::to_owned);
        assert_eq!(commonest(&texts), "new");
    }

    #[test]
    fn recommended_parameters_are_found_in_the_tree() {
        let tree = json!({ "aws": { "ecs": {
            "recommended": { "Value": { "image_id": "ami-1" }, "image_id": { "Value": "ami-1" } },
            "arm64": { "recommended": { "Value": 1 }, "v1": { "Value": 2 } },
        } } });
        let mut found = Vec::new();
        collect(&tree, String::new(), &mut found);
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["/aws/ecs/arm64/recommended", "/aws/ecs/recommended"]);
    }
}
