//! What STS seals: session tokens and authorization messages. A token is self-contained: everything that is known of
//! a temporary key stands in it, so that nothing has to be kept for it and a restart changes nothing.
//!
//! Form: base64 of version (1 byte), nonce (12 bytes), AES-256-GCM of a JSON document, with white space behind it
//! where a longer token is asked for. Each world seals with a key of its own, also a world that was forked: what one
//! world sealed, no other one opens.

use crate::entity::Home;
use crate::error::Error;
use crate::role::Role;
use crate::user::User;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base::{AccountId, Partition};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ports::{Caller, CallerKind, Cx, Found, KnownKey, Refusal, Session, World};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Record, StoreError, Tx, View};

/// The first byte of what is sealed.
const VERSION: u8 = 2;
const NONCE_BYTES: usize = 12;
/// Opened tokens that are kept. One more and all are forgotten: they are opened anew as they come.
const MOST_OPENED: usize = 4_096;

/// The sealing key of a world, made when the first token is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SealKey {
    hex: String,
    /// The world's name. Before there were names, the one key was called `1`; it opens nothing any more.
    #[serde(default = "unnamed")]
    world: String,
}

fn unnamed() -> String {
    "1".to_owned()
}

impl Record for SealKey {
    const TABLE: &'static str = "iam_seal_key";
    type Key = String;

    fn key(&self) -> String {
        self.world.clone()
    }
}

/// What a token says.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Sealed {
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
    pub(crate) partition: Partition,
    pub(crate) account: AccountId,
    pub(crate) who: Who,
    pub(crate) session: Arc<Session>,
}

/// Whom a session speaks for.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Who {
    /// The root user.
    Root,
    /// A user.
    User { path_and_name: String, unique_id: String },
    /// A role.
    Role { role: String, role_id: String, session: String },
    /// Somebody a user vouches for.
    Federated { name: String },
    /// An instance as itself, by a role that nobody made.
    Instance { role: String, role_id: String, instance: String },
}

impl Who {
    fn caller_kind(&self) -> CallerKind {
        match self.clone() {
            Self::Root => CallerKind::Root,
            Self::User { path_and_name, unique_id } => CallerKind::User { path_and_name, unique_id },
            Self::Role { role, role_id, session } | Self::Instance { role, role_id, instance: session } => {
                CallerKind::RoleSession { role, role_id, session }
            }
            Self::Federated { name } => CallerKind::FederatedUser { name },
        }
    }
}

/// What sealed documents are for: one kind is not taken for another.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// A session token.
    Session,
    /// An authorization message.
    Message,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Session => b"session",
            Self::Message => b"message",
        }
    }
}

/// Seals a session. The token has `minimum_bytes` at the least.
pub(crate) fn session(tx: &mut Tx, cx: &Cx, sealed: &Sealed, minimum_bytes: usize) -> Result<String, Error> {
    let mut text = serde_json::to_vec(sealed).expect("a session is plain data");
    // Version, nonce and tag stand round the text; three bytes become four characters.
    let wanted = (minimum_bytes.div_ceil(4) * 3).saturating_sub(1 + NONCE_BYTES + 16);
    text.resize(text.len().max(wanted), b' ');
    let key = key(tx, cx);
    seal(&key, cx, Purpose::Session, &text)
}

/// Seals a document for its reader in the same world.
pub(crate) fn document(cx: &Cx, purpose: Purpose, text: &[u8]) -> Result<String, Error> {
    let own = cx.read(|view| view.get::<SealKey>(&cx.world().name));
    let key = match own {
        Some(own) => own,
        None => cx.write(|tx| Ok::<_, StoreError>(Arc::new(key(tx, cx))))?,
    };
    seal(&key, cx, purpose, text)
}

/// Opens what [`document`] sealed; `None` for anything else.
pub(crate) fn open_document(view: &View, world: &World, purpose: Purpose, sealed: &str) -> Option<Vec<u8>> {
    open(&*view.get::<SealKey>(&world.name)?, purpose, sealed)
}

