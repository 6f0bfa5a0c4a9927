//! Which numbers of a range are taken, as few runs as can say it: addresses are given out from the lowest, so that a
//! subnet with thousands of interfaces is mostly one run.

use serde::{Deserialize, Serialize};

/// Taken numbers: runs of first and last, ascending, never touching.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Space(Vec<(u32, u32)>);

impl Space {
    /// How many are taken.
    pub(crate) fn count(&self) -> u32 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// Takes all from `first` to `last`, or none where one of them is taken.
    pub(crate) fn take(&mut self, first: u32, last: u32) -> bool {
        let at = self.0.partition_point(|run| run.1 < first);
        if self.0.get(at).is_some_and(|run| run.0 <= last) {
            return false;
        }
        let joins_left = at > 0 && self.0[at - 1].1.checked_add(1) == Some(first);
        let joins_right = self.0.get(at).is_some_and(|run| last.checked_add(1) == Some(run.0));
        match (joins_left, joins_right) {
            (true, true) => {
                self.0[at - 1].1 = self.0[at].1;
                self.0.remove(at);
            }
            (true, false) => self.0[at - 1].1 = last,
            (false, true) => self.0[at].0 = first,
            (false, false) => self.0.insert(at, (first, last)),
        }
        true
    }

    /// Gives all from `first` to `last` back.
    pub(crate) fn give_back(&mut self, first: u32, last: u32) {
        let mut kept = Vec::with_capacity(self.0.len() + 1);
        for (from, to) in self.0.drain(..) {
            if to < first || from > last {
                kept.push((from, to));
                continue;
            }
            if from < first {
                kept.push((from, first - 1));
            }
            if to > last {
                kept.push((last + 1, to));
            }
        }
        self.0 = kept;
    }

    /// The lowest multiple of `width` from which on `width` numbers are free, between `from` and `to`.
    pub(crate) fn lowest(&self, from: u32, to: u32, width: u32) -> Option<u32> {
        let mut at = from.next_multiple_of(width);
        for (first, last) in &self.0 {
            if at.checked_add(width - 1)? < *first {
                break;
            }
            if at <= *last {
                at = last.checked_add(1)?.checked_next_multiple_of(width)?;
            }
        }
        (at.checked_add(width - 1)? <= to).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::Space;

    /// Every sequence of a few steps does what a list of flags does.
    #[test]
    fn runs_do_what_flags_do() {
        let mut space = Space::default();
        let mut flags = [false; 64];
        let mut random = 12_345_u32;
        for _ in 0..20_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let first = (random >> 8) % 60;
            let last = first + (random >> 20) % 4;
            let of = first as usize..=last as usize;
            if random >> 31 == 0 {
                let free = flags[of.clone()].iter().all(|taken| !taken);
                assert_eq!(space.take(first, last), free);
                flags[of].iter_mut().for_each(|taken| *taken |= free);
            } else {
                space.give_back(first, last);
                flags[of].fill(false);
            }
            assert_eq!(space.count() as usize, flags.iter().filter(|taken| **taken).count());
            for width in [1, 4] {
                let fits = |at: &u32| (*at..at + width).all(|n| n <= 62 && !flags[n as usize]);
                let want = (4..=62_u32).filter(|at| at % width == 0).find(fits);
                assert_eq!(space.lowest(4, 62, width), want, "{space:?}");
            }
            assert!(space.0.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "{space:?}");
        }
    }
}
