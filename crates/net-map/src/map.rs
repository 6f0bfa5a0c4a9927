//! What a picture of networks shows.

use serde::Serialize;

/// Networks of an account in a Region.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Map {
    /// What stands above it.
    pub title: String,
    /// VPCs, in the order they are drawn.
    pub networks: Vec<Network>,
}

/// A VPC.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Network {
    /// `vpc-…`
    pub id: String,
    /// The value of its tag `Name`.
    pub name: Option<String>,
    /// Whether it is the default one.
    pub is_default: bool,
    /// Its blocks.
    pub blocks: Vec<String>,
    /// What leads out of it.
    pub gateways: Vec<Gateway>,
    /// Its zones, by name.
    pub zones: Vec<Zone>,
    /// Its security groups.
    pub groups: Vec<Group>,
}

/// What leads out of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gateway {
    /// What it is.
    pub kind: GatewayKind,
    /// `igw-…`
    pub id: String,
    /// The value of its tag `Name`.
    pub name: Option<String>,
}

/// Kinds of what leads out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GatewayKind {
    /// To the internet and from there.
    Internet,
    /// To the internet, by IPv6.
    EgressOnly,
    /// To another VPC.
    Peering,
    /// To a transit gateway.
    Transit,
    /// To a network outside AWS.
    Vpn,
    /// To a service.
    Endpoint,
    /// Something else.
    Other,
}

impl GatewayKind {
    /// By what its id begins with.
    pub fn of(id: &str) -> Self {
        match id.split('-').next().unwrap_or_default() {
            "igw" => Self::Internet,
            "eigw" => Self::EgressOnly,
            "pcx" => Self::Peering,
            "tgw" => Self::Transit,
            "vgw" => Self::Vpn,
            "vpce" => Self::Endpoint,
            _ => Self::Other,
        }
    }

    /// In words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Internet => "internet gateway",
            Self::EgressOnly => "egress-only gateway",
            Self::Peering => "peering",
            Self::Transit => "transit gateway",
            Self::Vpn => "VPN gateway",
            Self::Endpoint => "endpoint",
            Self::Other => "gateway",
        }
    }

    /// Whether the internet is behind it.
    pub(crate) fn is_internet(self) -> bool {
        matches!(self, Self::Internet | Self::EgressOnly)
    }
}

/// A zone with what a VPC has there.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Zone {
    /// `us-east-1a`
    pub name: String,
    /// Its subnets.
    pub subnets: Vec<Subnet>,
}

/// A subnet.
#[derive(Clone, Debug, Serialize)]
pub struct Subnet {
    /// `subnet-…`
    pub id: String,
    /// The value of its tag `Name`.
    pub name: Option<String>,
    /// Its blocks.
    pub blocks: Vec<String>,
    /// By where its routes lead.
    pub kind: SubnetKind,
    /// Its route table.
    pub table: String,
    /// The routes that leave the VPC.
    pub routes: Vec<Route>,
    /// What is in it.
    pub members: Vec<Member>,
}

/// Where the routes of a subnet lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubnetKind {
    /// To an internet gateway.
    Public,
    /// Out by something that nobody comes in by.
    Private,
    /// Nowhere.
    Isolated,
}

impl SubnetKind {
    /// All of them, in the order they are drawn.
    pub(crate) const ALL: [Self; 3] = [Self::Public, Self::Private, Self::Isolated];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Isolated => "isolated",
        }
    }
}

/// A route out of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Where to.
    pub destination: String,
    /// By what.
    pub target: String,
    /// Whether that is there and of use.
    pub leads: bool,
}

/// Something in a subnet.
#[derive(Clone, Debug, Serialize)]
pub struct Member {
    /// What it is.
    pub kind: MemberKind,
    /// `i-…`, `nat-…`, `eni-…`
    pub id: String,
    /// The value of its tag `Name`.
    pub name: Option<String>,
    /// What it is doing, where that is not running or available.
    pub state: Option<String>,
    /// What more is to be said: `t3.micro`.
    pub detail: Option<String>,
    /// Its primary address.
    pub address: Option<String>,
    /// The public address that leads to it.
    pub public: Option<String>,
    /// Its security groups, by their position in the network.
    pub groups: Vec<usize>,
}

