//! What nodes are told at their start, so that they find their cluster: user data, as EKS writes it.
//!
//! Sources: nodeadm, "NodeConfig"; amazon-eks-ami, `bootstrap.sh`; Bottlerocket, settings of Kubernetes; EKS user guide,
//! "Customize managed nodes with launch templates".

use super::model::{Nodegroup, Release};
use super::wish::Taint;
use crate::cluster::Cluster;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The line between the parts of a message of our own.
const BOUNDARY: &str = "//";

/// The user data of a template is no message in parts, to which another could be added.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotMime;

/// The cluster of nodes, and the bundle of its certificate authorities in base 64.
#[derive(Clone, Copy)]
pub(crate) struct Home<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) authority: &'a str,
}

/// The user data of nodes, in base 64; `given` is that of the user's launch template.
pub(crate) fn of(
    group: &Nodegroup,
    home: Home<'_>,
    release: &Release,
    given: Option<&str>,
) -> Result<String, NotMime> {
    let given = given.map(|text| STANDARD.decode(text).unwrap_or_default());
    let given = given.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let facts = Facts {
        name: &home.cluster.name,
        endpoint: home.cluster.endpoint(),
        authority: home.authority,
        block: service_block(home.cluster),
        labels: labels(group, release),
        taints: &group.wish.taints,
    };
    let text = if group.ami_type.is_bottlerocket() {
        // The user's settings stand before EKS's own.
        given.map(|text| text + "\n").unwrap_or_default() + &facts.settings()
    } else if group.ami_type.0.starts_with("AL2_") {
        in_parts(given.as_deref(), "text/x-shellscript; charset=\"us-ascii\"", &facts.script())?
    } else {
        in_parts(given.as_deref(), "application/node.eks.aws", &facts.node_config())?
    };
    Ok(STANDARD.encode(text))
}

/// The labels that EKS gives nodes, with those of the group.
fn labels(group: &Nodegroup, release: &Release) -> BTreeMap<String, String> {
    let mut own = vec![
        ("nodegroup", group.name.clone()),
        ("nodegroup-image", release.image.clone()),
        ("capacityType", group.capacity_type.clone()),
    ];
    if let Some(template) = &release.template {
        own.push(("sourceLaunchTemplateId", template.id.clone()));
        own.push(("sourceLaunchTemplateVersion", template.version.clone()));
    }
    let mut labels: BTreeMap<String, String> =
        own.into_iter().map(|(name, value)| (format!("eks.amazonaws.com/{name}"), value)).collect();
    labels.extend(group.wish.labels.clone());
    labels
}

fn service_block(cluster: &Cluster) -> String {
    let network = &cluster.config.kubernetes_network_config;
    network.service_ipv4_cidr.clone().or_else(|| network.service_ipv6_cidr.clone()).unwrap_or_default()
}

/// What a node has to know.
struct Facts<'a> {
    name: &'a str,
    endpoint: String,
    authority: &'a str,
    block: String,
    labels: BTreeMap<String, String>,
    taints: &'a [Taint],
}

impl Facts<'_> {
    /// The arguments of the kubelet.
    fn flags(&self) -> Vec<String> {
        let labels: Vec<String> = self.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let taint = |taint: &Taint| {
            let value = taint.value.as_deref().unwrap_or_default();
            format!("{}={value}:{}", taint.key, effect(&taint.effect))
        };
        let taints: Vec<String> = self.taints.iter().map(taint).collect();
        let mut flags = vec![format!("--node-labels={}", labels.join(","))];
        if !taints.is_empty() {
            flags.push(format!("--register-with-taints={}", taints.join(",")));
        }
        flags
    }

    /// For Amazon Linux 2023.
    fn node_config(&self) -> String {
        let mut text = format!(
            "---\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster:\n    apiServerEndpoint: {}\n    \
             certificateAuthority: {}\n    cidr: {}\n    name: {}\n  kubelet:\n    flags:\n",
            self.endpoint, self.authority, self.block, self.name
        );
        for flag in self.flags() {
            // Nothing fails that writes to a string.
            let _infallible = writeln!(text, "    - {flag:?}");
        }
        text
    }

    /// For Amazon Linux 2.
    fn script(&self) -> String {
        format!(
            "#!/bin/bash\nset -ex\n/etc/eks/bootstrap.sh {} --kubelet-extra-args '{}' --b64-cluster-ca {} \
             --apiserver-endpoint {}\n",
            self.name,
            self.flags().join(" "),
            self.authority,
            self.endpoint
        )
    }

    /// For Bottlerocket.
    fn settings(&self) -> String {
        let mut text = format!(
            "[settings.kubernetes]\n\"api-server\" = {:?}\n\"cluster-certificate\" = {:?}\n\"cluster-name\" = {:?}\n",
            self.endpoint, self.authority, self.name
        );
        text.push_str("[settings.kubernetes.node-labels]\n");
        for (key, value) in &self.labels {
            let _infallible = writeln!(text, "{key:?} = {value:?}");
        }
        if !self.taints.is_empty() {
            text.push_str("[settings.kubernetes.node-taints]\n");
        }
        let mut by_key: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for taint in self.taints {
            let value = taint.value.as_deref().unwrap_or_default();
            by_key.entry(&taint.key).or_default().push(format!("{value}:{}", effect(&taint.effect)));
        }
        for (key, values) in by_key {
            let _infallible = writeln!(text, "{key:?} = {values:?}");
        }
        text
    }
}

/// An effect as Kubernetes writes it.
fn effect(word: &str) -> &str {
    match word {
        "NO_SCHEDULE" => "NoSchedule",
        "NO_EXECUTE" => "NoExecute",
        _ => "PreferNoSchedule",
    }
}

/// A message in parts whose last part is this one.
fn in_parts(given: Option<&str>, kind: &str, part: &str) -> Result<String, NotMime> {
    let own = |boundary: &str| format!("--{boundary}\nContent-Type: {kind}\n\n{part}\n--{boundary}--\n");
    let Some(given) = given.filter(|text| !text.trim().is_empty()) else {
        let head = format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\n\n");
        return Ok(head + &own(BOUNDARY));
    };
    let (_, after) = given.split_once("boundary=").ok_or(NotMime)?;
    let boundary = match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => after.split([';', '\r', '\n', ' ']).next(),
    };
    let boundary = boundary.filter(|text| !text.is_empty()).ok_or(NotMime)?;
    let (head, _) = given.rsplit_once(&format!("--{boundary}--")).ok_or(NotMime)?;
    Ok(format!("{}\n{}", head.trim_end(), own(boundary)))
}

#[cfg(test)]
mod tests {
    use super::{NotMime, in_parts};

    #[test]
    fn a_part_is_added_to_a_message_in_parts_and_to_nothing_else() {
        let alone = in_parts(None, "text/a", "one").unwrap();
        assert!(
            alone.starts_with("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n--//\n")
        );
        assert!(alone.ends_with("--//\nContent-Type: text/a\n\none\n--//--\n"), "{alone}");
        let given = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==B==\"\n\n--==B==\nContent-Type: x\n\n\
                     echo\n--==B==--\n";
        let both = in_parts(Some(given), "text/a", "one").unwrap();
        assert!(both.ends_with("echo\n--==B==\nContent-Type: text/a\n\none\n--==B==--\n"), "{both}");
        for bad in ["#!/bin/bash\necho", "boundary=", "boundary=\"a\"\n--a\n"] {
            assert_eq!(in_parts(Some(bad), "text/a", "one"), Err(NotMime), "{bad}");
        }
    }
}
