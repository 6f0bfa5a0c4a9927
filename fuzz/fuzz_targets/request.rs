//! A whole request, from its head to a decoded input or a refusal in the caller's protocol.
#![no_main]

use angae_fuzz::{APIS, Request};
use libfuzzer_sys::fuzz_target;
use shape::{ApiMeta, Protocol};
use std::sync::LazyLock;
use wire::codec::{self, Envelope};
use wire::route::{Hosts, Route, Router, Step, Unrouted};
use wire::{Answer, Fault, Head, sign, validate};

static ROUTER: LazyLock<Router> = LazyLock::new(|| Router::new(&APIS, Hosts::default()));

fuzz_target!(|bytes: &[u8]| {
    let Some(Request { head, body }) = Request::read(bytes) else { return };
    let claim = match sign::identify(&head) {
        Ok(claim) => claim,
        Err(fault) => return refuse(&head, Protocol::RestXml, None, &fault),
    };
    let service = claim.as_ref().map(|claim| claim.scope.service.as_str());
    let routed = match ROUTER.route(&head, service) {
        Ok(Step::Found(route)) => Ok(route),
        Ok(Step::NeedsForm) => {
            let source =
                if body.is_empty() { head.query.as_deref().unwrap_or_default().as_bytes() } else { body };
            let Ok(form) = codec::parse_form(source) else { return };
            ROUTER.route_form(&form, service)
        }
        // Answered by S3 outside the codecs.
        Ok(Step::Preflight(_) | Step::Website(_)) => return,
        Err(unrouted) => Err(unrouted),
    };
    match routed {
        Ok(route) => decode(&route, &head, body),
        Err(Unrouted { protocol, api, fault }) => refuse(&head, protocol, api, &fault),
    }
});

fn decode(route: &Route, head: &Head, body: &[u8]) {
    let outcome = codec::decode(route, head, body).and_then(|input| {
        let violations = validate::check(route.api, &*input);
        // The log and the digests of idempotency tokens print every input.
        let printed = codec::canonical::to_json(&*input);
        let mut again = (route.operation.new_input)();
        codec::canonical::fill(&mut *again, &printed).expect("what was printed can be read");
        assert_eq!(codec::canonical::to_json(&*again), printed);
        if violations.is_empty() { Ok(()) } else { Err(validate::fault(route.api, &violations)) }
    });
    if let Err(fault) = outcome {
        refuse(head, route.protocol, Some(route.api), &fault);
    }
}

/// A refusal is readable by its client and tells nothing of what happened inside.
fn refuse(head: &Head, protocol: Protocol, api: Option<&'static ApiMeta>, fault: &Fault) {
    let envelope = Envelope { protocol, api, request_id: "id", host_id: "host", method: &head.method };
    let Answer { status, .. } = codec::encode_fault(fault, &envelope);
    assert!((400..600).contains(&status), "{status} is no refusal");
}
