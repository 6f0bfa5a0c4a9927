//! How capacity is shared out among the pools that it can come from. Pure: what there is to choose from, and a way.

/// A pool: a type in a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choice {
    /// For how many units an instance counts.
    pub(super) weight: f64,
    /// The lower, the sooner; those without one come last.
    pub(super) priority: f64,
    /// Of a unit.
    pub(super) price: f64,
}

/// The ways. Source: EC2 user guide, "Allocation strategies". Every pool is equally deep here, so that the depth which
/// AWS looks at leaves the order of the overrides, and where AWS weighs it against the price, the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From so many of the cheapest.
    Lowest(usize),
    /// From the one with the first priority.
    Prioritized,
    /// From all alike.
    Diversified,
    /// From the first.
    Deepest,
}

/// Instances of each pool, in the order in which the pools are preferred: together they have the capacity, or the least
/// more that whole instances allow.
pub(super) fn share(pools: &[Choice], way: Way, capacity: f64) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..pools.len()).collect();
    match way {
        Way::Lowest(_) => order.sort_by(|a, b| pools[*a].price.total_cmp(&pools[*b].price)),
        Way::Prioritized => order.sort_by(|a, b| pools[*a].priority.total_cmp(&pools[*b].priority)),
        Way::Diversified | Way::Deepest => {}
    }
    let most = match way {
        Way::Lowest(pools) => pools.max(1),
        Way::Prioritized | Way::Deepest => 1,
        Way::Diversified => usize::MAX,
    };
    let mut shares: Vec<(usize, usize)> = order.into_iter().take(most).map(|pool| (pool, 0)).collect();
    let (mut left, mut next) = (capacity, 0);
    while left > 0.0 && !shares.is_empty() {
        let (pool, count) = &mut shares[next];
        *count += 1;
        left -= pools[*pool].weight.max(f64::MIN_POSITIVE);
        next = (next + 1) % shares.len();
    }
    shares.retain(|(_, count)| *count > 0);
    shares
}

#[cfg(test)]
mod tests {
    use super::{Choice, Way, share};

    #[track_caller]
    fn check(way: Way, capacity: f64, want: &[(usize, usize)]) {
        let pool = |weight, priority, price| Choice { weight, priority, price };
        let pools = [pool(1.0, f64::INFINITY, 3.0), pool(2.0, 1.0, 2.0), pool(4.0, 0.0, 2.5)];
        assert_eq!(share(&pools, way, capacity), want);
    }

    #[test]
    fn each_way_chooses_its_pools() {
        check(Way::Lowest(1), 5.0, &[(1, 3)]);
        check(Way::Lowest(2), 7.0, &[(1, 2), (2, 1)]);
        check(Way::Prioritized, 5.0, &[(2, 2)]);
        check(Way::Deepest, 2.5, &[(0, 3)]);
        check(Way::Diversified, 7.5, &[(0, 2), (1, 1), (2, 1)]);
        check(Way::Diversified, 0.0, &[]);
        check(Way::Lowest(0), 1.0, &[(1, 1)]);
    }

    #[test]
    fn where_there_is_no_pool_nothing_is_shared() {
        assert_eq!(share(&[], Way::Diversified, 3.0), []);
    }
}
