//! What makes an identity provider a source of trusted context: which claims name the subject and what is passed on.

use crate::error::ProviderRefusal;
use serde::{Deserialize, Serialize};
use shapes_iam as api;

/// Which claims or attributes are passed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ContextProvider {
    /// Source keys, each with the key it is passed on under, where that is another.
    keys: Option<Vec<(String, Option<String>)>>,
    subject: String,
    subject_type: Option<SubjectType>,
}

/// Where the subject's type comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum SubjectType {
    Fixed(String),
    Source(String),
}

impl ContextProvider {
    /// Reads one.
    pub(crate) fn read(given: api::ContextProvider) -> Result<Self, ProviderRefusal> {
        let subject_type = match (given.subject_type_value, given.subject_type_source_key) {
            (Some(_), Some(_)) => {
                return Err(ProviderRefusal::Exclusive("SubjectTypeValue", "SubjectTypeSourceKey"));
            }
            (Some(value), None) => Some(SubjectType::Fixed(value)),
            (None, Some(source)) => Some(SubjectType::Source(checked(source)?)),
            (None, None) => None,
        };
        let keys = given.key_definition_list.map(|list| {
            list.into_iter()
                .map(|key| {
                    let source = checked(key.source_key.unwrap_or_default())?;
                    Ok((source, key.target_key.map(checked).transpose()?))
                })
                .collect()
        });
        let subject = checked(given.subject_source_key.unwrap_or_default())?;
        Ok(Self { keys: keys.transpose()?, subject, subject_type })
    }

    /// As it is answered.
    pub(crate) fn shape(&self) -> api::ContextProvider {
        let key = |(source, target): &(String, Option<String>)| api::ContextProviderKeyDefinition {
            source_key: Some(source.clone()),
            target_key: target.clone(),
        };
        let (value, source) = match &self.subject_type {
            Some(SubjectType::Fixed(value)) => (Some(value.clone()), None),
            Some(SubjectType::Source(source)) => (None, Some(source.clone())),
            None => (None, None),
        };
        api::ContextProvider {
            key_definition_list: self.keys.as_ref().map(|keys| keys.iter().map(key).collect()),
            subject_source_key: Some(self.subject.clone()),
            subject_type_value: value,
            subject_type_source_key: source,
        }
    }
}

/// A change of a provider's context, as both kinds of providers are changed.
#[derive(Clone)]
pub(crate) enum Change {
    Keep,
    Set(ContextProvider),
    Remove,
}

/// Reads a change. There is no IAM Identity Center here, so no instance of it can be named, and taking away the one
/// that is not there changes nothing.
pub(crate) fn change(
    given: Option<api::ContextProvider>,
    remove: Option<bool>,
    instance: Option<String>,
    remove_instance: Option<bool>,
) -> Result<Change, ProviderRefusal> {
    let (remove, remove_instance) = (remove == Some(true), remove_instance == Some(true));
    if given.is_some() && remove {
        return Err(ProviderRefusal::Exclusive("ContextProvider", "RemoveContextProvider"));
    }
    if instance.is_some() && remove_instance {
        return Err(ProviderRefusal::Exclusive("IdentityCenterInstanceArn", "RemoveIdentityCenterInstance"));
    }
    if (given.is_some() || remove) && (instance.is_some() || remove_instance) {
        return Err(ProviderRefusal::Exclusive("ContextProvider", "IdentityCenterInstanceArn"));
    }
    if let Some(instance) = instance {
        return Err(ProviderRefusal::NoIdentityCenter(instance));
    }
    match given {
        Some(given) => ContextProvider::read(given).map(Change::Set),
        None if remove => Ok(Change::Remove),
        None => Ok(Change::Keep),
    }
}

/// Letters, digits, single spaces and some signs; no space at either end. Source: IAM API reference,
/// ContextProviderKeyDefinition.
fn checked(key: String) -> Result<String, ProviderRefusal> {
    let known = |c: char| c.is_ascii_alphanumeric() || " _.:/=+-@#".contains(c);
    let holds = !key.is_empty() && key.chars().all(known) && key.trim() == key && !key.contains("  ");
    if holds { Ok(key) } else { Err(ProviderRefusal::ContextKey(key)) }
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn names_of_keys() {
        for (name, want) in [
            ("sub", true),
            ("http://schemas/claims #1", true),
            ("", false),
            (" sub", false),
            ("sub ", false),
            ("a  b", false),
            ("a,b", false),
            ("ä", false),
        ] {
            assert_eq!(checked(name.to_owned()).is_ok(), want, "{name:?}");
        }
    }
}
