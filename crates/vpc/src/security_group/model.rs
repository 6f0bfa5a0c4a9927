//! What a security group and its rules are.

use crate::error::Kind;
use crate::id::{PrefixListId, RuleId, SecurityGroupId, VpcId};
use crate::prefix_list::weight_of_rule;
use crate::resource::{self, Resource};
use crate::vpc::Vpc;
use base::{AccountId, Ids, Scope, Tags};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Index, Record, Rows, Tx};

/// A stateful firewall for interfaces.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SecurityGroup {
    pub(crate) scope: Scope,
    pub(crate) id: SecurityGroupId,
    pub(crate) vpc_id: VpcId,
    pub(crate) name: String,
    pub(crate) description: String,
    /// The number of the next rule: rules are answered in the order they were made.
    pub(crate) next_rule: u32,
    pub(crate) tags: Tags,
}

/// One rule: one protocol, one range of ports, one peer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) scope: Scope,
    pub(crate) id: RuleId,
    pub(crate) group_id: SecurityGroupId,
    pub(crate) number: u32,
    pub(crate) egress: bool,
    pub(crate) traffic: Traffic,
    pub(crate) peer: Peer,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
}

/// Protocol and ports, normalised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Traffic {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, another number, or `-1` for all.
    pub(crate) protocol: String,
    /// From and to; type and code with ICMP. None where the protocol has none.
    pub(crate) ports: Option<(i32, i32)>,
}

/// The other side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Peer {
    /// An IPv4 block.
    Ipv4(String),
    /// An IPv6 block.
    Ipv6(String),
    /// The interfaces of a group.
    Group {
        /// Whose group it is.
        owner: AccountId,
        /// The group.
        id: SecurityGroupId,
    },
    /// The blocks of a prefix list.
    PrefixList(PrefixListId),
}

impl Peer {
    /// How refusals name it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Ipv4(block) | Self::Ipv6(block) => block.clone(),
            Self::Group { id, .. } => id.to_string(),
            Self::PrefixList(id) => id.to_string(),
        }
    }
}

impl SecurityGroup {
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |group| vec![resource::key(&group.scope, group.vpc_id.as_str())] };

    /// Whether it came with its VPC.
    pub(crate) fn is_default(&self) -> bool {
        self.name == "default"
    }

    /// Its key, which its rules are found by.
    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Rule {
    /// Those of a group.
    pub(crate) const GROUP: Index<Self> =
        Index { name: "group", keys: |rule| vec![resource::key(&rule.scope, rule.group_id.as_str())] };
    /// Those that name a group as their peer.
    pub(crate) const PEER: Index<Self> = Index {
        name: "peer",
        keys: |rule| match &rule.peer {
            Peer::Group { id, .. } => vec![resource::key(&rule.scope, id.as_str())],
            Peer::Ipv4(_) | Peer::Ipv6(_) | Peer::PrefixList(_) => Vec::new(),
        },
    };
    /// Those that name a prefix list.
    pub(crate) const LIST: Index<Self> = Index {
        name: "list",
        keys: |rule| match &rule.peer {
            Peer::PrefixList(id) => vec![resource::key(&rule.scope, id.as_str())],
            Peer::Ipv4(_) | Peer::Ipv6(_) | Peer::Group { .. } => Vec::new(),
        },
    };

    /// Its key.
    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    /// Whether another rule would say the same.
    pub(crate) fn says(&self, egress: bool, traffic: &Traffic, peer: &Peer) -> bool {
        self.egress == egress && self.traffic == *traffic && self.peer == *peer
    }
}

/// The rules of a group in the order they were made.
pub(crate) fn in_order<'r>(
    rules: impl Iterator<Item = &'r std::sync::Arc<Rule>>,
) -> Vec<std::sync::Arc<Rule>> {
    let mut rules: Vec<_> = rules.cloned().collect();
    rules.sort_by_key(|rule| rule.number);
    rules
}

/// Rules of a group in one direction at the most; each group counts against the quota of AWS's default.
const MOST_RULES: i32 = 1_000;

/// Whether a group's rules of one direction are within the quota. A prefix list counts as all entries it may have.
pub(crate) fn fits(rows: &impl Rows, group: &SecurityGroup, egress: bool) -> bool {
    let rules = rows.listed(&Rule::GROUP, &group.key_text());
    let own = rules.iter().filter(|rule| rule.egress == egress);
    own.map(|rule| weight_of_rule(rows, &rule.scope, &rule.peer)).sum::<i32>() <= MOST_RULES
}

/// Adds a rule to a group.
pub(crate) fn add(
    tx: &mut Tx,
    group: &mut SecurityGroup,
    ids: &Ids,
    egress: bool,
    traffic: Traffic,
    peer: Peer,
) -> Rule {
    let rule = Rule {
        scope: group.scope.clone(),
        id: RuleId::new(ids),
        group_id: group.id.clone(),
        number: group.next_rule,
        egress,
        traffic,
        peer,
        description: None,
        tags: Tags::default(),
    };
    group.next_rule += 1;
    tx.put(rule.clone());
    rule
}

/// All protocols.
pub(crate) fn everything() -> Traffic {
    Traffic { protocol: "-1".to_owned(), ports: None }
}

