//! The context of one call.

use crate::{Asked, AskedCall, Authority, Caller, Denied, PassedEndpoint, World};
use base::{AccountId, Ids, Partition, Region, Scope, Timestamp};
use shape::{ApiMeta, Operation};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use store::{StoreError, Ticket, Tx, View, WriteCall};
use wire::Head;

/// What a handler is given: who calls, where, when, and the world's state. Cloning is cheap; clones share what
/// has to become durable before the call is answered.
#[derive(Clone)]
pub struct Cx {
    world: Arc<World>,
    request: Arc<Request>,
    tickets: Arc<Mutex<Vec<Ticket>>>,
    /// Who decides what the handler asks; `None` for calls that services make by themselves.
    authority: Option<Arc<dyn Authority>>,
    /// The service that makes it for a user: `autoscaling.amazonaws.com`.
    service: Option<&'static str>,
    /// The API whose operation it calls.
    answering: Option<&'static ApiMeta>,
    /// The VPC endpoint that it came through.
    endpoint: Option<Arc<PassedEndpoint>>,
    /// The version of TLS that it came over.
    tls: Option<&'static str>,
}

/// The parts of a call that do not change.
pub struct Request {
    /// Who calls.
    pub caller: Caller,
    /// Account and Region.
    pub scope: Scope,
    /// The world's time when the call began.
    pub now: Timestamp,
    /// The request id of the answer.
    pub id: String,
    /// Where it came from; `None` for calls in process.
    pub peer: Option<IpAddr>,
    /// The request as it came; a bare one for calls in process.
    pub head: Arc<Head>,
}

impl Cx {
    /// A call in `world`.
    pub fn new(world: Arc<World>, request: Request) -> Self {
        Self {
            world,
            request: Arc::new(request),
            tickets: Arc::default(),
            authority: None,
            service: None,
            answering: None,
            endpoint: None,
            tls: None,
        }
    }

    /// A call that a service makes by itself, in an account: nobody decides about it.
    pub fn of_service(world: Arc<World>, scope: Scope) -> Self {
        let request = Request {
            caller: Caller::root(scope.account, None),
            now: world.clock.now(),
            id: String::new(),
            peer: None,
            head: Arc::new(Head::new(http::Method::POST, "/")),
            scope,
        };
        Self::new(world, request)
    }

    /// The same call, decided about by `authority`.
    #[must_use]
    pub fn guarded(self, authority: Arc<dyn Authority>) -> Self {
        Self { authority: Some(authority), ..self }
    }

    /// The same call, of an operation of an API.
    #[must_use]
    pub fn answered_by(self, api: &'static ApiMeta) -> Self {
        Self { answering: Some(api), ..self }
    }

    /// The same call, which came through a VPC endpoint.
    #[must_use]
    pub fn through(self, endpoint: Option<Arc<PassedEndpoint>>) -> Self {
        Self { endpoint, ..self }
    }

    /// The same call, which came over that version of TLS.
    #[must_use]
    pub fn over_tls(self, tls: Option<&'static str>) -> Self {
        Self { tls, ..self }
    }

    /// The same call as another request: for an operation whose caller or headers stand in its body. What it writes
    /// becomes durable with this call.
    #[must_use]
    pub fn within(&self, request: Request) -> Self {
        Self { request: Arc::new(request), ..self.clone() }
    }

    /// A call of its own in the same place, made by a service. What it writes becomes durable by itself.
    pub(crate) fn of_caller(&self, caller: Caller, service: &'static str) -> Self {
        let request = Request {
            caller,
            scope: self.request.scope.clone(),
            now: self.world.clock.now(),
            id: self.world.ids.uuid(),
            peer: None,
            head: Arc::new(Head::new(http::Method::POST, "/")),
        };
        Self { service: Some(service), ..Self::new(self.world.clone(), request) }
    }

