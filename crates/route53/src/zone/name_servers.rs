//! The names of name servers: four, one under each of four top-level domains.
//! Source: Route 53 Developer Guide, "Getting the name servers for a public hosted zone".

use base::Ids;

/// How many servers there are under each top-level domain, and in how many groups their names lie.
const SERVERS: u64 = 512;
const GROUPS: u64 = 64;
/// The top-level domains, in the order of the servers' numbers.
const DOMAINS: [&str; 4] = ["com", "net", "org", "co.uk"];

/// Four servers, in any order.
pub(crate) fn draw(ids: &Ids) -> Vec<String> {
    let mut servers = Vec::with_capacity(DOMAINS.len());
    let mut first = 0;
    for domain in DOMAINS {
        let (number, group) = (first + ids.below(SERVERS), ids.below(GROUPS));
        let server = format!("ns-{number}.awsdns-{group:02}.{domain}");
        let place = ids.below(servers.len() as u64 + 1);
        servers.insert(usize::try_from(place).unwrap_or_default(), server);
        first += SERVERS;
    }
    servers
}

/// Private zones all name the same ones, which nobody asks.
pub(crate) fn of_private_zones() -> Vec<String> {
    ["ns-1536.awsdns-00.co.uk", "ns-0.awsdns-00.com", "ns-1024.awsdns-00.org", "ns-512.awsdns-00.net"]
        .map(str::to_owned)
        .to_vec()
}
