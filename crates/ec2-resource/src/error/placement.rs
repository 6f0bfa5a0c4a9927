//! What is refused of placement groups.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// A group of that name exists.
    Duplicate(String),
    /// No group has that name or that id.
    Unknown(String),
    /// Instances are in the group.
    InUse(String),
    /// Instances are in the group, which is a cluster, and in another zone: the group and that zone.
    InZone(String, String),
}

impl Placement {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::Duplicate(name) => {
                ("InvalidPlacementGroup.Duplicate", format!("The placement group '{name}' already exists."))
            }
            Self::Unknown(name) => {
                ("InvalidPlacementGroup.Unknown", format!("The Placement Group '{name}' is unknown."))
            }
            Self::InUse(name) => (
                "InvalidPlacementGroup.InUse",
                format!("The placement group '{name}' is in use and may not be deleted."),
            ),
            Self::InZone(name, zone) => (
                "InvalidPlacementGroup.InUse",
                format!("The placement group '{name}' is in use in another availability zone: {zone}"),
            ),
        }
    }
}