    /// The service that makes the call for a user, by its principal; `None` where a client calls. Services may set tags
    /// that are kept for AWS.
    pub fn service(&self) -> Option<&'static str> {
        self.service
    }

    /// The API whose operation is called; `None` where none is.
    pub fn answering(&self) -> Option<&'static ApiMeta> {
        self.answering
    }

    /// The VPC endpoint that the request came through.
    pub fn endpoint(&self) -> Option<&PassedEndpoint> {
        self.endpoint.as_deref()
    }

    /// The version of TLS that the request came over, as `1.3`; `None` where it came over none.
    pub fn tls(&self) -> Option<&'static str> {
        self.tls
    }

    /// Who calls.
    pub fn caller(&self) -> &Caller {
        &self.request.caller
    }

    /// Partition, account and Region.
    pub fn scope(&self) -> &Scope {
        &self.request.scope
    }

    /// The caller's account.
    pub fn account(&self) -> AccountId {
        self.request.scope.account
    }

    /// The Region of the call.
    pub fn region(&self) -> &Region {
        &self.request.scope.region
    }

    /// The partition of the Region.
    pub fn partition(&self) -> Partition {
        self.request.scope.partition
    }

    /// The world's time when the call began: the same through the whole call.
    pub fn now(&self) -> Timestamp {
        self.request.now
    }

    /// The request id of the answer.
    pub fn request_id(&self) -> &str {
        &self.request.id
    }

    /// Where the request came from; `None` for calls in process.
    pub fn peer(&self) -> Option<IpAddr> {
        self.request.peer
    }

    /// Method, path, host and headers as they came.
    pub fn head(&self) -> &Head {
        &self.request.head
    }

    /// The world's randomness.
    pub fn ids(&self) -> &Ids {
        &self.world.ids
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Whether the caller may do something that was not known before the handler ran.
    ///
    /// # Errors
    /// Policies are enforced, and do not allow it.
    pub fn decide(&self, asked: &Asked<'_>) -> Result<(), Denied> {
        self.authority.as_ref().map_or(Ok(()), |authority| authority.decide(self, asked))
    }

    /// Whether the caller could make a call of the operation `O`, which its own call comes to. `keys` are what the input
    /// does not tell of the resource of an ARN.
    ///
    /// # Errors
    /// Policies are enforced, and do not allow it.
    pub fn decide_call<O: Operation>(
        &self,
        input: &O::Input,
        keys: &dyn Fn(&str) -> Vec<(&'static str, Vec<String>)>,
    ) -> Result<(), Denied> {
        let asked = AskedCall { operation: O::META, input, keys };
        self.authority.as_ref().map_or(Ok(()), |authority| authority.decide_call(self, &asked))
    }

    /// Reads a frozen snapshot of the durable state. After a write of the same call it waits for that write.
    pub fn read<T>(&self, read: impl FnOnce(&View) -> T) -> T {
        read(&self.view())
    }

    /// The snapshot that [`Cx::read`] reads, for an answer that is made while it is written.
    pub fn view(&self) -> View {
        let own = std::mem::take(&mut *self.tickets.lock().unwrap_or_else(PoisonError::into_inner));
        for ticket in own {
            // A failure shows again when the pipeline asks the store before it answers.
            if let Err(error) = ticket.wait_blocking() {
                self.fail(error);
            }
        }
        self.world.store.view()
    }

    /// Changes the state in one serializable transaction. The closure may be run again: it touches nothing but
    /// `tx`. Nothing it wrote is visible to others, and the call is not answered, before it is durable.
    pub fn write<T, E>(&self, change: impl Fn(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let call = WriteCall { now: self.request.now, pace: self.world.pace };
        let (result, ticket) = self.world.store.write(&call, change);
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner).push(ticket);
        result
    }

    /// Writes down something beside the call's own business. Where that fails, the call goes on without it.
    pub fn note(&self, change: impl Fn(&mut Tx)) {
        let call = WriteCall { now: self.request.now, pace: self.world.pace };
        let (noted, ticket) = self.world.store.write::<(), StoreError>(&call, |tx| {
            change(tx);
            Ok(())
        });
        if noted.is_ok() {
            self.tickets.lock().unwrap_or_else(PoisonError::into_inner).push(ticket);
        }
    }

    /// Waits until everything this call saw and wrote is on disk. The pipeline calls it before it answers.
    pub async fn durable(&self) -> Result<(), StoreError> {
        let tickets = std::mem::take(&mut *self.tickets.lock().unwrap_or_else(PoisonError::into_inner));
        for ticket in tickets {
            ticket.wait().await?;
        }
        Ok(())
    }

    /// Keeps a failed wait so that the pipeline meets it again.
    fn fail(&self, error: StoreError) {
        let mut tickets = self.tickets.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.push(Ticket::failed(error));
    }
}
