//! Calls that services make of each other's public operations: the same life of a request, from `authorize` on.

use super::{dry_run, handle, internal, now};
use crate::authorize::{self, authorize};
use crate::house::House;
use apis::APIS;
use ports::{Acting, Answering, BodyIn, Caller, CallerKind, Cx, Handler, Pipeline};
use shape::{ApiMeta, OperationMeta, Shape};
use std::time::Instant;
use wire::route::{Route, not_implemented};
use wire::{Fault, validate};

impl Pipeline for House {
    fn answer(&self, cx: Cx, operation: &'static OperationMeta, input: Box<dyn Shape>) -> Answering<'_> {
        Box::pin(async move {
            let (started, api) = (now(), api_of(operation));
            let cx = cx.answered_by(api);
            let outcome = answered(self, api, &cx, operation, input).await;
            record(self, api, operation, started, outcome.as_ref().err());
            outcome.map_err(|fault| authorize::identified(self, &cx, (api, operation), fault))
        })
    }

    fn ask(
        &self,
        cx: &Cx,
        operation: &'static OperationMeta,
        input: Box<dyn Shape>,
    ) -> Result<Box<dyn Shape>, Fault> {
        let (started, api) = (now(), api_of(operation));
        let cx = &cx.clone().answered_by(api);
        let outcome = admitted(self, api, cx, operation, input).and_then(|(handler, input)| match handler {
            Handler::Plain(plain) => plain(cx, input),
            Handler::Stream(_) => Err(not_implemented(api.id, operation.name)),
        });
        record(self, api, operation, started, outcome.as_ref().err());
        outcome.map_err(|fault| authorize::identified(self, cx, (api, operation), fault))
    }

    fn acting(&self, cx: &Cx, acting: &Acting) -> Caller {
        let session = self.gatekeeper.principals().of_service(cx, acting);
        session.unwrap_or_else(|| Caller {
            account: cx.account(),
            access_key_id: None,
            kind: CallerKind::Service(acting.service),
            session: None,
        })
    }

    fn guarded(&self, cx: Cx) -> Cx {
        cx.guarded(self.gatekeeper.clone())
    }
}

/// The stages after `decode`, up to `durable`.
async fn answered(
    house: &House,
    api: &'static ApiMeta,
    cx: &Cx,
    operation: &'static OperationMeta,
    input: Box<dyn Shape>,
) -> Result<Box<dyn Shape>, Fault> {
    let (handler, input) = admitted(house, api, cx, operation, input)?;
    let outcome = handle(api, handler, cx, input, BodyIn::empty()).await;
    cx.durable().await.map_err(|error| internal(api, error))?;
    Ok(outcome?.output)
}

/// authorize → validate → dry run.
fn admitted<'h>(
    house: &'h House,
    api: &'static ApiMeta,
    cx: &Cx,
    operation: &'static OperationMeta,
    input: Box<dyn Shape>,
) -> Result<(&'h Handler, Box<dyn Shape>), Fault> {
    authorize(house, cx, &Route::new(api, operation), &*input)?;
    let handler = house.registry.handler(operation).ok_or_else(|| not_implemented(api.id, operation.name))?;
    let violations = validate::check(api, &*input);
    if !violations.is_empty() {
        return Err(validate::fault(api, &violations));
    }
    Ok((handler, dry_run(house, cx, api, operation, input)?))
}

fn api_of(operation: &OperationMeta) -> &'static ApiMeta {
    let known = APIS.iter().find(|api| api.id == operation.api);
    known.expect("operations and the list of APIs are generated from the same models")
}

fn record(
    house: &House,
    api: &ApiMeta,
    operation: &OperationMeta,
    started: Instant,
    refused: Option<&Fault>,
) {
    let status = refused.map_or(operation.status, |fault| fault.status);
    house.metrics.record(api.id, operation.name, status, started.elapsed());
    let (api, operation, code) = (api.id, operation.name, refused.map(|fault| fault.code.to_string()));
    let cause = refused.and_then(|fault| fault.cause.as_deref());
    tracing::debug!(api, operation, status, code, cause, "answered in process");
}
