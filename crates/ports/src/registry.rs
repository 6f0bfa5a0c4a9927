//! Who answers what.

use crate::{BodyIn, BodyOut, Cx, Loop, NamesBlobs, Naming};
use shape::{Operation, OperationMeta, Shape};
use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use store::Tables;
use wire::{AwsError, Fault};

/// Every operation that is answered and every table that is owned, collected once at start.
#[derive(Default)]
pub struct Registry {
    handlers: BTreeMap<(&'static str, &'static str), Handler>,
    prechecks: BTreeMap<&'static str, Box<Precheck>>,
    documents: BTreeMap<&'static str, Box<DocumentCheck>>,
    rehearsals: BTreeMap<(&'static str, &'static str), Box<Rehearsal>>,
    keys: BTreeMap<(&'static str, &'static str), (&'static str, Box<KeysOf>)>,
    conflicts: Vec<String>,
    /// What every world's services do by themselves.
    pub loops: Vec<Arc<dyn Loop>>,
    /// Whose rows name blobs.
    pub naming: Naming,
    /// The tables and jobs of all services.
    pub tables: Tables,
}

/// A service crate's façade.
pub trait Service: Send + Sync + 'static {
    /// Its one enum of errors.
    type Error: AwsError + 'static;
}

/// A plain function, its types forgotten.
pub type Plain = dyn Fn(&Cx, Box<dyn Shape>) -> Result<Box<dyn Shape>, Fault> + Send + Sync;
/// A streaming function, its types forgotten.
pub type Stream = dyn Fn(Cx, Box<dyn Shape>, BodyIn) -> StreamFuture<Box<dyn Shape>, Fault> + Send + Sync;

/// A check of an input of which the body is not known, its service forgotten.
pub type Precheck = dyn Fn(&Cx, &dyn Shape) -> Result<(), Fault> + Send + Sync;

/// A check of a document as it arrived, its service forgotten.
pub type DocumentCheck = dyn Fn(&Cx, &OperationMeta, &[u8]) -> Result<(), Fault> + Send + Sync;

/// What the handler of an operation asks of policies by itself, its types forgotten.
pub type Rehearsal = dyn Fn(&Cx, Box<dyn Shape>) -> Result<(), Fault> + Send + Sync;

/// Condition keys with their values that only the state knows of a call, its types forgotten.
pub type KeysOf = dyn Fn(&Cx, &dyn Shape) -> Vec<(&'static str, Vec<String>)> + Send + Sync;

/// What answers one operation.
pub enum Handler {
    /// A plain function over memory.
    Plain(Box<Plain>),
    /// An operation whose request or answer streams.
    Stream(Box<Stream>),
}

/// What a streaming handler is waited for.
pub type StreamFuture<O, E> = Pin<Box<dyn Future<Output = Result<StreamAnswer<O>, E>> + Send>>;

/// The answer of a streaming operation.
pub struct StreamAnswer<O> {
    /// The members that are not the stream.
    pub output: O,
    /// The body; ignored where the output's body is not modelled as a stream.
    pub body: BodyOut,
    /// The status, where it is not the model's (206 for a range).
    pub status: Option<u16>,
}

impl<O> StreamAnswer<O> {
    /// An answer without a streamed body.
    pub fn plain(output: O) -> Self {
        Self { output, body: BodyOut::EMPTY, status: None }
    }
}

impl Registry {
    /// Begins the registration of one service.
    pub fn service<S: Service>(&mut self, service: Arc<S>) -> Registrar<'_, S> {
        Registrar { registry: self, service }
    }

    /// Who answers `operation`.
    pub fn handler(&self, operation: &OperationMeta) -> Option<&Handler> {
        self.handlers.get(&(operation.api, operation.name))
    }

    /// Whether something outranks a fault in the body of `operation`. `input` holds what stands in the head.
    pub fn precheck(&self, cx: &Cx, operation: &OperationMeta, input: &dyn Shape) -> Result<(), Fault> {
        self.prechecks.get(operation.api).map_or(Ok(()), |check| check(cx, input))
    }

    /// Whether the body of `operation` is what its sender vouches for, before it is read as a document.
    pub fn check_document(&self, cx: &Cx, operation: &OperationMeta, body: &[u8]) -> Result<(), Fault> {
        self.documents.get(operation.api).map_or(Ok(()), |check| check(cx, operation, body))
    }

    /// Whether the handler of `operation` would let the caller go on, as far as policies decide: what a dry run tells.
    pub fn rehearse(&self, cx: &Cx, operation: &OperationMeta, input: Box<dyn Shape>) -> Result<(), Fault> {
        let rehearsal = self.rehearsals.get(&(operation.api, operation.name));
        rehearsal.map_or(Ok(()), |rehearsal| rehearsal(cx, input))
    }

    /// What the state knows of a call to `operation` for decisions about it: a type of resources, and the condition keys
    /// that those of them have beside their own.
    pub fn keys(
        &self,
        cx: &Cx,
        operation: &OperationMeta,
        input: &dyn Shape,
    ) -> Option<(&'static str, Vec<(&'static str, Vec<String>)>)> {
        let (kind, keys) = self.keys.get(&(operation.api, operation.name))?;
        Some((kind, keys(cx, input)))
    }

    /// The operations that are answered, as (API, name), in order.
    pub fn answered(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.handlers.keys().copied()
    }

    /// Operations that two services claimed; start-up fails unless there are none.
    pub fn conflicts(&self) -> &[String] {
        &self.conflicts
    }

    fn claim(&mut self, operation: &'static OperationMeta, handler: Handler) {
        if self.handlers.insert((operation.api, operation.name), handler).is_some() {
            self.conflicts.push(format!("{}:{}", operation.api, operation.name));
        }
    }
}

