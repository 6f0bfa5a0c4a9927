//! The policies of users, groups and roles. Every operation stands here once; the resources' own files only take
//! the wire's types apart.

use super::{Home, Named, Permissions, change, read};
use crate::document::{self, encoded};
use crate::error::Error;
use crate::listing::{Asked, Page};
use crate::policy;
use crate::quota::Quota;
use ports::Cx;
use shapes_iam as api;
use std::sync::Arc;
use store::Index;

/// What policies are given to.
pub(crate) trait Identity: Named {
    /// `user`, as sentences call it.
    const KIND: &'static str;
    /// How many managed policies may be attached.
    const MOST_ATTACHED: Quota;
    /// Characters of its inline documents together at the most, white space aside.
    const MOST_INLINE: usize;
    /// Those a managed policy is attached to, by [`Home::own`] of its ARN.
    const ATTACHED: Index<Self>;

    /// Where it lives.
    fn home(&self) -> &Home;
    /// Its path.
    fn path(&self) -> &str;
    /// What it is allowed by.
    fn permissions(&self) -> &Permissions;
    /// What it is allowed by, to change.
    fn permissions_mut(&mut self) -> &mut Permissions;
    /// Refuses a change where it is not the account's to change.
    fn require_own(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// The texts of [`Identity::ATTACHED`].
pub(crate) fn attached_keys<E: Identity>(identity: &E) -> Vec<String> {
    identity.permissions().attached.iter().map(|arn| identity.home().own(arn)).collect()
}

/// The texts of an index by permissions boundary.
pub(crate) fn boundary_keys<E: Identity>(identity: &E) -> Vec<String> {
    identity.permissions().boundary.iter().map(|arn| identity.home().own(arn)).collect()
}

/// Puts an inline policy, in place of one of that name.
pub(crate) fn put_inline<E: Identity>(
    cx: &Cx,
    name: Option<&str>,
    policy: Option<String>,
    text: Option<String>,
) -> Result<(), Error> {
    let (policy, text): (_, Arc<str>) = (policy.unwrap_or_default(), text.unwrap_or_default().into());
    document::check(&text)?;
    change(cx, name, |_, identity: &mut E| {
        identity.require_own()?;
        identity.permissions_mut().inline.insert(policy.clone(), text.clone());
        if identity.permissions().inline_size() > E::MOST_INLINE {
            return Err(Error::InlineSize {
                bytes: E::MOST_INLINE,
                kind: E::KIND,
                name: identity.name().to_owned(),
            });
        }
        Ok(())
    })
}

/// An inline policy: whose, its name, and its document as it is answered.
pub(crate) struct Inline {
    pub(crate) owner: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) document: Option<String>,
}

/// Reads an inline policy.
pub(crate) fn get_inline<E: Identity>(
    cx: &Cx,
    name: Option<&str>,
    policy: Option<String>,
) -> Result<Inline, Error> {
    let identity = read::<E>(cx, name)?;
    let policy = policy.unwrap_or_default();
    let Some(document) = identity.permissions().inline.get(&policy) else {
        return Err(Error::NoInlinePolicy(E::KIND, policy));
    };
    let document = encoded(document);
    Ok(Inline { owner: Some(identity.name().to_owned()), name: Some(policy), document })
}

/// Deletes an inline policy.
pub(crate) fn delete_inline<E: Identity>(
    cx: &Cx,
    name: Option<&str>,
    policy: Option<String>,
) -> Result<(), Error> {
    let policy = policy.unwrap_or_default();
    change(cx, name, |_, identity: &mut E| {
        identity.require_own()?;
        let gone = identity.permissions_mut().inline.remove(&policy);
        gone.map(|_| ()).ok_or_else(|| Error::NoInlinePolicy(E::KIND, policy.clone()))
    })
}

/// The names of the inline policies, in pages.
pub(crate) fn list_inline<E: Identity>(
    cx: &Cx,
    call: &str,
    name: Option<&str>,
    asked: Asked<'_>,
) -> Result<Page<String>, Error> {
    let identity = read::<E>(cx, name)?;
    let names = identity.permissions().inline.keys().cloned();
    asked.page(cx, &[call, identity.name()], names, String::clone)
}

/// Attaches a managed policy; attaching twice is no error.
pub(crate) fn attach<E: Identity>(cx: &Cx, name: Option<&str>, arn: Option<String>) -> Result<(), Error> {
    let arn = policy::parse_arn(arn)?;
    change(cx, name, |tx, identity: &mut E| {
        identity.require_own()?;
        policy::require_attachable(tx, identity.home(), &arn)?;
        let permissions = identity.permissions_mut();
        if permissions.has(&arn) {
            return Ok(());
        }
        E::MOST_ATTACHED.require_room(permissions.attached.len())?;
        permissions.attached.push(arn.clone());
        Ok(())
    })
}

/// Detaches a managed policy.
pub(crate) fn detach<E: Identity>(cx: &Cx, name: Option<&str>, arn: Option<String>) -> Result<(), Error> {
    let arn = policy::parse_arn(arn)?;
    change(cx, name, |_, identity: &mut E| {
        identity.require_own()?;
        let permissions = identity.permissions_mut();
        if !permissions.has(&arn) {
            return Err(Error::NotAttached(arn.clone()));
        }
        permissions.attached.retain(|own| *own != arn);
        Ok(())
    })
}

/// The attached policies below a path, by name, in pages.
pub(crate) fn list_attached<E: Identity>(
    cx: &Cx,
    call: &str,
    name: Option<&str>,
    path_prefix: Option<&str>,
    asked: Asked<'_>,
) -> Result<Page<api::AttachedPolicy>, Error> {
    let identity = read::<E>(cx, name)?;
    let prefix = path_prefix.unwrap_or("/");
    let attached = identity.permissions().attached_shapes(prefix);
    let key = |policy: &api::AttachedPolicy| policy.policy_name.clone().unwrap_or_default();
    asked.page(cx, &[call, identity.name(), prefix], attached, key)
}

/// Sets the permissions boundary, in place of the one before.
pub(crate) fn put_boundary<E: Identity>(
    cx: &Cx,
    name: Option<&str>,
    arn: Option<String>,
) -> Result<(), Error> {
    let arn = policy::parse_boundary(arn)?;
    change(cx, name, |tx, identity: &mut E| {
        identity.require_own()?;
        if let Some(arn) = &arn {
            policy::require_boundary(tx, identity.home(), arn)?;
        }
        identity.permissions_mut().boundary.clone_from(&arn);
        Ok(())
    })
}

/// Takes the permissions boundary away; that there is none is no error.
pub(crate) fn delete_boundary<E: Identity>(cx: &Cx, name: Option<&str>) -> Result<(), Error> {
    change(cx, name, |_, identity: &mut E| {
        identity.require_own()?;
        identity.permissions_mut().boundary = None;
        Ok(())
    })
}
