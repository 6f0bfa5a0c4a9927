//! What happens to an endpoint after its call was answered.

use super::birth::drop_table;
use super::model::{State, VpcEndpoint};
use crate::event::Changed;
use crate::id::VpcEndpointId;
use crate::network_interface::{self, NetworkInterface};
use crate::resource::{self, Resource};
use base::Scope;
use serde::{Deserialize, Serialize};
use store::{Job, JobError, Tx};

/// How long AWS shows an endpoint that goes as `deleting`, in milliseconds.
const DELETING_MILLIS: u32 = 60_000;

fn find(tx: &Tx, scope: &Scope, id: &VpcEndpointId, state: State) -> Option<VpcEndpoint> {
    let found = tx.get::<VpcEndpoint>(&resource::key(scope, id.as_str()));
    found.filter(|own| own.state == state).map(|own| (*own).clone())
}

/// The end of `pending`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) scope: Scope,
    pub(crate) id: VpcEndpointId,
}

impl Job for Open {
    const KIND: &'static str = "vpc.endpoint-open";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(mut endpoint) = find(tx, &self.scope, &self.id, State::Pending) {
            endpoint.state = State::Available;
            tx.emit(&Changed { kind: "VpcEndpointChanged", resource: endpoint.arn() });
            tx.put(endpoint);
        }
        Ok(())
    }
}

/// Begins the end of an endpoint: nothing leads to it any longer, and its interfaces go after a while.
pub(super) fn close(tx: &mut Tx, mut endpoint: VpcEndpoint) {
    for table in endpoint.tables.clone() {
        drop_table(tx, &mut endpoint, &table);
    }
    endpoint.state = State::Deleting;
    tx.after(DELETING_MILLIS, Close { scope: endpoint.scope.clone(), id: endpoint.id.clone() });
    tx.emit(&Changed { kind: "VpcEndpointChanged", resource: endpoint.arn() });
    tx.put(endpoint);
}

/// The end of `deleting`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Close {
    scope: Scope,
    id: VpcEndpointId,
}

impl Job for Close {
    const KIND: &'static str = "vpc.endpoint-close";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(endpoint) = find(tx, &self.scope, &self.id, State::Deleting) else { return Ok(()) };
        for place in &endpoint.places {
            remove_interface(tx, &self.scope, place.interface.as_str());
        }
        tx.delete::<VpcEndpoint>(&endpoint.key_text());
        tx.emit(&Changed { kind: "VpcEndpointDeleted", resource: endpoint.arn() });
        Ok(())
    }
}

/// Takes an interface of an endpoint away.
pub(crate) fn remove_interface(tx: &mut Tx, scope: &Scope, id: &str) {
    if let Some(interface) = tx.get::<NetworkInterface>(&resource::key(scope, id)) {
        network_interface::remove(tx, &interface);
    }
}
