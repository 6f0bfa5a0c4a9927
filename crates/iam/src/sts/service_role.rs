//! What services do by roles: by those that their users name, and by their own.

use super::target::{self, Target};
use super::trust::{self, Asked};
use crate::Iam;
use crate::entity::Home;
use crate::role::{Role, service_linked};
use base::Arn;
use ports::{Cx, Denied, ServiceRoles, Session};

impl ServiceRoles for Iam {
    fn acting(&self, cx: &Cx, role: &str, service: &'static str, session: &str) -> Option<Cx> {
        let target = Target::parse(Some(role.to_owned()), cx.partition()).ok()?;
        let found = cx.read(|view| target.find(view))?;
        let asked = Asked {
            target: &target,
            action: "sts:AssumeRole",
            name: session,
            duration_seconds: None,
            tags: &[],
            source_identity: None,
            keys: vec![("aws:SourceAccount", vec![cx.account().to_string()])],
        };
        let own = Session { issued_at: cx.now().whole_seconds(), chain_depth: 1, ..Session::default() };
        trust::lets(cx, self, &[service], asked).then(|| target::acting(cx, &found, session, own))
    }

    fn ensure_linked(&self, cx: &Cx, service: &'static str) -> Result<(), Denied> {
        let Some(name) = service_linked::role_name(service) else { return Ok(()) };
        let home = Home::of(cx);
        if cx.read(|view| view.get::<Role>(&home.key(&name)).is_some()) {
            return Ok(());
        }
        let path = format!("role/aws-service-role/{service}/{name}");
        let arn = Arn::global(cx.partition(), "iam", cx.account(), path).to_string();
        let context = vec![("iam:AWSServiceName", vec![service.to_owned()])];
        cx.decide(&ports::Asked { context, ..ports::Asked::new("iam:CreateServiceLinkedRole", &arn) })?;
        // An account that has no room for it goes without, as with AWS.
        let _made = service_linked::ensure(cx, service);
        Ok(())
    }
}
