//! One-time codes by the time (RFC 6238): SHA-1, six digits, half a minute each.

use base::Timestamp;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Milliseconds that a code is shown.
const STEP: i64 = 30_000;
/// Steps to either side of a device's own time within which a code is its.
const SLACK: i64 = 1;

/// The step of a moment.
pub(crate) fn step(at: Timestamp) -> i64 {
    at.millis.div_euclid(STEP)
}

/// The code of a step.
pub(crate) fn code(seed: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(seed).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    // RFC 4226, section 5.3: the last four bits say where the number lies.
    let offset = usize::from(digest[19] & 0x0f);
    let number = u32::from_be_bytes([
        digest[offset] & 0x7f,
        digest[offset + 1],
        digest[offset + 2],
        digest[offset + 3],
    ]);
    format!("{:06}", number % 1_000_000)
}

fn is_code(seed: &[u8], step: i64, given: &str) -> bool {
    code(seed, step).as_bytes().ct_eq(given.as_bytes()).into()
}

/// The step of the second of two consecutive codes, at most `reach` steps from `now`: the nearest.
pub(crate) fn consecutive(seed: &[u8], now: i64, reach: i64, first: &str, second: &str) -> Option<i64> {
    let both = |step: &i64| is_code(seed, *step - 1, first) && is_code(seed, *step, second);
    (0..=reach).flat_map(|away| [now - away, now + away]).find(both)
}

/// The step of a code that the device shows about now and that comes after `last`.
pub(crate) fn fresh(seed: &[u8], now: i64, last: i64, given: &str) -> Option<i64> {
    (now - SLACK..=now + SLACK).find(|step| *step > last && is_code(seed, *step, given))
}

#[cfg(test)]
mod tests {
    use super::{code, consecutive, fresh, step};
    use base::Timestamp;

    const SEED: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of eight digits.
        for (seconds, want) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SEED, step(Timestamp::from_millis(seconds * 1000))), want, "{seconds}");
        }
    }

    #[test]
    fn two_codes_have_to_follow_each_other() {
        let at = |step: i64| code(SEED, step);
        for (first, second, want) in [
            (at(99), at(100), Some(100)),
            (at(100), at(101), Some(101)),
            (at(89), at(90), Some(90)),
            (at(109), at(110), Some(110)),
            (at(88), at(89), None),
            (at(110), at(111), None),
            (at(100), at(99), None),
            (at(100), at(100), None),
            (at(98), at(100), None),
            (String::new(), String::new(), None),
        ] {
            assert_eq!(consecutive(SEED, 100, 10, &first, &second), want, "{first} {second}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_about_now() {
        for (shown, last, want) in [
            (100, 0, Some(100)),
            (99, 0, Some(99)),
            (101, 0, Some(101)),
            (98, 0, None),
            (102, 0, None),
            (100, 100, None),
            (99, 100, None),
            (101, 100, Some(101)),
        ] {
            assert_eq!(fresh(SEED, 100, last, &code(SEED, shown)), want, "{shown} after {last}");
        }
    }
}
