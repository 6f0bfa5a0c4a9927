//! The lists of domains that AWS keeps: the same for everybody in a Region. Rules name them; nobody reads or changes them.

use super::list::{List, State};
use crate::resolver::shared::home;
use base::{Tags, Timestamp};
use ports::Cx;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whose they are. Source: AWS CLI, `list-firewall-domain-lists`, example.
pub(super) const OWNER: &str = "Route 53 Resolver DNS Firewall";

/// Their names. Source: Route 53 Developer Guide, "Managed Domain Lists".
const NAMES: [&str; 4] = [
    "AWSManagedDomainsMalwareDomainList",
    "AWSManagedDomainsBotnetCommandandControl",
    "AWSManagedDomainsAggregateThreatList",
    "AWSManagedDomainsAmazonGuardDutyThreatList",
];

/// Ids that were seen: a line for each Region with the ids of the lists in the order of their names; a dash for one that
/// was not. Source: configurations of users of Terraform and of the CDK.
const SEEN: &str = include_str!("managed.txt");

/// The id of a list in a Region. One that nobody saw follows from name and Region, by FNV-1a over 64 bits.
fn id(region: &str, place: usize) -> String {
    let line = SEEN.lines().find_map(|line| line.strip_prefix(region)?.strip_prefix(' '));
    let seen = line.and_then(|line| line.split(' ').nth(place)).filter(|id| *id != "-");
    let name = NAMES.get(place).copied().unwrap_or_default();
    let made = || {
        let hash = format!("{region}/{name}").bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{hash:016x}")
    };
    format!("rslvr-fdl-{}", seen.map_or_else(made, str::to_owned))
}

/// All of them, as the caller's Region has them.
pub(super) fn all(cx: &Cx) -> Vec<Arc<List>> {
    let (home, region) = (home(cx), cx.region().as_str());
    let list = |(place, name): (usize, &&str)| {
        Arc::new(List {
            id: id(region, place),
            home: home.clone(),
            request: (*name).to_owned(),
            digest: String::new(),
            name: (*name).to_owned(),
            domains: BTreeSet::new(),
            state: State::Complete,
            message: String::new(),
            is_managed: true,
            tags: Tags::default(),
            created_at: Timestamp::from_millis(0),
            changed_at: Timestamp::from_millis(0),
        })
    };
    NAMES.iter().enumerate().map(list).collect()
}

/// The one of an id.
pub(super) fn find(cx: &Cx, id: &str) -> Option<Arc<List>> {
    all(cx).into_iter().find(|list| list.id == id)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, SEEN, id};
    use std::collections::BTreeSet;

    #[test]
    fn every_region_has_lists_of_its_own() {
        for (region, place, want) in [
            ("us-east-1", 0, "rslvr-fdl-2c46f2ecbfec4dcc"),
            ("us-east-1", 3, "rslvr-fdl-984dae9d8bac4e2b"),
            ("ap-south-1", 1, "rslvr-fdl-c6afb679f51946cd"),
            ("eu-west-1", 2, "rslvr-fdl-a88f2f26cc6a4296"),
        ] {
            assert_eq!(id(region, place), want);
        }
        let regions = SEEN.lines().filter_map(|line| line.split(' ').next()).chain(["xx-test-1"]);
        let ids: Vec<String> =
            regions.flat_map(|region| (0..NAMES.len()).map(move |place| id(region, place))).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(id("xx-test-1", 0), id("xx-test-1", 0));
    }
}
