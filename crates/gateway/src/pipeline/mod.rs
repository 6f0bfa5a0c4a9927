//! The life of a request: one function, each stage one call, in this order.
//!
//! listen → route → identify → decode → authorize → validate → dry run → handle → durable → record → encode

mod body;
mod caller;
mod endpoint;
mod exchange;
mod in_process;
mod metadata;
mod out;
mod panics;
mod request_id;
mod unread;
mod web;
mod world;

pub(crate) use exchange::plain;
pub(crate) use out::OutBody;

use crate::authorize::{self, authorize};
use crate::house::House;
use crate::internal;
use crate::keys::tracked_action;
use body::Body;
use ec2_resource::id::InstanceId;
use exchange::{head_of, respond};
use http::header::{CONNECTION, SERVER};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use ports::{Answered, BodyOut, Caller, Cx, Handler, PassedEndpoint, StreamAnswer, World};
use request_id::RequestId;
use shape::{ApiMeta, OperationMeta, Protocol, Ref, Shape};
use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use unread::Inbound;
use web::Subject;
use wire::codec::Envelope;
use wire::route::{Route, Step, Unrouted, not_implemented};
use wire::sign::{self, Claim};
use wire::{Fault, Head, codec, receiver, sender, validate};

/// Where a request came in.
#[derive(Clone)]
pub(crate) struct Arrival {
    /// The world the listener leads to.
    pub(crate) world: Arc<World>,
    /// The client's address.
    pub(crate) peer: SocketAddr,
    /// The version of TLS it came over, as `1.3`.
    pub(crate) tls: Option<&'static str>,
    /// The instance whose own address it came in at.
    pub(crate) instance: Option<InstanceId>,
}

/// One request on its way, and what is known of it so far.
struct Call {
    world: Arc<World>,
    /// The VPC endpoint it came through.
    endpoint: Option<Arc<PassedEndpoint>>,
    /// The version of TLS.
    tls: Option<&'static str>,
    head: Arc<Head>,
    peer: SocketAddr,
    version: Version,
    request_id: RequestId,
    protocol: Protocol,
    api: Option<&'static ApiMeta>,
    operation: Option<&'static OperationMeta>,
    /// What the records call it where it is no operation.
    visit: &'static str,
    /// Who calls, once that is known.
    cx: Option<Cx>,
    /// What an access log says of it.
    subject: Option<Subject>,
    /// The code of a refusal.
    code: Option<String>,
    /// The bucket an S3 call names, where a page of some origin sent it: browsers may be told of it.
    bucket: Option<String>,
}

/// Answers one request.
pub(crate) async fn answer(
    house: &Arc<House>,
    arrival: Arrival,
    request: Request<Incoming>,
) -> Response<OutBody> {
    let started = now();
    let (mut parts, incoming) = request.into_parts();
    let version = parts.version;
    let mut head = head_of(&mut parts, arrival.tls.is_some());
    if let Some(id) = &arrival.instance {
        return metadata::answer(house, arrival.world, id, &head.path, &head).await;
    }
    let world = match world::choose(house, arrival.world, &mut head) {
        Ok(world) => world,
        Err(sentence) => return internal::refuse(StatusCode::NOT_FOUND, &sentence),
    };
    if let Some(place) = metadata::below(&head.path) {
        return metadata::named(house, world, place, &head).await;
    }
    if internal::owns(&head.path) {
        parts.headers = head.headers;
        return internal::answer(house.clone(), world, Request::from_parts(parts, incoming)).await;
    }
    if let Some(document) = internal::published(house, &world, &head) {
        return document;
    }
    let request_id = RequestId::new(world.ids.uuid());
    let endpoint = endpoint::passed(house, &world, &mut head);
    let mut call = Call {
        world,
        endpoint,
        tls: arrival.tls,
        head: Arc::new(head),
        peer: arrival.peer,
        version,
        request_id,
        protocol: Protocol::RestXml,
        api: None,
        operation: None,
        visit: "unknown",
        cx: None,
        subject: None,
        code: None,
        bucket: None,
    };
    let (inbound, unread) = Inbound::new(incoming);
    let mut response = match stages(house, &mut call, inbound).await {
        Ok(response) => response,
        Err(fault) => {
            let fault = call.identified(house, fault);
            call.code = Some(fault.code.to_string());
            call.refuse(&fault)
        }
    };
    web::share(house, &call, &mut response);
    if !unread.settle(&call.head).await && version < Version::HTTP_2 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    call.log(house, &response, started);
    call.record(house, response.status(), started);
    response
}