/// Registers the operations of one service.
pub struct Registrar<'r, S> {
    registry: &'r mut Registry,
    service: Arc<S>,
}

impl<S: Service> Registrar<'_, S> {
    /// `handler` answers the operation `O`.
    pub fn answer<O: Operation>(
        &mut self,
        handler: fn(&Cx, &S, O::Input) -> Result<O::Output, S::Error>,
    ) -> &mut Self {
        let service = self.service.clone();
        let plain = move |cx: &Cx, input: Box<dyn Shape>| match handler(cx, &service, unbox(input)) {
            Ok(output) => Ok(Box::new(output) as Box<dyn Shape>),
            Err(error) => Err(error.fault()),
        };
        self.registry.claim(O::META, Handler::Plain(Box::new(plain)));
        self
    }

    /// `handler` answers the operation `O` with something that has the members of its output: an answer that is made
    /// while it is written ([`shape::Made`]).
    pub fn answer_made<O: Operation, A: Shape>(
        &mut self,
        handler: fn(&Cx, &S, O::Input) -> Result<A, S::Error>,
    ) -> &mut Self {
        let service = self.service.clone();
        let plain = move |cx: &Cx, input: Box<dyn Shape>| match handler(cx, &service, unbox(input)) {
            Ok(output) => {
                debug_assert!(
                    std::ptr::eq(output.schema(), O::META.output),
                    "{} has other members",
                    O::META.name
                );
                Ok(Box::new(output) as Box<dyn Shape>)
            }
            Err(error) => Err(error.fault()),
        };
        self.registry.claim(O::META, Handler::Plain(Box::new(plain)));
        self
    }

    /// `handler` answers the operation `O`, whose request or answer streams.
    pub fn stream<O: Operation, F>(&mut self, handler: fn(Cx, Arc<S>, O::Input, BodyIn) -> F) -> &mut Self
    where
        F: Future<Output = Result<StreamAnswer<O::Output>, S::Error>> + Send + 'static,
    {
        let service = self.service.clone();
        let stream = move |cx: Cx, input: Box<dyn Shape>, body: BodyIn| {
            let answer = handler(cx, service.clone(), unbox(input), body);
            Box::pin(async move {
                let StreamAnswer { output, body, status } = answer.await.map_err(|error| error.fault())?;
                Ok(StreamAnswer { output: Box::new(output) as Box<dyn Shape>, body, status })
            }) as StreamFuture<Box<dyn Shape>, Fault>
        };
        self.registry.claim(O::META, Handler::Stream(Box::new(stream)));
        self
    }

    /// `ask` asks policies what the handler of `O` asks by itself: a dry run ends before that handler.
    pub fn rehearse<O: Operation>(
        &mut self,
        ask: fn(&Cx, &S, O::Input) -> Result<(), S::Error>,
    ) -> &mut Self {
        let service = self.service.clone();
        let faulty = move |cx: &Cx, input: Box<dyn Shape>| {
            ask(cx, &service, unbox(input)).map_err(|error| error.fault())
        };
        self.registry.rehearsals.insert((O::META.api, O::META.name), Box::new(faulty));
        self
    }

    /// `keys` are what is known of a call to `O`, beside what the authorization table takes out of its members, for decisions
    /// about resources of type `kind`; an empty one is that of actions that know only `*`.
    pub fn keys<O: Operation>(
        &mut self,
        kind: &'static str,
        keys: fn(&Cx, &S, &O::Input) -> Vec<(&'static str, Vec<String>)>,
    ) -> &mut Self {
        let service = self.service.clone();
        let typed = move |cx: &Cx, input: &dyn Shape| {
            let any: &dyn Any = input;
            any.downcast_ref::<O::Input>().map_or_else(Vec::new, |input| keys(cx, &service, input))
        };
        self.registry.keys.insert((O::META.api, O::META.name), (kind, Box::new(typed)));
        self
    }

    /// `check` is asked of every operation of `api` whose body is at fault: what it refuses outranks that fault.
    pub fn precheck(
        &mut self,
        api: &'static str,
        check: fn(&Cx, &dyn Shape) -> Result<(), S::Error>,
    ) -> &mut Self {
        let faulty = move |cx: &Cx, input: &dyn Shape| check(cx, input).map_err(|error| error.fault());
        self.registry.prechecks.insert(api, Box::new(faulty));
        self
    }

    /// `check` is asked of every body of `api` that does not stream, before it is read as a document.
    pub fn documents(
        &mut self,
        api: &'static str,
        check: fn(&Cx, &OperationMeta, &[u8]) -> Result<(), S::Error>,
    ) -> &mut Self {
        let faulty = move |cx: &Cx, operation: &OperationMeta, body: &[u8]| {
            check(cx, operation, body).map_err(|error| error.fault())
        };
        self.registry.documents.insert(api, Box::new(faulty));
        self
    }

    /// `work` is done by itself in every world.
    pub fn repeat(&mut self, work: impl Loop + 'static) -> &mut Self {
        self.registry.loops.push(Arc::new(work));
        self
    }

    /// The rows of `R` name blobs.
    pub fn names<R: NamesBlobs>(&mut self) -> &mut Self {
        self.registry.naming.add::<R>();
        self
    }

    /// The tables and jobs, to add the service's own.
    pub fn tables(&mut self) -> &mut Tables {
        &mut self.registry.tables
    }
}

/// The input in its own type: the pipeline made it by the same operation's `new_input`.
fn unbox<I: Shape>(input: Box<dyn Shape>) -> I {
    let any: Box<dyn Any> = input;
    *any.downcast::<I>().expect("the pipeline decodes into the operation's own input")
}
