//! What can be asked for, as folders: names, since which version of the service there has been each, and what they hold.

use std::fmt::Write;

/// The versions of the service, the oldest first. Source: EC2 user guide, "Get the available versions of the instance
/// metadata".
pub(crate) const VERSIONS: [&str; 29] = [
    "1.0",
    "2007-01-19",
    "2007-03-01",
    "2007-08-29",
    "2007-10-10",
    "2007-12-15",
    "2008-02-01",
    "2008-09-01",
    "2009-04-04",
    "2011-01-01",
    "2011-05-01",
    "2012-01-12",
    "2014-02-25",
    "2014-11-05",
    "2015-10-20",
    "2016-04-19",
    "2016-06-30",
    "2016-09-02",
    "2018-03-28",
    "2018-08-17",
    "2018-09-24",
    "2019-10-01",
    "2020-10-27",
    "2021-01-03",
    "2021-03-23",
    "2021-07-15",
    "2022-09-24",
    "2024-04-11",
    "latest",
];

/// A folder or what lies in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// More of them.
    Folder(Folder),
    /// Something that is told.
    Leaf(Leaf),
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// A text.
    Text(String),
    /// Bytes as they were given.
    Bytes(Vec<u8>),
    /// Credentials of a role.
    Role(String),
    /// Credentials that say which instance it is.
    Identity,
    /// The identity document.
    Document,
    /// Its signature.
    Signature,
    /// Document and signature as PKCS #7.
    Pkcs7,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    /// How a listing calls it, where that is something else.
    label: Option<String>,
    /// The version of the service that brought it.
    since: &'static str,
    node: Node,
}

/// A folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folder(Vec<Entry>);

impl Folder {
    fn add(&mut self, name: &str, label: Option<String>, since: &'static str, node: Node) {
        self.0.push(Entry { name: name.to_owned(), label, since, node });
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &str, since: &'static str, text: impl Into<String>) {
        self.leaf(name, since, Leaf::Text(text.into()));
    }

    /// A text, where there is one that is not empty.
    pub(crate) fn maybe(&mut self, name: &str, since: &'static str, text: Option<impl Into<String>>) {
        if let Some(text) = text.map(Into::into).filter(|text| !text.is_empty()) {
            self.text(name, since, text);
        }
    }

    /// Texts, one a line, where there are any.
    pub(crate) fn lines(&mut self, name: &str, since: &'static str, lines: &[String]) {
        self.maybe(name, since, Some(lines.join("\n")));
    }

    /// Something that is told.
    pub(crate) fn leaf(&mut self, name: &str, since: &'static str, leaf: Leaf) {
        self.add(name, None, since, Node::Leaf(leaf));
    }

    /// A folder, unless it is empty.
    pub(crate) fn folder(&mut self, name: &str, since: &'static str, folder: Folder) {
        if !folder.0.is_empty() {
            self.add(name, None, since, Node::Folder(folder));
        }
    }

    /// A folder that listings call something else.
    pub(crate) fn labelled(&mut self, name: &str, label: String, since: &'static str, folder: Folder) {
        self.add(name, Some(label), since, Node::Folder(folder));
    }

    /// What a path leads to in a version of the service.
    pub(crate) fn find<'f>(&'f self, version: &str, path: &[String]) -> Option<Found<'f>> {
        let Some((first, rest)) = path.split_first() else { return Some(Found::Folder(self)) };
        let known = |entry: &&Entry| entry.name == *first && is_in(version, entry.since);
        match &self.0.iter().find(known)?.node {
            Node::Folder(folder) => folder.find(version, rest),
            Node::Leaf(leaf) => rest.is_empty().then_some(Found::Leaf(leaf)),
        }
    }

    /// The names of what is in it, one a line; what are folders again end in a slash.
    pub(crate) fn listing(&self, version: &str) -> String {
        let mut entries: Vec<&Entry> = self.0.iter().filter(|entry| is_in(version, entry.since)).collect();
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        let mut text = String::new();
        for entry in entries {
            let between = if text.is_empty() { "" } else { "\n" };
            let slash = match (&entry.node, &entry.label) {
                (Node::Folder(_), None) => "/",
                (Node::Folder(_), Some(_)) | (Node::Leaf(_), _) => "",
            };
            let name = entry.label.as_deref().unwrap_or(&entry.name);
            let _never = write!(text, "{between}{name}{slash}");
        }
        text
    }
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'f> {
    Folder(&'f Folder),
    Leaf(&'f Leaf),
}

/// Whether a version has what came with another. They are dates, `1.0` before all and `latest` after.
fn is_in(version: &str, since: &str) -> bool {
    since <= version
}

#[cfg(test)]
mod tests {
    use super::{Folder, Found, Leaf};

    fn path(text: &str) -> Vec<String> {
        text.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn folders_are_listed_by_name_and_version() {
        let mut key = Folder::default();
        key.text("openssh-key", "1.0", "ssh-rsa AAAA key");
        let mut keys = Folder::default();
        keys.labelled("0", "0=key".to_owned(), "1.0", key);
        let mut all = Folder::default();
        all.folder("public-keys", "1.0", keys);
        all.text("instance-id", "1.0", "i-1");
        all.text("region", "2020-08-24", "us-east-1");
        all.maybe("kernel-id", "1.0", None::<String>);
        all.folder("empty", "1.0", Folder::default());
        assert_eq!(all.listing("latest"), "instance-id\npublic-keys/\nregion");
        assert_eq!(all.listing("1.0"), "instance-id\npublic-keys/");
        let Some(Found::Folder(keys)) = all.find("latest", &path("public-keys")) else { panic!("no folder") };
        assert_eq!(keys.listing("latest"), "0=key");
        let key = Leaf::Text("ssh-rsa AAAA key".to_owned());
        for (version, asked, want) in [
            ("latest", "public-keys/0/openssh-key", Some(&key)),
            ("latest", "public-keys/1/openssh-key", None),
            ("latest", "instance-id/x", None),
            ("2016-09-02", "region", None),
        ] {
            assert_eq!(all.find(version, &path(asked)), want.map(Found::Leaf), "{asked}");
        }
    }
}