/// The stages proper.
async fn stages(house: &House, call: &mut Call, incoming: Inbound) -> Result<Response<OutBody>, Fault> {
    let head = call.head.clone();
    let claim = sign::identify(&head).map_err(|fault| call.guess(house, fault))?;
    let mut body = Body::new(incoming);
    let route = match route(house, call, claim.as_ref(), &mut body).await? {
        Destination::Operation(route) => route,
        Destination::Browser(visit) => return web::answer(house, call, claim.as_ref(), visit).await,
    };
    let (api, operation) = (route.api, route.operation);
    let handler = house.registry.handler(operation);
    let streams = operation.input.stream.is_some();
    // A body whose hash is signed and not told has to be there before its sender is known.
    let is_held = !streams || sign::payload(&head) == sign::Payload::Absent;
    if is_held && !codec::is_s3(api) {
        body.read(&head).await?;
    }
    let (caller, seed) = caller::identify(house, call, claim.as_ref(), operation, &body)?;
    // HTTP/2 says the end of a body by itself.
    if streams && codec::is_s3(api) && call.version < Version::HTTP_2 {
        body::require_length(&head)?;
    }
    let body = body.checked(&head, seed)?;
    let cx = call.context(caller, claim.as_ref()).guarded(house.gatekeeper.clone());
    if let Some(claim) = &claim {
        house.credentials.used(&cx, &claim.scope.service, tracked_action(operation));
    }
    call.cx = Some(cx.clone());
    let ranked = |fault| ranked(house, &cx, &route, &head, fault);
    let (input, body) = if streams {
        (codec::decode(&route, &head, &[])?, body.stream())
    } else {
        let bytes = body.collect().await?;
        house.registry.check_document(&cx, operation, &bytes).map_err(ranked)?;
        (codec::decode(&route, &head, &bytes).map_err(ranked)?, ports::BodyIn::empty())
    };
    authorize(house, &cx, &route, &*input)?;
    // What is not built says so at once: nobody should mend parameters of a call that cannot succeed.
    let handler = handler.ok_or_else(|| not_implemented(api.id, operation.name))?;
    let violations = validate::check(api, &*input);
    if !violations.is_empty() {
        return Err(ranked(validate::fault(api, &violations)));
    }
    let input = dry_run(house, &cx, api, operation, input)?;
    let outcome = handle(api, handler, &cx, input, body).await;
    cx.durable().await.map_err(|error| internal(api, error))?;
    let StreamAnswer { output, body, status } = outcome?;
    Ok(call.encode(&route, &*output, body, status))
}

/// Where a request leads.
enum Destination {
    /// To an operation of an API.
    Operation(Route),
    /// To what browsers are answered beside those.
    Browser(web::Visit),
}

/// Routes by the head, and by the form where the operation stands there.
async fn route(
    house: &House,
    call: &mut Call,
    claim: Option<&Claim>,
    body: &mut Body,
) -> Result<Destination, Fault> {
    let head = call.head.clone();
    let service = claim.map(|claim| claim.scope.service.as_str());
    let routed = match house.router.route(&head, service) {
        Ok(Step::Found(route)) => Ok(route),
        Ok(Step::Preflight(place)) => {
            (call.api, call.visit) = (Some(&shapes_s3::API), "Preflight");
            call.subject = Some(Subject::of_place(&place, call.visit));
            return Ok(Destination::Browser(web::Visit::Preflight(place)));
        }
        Ok(Step::Website(place)) => {
            (call.api, call.visit) = (Some(&shapes_s3::API), "Website");
            call.subject = Some(Subject::of_place(&place, call.visit));
            call.bucket = Some(place.bucket.clone());
            return Ok(Destination::Browser(web::Visit::Website(place)));
        }
        Ok(Step::NeedsForm) => {
            (call.protocol, call.api) = house.router.form_protocol(service);
            let bytes = body.read(&head).await?;
            let source =
                if bytes.is_empty() { head.query.as_deref().unwrap_or_default().as_bytes() } else { bytes };
            let form = codec::parse_form(source)
                .map_err(|error| sender(400, "MalformedQueryString", error.to_string()))?;
            house.router.route_form(&form, service)
        }
        Err(unrouted) => Err(unrouted),
    };
    match routed {
        Ok(route) => {
            call.protocol = route.protocol;
            call.api = Some(route.api);
            call.operation = Some(route.operation);
            call.subject = Subject::of_route(&route);
            if head.headers.contains_key("origin") {
                call.bucket = web::bucket(&route);
            }
            Ok(Destination::Operation(route))
        }
        Err(Unrouted { protocol, api, fault }) => {
            call.protocol = protocol;
            call.api = api;
            Err(fault)
        }
    }
}

