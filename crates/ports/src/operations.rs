//! The need of services that make whole resources for a user (nodes, groups of instances, stacks): to call the public
//! operations of others. Met by the gateway, whose pipeline such a call passes from `authorize` on: permissions, events and
//! refusals are those that a client would see.
//!
//! A handler may [`ask`](ServiceCalls::ask) what only reads. What changes anything is called by a
//! [`Loop`](crate::Loop), which may wait for it to be durable and is run again after a crash: give it a client token.

use crate::{Caller, Cx};
use shape::{Operation, OperationMeta, Ref, Shape, Slot};
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

/// The answer in its own type. Most are of it already; one that is made while it is read is read here.
fn unbox<S: Shape + Default>(output: Box<dyn Shape>) -> S {
    let any: &dyn Any = &*output;
    if any.is::<S>() {
        let any: Box<dyn Any> = output;
        return *any.downcast::<S>().expect("that is what it is");
    }
    let mut own = S::default();
    fill(&mut own, &*output);
    own
}

/// Copies the members of a structure into another one of the same schema.
fn fill(into: &mut dyn Shape, from: &dyn Shape) {
    for index in 0..from.schema().fields.len() {
        let value = from.get(index).view();
        if !matches!(value, Ref::Absent)
            && let Some(member) = into.get_mut(index)
        {
            copy(member.slot(), value);
        }
    }
}

fn copy(slot: Slot<'_>, value: Ref<'_>) {
    match (slot, value) {
        (Slot::Str(into), Ref::Str(text)) => text.clone_into(into),
        (Slot::Int(into), Ref::Int(number)) => *into = i32::try_from(number).unwrap_or_default(),
        (Slot::Long(into), Ref::Int(number)) => *into = number,
        (Slot::Float(into), Ref::Float(number)) => *into = number,
        (Slot::Double(into), Ref::Double(number)) => *into = number,
        (Slot::Bool(into), Ref::Bool(value)) => *into = value,
        (Slot::Blob(into), Ref::Blob(bytes)) => bytes.clone_into(into),
        (Slot::Time(into), Ref::Time(at)) => *into = at,
        (Slot::Document(into), Ref::Document(document)) => *into = document.clone(),
        (Slot::Struct(into), Ref::Struct(from)) => fill(into, from),
        (Slot::List(into), Ref::List(list)) => list.each(&mut |item| copy(into.push(), item)),
        (Slot::Map(into), Ref::Map(map)) => {
            map.entries().for_each(|(key, value)| copy(into.insert(key.to_owned()), value));
        }
        // Both are of one schema: a member is of one type in both.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::unbox;
    use shape::{Made, With};
    use shapes_ec2 as ec2;

    #[test]
    fn an_answer_that_is_made_while_it_is_read_is_one_of_its_own_type() {
        let instance = |index: usize| ec2::Instance {
            instance_id: Some(format!("i-{index}")),
            ebs_optimized: Some(index == 1),
            launch_time: Some(shape::Timestamp::from_millis(5)),
            tags: Some(vec![ec2::Tag { key: Some("Name".to_owned()), value: None }]),
            ..ec2::Instance::default()
        };
        let whole = ec2::Reservation {
            owner_id: Some("111122223333".to_owned()),
            instances: Some((0..3).map(instance).collect()),
            ..ec2::Reservation::default()
        };
        let bare = ec2::Reservation { instances: None, ..whole.clone() };
        let made = With::new(bare, "Instances", Made::new(3, instance));
        for answer in [unbox::<ec2::Reservation>(Box::new(made)), unbox(Box::new(whole))] {
            assert_eq!(answer.owner_id.as_deref(), Some("111122223333"));
            let seen = answer.instances.iter().flatten().map(|own| {
                let tag = own.tags.iter().flatten().next();
                (
                    own.instance_id.as_deref(),
                    own.ebs_optimized,
                    own.launch_time,
                    tag.and_then(|tag| tag.key.as_deref()),
                )
            });
            let launched = Some(shape::Timestamp::from_millis(5));
            let want = |id, optimized| (Some(id), Some(optimized), launched, Some("Name"));
            let want = [want("i-0", false), want("i-1", true), want("i-2", false)];
            assert_eq!(seen.collect::<Vec<_>>(), want);
        }
    }
}
