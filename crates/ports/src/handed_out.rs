//! The gateway's need: what lies at the addresses that services hand out in place of bytes. Met by `elb`.
//!
//! Such an address is `/_angae/handed-out/WORLD/TOKEN`. The token is its own permission, as the signature of a presigned
//! address is: who has it is asked for nothing else.

use crate::World;

/// What was handed out.
pub trait HandedOut: Send + Sync {
    /// What lies at the address of that token; `None` where the token is none of the world's or good no longer, or where
    /// what it led to is gone.
    fn open(&self, world: &World, token: &str) -> Option<Handed>;
}

/// What lies at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Of which type it is.
    pub content_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}
