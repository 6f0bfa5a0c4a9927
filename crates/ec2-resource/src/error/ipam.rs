//! What is refused about IPAM. The sentences that quote AWS stand in issues of its clients: hashicorp/
//! terraform-provider-aws 22328, 30165, 39046 and 39967, terraform-aws-modules/terraform-aws-vpc 1135 and
//! aws-ia/terraform-aws-ipam 65. The others are ours.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IpamRefusal {
    /// No free block of that length, or the length is above what the pool may hold.
    TooBig,
    /// Neither a block nor a length, and the pool has no length of its own.
    NoLength,
    /// A block and a length.
    BlockAndLength,
    /// A change that changes nothing: the word of what it is about.
    NoChange(&'static str),
    /// What lies in it keeps it: its id and what lies there.
    InUse(String, &'static str),
    /// It is not in a state for that: its id and its state.
    State(String, &'static str),
    /// `PubliclyAdvertisable` is for IPv6 pools of one's own addresses.
    Advertisable,
    /// The block cannot be had: block and reason.
    Block(String, String),
    /// The length is outside the pool's rules: length, least and most.
    Length(u8, u8, u8),
    /// The resource lacks tags that the pool asks for: the pool.
    Tags(String),
    /// The pool's locale is another one: pool and locale.
    Locale(String, String),
    /// The default scopes of an IPAM stay: the scope.
    DefaultScope(String),
    /// An allocation that belongs to a resource is released with it: the allocation.
    Managed(String),
    /// Not built: what.
    Unsupported(&'static str),
}

impl IpamRefusal {
    /// Code and sentence.
    pub(super) fn said(&self) -> (&'static str, String) {
        let parameter = "InvalidParameterValue";
        match self {
            Self::TooBig => (parameter, "The allocation size is too big for the pool.".to_owned()),
            Self::NoLength => (
                "InvalidParameterCombination",
                "The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask length set. Exactly one of them should be provided.".to_owned(),
            ),
            Self::BlockAndLength => (
                "InvalidParameterCombination",
                "The request can contain either a CIDR or a Netmask Length, not both.".to_owned(),
            ),
            Self::NoChange(word) => (
                "InvalidParameterCombination",
                format!("The request must contain a modification to the {word}"),
            ),
            Self::InUse(id, what) => (
                "DependencyViolation",
                format!("The specified action is not valid for {id}. There are one or more {what}."),
            ),
            Self::State(id, state) => (
                "IncorrectState",
                format!("The specified action is not valid for {id} in the current state ({state})."),
            ),
            Self::Advertisable => (
                "InvalidParameterCombination",
                "The request can only contain PubliclyAdvertisable if the AddressFamily is IPv6 and PublicIpSource is byoip.".to_owned(),
            ),
            Self::Block(block, reason) => {
                (parameter, format!("Value ({block}) for parameter cidr is invalid. {reason}"))
            }
            Self::Length(length, least, most) => (
                parameter,
                format!("Value ({length}) for parameter netmaskLength is invalid. The pool allows netmask lengths from {least} to {most}."),
            ),
            Self::Tags(pool) => (
                parameter,
                format!("The resource does not have the tags that the pool {pool} requires of its allocations."),
            ),
            Self::Locale(pool, locale) => (
                parameter,
                format!("The pool {pool} has the locale {locale} and cannot be used here."),
            ),
            Self::DefaultScope(id) => {
                ("InvalidParameterValue", format!("The default scope {id} cannot be deleted."))
            }
            Self::Managed(id) => (
                parameter,
                format!("The allocation {id} belongs to a resource and is released with it."),
            ),
            Self::Unsupported(what) => {
                ("UnsupportedOperation", format!("{what} is not built yet."))
            }
        }
    }
}
