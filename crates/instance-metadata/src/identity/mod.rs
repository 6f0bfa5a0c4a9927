//! The identity document of an instance, and the signatures over it.
//!
//! Source: EC2 user guide, "Instance identity documents for Amazon EC2 instances".

mod key;
mod pkcs7;

pub(crate) use key::SigningKey;

use crate::InstanceMetadata;
use base::{AccountId, Region, Scope, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ec2_resource::metadata::Machine;
use ports::{Cx, World};
use serde_json::Value;
use std::sync::Arc;

/// The version of the document's form.
const FORM: &str = "2017-09-30";

/// What AWS bills for an image's platform. Source: EC2 user guide, "AMI billing information"; as identity documents of
/// such instances were published.
const BILLED: [(&str, &str); 2] = [("Windows", "bp-6ba54002"), ("Red Hat Enterprise Linux", "bp-6fa54006")];

/// The document.
pub(crate) fn document(machine: &Machine) -> String {
    let own = &machine.described;
    let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::from);
    let zone = own.placement.as_ref().and_then(|placement| placement.availability_zone.clone());
    let platform = own.platform_details.as_deref().unwrap_or_default();
    let billed = BILLED.iter().find(|(known, _)| *known == platform);
    let codes: Vec<Value> = own
        .product_codes
        .iter()
        .flatten()
        .filter_map(|code| code.product_code_id.clone().map(Value::from))
        .collect();
    let pending = own.launch_time.map(Timestamp::from).unwrap_or_default();
    let members = [
        ("accountId", Value::from(machine.scope.account.to_string())),
        ("architecture", text(&own.architecture)),
        ("availabilityZone", text(&zone)),
        ("billingProducts", billed.map_or(Value::Null, |(_, product)| vec![*product].into())),
        ("devpayProductCodes", Value::Null),
        ("marketplaceProductCodes", if codes.is_empty() { Value::Null } else { codes.into() }),
        ("imageId", text(&own.image_id)),
        ("instanceId", text(&own.instance_id)),
        ("instanceType", text(&own.instance_type)),
        ("kernelId", text(&own.kernel_id)),
        ("pendingTime", pending.whole_seconds().rfc3339().into()),
        ("privateIp", text(&own.private_ip_address)),
        ("ramdiskId", text(&own.ramdisk_id)),
        ("region", machine.scope.region.as_str().into()),
        ("version", FORM.into()),
    ];
    let line = |(name, value): &(&str, Value)| format!("  \"{name}\" : {}", spelled(value));
    format!("{{\n{}\n}}", members.iter().map(line).collect::<Vec<_>>().join(",\n"))
}

/// A value as the document spells it: spaces stand around the members of lists.
fn spelled(value: &Value) -> String {
    match value.as_array() {
        Some(list) => {
            let members: Vec<String> = list.iter().map(Value::to_string).collect();
            format!("[ {} ]", members.join(", "))
        }
        None => value.to_string(),
    }
}

/// Base64 in lines of so many characters.
fn lines(bytes: &[u8], width: usize) -> String {
    let text = STANDARD.encode(bytes);
    let mut lines = String::with_capacity(text.len() + text.len() / width);
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % width == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines
}

/// The document's signature, in base64. An error is for the log.
pub(crate) fn signature(cx: &Cx, machine: &Machine) -> Result<String, String> {
    let key = key::own(cx)?;
    Ok(lines(&key.sign(document(machine).as_bytes())?, 76))
}

/// The document with its signature as PKCS #7, in base64 without the lines around it. An error is for the log.
pub(crate) fn signed(cx: &Cx, machine: &Machine) -> Result<String, String> {
    let key = key::own(cx)?;
    let document = document(machine);
    let signature = key.sign(document.as_bytes())?;
    Ok(lines(&pkcs7::signed_data(document.as_bytes(), &key.certificate()?, &signature)?, 64))
}

impl InstanceMetadata {
    /// The certificate that the signatures of a world's identity documents are verified with, in PEM.
    ///
    /// # Errors
    /// The key cannot be made or kept; the text says why.
    pub async fn certificate(&self, world: Arc<World>) -> Result<String, String> {
        let cx = crate::service::cx(world, Scope::new(AccountId::DEFAULT, Region::us_east_1()));
        let certificate = key::own(&cx)?.certificate()?;
        cx.durable().await.map_err(|error| error.to_string())?;
        Ok(key_material::pem::write("CERTIFICATE", &certificate))
    }
}

#[cfg(test)]
mod tests {
    use super::{lines, spelled};
    use serde_json::json;

    #[test]
    fn base64_comes_in_lines() {
        assert_eq!(lines(&[0; 6], 4), "AAAA\nAAAA");
        assert_eq!(lines(&[0; 5], 4), "AAAA\nAAA=");
    }

    #[test]
    fn lists_have_room() {
        assert_eq!(spelled(&json!(["bp-1", "bp-2"])), "[ \"bp-1\", \"bp-2\" ]");
        assert_eq!(spelled(&json!(null)), "null");
    }
}
