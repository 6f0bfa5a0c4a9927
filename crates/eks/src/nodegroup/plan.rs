//! What is to be done next with the nodes of a group: from what there is and what is wanted, and from nothing else.

use super::model::{Node, NodeState};

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// How many nodes.
    pub(crate) count: usize,
    /// The number of the release that they are to be made of.
    pub(crate) rollout: u32,
    /// The subnets to spread them over, and the zone of each.
    pub(crate) subnets: &'a [(String, String)],
    /// How many may be missing while others take their place.
    pub(crate) max_unavailable: usize,
    /// Whether nodes end before others take their place (`MINIMAL`).
    pub(crate) is_minimal: bool,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The subnets to put new nodes into, one each.
    pub(crate) launch: Vec<String>,
    /// The nodes that are to end, by token.
    pub(crate) end: Vec<String>,
}

/// Plans. Nodes that leave already count as gone.
///
/// Source of how nodes are replaced: EKS user guide, "Understand each phase of node updates": the group grows by twice the
/// number of its zones or by what may be missing, whichever is more; then old nodes end, as many at once as may be missing.
pub(crate) fn plan(nodes: &[Node], wanted: &Wanted<'_>) -> Plan {
    let here: Vec<&Node> = nodes.iter().filter(|node| is_here(node)).collect();
    let (new, old): (Vec<&Node>, Vec<&Node>) = here.iter().partition(|node| node.rollout == wanted.rollout);
    if old.is_empty() {
        return scale(&here, wanted);
    }
    let running = here.iter().filter(|node| node.state == NodeState::Running).count();
    let missing = wanted.count.saturating_sub(new.len());
    let (grow, shrink) = if wanted.is_minimal {
        // Old nodes end first, as many as may be missing; then as many new ones come as there is room for.
        let may_end = (running + wanted.max_unavailable).saturating_sub(wanted.count);
        (missing.min(wanted.count.saturating_sub(here.len())), may_end)
    } else {
        let surge = wanted.max_unavailable.max(2 * zones(wanted.subnets));
        let room = (wanted.count + surge).saturating_sub(here.len());
        let may_end = running.saturating_sub(wanted.count).min(wanted.max_unavailable.max(1));
        (missing.min(room), may_end)
    };
    // An old node that does not run is no loss.
    let idle = old.iter().filter(|node| node.state != NodeState::Running);
    let running_old = old.iter().filter(|node| node.state == NodeState::Running).take(shrink);
    Plan {
        launch: places(&here, wanted.subnets, grow),
        end: idle.chain(running_old).map(|node| node.token.clone()).collect(),
    }
}

fn is_here(node: &Node) -> bool {
    matches!(node.state, NodeState::Starting | NodeState::Running)
}

/// More or fewer nodes of one release.
fn scale(here: &[&Node], wanted: &Wanted<'_>) -> Plan {
    if here.len() <= wanted.count {
        return Plan { launch: places(here, wanted.subnets, wanted.count - here.len()), end: Vec::new() };
    }
    // From the zone that has the most nodes goes the oldest one, as Auto Scaling's default policy has it.
    let mut stay: Vec<&Node> = here.to_vec();
    let mut end = Vec::new();
    while stay.len() > wanted.count {
        let zone = |node: &Node| zone_of(wanted.subnets, &node.subnet);
        let crowd = |node: &Node| stay.iter().filter(|other| zone(other) == zone(node)).count();
        let most = stay.iter().map(|node| crowd(node)).max().unwrap_or_default();
        let Some(position) = stay.iter().position(|node| crowd(node) == most) else { break };
        end.push(stay.remove(position).token.clone());
    }
    Plan { launch: Vec::new(), end }
}

/// The subnets of `count` more nodes: each goes where the fewest are.
fn places(here: &[&Node], subnets: &[(String, String)], count: usize) -> Vec<String> {
    let mut taken: Vec<&str> = here.iter().map(|node| node.subnet.as_str()).collect();
    let mut chosen = Vec::new();
    for _ in 0..count {
        let in_zone = |zone: &str| taken.iter().filter(|subnet| zone_of(subnets, subnet) == zone).count();
        let in_subnet = |own: &str| taken.iter().filter(|subnet| **subnet == own).count();
        let fewest = subnets.iter().min_by_key(|(subnet, zone)| (in_zone(zone), in_subnet(subnet)));
        let Some((subnet, _)) = fewest else { break };
        taken.push(subnet);
        chosen.push(subnet.clone());
    }
    chosen
}

