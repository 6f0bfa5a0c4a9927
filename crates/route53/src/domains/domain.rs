//! Registered domains, as they are kept.

use super::contact::Contact;
use super::tld;
use crate::error::DomainsError as Error;
use crate::home::home;
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows};

/// Who stands for a domain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Contacts {
    pub(super) admin: Contact,
    pub(super) registrant: Contact,
    pub(super) tech: Contact,
    pub(super) billing: Option<Contact>,
}

/// Whose names are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Privacy {
    pub(super) admin: bool,
    pub(super) registrant: bool,
    pub(super) tech: bool,
    pub(super) billing: bool,
}

/// A name server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NameServer {
    pub(super) name: String,
    pub(super) glue: Vec<String>,
}

/// A key that the registry would publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signer {
    pub(super) id: String,
    pub(super) algorithm: i32,
    pub(super) flags: i32,
    pub(super) public: String,
}

/// To whom a domain is about to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) account: String,
    pub(super) password: String,
    pub(super) operation: String,
    pub(super) expires_at: Timestamp,
}

/// A domain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Domain {
    /// In lower case, without a final dot.
    pub(super) name: String,
    pub(super) home: String,
    pub(super) contacts: Contacts,
    pub(super) privacy: Privacy,
    pub(super) renews: bool,
    pub(super) is_locked: bool,
    pub(super) name_servers: Vec<NameServer>,
    pub(super) signers: Vec<Signer>,
    pub(super) tags: Tags,
    pub(super) auth_code: String,
    pub(super) offer: Option<Offer>,
    /// Of a domain that was deleted: until when it can be had back. Nobody else can register the name before.
    pub(super) restorable_until: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Record for Domain {
    const TABLE: &'static str = "route53_domain";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.home, &self.name)
    }
}

impl Domain {
    /// By whose it is; a deleted one is nobody's.
    pub(super) const OWNER: Index<Self> = Index {
        name: "owner",
        keys: |own| if own.restorable_until.is_none() { vec![own.home.clone()] } else { Vec::new() },
    };

    /// Names are given once in each partition.
    fn key_of(home: &str, name: &str) -> String {
        let partition = home.split('/').next().unwrap_or_default();
        format!("{partition}/{name}")
    }

    /// The domain of a name, whoever has it.
    pub(super) fn any(rows: &impl Rows, cx: &Cx, name: &str) -> Option<Arc<Self>> {
        rows.row(&Self::key_of(&home(cx), name))
    }

    /// The caller's own domain of a name.
    pub(super) fn own(rows: &impl Rows, cx: &Cx, name: Option<&str>) -> Result<Arc<Self>, Error> {
        let name = canonical(name.unwrap_or_default());
        let is_own = |found: &Arc<Self>| found.home == home(cx) && found.restorable_until.is_none();
        Self::any(rows, cx, &name).filter(is_own).ok_or_else(|| absent(cx, &name))
    }
}

/// The account has no such domain; of a top-level domain that nobody can have, this is told.
pub(super) fn absent(cx: &Cx, name: &str) -> Error {
    let none = || Error::NoDomain { name: name.to_owned(), account: cx.account().to_string() };
    tld::split(name).err().unwrap_or_else(none)
}

/// A name as domains are kept by it.
pub(super) fn canonical(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}
