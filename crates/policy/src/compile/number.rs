//! Numbers of conditions, exact: what a policy says with a point is not rounded.

use std::cmp::Ordering;

/// `digits` × 10^-`scale`, without zeros at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i128,
    scale: i32,
}

/// The most digits, and the largest exponent.
const MOST: usize = 30;

impl Decimal {
    /// Reads `-12.50` or `1.2e3`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let count = whole.len() + fraction.len();
        if count == 0 || count > MOST || exponent.unsigned_abs() as usize > MOST {
            return None;
        }
        let mut digits: i128 = 0;
        for digit in whole.chars().chain(fraction.chars()) {
            digits = digits * 10 + i128::from(digit.to_digit(10)?);
        }
        let scale = i32::try_from(fraction.len()).ok()? - exponent;
        Some(Self { digits: if negative { -digits } else { digits }, scale }.normal())
    }

    pub(crate) fn whole(number: i64) -> Self {
        Self { digits: i128::from(number), scale: 0 }.normal()
    }

    fn normal(mut self) -> Self {
        if self.digits == 0 {
            return Self { digits: 0, scale: 0 };
        }
        while self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }

    pub(crate) fn compare(self, other: Self) -> Ordering {
        // The one with the smaller scale is widened; where that goes beyond all digits it is the larger by far.
        let widen = |number: Self, scale: i32| {
            u32::try_from(scale - number.scale)
                .ok()
                .and_then(|by| 10_i128.checked_pow(by))
                .and_then(|by| number.digits.checked_mul(by))
        };
        let scale = self.scale.max(other.scale);
        match (widen(self, scale), widen(other, scale)) {
            (Some(one), Some(two)) => one.cmp(&two),
            (None, _) => self.digits.cmp(&0),
            (_, None) => 0.cmp(&other.digits),
        }
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match u32::try_from(-self.scale).ok().and_then(|by| 10_i128.checked_pow(by)) {
            Some(by) if self.digits.checked_mul(by).is_some() => write!(f, "{}", self.digits * by),
            _ if (1..=30).contains(&self.scale) => {
                let places = self.scale.unsigned_abs() as usize;
                let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = places + 1);
                let (whole, fraction) = digits.split_at(digits.len() - places);
                let sign = if self.digits.is_negative() { "-" } else { "" };
                write!(f, "{sign}{whole}.{fraction}")
            }
            _ => write!(f, "{}e{}", self.digits, -self.scale),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;
    use std::cmp::Ordering;

    #[test]
    fn numbers_are_compared_exactly() {
        for (one, other, want) in [
            ("1", "1.0", Ordering::Equal),
            ("0", "-0.00", Ordering::Equal),
            ("10", "1e1", Ordering::Equal),
            ("9", "10", Ordering::Less),
            ("-9", "-10", Ordering::Greater),
            ("0.1", "0.10000000000000000000000001", Ordering::Less),
            ("1e30", "1e-30", Ordering::Greater),
            ("-1e30", "1e-30", Ordering::Less),
            ("1e-30", "99e29", Ordering::Less),
            ("1e-30", "-99e29", Ordering::Greater),
            ("+5", " 5 ", Ordering::Equal),
            ("999999999999999999999999999999", "1e30", Ordering::Less),
            ("1E1", "9", Ordering::Greater),
        ] {
            let parse = |text| Decimal::parse(text).unwrap();
            assert_eq!(parse(one).compare(parse(other)), want, "{one} {other}");
        }
        assert_eq!(Decimal::whole(-1500), Decimal::parse("-1500.0").unwrap());
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", ".", "-", "1,5", "0x1", "1e", "e1", "1e31", "ten", "1.2.3", &"9".repeat(31)] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_shown_as_people_write_them() {
        for (text, want) in [
            ("1500", "1500"),
            ("-0.050", "-0.05"),
            ("12.5", "12.5"),
            ("1e-30", "0.000000000000000000000000000001"),
            ("0.01e-30", "1e-32"),
            ("12e20", "1200000000000000000000"),
            // Beyond what can be written out.
            ("12345678901e30", "12345678901e30"),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), want);
        }
    }
}