fn zone_of<'a>(subnets: &'a [(String, String)], subnet: &str) -> &'a str {
    subnets.iter().find(|(own, _)| own == subnet).map_or("", |(_, zone)| zone.as_str())
}

fn zones(subnets: &[(String, String)]) -> usize {
    let mut zones: Vec<&str> = subnets.iter().map(|(_, zone)| zone.as_str()).collect();
    zones.sort_unstable();
    zones.dedup();
    zones.len()
}

#[cfg(test)]
mod tests {
    use super::{Plan, Wanted, plan};
    use crate::nodegroup::model::{Node, NodeState};

    /// Nodes as words: `a1r` is in subnet a, of release 1, and runs; `s` starts, `l` leaves. Tokens are their places.
    fn nodes(words: &str) -> Vec<Node> {
        let node = |(index, word): (usize, &str)| {
            let mut letters = word.chars();
            let subnet = letters.next().unwrap().to_string();
            let rollout = letters.next().unwrap().to_digit(10).unwrap();
            let state = match letters.next().unwrap() {
                'r' => NodeState::Running,
                's' => NodeState::Starting,
                _ => NodeState::Leaving,
            };
            let token = index.to_string();
            Node { token, subnet, choice: 0, rollout, template_version: 1, instance: None, state }
        };
        words.split_whitespace().enumerate().map(node).collect()
    }

    #[track_caller]
    fn check(there: &str, count: usize, (rollout, unavailable, is_minimal): (u32, usize, bool), want: &str) {
        let subnets = [("a", "z1"), ("b", "z2")].map(|(own, zone)| (own.to_owned(), zone.to_owned()));
        let max_unavailable = unavailable;
        let wanted = Wanted { count, rollout, subnets: &subnets, max_unavailable, is_minimal };
        let Plan { launch, end } = plan(&nodes(there), &wanted);
        assert_eq!(format!("+{} -{}", launch.join(""), end.join(",")), want, "{there} -> {count}");
    }

    #[test]
    fn nodes_are_spread_and_the_oldest_of_the_fullest_zone_goes_first() {
        let one = (1, 1, false);
        for (there, count, want) in [
            ("", 3, "+aba -"),
            ("a1r", 3, "+ba -"),
            ("a1r b1l", 2, "+b -"),
            ("a1r b1r a1s", 3, "+ -"),
            ("a1r b1r a1r", 2, "+ -0"),
            ("a1r b1r a1r b1r", 1, "+ -0,1,2"),
            ("a1r b1r", 0, "+ -0,1"),
        ] {
            check(there, count, one, want);
        }
    }

    #[test]
    fn a_release_takes_the_place_of_another() {
        let usual = (2, 1, false);
        for (there, count, want) in [
            // It grows by twice its zones, and then goes back one by one.
            ("a1r b1r", 2, "+ab -"),
            ("a1r b1r a2s b2s", 2, "+ -"),
            ("a1r b1r a2r b2s", 2, "+ -0"),
            ("a1l b1r a2r b2r", 2, "+ -1"),
            ("a1l b1l a2r b2r", 2, "+ -"),
            ("a1r a1r a1r a1r a1r a1r a1r", 7, "+bbbb -"),
            // What never ran need not be waited for.
            ("a1s b1r a2s b2s", 2, "+ -0"),
            ("a1r", 0, "+ -0"),
        ] {
            check(there, count, usual, want);
        }
        let minimal = (2, 1, true);
        for (there, count, want) in [
            ("a1r b1r", 2, "+ -0"),
            ("a1l b1r", 2, "+a -"),
            ("b1r a2s", 2, "+ -"),
            ("b1r a2r", 2, "+ -0"),
            ("b1l a2r", 2, "+b -"),
        ] {
            check(there, count, minimal, want);
        }
    }
}
