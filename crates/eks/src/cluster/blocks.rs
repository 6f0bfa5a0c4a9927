//! Blocks of addresses that a cluster is set to: who may enter by its public endpoint, what its services have, and where its
//! hybrid nodes and their pods are.

use crate::document;
use crate::error::{Error, Setup};
use base::Ipv4Block;
use serde_json::Value;
use shapes_eks as api;

/// Blocks that may enter by the public endpoint, at the most.
const MOST_PUBLIC_BLOCKS: usize = 40;
/// Blocks of remote networks of one kind at the most.
const MOST_REMOTE_BLOCKS: usize = 15;
/// Blocks that nobody has on the internet (RFC 1918), and those between a provider and its customers (RFC 6598).
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const CARRIER: [&str; 1] = ["100.64.0.0/10"];

/// Whether the block lies in one of these.
fn lies_in(block: Ipv4Block, around: &[&str]) -> bool {
    around.iter().any(|text| text.parse::<Ipv4Block>().is_ok_and(|around| around.covers(block)))
}

/// The blocks that may enter by the public endpoint, as they are shown.
pub(crate) fn public(asked: Option<&Vec<String>>, is_ipv6: bool) -> Result<Vec<String>, Error> {
    let everything = || {
        let six = is_ipv6.then_some("::/0");
        std::iter::once("0.0.0.0/0").chain(six).map(str::to_owned).collect()
    };
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else { return Ok(everything()) };
    let is_block = |text: &String| {
        text.parse::<Ipv4Block>().is_ok_and(|block| block.to_string() == *text)
            || is_ipv6 && text.parse::<base::Ipv6Block>().is_ok()
    };
    let bad: Vec<String> = asked.iter().filter(|text| !is_block(text)).cloned().collect();
    if !bad.is_empty() {
        return Err(Setup::PublicBlocks(bad).into());
    }
    if asked.len() > MOST_PUBLIC_BLOCKS {
        return Err(Setup::TooManyPublicBlocks.into());
    }
    Ok(asked.clone())
}

/// The block that services of a cluster get addresses of. `vpc` are the blocks around it.
pub(crate) fn services(asked: Option<&str>, vpc: &[Ipv4Block], cluster: &str) -> Result<String, Error> {
    let Some(asked) = asked else {
        let is_in_tens = vpc.iter().any(|block| lies_in(*block, &PRIVATE[..1]));
        return Ok(if is_in_tens { "172.20.0.0/16" } else { "10.100.0.0/16" }.to_owned());
    };
    let (text, cluster) = (asked.to_owned(), cluster.to_owned());
    let Ok(block) = asked.parse::<Ipv4Block>() else { return Err(Setup::ServiceBlock(text).into()) };
    if !lies_in(block, &PRIVATE) {
        return Err(Setup::ServiceBlockRange(text, cluster).into());
    }
    if !(12..=24).contains(&block.prefix()) {
        return Err(Setup::ServiceBlockSize(text, cluster).into());
    }
    if vpc.iter().any(|other| other.overlaps(block)) {
        return Err(Setup::ServiceBlockOverlaps(text).into());
    }
    Ok(block.to_string())
}

/// What lies around remote networks.
pub(crate) struct Around<'a> {
    pub(crate) vpc: &'a [Ipv4Block],
    pub(crate) services: Option<&'a str>,
}

/// The networks of hybrid nodes, as they are shown; `None` where there are none. Networks of pods need one of nodes.
pub(crate) fn remote(
    asked: &api::RemoteNetworkConfigRequest,
    around: &Around<'_>,
) -> Result<Option<Value>, Error> {
    let nodes = asked.remote_node_networks.iter().flatten().filter_map(|network| network.cidrs.as_ref());
    let pods = asked.remote_pod_networks.iter().flatten().filter_map(|network| network.cidrs.as_ref());
    let (nodes, pods): (Vec<&String>, Vec<&String>) = (nodes.flatten().collect(), pods.flatten().collect());
    if nodes.is_empty() && !pods.is_empty() {
        return Err(Setup::RemoteNodesMissing.into());
    }
    let mut seen: Vec<Ipv4Block> = Vec::new();
    for (kind, blocks) in [("node", &nodes), ("pod", &pods)] {
        if blocks.len() > MOST_REMOTE_BLOCKS {
            return Err(Setup::TooManyRemoteBlocks.into());
        }
        for text in blocks {
            let block = remote_block(kind, text, (around, &seen))?;
            seen.push(block);
        }
    }
    Ok((!nodes.is_empty()).then(|| Value::Object(document::members(asked))))
}

