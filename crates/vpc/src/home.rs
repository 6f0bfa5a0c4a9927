//! An account's networks in a Region: on first sight they get their default VPC.
//!
//! Its ids come from a stream of their own, so that they do not depend on who looked first.

use crate::error::Error;
use crate::vpc::birth;
use crate::{dhcp_options, resource};
use base::Scope;
use ports::Cx;
use serde::{Deserialize, Serialize};
use store::{Record, Tx, View};

/// The mark that an account has been seen in a Region.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Home {
    scope: Scope,
}

impl Record for Home {
    const TABLE: &'static str = "vpc_home";
    type Key = String;

    fn key(&self) -> String {
        mark(&self.scope)
    }
}

fn mark(scope: &Scope) -> String {
    resource::key(scope, "home")
}

/// Reads, after the default VPC is there.
pub(crate) fn read<T>(cx: &Cx, read: impl FnOnce(&View) -> Result<T, Error>) -> Result<T, Error> {
    if !cx.read(|view| view.get::<Home>(&mark(cx.scope())).is_some()) {
        write(cx, |_| Ok(()))?;
    }
    cx.read(read)
}

/// Changes, after the default VPC is there.
pub(crate) fn write<T>(cx: &Cx, change: impl Fn(&mut Tx) -> Result<T, Error>) -> Result<T, Error> {
    cx.write(|tx| {
        ensure(tx, cx);
        change(tx)
    })
}

/// Makes the default VPC where it was never made.
pub(crate) fn ensure(tx: &mut Tx, cx: &Cx) {
    if tx.get::<Home>(&mark(cx.scope())).is_none() {
        settle(tx, cx);
    }
}

/// Makes the default options and the default VPC.
fn settle(tx: &mut Tx, cx: &Cx) {
    let scope = cx.scope();
    let ids = cx.ids().stream(&format!("default-vpc/{scope}"));
    tx.put(Home { scope: scope.clone() });
    tx.put(dhcp_options::DhcpOptions::of_region(scope, &ids));
    birth::default_vpc(tx, scope, &ids);
}
