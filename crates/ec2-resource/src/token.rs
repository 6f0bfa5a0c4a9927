//! Client tokens: a create that a client may repeat.

use crate::error::Error;
use crate::resource::{Resource, take};
use base::Scope;
use shape::{Ref, Shape};
use std::fmt::Write;
use store::{Claim, Repeatable, Tx};

/// A create that a client may repeat.
pub struct Once<'c> {
    /// Its name.
    pub operation: &'static str,
    /// The client's token.
    pub token: Option<&'c str>,
    /// What was asked for, as text.
    pub digest: &'c str,
}

/// Makes a resource; the same token gives the one that was made before.
pub fn once<R: Resource>(
    tx: &mut Tx,
    scope: &Scope,
    call: &Once<'_>,
    make: impl FnOnce(&mut Tx) -> Result<R, Error>,
) -> Result<R, Error> {
    let Some(token) = call.token else { return make(tx) };
    let of = scope.to_string();
    let Once { operation, digest, .. } = *call;
    let call = Repeatable { service: service::<R>(), operation, scope: &of, token, digest };
    if let Claim::Replay(id) = tx.claim(&call)? {
        return take(tx, scope, &id);
    }
    let made = make(tx)?;
    tx.remember(&call, made.id());
    Ok(made)
}

/// The crate a resource belongs to, which its table's name begins with.
fn service<R: Resource>() -> &'static str {
    R::TABLE.split('_').next().unwrap_or_default()
}

/// What a call asks for, as text: equal for equal calls, different for different ones.
pub fn digest(input: &dyn Shape) -> String {
    let mut text = String::new();
    spell(Ref::Struct(input), &mut text);
    text
}

fn spell(value: Ref<'_>, text: &mut String) {
    // Nothing fails that writes to a string.
    let _infallible = match value {
        Ref::Absent => write!(text, "-"),
        Ref::Str(own) => write!(text, "{own:?}"),
        Ref::Int(own) => write!(text, "{own}"),
        Ref::Float(own) => write!(text, "{own}"),
        Ref::Double(own) => write!(text, "{own}"),
        Ref::Bool(own) => write!(text, "{own}"),
        Ref::Blob(own) => write!(text, "{own:?}"),
        Ref::Time(own) => write!(text, "{}", own.millis),
        Ref::Document(own) => write!(text, "{own:?}"),
        Ref::Struct(own) => {
            text.push('{');
            for index in 0..own.schema().fields.len() {
                spell(own.get(index).view(), text);
                text.push(',');
            }
            write!(text, "}}")
        }
        Ref::List(own) => {
            text.push('[');
            for index in 0..own.len() {
                spell(own.get(index), text);
                text.push(',');
            }
            write!(text, "]")
        }
        Ref::Map(own) => {
            text.push('<');
            for (key, value) in own.entries() {
                text.push_str(&format!("{key:?}"));
                spell(value, text);
            }
            write!(text, ">")
        }
    };
}

#[cfg(test)]
mod tests {
    use super::digest;
    use shapes_ec2::{CreateNatGatewayRequest, Tag, TagSpecification};

    #[test]
    fn digests_differ_where_calls_do() {
        let call = |subnet: &str, ip: Option<&str>, tag: &str| {
            let tag = Tag { key: Some(tag.to_owned()), value: None };
            digest(&CreateNatGatewayRequest {
                subnet_id: Some(subnet.to_owned()),
                private_ip_address: ip.map(str::to_owned),
                tag_specifications: Some(vec![TagSpecification {
                    tags: Some(vec![tag]),
                    resource_type: None,
                }]),
                ..CreateNatGatewayRequest::default()
            })
        };
        let one = call("a", None, "t");
        assert_eq!(one, call("a", None, "t"));
        for other in [call("b", None, "t"), call("a", Some("t"), "t"), call("a", None, "u")] {
            assert_ne!(one, other);
        }
    }
}
