//! What is kept of a key pair: the public key. The private one is answered once, at its creation, and nowhere else.

use base::{Scope, Tags, Timestamp};
use ec2_resource::error::Kind;
use ec2_resource::id::KeyPairId;
use ec2_resource::resource::{self, Resource};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Rows;
use store::{Index, Record};

/// A key pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeyPair {
    pub(crate) scope: Scope,
    pub(crate) id: KeyPairId,
    pub(crate) name: String,
    pub(crate) kind: KeyKind,
    pub(crate) fingerprint: String,
    /// SSH's line, without a comment.
    pub(crate) line: String,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: Tags,
}

/// What a key computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum KeyKind {
    /// RSA.
    Rsa,
    /// Ed25519.
    Ed25519,
}

impl KeyKind {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }
}

impl KeyPair {
    /// By name; no two of a scope share one.
    pub(crate) const NAME: Index<Self> =
        Index { name: "name", keys: |own| vec![resource::key(&own.scope, &own.name)] };

    /// The pair of that name.
    pub(crate) fn of_name(rows: &impl Rows, scope: &Scope, name: &str) -> Option<Arc<Self>> {
        rows.first(&Self::NAME, &resource::key(scope, name))
    }

    /// The line of `authorized_keys`, whose comment is the pair's name.
    pub(crate) fn public_key(&self) -> String {
        format!("{} {}", self.line, self.name)
    }
}

impl Record for KeyPair {
    const TABLE: &'static str = "compute_key_pair";
    const INDEXES: &'static [Index<Self>] = &[Self::NAME];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for KeyPair {
    const TYPE: &'static str = "key-pair";
    const PREFIX: &'static str = KeyPairId::PREFIX;
    const KIND: Kind = Kind::KeyPair;
    const FILTERS: &'static [&'static str] = &["fingerprint", "key-name", "key-pair-id"];

    resource::own_members!();

    fn arn_id(&self) -> &str {
        &self.name
    }

    /// Tags are given by id, everything else goes by name.
    fn of_arn(rows: &impl Rows, scope: &Scope, text: &str) -> Option<Arc<Self>> {
        Self::of_name(rows, scope, text).or_else(|| rows.row(&resource::key(scope, text)))
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "fingerprint" => vec![self.fingerprint.clone()],
            "key-name" => vec![self.name.clone()],
            "key-pair-id" => vec![self.id.to_string()],
            // No filter, but a condition key of policies.
            "key-type" => vec![self.kind.word().to_owned()],
            _ => Vec::new(),
        }
    }
}
