//! Session tokens: sealed and self-contained. Everything that is known of a temporary key stands in its token, so
//! that nothing has to be kept for it and a restart changes nothing.
//!
//! Form: base64 of version (1 byte), nonce (12 bytes), AES-256-GCM of a JSON document.

use crate::error::Error;
use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use base::{AccountId, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ports::{Caller, CallerKind, Cx, Found, KnownKey, Refusal};
use serde::{Deserialize, Serialize};
use store::{Record, Tx, View};

/// The first byte of a token.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;

/// The world's sealing key, made when the first token is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SealKey {
    hex: String,
}

impl Record for SealKey {
    const TABLE: &'static str = "iam_seal_key";
    type Key = String;

    fn key(&self) -> String {
        "1".to_owned()
    }
}

/// What a token says.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
    pub(crate) account: AccountId,
    pub(crate) expires_at: Timestamp,
    pub(crate) who: Who,
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
}

impl Who {
    fn caller_kind(self) -> CallerKind {
        match self {
            Self::Root => CallerKind::Root,
            Self::User { path_and_name, unique_id } => CallerKind::User { path_and_name, unique_id },
            Self::Role { role, role_id, session } => CallerKind::RoleSession { role, role_id, session },
        }
    }
}

/// Seals a session, with the world's key.
pub(crate) fn seal(tx: &mut Tx, cx: &Cx, session: &Session) -> Result<String, Error> {
    let key = match tx.get::<SealKey>("1") {
        Some(key) => (*key).clone(),
        None => {
            let key = SealKey { hex: hex::encode(cx.ids().bytes::<32>()) };
            tx.put(key.clone());
            key
        }
    };
    let cipher = cipher(&key).ok_or_else(|| Error::Invalid("the sealing key is damaged".to_owned()))?;
    let nonce = cx.ids().bytes::<NONCE_BYTES>();
    let text = serde_json::to_vec(session).expect("a session is plain data");
    let sealed = cipher.encrypt(Nonce::from_slice(&nonce), text.as_slice());
    let sealed = sealed.map_err(|_| Error::Invalid("the session cannot be sealed".to_owned()))?;
    let mut token = vec![VERSION];
    token.extend_from_slice(&nonce);
    token.extend_from_slice(&sealed);
    Ok(STANDARD.encode(token))
}

/// What is known of a temporary key: what its token says. Without a world's sealing key none was ever issued.
pub(crate) fn look_up(view: &View, id: &str, token: Option<&str>, now: Timestamp) -> Found {
    let Some(key) = view.get::<SealKey>("1") else { return Found::Unknown };
    let Some(token) = token else { return Found::Refused(Refusal::BadToken) };
    match open(&key, token) {
        Some(session) if session.access_key_id != id => Found::Refused(Refusal::BadToken),
        Some(session) if session.expires_at <= now => Found::Refused(Refusal::Expired),
        Some(session) => Found::Known(KnownKey {
            secret: session.secret,
            caller: Caller {
                account: session.account,
                access_key_id: Some(id.to_owned()),
                kind: session.who.caller_kind(),
            },
        }),
        None => Found::Refused(Refusal::BadToken),
    }
}

fn open(key: &SealKey, token: &str) -> Option<Session> {
    let bytes = STANDARD.decode(token).ok()?;
    let (version, rest) = bytes.split_first()?;
    let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES)?;
    if *version != VERSION {
        return None;
    }
    let text = cipher(key)?.decrypt(Nonce::from_slice(nonce), sealed).ok()?;
    serde_json::from_slice(&text).ok()
}

fn cipher(key: &SealKey) -> Option<Aes256Gcm> {
    Aes256Gcm::new_from_slice(&hex::decode(&key.hex).ok()?).ok()
}
