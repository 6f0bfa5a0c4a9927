//! How MFA devices are stored: under their serial numbers, found by their user.

use super::MfaDevice;
use crate::owner;
use store::{Index, Record};

impl MfaDevice {
    /// Those of a user.
    pub(crate) const OWNER: Index<Self> = Index {
        name: "owner",
        keys: |device| {
            let owner = |enabled: &super::Enabled| owner::key(&device.home, &enabled.user_id);
            device.enabled.iter().map(owner).collect()
        },
    };
}

impl Record for MfaDevice {
    const TABLE: &'static str = "iam_mfa_device";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        self.serial()
    }
}