/// The world's key.
fn key(tx: &mut Tx, cx: &Cx) -> SealKey {
    let world = cx.world().name.clone();
    if let Some(key) = tx.get::<SealKey>(&world) {
        return (*key).clone();
    }
    let key = SealKey { hex: hex::encode(cx.ids().bytes::<32>()), world };
    tx.put(key.clone());
    key
}

fn seal(key: &SealKey, cx: &Cx, purpose: Purpose, text: &[u8]) -> Result<String, Error> {
    let cipher = cipher(key).ok_or_else(|| Error::Invalid("the sealing key is damaged".to_owned()))?;
    let nonce = cx.ids().bytes::<NONCE_BYTES>();
    let sealed = cipher.encrypt(Nonce::from_slice(&nonce), Payload { msg: text, aad: purpose.name() });
    let sealed = sealed.map_err(|_| Error::Invalid("the document cannot be sealed".to_owned()))?;
    let mut token = vec![VERSION];
    token.extend_from_slice(&nonce);
    token.extend_from_slice(&sealed);
    Ok(STANDARD.encode(token))
}

fn open(key: &SealKey, purpose: Purpose, token: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(token).ok()?;
    let (version, rest) = bytes.split_first()?;
    let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES)?;
    if *version != VERSION {
        return None;
    }
    let sealed = Payload { msg: sealed, aad: purpose.name() };
    cipher(key)?.decrypt(Nonce::from_slice(nonce), sealed).ok()
}

fn cipher(key: &SealKey) -> Option<Aes256Gcm> {
    Aes256Gcm::new_from_slice(&hex::decode(&key.hex).ok()?).ok()
}

/// Tokens that were opened before, by the digest of the key and the token.
#[derive(Default)]
pub(crate) struct Opened(Mutex<HashMap<[u8; 32], Arc<Sealed>>>);

impl Opened {
    fn open(&self, key: &SealKey, token: &str) -> Option<Arc<Sealed>> {
        let digest = Sha256::new().chain_update(&key.hex).chain_update(token).finalize().into();
        let mut opened = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = opened.get(&digest) {
            return Some(known.clone());
        }
        let sealed: Sealed = serde_json::from_slice(&open(key, Purpose::Session, token)?).ok()?;
        let sealed = Arc::new(sealed);
        if opened.len() == MOST_OPENED {
            opened.clear();
        }
        opened.insert(digest, sealed.clone());
        Some(sealed)
    }
}

/// What is known of a temporary key: what its token says, as long as those it speaks for are there. Without a
/// world's sealing key none was ever issued.
pub(crate) fn look_up(opened: &Opened, view: &View, world: &World, id: &str, token: Option<&str>) -> Found {
    let Some(key) = view.get::<SealKey>(&world.name) else {
        let is_forked = view.range::<SealKey>("").next().is_some();
        return if is_forked { Found::Refused(Refusal::BadToken) } else { Found::Unknown };
    };
    let Some(token) = token else { return Found::Refused(Refusal::BadToken) };
    match opened.open(&key, token) {
        Some(sealed) if sealed.access_key_id != id => Found::Refused(Refusal::BadToken),
        Some(sealed) if sealed.session.expires_at <= world.clock.now() => Found::Refused(Refusal::Expired),
        Some(sealed) if !is_there(view, &sealed) => Found::Refused(Refusal::BadToken),
        Some(sealed) => Found::Known(KnownKey {
            secret: sealed.secret.clone(),
            caller: Caller {
                account: sealed.account,
                access_key_id: Some(id.to_owned()),
                kind: sealed.who.caller_kind(),
                session: Some(sealed.session.clone()),
            },
        }),
        None => Found::Refused(Refusal::BadToken),
    }
}

/// Whether the identity behind a session still exists: one of the same name is another one.
fn is_there(view: &View, sealed: &Sealed) -> bool {
    let home = Home { partition: sealed.partition, account: sealed.account };
    let user = |id: &str| view.by(&User::ID, id).any(|user| user.home == home);
    match &sealed.who {
        Who::Root | Who::Instance { .. } => true,
        Who::User { unique_id, .. } => user(unique_id),
        Who::Role { role_id, .. } => view.by(&Role::ID, role_id).any(|role| role.home == home),
        Who::Federated { .. } => sealed.session.federated_by.as_ref().is_none_or(|by| user(&by.unique_id)),
    }
}
