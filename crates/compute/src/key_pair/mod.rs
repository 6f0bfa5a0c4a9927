//! Key pairs.

mod material;
mod model;
#[cfg(test)]
mod tests;

pub(crate) use model::KeyPair;

use crate::Compute;
use base::Tags;
use ec2_resource::error::{self, Error, Kind};
use ec2_resource::event::Changed;
use ec2_resource::id::KeyPairId;
use ec2_resource::listing::{self, Names, Wish};
use ec2_resource::resource::{self, Resource, required, tag_set};
use ec2_resource::tag;
use material::{Format, Public};
use model::KeyKind;
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;

/// Characters of a name at the most.
const LONGEST_NAME: usize = 255;

/// `CreateKeyPair`: the private key is in the answer and is kept nowhere.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CreateKeyPairRequest,
) -> Result<ec2::KeyPair, Error> {
    let name = name(input.key_name)?;
    let kind = match input.key_type.as_deref() {
        None | Some("rsa") => KeyKind::Rsa,
        Some("ed25519") => KeyKind::Ed25519,
        Some(word) => {
            let reason = "Valid values are rsa and ed25519.".to_owned();
            return Err(Error::Value("keyType", word.to_owned(), reason));
        }
    };
    let format = match input.key_format.as_deref() {
        None | Some("pem") => Format::Pem,
        Some("ppk") => Format::Ppk,
        Some(word) => {
            let reason = "Valid values are pem and ppk.".to_owned();
            return Err(Error::Value("keyFormat", word.to_owned(), reason));
        }
    };
    let tags = tag::of_specifications(input.tag_specifications, KeyPair::TYPE)?;
    // An RSA key takes a while: it is made outside of the transaction, and not for a name that is taken.
    require_free(cx.read(|view| KeyPair::of_name(view, cx.scope(), &name)))?;
    let (file, public) = material::make(kind, format, &name, cx.ids());
    let pair = keep(cx, &name, public, tags)?;
    Ok(ec2::KeyPair {
        key_pair_id: Some(pair.id.to_string()),
        tags: tag_set(&pair.tags),
        key_name: Some(pair.name),
        key_fingerprint: Some(pair.fingerprint),
        key_material: Some(file),
    })
}

/// `ImportKeyPair`.
pub(crate) fn import(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ImportKeyPairRequest,
) -> Result<ec2::ImportKeyPairResult, Error> {
    let name = name(input.key_name)?;
    let tags = tag::of_specifications(input.tag_specifications, KeyPair::TYPE)?;
    let material = input.public_key_material.unwrap_or_default();
    let public = material::read(&material).ok_or(error::KeyPair::Format)?;
    let pair = keep(cx, &name, public, tags)?;
    Ok(ec2::ImportKeyPairResult {
        key_pair_id: Some(pair.id.to_string()),
        tags: tag_set(&pair.tags),
        key_name: Some(pair.name),
        key_fingerprint: Some(pair.fingerprint),
    })
}

fn name(given: Option<String>) -> Result<String, Error> {
    let name = required(given, "keyName")?;
    let is_name =
        name.bytes().all(|b| matches!(b, b' '..=b'~')) && name.len() <= LONGEST_NAME && name.trim() == name;
    if is_name {
        return Ok(name);
    }
    let reason =
        format!("Names have up to {LONGEST_NAME} ASCII characters, without spaces before or after them.");
    Err(Error::Value("keyName", name, reason))
}

fn require_free(taken: Option<Arc<KeyPair>>) -> Result<(), Error> {
    match taken {
        Some(pair) => Err(error::KeyPair::Duplicate(pair.name.clone()).into()),
        None => Ok(()),
    }
}

fn keep(cx: &Cx, name: &str, public: Public, tags: Tags) -> Result<KeyPair, Error> {
    cx.write(|tx| {
        require_free(KeyPair::of_name(tx, cx.scope(), name))?;
        let Public { kind, fingerprint, line } = public.clone();
        let pair = KeyPair {
            scope: cx.scope().clone(),
            id: KeyPairId::new(cx.ids()),
            name: name.to_owned(),
            kind,
            fingerprint,
            line,
            created_at: cx.now(),
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "KeyPairCreated", resource: pair.arn() });
        tx.put(pair.clone());
        Ok(pair)
    })
}

/// `DescribeKeyPairs`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeKeyPairsRequest,
) -> Result<ec2::DescribeKeyPairsResult, Error> {
    let wish = Wish { ids: input.key_pair_ids, filters: input.filters, ..Wish::default() };
    let names = Names {
        names: input.key_names.unwrap_or_default(),
        find: KeyPair::of_name,
        missing: |names| error::KeyPair::Unknown(names).into(),
    };
    let shows_public = input.include_public_key.unwrap_or_default();
    let page = listing::list_named(cx, "DescribeKeyPairs", wish, Some(names), |_, pair: &KeyPair| {
        ec2::KeyPairInfo {
            key_pair_id: Some(pair.id.to_string()),
            key_type: Some(pair.kind.word().to_owned()),
            tags: tag_set(&pair.tags),
            public_key: shows_public.then(|| pair.public_key()),
            create_time: Some(pair.created_at.into()),
            key_name: Some(pair.name.clone()),
            key_fingerprint: Some(pair.fingerprint.clone()),
        }
    })?;
    Ok(ec2::DescribeKeyPairsResult { key_pairs: Some(page.items) })
}

/// `DeleteKeyPair`, by name or by id: one that is not there is deleted too.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DeleteKeyPairRequest,
) -> Result<ec2::DeleteKeyPairResult, Error> {
    let id = input.key_pair_id.filter(|id| !id.is_empty());
    let name = input.key_name.filter(|name| !name.is_empty());
    if id.is_none() && name.is_none() {
        return Err(Error::MissingOneOf("The request must contain the parameter KeyName or KeyPairId"));
    }
    let id = id.map(|text| KeyPairId::parse(&text));
    let id = id.transpose().map_err(|error| Error::Malformed(Kind::KeyPair, error.given, error.prefix))?;
    cx.write(|tx| {
        let found = match &id {
            Some(id) => tx.get::<KeyPair>(&resource::key(cx.scope(), id.as_str())),
            None => KeyPair::of_name(tx, cx.scope(), name.as_deref().unwrap_or_default()),
        };
        let found = found.filter(|pair| name.as_ref().is_none_or(|name| *name == pair.name));
        if let Some(pair) = &found {
            tx.delete::<KeyPair>(&resource::key(cx.scope(), pair.id.as_str()));
            tx.emit(&Changed { kind: "KeyPairDeleted", resource: pair.arn() });
        }
        let key_pair_id = found.map(|pair| pair.id.to_string());
        Ok(ec2::DeleteKeyPairResult { return_: Some(true), key_pair_id })
    })
}
