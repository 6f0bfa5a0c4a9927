//! Sets of records: what they answer, and who is answered by which.

use crate::name::Name;
use serde::{Deserialize, Serialize};

/// The types of records there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum RecordType {
    A,
    Aaaa,
    Caa,
    Cname,
    Ds,
    Https,
    Mx,
    Naptr,
    Ns,
    Ptr,
    Soa,
    Spf,
    Srv,
    Sshfp,
    Svcb,
    Tlsa,
    Txt,
}

impl RecordType {
    const ALL: [(Self, &'static str); 17] = [
        (Self::A, "A"),
        (Self::Aaaa, "AAAA"),
        (Self::Caa, "CAA"),
        (Self::Cname, "CNAME"),
        (Self::Ds, "DS"),
        (Self::Https, "HTTPS"),
        (Self::Mx, "MX"),
        (Self::Naptr, "NAPTR"),
        (Self::Ns, "NS"),
        (Self::Ptr, "PTR"),
        (Self::Soa, "SOA"),
        (Self::Spf, "SPF"),
        (Self::Srv, "SRV"),
        (Self::Sshfp, "SSHFP"),
        (Self::Svcb, "SVCB"),
        (Self::Tlsa, "TLSA"),
        (Self::Txt, "TXT"),
    ];

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(own, _)| *own)
    }

    pub(crate) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(own, _)| *own == self).map_or("", |(_, name)| name)
    }
}

/// The records of one name and type, or one of several such sets that a policy chooses from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RecordSet {
    /// The id of the zone it is in.
    pub(crate) zone: String,
    pub(crate) name: Name,
    pub(crate) kind: RecordType,
    /// What tells it from the others that a policy chooses from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) identifier: Option<String>,
    #[serde(default, skip_serializing_if = "Routing::is_simple")]
    pub(crate) routing: Routing,
    pub(crate) body: Body,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) health_check: Option<String>,
}

/// What a set answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Body {
    /// Values, as they were given.
    Values { ttl_seconds: i64, values: Vec<String> },
    /// What another name answers.
    Alias(Alias),
    /// What an instance of a traffic policy answers.
    Policy {
        /// The instance.
        instance: String,
    },
}

/// Another name that answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Alias {
    /// The zone it is in: one of Route 53's, or of a service.
    pub(crate) zone: String,
    pub(crate) name: Name,
    /// Whether the set is as healthy as what it leads to.
    pub(crate) evaluates_health: bool,
}

/// Who is answered by a set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) enum Routing {
    /// Everybody.
    #[default]
    Simple,
    /// A share of the questions.
    Weighted(i64),
    /// Whoever is nearest to a Region.
    Latency(String),
    /// Everybody while it is healthy.
    Primary,
    /// Everybody while the primary one is not.
    Secondary,
    /// Whoever is in a place.
    Location(Place),
    /// Whoever is near to a point.
    Proximity {
        point: Point,
        /// From -99 to 99.
        bias: i32,
    },
    /// Everybody, with up to eight healthy ones of all.
    Multivalue,
    /// Whoever asks from the blocks of a location.
    Cidr {
        collection: String,
        /// `*` for everybody else.
        location: String,
    },
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Place {
    /// `EU`.
    Continent(String),
    /// `DE`, or `*` for everybody else.
    Country(String),
    /// A part of a country.
    Subdivision { country: String, code: String },
}

/// A point on the earth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Point {
    /// Where a Region is.
    Region(String),
    /// Where a group of local zones is.
    LocalZones(String),
    /// Degrees, as they were given.
    Degrees { latitude: String, longitude: String },
}

impl Routing {
    pub(crate) fn is_simple(&self) -> bool {
        *self == Self::Simple
    }

    /// What Route 53's sentences call the policy.
    pub(crate) fn policy(&self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Weighted(_) => "weighted",
            Self::Latency(_) => "latency",
            Self::Primary | Self::Secondary => "failover",
            Self::Location(_) => "geolocation",
            Self::Proximity { .. } => "geoproximity",
            Self::Multivalue => "multivalue",
            Self::Cidr { .. } => "cidr",
        }
    }
}

impl RecordSet {
    /// Whether both answer for the same name, type and identifier.
    pub(crate) fn is_same_place(&self, other: &Self) -> bool {
        self.kind == other.kind && self.identifier == other.identifier && self.name == other.name
    }

    /// Whether both say the same; the order of values does not count.
    pub(crate) fn says_same(&self, other: &Self) -> bool {
        let bodies = match (&self.body, &other.body) {
            (
                Body::Values { ttl_seconds, values },
                Body::Values { ttl_seconds: other_ttl, values: others },
            ) => {
                ttl_seconds == other_ttl
                    && values.len() == others.len()
                    && values.iter().all(|value| others.contains(value))
            }
            (own, other) => own == other,
        };
        bodies && self.routing == other.routing && self.health_check == other.health_check
    }

    /// How Route 53's sentences name it: `[name='a.example.com.', type='A']`.
    pub(crate) fn label(&self) -> String {
        let (name, kind) = (&self.name, self.kind.as_str());
        match &self.identifier {
            None => format!("[name='{name}', type='{kind}']"),
            Some(identifier) => format!("[name='{name}', type='{kind}', set-identifier='{identifier}']"),
        }
    }
}
