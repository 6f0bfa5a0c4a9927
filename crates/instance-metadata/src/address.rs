//! The addresses of this machine that instances are reached by. They are kept, so that after a restart a client finds its
//! instance where it was.

use base::Ipv4Block;
use ec2_resource::id::InstanceId;
use ports::World;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::net::Ipv4Addr;
use std::sync::Arc;
use store::{Record, StoreError, Ticket, WriteCall};

/// How many addresses are tried for an instance.
const MOST_TRIES: u32 = 64;

/// The address of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The world of the instance.
    pub world: String,
    /// The instance.
    pub instance: InstanceId,
    /// Where it is reached.
    pub ip: Ipv4Addr,
}

impl Record for Address {
    const TABLE: &'static str = "instance_metadata_address";
    type Key = (String, InstanceId);

    fn key(&self) -> (String, InstanceId) {
        (self.world.clone(), self.instance.clone())
    }
}

impl Address {
    /// The addresses that instances of a world have.
    pub fn all(world: &World) -> Vec<Arc<Self>> {
        world.store.view().range::<Self>(&format!("{}/", world.name)).cloned().collect()
    }

    /// That of one instance.
    pub fn of(world: &World, instance: &InstanceId) -> Option<Arc<Self>> {
        world.store.view().get(&(&world.name, instance))
    }

    /// Keeps it.
    pub fn keep(self, world: &World) -> Ticket {
        let call = WriteCall { now: world.clock.now(), pace: world.pace };
        let (_, ticket) = world.store.write::<(), StoreError>(&call, |tx| {
            tx.put(self.clone());
            Ok(())
        });
        ticket
    }

    /// Forgets it: the instance is no more.
    pub fn forget(&self, world: &World) -> Ticket {
        let call = WriteCall { now: world.clock.now(), pace: world.pace };
        let (_, ticket) = world.store.write::<(), StoreError>(&call, |tx| {
            tx.delete::<Self>(&self.key());
            Ok(())
        });
        ticket
    }

    /// The addresses that an instance may have, in the order they are tried: the same ones whenever it is asked.
    pub fn choices(block: Ipv4Block, world: &str, instance: &InstanceId) -> impl Iterator<Item = Ipv4Addr> {
        let digest =
            Sha256::new().chain_update(world).chain_update("/").chain_update(instance.as_str()).finalize();
        let start = u64::from(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]));
        // Neither the block's own address nor its last one.
        let room = block.size().saturating_sub(2).max(1);
        let nth = move |step| block.nth(u32::try_from((start + u64::from(step)) % room + 1).ok()?);
        (0..MOST_TRIES).filter_map(nth)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;
    use base::Ipv4Block;
    use ec2_resource::id::InstanceId;

    #[test]
    fn an_instance_has_the_same_choices_again_and_another_has_others() {
        let block: Ipv4Block = "127.169.0.0/16".parse().unwrap();
        let of = |world: &str, id: &str| -> Vec<_> {
            Address::choices(block, world, &InstanceId::parse(id).unwrap()).collect()
        };
        let own = of("main", "i-0123456789abcdef0");
        assert_eq!(own, of("main", "i-0123456789abcdef0"));
        assert_ne!(own[0], of("main", "i-0123456789abcdef1")[0]);
        assert_ne!(own[0], of("fork", "i-0123456789abcdef0")[0]);
        assert!(own.iter().all(|ip| block.contains(*ip)));
        let small: Ipv4Block = "127.1.1.0/30".parse().unwrap();
        let few: Vec<_> =
            Address::choices(small, "main", &InstanceId::parse("i-0123456789abcdef0").unwrap()).collect();
        assert!(few.iter().all(|ip| ["127.1.1.1", "127.1.1.2"].contains(&&*ip.to_string())), "{few:?}");
    }
}
