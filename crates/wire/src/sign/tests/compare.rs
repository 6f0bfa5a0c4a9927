//! How long a comparison takes says nothing about what is compared.

use crate::sign::equal;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Long enough that a comparison which ends at the first difference is a thousand times faster than a whole one.
const LENGTH: usize = 1 << 20;
/// Of so many turns the fastest counts: what else the machine does makes turns slower, never faster.
const TURNS: usize = 25;

/// The fastest of all comparisons of `left` and `right`.
#[expect(clippy::disallowed_methods, reason = "the time it takes is what is tested")]
fn fastest(left: &str, right: &str) -> Duration {
    let turn = |_| {
        let started = Instant::now();
        black_box(equal(black_box(left), black_box(right)));
        started.elapsed()
    };
    (0..TURNS).map(turn).min().expect("there are turns")
}

#[test]
fn signatures_that_differ_early_take_as_long_as_equal_ones() {
    let signature = "a".repeat(LENGTH);
    let early = format!("b{}", &signature[1..]);
    let late = format!("{}b", &signature[1..]);
    let whole = fastest(&signature, &signature.clone());
    for (other, place) in [(early, "early"), (late, "late")] {
        assert!(!equal(&signature, &other), "{place}");
        let took = fastest(&signature, &other);
        assert!(took * 2 > whole && took < whole * 2, "{place}: {took:?} against {whole:?}");
    }
}
