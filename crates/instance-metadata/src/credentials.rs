//! The role of an instance's profile, and its credentials.
//!
//! Those that were handed out are kept until they are renewed: whoever asks twice gets the same, also after a restart. They
//! are sealed by IAM; what is kept here is what was answered. Version 1 and 2 of the service have credentials of their
//! own, as policies tell them apart (`ec2:RoleDelivery`).

use crate::InstanceMetadata;
use base::Timestamp;
use ec2_resource::id::InstanceId;
use ec2_resource::metadata::Machine;
use ec2_resource::resource;
use ports::{Cx, Delivered, NotDelivered, WishedRole};
use serde::{Deserialize, Serialize};
use store::{Job, JobError, Record, StoreError, Tx, View};

/// How long credentials hold. Recorded ones end six hours and a little after they were made.
const SECONDS: i32 = 6 * 3600;
/// How long before their end they are renewed. AWS says: five minutes at the least.
const RENEWED_MILLIS: i64 = 3600 * 1000;
/// Where AWS explains what is wrong.
const HELP: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc";

/// By which version of the service they are handed out, or for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Without a token.
    One,
    /// With one.
    Two,
}

impl Delivery {
    /// The value of `ec2:RoleDelivery`.
    fn word(self) -> &'static str {
        match self {
            Self::One => "1.0",
            Self::Two => "2.0",
        }
    }
}

/// Credentials that were handed out.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    world: String,
    instance: InstanceId,
    /// `1.0`, `2.0`, or `identity`.
    purpose: String,
    /// Whose session it is: a role that was made again is another one.
    role_id: String,
    access_key_id: String,
    secret: String,
    token: String,
    made_at: Timestamp,
    expires_at: Timestamp,
}

impl Record for Kept {
    const TABLE: &'static str = "instance_metadata_credentials";
    type Key = (String, InstanceId, String);

    fn key(&self) -> (String, InstanceId, String) {
        (self.world.clone(), self.instance.clone(), self.purpose.clone())
    }
}

/// Credentials that have ended are not kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ended {
    key: (String, InstanceId, String),
    access_key_id: String,
}

impl Job for Ended {
    const KIND: &'static str = "instance_metadata.credentials_ended";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let kept = tx.get::<Kept>(&self.key);
        if kept.is_some_and(|kept| kept.access_key_id == self.access_key_id) {
            tx.delete::<Kept>(&self.key);
        }
        Ok(())
    }
}

/// The instance profile of an instance.
pub(crate) struct Profile {
    arn: String,
    id: String,
    /// None where it is gone.
    found: Option<ports::InstanceProfile>,
}

impl Profile {
    /// That of an instance, if it has one. A profile that was made again under its name is another one.
    pub(crate) fn of(svc: &InstanceMetadata, cx: &Cx, view: &View, machine: &Machine) -> Option<Self> {
        let own = machine.described.iam_instance_profile.clone()?;
        let (arn, id) = (own.arn?, own.id?);
        let name = arn.rsplit('/').next().unwrap_or_default();
        let found = svc.profiles.named(view, cx.partition(), cx.account(), name);
        let found = found.filter(|found| found.id == id);
        Some(Self { arn, id, found })
    }

    /// The name of its role.
    pub(crate) fn role(&self) -> Option<&str> {
        self.found.as_ref()?.role_name()
    }
}

/// Names and values as the service writes them.
fn document(pairs: &[(&str, &str)]) -> String {
    let line = |(name, value): &(&str, &str)| format!("  \"{name}\" : {}", serde_json::Value::from(*value));
    format!("{{\n{}\n}}", pairs.iter().map(line).collect::<Vec<_>>().join(",\n"))
}

fn started(machine: &Machine) -> String {
    let at = machine.described.launch_time.map(Timestamp::from).unwrap_or_default();
    at.whole_seconds().rfc3339()
}

/// `iam/info`.
pub(crate) fn info(machine: &Machine, profile: &Profile) -> String {
    let at = started(machine);
    if profile.found.is_some() {
        return document(&[
            ("Code", "Success"),
            ("LastUpdated", &at),
            ("InstanceProfileArn", &profile.arn),
            ("InstanceProfileId", &profile.id),
        ]);
    }
    let sentence = format!(
        "Instance Profile with Id {} cannot be found.  Please see documentation at {HELP}.",
        profile.id
    );
    document(&[("Code", "InstanceProfileNotFound"), ("Message", &sentence), ("LastUpdated", &at)])
}

/// `identity-credentials/ec2/info`.
pub(crate) fn identity_info(machine: &Machine) -> String {
    let account = machine.scope.account.to_string();
    document(&[("Code", "Success"), ("LastUpdated", &started(machine)), ("AccountId", &account)])
}

