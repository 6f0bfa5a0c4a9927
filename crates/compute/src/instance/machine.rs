//! What an instance is told of itself, for the metadata service.

use super::answer;
use super::model::Instance;
use crate::Compute;
use crate::id::InstanceId;
use crate::key_pair::KeyPair;
use ec2_resource::metadata::{Machine, MachineAccess, MachineFacts, Whereabouts};
use store::View;

impl MachineFacts for Compute {
    fn machine(&self, view: &View, id: &InstanceId) -> Option<Machine> {
        let own = view.by(&Instance::ID, id.as_str()).next()?;
        // An instance of before they were kept has the key of the pair of that name.
        let named = |name: &String| Some(KeyPair::of_name(view, &own.scope, name)?.public_key());
        let kept = own.public_key.as_ref().map(|line| line.0.clone());
        let line = kept.or_else(|| own.key_name.as_ref().and_then(named));
        Some(Machine {
            scope: own.scope.clone(),
            state: own.state,
            reservation: own.reservation.to_string(),
            described: answer::shape(&self.neighbours, view, own),
            user_data: own.user_data.clone(),
            public_key: own.key_name.clone().zip(line),
            access: MachineAccess {
                is_on: own.metadata.endpoint,
                requires_token: own.metadata.tokens == "required",
                hop_limit: own.metadata.hop_limit,
                shows_tags: own.metadata.tags,
            },
        })
    }

    fn machines(&self, view: &View) -> Vec<Whereabouts> {
        let of = |own: &Instance| Whereabouts {
            scope: own.scope.clone(),
            id: own.id.clone(),
            name: own.tags.get("Name").map(str::to_owned),
            instance_type: own.instance_type.clone(),
            state: own.state,
        };
        view.range::<Instance>("").map(|own| of(own)).collect()
    }
}
