//! What services do by roles that their users name.

use super::target::{self, Target};
use super::trust::{self, Asked};
use crate::Iam;
use ports::{Cx, ServiceRoles, Session};

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
}