/// Kinds of what is in a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemberKind {
    /// A NAT gateway.
    Nat,
    /// An interface of a service.
    Service,
    /// An instance.
    Instance,
    /// An interface that is attached to nothing.
    Interface,
}

impl MemberKind {
    /// In a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Nat => "nat",
            Self::Service => "service",
            Self::Instance => "instance",
            Self::Interface => "interface",
        }
    }
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// `sg-…`
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many rules it has for what comes in and what goes out.
    pub rules: (usize, usize),
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{
        Gateway, GatewayKind, Group, Map, Member, MemberKind, Network, Route, Subnet, SubnetKind, Zone,
    };

    fn member(kind: MemberKind, id: &str, name: Option<&str>, address: &str) -> Member {
        Member {
            kind,
            id: id.to_owned(),
            name: name.map(str::to_owned),
            state: None,
            detail: (kind == MemberKind::Instance).then(|| "t3.micro".to_owned()),
            address: Some(address.to_owned()),
            public: (kind == MemberKind::Nat).then(|| "198.18.0.7".to_owned()),
            groups: if kind == MemberKind::Instance { vec![0, 1] } else { Vec::new() },
        }
    }

    fn route(target: &str) -> Route {
        Route { destination: "0.0.0.0/0".to_owned(), target: target.to_owned(), leads: true }
    }

    fn subnet(kind: SubnetKind, number: usize, routes: Vec<Route>, members: Vec<Member>) -> Subnet {
        Subnet {
            id: format!("subnet-{number:017}"),
            name: Some(format!("{}-{number}", kind.word())),
            blocks: vec![format!("10.0.{number}.0/24")],
            kind,
            table: "rtb-1".to_owned(),
            routes,
            members,
        }
    }

    /// A network of `zones` zones with three subnets each and `instances` instances in each private subnet.
    pub(crate) fn network(zones: usize, instances: usize) -> Map {
        let zone = |number: usize| {
            let nat = format!("nat-{number:017}");
            let instance = |own: usize| {
                let id = format!("i-{:017}", number * 1000 + own);
                let name = (own % 3 != 2).then(|| format!("web <{own}> & co"));
                member(MemberKind::Instance, &id, name.as_deref(), &format!("10.0.{number}.{own}"))
            };
            Zone {
                name: format!("us-east-1{}", char::from(b'a' + u8::try_from(number).unwrap())),
                subnets: vec![
                    subnet(
                        SubnetKind::Public,
                        number * 3,
                        vec![route("igw-00000000000000001")],
                        vec![member(MemberKind::Nat, &nat, None, "10.0.0.5")],
                    ),
                    subnet(
                        SubnetKind::Private,
                        number * 3 + 1,
                        vec![route(&nat)],
                        (0..instances).map(instance).collect(),
                    ),
                    subnet(SubnetKind::Isolated, number * 3 + 2, Vec::new(), Vec::new()),
                ],
            }
        };
        let gateway = |id: &str| Gateway { kind: GatewayKind::of(id), id: id.to_owned(), name: None };
        let group = |name: &str| Group { id: format!("sg-{name}"), name: name.to_owned(), rules: (2, 1) };
        let network = Network {
            id: "vpc-00000000000000001".to_owned(),
            name: Some("shop".to_owned()),
            is_default: false,
            blocks: vec!["10.0.0.0/16".to_owned()],
            gateways: vec![gateway("igw-00000000000000001"), gateway("pcx-00000000000000001")],
            zones: (0..zones).map(zone).collect(),
            groups: vec![group("web"), group("default")],
        };
        Map { title: "Networks of 000000000000 in us-east-1".to_owned(), networks: vec![network] }
    }

    #[test]
    fn what_leads_out_is_told_by_its_id() {
        for (id, want) in [
            ("igw-1", GatewayKind::Internet),
            ("pcx-1", GatewayKind::Peering),
            ("vpce-1", GatewayKind::Endpoint),
            ("xyz", GatewayKind::Other),
        ] {
            assert_eq!(GatewayKind::of(id), want, "{id}");
        }
    }
}