fn remote_block(
    kind: &'static str,
    text: &str,
    (around, seen): (&Around<'_>, &[Ipv4Block]),
) -> Result<Ipv4Block, Error> {
    let own = || text.to_owned();
    let Ok(block) = text.parse::<Ipv4Block>() else { return Err(Setup::RemoteBlock(kind, own()).into()) };
    if !lies_in(block, &PRIVATE) && !lies_in(block, &CARRIER) {
        return Err(Setup::RemoteRange(kind, own()).into());
    }
    let services = around.services.and_then(|text| text.parse::<Ipv4Block>().ok());
    if let Some(services) = services.filter(|services| services.overlaps(block)) {
        return Err(Setup::RemoteService(kind, own(), services.to_string()).into());
    }
    if let Some(vpc) = around.vpc.iter().find(|vpc| vpc.overlaps(block)) {
        return Err(Setup::RemoteVpc(kind, own(), vpc.to_string()).into());
    }
    match seen.iter().find(|other| other.overlaps(block)) {
        Some(other) => Err(Setup::RemoteOverlap(kind, own(), other.to_string()).into()),
        None => Ok(block),
    }
}

#[cfg(test)]
mod tests {
    use super::{Around, public, remote, services};
    use crate::error::{Error, Setup};
    use shapes_eks as api;

    /// Measured: cdk-preflight, pf-eks-cluster-service-ipv4-cidr-private-range and -prefix-range.
    #[test]
    fn services_get_a_private_block_beside_the_network() {
        let range = |text: &str| Setup::ServiceBlockRange(text.to_owned(), "c".to_owned());
        let size = |text: &str| Setup::ServiceBlockSize(text.to_owned(), "c".to_owned());
        for (asked, vpc, want) in [
            (None, "10.0.0.0/16", Ok("172.20.0.0/16")),
            (None, "192.168.0.0/16", Ok("10.100.0.0/16")),
            (Some("10.1.0.0/16"), "10.0.0.0/16", Ok("10.1.0.0/16")),
            (Some("10.16.0.0/12"), "10.0.0.0/16", Ok("10.16.0.0/12")),
            (Some("10.1.0.0/24"), "10.0.0.0/16", Ok("10.1.0.0/24")),
            (
                Some("10.0.128.0/20"),
                "10.0.0.0/16",
                Err(Setup::ServiceBlockOverlaps("10.0.128.0/20".to_owned())),
            ),
            (Some("11.0.0.0/16"), "10.0.0.0/16", Err(range("11.0.0.0/16"))),
            (Some("10.100.0.0/25"), "10.0.0.0/16", Err(size("10.100.0.0/25"))),
            (Some("10.0.0.0/11"), "192.168.0.0/16", Err(size("10.0.0.0/11"))),
            (Some("nothing"), "10.0.0.0/16", Err(Setup::ServiceBlock("nothing".to_owned()))),
        ] {
            let got = services(asked, &[vpc.parse().unwrap()], "c");
            assert_eq!(got, want.map(str::to_owned).map_err(Error::from), "{asked:?} {vpc}");
        }
    }

    #[test]
    fn public_blocks_are_blocks() {
        let blocks = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(public(None, true).unwrap(), ["0.0.0.0/0", "::/0"]);
        assert!(public(Some(&blocks(&["10.0.0.0/8", "1.2.3.4/32"])), false).is_ok());
        assert!(public(Some(&blocks(&["2001:db8::/32"])), false).is_err());
        assert!(public(Some(&blocks(&["1.2.3.4"])), false).is_err());
        assert!(public(Some(&blocks(&["1.2.3.4/8"])), false).is_err());
        assert!(public(Some(&vec!["1.2.3.4/32".to_owned(); 41]), false).is_err());
    }

    /// Measured: cdk-preflight, pf-eks-cluster-remote-network-rfc1918: the private blocks as a whole are taken, and nothing
    /// that reaches beyond them.
    #[test]
    fn remote_networks_are_private() {
        for (block, fits) in [
            ("10.0.0.0/8", true),
            ("100.64.0.0/10", true),
            ("192.168.1.0/24", true),
            ("11.0.0.0/16", false),
            ("100.64.0.0/9", false),
            ("10.200.0.0/7", false),
        ] {
            let network = api::RemoteNodeNetwork { cidrs: Some(vec![block.to_owned()]) };
            let asked = api::RemoteNetworkConfigRequest {
                remote_node_networks: Some(vec![network]),
                remote_pod_networks: None,
            };
            let around = Around { vpc: &[], services: None };
            assert_eq!(remote(&asked, &around).is_ok(), fits, "{block}");
        }
    }
}
