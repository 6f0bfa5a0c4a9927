//! The numbers of RSA keys, made from a world's own randomness so that a seed repeats them. Signing and verifying are
//! done by a library of cryptography; it makes no RSA keys.

use base::Ids;
use num_bigint::BigUint;

/// Bits of a modulus.
const BITS: usize = 2048;
/// The public exponent.
const EXPONENT: u32 = 65_537;
/// Rounds of Miller and Rabin's test with random bases: for random candidates of 1024 bits 4 leave less than 2^-80
/// (FIPS 186-5, table B.1 asks for 4 at this error); twice that costs little.
const ROUNDS: usize = 8;

/// What a private key is made of.
pub(crate) struct Numbers {
    version: BigUint,
    n: BigUint,
    e: BigUint,
    d: BigUint,
    p: BigUint,
    q: BigUint,
    d_p: BigUint,
    d_q: BigUint,
    coefficient: BigUint,
}

impl Numbers {
    /// In the order of PKCS #1 `RSAPrivateKey` (RFC 8017, appendix A.1.2).
    pub(crate) fn in_order(&self) -> [&BigUint; 9] {
        let Self { version, n, e, d, p, q, d_p, d_q, coefficient } = self;
        [version, n, e, d, p, q, d_p, d_q, coefficient]
    }
}

/// The numbers of a new key.
pub(crate) fn numbers(ids: &Ids) -> Numbers {
    let one = BigUint::from(1_u8);
    let e = BigUint::from(EXPONENT);
    loop {
        let (p, q) = (prime(ids, BITS / 2), prime(ids, BITS / 2));
        let (p, q) = if p > q { (p, q) } else { (q, p) };
        // Too close together, and the modulus is factored by Fermat's method (FIPS 186-5, A.1.1).
        if (&p - &q).bits() <= (BITS as u64 / 2) - 100 {
            continue;
        }
        let (n, p1, q1) = (&p * &q, &p - &one, &q - &one);
        let lambda = &p1 * &q1 / gcd(p1.clone(), q1.clone());
        let Some(d) = e.modinv(&lambda) else { continue };
        let Some(coefficient) = q.modinv(&p) else { continue };
        if n.bits() != BITS as u64 || d.bits() <= BITS as u64 / 2 {
            continue;
        }
        let (d_p, d_q) = (&d % &p1, &d % &q1);
        return Numbers { version: BigUint::ZERO, n, e, d, p, q, d_p, d_q, coefficient };
    }
}

/// A random prime whose two highest bits are set, so that the product of two has the full length, and of which the
/// exponent has an inverse.
fn prime(ids: &Ids, bits: usize) -> BigUint {
    loop {
        let mut bytes = vec![0_u8; bits / 8];
        ids.fill(&mut bytes);
        bytes[0] |= 0xc0;
        if let Some(last) = bytes.last_mut() {
            *last |= 1;
        }
        let candidate = BigUint::from_bytes_be(&bytes);
        let below = &candidate - BigUint::from(1_u8);
        if &below % EXPONENT != BigUint::ZERO && is_prime(&candidate, ids) {
            return candidate;
        }
    }
}

/// Whether an odd number is a prime: by small divisors, then by Miller and Rabin's test.
fn is_prime(n: &BigUint, ids: &Ids) -> bool {
    let (one, two) = (BigUint::from(1_u8), BigUint::from(2_u8));
    for small in small_primes() {
        if n % small == BigUint::ZERO {
            return *n == BigUint::from(small);
        }
    }
    let below = n - &one;
    let twos = below.trailing_zeros().unwrap_or(0);
    let odd = &below >> twos;
    (0..ROUNDS).all(|_| {
        let mut bytes = vec![0_u8; usize::try_from(n.bits().div_ceil(8)).unwrap_or(0)];
        ids.fill(&mut bytes);
        let base = BigUint::from_bytes_be(&bytes) % (n - BigUint::from(3_u8)) + &two;
        let mut power = base.modpow(&odd, n);
        if power == one || power == below {
            return true;
        }
        (1..twos).any(|_| {
            power = power.modpow(&two, n);
            power == below
        })
    })
}

/// The odd primes below 2000.
fn small_primes() -> impl Iterator<Item = u32> {
    (3..2000_u32).step_by(2).filter(|n| (3..*n).step_by(2).take_while(|d| d * d <= *n).all(|d| n % d != 0))
}

fn gcd(mut a: BigUint, mut b: BigUint) -> BigUint {
    while b != BigUint::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::{is_prime, prime};
    use base::Ids;
    use num_bigint::BigUint;

    #[test]
    fn primes_are_told_from_others() {
        let ids = Ids::seeded(1, "primes");
        let number = |text: &str| text.parse::<BigUint>().unwrap();
        for (text, want) in [
            ("3", true),
            ("1999", true),
            ("2001", false),
            ("4012009", false),
            // Carmichael numbers, one of them without a small divisor.
            ("561", false),
            ("1590231231043178376951698401", false),
            ("170141183460469231731687303715884105727", true),
            ("170141183460469231731687303715884105729", false),
        ] {
            assert_eq!(is_prime(&number(text), &ids), want, "{text}");
        }
        assert_eq!(prime(&ids, 256).bits(), 256);
    }
}
