//! Credentials for what runs on instances: the roles of their instance profiles, and who they are.
//!
//! Source: EC2 user guide, "IAM roles for Amazon EC2" and "Instance identity roles"; the condition keys: IAM user guide.

use super::target::{self, Target};
use super::trust::{self, Asked};
use super::vend::{Grant, Vended, vend};
use crate::Iam;
use crate::entity::Home;
use crate::error::Error;
use crate::event::Changed;
use crate::role::Role;
use crate::seal::Who;
use ports::{Cx, Delivered, InstanceRoles, NotDelivered, Session, WishedRole};
use store::View;

/// The role that every instance has by itself.
const IDENTITY_ROLE: &str = "aws:ec2-instance";

impl InstanceRoles for Iam {
    fn role_id(&self, cx: &Cx, view: &View, role: &str) -> Option<String> {
        Some(view.get::<Role>(&Home::of(cx).key(role))?.id.clone())
    }

    fn deliver(&self, cx: &Cx, wish: &WishedRole<'_>) -> Result<Delivered, NotDelivered> {
        let found = cx.read(|view| view.get::<Role>(&Home::of(cx).key(wish.role)));
        let role = found.ok_or(NotDelivered::Untrusted)?;
        let target = Target::parse(Some(role.arn()), cx.partition()).map_err(|_| NotDelivered::Untrusted)?;
        let asked = Asked {
            target: &target,
            action: "sts:AssumeRole",
            name: wish.session,
            duration_seconds: None,
            tags: &[],
            source_identity: None,
            keys: Vec::new(),
        };
        trust::service(cx, self, &["ec2.amazonaws.com"], asked).map_err(|_| NotDelivered::Untrusted)?;
        // The longest session that the role allows is not asked: it is EC2 that says how long these hold.
        let session = Session { context: wish.keys.clone(), chain_depth: 1, ..Session::default() };
        let grant = target::grant(&role, wish.session, wish.seconds, None, session);
        written(cx, &grant, &role.arn())
    }

    fn identify(&self, cx: &Cx, instance: &str, seconds: i32) -> Result<Delivered, NotDelivered> {
        let home = Home::of(cx);
        let who = Who::Instance {
            role: IDENTITY_ROLE.to_owned(),
            role_id: format!("{}:{IDENTITY_ROLE}", home.account),
            instance: instance.to_owned(),
        };
        let arn = home.arn(&format!("role/{IDENTITY_ROLE}"));
        let grant = Grant {
            home,
            who,
            seconds,
            minimum_token_bytes: None,
            session: Session { chain_depth: 1, ..Session::default() },
        };
        written(cx, &grant, &arn)
    }
}

/// Makes the credentials and tells of it.
fn written(cx: &Cx, grant: &Grant, arn: &str) -> Result<Delivered, NotDelivered> {
    let vended = cx.write(|tx| {
        let vended = vend(tx, cx, grant)?;
        tx.emit(&Changed { kind: "RoleAssumed", resource: arn.to_owned() });
        Ok::<_, Error>(vended)
    });
    match vended {
        Ok(Vended { credentials, .. }) => Ok(Delivered {
            access_key_id: credentials.access_key_id.unwrap_or_default(),
            secret: credentials.secret_access_key.unwrap_or_default(),
            token: credentials.session_token.unwrap_or_default(),
            expires_at: cx.now().plus_millis(i64::from(grant.seconds) * 1000).whole_seconds(),
        }),
        Err(error) => Err(NotDelivered::Failed(format!("{error:?}"))),
    }
}