fn told(kept: &Kept) -> String {
    document(&[
        ("Code", "Success"),
        ("LastUpdated", &kept.made_at.rfc3339()),
        ("Type", "AWS-HMAC"),
        ("AccessKeyId", &kept.access_key_id),
        ("SecretAccessKey", &kept.secret),
        ("Token", &kept.token),
        ("Expiration", &kept.expires_at.rfc3339()),
    ])
}

/// `iam/security-credentials/ROLE`: credentials, or why there are none. An error is for the log.
pub(crate) fn of_role(
    svc: &InstanceMetadata,
    cx: &Cx,
    (id, machine): (&InstanceId, &Machine),
    role: &str,
    delivery: Delivery,
) -> Result<String, String> {
    let role_id = cx.read(|view| svc.roles.role_id(cx, view, role)).unwrap_or_default();
    let own = &machine.described;
    let mut keys = vec![
        ("ec2:RoleDelivery".to_owned(), vec![delivery.word().to_owned()]),
        ("ec2:SourceInstanceARN".to_owned(), vec![resource::arn(&machine.scope, "instance", id.as_str())]),
    ];
    let mut known = |key: &str, value: &Option<String>| {
        keys.extend(value.iter().map(|value| (key.to_owned(), vec![value.clone()])));
    };
    known("aws:Ec2InstanceSourceVpc", &own.vpc_id);
    known("aws:Ec2InstanceSourcePrivateIPv4", &own.private_ip_address);
    let wish = WishedRole { role, session: id.as_str(), seconds: SECONDS, keys };
    let kept = renewed(cx, (id, delivery.word()), &role_id, || svc.roles.deliver(cx, &wish));
    match kept {
        Ok(kept) => Ok(told(&kept)),
        Err(NotDelivered::Untrusted) => {
            let sentence = format!("EC2 cannot assume the role {role}.  Please see documentation at {HELP}.");
            let at = cx.now().whole_seconds().rfc3339();
            Ok(document(&[
                ("Code", "AssumeRoleUnauthorizedAccess"),
                ("Message", &sentence),
                ("LastUpdated", &at),
            ]))
        }
        Err(NotDelivered::Failed(cause)) => Err(cause),
    }
}

/// `identity-credentials/ec2/security-credentials/ec2-instance`.
pub(crate) fn of_identity(svc: &InstanceMetadata, cx: &Cx, id: &InstanceId) -> Result<String, String> {
    let kept = renewed(cx, (id, "identity"), "", || svc.roles.identify(cx, id.as_str(), SECONDS));
    match kept {
        Ok(kept) => Ok(told(&kept)),
        Err(NotDelivered::Untrusted) => Err("nobody is asked whether an instance may be itself".to_owned()),
        Err(NotDelivered::Failed(cause)) => Err(cause),
    }
}

/// What was handed out before, or new ones where that ends soon or is another role's.
fn renewed(
    cx: &Cx,
    (id, purpose): (&InstanceId, &str),
    role_id: &str,
    make: impl FnOnce() -> Result<Delivered, NotDelivered>,
) -> Result<Kept, NotDelivered> {
    let key = (cx.world().name.clone(), id.clone(), purpose.to_owned());
    let holds =
        |kept: &Kept| kept.role_id == role_id && kept.expires_at.millis_since(cx.now()) > RENEWED_MILLIS;
    if let Some(kept) = cx.read(|view| view.get::<Kept>(&key)).filter(|kept| holds(kept)) {
        return Ok((*kept).clone());
    }
    let made = make()?;
    let kept = Kept {
        world: key.0.clone(),
        instance: key.1.clone(),
        purpose: key.2.clone(),
        role_id: role_id.to_owned(),
        access_key_id: made.access_key_id,
        secret: made.secret,
        token: made.token,
        made_at: cx.now().whole_seconds(),
        expires_at: made.expires_at,
    };
    let written = cx.write(|tx| {
        tx.put(kept.clone());
        tx.at(kept.expires_at, &Ended { key: key.clone(), access_key_id: kept.access_key_id.clone() });
        Ok::<_, StoreError>(())
    });
    written.map(|()| kept).map_err(|error| NotDelivered::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::document;

    #[test]
    fn documents_are_written_as_the_service_writes_them() {
        let text = document(&[("Code", "Success"), ("Message", "a \"b\"")]);
        assert_eq!(text, "{\n  \"Code\" : \"Success\",\n  \"Message\" : \"a \\\"b\\\"\"\n}");
    }
}
