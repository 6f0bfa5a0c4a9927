//! MFA devices: what is true of them in any storage.

use super::totp;
use crate::entity::Home;
use base::{Tags, Timestamp};
use serde::{Deserialize, Serialize};

/// Steps by which a device that is enabled may be off: five minutes.
const ENABLE_REACH: i64 = 10;
/// Steps by which a device that is brought back into step may be off: eight hours.
const RESYNC_REACH: i64 = 960;

/// A virtual device: a seed that a program on somebody's phone knows too. There are no others here: hardware is known
/// by its maker only.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct MfaDevice {
    pub(crate) home: Home,
    pub(crate) path: String,
    pub(crate) name: String,
    /// The seed in base32, as the user is told it.
    pub(crate) seed: String,
    pub(crate) created_at: Timestamp,
    /// Set while it is a user's.
    pub(crate) enabled: Option<Enabled>,
    pub(crate) tags: Tags,
}

/// What is known of a device in use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Enabled {
    pub(crate) user_id: String,
    pub(crate) at: Timestamp,
    /// Steps by which its clock is ahead of the world's.
    ahead: i64,
    /// The step of the last code that was taken, in the device's time: none before it is taken again.
    last_step: i64,
}

impl MfaDevice {
    /// Its serial number, which is its ARN.
    pub(crate) fn serial(&self) -> String {
        self.home.arn(&format!("mfa{}{}", self.path, self.name))
    }

    /// What a picture of it says.
    pub(crate) fn uri(&self, account_name: &str) -> String {
        format!("otpauth://totp/{}@{account_name}?secret={}", self.name, self.seed)
    }

    /// Gives it to a user who has shown two consecutive codes.
    pub(crate) fn enable(&mut self, user_id: &str, codes: [&str; 2], now: Timestamp) -> bool {
        let Some((ahead, last_step)) = self.synced(codes, now, ENABLE_REACH) else { return false };
        let at = now.whole_seconds();
        self.enabled = Some(Enabled { user_id: user_id.to_owned(), at, ahead, last_step });
        true
    }

    /// Finds the device's time out of two consecutive codes.
    pub(crate) fn resync(&mut self, codes: [&str; 2], now: Timestamp) -> bool {
        let Some((ahead, last_step)) = self.synced(codes, now, RESYNC_REACH) else { return false };
        let Some(enabled) = &mut self.enabled else { return false };
        enabled.ahead = ahead;
        enabled.last_step = last_step;
        true
    }

    fn synced(&self, [first, second]: [&str; 2], now: Timestamp, reach: i64) -> Option<(i64, i64)> {
        let now = totp::step(now);
        let step = totp::consecutive(&self.secret()?, now, reach, first, second)?;
        Some((step - now, step))
    }

    /// Takes a code, once.
    pub(crate) fn take_code(&mut self, code: &str, now: Timestamp) -> bool {
        let Some(secret) = self.secret() else { return false };
        let Some(enabled) = &mut self.enabled else { return false };
        let now = totp::step(now) + enabled.ahead;
        let Some(step) = totp::fresh(&secret, now, enabled.last_step, code) else { return false };
        enabled.last_step = step;
        true
    }

    fn secret(&self) -> Option<Vec<u8>> {
        unbase32(&self.seed)
    }
}

/// Bytes out of base32 without padding (RFC 4648); a rest of less than a byte is dropped.
fn unbase32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for digit in text.bytes() {
        let value = crate::key_id::BASE32.iter().position(|known| *known == digit)?;
        held = (held << 5 | u32::try_from(value).ok()?) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{MfaDevice, unbase32};
    use crate::entity::Home;
    use crate::mfa_device::totp;
    use base::{AccountId, Partition, Tags, Timestamp};

    fn device() -> MfaDevice {
        MfaDevice {
            home: Home { partition: Partition::Aws, account: AccountId::DEFAULT },
            path: "/".to_owned(),
            name: "phone".to_owned(),
            seed: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned(),
            created_at: Timestamp::default(),
            enabled: None,
            tags: Tags::default(),
        }
    }

    /// What the device shows `steps` steps from that time.
    fn shown(now: Timestamp, steps: i64) -> String {
        totp::code(b"12345678901234567890", totp::step(now) + steps)
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (text, want) in [("", ""), ("MY", "f"), ("MZXQ", "fo"), ("MZXW6YTBOI", "foobar")] {
            assert_eq!(unbase32(text).unwrap(), want.as_bytes());
        }
        assert_eq!(unbase32("a"), None);
    }

    #[test]
    fn a_device_that_is_ahead_stays_ahead() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let mut device = device();
        assert!(!device.take_code(&shown(now, 0), now), "nobody's device shows nothing");
        assert!(!device.enable("AIDA", [&shown(now, 11), &shown(now, 12)], now), "too far ahead");
        assert!(device.enable("AIDA", [&shown(now, 3), &shown(now, 4)], now));
        assert!(!device.take_code(&shown(now, 4), now), "it was taken when the device was enabled");
        let later = now.plus_millis(60_000);
        assert!(!device.take_code(&shown(later, 0), later), "that is not what it shows");
        assert!(device.take_code(&shown(later, 4), later));
        assert!(!device.take_code(&shown(later, 4), later), "a code is taken once");
        assert!(device.resync([&shown(later, -500), &shown(later, -499)], later));
        assert!(device.take_code(&shown(later, -498), later));
    }
}
