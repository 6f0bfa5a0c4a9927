//! What is done without a call: Spot requests that have become due get their instances, and fleets what they miss.

use crate::Compute;
use crate::fleet::{self, Fleet, OfEc2, OfSpot, Sort};
use crate::spot_request::{self, SpotRequest};
use ports::{Cx, Loop, Next, Step, StepError, World};
use std::sync::Arc;
use store::EventRow;

/// The loop.
pub(crate) struct Fulfil(pub(crate) Arc<Compute>);

impl Loop for Fulfil {
    fn name(&self) -> &'static str {
        "compute.fulfil"
    }

    fn wakes(&self, event: &EventRow) -> bool {
        event.service == "ec2" && matches!(&*event.kind, "FleetDue" | "InstanceChanged" | "SpotRequestDue")
    }

    fn step(&self, world: Arc<World>) -> Step {
        let svc = self.0.clone();
        Box::pin(async move {
            let due: Vec<Arc<SpotRequest>> = world.store.view().by(&SpotRequest::DUE, "").cloned().collect();
            for own in due {
                let cx = Cx::of_service(world.clone(), own.scope.clone());
                spot_request::evaluate(&cx, &svc, &own.id)?;
                cx.durable().await?;
            }
            fleets::<OfEc2>(&world, &svc).await?;
            fleets::<OfSpot>(&world, &svc).await?;
            Ok(Next::Wait)
        })
    }
}

async fn fleets<S: Sort>(world: &Arc<World>, svc: &Compute) -> Result<(), StepError> {
    let kept: Vec<Arc<Fleet<S>>> = world.store.view().by(&Fleet::<S>::KEPT, "").cloned().collect();
    for own in kept {
        let cx = Cx::of_service(world.clone(), own.scope.clone());
        fleet::fulfil::<S>(&cx, svc, &own.id)?;
        cx.durable().await?;
    }
    Ok(())
}
