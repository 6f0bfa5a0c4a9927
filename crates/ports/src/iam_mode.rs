//! Whether policies decide.

use arc_swap::ArcSwap;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Whether policies decide. It can change while the process runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IamMode {
    /// The caller is found, nothing is evaluated.
    #[default]
    Off,
    /// What would be denied is noted, nothing is refused.
    Audit,
    /// What is not allowed is refused.
    Enforce,
}

/// A world's mode: the gateway sets it, whoever decides reads it. A service may have one of its own.
#[derive(Debug, Default)]
pub struct IamSwitch {
    world: AtomicU8,
    services: ArcSwap<BTreeMap<String, IamMode>>,
}

impl IamSwitch {
    /// A switch that stands on `mode`.
    pub fn new(mode: IamMode) -> Self {
        let switch = Self::default();
        switch.set(mode);
        switch
    }

    /// Where it stands.
    pub fn get(&self) -> IamMode {
        match self.world.load(Ordering::Relaxed) {
            0 => IamMode::Off,
            1 => IamMode::Audit,
            _ => IamMode::Enforce,
        }
    }

    /// Where it stands for a service, as actions name it: `s3`.
    pub fn of(&self, service: &str) -> IamMode {
        self.services.load().get(service).copied().unwrap_or_else(|| self.get())
    }

    /// Whether nothing is evaluated for any service.
    pub fn is_off(&self) -> bool {
        self.get() == IamMode::Off && self.services.load().values().all(|mode| *mode == IamMode::Off)
    }

    /// The services that have a mode of their own.
    pub fn services(&self) -> BTreeMap<String, IamMode> {
        BTreeMap::clone(&self.services.load())
    }

    /// Puts it elsewhere; the next request sees it.
    pub fn set(&self, mode: IamMode) {
        let number = match mode {
            IamMode::Off => 0,
            IamMode::Audit => 1,
            IamMode::Enforce => 2,
        };
        self.world.store(number, Ordering::Relaxed);
    }

    /// Gives services modes of their own, in place of those they had.
    pub fn set_services(&self, services: BTreeMap<String, IamMode>) {
        self.services.store(Arc::new(services));
    }

    /// Another switch that stands as this one does.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = Self::new(self.get());
        copy.set_services(self.services());
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::{IamMode, IamSwitch};

    #[test]
    fn a_switch_stands_where_it_was_put() {
        for mode in [IamMode::Off, IamMode::Audit, IamMode::Enforce] {
            let switch = IamSwitch::new(mode);
            assert_eq!(switch.get(), mode);
            switch.set_services([("s3".to_owned(), IamMode::Audit)].into());
            assert_eq!((switch.of("s3"), switch.of("ec2")), (IamMode::Audit, mode));
            assert_eq!(switch.copy().of("s3"), IamMode::Audit);
            switch.set(IamMode::Off);
            assert_eq!(switch.get(), IamMode::Off);
        }
    }
}
