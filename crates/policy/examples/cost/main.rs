//! What a decision costs: `cargo xtask bench iam` runs this and holds it against the budgets.
//!
//! Prints one line a figure: name, tab, nanoseconds of processor time or what the name says.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

mod subject;

use policy::compile::{Action, Kind, Policy, PolicySet, no_unique_ids};
use policy::decide::decide;
use policy::document::Document;
use policy::explain::explain;
use std::hint::black_box;
use std::sync::Arc;
use subject::{asked, least_nanos, policies, policy, set};

/// As in the product: docs/decisions/0002.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Roles whose memory is weighed, nothing shared among them.
const ROLES: u32 = 1_000;

/// Resident memory of this process.
fn resident_kib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("");
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or(f64::NAN)
}

fn measure(name: &str, calls: u32, call: impl FnMut()) {
    println!("{name}\t{:.0}", least_nanos(calls, call));
}

fn main() {
    let action = Action::new("s3:GetObject");
    let deleting = Action::new("s3:DeleteObject");
    let admin = set(&[r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#.into()]);
    let one = set(&policies(1));
    let ten = set(&policies(10));
    for (name, set, action, allowed) in [
        ("administrator", &admin, &action, true),
        ("1 policy, allowed", &one, &action, true),
        ("10 policies, allowed", &ten, &action, true),
        ("10 policies, denied", &ten, &deleting, false),
    ] {
        asked(set, action, allowed, &mut |request| {
            measure(name, 1_000_000, || {
                black_box(decide(black_box(request)).is_allowed());
            });
        });
    }
    asked(&ten, &deleting, false, &mut |request| {
        measure("10 policies, explained", 20_000, || {
            black_box(explain(black_box(request)).blocking.len());
        });
    });
    let text = policy(0, true);
    measure("parse and compile", 20_000, || {
        let document = Document::parse(black_box(text.clone())).expect("the policy above is right");
        black_box(Policy::compile(&document, Kind::Identity, &no_unique_ids));
    });
    // The documents are the rows' own.
    let documents: Vec<Vec<Arc<str>>> = (0..ROLES).map(|_| policies(10)).collect();
    let before = resident_kib();
    let roles: Vec<PolicySet> = documents.iter().map(|documents| set(documents)).collect();
    println!("a role of 10 policies, KiB\t{:.1}", (resident_kib() - before) / f64::from(ROLES));
    black_box(roles);
}
