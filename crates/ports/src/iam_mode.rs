//! Whether policies decide.

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

/// A world's mode: the gateway sets it, whoever decides reads it.
#[derive(Debug, Default)]
pub struct IamSwitch(AtomicU8);

impl IamSwitch {
    /// A switch that stands on `mode`.
    pub fn new(mode: IamMode) -> Self {
        let switch = Self::default();
        switch.set(mode);
        switch
    }

    /// Where it stands.
    pub fn get(&self) -> IamMode {
        match self.0.load(Ordering::Relaxed) {
            0 => IamMode::Off,
            1 => IamMode::Audit,
            _ => IamMode::Enforce,
        }
    }

    /// Puts it elsewhere; the next request sees it.
    pub fn set(&self, mode: IamMode) {
        let number = match mode {
            IamMode::Off => 0,
            IamMode::Audit => 1,
            IamMode::Enforce => 2,
        };
        self.0.store(number, Ordering::Relaxed);
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
            switch.set(IamMode::Off);
            assert_eq!(switch.get(), IamMode::Off);
        }
    }
}
