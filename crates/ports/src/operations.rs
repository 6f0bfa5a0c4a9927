//! The need of services that make whole resources for a user (nodes, groups of instances, stacks): to call the public
//! operations of others. Met by the gateway, whose pipeline such a call passes from `authorize` on: permissions, events and
//! refusals are those that a client would see.
//!
//! A handler may [`ask`](ServiceCalls::ask) what only reads. What changes anything is called by a
//! [`Loop`](crate::Loop), which may wait for it to be durable and is run again after a crash: give it a client token.

use crate::{Caller, Cx};
use shape::{Operation, OperationMeta, Shape};
use std::any::Any;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, Weak};
use wire::{Fault, receiver};

/// Answers calls that do not come over the wire.
pub trait Pipeline: Send + Sync {
    /// Answers a call, once all that it changed is durable.
    fn answer(&self, cx: Cx, operation: &'static OperationMeta, input: Box<dyn Shape>) -> Answering<'_>;

    /// Answers a call that changes nothing, without waiting.
    ///
    /// # Errors
    /// What the operation refuses; one that streams is refused as not built.
    fn ask(
        &self,
        cx: &Cx,
        operation: &'static OperationMeta,
        input: Box<dyn Shape>,
    ) -> Result<Box<dyn Shape>, Fault>;

    /// Who a service is in the account of a call: a session of the role that it has there. Without that role it is the
    /// service by its own name, to which no policy of the account allows anything.
    fn acting(&self, cx: &Cx, acting: &Acting) -> Caller;

    /// The same call, decided about by policies.
    fn guarded(&self, cx: Cx) -> Cx;
}

/// What a call is waited for.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Box<dyn Shape>, Fault>> + Send + 'a>>;

/// A service that calls others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Its principal, which its role in an account trusts: `autoscaling.amazonaws.com`.
    pub service: &'static str,
    /// What its sessions of that role are called: `AutoScaling`.
    pub session: &'static str,
}

/// The operations of a world. They are wired once everything stands that answers them.
#[derive(Clone, Default)]
pub struct Operations(Arc<OnceLock<Weak<dyn Pipeline>>>);

impl Operations {
    /// Wires them. Only the first time counts.
    pub fn wire(&self, pipeline: Weak<dyn Pipeline>) {
        let _wired_before = self.0.set(pipeline);
    }

    fn pipeline(&self) -> Result<Arc<dyn Pipeline>, Fault> {
        let wired = self.0.get().and_then(Weak::upgrade);
        wired.ok_or_else(|| failed("no operations are wired, or they have ended"))
    }
}

fn failed(cause: impl Display) -> Fault {
    receiver(500, "InternalFailure", "An internal error has occurred").because(cause)
}

/// Calls that a service makes in an account and a Region.
pub struct ServiceCalls {
    cx: Cx,
    acting: Acting,
}

impl Cx {
    /// The calls that a service makes where this call is made.
    pub fn as_service(&self, acting: Acting) -> ServiceCalls {
        ServiceCalls { cx: self.clone(), acting }
    }
}

impl ServiceCalls {
    /// Calls an operation, and waits until what it changed is durable.
    ///
    /// # Errors
    /// What a client would be refused.
    pub async fn call<O: Operation>(&self, input: O::Input) -> Result<O::Output, Fault> {
        let pipeline = self.cx.world().operations.pipeline()?;
        // What the call around it wrote has to be there for others: the role of the service may be of it.
        self.cx.durable().await.map_err(failed)?;
        let cx = self.context(&*pipeline);
        pipeline.answer(cx, O::META, Box::new(input)).await.map(unbox)
    }

    /// Asks an operation that changes nothing.
    ///
    /// # Errors
    /// What a client would be refused.
    pub fn ask<O: Operation>(&self, input: O::Input) -> Result<O::Output, Fault> {
        let pipeline = self.cx.world().operations.pipeline()?;
        self.cx.read(|_| ());
        pipeline.ask(&self.context(&*pipeline), O::META, Box::new(input)).map(unbox)
    }

    /// A call of its own: whoever made the one around it is not asked.
    fn context(&self, pipeline: &dyn Pipeline) -> Cx {
        let caller = pipeline.acting(&self.cx, &self.acting);
        pipeline.guarded(self.cx.of_caller(caller, self.acting.service))
    }
}

/// The answer in its own type: the handler of the operation made it.
fn unbox<S: Shape>(output: Box<dyn Shape>) -> S {
    let any: Box<dyn Any> = output;
    *any.downcast::<S>().expect("an operation is answered with its own output")
}
