//! What an account has set for its volumes and snapshots in a Region.

use crate::{Ebs as Service, encryption};
use base::Scope;
use ec2_resource::error::Error;
use ec2_resource::resource::{key, required};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::Rows;
use store::{Record, Tx};

/// The settings; an account without a row has those of the beginning.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) scope: Scope,
    /// Whether every new volume and copy is encrypted.
    pub(crate) encrypts: bool,
    /// The ARN of the key that is used where none is named, if it is not AWS's own.
    pub(crate) key: Option<String>,
    /// What of public snapshots is blocked.
    pub(crate) public: Public,
}

/// What of public snapshots is blocked.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Public {
    /// Nothing.
    Unblocked,
    /// Making further ones public.
    BlockNew,
    /// All: those that are public already are hidden.
    BlockAll,
}

impl Public {
    /// AWS's word.
    fn word(self) -> &'static str {
        match self {
            Self::Unblocked => "unblocked",
            Self::BlockNew => "block-new-sharing",
            Self::BlockAll => "block-all-sharing",
        }
    }
}

impl Record for Account {
    const TABLE: &'static str = "ebs_account";
    type Key = String;

    fn key(&self) -> String {
        key(&self.scope, "settings")
    }
}

impl Account {
    /// The settings of an account.
    pub(crate) fn of(look: &impl Rows, scope: &Scope) -> Self {
        let found = look.row::<Self>(&key(scope, "settings"));
        found.map_or_else(
            || Self { scope: scope.clone(), encrypts: false, key: None, public: Public::Unblocked },
            |own| (*own).clone(),
        )
    }

    /// The ARN of the key that is used where none is named.
    pub(crate) fn default_key(&self) -> String {
        self.key.clone().unwrap_or_else(|| encryption::managed_key(&self.scope))
    }

    /// The same, as it is answered: AWS's own key by its alias.
    fn default_key_name(&self) -> String {
        self.key.clone().unwrap_or_else(|| encryption::MANAGED_ALIAS.to_owned())
    }
}

fn read(cx: &Cx) -> Account {
    cx.read(|view| Account::of(view, cx.scope()))
}

fn change(cx: &Cx, change: impl Fn(&mut Account)) -> Result<Account, Error> {
    cx.write(|tx: &mut Tx| {
        let mut account = Account::of(tx, cx.scope());
        change(&mut account);
        tx.put(account.clone());
        Ok(account)
    })
}

/// `EnableEbsEncryptionByDefault`.
pub(crate) fn enable_encryption(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::EnableEbsEncryptionByDefaultRequest,
) -> Result<ec2::EnableEbsEncryptionByDefaultResult, Error> {
    let account = change(cx, |own| own.encrypts = true)?;
    Ok(ec2::EnableEbsEncryptionByDefaultResult { ebs_encryption_by_default: Some(account.encrypts) })
}

/// `DisableEbsEncryptionByDefault`.
pub(crate) fn disable_encryption(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::DisableEbsEncryptionByDefaultRequest,
) -> Result<ec2::DisableEbsEncryptionByDefaultResult, Error> {
    let account = change(cx, |own| own.encrypts = false)?;
    Ok(ec2::DisableEbsEncryptionByDefaultResult { ebs_encryption_by_default: Some(account.encrypts) })
}

/// `GetEbsEncryptionByDefault`.
pub(crate) fn get_encryption(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::GetEbsEncryptionByDefaultRequest,
) -> Result<ec2::GetEbsEncryptionByDefaultResult, Error> {
    let account = read(cx);
    Ok(ec2::GetEbsEncryptionByDefaultResult {
        ebs_encryption_by_default: Some(account.encrypts),
        sse_type: Some(encryption::sse(account.encrypts)),
    })
}

/// `GetEbsDefaultKmsKeyId`.
pub(crate) fn get_key(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::GetEbsDefaultKmsKeyIdRequest,
) -> Result<ec2::GetEbsDefaultKmsKeyIdResult, Error> {
    Ok(ec2::GetEbsDefaultKmsKeyIdResult { kms_key_id: Some(read(cx).default_key_name()) })
}

/// `ModifyEbsDefaultKmsKeyId`.
pub(crate) fn modify_key(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyEbsDefaultKmsKeyIdRequest,
) -> Result<ec2::ModifyEbsDefaultKmsKeyIdResult, Error> {
    let given = required(input.kms_key_id, "kmsKeyId")?;
    let arn = encryption::key_arn(cx.scope(), &given)?;
    change(cx, |own| own.key = Some(arn.clone()))?;
    Ok(ec2::ModifyEbsDefaultKmsKeyIdResult { kms_key_id: Some(arn) })
}

/// `ResetEbsDefaultKmsKeyId`: AWS's own key again.
pub(crate) fn reset_key(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::ResetEbsDefaultKmsKeyIdRequest,
) -> Result<ec2::ResetEbsDefaultKmsKeyIdResult, Error> {
    let account = change(cx, |own| own.key = None)?;
    Ok(ec2::ResetEbsDefaultKmsKeyIdResult { kms_key_id: Some(account.default_key_name()) })
}

/// `EnableSnapshotBlockPublicAccess`.
pub(crate) fn block_public(
    cx: &Cx,
    _svc: &Service,
    input: ec2::EnableSnapshotBlockPublicAccessRequest,
) -> Result<ec2::EnableSnapshotBlockPublicAccessResult, Error> {
    let word = required(input.state, "state")?;
    let public = match word.as_str() {
        "block-all-sharing" => Public::BlockAll,
        "block-new-sharing" => Public::BlockNew,
        _ => {
            let reason = "Valid values are block-all-sharing and block-new-sharing.".to_owned();
            return Err(Error::Value("state", word, reason));
        }
    };
    change(cx, |own| own.public = public)?;
    Ok(ec2::EnableSnapshotBlockPublicAccessResult { state: Some(word) })
}

/// `DisableSnapshotBlockPublicAccess`.
pub(crate) fn unblock_public(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::DisableSnapshotBlockPublicAccessRequest,
) -> Result<ec2::DisableSnapshotBlockPublicAccessResult, Error> {
    let account = change(cx, |own| own.public = Public::Unblocked)?;
    Ok(ec2::DisableSnapshotBlockPublicAccessResult { state: Some(account.public.word().to_owned()) })
}

/// `GetSnapshotBlockPublicAccessState`.
pub(crate) fn get_public(
    cx: &Cx,
    _svc: &Service,
    _input: ec2::GetSnapshotBlockPublicAccessStateRequest,
) -> Result<ec2::GetSnapshotBlockPublicAccessStateResult, Error> {
    Ok(ec2::GetSnapshotBlockPublicAccessStateResult {
        state: Some(read(cx).public.word().to_owned()),
        managed_by: Some("account".to_owned()),
    })
}