/// Lets everything out of a group, of the families that its VPC has.
pub(crate) fn let_out(tx: &mut Tx, group: &mut SecurityGroup, ids: &Ids, vpc: &Vpc) {
    add(tx, group, ids, true, everything(), Peer::Ipv4("0.0.0.0/0".to_owned()));
    if vpc.ipv6_blocks().next().is_some() {
        add(tx, group, ids, true, everything(), Peer::Ipv6("::/0".to_owned()));
    }
}

/// A VPC has got its first IPv6 block: where its default group still lets out everything of IPv4 and nothing else, it
/// does so of IPv6. Source: VPC user guide, "Default security groups".
pub(crate) fn meet_ipv6(tx: &mut Tx, vpc: &Vpc, ids: &Ids) {
    let of = resource::key(&vpc.scope, vpc.id.as_str());
    let default = tx.by(&SecurityGroup::VPC, &of).find(|group| group.is_default());
    let Some(mut group) = default.map(|group| (**group).clone()) else { return };
    let rules = in_order(tx.by(&Rule::GROUP, &group.key_text()));
    let out: Vec<_> = rules.iter().filter(|rule| rule.egress).collect();
    let all = Peer::Ipv4("0.0.0.0/0".to_owned());
    if matches!(out[..], [only] if only.says(true, &everything(), &all)) {
        add(tx, &mut group, ids, true, everything(), Peer::Ipv6("::/0".to_owned()));
        tx.put(group);
    }
}

/// The group made with a VPC.
pub(crate) fn make_default(tx: &mut Tx, vpc: &Vpc, ids: &Ids) {
    let (name, description) = ("default".to_owned(), "default VPC security group".to_owned());
    make_closed(tx, vpc, ids, Words { name, description, tags: Tags::default() });
}

/// What is written on a group.
pub(crate) struct Words {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tags: Tags,
}

/// A group of a VPC, without rules.
fn bare(vpc: &Vpc, ids: &Ids, words: Words) -> SecurityGroup {
    SecurityGroup {
        scope: vpc.scope.clone(),
        id: SecurityGroupId::new(ids),
        vpc_id: vpc.id.clone(),
        name: words.name,
        description: words.description,
        next_rule: 0,
        tags: words.tags,
    }
}

/// Makes a group: everything out, and in from anywhere by IPv4 what comes over TCP to some ports.
pub(crate) fn make_open(
    tx: &mut Tx,
    vpc: &Vpc,
    ids: &Ids,
    words: Words,
    ports: &BTreeSet<u16>,
) -> SecurityGroup {
    let mut group = bare(vpc, ids, words);
    for port in ports {
        let port = i32::from(*port);
        let traffic = Traffic { protocol: "tcp".to_owned(), ports: Some((port, port)) };
        add(tx, &mut group, ids, false, traffic, Peer::Ipv4("0.0.0.0/0".to_owned()));
    }
    let_out(tx, &mut group, ids, vpc);
    tx.put(group.clone());
    group
}

/// Makes a group: everything out, everything in from itself.
pub(crate) fn make_closed(tx: &mut Tx, vpc: &Vpc, ids: &Ids, words: Words) -> SecurityGroup {
    let mut group = bare(vpc, ids, words);
    let own = Peer::Group { owner: vpc.scope.account, id: group.id.clone() };
    add(tx, &mut group, ids, false, everything(), own);
    let_out(tx, &mut group, ids, vpc);
    tx.put(group.clone());
    group
}

impl SecurityGroup {
    /// Lets everything in from itself again, where that rule was taken away.
    pub(crate) fn close_again(&mut self, tx: &mut Tx, ids: &Ids) {
        let own = Peer::Group { owner: self.scope.account, id: self.id.clone() };
        let is_closed =
            tx.by(&Rule::GROUP, &self.key_text()).any(|rule| rule.says(false, &everything(), &own));
        if !is_closed {
            add(tx, self, ids, false, everything(), own);
        }
    }
}

impl Record for SecurityGroup {
    const TABLE: &'static str = "vpc_security_group";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Record for Rule {
    const TABLE: &'static str = "vpc_security_group_rule";
    const INDEXES: &'static [Index<Self>] = &[Self::GROUP, Self::PEER, Self::LIST];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

/// The filters over a group's rules need the rules: they are answered by the operation itself.
pub(crate) const RULE_FILTERS: [&str; 9] = [
    "cidr",
    "from-port",
    "group-id",
    "group-name",
    "ipv6-cidr",
    "prefix-list-id",
    "protocol",
    "to-port",
    "user-id",
];

impl Resource for SecurityGroup {
    const TYPE: &'static str = "security-group";
    const PREFIX: &'static str = SecurityGroupId::PREFIX;
    const KIND: Kind = Kind::SecurityGroup;
    const FILTERS: &'static [&'static str] = &["description", "group-id", "group-name", "owner-id", "vpc-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        vec![match name {
            "description" => self.description.clone(),
            "group-id" => self.id.to_string(),
            "group-name" => self.name.clone(),
            "vpc-id" => self.vpc_id.to_string(),
            "owner-id" => self.scope.account.to_string(),
            _ => return Vec::new(),
        }]
    }
}

impl Resource for Rule {
    const TYPE: &'static str = "security-group-rule";
    const PREFIX: &'static str = RuleId::PREFIX;
    const KIND: Kind = Kind::Rule;
    const FILTERS: &'static [&'static str] = &["group-id", "security-group-rule-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        vec![match name {
            "group-id" => self.group_id.to_string(),
            "security-group-rule-id" => self.id.to_string(),
            _ => return Vec::new(),
        }]
    }
}
