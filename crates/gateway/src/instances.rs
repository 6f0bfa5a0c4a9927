//! The addresses of this machine that instances are reached by: each instance has one of its own, on the port of its
//! world, once somebody has asked for it (docs/decisions/0006).

use crate::house::House;
use crate::serve::accept_loop;
use base::Ipv4Block;
use ec2_resource::id::InstanceId;
use instance_metadata::Address;
use ports::World;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Addresses that are open at the most.
const MOST_OPEN: usize = 4_096;

/// The block that addresses of instances are taken from; none where they have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block(pub(crate) Option<Ipv4Block>);

impl Default for Block {
    /// A part of the loopback network, all of which Linux answers, that looks like the address clients know.
    fn default() -> Self {
        Self(Ipv4Block::new(Ipv4Addr::new(127, 169, 0, 0), 16))
    }
}

impl FromStr for Block {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self(None)),
            text => text.parse().map(|block| Self(Some(block))).map_err(|_| {
                format!("{text:?} is no block of IPv4 addresses such as 127.169.0.0/16, and not none")
            }),
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(block) => write!(f, "{block}"),
            None => f.write_str("none"),
        }
    }
}

/// Which instance is behind which address.
#[derive(Default)]
pub(crate) struct Places {
    known: Mutex<BTreeMap<SocketAddr, Place>>,
    /// Held while one is opened: no instance gets two.
    opening: tokio::sync::Mutex<()>,
}

struct Place {
    world: String,
    instance: InstanceId,
    /// Becomes true when nothing listens there any more.
    stop: watch::Sender<bool>,
}

impl Places {
    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<SocketAddr, Place>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The instance that a connection to this address is for.
    pub(crate) fn at(&self, address: SocketAddr) -> Option<InstanceId> {
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        self.known().get(&address).map(|place| place.instance.clone())
    }

    /// The address of an instance.
    pub(crate) fn of(&self, world: &World, instance: &InstanceId) -> Option<SocketAddr> {
        let known = self.known();
        let own = known.iter().find(|(_, place)| place.world == world.name && place.instance == *instance);
        own.map(|(address, _)| *address)
    }

    /// Closes the addresses of a world that is no more.
    pub(crate) fn forget(&self, world: &str) {
        self.close(|place| place.world == world);
    }

    fn close(&self, goes: impl Fn(&Place) -> bool) {
        self.known().retain(|_, place| {
            let goes = goes(place);
            if goes {
                place.stop.send_replace(true);
            }
            !goes
        });
    }
}

/// The address of an instance, opened where it has none. An error is a sentence.
pub(crate) async fn open(
    house: &Arc<House>,
    world: &Arc<World>,
    instance: &InstanceId,
) -> Result<SocketAddr, String> {
    let _alone = house.instances.opening.lock().await;
    if let Some(address) = house.instances.of(world, instance) {
        return Ok(address);
    }
    let block = house.settings.instance_addresses.0;
    let block = block.ok_or("instances have no addresses here (--instance-addresses none)")?;
    let entry = house.worlds.get(&world.name).ok_or("the world is no more")?;
    house.instances.close(|place| {
        place.world == world.name && house.instance_metadata.hop_limit(world, &place.instance).is_none()
    });
    if house.instances.known().len() >= MOST_OPEN {
        return Err(format!("{MOST_OPEN} instances have addresses, and no more can"));
    }
    let kept = Address::of(world, instance).map(|own| own.ip).filter(|ip| block.contains(*ip));
    let mut trouble = "no address is free".to_owned();
    for ip in kept.into_iter().chain(Address::choices(block, &world.name, instance)) {
        let address = SocketAddr::new(ip.into(), entry.port);
        if house.instances.known().contains_key(&address) {
            continue;
        }
        match listen(house, world, address, &entry.stop).await {
            Ok(stop) => {
                let place = Place { world: world.name.clone(), instance: instance.clone(), stop };
                house.instances.known().insert(address, place);
                let own = Address { world: world.name.clone(), instance: instance.clone(), ip };
                own.keep(world).wait().await.map_err(|error| error.to_string())?;
                return Ok(address);
            }
            Err(error) => trouble = format!("{address}: {error}"),
        }
    }
    Err(trouble)
}

/// Listens at an address. Where angae listens on all addresses of the machine, that is done already: then it only has
/// to be one.
async fn listen(
    house: &Arc<House>,
    world: &Arc<World>,
    address: SocketAddr,
    of_world: &watch::Sender<bool>,
) -> std::io::Result<watch::Sender<bool>> {
    let stop = watch::Sender::new(false);
    if house.settings.address.ip().is_unspecified() {
        TcpListener::bind((address.ip(), 0)).await?;
        return Ok(stop);
    }
    let listener = TcpListener::bind(address).await?;
    house.tasks.spawn(accept_loop(house.clone(), world.clone(), listener, stop.subscribe()));
    let (ours, mut of_world) = (stop.clone(), of_world.subscribe());
    house.tasks.spawn(async move {
        let has_world_ended = tokio::select! {
            ended = of_world.wait_for(|stop| *stop) => ended.is_ok(),
            () = ours.closed() => false,
        };
        if has_world_ended {
            ours.send_replace(true);
            // Whoever drops the world waits for this.
            ours.closed().await;
        }
        drop(of_world);
    });
    Ok(stop)
}

/// Opens the addresses that instances had before angae was stopped, and forgets those of instances that are no more.
pub(crate) async fn reopen(house: &Arc<House>, world: &Arc<World>) {
    for own in Address::all(world) {
        if house.instance_metadata.hop_limit(world, &own.instance).is_none() {
            if let Err(error) = own.forget(world).wait().await {
                tracing::warn!(%error, instance = %own.instance, "the address of an instance cannot be forgotten");
            }
        } else if let Err(error) = open(house, world, &own.instance).await {
            tracing::warn!(error, instance = %own.instance, "the address of an instance cannot be opened");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Block;

    #[test]
    fn blocks_are_read_as_they_are_written() {
        for (text, want) in [("127.169.0.0/16", true), ("none", true), ("127.169.0.0", false), ("", false)] {
            let read = text.parse::<Block>();
            assert_eq!(read.as_ref().map(ToString::to_string).ok(), want.then(|| text.to_owned()));
        }
        assert_eq!(Block::default().to_string(), "127.169.0.0/16");
    }
}