/// A fault of the body, or what outranks it: S3 looks for the bucket before it reads what is said of it.
fn ranked(house: &House, cx: &Cx, route: &Route, head: &wire::Head, fault: Fault) -> Fault {
    let Ok(input) = codec::decode(route, head, &[]) else { return fault };
    house.registry.precheck(cx, route.operation, &*input).err().unwrap_or(fault)
}

/// A dry run ends here. What handlers ask of policies is asked here too: the run ends before them.
fn dry_run(
    house: &House,
    cx: &Cx,
    api: &ApiMeta,
    operation: &'static OperationMeta,
    input: Box<dyn Shape>,
) -> Result<Box<dyn Shape>, Fault> {
    if !is_dry_run(api, &*input) {
        return Ok(input);
    }
    house.registry.rehearse(cx, operation, input)?;
    Err(sender(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set."))
}

/// EC2's `DryRun`.
fn is_dry_run(api: &ApiMeta, input: &dyn Shape) -> bool {
    let index = input.schema().fields.iter().position(|field| field.name == "DryRun");
    api.protocol == Protocol::Ec2
        && index.is_some_and(|index| matches!(input.get(index).view(), Ref::Bool(true)))
}

/// What clients read when something inside went wrong, as their service writes it; the log tells why.
fn internal(api: &ApiMeta, cause: impl Display) -> Fault {
    let (code, sentence) = if codec::is_s3(api) {
        ("InternalError", "We encountered an internal error. Please try again.")
    } else {
        ("InternalFailure", "An internal error has occurred. Please try your query again at a later time.")
    };
    receiver(500, code, sentence).because(cause)
}

/// Runs the handler. A panic becomes a fault; its transaction, if one was open, has changed nothing.
async fn handle(
    api: &ApiMeta,
    handler: &Handler,
    cx: &Cx,
    input: Box<dyn Shape>,
    body: ports::BodyIn,
) -> Result<StreamAnswer<Box<dyn Shape>>, Fault> {
    let outcome = match handler {
        Handler::Plain(plain) => panics::caught(|| plain(cx, input).map(StreamAnswer::plain)),
        Handler::Stream(stream) => panics::caught_in(stream(cx.clone(), input, body)).await,
    };
    outcome.unwrap_or_else(|panic| Err(internal(api, panic)))
}

impl Call {
    /// A fault before the protocol is known: guessed from how the request looks.
    fn guess(&mut self, house: &House, fault: Fault) -> Fault {
        let head = self.head.clone();
        self.protocol = if head.headers.contains_key("x-amz-target") {
            Protocol::Json
        } else if head.path == "/" && head.method == http::Method::POST {
            Protocol::Query
        } else {
            // Whoever signed it wrongly is refused unread; the log of the bucket names it all the same.
            if let Ok(Step::Found(route)) = house.router.route(&head, Some("s3")) {
                self.subject = Subject::of_route(&route);
            }
            Protocol::RestXml
        };
        fault
    }

    fn is_s3(&self) -> bool {
        self.protocol == Protocol::RestXml && self.api.is_none_or(codec::is_s3)
    }

    /// The request's id, as its service writes it.
    fn id(&self) -> &str {
        self.request_id.text(self.is_s3())
    }

    /// The headers of every answer of S3's that say which machine answered.
    fn sign_as_s3(&self, headers: &mut Vec<(HeaderName, HeaderValue)>) {
        if !self.is_s3() {
            return;
        }
        headers.push((SERVER, HeaderValue::from_static("AmazonS3")));
        if let Ok(id) = HeaderValue::from_str(self.request_id.host_id()) {
            headers.push((HeaderName::from_static("x-amz-id-2"), id));
        }
    }

    fn context(&self, caller: Caller, claim: Option<&Claim>) -> Cx {
        let request = ports::Request {
            scope: caller::scope(&caller, claim),
            caller,
            now: self.world.clock.now(),
            id: self.id().to_owned(),
            peer: Some(self.peer.ip()),
            head: self.head.clone(),
        };
        let cx = Cx::new(self.world.clone(), request).through(self.endpoint.clone()).over_tls(self.tls);
        match self.api {
            Some(api) => cx.answered_by(api),
            None => cx,
        }
    }

    fn encode(
        &self,
        route: &Route,
        output: &dyn Shape,
        body: BodyOut,
        status: Option<u16>,
    ) -> Response<OutBody> {
        let mut answer = codec::encode_as_asked(route, &self.head, output, self.id());
        self.sign_as_s3(&mut answer.headers);
        if let Some(status) = status {
            answer.status = status;
        }
        if route.operation.output.stream.is_none() {
            return respond(answer, None);
        }
        respond(answer, Some(body))
    }

    /// A denial gets an id by which it is explained.
    fn identified(&self, house: &House, fault: Fault) -> Fault {
        match (&self.cx, self.api, self.operation) {
            (Some(cx), Some(api), Some(operation)) => {
                authorize::identified(house, cx, (api, operation), fault)
            }
            _ => fault,
        }
    }

    fn refuse(&self, fault: &Fault) -> Response<OutBody> {
        if let Some(cause) = &fault.cause {
            let level_is_error = fault.status >= 500 && fault.status != 501;
            let operation = self.operation.map_or("?", |operation| operation.name);
            if level_is_error {
                tracing::error!(operation, code = %fault.code, request = self.id(), cause, "refused");
            } else {
                tracing::debug!(operation, code = %fault.code, request = self.id(), cause, "refused");
            }
        }
        let envelope = Envelope {
            protocol: self.protocol,
            api: self.api,
            request_id: self.id(),
            host_id: self.request_id.host_id(),
            method: &self.head.method,
        };
        respond(codec::encode_fault(fault, &envelope), None)
    }

    /// Tells S3 of a request about a bucket, which may want a log of them.
    fn log(&self, house: &House, response: &Response<OutBody>, started: Instant) {
        let Some(subject) = &self.subject else { return };
        // Who was refused before that was known is nobody.
        let nobody = || self.context(Caller::anonymous(), None);
        house.access_log.note(
            &self.cx.clone().unwrap_or_else(nobody),
            &Answered {
                bucket: &subject.bucket,
                key: subject.key.as_deref(),
                operation: subject.operation,
                version: self.version,
                status: response.status(),
                headers: response.headers(),
                code: self.code.as_deref(),
                sent_bytes: hyper::body::Body::size_hint(response.body()).exact().unwrap_or(0),
                took_millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
                host_id: self.request_id.host_id(),
            },
        );
    }

    fn record(&self, house: &House, status: StatusCode, started: Instant) {
        let api = self.api.map_or("unknown", |api| api.id);
        let operation = self.operation.map_or(self.visit, |operation| operation.name);
        let took = started.elapsed();
        house.metrics.record(api, operation, status.as_u16(), took);
        tracing::debug!(
            world = self.world.name,
            peer = %self.peer,
            api,
            operation,
            status = status.as_u16(),
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
    }
}

/// The machine's monotonic clock.
#[expect(clippy::disallowed_methods, reason = "how long a request took is real time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::handle;
    use ports::{BodyIn, Caller, Handler};
    use shape::{Empty, Shape};
    use testkit::Local;

    /// Whether a handler is plain or streams: S3's clients tell their own fault from a passing one by the code.
    #[test]
    fn a_panic_is_told_as_the_service_tells_its_failures() {
        let local = Local::new(|_| {});
        let cx = local.cx(Caller::root(base::AccountId::DEFAULT, None), "us-east-1");
        let plain = Handler::Plain(Box::new(|_, _| panic!("oh")));
        let stream = Handler::Stream(Box::new(|_, _, _| Box::pin(async { panic!("oh") })));
        let s3 = ("InternalError", "We encountered an internal error. Please try again.");
        let ec2 = (
            "InternalFailure",
            "An internal error has occurred. Please try your query again at a later time.",
        );
        for handler in [plain, stream] {
            for (id, want) in [("s3", s3), ("ec2", ec2)] {
                let api = apis::APIS.iter().find(|api| api.id == id).unwrap();
                let input: Box<dyn Shape> = Box::new(Empty {});
                let outcome = local.wait(handle(api, &handler, &cx, input, BodyIn::empty()));
                let Err(fault) = outcome else { panic!("{}: answered", api.id) };
                let told = (&*fault.code, fault.message.as_deref().unwrap_or_default());
                assert_eq!((fault.status, told), (500, want), "{}", api.id);
                assert_eq!(fault.cause.as_deref(), Some("the handler panicked: oh"));
            }
        }
    }
}
